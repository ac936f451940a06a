"""TrueType fonts that were cut down to some glyphs each, and cuts of one face put together again.

A cut has kept the glyphs' numbers, and has nothing where a glyph was left out. So the glyphs of
several cuts fit into one font; whether two are of the same face, their tables tell.
"""

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from sys import byteorder

from fontTools.ttLib import TTLibError  # type: ignore[import-untyped, unused-ignore]
from fontTools.ttLib.sfnt import (  # type: ignore[import-untyped, unused-ignore]
    SFNTReader,
    SFNTWriter,
)

PROGRAMS = ("cvt ", "fpgm", "prep")  # by which glyphs are fitted to pixels
NEEDED = ("head", "hhea", "maxp", "hmtx", "loca", "glyf")
BOX = 10  # bytes in which an outline begins: the number of its contours, and its box

Metrics = tuple[int, int]  # how far a glyph advances, and where its outline begins


@dataclass(frozen=True)
class Cut:
    """Some glyphs of a face by their numbers, and the face's tables that are about all glyphs."""

    tables: dict[str, bytes]
    outlines: dict[int, bytes]
    metrics: dict[int, Metrics]

    @property
    def face(self) -> tuple[bytes, ...]:
        """What two cuts of one face have in common: its edition, its dates and its programs."""
        head, line = self.tables["head"], self.tables["hhea"]
        return (head[4:8], head[16:36], line[4:10], *(self.tables[name] for name in PROGRAMS))

    def fits(self, other: "Cut") -> bool:
        """Whether glyphs that both have are alike."""
        if self.face != other.face:
            return False
        for number in self.metrics.keys() & other.metrics.keys():
            if self.metrics[number][0] != other.metrics[number][0]:
                return False
        return all(
            self.outlines[number][:BOX] == other.outlines[number][:BOX]
            for number in self.outlines.keys() & other.outlines.keys()
        )


def read(font: bytes) -> Cut | None:
    """A cut of a font file; nothing where it is not TrueType."""
    try:
        reader = SFNTReader(BytesIO(font))
        if any(name not in reader for name in NEEDED):
            return None
        tables = {name: bytes(reader[name]) for name in NEEDED}
        tables |= {name: bytes(reader[name]) if name in reader else b"" for name in PROGRAMS}
        outlines = _outlines(tables["glyf"], tables["loca"], long=bool(tables["head"][51]))
        metrics = _metrics(tables["hmtx"], *struct.unpack_from(">H", tables["hhea"], 34))
    except (TTLibError, struct.error, ValueError, AssertionError):
        return None
    used = {number: both for number, both in metrics.items() if both[0] or number in outlines}
    return Cut(tables, outlines, used)


def joined(cuts: Sequence[Cut]) -> bytes:
    """A font file with the glyphs of all cuts, which must fit each other."""
    outlines: dict[int, bytes] = {}
    metrics: dict[int, Metrics] = {}
    for cut in reversed(cuts):
        outlines |= cut.outlines
        metrics |= cut.metrics
    for cut in reversed(cuts):  # a bearing says something only beside an outline
        metrics |= {number: cut.metrics[number] for number in cut.outlines}
    count = 1 + max(metrics, default=0)
    places, shapes = [0], bytearray()
    for number in range(count):
        shape = outlines.get(number, b"")
        shapes += shape + bytes(-len(shape) % 4)
        places.append(len(shapes))
    head, line = (bytearray(cuts[0].tables[name]) for name in ("head", "hhea"))
    struct.pack_into(">h", head, 50, 1)  # places are given in four bytes
    struct.pack_into(">H", line, 34, count)
    tables = {
        **{name: cuts[0].tables[name] for name in PROGRAMS if cuts[0].tables[name]},
        "glyf": bytes(shapes),
        "head": bytes(head),
        "hhea": bytes(line),
        "hmtx": b"".join(struct.pack(">Hh", *metrics.get(n, (0, 0))) for n in range(count)),
        "loca": struct.pack(f">{len(places)}I", *places),
        "maxp": _largest([cut.tables["maxp"] for cut in cuts], count),
    }
    file = BytesIO()
    writer = SFNTWriter(file, len(tables), "\0\1\0\0")
    for name, table in sorted(tables.items()):
        writer[name] = table
    writer.close()
    return file.getvalue()


def _outlines(shapes: bytes, table: bytes, *, long: bool) -> dict[int, bytes]:
    places = _numbers("I" if long else "H", table)
    scale = 1 if long else 2
    return {
        number: shapes[scale * start : scale * end]
        for number, (start, end) in enumerate(pairwise(places))
        if start < end
    }


def _metrics(table: bytes, full: int) -> dict[int, Metrics]:
    """The metrics of all glyphs; those at the end of the table share the last advance."""
    numbers = _numbers("h", table)
    found = {i: (numbers[2 * i] & 0xFFFF, numbers[2 * i + 1]) for i in range(full)}
    last = found[full - 1][0] if full else 0
    return found | {full + i: (last, bearing) for i, bearing in enumerate(numbers[2 * full :])}


def _numbers(kind: str, table: bytes) -> Sequence[int]:
    found: array[int] = array(kind, table)
    if byteorder == "little":
        found.byteswap()
    return found


def _largest(tables: Sequence[bytes], count: int) -> bytes:
    """What a font needs that has to be enough for all: a version, and numbers of 16 bits."""
    needs = [struct.unpack(">13H", table[6:32]) for table in tables]
    return tables[0][:4] + struct.pack(">14H", count, *map(max, zip(*needs, strict=True)))
