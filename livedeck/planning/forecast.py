"""What a build would do about each run, figure and number of a deck, and why."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from livedeck import filters
from livedeck.keys.inputs import Inputs
from livedeck.keys.reasons import FIRST, Change, changes, summary
from livedeck.keys.source_texts import Texts
from livedeck.markdown import ValueRef
from livedeck.planning import provenance
from livedeck.planning.compute import preferred
from livedeck.planning.plan import Drawing, Run
from livedeck.planning.prepare import Prepared
from livedeck.store.entry import Entry, Task
from livedeck.store.messages import Said
from livedeck.store.store import Store

WAITS = "waits for its result"


@dataclass(frozen=True)
class Forecast:
    """A `result`, `figure` or `number` that is `reused`, `runs`, or `waits` for its result.

    `changes` say why it runs, compared with the manifest `last`, or a number is read from that;
    `details` are what else is known of it, as JSON.
    """

    kind: str
    name: str
    state: str
    why: str = ""
    changes: list[Change] = field(default_factory=list)
    last: dict[str, Any] | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """The forecast of a run, the entry that a build would reuse, and what that was made with."""

    run: Run
    entry: Entry | None
    forecast: Forecast

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What is known of the result as it is now: of the entry to be reused, or the last."""
        return self.forecast.last if self.entry is None else self.entry.manifest


class Forecaster:
    """Looks up in a store, without touching it, what a build with some options would find."""

    def __init__(
        self, prepared: Prepared, store: Store, inputs: Inputs, *, keep_accelerated: bool
    ) -> None:
        self.plan, self.style = prepared.plan, prepared.style
        self.store, self.inputs = store, inputs
        self.keeps = keep_accelerated

    def run(self, run: Run) -> Expected:
        """What would become of a run."""
        find = partial(self.store.find, value=self.inputs.value)
        return self._expected(*preferred(run, find, keep_accelerated=self.keeps))

    def figure(self, drawing: Drawing, expected: Expected) -> Forecast:
        """What would become of a figure, given what would become of its run."""
        details: dict[str, Any] = {"size": [drawing.width, drawing.height]}
        if expected.entry is None:
            return Forecast("figure", drawing.name, "waits", WAITS, details=details)
        task = drawing.task(expected.entry.shown, self.style)
        entry = self.store.find(task, self.inputs.value)
        if entry is not None:
            details |= self._said(entry.manifest)
            return Forecast("figure", drawing.name, "reused", details=details)
        last, changed, why = self._why(task, drawing.run, drawing.figure.name)
        details |= self._said(last)
        return Forecast("figure", drawing.name, "runs", why, changed, last, details)

    def figures(self, expected: Expected) -> Iterator[Forecast]:
        """What would become of each figure of a run."""
        for drawing in self.plan.drawings.values():
            if drawing.run.name == expected.run.name:
                yield self.figure(drawing, expected)

    def number(self, reference: ValueRef, expected: Expected) -> Forecast:
        """What would become of a number, with its present value and how a slide shows it."""
        index = "" if reference.index is None else f"[{reference.index}]"
        name = f"{reference.name}.{reference.field}{index}"
        details, last = _shown(reference, expected.manifest), expected.manifest
        if expected.entry is None:
            return Forecast("number", name, "waits", WAITS, last=last, details=details)
        return Forecast("number", name, "reused", last=last, details=details)

    def _expected(self, run: Run, entry: Entry | None) -> Expected:
        if entry is not None:
            origin = _origin(run, entry.manifest) | self._said(entry.manifest)
            return Expected(run, entry, Forecast("result", run.name, "reused", details=origin))
        last, changed, why = self._why(run.task, run, "run")
        origin = _origin(run, last) | self._said(last)
        forecast = Forecast("result", run.name, "runs", why, changed, last, origin)
        return Expected(run, entry, forecast)

    def _said(self, manifest: dict[str, Any] | None) -> dict[str, Any]:
        """What was said when a result or figure was made, if it ever was."""
        return {"said": Said() if manifest is None else Said.of(manifest, self.inputs.root)}

    def _why(
        self, task: Task, run: Run, function: str
    ) -> tuple[dict[str, Any] | None, list[Change], str]:
        last = self.store.history(task)
        if last is None:
            return None, [], FIRST
        texts = Texts(self.store.root, self.inputs.root, run.experiment, [function, "Result"])
        changed = changes(task, last, self.inputs.value, texts)
        return last, changed, summary(changed)


def _origin(run: Run, manifest: dict[str, Any] | None) -> dict[str, Any]:
    """Where a result comes from: the run that made it, with what, on what, and its key."""
    if manifest is None:
        return {"experiment": run.experiment.name, "origin": None}
    prefix = "parameter "
    parameters = {
        name.removeprefix(prefix): _literal(value)
        for name, value in sorted(manifest["inputs"].items())
        if name.startswith(prefix)
    }
    origin = manifest["provenance"]
    return {
        "experiment": run.experiment.name,
        "origin": {
            "key": manifest["key"],
            "parameters": parameters,
            "seed": replace(run, parameters=parameters).seed,
            "device": provenance.device(origin),
            "seconds": origin["seconds"],
            "versions": origin["versions"],
            "commit": origin["commit"],
        },
    }


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except ValueError:  # such as `inf`
        return text


def _shown(reference: ValueRef, manifest: dict[str, Any] | None) -> dict[str, Any]:
    """The value that a reference has now, and the text that stands for it on the slide."""
    value = None if manifest is None else manifest["values"].get(reference.field)
    try:
        if reference.index is not None:
            value = value[reference.index] if isinstance(value, list) else None
        text = (
            None if value is None else filters.apply(filters.of_manifest(value), reference.filters)
        )
    except (IndexError, ValueError):
        text = None  # the build says what is wrong with it
    return {"value": value, "text": text}
