"""Which characters the fonts of a deck have, face by face."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from livedeck.distributions import versions
from livedeck.fonts.families import Family
from livedeck.fonts.made_faces import Face
from livedeck.keys.inputs import ABSENT, file_value
from livedeck.store.entry import Task
from livedeck.store.store import Store

# What shapes its neighbours and is never drawn itself: joiners, marks of direction, variants.
UNSEEN = frozenset(
    chr(code)
    for first, last in (
        *((0x00, 0x20), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F)),
        *((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F)),
        *((0xFEFF, 0xFEFF), (0xE0000, 0xE0FFF)),
    )
    for code in range(first, last + 1)
)
BLANK = (0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)  # and all kinds of spaces


class Glyphs:
    """The characters of families that were asked for; the store keeps them, for to read a font
    takes long."""

    def __init__(self, store: Store, families: Iterable[Family]) -> None:
        self._store = store
        self._families = list(families)
        self._known: dict[tuple[str, Face], frozenset[str]] = {}

    def of(self, family: Family, face: Face) -> frozenset[str]:
        """The characters of a face."""
        place = family.name, face
        if place not in self._known:
            weight, style = face
            path = family.faces[face]
            inputs = {"file": file_value("file", path)}
            inputs["package fonttools"] = versions().get("fonttools", ABSENT)
            task = Task("characters", f"{family.name} {weight} {style}", inputs)
            found = self._store.values(task, lambda: {"ranges": list(_ranges(path))})
            self._known[place] = frozenset(
                chr(code) for first, last in found["ranges"] for code in range(first, last + 1)
            )
        return self._known[place]

    def lacking(self, characters: set[str]) -> set[str]:
        """Those that no face of any family has, and that somebody should see."""
        rest = characters - UNSEEN
        for family in self._families:
            for face in family.faces:
                if not rest:
                    return rest
                rest = rest - self.of(family, face)
        return rest


def _is_drawn(code: int, start: int, end: int) -> bool:
    """Whether a glyph has an outline, or needs none; that of a font in colour may be empty."""
    return start < end or code in BLANK or unicodedata.category(chr(code))[0] in "ZC"


def _ranges(path: Path) -> Iterator[tuple[int, int]]:
    """The codes that a font has glyphs for, as first and last of each run."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]

    with TTFont(path, lazy=True) as font:
        named = font.getBestCmap() or {}
        places = font.get("loca")
        codes = [
            code
            for code, name in sorted(named.items())
            if places is None or _is_drawn(code, *places[(at := font.getGlyphID(name)) : at + 2])
        ]
    start = None
    for code, following in pairwise([*codes, -1]):
        start = code if start is None else start
        if following != code + 1:
            yield start, code
            start = None
