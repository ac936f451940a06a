"""The deck's fonts: found by family, cut down to the characters in use, put into style sheets.

A family is looked for in the deck's own fonts folder first, then in installed wheels that
register `fonts_ttf` entry points, then among the fonts that matplotlib brings.
"""

import base64
import functools
import importlib.metadata
import importlib.util
import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from livedeck.errors import AuthorError, did_you_mean
from livedeck.source import read_bytes

Face = tuple[int, str]

WANTED: tuple[Face, ...] = (
    (400, "normal"),
    (400, "italic"),
    (600, "normal"),
    (600, "italic"),
    (700, "normal"),
)
FEATURES = ["calt", "ccmp", "clig", "kern", "liga", "locl", "mark", "mkmk", "rlig", "tnum"]
SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true")
NORMAL_WIDTH = 5


def find(family: str, extra: Sequence[Path] = ()) -> dict[Face, Path]:
    """Finds the regular, semibold and bold faces of a family, and the slanted ones.

    `extra` holds font files and folders that come before everything else. The first source
    that has the family gives all of its faces, so that two versions never mix.
    """
    known: set[str] = set()
    for paths in _sources(extra):
        faces: dict[Face, Path] = {}
        for path in paths:
            name, face = _describe(path, _changed(path))
            known.add(name)
            if name == family and face in WANTED:
                faces.setdefault(face, path)
        if (400, "normal") in faces:
            return {face: faces[face] for face in WANTED if face in faces}
    raise AuthorError(
        f"no font family `{family}` with a regular face is installed",
        hint=did_you_mean(family, known)
        + " Add its .ttf or .otf files to the deck's fonts folder, or install its wheel.",
    )


def subset(path: Path, characters: str) -> bytes:
    """Cuts a font down to some characters, as WOFF2 with kerning, ligatures and tabular digits."""
    from fontTools.subset import (  # type: ignore[import-untyped, unused-ignore]
        Options,
        Subsetter,
    )
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped, unused-ignore]
    from fontTools.ttLib.woff2 import (  # type: ignore[import-untyped, unused-ignore]
        WOFF2FlavorData,
    )

    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
    options.drop_tables += ["FFTM", "meta"]
    with TTFont(path, lazy=True, recalcTimestamp=False) as font:
        # Finding which names the layout tables use costs as much as all of the rest.
        names = font["name"]
        del font["name"]
        cutter = Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        names.names = [n for n in names.names if n.nameID in (1, 2, 13, 14) and n.platformID == 3]
        font["name"] = names
        font.flavor = "woff2"
        # Untransformed outlines are a tenth larger and take half as long to write.
        font.flavorData = WOFF2FlavorData(transformedTables=[])
        file = io.BytesIO()
        font.save(file, reorderTables=None)
    return file.getvalue()


def face_css(family: str, faces: Mapping[Face, Path], characters: str, embed: bool = True) -> str:
    """Writes the `@font-face` rules of a family.

    With `embed` the faces are subset into the style sheet, as a page that stands alone needs
    it; without, they are named by their files, which a PDF takes and subsets itself.
    """
    rules = []
    for (weight, style), path in sorted(faces.items()):
        if embed:
            data = base64.b64encode(subset(path, characters)).decode()
            source = f'url(data:font/woff2;base64,{data}) format("woff2")'
        else:
            source = f'url("{path.resolve().as_uri()}")'
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};'
            f"font-style:{style};src:{source}}}"
        )
    return "\n".join(rules)


def _sources(extra: Sequence[Path]) -> Iterator[list[Path]]:
    """The places where fonts are, in the order in which they are asked."""
    yield [path for root in extra for path in _files(root)]
    yield list(_wheels())
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib is not None and matplotlib.origin is not None:
        yield _files(Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf")


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(path for path in root.glob("*") if path.suffix.lower() in (".ttf", ".otf"))


@functools.cache
def _wheels() -> tuple[Path, ...]:
    paths: set[Path] = set()
    for entry in importlib.metadata.entry_points(group="fonts_ttf"):
        paths.update(Path(file) for file in entry.load().values())
    return tuple(sorted(paths))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@functools.cache
def _describe(path: Path, changed: int) -> tuple[str, Face]:
    """Reads a font's typographic family, weight and slant, without the cost of fontTools; again
    when the file was changed."""
    try:
        with io.BytesIO(read_bytes(path)) as file:
            head = file.read(12)
            if head[:4] not in SIGNATURES:
                raise ValueError("neither TrueType nor OpenType")
            (count,) = struct.unpack(">H", head[4:6])
            records = struct.iter_unpack(">4sIII", file.read(16 * count))
            places = {tag: (offset, length) for tag, _, offset, length in records}
            tables = []
            for tag in (b"name", b"OS/2"):
                offset, length = places[tag]
                file.seek(offset)
                tables.append(file.read(length))
        names, metrics = tables
        weight, width, selection = (struct.unpack_from(">H", metrics, at)[0] for at in (4, 6, 62))
        slanted = selection & 0b1 or selection & 0b10_0000_0000
        family = _family(names)
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise AuthorError(f"not a font that can be used: {error}", path) from error
    if width != NORMAL_WIDTH:
        weight = 0  # a condensed cut under the same name; no face that is asked for
    return family, (weight, "italic" if slanted else "normal")


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
