"""Screen, paper and figures show each word in the face of its family, found or made."""

import base64
import html
import json
import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser

from tests.conftest import Project
from tests.typefounding import WEIGHT, font, write

CHINESE = "漢字粗体代码表二注"

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


def test_the_page_takes_only_what_the_first_family_lacks_from_the_others(
    lettered: Project,
) -> None:
    """A Chinese font has Latin letters too, and none of them is in the page."""
    found = re.findall(r'family:"Duo";.*?base64,([^)]*)\)', lettered.page)
    assert len(found) == 2
    for data in found:
        known = TTFont(BytesIO(base64.b64decode(data))).getBestCmap()
        assert set(map(chr, known)) <= {*CHINESE, " "}
