"""Which fonts set a text of a figure, and what in it none of them has."""

import unicodedata
from pathlib import Path

from matplotlib import font_manager, rcParams
from matplotlib.font_manager import FontProperties

from livedeck.characters import fit
from livedeck.drawing import glyphs
from livedeck.drawing.style import SIGNS

BOXES = "LastResort"  # matplotlib's font of boxes for what no other has
DUMMY = "\N{CURRENCY SIGN}"  # what it sets in formulas instead
MOST = 5  # characters that are named
LONGEST = 40  # characters of a text that is quoted


def is_in_page(text: str, font: FontProperties, *, formula: bool) -> bool:
    """Whether a page shows a text as it was measured: in a family that is in the page."""
    if _is_plain(text, formula=formula) and font.get_family() == rcParams["font.family"]:
        return True
    if has_marks(text) or _runs_left(text):
        return False
    families = {*rcParams["font.family"]} - {SIGNS}
    own = {entry.fname for entry in font_manager.fontManager.ttflist if entry.name in families}
    return {file for file, _ in glyphs.of(text, font, formula=formula)} <= own


def has_marks(text: str) -> bool:
    """Whether a text has marks that go on the letters before them: few fonts know all such pairs,
    and where one does not, a browser looks for another."""
    return any(map(unicodedata.combining, text))


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
    found = list(glyphs.of(text, font, formula=formula))
    if formula and DUMMY not in text:
        return any(sign == DUMMY for _, sign in found)
    return any(Path(file).name.startswith(BOXES) for file, _ in found)


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
