"""A script of the author's on a slide: what it gets, what it cannot break, what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import Project, assert_refused

EXPERIMENT = """
    \"\"\"Values of every kind for a script.\"\"\"

    from typing import NamedTuple

    import numpy as np


    class Result(NamedTuple):
        words: tuple[str, ...]
        number: float
        weights: np.ndarray


    def run() -> Result:
        return Result(("</script><b>", "\u2028é"), 0.5, np.array([[1, 2], [3, 4], [5, 6]]))
"""
SLIDE = """
    # A demo

    ::: {demo="demos/sum.js" values="kinds.words kinds.number kinds.weights"}
    What paper shows.
    :::
"""
SCRIPT = """
    const label = "sum";

    export default function (place, { words, number, weights }) {
      const sum = weights.data.reduce((a, b) => a + b);
      place.textContent = [label, sum, weights.shape, number, ...words].join(" | ");
    }
"""


@pytest.fixture
def with_demo(project: Project) -> Project:
    """The small project and a slide with a script."""
    project.write("experiments/kinds.py", EXPERIMENT)
    project.write("deck/40-demo.md", SLIDE)
    project.write("deck/demos/sum.js", SCRIPT)
    return project


@pytest.fixture
def page(with_demo: Project, browser: Browser) -> Iterator[Page]:
    """The slide with the script, opened."""
    assert with_demo.build().code == 0
    page = browser.new_page()
    page.goto(with_demo.address + "#demo")
    yield page
    page.close()


def test_a_script_gets_the_values_that_it_asks_for(page: Page) -> None:
    """Texts and numbers as they are, arrays with their shape; a text cannot end the element."""
    said = page.locator("#demo .demo").text_content()
    assert said == "sum | 21 | 3,2 | 0.5 | </script><b> | \u2028é"


def test_a_script_gets_what_is_empty_and_what_is_no_number(
    with_demo: Project, browser: Browser
) -> None:
    """An array without elements is one, and NaN and infinity are what they are in JavaScript."""
    with_demo.edit(
        "experiments/kinds.py", "    number: float\n", "    number: float\n    float32: float\n"
    )
    with_demo.edit(
        "experiments/kinds.py", "class Result", 'NANS = ("number", "weights")\n\n\nclass Result'
    )
    returned = 'Result([], float("-inf"), np.float32(0.5), np.array([[1.0, np.nan]]))'
    with_demo.edit("experiments/kinds.py", "return Result(", f"return {returned}\n    (")
    with_demo.edit("deck/40-demo.md", "kinds.number", "kinds.number kinds.float32")
    with_demo.edit(
        "deck/demos/sum.js", "{ words, number, weights }", "{ words, number, weights, float32 }"
    )
    with_demo.edit("deck/demos/sum.js", "...words]", "words.data.length, words.shape, float32]")
    assert with_demo.build().code == 0
    page = browser.new_page()
    page.goto(with_demo.address + "#demo")
    said = page.locator("#demo .demo").text_content()
    page.close()
    assert said == "sum | NaN | 1,2 | -Infinity | 0 | 0 | 0.5"


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("2**53 + 1, 0", "`kinds.number` is 9007199254740993, and JavaScript knows no"),
        ("0.5, np.array([2**24 + 1])", "`kinds.weights` holds whole numbers beyond 2**24"),
        ("0.5, np.array([[1e39]])", "`kinds.weights` holds numbers beyond what 32-bit floats know"),
    ],
)
def test_a_number_that_javascript_would_change_is_an_error(
    with_demo: Project, returned: str, message: str
) -> None:
    """Silence would show another number."""
    with_demo.edit(
        "experiments/kinds.py", "return Result(", f"return Result(('a',), {returned})\n    ("
    )
    assert_refused(with_demo.build(), "40-demo.md:3:", message, "as text, or scaled")


def test_without_javascript_the_text_of_the_div_is_shown(
    with_demo: Project, browser: Browser
) -> None:
    """As on paper."""
    assert with_demo.build().code == 0
    page = browser.new_page(java_script_enabled=False)
    page.goto(with_demo.address)
    assert page.get_by_text("What paper shows.").is_visible()
    page.close()


def test_an_edited_script_is_a_new_page(with_demo: Project) -> None:
    """The script is an input of the deck as its slides are; no experiment runs again."""
    with_demo.build()
    with_demo.edit("deck/demos/sum.js", '"sum"', '"total"')
    done = with_demo.build()
    assert done.made == []
    assert 'const label = "total"' in with_demo.page


@pytest.mark.parametrize(
    ("path", "old", "new", "place", "message"),
    [
        ("deck/40-demo.md", "sum.js", "som.js", "40-demo.md:3", "no script `demos/som.js`"),
        ("deck/40-demo.md", "sum.js", "../../../x.js", "40-demo.md:3", "lies outside the deck"),
        ("deck/40-demo.md", "sum.js", "sum.py", "40-demo.md:3", "is not the name of a script"),
        ("deck/40-demo.md", "kinds.number", "number", "40-demo.md:3", "is not the name of a value"),
        ("deck/40-demo.md", "kinds.number", "kinds.nombre", "40-demo.md:3", "no value `kinds.nomb"),
        (
            "deck/40-demo.md",
            "kinds.number",
            "kinds.words",
            "40-demo.md:3",
            "two values that are",
        ),
        ("deck/demos/sum.js", "export default", "", "sum.js", "a demo without its one function"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    with_demo: Project, path: str, old: str, new: str, place: str, message: str
) -> None:
    """One error each, and the deck that was there stays."""
    before = (with_demo.root / "output" / "index.html").read_bytes()
    with_demo.edit(path, old, new)
    assert_refused(with_demo.build(), place, message)
    assert Path(with_demo.root / "output" / "index.html").read_bytes() == before
