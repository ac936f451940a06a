"""Embeds each face of type once in a PDF.

WeasyPrint embeds the fonts of every piece, matplotlib those of every figure, each cut down to
the glyphs in use there. The cuts of a face become one font file, and fonts of it whose codes mean
the same become one font. What is no TrueType, or has no cut that fits, stays as it is.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from livedeck.fonts import encodings, truetype
from livedeck.fonts.encodings import Code
from livedeck.fonts.truetype import Cut

Place = tuple[pikepdf.Object, str]  # an entry among the fonts of some resources


@dataclass
class Type:
    """Fonts whose codes agree, or one whose codes are unknown; and where they are named."""

    font: pikepdf.Object
    codes: dict[int, Code] | None
    places: list[Place]


@dataclass
class Face:
    """All cuts of one face as one, and the fonts that show glyphs of it."""

    cut: Cut
    types: list[Type] = field(default_factory=list)

    def add(self, font: pikepdf.Object, places: list[Place]) -> None:
        """Adds a font that shows glyphs of this face."""
        codes = encodings.read(font)
        for known in self.types if codes is not None else ():
            if known.codes is not None and encodings.agree(known.codes, codes or {}):
                known.codes |= codes or {}
                known.places += places
                return
        self.types.append(Type(font, codes, places))


def unite(pdf: Pdf, resources: Iterable[pikepdf.Object]) -> None:
    """Puts one font file for each face, and as few fonts as possible, in the place of many, among
    the `resources` of all pages."""
    cuts: dict[bytes, Cut | None] = {}
    homes: dict[bytes, Face] = {}
    faces: list[Face] = []
    for font, places in _fonts(resources):
        data = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
        if data not in cuts:
            cuts[data] = cut = truetype.read(data)
            if cut is not None:
                homes[data] = _home(faces, cut)
        if cuts[data] is not None:
            homes[data].add(font, places)
    for face in faces:
        _write(pdf, face)


def _home(faces: list[Face], cut: Cut) -> Face:
    for face in faces:
        if face.cut.fits(cut):
            face.cut = face.cut.joined(cut)
            return face
    faces.append(Face(cut))
    return faces[-1]


def _fonts(resources: Iterable[pikepdf.Object]) -> list[tuple[pikepdf.Object, list[Place]]]:
    """The composite fonts with TrueType outlines, and all places where each is named."""
    found: dict[object, tuple[pikepdf.Object, list[Place]]] = {}
    for entries, name in _entries(resources):
        font = entries[name]
        if font.get("/Subtype") != Name.Type0 or not font.is_indirect:
            continue
        if "/FontFile2" in font.DescendantFonts[0].get("/FontDescriptor", Dictionary()):
            found.setdefault(font.objgen, (font, []))[1].append((entries, name))
    return list(found.values())


def _entries(resources: Iterable[pikepdf.Object]) -> Iterator[Place]:
    seen: set[tuple[int, int]] = set()
    for found in resources:
        entries = found.get("/Font")
        if entries is None or (entries.is_indirect and entries.objgen in seen):
            continue
        seen.add(entries.objgen)
        yield from ((entries, name) for name in sorted(entries.keys()))


def _write(pdf: Pdf, face: Face) -> None:
    descriptors = [font.font.DescendantFonts[0].FontDescriptor for font in face.types]
    descriptor = descriptors[0]
    data = face.cut.font()
    file = encodings.compressed(pdf, data)
    file.Length1 = len(data)
    descriptor.FontFile2 = pdf.make_indirect(file)
    boxes = [[float(edge) for edge in found.FontBBox] for found in descriptors]
    left, bottom, right, top = zip(*boxes, strict=True)
    descriptor.FontBBox = Array([min(left), min(bottom), max(right), max(top)])
    _, _, plain = str(descriptor.FontName).rpartition("+")
    tag = hashlib.sha256(data).digest()[:6]
    descriptor.FontName = Name(f"/{''.join(chr(65 + byte % 26) for byte in tag)}+{plain}")
    for type_ in face.types:
        cid_font = type_.font.DescendantFonts[0]
        cid_font.FontDescriptor = descriptor
        cid_font.BaseFont = type_.font.BaseFont = descriptor.FontName
        if type_.codes is not None:
            encodings.write(pdf, type_.font, type_.codes)
        for entries, name in type_.places:
            entries[name] = type_.font
