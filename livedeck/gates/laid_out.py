"""A slide as WeasyPrint has laid it out: what can be seen on it, and what each of it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from livedeck.gates import boxes

COLUMNS = {"text", "column", "figures", "quotes", "contents", "results"}
HIDDEN = {"visually-hidden", "provenance", "failure"}  # what nobody has to read on a slide
NOTES = {"footnotes", "footnote-ref"}
SCRIPTS = ("sub", "sup")


@dataclass(frozen=True)
class Content:
    """A run of text, a picture, or a box with an edge or a ground, and its surroundings.

    `line` is where its block begins in the slide's file, `column` the innermost box that is to
    hold it, `clips` are those that cut it off, and `grounds` the styles of those that give it a
    background, from the outside in. `note` says whether it belongs to a footnote or is a script.
    """

    box: Any
    text: str = ""
    line: int | None = None
    column: Any = None
    clips: tuple[Any, ...] = ()
    grounds: tuple[Any, ...] = ()
    note: bool = False

    @property
    def left(self) -> float:
        return float(self.box.border_box_x())

    @property
    def right(self) -> float:
        return float(self.box.border_box_x() + self.box.border_width())

    @property
    def top(self) -> float:
        return float(self.box.border_box_y())

    @property
    def bottom(self) -> float:
        below = float(self.box.border_box_y() + self.box.border_height())
        return below - self._beyond_line if self.text else below

    @property
    def _beyond_line(self) -> float:
        """By how much a font is higher than its line, of half of which the line has no room: large
        titles are set so, and no letter reaches there."""
        size, line = float(self.box.style["font_size"]), self.box.style["line_height"]
        if line == "normal":
            return 0.0
        room = line * size if isinstance(line, float) else float(line.value)
        return max(0.0, (float(self.box.height) - max(room, size)) / 2)

    @property
    def excerpt(self) -> str:
        """How the text begins, to be found again."""
        text = " ".join(self.text.split())
        return text if len(text) <= 40 else f"{text[:39].rstrip()}…"


@dataclass
class Laid:
    """A slide's canvas, and all that it shows; `pages` is 1 unless it broke."""

    slide: str
    canvas: Any
    contents: list[Content] = field(default_factory=list)
    pages: int = 1


def slides(document: Any) -> list[Laid]:
    """The slides of a document in order; what is no slide is left out."""
    found: dict[str, Laid] = {}
    for page in document.pages:
        for section in _sections(page):
            if section.element.get("data-partial"):
                continue  # a later page shows it whole
            name = section.element.get("data-slide") or section.element.get("id", "")
            canvas = next(
                (box for box in boxes.below(section) if "canvas" in classes(box)), section
            )
            laid = found.setdefault(name, Laid(name, canvas, pages=0))
            laid.pages += 1
            laid.contents += _contents(canvas, Content(canvas))
    return list(found.values())


def canvases(page: Any) -> list[Any]:
    """The canvases of the slides on a page."""
    return [box for box in boxes.of(page) if "canvas" in classes(box)]


def classes(box: Any) -> set[str]:
    """The classes of the element that a box belongs to."""
    element = box.element
    return set() if element is None else set((element.get("class") or "").split())


def colour_of(style: Any, key: str) -> Any:
    """A colour of a style, which may be that of its text."""
    return style["color"] if style[key] == "currentcolor" else style[key]


def opaque(style: Any) -> float:
    """How much the ground of a style covers, from 0 to 1."""
    return float(colour_of(style, "background_color").alpha)


def _sections(page: Any) -> Iterator[Any]:
    for inner in boxes.of(page):
        if "slide" in classes(inner) and inner.element_tag == "section":
            yield inner


def _contents(box: Any, around: Content) -> Iterator[Content]:
    """All that a box shows; `around` are the surroundings that its own children inherit."""
    for inner in boxes.children(box):
        names = classes(inner)
        if names & HIDDEN or inner.style["visibility"] != "visible":
            continue
        here = _entered(inner, names, replace(around, box=inner))
        if isinstance(inner, boxes.Text):
            if inner.text.strip():
                yield replace(here, text=inner.text)
        elif isinstance(inner, boxes.Replaced):
            yield here
        elif isinstance(inner, boxes.Parent):
            if _is_visible(inner):
                yield here
            yield from _contents(inner, here)


def _entered(box: Any, names: set[str], here: Content) -> Content:
    """The surroundings within a box."""
    element, style = box.element, box.style
    if element is not None:
        line = element.get("data-line")
        here = replace(here, line=int(line)) if line else here
        if names & NOTES or box.element_tag in SCRIPTS:
            here = replace(here, note=True)
    if names & COLUMNS and isinstance(box, boxes.Block):
        here = replace(here, column=box)
    if isinstance(box, boxes.Parent) and not isinstance(box, boxes.Line):
        if style["overflow"] != "visible":
            here = replace(here, clips=(*here.clips, box))
        if opaque(style):
            here = replace(here, grounds=(*here.grounds, style))
    return here


def _is_visible(box: Any) -> bool:
    """Whether a box has a ground or an edge of its own."""
    if isinstance(box, boxes.Line) or not isinstance(box, boxes.Block):
        return False
    edges = ("top", "right", "bottom", "left")
    return bool(opaque(box.style)) or any(getattr(box, f"border_{e}_width", 0) for e in edges)
