"""Reuses or computes what a plan needs: every result, then the figures drawn from it."""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol

from livedeck import devices
from livedeck.errors import AuthorError
from livedeck.execution.levels import level_of
from livedeck.execution.pool import Pool
from livedeck.execution.timings import Timings
from livedeck.execution.worker_client import WorkerError
from livedeck.keys.experiment import Experiment
from livedeck.keys.inputs import Inputs, portable
from livedeck.keys.reasons import reason
from livedeck.keys.source_texts import Texts
from livedeck.memo import Memo
from livedeck.planning.plan import Drawing, Plan, Run, run_inputs, salt
from livedeck.slides.theme import Theme
from livedeck.store.entry import CHANGED, Entry, LostEntry, Task
from livedeck.store.messages import NAME, Said
from livedeck.store.store import Store

VERSIONS = ("jax", "jaxlib", "flax", "optax", "numpy", "matplotlib")


class Watcher(Protocol):
    """Whoever shows the author how a build goes on."""

    def started(self, name: str, why: str) -> None:
        """A run or drawing begins, for a reason given in words."""

    def heard(self, name: str, message: dict[str, Any]) -> None:
        """An experiment has reported how far it is."""

    def finished(self, name: str, seconds: float) -> None:
        """A run or drawing is done."""

    def failed(self, name: str, error: AuthorError) -> None:
        """A run or drawing has failed."""

    def remark(self, text: str) -> None:
        """Something that the author should know."""


@dataclass
class Computed:
    """Entries or failures of a plan: results by task key, figures by name and size; and what was
    new.

    `stale` are the keys of runs for which, or for whose figures, the last good ones stand in.
    """

    plan: Plan = field(default_factory=Plan)
    results: dict[str, Entry | AuthorError] = field(default_factory=dict)
    figures: dict[tuple[str, int, int], Entry | AuthorError] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    @property
    def failures(self) -> list[AuthorError]:
        """Every failure once, results before figures."""
        found = [*self.results.values(), *self.figures.values()]
        unique = {id(e): e for e in found if isinstance(e, AuthorError)}
        return list(unique.values())

    def said(self, root: Path) -> Iterator[tuple[str, Said]]:
        """What each result and figure that is there has said, by name. What a figure says is said
        once, at whatever sizes, and without what its run said as well."""
        shown: dict[str, Said] = {}
        for key, run in self.plan.runs.items():
            entry = self.results[key]
            if isinstance(entry, Entry):
                shown[run.name] = Said.of(entry.manifest, root)
        for place, drawing in self.plan.drawings.items():
            entry = self.figures[place]
            if isinstance(entry, Entry):
                found = Said.of(entry.manifest, root)
                beside = (
                    found.beside(shown[drawing.run.name]) if drawing.run.name in shown else found
                )
                shown.setdefault(drawing.name, beside)
        yield from shown.items()

    def printed(self, root: Path) -> str:
        """How many lines what was made now has printed, in words."""
        new = {task.partition(" ")[2].partition(" at ")[0] for task in self.made}
        found = [(name, said) for name, said in self.said(root) if name in new and said.count]
        return ", ".join(f"{name} {said.length}" for name, said in found)

    def in_order(self) -> "Computed":
        """The same in the order of the plan, whatever was done first."""
        results = {key: self.results[key] for key in self.plan.runs}
        figures = {place: self.figures[place] for place in self.plan.drawings}
        return Computed(self.plan, results, figures, dict(sorted(self.made.items())))


@dataclass(frozen=True)
class Work:
    """A run that the store lacks, or those of its figures that the store lacks."""

    key: str
    run: Run
    drawings: list[Drawing]


@dataclass
class Computer:
    """Everything that computing a plan takes."""

    root: Path
    store: Store
    inputs: Inputs
    pool: Pool
    theme: Theme
    fonts: list[Path]
    style: dict[str, str]
    watcher: Watcher
    timings: Timings = field(default_factory=Timings)
    python: bool = False  # whether modules are imported whole, as Python does
    # Called when something must be computed; what it begins ends all computing if it fails.
    begin: Callable[[], Future[None] | None] = lambda: None
    memo: Memo = field(default_factory=Memo)

    def compute(self, plan: Plan, *, keep_accelerated: bool) -> Computed:
        """Computes what the store does not hold; a failure costs what depends on it alone.

        With `keep_accelerated`, a result that a GPU or TPU made from the same sources is
        preferred to a new one made on this machine's CPU. What measures time runs alone.
        """
        computed, waiting = self.survey(plan, keep_accelerated=keep_accelerated)
        kept = [run.name for key, run in plan.runs.items() if run.key != key]
        if kept:
            self.watcher.remark(f"kept what an accelerator's profile gave: {', '.join(kept)}")
        if waiting:
            self._work_off(waiting, computed)
        return computed.in_order()

    def survey(self, plan: Plan, *, keep_accelerated: bool) -> tuple[Computed, list[Work]]:
        """What the store holds of a plan, and what must be done for the rest. In the plan, a run
        gives way to that of the device whose result is kept."""
        computed, waiting = Computed(plan), []
        drawn: dict[str, list[Drawing]] = {}
        for drawing in plan.drawings.values():
            drawn.setdefault(drawing.run.key, []).append(drawing)
        for key, run in list(plan.runs.items()):
            found = self._stored(run, keep_accelerated)
            drawings = drawn.get(key, [])
            if found is not None:
                plan.runs[key], computed.results[key] = found
                drawings = [d for d in drawings if not self._stored_figure(d, computed, key)]
            if found is None or drawings:
                waiting.append(Work(key, plan.runs[key], drawings))
        return computed, waiting

    def _work_off(self, waiting: list[Work], computed: Computed) -> None:
        beside = self.begin()
        self.store.newest("result", waiting[0].run.name)  # read by one thread, for all
        timed = [work for work in waiting if work.run.experiment.timed]
        others = [work for work in waiting if not work.run.experiment.timed]
        self.pool.each(partial(self._do, computed=computed), others, beside=beside)
        self.pool.each(partial(self._do, computed=computed), timed, alone=True, beside=beside)

    def _do(self, work: Work, computed: Computed) -> None:
        if work.key not in computed.results:
            computed.results[work.key] = self.run(work.run, computed)
        result = computed.results[work.key]
        for drawing in work.drawings:
            if isinstance(result, AuthorError):
                computed.figures[drawing.place] = result
            else:
                computed.figures[drawing.place] = self.draw(drawing, result, computed)

    def run(self, run: Run, computed: Computed) -> Entry | AuthorError:
        """The result of a run, or why it failed; notes in `computed` why it was made."""
        self._remark_on_replacement(run)
        return self._attempt(run.name, run.experiment, computed, run.task, self._run_job(run))

    def draw(self, drawing: Drawing, result: Entry, computed: Computed) -> Entry | AuthorError:
        """The same for a figure of a result."""
        if not self.store.intact(result):  # a server found it long ago
            raise LostEntry(result.path)
        task = self.drawing_task(drawing, result)
        job = self._drawing_job(drawing, result, task)
        return self._attempt(drawing.name, drawing.run.experiment, computed, task, job)

    def drawing_task(self, drawing: Drawing, result: Entry) -> Task:
        """What a figure of a result is found by."""
        content = result.shown
        place = drawing.figure.name, drawing.width, drawing.height, content, id(self.style)

        def make() -> tuple[Task, dict[str, str]]:
            return drawing.task(content, self.style), self.style

        return self.memo.about("drawing", drawing.run, place, make)[0]

    def _stored(self, run: Run, keep_accelerated: bool) -> tuple[Run, Entry] | None:
        def other(run: Run, device: str) -> Run:
            return self.memo.about("device", run, device, partial(on_device, run, device))

        find = partial(self.store.find, value=self.inputs.value)
        made, entry = preferred(run, find, keep_accelerated=keep_accelerated, other=other)
        return None if entry is None else (made, entry)

    def _stored_figure(self, drawing: Drawing, computed: Computed, key: str) -> bool:
        result = computed.results[key]
        assert isinstance(result, Entry)
        entry = self.store.find(self.drawing_task(drawing, result), self.inputs.value)
        if entry is not None:
            computed.figures[drawing.place] = entry
        return entry is not None

    def _remark_on_replacement(self, run: Run) -> None:
        """Says so where a result of another device can no longer be used, and why."""
        last = self.store.history(run.task)
        made = None if last is None else last["inputs"].get("device")
        if made in devices.ACCELERATORS and made != run.device:
            why = reason(on_device(run, made).task, last, self.inputs.value)
            fate = f"({why}); made anew on the {run.device.upper()}"
            self.watcher.remark(f"{run.name}: the {made.upper()}'s result is out of date {fate}")

    def _attempt(
        self, name: str, experiment: Experiment, computed: Computed, task: Task, job: dict[str, Any]
    ) -> Entry | AuthorError:
        found = self.store.find(task, self.inputs.value)
        if found is not None:
            return found  # another run has the same content, or another build was faster
        texts = Texts(self.store.root, self.root, experiment, job["roots"])
        why = reason(task, self.store.history(task), self.inputs.value, texts)
        self.watcher.started(name, why)
        try:
            with self.timings.working():
                entry = self._execute(task, job)
        except WorkerError as error:
            failure = _failure(error, name, task, experiment, job)
            self.watcher.failed(name, failure)
            return failure
        texts.keep({**task.inputs, **entry.manifest["observed"]})
        self.watcher.finished(name, entry.manifest["provenance"]["seconds"])
        computed.made[f"{task.kind} {task.name}"] = why
        return entry

    def _execute(self, task: Task, job: dict[str, Any]) -> Entry:
        """Runs a job and stores what it made, unless its inputs changed on the way."""
        heard = partial(self.watcher.heard, task.name)
        for again in (True, False):
            with self.store.staging() as folder:
                try:
                    answer = self.pool.work(_placed(job, folder), heard)
                except WorkerError:
                    self.store.require_room(folder)
                    self.store.require_entry(job.get("result"))
                    raise
                if answer["changed"]:
                    changed = ", ".join(answer["changed"])
                    if again:
                        self.watcher.remark(f"{task.name}: {changed} changed meanwhile; once more")
                        continue
                    raise WorkerError(f"{changed} changed while it ran, twice; nothing was stored")
                self.timings.add(job["module"].rpartition(".")[2], answer["spent"])
                return self.store.commit(
                    task,
                    folder,
                    observed=self._observed(task, answer["observed"]),
                    values=answer["values"],
                    provenance=self._provenance(answer),
                )
        raise AssertionError("unreachable")

    def _observed(self, task: Task, seen: dict[str, str]) -> dict[str, str]:
        """The inputs that a job was seen to use, but for a figure's fonts: its style has them."""
        if task.kind != "figure":
            return seen
        fonts = {portable(self.root, path) for path in self.fonts}
        return {name: then for name, then in seen.items() if name.partition(" ")[2] not in fonts}

    def _provenance(self, answer: dict[str, Any]) -> dict[str, Any]:
        device, observed = answer["device"], answer["observed"]
        versions = {
            name: observed[f"package {name}"] for name in VERSIONS if f"package {name}" in observed
        }
        return {
            "device": device["platform"],
            "device name": device["name"],
            "seconds": answer["seconds"],
            "versions": versions,
            "commit": self._commit,
            **({NAME: answer[NAME]} if any(answer[NAME].values()) else {}),
            **({CHANGED: answer[CHANGED]} if answer[CHANGED] else {}),
        }

    @cached_property
    def _commit(self) -> str:
        """The commit that the project stands at, with a `+` where files differ from it."""
        command = ["git", "-C", str(self.root), "describe", "--always", "--dirty=+", "--exclude=*"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.strip()

    def _run_job(self, run: Run) -> dict[str, Any]:
        return {
            "do": "run",
            "parameters": repr(run.parameters),
            "nans": run.experiment.nans,
            "device": run.device,
            "root": str(self.root),
            **self._module(run.experiment, "run"),
        }

    def _drawing_job(self, drawing: Drawing, result: Entry, task: Task) -> dict[str, Any]:
        theme = asdict(replace(self.theme, files=()))
        order = {
            "folder": "",
            "name": drawing.figure.name,
            "width": drawing.width,
            "height": drawing.height,
            "salt": salt(task.key),
            "sequence": drawing.figure.sequence,
            "theme": theme,
            "fonts": [str(path) for path in self.fonts],
        }
        return {
            "do": "draw",
            "figure": drawing.figure.name,
            "result": str(result.path),
            "values": result.values,
            CHANGED: result.changed,
            "order": order,
            **self._module(drawing.run.experiment, drawing.figure.name),
        }

    def _module(self, experiment: Experiment, function: str) -> dict[str, Any]:
        roots = [function, "Result"]
        part = experiment.slice(roots)
        return {
            "roots": roots,
            "kept": [] if part.whole or self.python else part.indices,
            "level": level_of(experiment.packages(roots), draws=function != "run"),
            "python": self.python,
            "path": str(experiment.path),
            "source": experiment.source,
            "module": f"{experiment.path.parent.name}.{experiment.name}",
            "line": experiment.line_of(function),
        }


def _failure(
    error: WorkerError, name: str, task: Task, experiment: Experiment, job: dict[str, Any]
) -> AuthorError:
    if error.path is not None:
        return AuthorError(error.message, Path(error.path), error.line, hint=error.hint)
    kind = "run" if task.kind == "result" else "figure"
    message = f"the {kind} `{name}` failed: {error.message}"
    line = error.line or job["line"]
    return AuthorError(message, experiment.path, line, hint=error.hint, detail=error.detail)


def on_device(run: Run, device: str) -> Run:
    """The same run as a build on another kind of device would plan it."""
    overrides = {n: v for n, v in run.parameters.items() if n in run.overridden}
    parameters = run.experiment.parameters(device, overrides)
    threads = int(run.task.inputs["variable NPROC"])
    inputs = run_inputs(run.experiment, parameters, device, threads)
    task = Task("result", run.task.name, inputs)
    return replace(run, parameters=parameters, device=device, task=task)


def preferred(
    run: Run,
    find: Callable[[Task], Entry | None],
    *,
    keep_accelerated: bool,
    other: Callable[[Run, str], Run] = on_device,
) -> tuple[Run, Entry | None]:
    """The entry of a run that `find` knows, if there is one, and the run that made it: that of an
    accelerator before this one where such results are kept."""
    for device in devices.ACCELERATORS if keep_accelerated else ():
        accelerated = other(run, device)
        entry = find(accelerated.task)
        if entry is not None:
            return accelerated, entry
    return run, find(run.task)


def _placed(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    placed = {**job, "folder": str(folder)}
    if "order" in job:
        placed["order"] = {**job["order"], "folder": str(folder)}
    return placed
