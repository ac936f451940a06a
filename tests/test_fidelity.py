"""A page of the PDF shows what the slide of its number shows."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import fidelity
from tests.conftest import Project, assert_made

TOLERANCE = 3  # pixels of a slide 1280 wide


@pytest.fixture(scope="module")
def output(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck of all layouts and kinds of content, with its PDF."""
    project = sources.copy(tmp_path_factory.mktemp("fidelity"))
    project.lay_over("page")
    figure = "![A line](experiment:line.rising){width=500 height=180}"
    long = "A title of so many words that no line of any slide could ever hold all of them at once"
    for name, layout, text in (
        ("70-grid", "grid", f"{figure}\n{figure}\n{figure}\n{figure}"),
        ("71-quote", "quote", "> One thing\n>\n> Somebody\n\n> Another\n>\n> Somebody else"),
        ("72-figure", "figure", f"{figure}\n\nBelow it, [far away](https://example.org)."),
        ("73-outline", "outline", "What is to come."),
        (
            "74-columns",
            "default",
            f":::: columns\n::: column\n- a\n- b\n:::\n::: column\n{figure}\n:::\n::::",
        ),
        ("75-formulas", "split", f"$$\\int_0^1 x^2 dx$$\n\nSo $x$ is.\n\n{figure}"),
        ("40-more/part", "section", "Where lines begin."),
    ):
        project.write(f"deck/{name}.md", f"---\nlayout: {layout}\n---\n# {long}\n\n{text}\n")
    assert_made(project.call())
    return project.root / "output"


def test_words_and_figures_stand_where_they_stand_on_the_slide(
    output: Path, browser: Browser
) -> None:
    """In Chromium's layout of the page and in the PDF, which another program has laid out."""
    assert_alike(output, browser)


def test_no_page_is_blank_and_nothing_is_cut_off(output: Path) -> None:
    """Each slide has one page, and every figure lies on it whole."""
    assert_whole(output)


def test_no_word_of_a_title_stands_alone(output: Path, browser: Browser) -> None:
    """The last line of a title that takes several has two words at least."""
    assert_no_widow(output, browser)


def assert_alike(output: Path, browser: Browser) -> None:
    """Every word and every figure of the page is in the PDF, at its place."""
    slides = fidelity.of_page(output / "index.html", browser)
    pages = fidelity.of_pdf(output / "deck.pdf")
    assert len(slides) == len(pages) > 2
    found = {}
    for slide, page in zip(slides, pages, strict=True):
        assert len(slide.figures) == len(page.figures), slide.name
        assert slide.words, slide.name
        tolerance = 720 if slide.demo else TOLERANCE  # what stands below one moves up on paper
        found[slide.name] = fidelity.strays(slide.words, page.words, tolerance)
        found[slide.name] += fidelity.strays(slide.figures, page.figures, TOLERANCE)
    assert {name: strays for name, strays in found.items() if strays} == {}


def assert_whole(output: Path) -> None:
    """No page without words, no figure beyond the edges of a slide."""
    for page in fidelity.of_pdf(output / "deck.pdf"):
        assert page.words, page.name
        assert all(figure.lies_within(1280, 720) for figure in page.figures), page.name


def assert_no_widow(output: Path, browser: Browser) -> None:
    """No last line of a title with a single word."""
    slides = fidelity.of_page(output / "index.html", browser)
    lines = {slide.name: [round(word.top) for word in slide.title] for slide in slides}
    assert any(len(set(tops)) > 1 for tops in lines.values())
    alone = [name for name, t in lines.items() if len(set(t)) > 1 and t.count(max(t)) == 1]
    assert alone == []
