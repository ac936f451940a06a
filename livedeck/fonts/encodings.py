"""What the codes of a font in a PDF mean: glyphs, widths, and text to select and to search."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Name, Pdf, Stream

GROUP = 100  # entries that a map of characters may have in a row
HEAD = b"""\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
_PAIR = re.compile(rb"<(\w+)>\s*<(\w+)>")
_RANGE = re.compile(rb"<(\w+)>\s*<(\w+)>\s*(?:<(\w+)>|\[([^]]*)\])")
_TEXT = re.compile(rb"<(\w+)>")


@dataclass(frozen=True)
class Code:
    """The glyph that a code shows, its width, and its text in hexadecimal UTF-16, if known."""

    glyph: int
    width: int | Decimal
    text: bytes


def read(font: pikepdf.Object) -> dict[int, Code] | None:
    """The codes of a composite font; nothing where they are not two bytes each, or not listed."""
    cid_font = font.DescendantFonts[0]
    if font.get("/Encoding") != Name("/Identity-H") or "/DW" in cid_font:
        return None
    texts = dict(_texts(font.ToUnicode.read_bytes())) if "/ToUnicode" in font else {}
    places = cid_font.get("/CIDToGIDMap", Name.Identity)
    numbers = places.read_bytes() if isinstance(places, Stream) else None
    codes = {}
    for code, width in _widths(cid_font.get("/W", Array())):
        glyph = code if numbers is None else _number(numbers, code)
        codes[code] = Code(glyph, width, texts.get(code, b""))
    return codes


def agree(codes: Mapping[int, Code], others: Mapping[int, Code]) -> bool:
    """Whether the codes that two fonts share mean the same."""
    return all(codes[code] == others[code] for code in codes.keys() & others.keys())


def write(pdf: Pdf, font: pikepdf.Object, codes: Mapping[int, Code]) -> None:
    """Gives a composite font these codes."""
    cid_font = font.DescendantFonts[0]
    cid_font.W = Array([part for run in _runs(codes) for part in run])
    cid_font.CIDToGIDMap = Name.Identity
    if any(code != known.glyph for code, known in codes.items()):
        numbers = bytearray(2 * (1 + max(codes)))
        for code, known in codes.items():
            numbers[2 * code : 2 * code + 2] = known.glyph.to_bytes(2)
        cid_font.CIDToGIDMap = compressed(pdf, bytes(numbers))
    lines = [b"<%04x> <%s>\n" % (c, known.text) for c, known in sorted(codes.items()) if known.text]
    groups = [lines[start : start + GROUP] for start in range(0, len(lines), GROUP)]
    parts = [b"%d beginbfchar\n%sendbfchar\n" % (len(g), b"".join(g)) for g in groups]
    font.ToUnicode = compressed(pdf, HEAD + b"".join(parts) + TAIL)


def compressed(pdf: Pdf, data: bytes) -> Stream:
    """A stream, as small as it can be had."""
    return Stream(pdf, zlib.compress(data, 9), Filter=Name.FlateDecode)


def _number(numbers: bytes, place: int) -> int:
    return int.from_bytes(numbers[2 * place : 2 * place + 2])


def _widths(table: pikepdf.Object) -> Iterator[tuple[int, int | Decimal]]:
    """Codes with their widths, from `first [width …]` and `first last width`."""
    parts: Iterator[Any] = iter(list(table))
    for first in parts:
        following = next(parts)
        if isinstance(following, Array):
            yield from enumerate(following, start=int(first))
        else:
            yield from dict.fromkeys(range(int(first), int(following) + 1), next(parts)).items()


def _runs(codes: Mapping[int, Code]) -> Iterator[tuple[int, Array]]:
    run: list[int] = []
    for code in sorted(codes):
        if run and code != run[-1] + 1:
            yield run[0], Array([codes[c].width for c in run])
            run = []
        run.append(code)
    if run:
        yield run[0], Array([codes[c].width for c in run])


def _texts(table: bytes) -> Iterator[tuple[int, bytes]]:
    """The text of each code in a map of characters."""
    for kind, section in _SECTION.findall(table):
        if kind == b"bfchar":
            yield from ((int(code, 16), text.lower()) for code, text in _PAIR.findall(section))
            continue
        for first, last, text, several in _RANGE.findall(section):
            start, end = int(first, 16), int(last, 16)
            texts = _TEXT.findall(several) or [
                b"%0*x" % (len(text), int(text, 16) + i) for i in range(end - start + 1)
            ]
            yield from zip(range(start, end + 1), (t.lower() for t in texts), strict=False)
