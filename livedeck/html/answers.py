"""Answers for what slides refer to, in the HTML page or in the PDF."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from unicodedata import normalize

from livedeck import filters
from livedeck.characters import closed
from livedeck.errors import AuthorError, did_you_mean
from livedeck.formulas.errors import Misprint
from livedeck.html import demos, figures, formulas, listings
from livedeck.markdown import CodeRef, DemoRef, FigureRef, LinkRef, LiveValue, PictureRef, ValueRef
from livedeck.memo import Memo
from livedeck.pictures import images
from livedeck.pictures.images import Illustration
from livedeck.planning.compute import Computed
from livedeck.planning.plan import Drawing, Plan, Run
from livedeck.slides.deck import Deck, Slide
from livedeck.slides.targets import deck_file, link_target
from livedeck.slides.theme import Theme
from livedeck.store.entry import Entry
from livedeck.store.store import Store

LINK = re.compile(r'<a href="(#[^"]*)" tabindex="-1">')  # in a drawing


def made(entry: Entry | AuthorError) -> Hashable:
    """Something that is equal as long as what was made, or why it was not, is."""
    if isinstance(entry, AuthorError):
        return type(entry), str(entry), entry.detail
    return str(entry.path), entry.manifest["created"]


def surroundings(deck: Deck, theme: Theme, computed: Computed) -> Hashable:
    """Something that is equal as long as the answers for no slide can have changed, but for those
    that are files."""
    return (
        repr(theme),
        tuple(deck.settings.macros.items()),
        tuple((slide.id, str(slide.path)) for slide in deck.slides),
        deck.has_results,
        tuple((name, run.key) for name, run in computed.plan.names.items()),
        tuple(
            (run.key, run.experiment.source, made(computed.results[key]))
            for key, run in computed.plan.runs.items()
        ),
        tuple(
            (place, one.figure.line, str(one.path), one.line, made(computed.figures[place]))
            for place, one in computed.plan.drawings.items()
        ),
        tuple(experiment.source for experiment in computed.plan.experiments.values()),
        frozenset(computed.stale),
    )


@dataclass
class Answers(ABC):
    """What a slide refers to, as it stands in one medium; made anew for each slide."""

    deck: Deck
    theme: Theme
    computed: Computed
    store: Store
    slide: Slide
    runs: dict[str, Run] = field(default_factory=dict)
    lines: ClassVar[bool] = False  # whether elements say on which line of the file they begin
    anchors: Counter[str] = field(default_factory=Counter)

    def basis(self, memo: Memo) -> Hashable:
        """All that the answers for this slide depend on, besides the slide itself."""
        found: list[Hashable] = [type(self), self.deck.has_results, self.colours]
        for ref in self.slide.parsed.references:
            if isinstance(ref, FigureRef):
                drawing = self._drawing(ref)
                found += [drawing.place, made(self.computed.figures[drawing.place])]
                first = (drawing.path, drawing.line) == (self.slide.path, ref.line)
                found += [drawing.figure.line, first, *self._of_run(drawing.run)]
            elif isinstance(ref, ValueRef):
                found += self._of_run(self.plan.names[ref.name])
            elif isinstance(ref, CodeRef):
                found.append(self.plan.experiments[ref.experiment].source)
            elif isinstance(ref, LinkRef):
                found.append(link_target(self.deck, self.slide, ref.href))
            elif isinstance(ref, PictureRef):
                found.append(memo.content(deck_file(self.deck, self.slide, ref.src, "picture")))
            elif isinstance(ref, DemoRef):
                found.append(memo.content(deck_file(self.deck, self.slide, ref.script, "script")))
                for name, _ in ref.values:
                    found += self._of_run(self.plan.names[name])
        return tuple(found)

    @property
    def asks_for_files(self) -> bool:
        """Whether the slide shows what is in other files of the deck."""
        return any(isinstance(ref, (PictureRef, DemoRef)) for ref in self.slide.parsed.references)

    @property
    def plan(self) -> Plan:
        """What was to be computed."""
        return self.computed.plan

    @property
    def colours(self) -> Hashable:
        """What of the theme's colours is in the answers."""
        return None

    def _of_run(self, run: Run) -> list[Hashable]:
        shown = self.plan.runs[run.key]
        result = made(self.computed.results[run.key])
        stale = run.key in self.computed.stale
        return [run.name, shown.key, shown.experiment.source, result, stale]

    def value(self, ref: ValueRef) -> LiveValue:
        """A live number or text, with its meaning as a tooltip."""
        run = self.plan.names[ref.name]
        self._used(run)
        result = self.computed.results[run.key]
        if isinstance(result, AuthorError):
            return self._unknown
        value = self._citable(result, ref)
        try:
            text = closed(normalize("NFC", filters.apply(value, ref.filters)))
            meaning = filters.explain(value, ref.filters)
        except filters.FilterError as error:
            place = self.slide.path, ref.line
            raise AuthorError(error.message, *place, hint=error.hint) from error
        name = f"{ref.name}.{ref.field}" + ("" if ref.index is None else f"[{ref.index}]")
        title = f"{name}: {meaning}" if meaning else name
        html = f'<span class="live" title="{escape(title)}">{escape(text)}</span>'
        return LiveValue(text, html)

    def figure(self, ref: FigureRef, alt: str, caption_html: str) -> str:
        """A live figure, or what went wrong in its place."""
        drawing = self._drawing(ref)
        self._used(drawing.run)
        entry = self.computed.figures[drawing.place]
        if isinstance(entry, AuthorError):
            return self._missing(drawing, entry, alt)
        result = self.computed.results[drawing.run.key]
        assert isinstance(result, Entry)
        known = entry.manifest["values"]["layers"]
        for layer in ref.layers:
            if layer not in known:
                hint = did_you_mean(layer, known) if known else "Give artists a `gid` of that name."
                message = f"`{drawing.name}` has no layer `{layer}`"
                raise AuthorError(message, self.slide.path, ref.line, hint=hint)
        return self._figure(drawing, entry, result, alt, caption_html, ref.line)

    def picture(self, ref: PictureRef, alt: str, caption_html: str) -> str:
        """A picture that lies in the deck, as part of the page."""
        path = deck_file(self.deck, self.slide, ref.src, "picture")
        if path.suffix.lower() not in figures.PICTURES:
            hint = "Use PNG, JPEG, SVG, WebP, AVIF or GIF."
            message = f"`{ref.src}` is not a picture that every browser shows"
            raise AuthorError(message, self.slide.path, ref.line, hint=hint)
        shown = images.of(self.store, path)
        layout, place = self.slide.matter.layout, self.plan.place(self.slide)
        size = images.fitted(shown, ref, layout, place)
        attributes = {
            "src": self._address(shown, ref),
            "alt": alt,
            "class": images.classes(size, ref),
            "width": str(size.width),
            "height": str(size.height),
        }
        image = f"<img{figures.written(attributes)}{self._at(ref)}>"
        if ref.inline:
            return image
        anchor = {"id": self._anchor(normalize("NFC", path.stem))} if alt else {}
        return figures.figure(image, caption_html, "picture", anchor)

    def code(self, ref: CodeRef) -> tuple[str, str]:
        """The source of an experiment's function: the very code that ran."""
        experiment = self.plan.experiments[ref.experiment]
        return experiment.source_of(ref.function), "python"

    def demo(self, ref: DemoRef) -> str:
        """What a script needs; nothing where no script runs."""
        return ""

    def link(self, ref: LinkRef) -> str:
        """Where a link leads, checked when the deck was planned."""
        return link_target(self.deck, self.slide, ref.href)

    def mathematics(self, tex: str, display: bool, line: int) -> str:
        """A formula, typeset; `line` is the one on which it begins."""
        try:
            macros = formulas.macros_of(tex, self.deck.settings.macros)
            return self._mathematics(tex, display, macros)
        except Misprint as error:
            line += tex.count("\n", 0, error.reached)
            message, place = error.message, (self.slide.path, line)
            raise AuthorError(message, *place, hint=error.hint) from error

    def highlighted(self, source: str, language: str) -> Sequence[str]:
        """The lines of a listing."""
        return listings.highlighted(self.store, source, language)

    def _address(self, shown: Illustration, ref: PictureRef) -> str:
        return shown.screen

    def _at(self, ref: PictureRef) -> str:
        """An attribute that says where a picture was written, where somebody wants to know."""
        return ""

    def _missing(self, drawing: Drawing, error: AuthorError, alt: str) -> str:
        """What stands in the place of a figure that could not be made."""
        return figures.failure(error)

    @property
    def _unknown(self) -> LiveValue:
        """What stands in the place of a value that could not be computed."""
        return LiveValue("[failed]", '<strong class="failed">[failed]</strong>')

    @abstractmethod
    def _figure(
        self, drawing: Drawing, entry: Entry, result: Entry, alt: str, caption_html: str, line: int
    ) -> str: ...

    @abstractmethod
    def _mathematics(self, tex: str, display: bool, macros: formulas.Macros) -> str: ...

    def _drawing(self, ref: FigureRef) -> Drawing:
        return self.plan.drawing(self.slide, ref)

    def _anchor(self, name: str) -> str:
        """An id that a figure or picture shares with no other."""
        self.anchors[name] += 1
        again = "" if self.anchors[name] == 1 else f"-{self.anchors[name]}"
        return f"{self.slide.id}/{figures.fragment(name)}{again}"

    def _used(self, run: Run) -> None:
        self.runs.setdefault(run.key, run)

    def _citable(self, result: Entry, ref: ValueRef) -> Any:
        name = f"`{ref.name}.{ref.field}`"
        values = result.manifest["values"]
        if ref.field not in values:
            hint = "Give `Result` a field of its own for what the text cites."
            message = f"{name} is an array, not a number or a text"
            raise AuthorError(message, self.slide.path, ref.line, hint=hint)
        value = values[ref.field]
        if value == []:
            hint = "Give `Result` a field that says so, such as how many there are."
            raise AuthorError(f"{name} is empty", self.slide.path, ref.line, hint=hint)
        if ref.index is None:
            return filters.of_manifest(value)
        if not isinstance(value, list) or not -len(value) <= ref.index < len(value):
            known = f"It has {len(value)}." if isinstance(value, list) else "It is one value."
            message = f"{name} has no element {ref.index}"
            raise AuthorError(message, self.slide.path, ref.line, hint=known)
        return value[ref.index]


@dataclass
class PageAnswers(Answers):
    """Answers for the HTML page: figures as SVG, mathematics with MathML for screen readers."""

    rules: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    demos: dict[str, Path] = field(default_factory=dict)

    def demo(self, ref: DemoRef) -> str:
        """The values by field, as JSON; arrays of numbers as 32-bit floats in base64."""
        from livedeck.store import results  # with NumPy, which few slides need

        values: dict[str, Any] = {}
        for name, field_name in ref.values:
            run = self.plan.names[name]
            self._used(run)
            result = self.computed.results[run.key]
            if isinstance(result, AuthorError):
                return ""
            arrays = BytesIO(result.read(results.ARRAYS))
            value = results.unpacked(arrays, result.values)[field_name]
            if field_name in values:
                message = f"the script asks for two values that are called `{field_name}`"
                hint = "Let one of the fields of `Result` have another name."
                raise AuthorError(message, self.slide.path, ref.line, hint=hint)
            try:
                values[field_name] = results.to_json(value)
            except ValueError as error:
                message = f"`{name}.{field_name}` {error}"
                hint = "Give the script a field that holds them as text, or scaled."
                raise AuthorError(message, self.slide.path, ref.line, hint=hint) from error
        path = deck_file(self.deck, self.slide, ref.script, "script")
        name = path.relative_to(self.deck.folder.resolve()).as_posix()
        self.demos[name] = path
        return demos.element(name, values)

    def _figure(
        self, drawing: Drawing, entry: Entry, result: Entry, alt: str, caption_html: str, line: int
    ) -> str:
        self.characters |= set(entry.manifest["values"]["characters"])
        run = self.plan.runs[drawing.run.key]
        anchor = self._anchor(drawing.name)
        first = (drawing.path, drawing.line) == (self.slide.path, line)
        first = first and self.anchors[drawing.name] == 1
        html = figures.for_page(drawing, run, entry, result, alt, caption_html, anchor, first=first)
        for address in LINK.findall(html):
            self._check_link(unescape(address), drawing, line)
        return html

    def _check_link(self, address: str, drawing: Drawing, line: int) -> None:
        """Refuses a link in a figure to a slide that is not there."""
        try:
            link_target(self.deck, self.slide, address)
        except ValueError as error:
            message = f"the figure `{drawing.name}` links to `{address}`: {error}"
            raise AuthorError(message, self.slide.path, line) from error

    def _mathematics(self, tex: str, display: bool, macros: formulas.Macros) -> str:
        html, rules = formulas.for_page(self.store, tex, display, macros)
        self.rules |= set(rules)
        return html


@dataclass
class PaperAnswers(Answers):
    """Answers for the PDF: figures as placeholders, to be exchanged for their own PDF."""

    drawn: dict[str, bytes] = field(default_factory=dict)
    moving: list[tuple[str, int]] = field(default_factory=list)  # pictures, with their lines
    lines: ClassVar[bool] = True

    @property
    def colours(self) -> Hashable:
        """The colour of formulas."""
        return self.theme.palettes["light"].ink

    def link(self, ref: LinkRef) -> str:
        """Where a link leads; the steps of a slide, and its figures, are no places on paper."""
        href = super().link(ref)
        return href.partition("/")[0] if href.startswith("#") else href

    def _figure(
        self, drawing: Drawing, entry: Entry, result: Entry, alt: str, caption_html: str, line: int
    ) -> str:
        self.drawn[entry.task.key] = entry.read("figure.pdf")
        return figures.for_paper(drawing, entry, alt, caption_html, line)

    def _address(self, shown: Illustration, ref: PictureRef) -> str:
        if shown.moves:
            self.moving.append((ref.src, ref.line))
        return shown.paper

    def _at(self, ref: PictureRef) -> str:
        return f' data-line="{ref.line}"'

    def _mathematics(self, tex: str, display: bool, macros: formulas.Macros) -> str:
        ink = self.theme.palettes["light"].ink
        return formulas.for_paper(self.store, tex, display, macros, ink)
