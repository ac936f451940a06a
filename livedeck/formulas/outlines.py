"""Outlines of characters that the mathematics font lacks, from the fonts that matplotlib brings."""

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FAMILIES = {
    "bold": ("STIXGeneralBol", "DejaVuSerif-Bold"),
    "italic": ("STIXGeneralItalic", "DejaVuSerif-Italic"),
    "bold-italic": ("STIXGeneralBolIta", "DejaVuSerif-BoldItalic"),
    "sans-serif": ("DejaVuSans",),
    "bold-sans-serif": ("DejaVuSans-Bold",),
    "monospace": ("DejaVuSansMono",),
}
UPRIGHT = ("STIXGeneral", "DejaVuSerif", "DejaVuSans")

# variant, code, height, depth and width in em, and a path without its first and last letter
Outline = tuple[str, int, float, float, float, str]


def outline(variant: str, sign: str) -> Outline | None:
    """How a character looks, if a font has it and it stands by itself: what scripts from right to
    left, marks and joined emoji need, no outline says."""
    by_itself = len(sign) == 1 and unicodedata.category(sign)[0] not in "MC"
    if not by_itself or unicodedata.bidirectional(sign) in ("R", "AL"):
        return None
    for family in (*FAMILIES.get(variant, ()), *UPRIGHT):
        font = _font(family)
        name = font.getBestCmap().get(ord(sign))
        if name is not None:
            return _outline(font, name, variant, ord(sign))
    return None


def _outline(font: Any, name: str, variant: str, code: int) -> Outline:
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    glyphs, scale = font.getGlyphSet(), 1000 / font["head"].unitsPerEm
    bounds, drawn = BoundsPen(glyphs), SVGPathPen(glyphs, lambda number: f"{number:.0f}")
    glyphs[name].draw(bounds)
    glyphs[name].draw(TransformPen(drawn, (scale, 0, 0, scale, 0, 0)))
    _, bottom, _, top = bounds.bounds or (0, 0, 0, 0)
    width = glyphs[name].width * scale / 1000
    return (
        variant,
        code,
        top * scale / 1000,
        -bottom * scale / 1000,
        width,
        drawn.getCommands()[1:-1],
    )


@cache
def _font(family: str) -> Any:
    from fontTools.ttLib import TTFont

    matplotlib = find_spec("matplotlib")
    assert matplotlib is not None and matplotlib.origin is not None
    folder = Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf"
    return TTFont(folder / f"{family}.ttf")
