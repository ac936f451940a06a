"""Makes font files of the faces that are not in a file by themselves.

They come out of packed files and collections, out of the axes of a variable font, or, where a
family has no such face, from its regular one, slanted and made bolder. All is made once, as static
files that page, paper and figures use alike.
"""

import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedeck import engine
from livedeck.distributions import versions
from livedeck.errors import AuthorError
from livedeck.fonts import emboldening
from livedeck.fonts.font_files import COLOURS
from livedeck.keys.inputs import ABSENT, file_value
from livedeck.store.entry import Task
from livedeck.store.store import Store

Face = tuple[int, str]

PACKAGES = ("brotli", "fonttools")
PROGRAMS = ("fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH", "cvar")  # fit glyphs to pixels
KEPT_NAMES = (0, 13, 14)  # whose it is, and its licence
SETTLED = ("STAT", "DSIG", "meta")  # tables about other faces, or about the file as it was

logging.getLogger("fontTools").addHandler(logging.NullHandler())  # it would print its remarks


@dataclass(frozen=True)
class Source:
    """What a face is made from: a font in a file, at places on its axes, and what is done to it."""

    path: Path
    number: int = 0
    axes: tuple[tuple[str, float], ...] = ()
    bare: bool = True
    coloured: bool = False
    large: bool = False
    slanted: bool = False
    bolder: bool = False

    @property
    def made_up(self) -> bool:
        """Whether nobody has drawn this face."""
        return self.slanted or self.bolder


def file(store: Store, family: str, face: Face, source: Source) -> Path:
    """The file of a face: the author's own, or one that is made and kept in the store."""
    if source == Source(source.path, large=source.large):
        return source.path
    weight, style = face
    inputs = {"code": engine.code("fonts")}
    inputs |= {f"package {name}": versions().get(name, ABSENT) for name in PACKAGES}
    inputs |= {
        "file": file_value("file", source.path),
        "face": f"{weight} {style} of {family}",
        "source": repr((source.number, source.axes, source.slanted, source.bolder)),
    }
    task = Task("face", f"{family} {weight} {style}", inputs)
    entry = store.find(task, lambda _: "")
    if entry is None:
        data = made(family, face, source)
        with store.staging() as room:
            (room / "face.font").write_bytes(data)
            entry = store.commit(task, room, observed={}, values={}, provenance={})
    return entry.path / "face.font"


def made(family: str, face: Face, source: Source) -> bytes:
    """A face as a static font file, the same bytes every time."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

    try:
        with TTFont(source.path, fontNumber=source.number, recalcTimestamp=False) as font:
            if source.axes:
                _settle(font, source)
            if source.made_up:
                _redraw(font, source)
            for tag in COLOURS:  # which screen and paper show in different ways, or not at all
                if tag in font:
                    del font[tag]
            _name(font, family, face)
            font.flavor = font.flavorData = None
            output = io.BytesIO()
            font.save(output)
    except Exception as error:  # fontTools says in many ways that a font is broken
        told = f"{type(error).__name__}: {error}"
        message = f"no {face[0]} {face[1]} face can be made of this font: {told}"
        raise AuthorError(message, source.path) from error
    return output.getvalue()


def _settle(font: Any, source: Source) -> None:
    """Makes a variable font the one at a place on its axes."""
    from fontTools.varLib import instancer  # type: ignore[import-untyped, unused-ignore]

    plain = "CFF2" in font  # which only programs know that vary fonts
    instancer.instantiateVariableFont(font, dict(source.axes), inplace=True, downgradeCFF2=plain)


def _redraw(font: Any, source: Source) -> None:
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    fixed = bool(font["post"].isFixedPitch)
    strength = round(font["head"].unitsPerEm * emboldening.BOLDER) if source.bolder else 0
    glyphs, widths = font.getGlyphSet(), font["hmtx"].metrics
    drawn = {}
    for name in font.getGlyphOrder():
        pen = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(pen)
        drawn[name] = pen.value
    for name, recorded in drawn.items():
        width, _ = widths[name]
        wider = strength if width and not fixed else 0

        def move(contours: list[list[emboldening.Point]], by: float = wider / 2) -> Any:
            if strength:
                contours = emboldening.bolder(strength)(contours)
            if source.slanted:
                contours = emboldening.slanted(contours)
            return [[(x + by, y) for x, y in contour] for contour in contours]

        _draw(font, name, recorded, move, width + wider)
    for tag in PROGRAMS:
        if tag in font:
            del font[tag]


def _draw(font: Any, name: str, drawn: Any, move: emboldening.Move, width: int) -> None:
    """Puts a glyph in the place of the one of that name."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    if "glyf" in font:
        pen = TTGlyphPen(None)
        emboldening.redrawn(drawn, move, pen)
        glyph = font["glyf"][name] = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = width, getattr(glyph, "xMin", 0)
        return
    top = font["CFF "].cff.topDictIndex[0]
    old = top.CharStrings[name]
    pen = T2CharStringPen(width - _nominal(old.private), None)
    emboldening.redrawn(drawn, move, pen)
    new = pen.getCharString(old.private, top.GlobalSubrs)
    old.bytecode, old.program = None, new.program
    font["hmtx"].metrics[name] = width, font["hmtx"].metrics[name][1]


def _nominal(private: Any) -> float:
    """What a width in a glyph's program is counted from."""
    return float(getattr(private, "nominalWidthX", 0))


def _name(font: Any, family: str, face: Face) -> None:
    """Lets a font say itself which face it is, as programs read that which know no style sheet."""
    weight, style = face
    italic, bold = style == "italic", weight >= 600
    names, table = font["name"], font["name"].names
    names.names = [n for n in table if n.nameID in KEPT_NAMES and n.platformID == 3]
    words = [word for word, so in (("Bold", bold), ("Italic", italic)) if so]
    styled = " ".join(words) or "Regular"
    full = f"{family} {weight} {style}"
    letters = "".join(filter(str.isalnum, family.encode("ascii", "ignore").decode()))[:40]
    postscript = f"{letters or 'Font'}-{weight}{style.title()}"
    for number, text in ((1, family), (2, styled), (3, full), (4, full), (6, postscript)):
        names.setName(text, number, 3, 1, 0x409)
    metrics, head = font["OS/2"], font["head"]
    metrics.usWeightClass, metrics.usWidthClass = weight, 5
    bits = (italic * 0b1) | (bold * 0b10_0000) | ((not words) * 0b100_0000)
    metrics.fsSelection = metrics.fsSelection & 0b1_1000_0000 & ~0b1_0000_0000 | bits
    head.macStyle = bold | italic << 1
    head.modified = head.created + weight + italic  # tells cuts of it from cuts of its other faces
    if font.isLoaded("CFF "):  # to load it takes long
        font["CFF "].cff.fontNames = [postscript]
    for tag in SETTLED:
        if tag in font:
            del font[tag]
