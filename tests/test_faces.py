"""A face of type is in the PDF once, however many pieces and figures show it."""

import io
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import matplotlib
import pikepdf
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from pikepdf import Dictionary, Pdf

from livedeck.drawing import draw, style
from livedeck.fonts import embedding, truetype
from livedeck.slides.theme import read_theme
from tests.conftest import REPOSITORY
from tests.pdfs import FACES, conditions, opened, page, text, write

TITLES = {"one": "Würfe und Zahlen −1", "two": "Fiffige Öfen: 12 → 7", "three": "Läufe “off”"}
PLACE = (
    '<figure><img class="placeholder" data-figure="{0}" src="livedeck-figure:{0}" '
    'width="600" height="450" alt="A line"></figure>'
)
SLIDES = [
    page(f"<h1>The first words</h1>{PLACE.format('one')}", "<h1>jumps</h1><p>Öl, 38 %</p>"),
    page(f"<h1>Other <b>bold</b> words</h1>{PLACE.format('two')}"),
    page(f"<h1>Quick foxes → rest</h1>{PLACE.format('three')}"),
]


def show(figure: Figure, title: str) -> None:
    """A line, with words in several faces."""
    axes = figure.subplots()
    axes.plot([-1, 2], [3, 40])
    axes.set_title(title)
    axes.set_ylabel("fat", fontweight="bold")
    axes.set_xlabel("$x^2$")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes | Path]]:
    """Figures as the engine draws them."""
    theme = read_theme([REPOSITORY / "templates" / "theme.toml"])
    paths = [str(path) for path in FACES.values()]
    drawn: dict[str, bytes | Path] = {}
    with matplotlib.rc_context():
        for key, title in TITLES.items():
            folder = tmp_path_factory.mktemp(key)
            order = draw.Order(str(folder), key, 600, 450, "s", False, asdict(theme), paths)
            prepare = partial(partial, show, title=title)
            draw.draw(prepare, {}, order, partial(draw.dark, prepare, {}, order))
            drawn[key] = folder / "figure.pdf"
        yield drawn


@pytest.fixture(scope="module")
def plain(figures: dict[str, bytes | Path]) -> dict[str, bytes | Path]:
    """The same figures as matplotlib writes them, with glyphs that have numbers of their own."""
    style.use(read_theme([REPOSITORY / "templates" / "theme.toml"]), "light", [*FACES.values()])
    drawn: dict[str, bytes | Path] = {}
    for key in figures:
        figure, file = Figure(figsize=(6, 4.5)), io.BytesIO()
        show(figure, TITLES[key])
        figure.savefig(file, format="pdf", metadata={"CreationDate": None})
        drawn[key] = file.getvalue()
    return drawn


def files(document: Pdf) -> dict[tuple[int, int], TTFont]:
    """The font files of a PDF."""
    return {
        item.FontFile2.objgen: TTFont(io.BytesIO(item.FontFile2.read_bytes()))
        for item in document.objects
        if isinstance(item, Dictionary) and "/FontFile2" in item
    }


def edition(font: TTFont) -> tuple[int, int]:
    """What tells a face from its sisters."""
    return font["head"].created, font["head"].modified


def pixels(data: bytes) -> bytes:
    """All pages as pictures."""
    command = ["pdftoppm", "-r", "60", "-"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout


def test_each_face_is_embedded_once(figures: dict[str, bytes | Path]) -> None:
    """Text of three pieces and of three figures shares the files of its faces."""
    document = opened(write(SLIDES, figures))
    found = [edition(font) for font in files(document).values()]
    assert len(found) == len(set(found))
    sources = [edition(TTFont(path)) for path in FACES.values()]
    assert len(set(found) & set(sources)) == 3  # regular, bold, italic
    named = {str(item.FontName) for item in document.objects if is_descriptor(item)}
    assert len(named) == len(found)


def is_descriptor(item: pikepdf.Object) -> bool:
    """Whether an object says what a font looks like."""
    return isinstance(item, Dictionary) and "/FontName" in item


@pytest.mark.parametrize("way", ["figures", "plain"])
def test_text_and_looks_are_those_of_many_fonts(
    way: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every pixel and every character is as it was before the cuts of a face were joined."""
    drawn = request.getfixturevalue(way)
    joined = write(SLIDES, drawn)
    monkeypatch.setattr(embedding, "unite", lambda *_: None)
    apart = write(SLIDES, drawn)
    assert len(files(opened(joined))) < len(files(opened(apart)))
    assert pixels(joined) == pixels(apart)
    assert text(joined) == text(apart)
    assert all(title in text(joined) for title in TITLES.values())


def test_joined_fonts_satisfy_the_checker(figures: dict[str, bytes | Path]) -> None:
    """Widths are those of the glyphs, and every character has a glyph and a text."""
    assert conditions(write(SLIDES, figures)) == []


def test_sisters_and_what_is_no_font_are_kept_apart() -> None:
    """Only glyphs of one edition of one face come together."""
    regular, bold = (truetype.read(FACES[400 + 300 * i, "normal"].read_bytes()) for i in (0, 1))
    assert regular is not None
    assert bold is not None
    assert regular.fits(regular)
    assert not regular.fits(bold)
    assert truetype.read(b"OTTO and so on") is None
    assert truetype.read(FACES[400, "normal"].read_bytes()[:2000]) is None
