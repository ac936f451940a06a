"""What a deck needs computed: every run and every figure that its slides refer to."""

import os
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from livedeck import devices, engine
from livedeck.distributions import versions
from livedeck.errors import AuthorError, AuthorErrors, did_you_mean
from livedeck.keys.experiment import Experiment, FigureFunction, names_in, read_experiment
from livedeck.keys.inputs import file_value
from livedeck.keys.modules import Modules
from livedeck.markdown import CodeRef, DemoRef, FigureRef, LinkRef, PictureRef, RunRef, ValueRef
from livedeck.memo import Memo
from livedeck.slides.deck import Deck, Slide
from livedeck.slides.targets import deck_file, link_target
from livedeck.slides.theme import LARGEST, Theme
from livedeck.store.entry import NANS, Task, digest

LONGEST = 200  # characters of a name, which becomes one of files, too
# What a process that draws imports.
ROOMS = (engine.GROUND, "drawing", "execution", "gates", "keys", "slides", "store")


@dataclass(frozen=True)
class Run:
    """One run of an experiment; `overridden` are the parameters that a slide has set."""

    name: str
    experiment: Experiment
    parameters: dict[str, object]
    overridden: tuple[str, ...]
    device: str
    task: Task

    @property
    def key(self) -> str:
        """The name of the run among the runs of a plan."""
        return self.task.key

    @property
    def seed(self) -> str:
        """How many seeds the run has, or which, where its parameters tell."""
        seeds = self.parameters.get("seeds")
        if isinstance(seeds, int):
            return "1 seed" if seeds == 1 else f"{seeds} seeds"
        return f"seed {self.parameters['seed']}" if "seed" in self.parameters else ""


@dataclass(frozen=True)
class Drawing:
    """One figure of a run at one size, and the first place in the deck that shows it."""

    run: Run
    figure: FigureFunction
    width: int
    height: int
    path: Path
    line: int

    @property
    def name(self) -> str:
        """The figure's name, as slides write it."""
        return f"{self.run.name}.{self.figure.name}"

    @property
    def place(self) -> tuple[str, int, int]:
        """The name of the drawing among the drawings of a plan."""
        return self.name, self.width, self.height

    def task(self, content: str, style: dict[str, str]) -> Task:
        """The figure as something that the store may hold, once its result is known."""
        sources = self.run.experiment.figure_digests(self.figure.name)
        inputs = {f"source {name}": value for name, value in sources.items()}
        size = f"{self.width} x {self.height}"
        names = {"experiment": self.run.experiment.name, "figure": self.figure.name}
        own = {**names, "result": content, "size": size}
        return Task("figure", f"{self.name} at {size}", {**inputs, **style, **own})


@dataclass
class Plan:
    """The runs by task key, the figures by name and size, and the runs by citable name; `sizes`
    are what layouts have for figures, in CSS pixels."""

    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    drawings: dict[tuple[str, int, int], Drawing] = field(default_factory=dict)
    names: dict[str, Run] = field(default_factory=dict)
    experiments: dict[str, Experiment] = field(default_factory=dict)

    def place(self, slide: Slide) -> tuple[int, int]:
        """The width and height in CSS pixels that a slide's layout has for figures."""
        return self.sizes.get(slide.matter.layout, self.sizes["default"])

    def figure_size(self, slide: Slide, reference: FigureRef) -> tuple[int, int]:
        """A figure's width and height in CSS pixels: its own, or its layout's."""
        width, height = self.place(slide)
        asked = dict(reference.attributes)
        found = []
        for name, size in (("width", width), ("height", height)):
            text = asked.get(name, str(size)).removesuffix("px")
            if not text.isdigit() or not 0 < int(text) <= LARGEST:
                raise ValueError(f"`{name}={asked[name]}` is not a number of pixels")
            found.append(int(text))
        return found[0], found[1]

    def drawing(self, slide: Slide, reference: FigureRef) -> Drawing:
        """What a slide means by a reference to a figure of this plan."""
        run = self.names[run_name(reference.run)]
        return self.drawings[f"{run.name}.{reference.figure}", *self.figure_size(slide, reference)]


def run_name(reference: RunRef) -> str:
    """The name of a run: its alias, else its experiment with the parameters that it sets."""
    query = "&".join(f"{name}={value}" for name, value in reference.parameters)
    return reference.alias or reference.experiment + (f"?{query}" if query else "")


class Planner:
    """Finds what a deck refers to, for a profile on a kind of device; mistakes are collected into
    one error."""

    def __init__(
        self,
        deck: Deck,
        modules: Modules,
        sizes: Mapping[str, tuple[int, int]],
        profile: str,
        device: str,
        memo: Memo | None = None,
    ) -> None:
        self.deck, self.modules = deck, modules
        self.folder = modules.root / "experiments"
        self.profile, self.device = profile, device
        self.plan = Plan(sizes)
        self.errors: list[AuthorError] = []
        self._memo = memo or Memo()
        self._planned: dict[tuple[str, str, str | None], Run] = {}  # by what refers to them

    def make(self) -> Plan:
        """The whole plan."""
        known = self._memo.last("plan", self._basis(), self._refer)
        runs, drawings = dict(known.runs), dict(known.drawings)
        names, experiments = dict(known.names), dict(known.experiments)
        self.plan = Plan(self.plan.sizes, runs, drawings, names, experiments)
        self._look_at_files()
        return self.plan

    def elsewhere(self, profile: str, device: str) -> Plan:
        """The plan of the same deck for another profile, on another kind of device."""
        return Planner(self.deck, self.modules, self.plan.sizes, profile, device).make()

    def _refer(self) -> Plan:
        """What follows from the slides and experiments alone, whatever other files there are."""
        for slide, reference in self._references():
            if isinstance(reference, FigureRef):
                self._collect(slide, reference, self._plan_figure)
        for slide, reference in self._references():
            if isinstance(reference, ValueRef):
                self._collect(slide, reference, self._plan_value)
        for slide, reference in self._references():
            if isinstance(reference, CodeRef):
                self._collect(slide, reference, self._check_code)
            elif isinstance(reference, LinkRef):
                self._collect(slide, reference, self._check_link)
        if self.errors:
            self._look_at_files()
        return self.plan

    def _look_at_files(self) -> None:
        for slide, reference in self._references():
            if isinstance(reference, DemoRef):
                self._collect(slide, reference, self._plan_demo)
            elif isinstance(reference, PictureRef):
                self._collect(slide, reference, self._check_picture)
        if self.errors:
            raise AuthorErrors(self.errors)

    def _basis(self) -> tuple[object, ...]:
        """Something that is equal as long as the same plan follows, but for other files."""
        experiments = names_in(self.folder)
        return (
            *(self.profile, self.device, self.deck.settings.threads, self.plan.sizes),
            [(name, self._state(name)) for name in experiments],
            [(s.id, s.path, s.matter.layout, s.parsed.references) for s in self.deck.slides],
            # By what they are, too, for 1 equals 1.0, and True.
            [repr(ref.run) for _, ref in self._references() if isinstance(ref, FigureRef)],
        )

    def _state(self, name: str) -> Hashable:
        """Something that is equal as long as an experiment and the modules that it imports are."""
        path = self.folder / f"{name}.py"
        try:
            source = self._memo.text(path)
        except AuthorError:
            return self._memo.content(path)
        return self._memo.content(path), self.modules.state(source.encode(), path)

    def _references(self) -> Iterator[tuple[Slide, Any]]:
        for slide in self.deck.slides:
            for reference in slide.parsed.references:
                yield slide, reference

    def _collect(self, slide: Slide, reference: Any, check: Any) -> None:
        try:
            check(slide, reference)
        except ValueError as error:
            message, _, hint = str(error).partition(". ")
            self.errors.append(AuthorError(message, slide.path, reference.line, hint=hint))
        except AuthorError as error:
            if not any(str(error) == str(known) for known in self.errors):
                self.errors.append(error)

    def _plan_figure(self, slide: Slide, reference: FigureRef) -> None:
        run = self.plan_run(reference.run)
        if reference.figure not in run.experiment.figures:
            hint = did_you_mean(reference.figure, run.experiment.figures)
            message = f"the experiment `{run.experiment.name}` has no figure `{reference.figure}`"
            raise ValueError(f"{message}. {hint}")
        figure = run.experiment.figures[reference.figure]
        if len(figure.name) > LONGEST:
            raise ValueError(f"the name of the figure `{figure.name}` is too long")
        width, height = self.plan.figure_size(slide, reference)
        drawing = Drawing(run, figure, width, height, slide.path, reference.line)
        self.plan.drawings.setdefault(drawing.place, drawing)

    def _plan_value(self, slide: Slide, reference: ValueRef) -> None:
        self._plan_field(reference.name, reference.field, f"{{{{ {reference.source} }}}}")
        if reference.field in self.plan.names[reference.name].experiment.nans:
            message = f"`{reference.name}.{reference.field}` may be NaN, as `NANS` says"
            hint = "Give `Result` a field of its own for what the text cites"
            raise ValueError(f"{message}, so no text can cite it. {hint}")

    def _plan_demo(self, slide: Slide, reference: DemoRef) -> None:
        deck_file(self.deck, slide, reference.script, "script")
        for name, field_name in reference.values:
            self._plan_field(name, field_name, f"{name}.{field_name}")

    def _plan_field(self, name: str, field_name: str, source: str) -> None:
        run = self.plan.names.get(name)
        if run is None:
            known = {*names_in(self.folder), *self.plan.names}
            if name not in known:
                hint = did_you_mean(name, known)
                message = f"no experiment or named run `{name}`"
                raise ValueError(f"{message} for `{source}`. {hint}")
            run = self.plan_run(RunRef(name))
        if field_name not in run.experiment.fields:
            fields = [f"{name}.{known}" for known in run.experiment.fields]
            asked = f"{name}.{field_name}"
            raise ValueError(f"no value `{asked}`. {did_you_mean(asked, fields)}")

    def _check_code(self, slide: Slide, reference: CodeRef) -> None:
        self._experiment(reference.experiment).source_of(reference.function)

    def _check_link(self, slide: Slide, reference: LinkRef) -> None:
        if reference.href.startswith("#result-"):
            result = unquote(reference.href.removeprefix("#result-"))
            names = [run.name for run in self.plan.runs.values()]
            if not self.deck.has_results:
                hint = "Add one with `layout: results`"
                raise ValueError(f"no slide of this deck shows `{result}`'s results. {hint}")
            if result not in names:
                raise ValueError(f"no result `{result}`. {did_you_mean(result, names)}")
        link_target(self.deck, slide, reference.href)

    def _check_picture(self, slide: Slide, reference: PictureRef) -> None:
        path = deck_file(self.deck, slide, reference.src, "picture")
        if path.suffix.lower() == ".svg":
            from livedeck.pictures import vector_images

            vector_images.check(path)
        elif path.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"):
            from livedeck.pictures import raster_images

            raster_images.check(path)

    def plan_run(self, reference: RunRef) -> Run:
        """The run that a reference asks for; one that makes no sense is a `ValueError`."""
        place = reference.experiment, repr(reference.parameters), reference.alias
        if place not in self._planned:
            self._planned[place] = self._new_run(reference)
        return self._planned[place]

    def _new_run(self, reference: RunRef) -> Run:
        experiment = self._experiment(reference.experiment)
        alias = reference.alias
        if alias and alias != experiment.name and alias in names_in(self.folder):
            raise ValueError(f"`{alias}` is an experiment. Choose another name after `#`")
        name, threads = run_name(reference), self.deck.settings.threads
        if len(name) > LONGEST or not name.isprintable():
            raise ValueError(f"`{name}` is no name of a run. Give it a short one after `#`")
        place = name, repr(reference.parameters), self.profile, self.device, threads

        def make() -> Run:
            overrides = dict(reference.parameters)
            parameters = experiment.parameters(self.profile, overrides)
            task = Task("result", name, run_inputs(experiment, parameters, self.device, threads))
            return Run(name, experiment, parameters, tuple(overrides), self.device, task)

        new = self._memo.about("run", experiment, place, make)
        known = self.plan.names.get(name)
        if known is not None and known.task.inputs != new.task.inputs:
            raise ValueError(f"`{name}` already names another run. Choose another name after `#`")
        run = self.plan.runs.setdefault(new.task.key, new)
        self.plan.names[name] = run
        return run

    def _experiment(self, name: str) -> Experiment:
        if name not in self.plan.experiments:
            path = self.folder / f"{name}.py"
            named = name == path.stem and not name.startswith("_")  # nothing in folders is one
            if not named or not os.path.lexists(path):
                hint = did_you_mean(name, names_in(self.folder))
                raise ValueError(f"no experiment `{name}`. {hint}")
            source = self._memo.text(path)
            make = partial(read_experiment, path, self.modules, source)
            state = self.modules.state(source.encode(), path)
            found = self._memo.of("experiment", (str(path), source, state), make)
            self.plan.experiments[name] = found
        return self.plan.experiments[name]


def run_inputs(
    experiment: Experiment, parameters: dict[str, object], device: str, threads: int
) -> dict[str, str]:
    """What a run depends on as far as it is known before it runs."""
    inputs = {f"source {name}": value for name, value in experiment.run_digests.items()}
    inputs |= {f"parameter {name}": repr(value) for name, value in parameters.items()}
    variables = devices.environment(device, threads)
    inputs |= {f"variable {name}": value for name, value in variables.items()}
    if experiment.nans:
        inputs[NANS] = ", ".join(experiment.nans)
    return inputs | {"device": device, "experiment": experiment.name}  # a module knows its name


def salt(key: str) -> str:
    """What the ids within the drawing of that key begin with."""
    return f"f{key[:8]}"


def style_inputs(theme: Theme, fonts: list[Path]) -> dict[str, str]:
    """What every figure depends on besides its own code and result."""
    colours = {
        f"colour {mode} {name}": colour
        for mode, palette in theme.palettes.items()
        for name, colour in palette.named().items()
        if name != "accent"  # which is the first of the series
    }
    return {
        **colours,
        **{f"font {use}": ", ".join(families) for use, families in theme.fonts.items()},
        "fonts": digest([file_value("file", path) for path in fonts]),
        "drawing": engine.code(*ROOMS),
        "matplotlib": versions().get("matplotlib", "absent"),
        "numpy": versions().get("numpy", "absent"),
    }
