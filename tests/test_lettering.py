"""Texts and formulas in figures look in the page and the PDF as matplotlib itself draws them, and
what no font has is an error."""

import re
import subprocess
import warnings
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from PIL import Image, ImageFilter
from playwright.sync_api import Browser

from livedeck.drawing import draw, style
from livedeck.errors import AuthorError
from livedeck.fonts import families
from livedeck.slides.theme import LAST, read_theme
from tests.conftest import REPOSITORY, Project
from tests.survey.words import FORMULAS, TEXTS

SCALE = 2  # pixels of the pictures to one of the figure's
WIDTH, HEIGHT, ROWS = 640, 480, 6  # of a figure with a column of texts
THEME = read_theme([REPOSITORY / "templates" / "theme.toml"])
FAMILIES = {
    name: {face: each.path for face, each in families.find(name).items()}
    for name in (*THEME.fonts["text"], LAST)
}
FILES = [path for faces in FAMILIES.values() for path in faces.values()]
EVERY = [*TEXTS, *FORMULAS]
SHEETS = [EVERY[i : i + ROWS] for i in range(0, len(EVERY), ROWS)]
PLACES = {text: (i // ROWS, i % ROWS) for i, text in enumerate(EVERY)}
MOST_APART = 2  # pixels of the figure between the edges of one text in two pictures
LIKE = 0.94  # the least correlation of two pictures of one text, each a little blurred

Pictures = dict[str, list[np.ndarray]]


def _sheet(words: list[str], figure: Figure) -> None:
    for row, text in enumerate(words):
        figure.text(0.1, 1 - (row + 0.6) / ROWS, text, size=20)


@pytest.fixture(scope="module")
def pictures(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    """All texts as matplotlib draws them in pixels, as the page shows them, and the PDF: how much
    darker, or lighter, than its ground each pixel is."""
    root = tmp_path_factory.mktemp("texts")
    found: Pictures = {"matplotlib": [], "light": [], "dark": [], "paper": []}
    with matplotlib.rc_context():
        for number, words in enumerate(SHEETS):
            folder = root / str(number)
            folder.mkdir()
            plot = partial(_sheet, words)
            paths = [str(path) for path in FILES]
            order = draw.Order(
                str(folder), "t", WIDTH, HEIGHT, f"s{number}", False, asdict(THEME), paths
            )
            dark = draw.dark(lambda plot=plot: plot, {}, order)
            said = draw.draw(lambda plot=plot: plot, {}, order, lambda dark=dark: dark)
            found["matplotlib"].append(_by_matplotlib(plot))
            found["paper"].append(_on_paper(folder))
            for mode in ("light", "dark"):
                found[mode].append(_in_page(browser, folder, mode, said))
    return found


def _by_matplotlib(plot: Any) -> np.ndarray:
    style.use(THEME, "light", FILES)
    figure = Figure((WIDTH / 96, HEIGHT / 96), dpi=96 * SCALE, facecolor="white")
    plot(figure)
    canvas = FigureCanvasAgg(figure)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("draw_text", "get_text_width_height_descent"):  # to no whole pixels
            patch.setattr(RendererAgg, name, getattr(RendererBase, name))
        canvas.draw()
    return _ink(Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("L"))


def _on_paper(folder: Path) -> np.ndarray:
    command = ["pdftoppm", "-r", str(96 * SCALE), "-png", "-singlefile", "figure.pdf", "paper"]
    subprocess.run(command, cwd=folder, check=True)
    with Image.open(folder / "paper.png") as picture:
        return _ink(picture.convert("L"))


def _in_page(browser: Browser, folder: Path, mode: str, said: dict[str, Any]) -> np.ndarray:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
    colours = THEME.palettes[mode].named()
    rules = "".join(f"--{key}:{colour};" for key, colour in colours.items())
    css = "".join(families.face_css(*family, said["characters"]) for family in FAMILIES.items())
    css += f":root{{color-scheme:{mode};{rules}}}body{{margin:0;background:{colours['paper']}}}"
    svg = (folder / "frame-000.svg").read_text()
    page.set_content(f"<style>{css} svg{{display:block}}</style>{svg}")
    page.evaluate("() => document.fonts.ready")
    page.screenshot(path=folder / f"{mode}.png")
    page.close()
    with Image.open(folder / f"{mode}.png") as picture:
        return _ink(picture.convert("L"))


def _ink(picture: Image.Image) -> np.ndarray:
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.5)), float)
    ink = np.abs(soft - soft[0, 0])
    return ink / ink.max()


def _cell(pictures: Pictures, kind: str, text: str) -> np.ndarray:
    sheet, row = PLACES[text]
    height = HEIGHT * SCALE // ROWS
    return pictures[kind][sheet][row * height : (row + 1) * height]


def _edges(ink: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(ink > 0.12)
    return np.array([rows.min(), rows.max(), columns.min(), columns.max()])


@pytest.mark.parametrize("kind", ["light", "dark", "paper"])
@pytest.mark.parametrize("text", EVERY)
def test_a_text_looks_as_matplotlib_draws_it(text: str, kind: str, pictures: Pictures) -> None:
    """In the same place, of the same size, with the same signs."""
    drawn, shown = _cell(pictures, "matplotlib", text), _cell(pictures, kind, text)
    assert np.abs(_edges(drawn) - _edges(shown)).max() <= MOST_APART * SCALE
    assert _likeness(drawn, shown) > LIKE


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """The best correlation of two pictures that are moved as far as their edges may be apart."""
    far = int(MOST_APART * SCALE)
    moves = [(down, 0) for down in range(-far, far + 1)] + [(0, 1), (0, -1)]
    moved = (np.roll(other, move, axis=(0, 1)) for move in moves)
    return max(float(np.corrcoef(one.ravel(), each.ravel())[0, 1]) for each in moved)


def test_alphabets_of_formulas_are_other_letters(tmp_path: Path) -> None:
    """Calligraphic, double, broken, handwritten, typed and upright ones."""
    alphabets = ("mathrm", "mathcal", "mathbb", "mathfrak", "mathscr", "mathtt")
    paths = [str(path) for path in FILES]
    order = draw.Order(str(tmp_path), "t", WIDTH, HEIGHT, "s", False, asdict(THEME), paths)
    drawn = set()
    with matplotlib.rc_context():
        for name in alphabets:
            plot = partial(_sheet, [rf"$\{name}{{L}}$"])
            (svg,) = draw.dark(lambda plot=plot: plot, {}, order)["drawn"]
            drawn.add(re.sub(r"<!--.*?-->|id=\S+|href=\S+", "", svg))
    assert len(drawn) == len(alphabets)


LOST = {
    "title": lambda axes: axes.set_title("你好"),
    "label": lambda axes: axes.set_xlabel("速度 (m/s)"),
    "ticks": lambda axes: axes.set_xticks([0, 1], ["한", "국"]),
    "legend": lambda axes: axes.legend(labels=["ภาษาไทย"]),
    "annotation": lambda axes: axes.annotate("हिन्दी", (0.5, 1.5)),
    "table": lambda axes: axes.table([["বাংলা", "1"]]),
    "text": lambda axes: axes.text(0.5, 1.5, "go 🚀"),
    "joined emoji": lambda axes: axes.text(0.5, 1.5, "👩‍👩‍👧"),
    "tabulator": lambda axes: axes.text(0.5, 1.5, "one\ttwo"),
    "private use": lambda axes: axes.text(0.5, 1.5, "logo \ue000"),
    "formula": lambda axes: axes.set_title(r"$x_{\text{数}}$"),
    "letters of a formula": lambda axes: axes.set_title("$雪 + 1$"),
}


@pytest.mark.parametrize("where", LOST)
def test_what_no_font_has_is_an_error(where: str, tmp_path: Path) -> None:
    """Wherever in a figure it stands."""

    def plot(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([1, 2])
        LOST[where](axes)

    paths = [str(path) for path in FILES]
    order = draw.Order(str(tmp_path), "t", WIDTH, HEIGHT, "s", False, asdict(THEME), paths)
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of matplotlib, on the same
        with pytest.raises(AuthorError, match=r"no font has .*U\+"):
            draw.dark(lambda: plot, {}, order)


def test_the_error_names_character_figure_file_and_line(project: Project) -> None:
    """The deck that was built last stays."""
    project.edit(
        "experiments/line.py",
        'ax.plot(result.y[::-1], color="muted")',
        'ax.plot(result.y[::-1], color="muted")\n    ax.set_title("落ちる")',
    )
    before = project.output
    done = project.build()
    assert done.code == 1
    (error,) = done.errors
    assert re.search(r"line\.py:\d+", error)
    assert "no font has “落” (U+843D" in " ".join(error.split())
    assert "`[fonts]`" in error
    assert not done.traceback
    assert project.output == before
