"""Every face of every family is found or made, and screen, paper and figures show the same one."""

import base64
import hashlib
import html
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser

from livedeck.errors import AuthorError
from livedeck.fonts import families, made_faces
from livedeck.fonts.made_faces import Face
from livedeck.store.store import Store
from tests.conftest import Project, assert_refused, printed
from tests.typefounding import area, font, leaning, write

FACES: list[Face] = [(400, "normal"), (400, "italic"), (700, "normal"), (700, "italic")]
THREE: list[Face] = [(400, "normal"), (400, "italic"), (600, "normal"), (600, "italic")]
WEIGHT = {"wght": (100.0, 400.0, 900.0)}
CHINESE = "漢字粗体代码表二注"


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


SLIDE = """\
# A title with 漢字 and `code`

Plain **bold** *italic* ***both*** `mono` **`boldmono`** *`slantmono`* and 字 **粗体** *代码*.

| column | 表 |
|--------|----|
| cell   | 二 |

![Chinese](experiment:chinese.shown "A caption"){height=300}

::: notes
注 said
:::
"""
EXPERIMENT = '''\
"""A title is Chinese."""

from typing import NamedTuple


class Result(NamedTuple):
    answer: int


def run() -> Result:
    return Result(4)


def shown(fig, result) -> None:
    ax = fig.subplots()
    ax.plot([1, 2, result.answer])
    ax.set_title("漢字 within")
    ax.set_xlabel("heavy", weight="bold")
    ax.set_ylabel("slanted", style="italic")
'''


@pytest.fixture(scope="module")
def lettered(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck in a variable family, with two others for what it lacks, on screen and on paper."""
    project = built.copy(tmp_path_factory.mktemp("lettered"))
    folder = project.root / "deck" / "fonts"
    write(folder / "uno.ttf", font("Uno", axes=WEIGHT))
    write(folder / "uno-italic.ttf", font("Uno", axes=WEIGHT, italic=True))
    write(folder / "duo.woff2", font("Duo", CHINESE + "ab "), flavor="woff2")
    write(folder / "tre.ttf", font("Tre"))
    fonts = '[fonts]\ntext = ["Uno", "Duo"]\nmono = ["Tre", "Duo"]\n'
    project.write("deck/theme.toml", fonts)
    project.write("deck/40-faces.md", SLIDE)
    project.write("experiments/chinese.py", EXPERIMENT)
    done = project.call()
    assert (done.code, done.err) == (0, "")
    assert "Glyph" not in done.out
    assert "the family `Duo` has no 700 normal: made up" in done.out
    assert "the family `Tre` has no 400 italic, 700 normal, 700 italic: made up" in done.out
    return project


WORDS = {
    "Plain": "Uno 400 normal",
    "bold": "Uno 600 normal",
    "italic": "Uno 400 italic",
    "both": "Uno 600 italic",
    "mono": "Tre 400 normal",
    "boldmono": "Tre 700 normal",
    "slantmono": "Tre 400 italic",
    "粗体": "Duo 700 normal",
    "代码": "Duo 400 normal",
    "表": "Duo 700 normal",
    "二": "Duo 400 normal",
    "column": "Uno 600 normal",
    "A caption": "Uno 400 normal",
    "漢字 within": "Duo 400 normal, Uno 400 normal",
}


def test_each_word_is_shown_in_its_face(lettered: Project, browser: Browser) -> None:
    """Chromium says in which face of the page's own; none is the system's."""
    page = browser.new_page()
    page.goto(f"{lettered.address}#faces")
    page.evaluate("document.fonts.ready")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]
    found: dict[str, set[str]] = {}
    for node in _texts(root):
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        assert all(each["isCustomFont"] for each in used)
        if used:
            names = {_named(each["postScriptName"]) for each in used}
            found.setdefault(node["nodeValue"].strip(), set()).update(names)
    page.close()
    assert {word: ", ".join(sorted(found[word])) for word in WORDS} == WORDS


def test_each_word_is_printed_in_its_face(lettered: Project) -> None:
    """Poppler says in which; and every font of the file is embedded."""
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-fontfullname", "output/deck.pdf"]
    done = subprocess.run(command, cwd=lettered.root, capture_output=True, text=True, check=True)
    faces = dict(re.findall(r'<fontspec id="(\d+)"[^>]* family="([^"]*)"', done.stdout))
    found: dict[str, set[str]] = {}
    for number, text in re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', done.stdout):
        word = html.unescape(re.sub("<[^>]*>", "", text)).strip()
        found.setdefault(word, set()).add(_printed(faces[number]))
    wanted = {word: face for word, face in WORDS.items() if " " not in word}
    assert {word: ", ".join(sorted(found[word])) for word in wanted} == wanted


def test_a_deck_in_made_faces_is_the_same_wherever_it_is_built(
    lettered: Project, tmp_path: Path
) -> None:
    """In another folder, whose store makes them again."""
    other = lettered.copy(tmp_path / "other")
    for entry in (other.root / ".livedeck" / "entries").rglob("manifest.json"):
        if json.loads(entry.read_text())["kind"] not in ("result", "figure"):
            for path in entry.parent.iterdir():
                path.unlink()
    before = lettered.output
    assert other.call("--force").code == 0
    for name in ("index.html", "deck.pdf"):
        assert other.output[name] == before[name]


def _texts(node: dict[str, object]) -> list[dict[str, str]]:
    if node["nodeType"] == 3:
        return [node]  # type: ignore[list-item]
    children: list[dict[str, object]] = node.get("children", [])  # type: ignore[assignment]
    return [text for child in children for text in _texts(child)]


def _named(postscript: str) -> str:
    """A face as its file's own name says it."""
    family, _, style = postscript.partition("-")
    weight = style[:3] if style[:3].isdigit() else "400"
    return f"{family} {weight} {'italic' if 'Italic' in style else 'normal'}"


def _printed(name: str) -> str:
    """A face as a PDF calls it."""
    family, *words = name.rpartition("+")[2].split("-")
    style = "italic" if "Italic" in words else "normal"
    weight = 600 if "Semi" in words else 700 if "Bold" in words else 400
    return f"{family} {weight} {style}"


def test_words_from_right_to_left_beside_others_are_told_of(project: Project) -> None:
    """Paper orders them from left to right; a line of its own is as on screen."""
    project.write("deck/40-joined.md", "# مرحبا بالعالم\n\nكلمة **غامقة** في نص.\n")
    done = project.call()
    assert (done.code, done.err) == (0, "")
    told = re.findall(r"warning: (\S+): on paper", done.out)
    assert told == ["deck/40-joined.md:3"]


def test_the_page_takes_only_what_the_first_family_lacks_from_the_others(
    lettered: Project,
) -> None:
    """A Chinese font has Latin letters too, and none of them is in the page."""
    found = re.findall(r'family:"Duo";.*?base64,([^)]*)\)', lettered.page)
    assert len(found) == 2
    for data in found:
        known = TTFont(BytesIO(base64.b64decode(data))).getBestCmap()
        assert set(map(chr, known)) <= {*CHINESE, " "}
