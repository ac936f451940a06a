"""Every kind of plot is drawn in the theme's colours in light, dark and on paper, and the gates
refuse those alone that nobody could see or read."""

import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib
import numpy as np
import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser

from livedeck.drawing import draw, small_multiples
from livedeck.fonts import families
from livedeck.slides.theme import read_theme
from tests import survey
from tests.conftest import REPOSITORY
from tests.survey import anchored, asked, fields, pairs, refused, spaces, statistics

WIDTH, HEIGHT = 640, 480
THEME = read_theme([REPOSITORY / "templates" / "theme.toml"])
ORDINARY = survey.plots(pairs, fields, statistics, spaces, anchored)
ASKED = survey.plots(asked)
REFUSED = survey.plots(refused)
WHITE_OR_BLACK = {  # that the authors of these kinds ask for, or whose colour maps have it
    "imshow_in_words", "contourf_with_lines", "heatmap", "imshow_of_colours", "pcolormesh_smooth",
}  # fmt: skip
LIT = {"bars_3d", "surface"}  # whose colours are those of light and shade
AS_ALIKE = 6.0  # of 255, the mean difference of two pictures of one drawing
SHADES = {"pcolormesh_smooth": 20.0}  # browsers blend triangles, pdftoppm shades them


@dataclass
class Drawn:
    """A figure: what the engine says of it, its files, and matplotlib's SVG in dark."""

    said: dict[str, Any]
    folder: Path
    dark: str

    @property
    def svg(self) -> str:
        """The SVG that follows the page."""
        return (self.folder / "frame-000.svg").read_text()


def _font_files() -> list[str]:
    """Those of the theme's families."""
    names = [name for stack in THEME.fonts.values() for name in stack]
    return sorted({str(face.path) for name in names for face in families.find(name).values()})


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    """All kinds of plots, each drawn once by one process."""
    root = tmp_path_factory.mktemp("survey")
    paths = _font_files()
    every = {
        f"{kind}.{name}": plot for kind, plots in KINDS.items() for name, plot in plots.items()
    }
    found = {}
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of matplotlib, on what is too crowded on purpose
        for key, plot in every.items():
            folder = root / key
            folder.mkdir()
            order = draw.Order(str(folder), key, WIDTH, HEIGHT, "s", False, asdict(THEME), paths)
            dark = draw.dark(partial(_itself, plot), {}, order)
            said = draw.draw(partial(_itself, plot), {}, order, partial(_itself, dark))
            found[key] = Drawn(said, folder, dark["drawn"][0])
    return found


KINDS = {"ordinary": ORDINARY, "asked": ASKED, "refused": REFUSED}


def _itself(thing: Any) -> Any:
    return thing


def test_the_survey_is_wide() -> None:
    """It has the kinds of matplotlib's and seaborn's galleries, and bad ones."""
    assert len(ORDINARY) >= 80
    assert len(ASKED) >= 20
    assert len(REFUSED) >= 20


@pytest.mark.parametrize("name", ORDINARY)
def test_gates_refuse_nothing_ordinary(name: str, drawn: dict[str, Drawn]) -> None:
    """Nor do they warn."""
    assert drawn[f"ordinary.{name}"].said["findings"] == []


@pytest.mark.parametrize("name", REFUSED)
def test_gates_see_every_artist(name: str, drawn: dict[str, Drawn]) -> None:
    """Each of these is refused by its gate."""
    gates = {finding["gate"] for finding in drawn[f"refused.{name}"].said["findings"]}
    assert any(f"`{gate}`" in str(REFUSED[name].__doc__) for gate in gates)


@pytest.mark.parametrize("name", ORDINARY)
def test_nothing_is_black_or_white_of_its_own_accord(name: str, drawn: dict[str, Drawn]) -> None:
    """In dark, where matplotlib leaves out the fill of what is black."""
    root = ET.fromstring(drawn[f"ordinary.{name}"].dark)
    assert name in WHITE_OR_BLACK or not [*_black_or_white(root, "")]


def _black_or_white(element: ET.Element, fill: str) -> Iterator[str]:
    tag, style = element.tag.rpartition("}")[2], element.get("style", "")
    if tag in ("defs", "clipPath", "metadata", "filter"):
        return
    fill = given[1] if (given := re.search(r"(?:^|; ?)fill: ([^;]+)", style)) else fill
    drawn = re.findall(r"(?:fill|stroke): (#0{6}|#f{6})(?:;|$)", style)
    if tag in ("path", "text") and not fill and element.get("d", " "):
        drawn.append(f"the fill of {tag} {style}")
    if "opacity: 0" not in style:
        yield from drawn
    for child in element:
        yield from _black_or_white(child, fill)


@pytest.mark.parametrize("name", ASKED)
def test_colours_that_are_asked_for_are_drawn(name: str, drawn: dict[str, Drawn]) -> None:
    """In both modes and on paper, with an edge that has a width."""
    found = drawn[f"asked.{name}"]
    colour = "(?:#b0679a|light-dark\\()" if name in LIT else asked.ASKED
    assert re.search(f'(?:stroke|fill)="{colour}', found.svg)
    assert 'stroke-width="0"' not in found.svg
    with pikepdf.open(found.folder / "figure.pdf") as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode("latin-1")
    red = f"{int(asked.ASKED[1:3], 16) / 255:.5f}"
    assert name in LIT or re.search(rf"{red[:5]}\d*\s[\d.]+\s[\d.]+\s(?:RG|rg)", content)


@pytest.mark.parametrize("name", ORDINARY)
def test_light_and_dark_are_one_drawing(name: str, drawn: dict[str, Drawn]) -> None:
    """Nothing is in the page twice, once for each mode, but pixels that no two colours blend to."""
    assert name == "pcolormesh_smooth" or 'class="light-only"' not in drawn[f"ordinary.{name}"].svg


@pytest.fixture(scope="module")
def pictures(
    drawn: dict[str, Drawn], browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, np.ndarray]]:
    """Each ordinary kind as Chromium shows it in light and dark, and as its PDF looks."""
    folder = tmp_path_factory.mktemp("pictures")
    with pikepdf.new() as pdf:
        for name in ORDINARY:
            with pikepdf.open(drawn[f"ordinary.{name}"].folder / "figure.pdf") as one:
                pdf.pages.extend(one.pages)
        pdf.save(folder / "all.pdf")
    command = ["pdftoppm", "-r", "72", "-png", "all.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    found: dict[str, dict[str, np.ndarray]] = {name: {} for name in ORDINARY}
    for name, path in zip(ORDINARY, sorted(folder.glob("page-*.png")), strict=True):
        found[name]["paper"] = _small(path)
    for mode in ("light", "dark", "white"):
        page = browser.new_page(viewport={"width": 480, "height": 360})
        palette = THEME.palettes["dark" if mode == "dark" else "light"].named()
        ground = "#fff" if mode == "white" else palette["paper"]
        rules = "".join(f"--{key}:{colour};" for key, colour in palette.items())
        scheme = "dark" if mode == "dark" else "light"
        style = f":root{{color-scheme:{scheme};{rules}}}body{{margin:0;background:{ground}}}"
        style += ".light-only{display:none}" if mode == "dark" else ".dark-only{display:none}"
        style += "svg{width:480px;height:360px;display:block}text{fill-opacity:0}"
        page.set_content(f"<style>{style}</style>")
        for name in ORDINARY:
            page.evaluate("svg => document.body.innerHTML = svg", drawn[f"ordinary.{name}"].svg)
            page.screenshot(path=folder / "shot.png")
            found[name][mode] = _small(folder / "shot.png")
        page.close()
    shutil.rmtree(folder)
    return found


def _small(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((120, 90), Image.Resampling.BOX), float)


@pytest.mark.parametrize("name", ORDINARY)
def test_screen_and_paper_show_the_same(
    name: str, pictures: dict[str, dict[str, np.ndarray]]
) -> None:
    """But for letters, whose shapes the engines smooth each in its own way."""
    found = pictures[name]
    differences = np.abs(found["white"] - found["paper"]).mean()
    assert differences < SHADES.get(name, AS_ALIKE)


@pytest.mark.parametrize("name", ORDINARY)
def test_what_is_drawn_is_seen(name: str, pictures: dict[str, dict[str, np.ndarray]]) -> None:
    """What stands out in light does in dark: the same places are not paper."""
    found = pictures[name]
    apart = {
        mode: np.abs(found[mode] - found[mode][0, 0]).max(axis=2) for mode in ("light", "dark")
    }
    assert apart["light"].max() > 40
    assert apart["dark"].max() > 40
    shown = {mode: (distance > 12).mean() for mode, distance in apart.items()}
    assert 0.5 < shown["light"] / shown["dark"] < 2


ROWS = {  # a row of the table behind each, under its header
    "line": ("series,x,y", "line 1,0,2"),
    "dates": ("series,x,y", "line 1,2024-01-30,2.2474"),
    "bar": ("series,x,y,value", "bar 2,beech,7,0.8"),
    "barh": ("series,x,y,value", "bar 2,7,beech,0.8"),
    "stairs": ("series,x,y,value", "stairs 1,1.5,7,1"),
    "quiver": ("series,x,y,u,v", "arrows 1,-1.5,-2,2,-1.5"),
    "barbs": ("series,x,y,u,v", "arrows 1,-1,-2,-20,-40"),
    "quiver_3d": ("series,x,y,z,u,v,w", "arrows,-2,-2,0,2,-2,0.000335463"),
    "plot_3d": ("series,x,y,z", "line 1,1,0,0"),
    "scatter_3d": ("series,x,y,z", "points 1,1,0,0"),
    "plain_surface_3d": ("series,x,y,z", "surface 1,-2,-2,0.000335463"),
    "pie": ("series,label,value", "pie,middle,2"),
    "table": ("series,label,x,y", "table 1,b,1,0"),
    "boxplot": ("series,label,y", "left,median,"),
    "imshow_smooth": ("series,x,y,value", "image 1,-1.77778,1.77778,1"),
    "pcolormesh": ("series,x,y,value", "mesh 1,-1.5,-2,0.75193"),
    "contour": ("series,x,y,value", "level 1,1.81081,-1.5,-0.9"),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_table_gives_the_data_that_was_drawn(name: str, drawn: dict[str, Drawn]) -> None:
    """Not where it came to lie on the screen."""
    head, *rows = (drawn[f"ordinary.{name}"].folder / "data.csv").read_text().splitlines()
    header, row = ROWS[name]
    assert head == f"panel,{header}"
    assert any(row in each for each in rows)


@pytest.mark.parametrize("size", [(1152, 384), (662, 480), (564, 220), (1152, 300), (1152, 440)])
@pytest.mark.parametrize("frames", [2, 3, 5, 6, 40])
def test_panels_of_a_sequence_stay_readable(size: tuple[int, int], frames: int) -> None:
    """No strips and no towers; the first frame and the last are among them."""
    columns, chosen = next(small_multiples.grids(*size, frames))
    width, height = size[0] / columns, size[1] / -(-len(chosen) // columns)
    assert width >= 240
    assert height >= 190
    assert 0.7 < width / height < 3
    assert (chosen[0], chosen[-1]) == (0, frames - 1)


def test_a_sequence_on_paper_shows_fewer_frames_where_words_need_room(tmp_path: Path) -> None:
    """Titles stay within their panels."""
    paths = _font_files()
    order = draw.Order(str(tmp_path), "s", 1152, 384, "s", True, asdict(THEME), paths)
    labels = {"frames": [f"step {i}" for i in range(6)]}
    with matplotlib.rc_context():
        dark = draw.dark(partial(_itself, _long), labels, order)
        said = draw.draw(partial(_itself, _long), labels, order, partial(_itself, dark))
    assert said["findings"] == []
    words = subprocess.run(
        ["pdftotext", tmp_path / "figure.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"step \d", words) == ["step 0", "step 2", "step 3", "step 5"]


def _long(figure: Any, frame: int) -> None:
    figure.subplots().set_title(
        "a title that takes nearly half of the figure's width, frame by frame"
    )


@pytest.mark.parametrize("name", ["mathematics", "signs"])
def test_formulas_need_no_font_that_the_page_lacks(name: str, drawn: dict[str, Drawn]) -> None:
    """Signs that the deck's fonts lack are outlines; what they measure is what is seen."""
    _, _, within = drawn[f"ordinary.{name}"].svg.partition(">")  # the root names what comes last
    assert not re.search("STIX|cmr|cmsy|cmex", within)
