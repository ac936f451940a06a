"""Which fonts set a text of a figure, and what in it none of them has."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rcParams
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from livedeck.characters import fit
from livedeck.drawing.style import SIGNS

BOXES = "LastResort"  # matplotlib's font of boxes for what no other has
DUMMY = "\N{CURRENCY SIGN}"  # what it sets in formulas instead
MOST = 5  # characters that are named
LONGEST = 40  # characters of a text that is quoted

Glyph = tuple[str, str]  # the file of its font, and its character


def is_in_page(text: str, font: FontProperties, *, formula: bool) -> bool:
    """Whether a page shows a text as it was measured: in a family that is in the page."""
    if _is_plain(text, formula=formula) and font.get_family() == rcParams["font.family"]:
        return True
    if has_marks(text) or _runs_left(text):
        return False
    families = {*rcParams["font.family"]} - {SIGNS}
    own = {entry.fname for entry in font_manager.fontManager.ttflist if entry.name in families}
    return {file for file, _ in _glyphs(text, font, formula=formula)} <= own


def has_marks(text: str) -> bool:
    """Whether a text has marks that go on the letters before them: few fonts know all such pairs,
    and where one does not, a browser looks for another."""
    return any(map(unicodedata.combining, text))


@contextmanager
def outlined(
    renderer: Any, method: str, wanted: Callable[[str, FontProperties, bool], bool]
) -> Iterator[None]:
    """Lets a renderer of matplotlib's draw as outlines what is `wanted` so: told a text, its font,
    and whether it is a formula. All else it draws with its own `method`."""
    as_text = getattr(renderer, method)

    def draw(
        self: Any,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        outlines = wanted(s, prop, bool(ismath))
        drawing = self._draw_text_as_path if outlines else partial(as_text, self)
        drawing(gc, x, y, s, prop, angle, ismath, mtext)

    setattr(renderer, method, draw)
    try:
        yield
    finally:
        setattr(renderer, method, as_text)


def _runs_left(text: str) -> bool:
    """Whether letters run from right to left: matplotlib then begins a line on the right, where a
    page has it begin on the left."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def complaint(text: str, font: FontProperties, *, formula: bool) -> str:
    """What of a text no font has, as a sentence; empty if there is none."""
    if _is_plain(text, formula=formula) or not _is_lost(text, font, formula=formula):
        return ""
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    single = dict.fromkeys(sign for sign in text if not sign.isascii() or not sign.isprintable())
    lost = [sign for sign in single if _is_lost(sign, font, formula=False) and fit(sign) == sign]
    if not lost:
        return f"no font has a sign of the formula `{shown}`" if formula else ""
    named = ", ".join(f"“{sign}” ({_code(sign)})" for sign in lost[:MOST])
    more = f" and {len(lost) - MOST} more" if len(lost) > MOST else ""
    return f"no font has {named}{more}, in the text “{shown}”"


def _is_plain(text: str, *, formula: bool) -> bool:
    return text.isascii() and text.isprintable() and not formula


def _is_lost(text: str, font: FontProperties, *, formula: bool) -> bool:
    glyphs = list(_glyphs(text, font, formula=formula))
    if formula and DUMMY not in text:
        return any(sign == DUMMY for _, sign in glyphs)
    return any(Path(file).name.startswith(BOXES) for file, _ in glyphs)


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()


def _glyphs(text: str, font: FontProperties, *, formula: bool) -> Iterator[Glyph]:
    engine: Any = text_to_path
    if formula:
        for face, _, code, *_ in engine.mathtext_parser.parse(text, 72, font).glyphs:
            yield face.fname, chr(code)
    else:
        for item in engine._get_font(font)._layout(text, engine._get_hinting_flag()):
            yield item.ft_object.fname, item.char
