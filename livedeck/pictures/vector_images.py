"""SVG pictures that an author puts into a deck: whether they draw what they hold, and no more.

A picture of somebody else's may ask for files, grow without end while it is drawn, or draw
itself. Each is refused with the line on which it does so, before anything is laid out.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from livedeck.errors import AuthorError
from livedeck.files import content
from livedeck.pictures import svg_cleaning

MOST_ELEMENTS = 50_000  # drawn, with all that is used again
DEEPEST = 100
LARGEST = 100_000.0  # pixels to an edge
PIXELS = re.compile(r"data:image/(png|jpeg|gif|webp)[;,]", re.IGNORECASE)

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_LINKS = ("href", "xlink:href", "src")


@dataclass
class _Element:
    """How much an element draws: itself and what is in it, and what it uses of others."""

    size: int = 1
    uses: list[tuple[str, int]] = field(default_factory=list)  # names, each with its line


class Picture:
    """An SVG while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open: list[str] = []  # the names of the elements around, or nothing
        self.named: dict[str, _Element] = {"": _Element(0)}  # by id; the whole under no name
        self.style = 0  # how deep in a style sheet
        self.parser = expat.ParserCreate()
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def read(self) -> None:
        """Reads it all; raises `AuthorError` at the first thing that must not be."""
        try:
            self.parser.Parse(content(self.path), True)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code)
            raise AuthorError(f"not an SVG: {problem}", self.path, error.lineno) from error
        self._measure("", (), {}, 1)

    def _refusal(self, message: str, hint: str, line: int | None = None) -> AuthorError:
        at = line or self.parser.CurrentLineNumber
        return AuthorError(f"the picture {message}", self.path, at, hint=hint)

    def _entity(self, name: str, *_: object) -> None:
        hint = "Write out what it stands for."
        raise self._refusal(f"declares an entity `{name}`, which may grow without end", hint)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise self._refusal(f"has elements more than {DEEPEST} deep", "Draw it more plainly.")
        name, kind = attributes.get("id", ""), tag.rpartition(":")[2]
        if name:
            self.named[name] = _Element(0)
        self.open.append(name)
        if kind == "style":
            self.style += 1
        for around in {"", *self.open}:
            self.named[around].size += 1
        if self.named[""].size > MOST_ELEMENTS:
            raise self._refusal(f"has more than {MOST_ELEMENTS} elements", "Make it an image.")
        for key, value in attributes.items():
            if key in _LINKS and kind != "a":
                self._link(value, pixels=kind in ("image", "feImage"))
            else:
                self._check_style(value)
            if kind == "svg" and key in ("width", "height", "viewBox"):
                self._check_size(value)

    def _end(self, tag: str) -> None:
        self.open.pop()
        if tag.rpartition(":")[2] == "style":
            self.style -= 1

    def _text(self, text: str) -> None:
        if self.style:
            self._check_style(text)

    def _check_style(self, text: str) -> None:
        if _IMPORT.search(text):
            raise self._refusal("imports a style sheet", "Put its rules into the picture.")
        for address in _URL.findall(text):
            self._link(address.strip(), pixels=False)

    def _check_size(self, text: str) -> None:
        if any(abs(float(number)) > LARGEST for number in _NUMBER.findall(text)):
            raise self._refusal(f"is larger than {LARGEST:.0f} pixels: `{text}`", "Scale it down.")

    def _link(self, address: str, *, pixels: bool) -> None:
        address = address.strip()
        if address.startswith("#"):
            for around in {"", *self.open}:
                self.named[around].uses.append((address[1:], self.parser.CurrentLineNumber))
        elif not (pixels and PIXELS.match(address)) and address:
            shown = address if len(address) <= 60 else f"{address[:59]}…"
            hint = "Put what it needs into the picture: pixels as a `data:` address."
            if "font" in address:
                hint = "Export its text as paths, or without its own font."
            raise self._refusal(f"asks for `{shown}`", hint)

    def _measure(
        self, name: str, above: tuple[str, ...], known: dict[str, tuple[int, int]], line: int
    ) -> tuple[int, int]:
        """How many elements are drawn where one is used, and how deep its parts use others."""
        if name in above:
            raise self._refusal(f"draws `#{name}` within itself", "Break the circle.", line)
        size, deep = known.get(name, (0, len(above)))
        if name not in known and deep <= DEEPEST:
            element = self.named.get(name, _Element(0))
            parts = [self._measure(used, (*above, name), known, at) for used, at in element.uses]
            size = element.size + sum(part for part, _ in parts)
            deep = max((1 + below for _, below in parts), default=0)
            known[name] = size, deep
        if deep > DEEPEST:
            message = f"uses parts of parts more than {DEEPEST} deep"
            raise self._refusal(message, "Draw it more plainly.", line)
        if size > MOST_ELEMENTS:
            message = f"draws more than {MOST_ELEMENTS} elements by using parts again and again"
            raise self._refusal(message, "Draw it more plainly.", line)
        return size, deep


def check(path: Path) -> None:
    """Refuses an SVG that asks for other files, takes too much to draw, or would be drawn otherwise
    on paper."""
    Picture(path).read()
    svg_cleaning.written(content(path), path)
