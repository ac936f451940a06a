"""Weighs what the gates found by what the deck's settings and its slides allow."""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from livedeck.console import Terminal
from livedeck.errors import AuthorError, AuthorErrors
from livedeck.finding import LEVELS, Finding
from livedeck.fonts.characters import Glyphs
from livedeck.fonts.families import Family
from livedeck.gates import palettes
from livedeck.html import bundle
from livedeck.markdown import FigureRef
from livedeck.options import Options
from livedeck.planning.compute import Computed
from livedeck.planning.prepare import Prepared
from livedeck.slides.deck import Deck, Settings, Slide
from livedeck.slides.theme import Theme, place_of
from livedeck.store.entry import Entry
from livedeck.store.store import Store


@dataclass
class Verdict:
    """What a build must refuse, and what it only remarks on."""

    errors: list[AuthorError] = field(default_factory=list)
    remarks: list[AuthorError] = field(default_factory=list)

    def add(self, level: str, error: AuthorError) -> None:
        """Takes a finding in at its level."""
        if level == "error":
            self.errors.append(error)
        elif level == "warn":
            self.remarks.append(error)


def of_theme(prepared: Prepared, store: Store) -> Verdict:
    """The verdict on a deck's theme and templates, before anything is computed."""
    verdict, settings = Verdict(), prepared.deck.settings
    for error in palettes.examine(prepared.theme):
        verdict.add(settings.gates.get("contrast", LEVELS[0]), error)
    for path in bundle.unused(prepared.templates.folder):
        hint = "Its place may be another one now: see the `templates/` that livedeck comes with."
        verdict.remarks.append(AuthorError("nothing takes this file", path, hint=hint))
    for name, family in prepared.fonts.families.items():
        place = _place_of(name, prepared.theme)
        verdict.remarks += _remarks(family, place)
        if " " not in Glyphs(store, ()).of(family, (400, "normal")):
            message = f"the family `{name}` has no space, which stands between its words on paper"
            verdict.errors.append(AuthorError(message, *place, hint="Take one that has."))
    return verdict


def _place_of(family: str, theme: Theme) -> tuple[Path | None, int | None]:
    """Where the theme names a family."""
    for use, families in theme.fonts.items():
        if family in families:
            return place_of(use, "fonts", theme.files)
    return None, None


def _remarks(family: Family, place: tuple[Path | None, int | None]) -> Iterator[AuthorError]:
    """That nobody has drawn some of a family's faces, or that it is shown without its colours."""
    if family.coloured:
        yield AuthorError(f"the family `{family.name}` is in colour, and is shown in one", *place)
    if all(weight < 600 for weight, _ in family.faces):
        message = f"the family `{family.name}` has no bold face, and is too large to make one"
        hint = "What is bold is shown as the rest is. Put its bold file into `deck/fonts/`."
        yield AuthorError(message, *place, hint=hint)
    if family.made_up:
        lacks = ", ".join(f"{weight} {style}" for weight, style in family.made_up)
        message = f"the family `{family.name}` has no {lacks}: made up from its other faces"
        hint = "If they do not look well, put its files with these faces into `deck/fonts/`."
        yield AuthorError(message, *place, hint=hint)


def of_slides(prepared: Prepared, computed: Computed, laid: Iterable[Finding]) -> Verdict:
    """The verdict on the figures of a deck and on its slides as they were laid out."""
    verdict = Verdict()
    _weigh_figures(prepared, computed, verdict)
    _weigh_layout(prepared.deck, list(laid), verdict)
    return verdict


def of_layout(deck: Deck, laid: Iterable[Finding]) -> Verdict:
    """The verdict on slides as they were laid out, alone."""
    verdict = Verdict()
    _weigh_layout(deck, list(laid), verdict)
    return verdict


def of_said(settings: Settings, computed: Computed, options: Options, root: Path) -> Verdict:
    """The verdict on what experiments and figures warn of: an error each, or a remark on all that
    one of them says."""
    verdict = Verdict()
    profile = f" --profile {options.profile}" if options.profile else ""
    fatal = (options.warnings or settings.warnings) == "error"
    for name, found in computed.said(root):
        if not found.warnings:
            continue
        if fatal:
            for message in found.messages:
                error = f"`{name}` warns: {message.sentence}"
                place = root / message.file
                verdict.errors.append(AuthorError(error, place, message.line, hint=message.remedy))
            continue
        rest = "" if found.warnings == "1 warning" else ", the first"
        more = f" (python build.py explain {shlex.quote(name)}{profile})"
        text = f"{name} said {found.warnings}{rest}: {found.first}{more}"
        verdict.remarks.append(AuthorError(text))
    return verdict


def heed(found: Verdict, terminal: Terminal, options: Options) -> list[AuthorError]:
    """Shows what gates remark on; raises what they refuse, or returns it where a build goes on."""
    for remark in found.remarks:
        terminal.remark(f"warning: {remark}")
    if found.errors and not options.keep_going:
        raise AuthorErrors(found.errors)
    return found.errors


def level(deck: Deck, slide: Slide, gate: str) -> str:
    """What a finding of a gate is on a slide: an error, a warning, or nothing."""
    of_deck = deck.settings.gates.get(gate, LEVELS[0])
    return "warn" if of_deck == "error" and gate in slide.matter.allow else of_deck


def _weigh_figures(prepared: Prepared, computed: Computed, verdict: Verdict) -> None:
    shown = _slides_of_figures(prepared)
    said: set[tuple[str, str, str]] = set()  # of a figure at another size it is the same mistake
    for place, drawing in prepared.plan.drawings.items():
        entry = computed.figures[place]
        if not isinstance(entry, Entry):
            continue
        experiment = drawing.run.experiment
        line = experiment.line_of(drawing.figure.name)
        for kept in entry.values["findings"]:
            finding = Finding(**kept)
            levels = {level(prepared.deck, slide, finding.gate) for slide in shown[place]}
            weight = min(levels, key=LEVELS.index)
            if (drawing.name, finding.message, weight) in said:
                continue
            said.add((drawing.name, finding.message, weight))
            error = AuthorError(
                f"`{drawing.name}`: {finding.message}",
                experiment.path,
                line,
                hint=f"{finding.hint} {_way_out(finding.gate, drawing.path.name)}",
            )
            verdict.add(weight, error)


def _weigh_layout(deck: Deck, laid: list[Finding], verdict: Verdict) -> None:
    slides = {slide.id: slide for slide in deck.slides}
    first: dict[tuple[str, str], AuthorError] = {}
    others: dict[tuple[str, str], set[str]] = {}
    for finding in laid:
        slide = slides[finding.slide]
        weight = level(deck, slide, finding.gate)
        known = (weight, f"{finding.gate} {finding.cause}")
        if finding.cause and known in first:
            others.setdefault(known, set()).add(finding.slide)
            continue
        line = finding.line or slide.parsed.title_line
        hint = f"{finding.hint} {_way_out(finding.gate, slide.path.name)}"
        error = AuthorError(finding.message, slide.path, line, hint=hint)
        verdict.add(weight, error)
        if finding.cause:
            first[known] = error
    for known, names in others.items():
        more = f"{len(names)} more slide{'' if len(names) == 1 else 's'}"
        first[known].message += f"; the same on {more}"


def _way_out(gate: str, name: str) -> str:
    return f"Or let it pass: `allow: {gate}` in the front matter of {name}."


def _slides_of_figures(prepared: Prepared) -> dict[tuple[str, int, int], list[Slide]]:
    """The slides that show each drawing."""
    shown: dict[tuple[str, int, int], list[Slide]] = {}
    for slide in prepared.deck.slides:
        for reference in slide.parsed.references:
            if isinstance(reference, FigureRef):
                drawing = prepared.plan.drawing(slide, reference)
                shown.setdefault(drawing.place, []).append(slide)
    return shown
