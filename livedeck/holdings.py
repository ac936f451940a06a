"""What a store holds of what a deck needs: the entries that a build would take from it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from livedeck.compute import on_device
from livedeck.devices import ACCELERATORS
from livedeck.entry import SHARED, Entry, Task
from livedeck.inputs import Inputs
from livedeck.options import Options
from livedeck.plan import Planner, Run
from livedeck.prepare import Prepared
from livedeck.project import Project
from livedeck.store import Store

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
    project: Project, prepared: Prepared, store: Store, profile: str | None
) -> Iterator[Holding]:
    """Every run and figure that a build with a profile needs, figures behind their run."""
    options, inputs = Options(profile), Inputs(project.root, project.digested)
    style, device = prepared.style, options.device
    plan = Planner(prepared.deck, project, prepared.theme, profile or device, device).make()
    preferred = ACCELERATORS if options.keeps_accelerated else ()
    for run in plan.runs.values():
        tasks = [*(on_device(run, other).task for other in preferred), run.task]
        found = (store.find(task, inputs.value) for task in tasks)
        entry = next((entry for entry in found if entry is not None), None)
        yield _holding("result", run.name, run, run.task, entry)
        for drawing in plan.drawings.values():
            if drawing.run.key != run.key:
                continue
            if entry is None:
                yield _holding("figure", drawing.name, run, None, None)
                continue
            task = drawing.task(entry.manifest["content"], style)
            drawn = store.find(task, inputs.value)
            yield _holding("figure", drawing.name, run, task, drawn)


def every_holding(project: Project, prepared: Prepared, store: Store) -> list[Holding]:
    """What builds with any profile need."""
    return [holding for name in PROFILES for holding in holdings(project, prepared, store, name)]


def counts(entries: Iterable[Entry]) -> str:
    """How many results and figures there are, in words."""
    kinds = Counter(entry.task.kind for entry in entries)
    words = [f"{n} {kind}{'' if n == 1 else 's'}" for kind in SHARED if (n := kinds[kind])]
    return " and ".join(words) or "no results"


def _holding(kind: str, name: str, run: Run, task: Task | None, entry: Entry | None) -> Holding:
    return Holding(kind, name, run.experiment.name, task, entry)
