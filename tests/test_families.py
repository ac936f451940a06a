"""Every face of every family is found or made, or the family is refused."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from livedeck.errors import AuthorError
from livedeck.fonts import families, made_faces
from livedeck.fonts.made_faces import Face
from livedeck.store.store import Store
from tests.conftest import Project, assert_refused, printed
from tests.typefounding import WEIGHT, area, font, leaning, write

FACES: list[Face] = [(400, "normal"), (400, "italic"), (700, "normal"), (700, "italic")]
THREE: list[Face] = [(400, "normal"), (400, "italic"), (600, "normal"), (600, "italic")]


@dataclass(frozen=True)
class Folder:
    """Files of a family as somebody may have them, and the faces that come of them."""

    name: str
    fill: Callable[[Path], object]
    faces: list[Face]
    made_up: tuple[Face, ...] = ()


def uno(folder: Path, name: str, **how: object) -> Path:
    flavor = how.pop("flavor", None)
    return write(folder / name, font("Uno", **how), flavor=flavor)  # type: ignore[arg-type]


FOLDERS = [
    Folder("a regular face", lambda f: uno(f, "a.ttf"), FACES, tuple(FACES[1:])),
    Folder("one in CFF", lambda f: uno(f, "a.otf", cff=True), FACES, tuple(FACES[1:])),
    Folder("one in WOFF", lambda f: uno(f, "a.woff", flavor="woff"), FACES, tuple(FACES[1:])),
    Folder("one in WOFF2", lambda f: uno(f, "a.woff2", flavor="woff2"), FACES, tuple(FACES[1:])),
    Folder("one in a folder", lambda f: uno(f, "static/a.TTF"), FACES, tuple(FACES[1:])),
    Folder(
        "one that calls itself medium",
        lambda f: uno(f, "a.ttf", weight=500),
        FACES,
        tuple(FACES[1:]),
    ),
    Folder(
        "a regular and a bold one",
        lambda f: (uno(f, "a.ttf"), uno(f, "b.ttf", weight=700)),
        FACES,
        (FACES[1], FACES[3]),
    ),
    Folder(
        "a regular and a black one",
        lambda f: (uno(f, "a.ttf"), uno(f, "b.ttf", weight=900)),
        FACES,
        (FACES[1], FACES[3]),
    ),
    Folder(
        "a regular and an italic one",
        lambda f: (uno(f, "a.ttf"), uno(f, "b.ttf", italic=True)),
        FACES,
        (FACES[2], FACES[3]),
    ),
    Folder(
        "four of CFF",
        lambda f: [
            uno(f, f"{w}{i}.otf", cff=True, weight=w, italic=i)
            for w in (400, 700)
            for i in (False, True)
        ],
        FACES,
    ),
    Folder(
        "four in a collection",
        lambda f: write(
            f / "a.ttc",
            *(font("Uno", weight=w, italic=i) for w in (400, 700) for i in (False, True)),
        ),
        FACES,
    ),
    Folder(
        "a variable one",
        lambda f: uno(f, "a.ttf", axes=WEIGHT),
        [*THREE, (700, "normal")],
        ((400, "italic"), (600, "italic")),
    ),
    Folder(
        "a variable one in WOFF2",
        lambda f: uno(f, "a.woff2", axes=WEIGHT, flavor="woff2"),
        [*THREE, (700, "normal")],
        ((400, "italic"), (600, "italic")),
    ),
    Folder(
        "a variable one and a variable italic",
        lambda f: (uno(f, "a.ttf", axes=WEIGHT), uno(f, "b.ttf", axes=WEIGHT, italic=True)),
        [*THREE, (700, "normal")],
    ),
    Folder(
        "one that varies in slant",
        lambda f: uno(f, "a.ttf", axes=WEIGHT | {"slnt": (-10.0, 0.0, 0.0)}),
        [*THREE, (700, "normal")],
    ),
    Folder(
        "one with an axis from upright to italic",
        lambda f: uno(f, "a.ttf", axes=WEIGHT | {"ital": (0.0, 0.0, 1.0)}),
        [*THREE, (700, "normal")],
    ),
    Folder(
        "one that varies a little",
        lambda f: uno(f, "a.ttf", axes={"wght": (300.0, 400.0, 500.0)}),
        FACES,
        tuple(FACES[1:]),
    ),
    Folder(
        "static faces beside a variable one",
        lambda f: (uno(f, "a.ttf", axes=WEIGHT), uno(f, "b.ttf", weight=700)),
        [*THREE, (700, "normal")],
        ((400, "italic"), (600, "italic")),
    ),
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_faces_are_what_they_are_called(folder: Folder, tmp_path: Path) -> None:
    """Each is static; the bold ones have more ink, the italic ones lean, as fontTools sees them."""
    folder.fill(tmp_path / "fonts")
    store = Store(tmp_path / "store")
    family = families.made(store, "Uno", families.find("Uno", [tmp_path / "fonts"]))
    assert sorted(family.faces) == sorted(folder.faces)
    assert sorted(family.made_up) == sorted(folder.made_up)
    made = {face: TTFont(path) for face, path in family.faces.items()}
    thin = area(made[400, "normal"])
    for (weight, style), each in made.items():
        assert "fvar" not in each
        assert each.flavor is None
        assert (area(each) > 1.1 * thin) == (weight > 400)
        assert (leaning(each) > 50) == (style == "italic")
        assert bool(each["OS/2"].fsSelection & 1) == (style == "italic")
    known = {
        face: each for face, each in made.items() if family.faces[face].is_relative_to(store.root)
    }
    for (weight, _), each in known.items():
        assert each["OS/2"].usWeightClass == weight
        assert each["name"].getDebugName(1) == "Uno"
    again = families.made(store, "Uno", families.find("Uno", [tmp_path / "fonts"]))
    assert again == family


def test_a_face_on_an_axis_is_where_it_was_asked_for(tmp_path: Path) -> None:
    """A bar is a quarter of its weight wide, and 700 high."""
    uno(tmp_path, "a.ttf", axes=WEIGHT)
    for face, source in families.find("Uno", [tmp_path], slanted=False).items():
        made = TTFont(BytesIO(made_faces.made("Uno", face, source)))
        assert area(made) == pytest.approx(face[0] / 4 * 700, rel=0.01)


def test_made_faces_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Neither the clock nor the hash seed shows in the bytes."""
    uno(tmp_path, "a.ttf", axes=WEIGHT)
    uno(tmp_path, "b.otf", cff=True, italic=True)
    program = (
        "import hashlib; from pathlib import Path\n"
        "from livedeck.fonts import families, made_faces\n"
        f"for face, source in families.find('Uno', [Path({str(tmp_path)!r})]).items():\n"
        "    print(hashlib.sha256(made_faces.made('Uno', face, source)).hexdigest())"
    )
    here = [
        hashlib.sha256(made_faces.made("Uno", face, source)).hexdigest()
        for face, source in families.find("Uno", [tmp_path]).items()
    ]
    assert [printed(program, PYTHONHASHSEED=seed).split() for seed in "12"] == [here, here]


@pytest.mark.parametrize("name", ["a.ttf", "a.woff", "a.woff2", "a.ttc"])
@pytest.mark.parametrize("rest", [b"", b"\0\1\0\0", bytes(200), b"\xff" * 400])
def test_a_broken_file_is_named(name: str, rest: bytes, tmp_path: Path) -> None:
    """Whatever of it is there, in whatever packing."""
    heads = {"a.ttf": b"\0\1\0\0", "a.woff": b"wOFF", "a.woff2": b"wOF2", "a.ttc": b"ttcf"}
    (tmp_path / name).write_bytes(heads[name] + rest)
    with pytest.raises(AuthorError, match="not a font that can be used") as caught:
        families.find("Uno", [tmp_path])
    assert caught.value.path == tmp_path / name


def test_a_family_of_pictures_is_refused(project: Project) -> None:
    """No size of it is right on paper; the error says which family would do."""
    pictures = font("Pictures", "🚀")
    del pictures["glyf"], pictures["loca"]
    write(project.root / "deck" / "fonts" / "a.ttf", pictures)
    project.write("deck/theme.toml", '[fonts]\ntext = ["Source Sans Pro", "Pictures"]\n')
    assert_refused(project.build(), "deck/theme.toml:2", "pictures of its characters", "Noto Emoji")


def test_a_family_without_a_space_is_refused(project: Project) -> None:
    """Paper would set a box between two of its words."""
    write(project.root / "deck" / "fonts" / "a.ttf", font("Signs", "🚀"))
    project.write("deck/theme.toml", '[fonts]\ntext = ["Source Sans Pro", "Signs"]\n')
    assert_refused(project.build(), "deck/theme.toml:2", "`Signs` has no space", "Take one")


def test_a_family_in_colour_is_shown_in_one_or_its_empty_characters_are_missed(
    project: Project,
) -> None:
    """Browsers would show its colours, and paper nothing."""
    for name, empty in (("Full", ""), ("Empty", "🚀")):
        coloured = font(name, "🚀🧿 ", empty=empty)
        coloured["CPAL"] = coloured["COLR"] = _table("COLR", b"\0" * 14)
        coloured["CPAL"] = _table("CPAL", b"\0" * 14)
        write(project.root / "deck" / "fonts" / f"{name}.ttf", coloured)
    project.write("deck/40-rocket.md", "# To the moon 🚀\n")
    project.write("deck/theme.toml", '[fonts]\ntext = ["Source Sans Pro", "Full"]\n')
    done = project.build()
    assert done.code == 0
    assert "the family `Full` is in colour, and is shown in one" in done.out
    project.write("deck/theme.toml", '[fonts]\ntext = ["Source Sans Pro", "Empty"]\n')
    assert_refused(project.build(), "deck/40-rocket.md:1", "`🚀` (U+1F680)", "Noto Emoji")


def _table(tag: str, data: bytes) -> object:
    from fontTools.ttLib.tables.DefaultTable import DefaultTable

    table = DefaultTable(tag)
    table.data = data
    return table


def test_words_from_right_to_left_beside_others_are_told_of(project: Project) -> None:
    """Paper orders them from left to right; a line of its own is as on screen."""
    project.write("deck/40-joined.md", "# مرحبا بالعالم\n\nكلمة **غامقة** في نص.\n")
    done = project.call()
    assert (done.code, done.err) == (0, "")
    told = re.findall(r"warning: (\S+): on paper", done.out)
    assert told == ["deck/40-joined.md:3"]
