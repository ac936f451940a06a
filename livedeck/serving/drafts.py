"""Makes the deck from the project as it is now, by the functions that a build calls, and finds
what is missing. What was not touched since the last time is not made again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from livedeck.execution.pool import Pool
from livedeck.html.figures import fragment
from livedeck.html.page import Body, body, scripts
from livedeck.html.render import Rendering, render_slides
from livedeck.keys.inputs import Inputs
from livedeck.memo import Memo, status
from livedeck.options import Options
from livedeck.planning.compute import Computed, Computer, Work
from livedeck.planning.plan import Drawing, Plan, Run, style_inputs
from livedeck.planning.prepare import Prepared, prepare
from livedeck.project import Project
from livedeck.serving.activity import Activity
from livedeck.serving.background_jobs import Job
from livedeck.serving.live_answers import LiveAnswers, WaitingError
from livedeck.serving.live_page import SCRIPT
from livedeck.serving.store_cache import LiveInputs, StoreCache
from livedeck.store.entry import Entry, Task
from livedeck.store.store import Store


@dataclass(frozen=True)
class Draft:
    """The deck at one moment: what it shows, and the jobs that it waits for. `stale` names the
    figures that stand in for one that is being made, each with the job that it waits for first."""

    prepared: Prepared
    computed: Computed
    rendering: Rendering
    body: Body
    scripts: list[str]
    style: dict[str, str]
    jobs: list[Job]
    stale: dict[str, str]
    reused: int


@dataclass
class Drafts:
    """Remembers what was made, and the last good result and figure of every name."""

    project: Project
    options: Options
    activity: Activity
    memo: Memo = field(default_factory=Memo)
    _found: Memo = field(default_factory=Memo)  # in the store, where it is not looked at every time
    _results: dict[str, Entry] = field(default_factory=dict)
    _figures: dict[tuple[str, int, int], Entry] = field(default_factory=dict)
    _missing: bool = True  # whether anything was, the last time
    _history: Store | None = None  # whose newest entries stand in at first

    def __post_init__(self) -> None:
        self.store = StoreCache(self.project.store, self._found)

    def draft(self) -> Draft:
        """The deck as it is now; raises what is wrong with its sources."""
        self.memo.unsettled = False
        prepared = prepare(self.project, self.options, memo=self.memo)
        inputs = LiveInputs(self.project, self.memo)
        style = self._style(prepared)
        computer = self.computer(prepared, style, self.store, inputs, Pool([]))
        computer.memo = self._found
        found, waiting = self._survey(prepared.plan, computer)
        jobs = [job for work in waiting for job in self._jobs(work, found, computer)]
        jobs.sort(key=lambda job: job.drawing is None)  # drawing is quick, and is waited for
        computed = self._standing(prepared.plan, found)
        deck, theme = prepared.deck, prepared.theme
        rendering = render_slides(deck, theme, computed, self.store, LiveAnswers, self.memo)
        shown = body(prepared, rendering, computed, self.memo)
        reused = len(found.results) + len(found.figures)
        stale = {fragment(name): job for name, job in _stale(prepared.plan, found).items()}
        code = self._scripts(prepared, rendering)
        self.memo.turn()
        return Draft(prepared, computed, rendering, shown, code, style, jobs, stale, reused)

    def forget(self) -> None:
        """Makes the next draft from what is in the store now."""
        view = self.memo.view
        self.memo, self._found = Memo(), Memo()
        self.memo.view = view
        self.store = StoreCache(self.project.store, self._found)

    def computer(
        self, prepared: Prepared, style: dict[str, str], store: Store, inputs: Inputs, pool: Pool
    ) -> Computer:
        """What computes a plan's parts."""
        theme, paths = prepared.theme, prepared.fonts.paths
        return Computer(self.project.root, store, inputs, pool, theme, paths, style, self.activity)

    def observed(self) -> set[str]:
        """The inputs that anything of the deck was seen to read."""
        entries = [*self._results.values(), *self._figures.values()]
        return set().union(*(entry.manifest["observed"] for entry in entries))

    def _survey(self, plan: Plan, computer: Computer) -> tuple[Computed, list[Work]]:
        """What the store holds and what is missing, looked up again only where that may be other
        than the last time."""
        basis = (
            object() if self._missing else None,
            *(list(plan.runs.items()), list(plan.drawings.items()), computer.style),
            [(name, computer.inputs.value(name)) for name in sorted(self.observed())],
            status(str(self.project.store / "entries")),
        )
        runs = plan.runs

        def look() -> tuple[dict[str, Run], Computed, list[Work]]:
            kept = self.options.keeps_accelerated
            found = computer.survey(plan, keep_accelerated=kept)
            self._found.turn()
            return runs, *found

        chosen, found, waiting = self.memo.last("survey", basis, look)
        plan.runs = dict(chosen)
        self._missing = bool(waiting)
        return found, waiting

    def _style(self, prepared: Prepared) -> dict[str, str]:
        theme, paths = prepared.theme, prepared.fonts.paths
        fonts = tuple(self.memo.content(path) for path in paths)
        return self.memo.of("style", (repr(theme), fonts), lambda: style_inputs(theme, paths))

    def _scripts(self, prepared: Prepared, rendering: Rendering) -> list[str]:
        demos = [(name, self.memo.content(path)) for name, path in sorted(rendering.demos.items())]
        make = partial(scripts, prepared, rendering, SCRIPT)
        return self.memo.about("scripts", prepared.templates, tuple(demos), make)

    def _jobs(self, work: Work, found: Computed, computer: Computer) -> list[Job]:
        """A run that is missing, or the figures of one that is there."""
        result = found.results.get(work.key)
        value = computer.inputs.value
        if not isinstance(result, Entry):
            seen = self._last_result(work.run)
            known = () if seen is None else _now(seen, value)
            return [Job(work.run.name, ("run", work.run.task.key, known), work.run)]
        jobs = []
        for drawing in work.drawings:
            key = computer.drawing_task(drawing, result).key
            seen = self._last_figure(drawing)
            known = () if seen is None else _now(seen, value)
            run = replace(drawing, run=work.run)
            jobs.append(Job(drawing.name, ("figure", key, known), work.run, run, result))
        return jobs

    def _standing(self, plan: Plan, found: Computed) -> Computed:
        """What was found, and for all else the last good of its name."""
        standing = Computed(plan, made=found.made)
        for key, run in plan.runs.items():
            entry = found.results.get(key) or self._last_result(run)
            if key not in found.results:
                standing.stale.add(key)
            standing.results[key] = entry or WaitingError(f"`{run.name}` was never computed")
            if isinstance(entry, Entry):
                self._results[run.name] = entry
        for place, drawing in plan.drawings.items():
            figure = found.figures.get(place) or self._last_figure(drawing)
            if place not in found.figures:
                standing.stale.add(drawing.run.key)
            if not isinstance(standing.results[drawing.run.key], Entry):
                figure = None
            standing.figures[place] = figure or WaitingError(f"`{drawing.name}` was never drawn")
            if isinstance(figure, Entry):
                self._figures[place] = figure
        return standing

    def _last_result(self, run: Run) -> Entry | None:
        known = self._results.get(run.name) or self._newest("result", run.name)
        return known if known is not None and known.path.is_dir() else None

    def _last_figure(self, drawing: Drawing) -> Entry | None:
        size = f"{drawing.width} x {drawing.height}"
        known = self._figures.get(drawing.place)
        known = known or self._newest("figure", f"{drawing.name} at {size}")
        return known if known is not None and known.path.is_dir() else None

    def _newest(self, kind: str, name: str) -> Entry | None:
        """The newest entry of a name in the store, from before this session."""
        if self._history is None:
            self._history = Store(self.project.store, read_only=True)
        manifest = self._history.newest(kind, name)
        if manifest is None:
            return None
        task = Task(kind, manifest["name"], manifest["inputs"])
        entry = Entry(self.project.store / "entries" / task.key / manifest["key"], manifest)
        return entry if self._history.intact(entry) else None


def _now(entry: Entry, value: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """The present values of all that was read when an entry was made."""
    return tuple((name, value(name)) for name in sorted(entry.manifest["observed"]))


def _stale(plan: Plan, found: Computed) -> dict[str, str]:
    stale = {}
    for place, drawing in plan.drawings.items():
        if drawing.run.key not in found.results:
            stale[drawing.name] = drawing.run.name
        elif place not in found.figures:
            stale[drawing.name] = drawing.name
    return stale
