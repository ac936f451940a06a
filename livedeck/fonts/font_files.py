"""What font files say of themselves: the family, weight, slant and axes of each font in a file."""

import functools
import io
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError
from livedeck.files import read_bytes

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2")
SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true")
NORMAL_WIDTH = 5
LARGE = 20_000  # glyphs, as only fonts of Chinese, Japanese and Korean have
ITALIC, OBLIQUE = 0b1, 0b10_0000_0000  # bits of `OS/2`
COLOURS = ("COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix")  # tables with pictures of characters

Table = Callable[[str], bytes]


@dataclass(frozen=True)
class Font:
    """A font in a file; `axes` are those along which it varies: lowest, usual and highest value."""

    path: Path
    number: int  # among those of a collection
    family: str
    weight: int
    slanted: bool
    axes: Mapping[str, tuple[float, float, float]]
    bare: bool  # the file is this font and no more, as every program reads it
    outlined: bool  # has no pictures in place of outlines
    coloured: bool
    large: bool  # with too many glyphs to draw them all anew


def read(path: Path) -> tuple[Font, ...]:
    """The fonts in a file, without the cost of fontTools where they are not packed."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _read(path, changed)


@functools.cache
def _read(path: Path, changed: int) -> tuple[Font, ...]:
    """The same, again when the file was changed."""
    try:
        data = read_bytes(path)
        if data[:4] in (b"wOFF", b"wOF2"):
            return (_packed(path, data),)
        if data[:4] != b"ttcf":
            return (_described(path, 0, *_tables(data, 0), bare=True),)
        (count,) = struct.unpack_from(">I", data, 8)
        starts = struct.unpack_from(f">{count}I", data, 12)
        if not starts:
            raise ValueError("a collection of nothing")
        tables = [_tables(data, start) for start in starts]
        return tuple(_described(path, i, *each, bare=False) for i, each in enumerate(tables))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise AuthorError(f"not a font that can be used: {error}", path) from error


def _tables(data: bytes, start: int) -> tuple[set[str], Table]:
    """The names of the tables of a font that begins there, and what reads one."""
    if data[start : start + 4] not in SIGNATURES:
        raise ValueError("neither TrueType nor OpenType")
    (count,) = struct.unpack_from(">H", data, start + 4)
    records = struct.iter_unpack(">4sIII", data[start + 12 : start + 12 + 16 * count])
    places = {tag.decode("latin-1"): (at, length) for tag, _, at, length in records}

    def table(tag: str) -> bytes:
        at, length = places[tag]
        return data[at : at + length]

    return set(places), table


def _packed(path: Path, data: bytes) -> Font:
    """The font in a WOFF or WOFF2 file."""
    from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped, unused-ignore]

    try:
        with TTFont(io.BytesIO(data), lazy=True) as font:
            reader: Any = font.reader
            return _described(path, 0, set(font.keys()), lambda tag: bytes(reader[tag]), bare=False)
    except (TTLibError, ImportError, AssertionError) as error:
        raise ValueError(error) from error
    except Exception as error:  # Brotli's and zlib's own, of which each has another
        raise ValueError(f"its packing is broken: {error}") from error


def _described(path: Path, number: int, tags: set[str], table: Table, *, bare: bool) -> Font:
    metrics = table("OS/2")
    weight, width, selection = (struct.unpack_from(">H", metrics, at)[0] for at in (4, 6, 62))
    axes = _axes(table("fvar")) if "fvar" in tags else {}
    if width != NORMAL_WIDTH and "wdth" not in axes:
        weight = 0  # a condensed cut under the same name; no face that is asked for
    slanted = bool(selection & (ITALIC | OBLIQUE))
    outlined = bool(tags & {"glyf", "CFF ", "CFF2"})
    coloured = bool(tags & set(COLOURS))
    family = _family(table("name"))
    (count,) = struct.unpack_from(">H", table("maxp"), 4)
    return Font(
        path, number, family, weight, slanted, axes, bare, outlined, coloured, count > LARGE
    )


def _axes(table: bytes) -> dict[str, tuple[float, float, float]]:
    start, _, count, size = struct.unpack_from(">4H", table, 4)
    found = {}
    for at in range(start, start + count * size, size):
        tag, *values = struct.unpack_from(">4s3i", table, at)
        low, usual, high = (value / 65536 for value in values)
        found[tag.decode("latin-1")] = low, usual, high
    return found


def _family(table: bytes) -> str:
    """The typographic family, or the family where there is no such entry.

    The plain family of a semibold cut is often "Source Sans Pro Semibold", for the sake of
    programs that know no more than four styles to a family.
    """
    count, strings = struct.unpack_from(">HH", table, 2)
    found: dict[int, str] = {}
    for record in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(
            ">6H", table, 6 + 12 * record
        )
        if platform == 3 and name in (1, 16) and (name not in found or language == 0x409):
            start = strings + offset
            found[name] = table[start : start + length].decode("utf-16-be")
    if not found:
        raise ValueError("it has no name")
    return found.get(16) or found[1]
