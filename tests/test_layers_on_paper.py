"""Layers of a figure appear one by one in a PDF with a page for each step, and are all there in a
PDF without."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Pdf
from PIL import Image

from tests.conftest import Project
from tests.matterhorn import check
from tests.matterhorn.tree import Tree

EXPERIMENT = '''
"""Hills, and what grows on them."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    x: np.ndarray


def run() -> Result:
    return Result(np.linspace(0, 6, 60))


def hills(fig: Figure, result: Result) -> None:
    """All, with layers between what is always there."""
    _draw(fig, result, "ridge", "trees", "peak")


def plain(fig: Figure, result: Result) -> None:
    """What is there before the first step."""
    _draw(fig, result)


def ridges(fig: Figure, result: Result) -> None:
    """What is there after it."""
    _draw(fig, result, "ridge")


def frames(fig: Figure, result: Result) -> None:
    """Panels, one of which is a layer, with the layers within it."""
    for place, name in enumerate(("near", "far")):
        ax = fig.add_subplot(1, 2, place + 1, gid=name)
        ax.plot(result.x, result.x, color="accent", gid="slope")
        ax.text(1, 4, f"{name} slope", gid="slope")
        ax.set_title(f"{name} panel")


def _draw(fig: Figure, result: Result, *names: str) -> None:
    ax = fig.subplots()
    ax.set(xlim=(0, 6), ylim=(0, 6), xlabel="distance")
    ax.plot(result.x, result.x / 2, color="muted")
    if "ridge" in names:
        ax.plot(result.x, result.x, color="C1", lw=4, gid="ridge")
        ax.fill_between(result.x, result.x, result.x / 2, color="C1", alpha=0.3, gid="ridge")
        ax.text(2, 4, "ridge way", gid="ridge")
    ax.plot(result.x, 3 - result.x / 4, color="C1", lw=4)
    if "trees" in names:
        ax.scatter(result.x[::4], 1 + result.x[::4] / 6, color="C0", s=90, gid="trees")
    if "peak" in names:
        arrow = {"arrowstyle": "->"}
        ax.annotate("the peak", (5, 5), (1.6, 5.4), arrowprops=arrow, gid="peak")
    ax.plot(result.x[::6], 0.4 + result.x[::6] / 10, "o", color="C0")
    ax.text(0.2, 2, "valley")
'''
SLIDES = {
    "80-hills.md": '![Hills](experiment:hills.hills){layers="ridge|peak, trees"}',
    "81-plain.md": "![A valley](experiment:hills.plain)",
    "82-ridge.md": "![A ridge](experiment:hills.ridges)",
    "83-all.md": "![Hills again](experiment:hills.hills)",
    "84-frames.md": '![Panels](experiment:hills.frames){layers="far|slope"}',
}
LABELS = ("valley", "ridge way", "the peak")
RIDGE, TREES = (0xD7, 0x3B, 0x09), (0x2C, 0x5D, 0xBD)


@pytest.fixture(scope="module")
def hills(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck that shows a figure in layers, built for all its steps."""
    project = sources.copy(tmp_path_factory.mktemp("hills"))
    project.write("experiments/hills.py", EXPERIMENT)
    for name, figure in SLIDES.items():
        project.write(f"deck/{name}", f"---\nlayout: figure\n---\n# Outdoors\n\n{figure}\n")
    done = project.call("--pdf", "deck", "--steps")
    assert (done.err, done.code) == ("", 0)
    return project


@pytest.fixture(scope="module")
def deck(hills: Project) -> Iterator[Pdf]:
    """Its PDF."""
    with Pdf.open(io.BytesIO(hills.output["deck.pdf"])) as document:
        yield document


@pytest.fixture(scope="module")
def pages(hills: Project, deck: Pdf) -> dict[str, np.ndarray]:
    """What is to be seen of the figures, by the label of the page."""
    return figures(hills.root / "output" / "deck.pdf", [page.label for page in deck.pages])


def figures(path: Path, labels: list[str]) -> dict[str, np.ndarray]:
    """The part of each page that a figure takes, in colours."""
    folder = path.parent.parent / f"{path.parent.name} pages"
    folder.mkdir()
    subprocess.run(["pdftoppm", "-r", "80", str(path), str(folder / "page")], check=True)
    images = (np.asarray(Image.open(file)) for file in sorted(folder.iterdir()))
    cut = (image[len(image) // 5 : len(image) * 9 // 10] for image in images)
    return dict(zip(labels, cut, strict=True))


def words(path: Path) -> list[str]:
    """The text of each page as a reader selects it."""
    command = ["pdftotext", str(path), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split("\f")


def drawings(deck: Pdf) -> list[pikepdf.Object]:
    """The figures that the last pages show, one each."""
    found = []
    for page in list(deck.pages)[-9:]:
        (instruction,) = pikepdf.parse_content_stream(page, "Do")
        found.append(page.Resources.XObject[str(instruction.operands[0])])
    return found


def pixels(image: np.ndarray, colour: tuple[int, int, int]) -> int:
    """How much of an image has a colour."""
    return int((np.abs(image.astype(int) - colour).max(axis=2) < 8).sum())


def test_a_step_that_only_a_layer_has_gets_a_page(deck: Pdf) -> None:
    """Slides that show the same without steps get one."""
    labels = [page.label for page in deck.pages]
    assert labels[-9:] == ["5.1", "5.2", "5.3", "6", "7", "8", "9.1", "9.2", "9.3"]


def test_text_of_a_later_layer_cannot_be_selected(hills: Project) -> None:
    """It is there from its step on."""
    texts = words(hills.root / "output" / "deck.pdf")[-10:]
    found = [[label for label in LABELS if label in text] for text in texts[:6]]
    first, second = ["valley"], ["valley", "ridge way"]
    assert found == [first, second, [*LABELS], first, second, [*LABELS]]


def test_what_a_layer_draws_appears_with_it(pages: dict[str, np.ndarray]) -> None:
    """Its line at its step, its dots at theirs; neither was there before."""
    ridge = [pixels(pages[f"5.{step}"], RIDGE) for step in (1, 2, 3)]
    trees = [pixels(pages[f"5.{step}"], TREES) for step in (1, 2, 3)]
    assert 0 < ridge[0] < ridge[1] / 2
    assert ridge[2] > 0.9 * ridge[1]  # but for dots upon it
    assert 0 < trees[0] == trees[1] < trees[2]


def test_all_else_is_drawn_as_if_the_layers_were_not_there(pages: dict[str, np.ndarray]) -> None:
    """Each page shows what the figure would be without the artists that come later."""
    for step, same in (("5.1", "6"), ("5.2", "7"), ("5.3", "8")):
        assert np.array_equal(pages[step], pages[same]), step


def test_a_panel_is_a_layer_and_holds_some(hills: Project) -> None:
    """What is within a layer is there when both have come."""
    texts = words(hills.root / "output" / "deck.pdf")[-4:-1]
    names = ("near panel", "far panel", "near slope", "far slope")
    found = [[name for name in names if name in text] for text in texts]
    assert found == [["near panel"], ["near panel", "far panel"], [*names]]


def test_the_pages_are_pdf_ua(deck: Pdf) -> None:
    """On every page the figure is one element with its text, whatever it lacks."""
    assert check(deck) == []
    assert deck.check_pdf_syntax() == []
    elements = Tree.read(deck).elements
    said = [one.text("/Alt") for one in elements if one.role == "Figure"]
    expected = ["Hills"] * 3 + ["A valley", "A ridge", "Hills again"] + ["Panels"] * 3
    assert said[-9:] == expected


def test_what_figures_share_is_stored_once(deck: Pdf) -> None:
    """A figure is there once for each step, and shown whole it is the last; all its steps have the
    same resources."""
    forms = drawings(deck)
    hills = [form.objgen for form in (*forms[:3], forms[5])]
    assert len(set(hills)) == 3
    assert hills[2] == hills[3]
    assert len({form.Resources.objgen for form in forms[:3]}) == 1


def test_graphics_states_are_balanced(deck: Pdf) -> None:
    """Whatever was left out, none is restored that was not saved."""
    for form in drawings(deck):
        operators = [str(one.operator) for one in pikepdf.parse_content_stream(form)]
        for start, end in (("q", "Q"), ("BDC", "EMC")):
            depths = np.cumsum([(one == start) - (one == end) for one in operators])
            assert depths.min() >= 0
            assert depths[-1] == 0


def test_without_steps_a_page_shows_all_layers(
    hills: Project, pages: dict[str, np.ndarray]
) -> None:
    """As a slide that shows the same figure without layers does."""
    assert hills.call("--pdf", "deck", "--output", "whole").code == 0
    path = hills.root / "whole" / "deck.pdf"
    texts = words(path)[-6:-1]
    assert [label for label in LABELS if label in texts[0]] == [*LABELS]
    with Pdf.open(path) as document:
        shown = figures(path, [page.label for page in document.pages])
        assert check(document) == []
    assert list(shown) == [str(number) for number in range(1, 10)]
    assert np.array_equal(shown["5"], pages["5.3"])
    assert np.array_equal(shown["8"], pages["5.3"])


def test_another_build_gives_the_same_bytes(hills: Project, tmp_path: Path) -> None:
    """In a folder that holds neither figures nor pages."""
    project = hills.copy(tmp_path / "again")
    shutil.rmtree(project.root / ".livedeck")
    done = project.call("--pdf", "deck", "--steps", PYTHONHASHSEED="7")
    assert (done.err, done.code) == ("", 0)
    assert project.output["deck.pdf"] == hills.output["deck.pdf"]
