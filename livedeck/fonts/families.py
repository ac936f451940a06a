"""The deck's fonts: found by family, cut down to the characters in use, put into style sheets.

A family is looked for in the deck's own fonts folder first, then in installed wheels that
register `fonts_ttf` entry points, then among the fonts that matplotlib brings.
"""

import base64
import functools
import importlib.metadata
import importlib.util
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from livedeck.errors import AuthorError, did_you_mean
from livedeck.fonts import font_files, made_faces
from livedeck.fonts.font_files import Font
from livedeck.fonts.made_faces import Face, Source
from livedeck.store.store import Store

WANTED: tuple[Face, ...] = (
    (400, "normal"),
    (400, "italic"),
    (600, "normal"),
    (600, "italic"),
    (700, "normal"),
    (700, "italic"),
)
REGULAR: Face = (400, "normal")
BOLD: tuple[Face, ...] = ((600, "normal"), (700, "normal"))
STANDS_FOR = {400: (300, 500), 600: (600, 600), 700: (650, 900)}  # by weight, the nearest first
FEATURES = [
    *("calt", "ccmp", "clig", "kern", "liga", "locl", "mark", "mkmk", "rlig", "tnum"),
    # By which letters join: of Arabic, of the scripts of India, of Hangul.
    *("init", "medi", "med2", "fina", "fin2", "fin3", "isol", "stch", "mset"),
    *("abvf", "abvm", "abvs", "akhn", "blwf", "blwm", "blws", "cfar", "cjct", "dist", "half"),
    *("haln", "nukt", "pref", "pres", "pstf", "psts", "rkrf", "rphf", "vatu"),
    *("ljmo", "vjmo", "tjmo"),
]


@dataclass(frozen=True)
class Family:
    """A family and the files of its faces, of which some may be `made_up` from the others."""

    name: str
    faces: Mapping[Face, Path]
    made_up: tuple[Face, ...] = ()
    coloured: bool = False  # but shown in one colour


def made(store: Store, name: str, sources: Mapping[Face, Source]) -> Family:
    """The family with its faces in files, of which some had to be made."""
    files = {face: made_faces.file(store, name, face, source) for face, source in sources.items()}
    made_up = tuple(face for face, source in sources.items() if source.made_up)
    return Family(name, files, made_up, any(source.coloured for source in sources.values()))


def find(family: str, extra: Sequence[Path] = (), *, slanted: bool = True) -> dict[Face, Source]:
    """Finds the regular, semibold and bold faces of a family, and the `slanted` ones; what it has
    not, is to be made from what it has.

    `extra` holds font files and folders that come before everything else. The first source
    that has the family gives all of its faces, so that two versions never mix.
    """
    known: set[str] = set()
    for paths in _sources(extra):
        found = [font for path in paths for font in font_files.read(path)]
        known |= {font.family for font in found}
        fonts = [font for font in found if font.family == family]
        faces = {face: source for face in WANTED if (source := _cut(fonts, face))}
        if REGULAR in faces:
            _require_outlines(family, fonts)
            return _completed(faces, slanted=slanted)
    raise AuthorError(
        f"no font family `{family}` with a regular face is installed",
        hint=did_you_mean(family, known)
        + " Add its font files to the deck's fonts folder, or install its wheel.",
    )


def _require_outlines(family: str, fonts: list[Font]) -> None:
    for font in fonts:
        if not font.outlined:
            message = f"the family `{family}` has pictures of its characters in place of outlines"
            hint = "Paper cannot show them as screens do. Take a family such as `Noto Emoji`."
            raise AuthorError(message, hint=hint)


def _cut(fonts: list[Font], face: Face) -> Source | None:
    """Where a face comes from: a file of it, else one whose axes have it."""
    weight, _ = face
    least, most = STANDS_FOR[weight]
    still = [font for font in fonts if "wght" not in font.axes and least <= font.weight <= most]
    moving = [font for font in fonts if "wght" in font.axes]
    for font in sorted(still, key=lambda font: abs(font.weight - weight)) + moving:
        axes = _places(font, face)
        if axes is not None and least <= axes.get("wght", font.weight) <= most:
            return Source(
                font.path, font.number, tuple(axes.items()), font.bare, font.coloured, font.large
            )
    return None


def _places(font: Font, face: Face) -> dict[str, float] | None:
    """Where on the axes of a font a face is; None if it leans otherwise."""
    weight, style = face
    places = {tag: usual for tag, (_, usual, _) in font.axes.items()}
    asked: dict[str, float] = {"wght": weight, "wdth": 100, "ital": 0, "slnt": 0}
    slanted = font.slanted
    if style == "italic" and not slanted:
        leaning = {"ital": 1.0, "slnt": font.axes.get("slnt", (0, 0, 0))[0]}
        asked |= leaning
        slanted = any(
            leaning[tag] and low <= leaning[tag] <= high
            for tag, (low, _, high) in font.axes.items()
            if tag in leaning
        )
    elif font.slanted:
        asked = {tag: asked[tag] for tag in ("wght", "wdth")}
    if slanted != (style == "italic"):
        return None
    for tag in places.keys() & asked.keys():
        low, _, high = font.axes[tag]
        places[tag] = min(max(float(asked[tag]), low), high)
    return places


def _completed(faces: dict[Face, Source], *, slanted: bool) -> dict[Face, Source]:
    """The faces without those that say nothing new, and with those that are to be made up."""
    regular = faces[REGULAR]
    if regular.large:
        return faces
    bold = next((face for face in BOLD if face in faces), None)
    if bold is None:
        bold = BOLD[-1]
        faces[bold] = replace(regular, bolder=True)
    if slanted:
        if (400, "italic") not in faces:
            faces[400, "italic"] = replace(regular, slanted=True)
        if not {(600, "italic"), (700, "italic")} & faces.keys():
            italic = faces[400, "italic"]
            upright = replace(faces[bold], slanted=True)
            faces[bold[0], "italic"] = upright if italic.slanted else replace(italic, bolder=True)
    if (600, "italic") in faces:
        faces.pop((700, "italic"), None)
    return {face: faces[face] for face in WANTED if face in faces}


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
        names.names = [
            n for n in names.names if n.nameID in (1, 2, 6, 13, 14) and n.platformID == 3
        ]
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
    return sorted(path for path in root.rglob("*") if path.suffix.lower() in font_files.SUFFIXES)


@functools.cache
def _wheels() -> tuple[Path, ...]:
    paths: set[Path] = set()
    for entry in importlib.metadata.entry_points(group="fonts_ttf"):
        paths.update(Path(file) for file in entry.load().values())
    return tuple(sorted(paths))
