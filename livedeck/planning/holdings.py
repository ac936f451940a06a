"""What a store holds of what a deck needs: the entries that a build would take from it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from livedeck.keys.inputs import Inputs
from livedeck.options import Options
from livedeck.planning.compute import preferred
from livedeck.planning.plan import Run
from livedeck.planning.prepare import Prepared
from livedeck.store.entry import SHARED, Entry, Task
from livedeck.store.store import Store

PROFILES = ("cpu", "gpu", "tpu", "quick")


@dataclass(frozen=True)
class Holding:
    """A run or a figure of a deck, and its entry if the store has one.

    A figure has no task while its result is missing.
    """

    kind: str
    name: str
    experiment: str
    task: Task | None
    entry: Entry | None


def holdings(
    prepared: Prepared, store: Store, inputs: Inputs, profile: str | None
) -> Iterator[Holding]:
    """Every run and figure that a build with a profile needs, figures behind their run."""
    options, style = Options(profile), prepared.style
    plan = prepared.planner.elsewhere(profile or options.device, options.device)
    find = partial(store.find, value=inputs.value)
    for run in plan.runs.values():
        _, entry = preferred(run, find, keep_accelerated=options.keeps_accelerated)
        yield _holding("result", run.name, run, run.task, entry)
        for drawing in plan.drawings.values():
            if drawing.run.key != run.key:
                continue
            if entry is None:
                yield _holding("figure", drawing.name, run, None, None)
                continue
            task = drawing.task(entry.shown, style)
            yield _holding("figure", drawing.name, run, task, find(task))


def every_holding(prepared: Prepared, store: Store, inputs: Inputs) -> list[Holding]:
    """What builds with any profile need."""
    return [holding for name in PROFILES for holding in holdings(prepared, store, inputs, name)]


def counts(entries: Iterable[Entry]) -> str:
    """How many results and figures there are, in words."""
    kinds = Counter(entry.task.kind for entry in entries)
    words = [f"{n} {kind}{'' if n == 1 else 's'}" for kind in SHARED if (n := kinds[kind])]
    return " and ".join(words) or "no results"


def _holding(kind: str, name: str, run: Run, task: Task | None, entry: Entry | None) -> Holding:
    return Holding(kind, name, run.experiment.name, task, entry)
