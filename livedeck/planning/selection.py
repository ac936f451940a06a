"""Finds what of a deck a command's words name: runs, and figures and numbers of them."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from livedeck.errors import UsageError, did_you_mean
from livedeck.markdown import DemoRef, FigureRef, ValueRef
from livedeck.markdown.figure import SCHEME, parse_parameters
from livedeck.planning.plan import Drawing, Run
from livedeck.planning.prepare import Prepared
from livedeck.slides.deck import Slide

RESULTS = "results"  # the layout of a slide that lists every run
WORD = re.compile(
    r"(?P<run>[^\W\d]\w*)(?:\.(?P<part>[^\W\d]\w*)(?:\[(?P<index>-?\d{1,18})\])?)?"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<alias>\w+))?"
)
HINT = "Write `experiment`, `experiment?parameter=value`, `experiment.figure` or `experiment.value`"


@dataclass(frozen=True)
class Selected:
    """A run with those of its figures and numbers that were asked for."""

    run: Run
    parts: list[Drawing | ValueRef] = field(default_factory=list)


def everything(prepared: Prepared) -> list[Selected]:
    """Every run of a deck with its figures."""
    return [_whole(prepared, run) for run in prepared.plan.runs.values()]


def named(prepared: Prepared, word: str) -> list[Selected]:
    """What a word names: an experiment's runs or one run with all figures, a figure, a number."""
    match = WORD.fullmatch(word.removeprefix(SCHEME))
    if match is None:
        raise UsageError(f"`{word}` names nothing in a deck. {HINT}.")
    name, query, part = match["run"], match["query"], match["part"]
    if match["alias"]:
        name, query = match["alias"], None
    exact = prepared.plan.names.get(name)  # as a slide means it
    runs = [exact] if part and exact and not query else _runs(prepared, name, query or "", word)
    if part is None:
        return [_whole(prepared, run) for run in runs]
    selected = [_part(prepared, run, part, match["index"]) for run in runs]
    found = [one for one in selected if one.parts]
    if not found:
        raise UsageError(_no_part(runs[0], part))
    return found


def on_slide(prepared: Prepared, word: str) -> tuple[Slide, list[Selected]]:
    """The slide of an id or a file, and every figure and number on it by their runs."""
    slide = _slide(prepared, word)
    if slide.matter.layout == RESULTS:
        return slide, [Selected(run) for run in prepared.plan.runs.values()]
    found: dict[str, Selected] = {}
    plan = prepared.plan
    for reference in slide.parsed.references:
        if isinstance(reference, FigureRef):
            drawing = plan.drawing(slide, reference)
            run, here = drawing.run, replace(drawing, path=slide.path, line=reference.line)
            parts: list[Drawing | ValueRef] = [here]
        elif isinstance(reference, ValueRef):
            run, parts = plan.names[reference.name], [reference]
        elif isinstance(reference, DemoRef):
            for name, value in reference.values:
                own = ValueRef(name, value, None, (), reference.line, f"{name}.{value}")
                _add(found, plan.names[name], [own])
            continue
        else:
            continue
        _add(found, run, parts)
    return slide, list(found.values())


def _add(found: dict[str, Selected], run: Run, parts: list[Drawing | ValueRef]) -> None:
    selected = found.setdefault(run.key, Selected(run))
    selected.parts.extend(part for part in parts if part not in selected.parts)


def _whole(prepared: Prepared, run: Run) -> Selected:
    drawings = prepared.plan.drawings.values()
    return Selected(run, [drawing for drawing in drawings if drawing.run.key == run.key])


def _runs(prepared: Prepared, name: str, query: str, word: str) -> list[Run]:
    plan = prepared.plan
    if query:
        try:
            wanted = dict(parse_parameters(query))
        except ValueError as error:
            raise UsageError(f"`{word}`: {error}") from error
        runs = [
            run
            for run in plan.runs.values()
            if run.experiment.name == name and _overrides(run) == wanted
        ]
    elif name in plan.names and plan.names[name].experiment.name != name:
        runs = [plan.names[name]]
    else:
        runs = [run for run in plan.runs.values() if run.experiment.name == name]
    if runs:
        return runs
    known = {run.experiment.name for run in plan.runs.values()} | set(plan.names)
    if query and name in known:
        known = {n for n, run in plan.names.items() if run.experiment.name == name}
        raise UsageError(f"the deck has no run `{word}`. {did_you_mean(word, known)}")
    raise UsageError(f"the deck has no experiment `{name}`. {did_you_mean(name, known)}")


def _overrides(run: Run) -> dict[str, object]:
    return {name: run.parameters[name] for name in run.overridden}


def _part(prepared: Prepared, run: Run, name: str, index: str | None) -> Selected:
    parts: list[Drawing | ValueRef] = []
    if index is None:
        parts += [d for d in _whole(prepared, run).parts if _is_of(d, name)]
    if name in run.experiment.fields:
        number = None if index is None else int(index)
        parts.append(ValueRef(run.name, name, number, (), 0, f"{run.name}.{name}"))
    return Selected(run, parts)


def _is_of(part: Drawing | ValueRef, figure: str) -> bool:
    return isinstance(part, Drawing) and part.figure.name == figure


def _no_part(run: Run, name: str) -> str:
    experiment = run.experiment
    if name in experiment.figures:
        return f"no slide shows the figure `{run.name}.{name}`"
    known = [f"{run.name}.{part}" for part in (*experiment.figures, *experiment.fields)]
    hint = did_you_mean(f"{run.name}.{name}", known)
    return f"`{run.name}` has no figure and no value `{name}`. {hint}"


def _slide(prepared: Prepared, word: str) -> Slide:
    slides = prepared.deck.slides
    path = Path(word)
    places = [path, prepared.planner.folder.parent / path, prepared.deck.folder / path]
    files = {place.resolve() for place in places}
    for slide in slides:
        if slide.id == word or slide.path.resolve() in files or slide.path.name == word:
            return slide
    known = {slide.id for slide in slides}
    raise UsageError(f"the deck has no slide `{word}`. {did_you_mean(path.stem, known)}")
