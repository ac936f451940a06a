"""What consists of lines alone is seen in a figure, though filled shapes have no edges."""

import pytest
from playwright.sync_api import Browser

from tests.conftest import Project, assert_made

EXPERIMENT = '''
"""Arrows and hollow shapes, as matplotlib's users write them."""

from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle


class Result(NamedTuple):
    one: int


def run() -> Result:
    return Result(1)


def shapes(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    ax.annotate("", (0, 0), (3, 3), arrowprops={"arrowstyle": "->"}, gid="arrow")
    ax.add_patch(Circle((1, 2), 0.5, fill=False, gid="circle"))
    ax.add_patch(Rectangle((2, 0), 1, 1, facecolor="none", edgecolor="accent", gid="box"))
    ax.hist([0, 0, 1, 2], bins=3, histtype="step")[2][0].set_gid("steps")
    ax.scatter([1, 2], [3, 3], facecolors="none", edgecolors="C1", gid="dots")
    ax.bar([0], [1], color="C2", gid="bars")
    ax.add_patch(Rectangle((0, 2), 1, 1, facecolor="C3", gid="filled"))
'''
SLIDE = """
    # Shapes

    ![Shapes](experiment:shapes.shapes){layers="arrow|circle|box|steps|dots|filled"}
    """
STROKES = """all => Object.fromEntries(all.map(group => {
    const drawn = [group, ...group.querySelectorAll("*")].map(one => getComputedStyle(one));
    const strokes = drawn.filter(({ stroke, strokeWidth: width }) =>
        stroke !== "none" && parseFloat(width) > 0);
    return [group.dataset.step, strokes.at(-1)?.stroke ?? ""];
}))"""
INK = {"light": "rgb(27, 29, 34)", "dark": "rgb(236, 234, 228)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_arrows_and_hollow_shapes_are_drawn(
    scheme: str, project_of_shapes: Project, browser: Browser
) -> None:
    """In the colour that they ask for, else in ink, light and dark; filled shapes get no edge."""
    page = browser.new_page(color_scheme=scheme)
    page.goto(project_of_shapes.address + "#shapes/6")
    strokes = page.locator("#shapes svg [data-step]").evaluate_all(STROKES)
    page.close()
    assert strokes["1"] == strokes["2"] == INK[scheme]
    assert all(strokes[step] for step in "345")
    assert strokes["6"] == ""


@pytest.fixture(scope="module")
def project_of_shapes(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of that one figure."""
    project = sources.copy(tmp_path_factory.mktemp("shapes"))
    project.write("experiments/shapes.py", EXPERIMENT)
    for path in (project.root / "deck").rglob("*.md"):
        path.unlink()
    project.write("deck/10-shapes.md", SLIDE)
    assert_made(project.build())
    return project
