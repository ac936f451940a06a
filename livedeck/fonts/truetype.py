"""TrueType fonts that were cut down to some glyphs each, and cuts of one face put together again.

A cut has kept the glyphs' numbers, and has nothing where a glyph was left out. So the glyphs of
several cuts fit into one font; whether two are of the same face, their tables tell.
"""

import functools
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from sys import byteorder

from fontTools.ttLib.sfnt import SFNTWriter  # type: ignore[import-untyped, unused-ignore]

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
        """Whether another cut can be of the same face: the glyphs that both have are alike."""
        if self.face != other.face:
            return False
        for number in self.metrics.keys() & other.metrics.keys():
            if self.metrics[number][0] != other.metrics[number][0]:
                return False
        return all(
            self.outlines[number][:BOX] == other.outlines[number][:BOX]
            for number in self.outlines.keys() & other.outlines.keys()
        )

    def joined(self, other: "Cut") -> "Cut":
        """The glyphs of this cut and of one that fits it."""
        new = other.outlines.keys() - self.outlines.keys()
        metrics = other.metrics | self.metrics
        metrics |= {number: other.metrics[number] for number in new}  # bearings, beside outlines
        needs = [_needs(cut.tables["maxp"]) for cut in (self, other)]
        most = self.tables["maxp"][:4] + struct.pack(">14H", *map(max, *needs))
        return Cut(self.tables | {"maxp": most}, other.outlines | self.outlines, metrics)

    def font(self) -> bytes:
        """The font file."""
        count = 1 + max(self.metrics, default=0)
        places, shapes = [0], bytearray()
        for number in range(count):
            shape = self.outlines.get(number, b"")
            shapes += shape + bytes(-len(shape) % 4)
            places.append(len(shapes))
        head, line, most = (bytearray(self.tables[name]) for name in ("head", "hhea", "maxp"))
        struct.pack_into(">h", head, 50, 1)  # places are given in four bytes
        struct.pack_into(">H", line, 34, count)
        struct.pack_into(">H", most, 4, count)
        metrics = [self.metrics.get(number, (0, 0)) for number in range(count)]
        tables = {
            **{name: self.tables[name] for name in PROGRAMS if self.tables[name]},
            "glyf": bytes(shapes),
            "head": bytes(head),
            "hhea": bytes(line),
            "hmtx": b"".join(struct.pack(">Hh", *both) for both in metrics),
            "loca": struct.pack(f">{len(places)}I", *places),
            "maxp": bytes(most),
        }
        file = BytesIO()
        writer = SFNTWriter(file, len(tables), "\0\1\0\0")
        for name, table in sorted(tables.items()):
            writer[name] = table
        writer.close()
        return file.getvalue()


@functools.lru_cache(maxsize=256)  # a process that goes on sees most of them again
def read(font: bytes) -> Cut | None:
    """A cut of a font file; nothing where it is not TrueType."""
    try:
        places = {
            tag.decode("latin-1"): slice(start, start + length)
            for tag, _, start, length in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * font[5]])
        }
        if max(place.stop for place in places.values()) > len(font):
            return None
        tables = {name: font[places[name]] for name in NEEDED}
        tables |= {name: font[places.get(name, slice(0))] for name in PROGRAMS}
        outlines = _outlines(tables["glyf"], tables["loca"], long=bool(tables["head"][51]))
        metrics = _metrics(tables["hmtx"], *struct.unpack_from(">H", tables["hhea"], 34))
    except (KeyError, IndexError, ValueError, struct.error):
        return None
    used = {number: both for number, both in metrics.items() if both[0] or number in outlines}
    return Cut(tables, outlines, used)


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
    advances = _numbers("H", table)[: 2 * full : 2]
    found = dict(enumerate(zip(advances, numbers[1 : 2 * full : 2], strict=True)))
    last = advances[-1] if full else 0
    return found | {full + i: (last, bearing) for i, bearing in enumerate(numbers[2 * full :])}


def _numbers(kind: str, table: bytes) -> Sequence[int]:
    found: array[int] = array(kind, table)
    if byteorder == "little":
        found.byteswap()
    return found


def _needs(table: bytes) -> tuple[int, ...]:
    """The number of glyphs, and what else a font says it needs, in numbers of 16 bits."""
    return struct.unpack(">14H", table[4:32])
