"""Tiny fonts for tests: every character is a leaning or upright bar, the wider the bolder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation

LATIN = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…·×−±←→↑↓\u00a0\u202f"
TALL, LEAN = 700, 160
Axes = Mapping[str, tuple[float, float, float]]
WEIGHT: Axes = {"wght": (100.0, 400.0, 900.0)}


def font(
    family: str,
    characters: str = LATIN,
    *,
    weight: int = 400,
    italic: bool = False,
    axes: Axes | None = None,
    cff: bool = False,
    empty: str = "",
) -> TTFont:
    """A font whose bars are a quarter of its weight wide, or vary along its axes."""
    lean = LEAN if italic else 0
    names = {sign: f"u{ord(sign):04X}" for sign in sorted(set(characters))}
    builder = FontBuilder(1000, isTTF=not cff)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(sign): name for sign, name in names.items()})
    glyphs = {".notdef": _bar(300, 0, cff=cff)}
    for sign, name in names.items():
        blank = sign.isspace() or sign in empty
        glyphs[name] = _bar(0 if blank else weight // 4, lean, cff=cff)
    if cff:
        builder.setupCFF(family.replace(" ", ""), {}, glyphs, {})
    else:
        builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (600, 50) for name in glyphs})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    words = [word for word, so in (("Bold", weight >= 600), ("Italic", italic)) if so]
    style = " ".join(words) or "Regular"
    postscript = f"{family}-{style}".replace(" ", "")
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": postscript})
    selection = italic | (weight >= 600) << 5 | (not words) << 6
    builder.setupOS2(
        sTypoAscender=800,
        sTypoDescender=-200,
        usWinAscent=800,
        usWinDescent=200,
        usWeightClass=weight,
        fsSelection=selection,
    )
    builder.setupPost()
    builder.font["head"].macStyle = (weight >= 600) | italic << 1
    if axes:
        _vary(builder, [name for s, name in names.items() if not s.isspace()], axes)
    return builder.font


def write(path: Path, *fonts: TTFont, flavor: str | None = None) -> Path:
    """A file with a font, or with several as a collection."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(fonts) > 1:
        collection = TTCollection()
        collection.fonts = list(fonts)
        collection.save(path)
    else:
        fonts[0].flavor = flavor
        fonts[0].save(path)
    return path


def area(font: TTFont, sign: str = "a") -> float:
    """How much ink a character has."""
    glyphs = font.getGlyphSet()
    pen = AreaPen(glyphs)
    glyphs[font.getBestCmap()[ord(sign)]].draw(pen)
    return abs(float(pen.value))


def leaning(font: TTFont, sign: str = "a") -> float:
    """By how much a character's box is wider than the bar in it."""
    glyphs = font.getGlyphSet()
    pen: Any = BoundsPen(glyphs)
    glyphs[font.getBestCmap()[ord(sign)]].draw(pen)
    left, bottom, right, top = pen.bounds
    return float(right - left - area(font, sign) / (top - bottom))


def _bar(width: int, lean: int, *, cff: bool) -> Any:
    pen: Any = T2CharStringPen(600, None) if cff else TTGlyphPen(None)
    if width:
        corners = [(50, 0), (50 + lean, TALL), (50 + lean + width, TALL), (50 + width, 0)]
        first, *others = reversed(corners) if cff else corners
        pen.moveTo(first)
        for point in others:
            pen.lineTo(point)
        pen.closePath()
    return pen.getCharString() if cff else pen.glyph()


def _vary(builder: FontBuilder, names: list[str], axes: Axes) -> None:
    """Each axis moves the bar's corners: `wght` its right edge, the others its top."""
    builder.setupFvar([(tag, *values, tag) for tag, values in axes.items()], [])
    still = [(0, 0)] * 4  # places of a glyph's origin and edges
    moves: dict[str, list[TupleVariation]] = {}
    for name in names:
        moves[name] = []
        for tag, (low, usual, high) in axes.items():
            if tag == "wght":
                wider = round((high - usual) / 4)
                move = [(0, 0), (0, 0), (wider, 0), (wider, 0)]
            else:
                move = [(0, 0), (LEAN, 0), (LEAN, 0), (0, 0)]
            end = 1.0 if high > usual else -1.0
            moves[name].append(TupleVariation({tag: _peak(end)}, [*move, *still]))
            if tag == "wght" and low < usual:
                thinner = round((low - usual) / 4)
                less = [(0, 0), (0, 0), (thinner, 0), (thinner, 0)]
                moves[name].append(TupleVariation({tag: _peak(-1.0)}, [*less, *still]))
    builder.setupGvar(moves)


def _peak(end: float) -> tuple[float, float, float]:
    return (0.0, end, end) if end > 0 else (end, end, 0.0)
