"""Screen and paper show the same: pictures of many sizes, and all else that a slide can hold."""

import pytest
from playwright.sync_api import Browser

from tests import fidelity
from tests.conftest import Project, assert_made
from tests.screens import decks

TOLERANCE = 3  # pixels of a slide 1280 wide


@pytest.fixture(scope="module")
def shown(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of all layouts and contents, of which nothing overflows, with its PDF."""
    project = sources.copy(tmp_path_factory.mktemp("screens"))
    for path in (project.root / "deck").rglob("*.md"):
        path.unlink()
    decks.write(project.root / "deck")
    assert_made(project.call())
    return project


@pytest.mark.parametrize("media", ["screen", "print"])
def test_every_word_and_picture_stands_at_the_same_place(
    shown: Project, browser: Browser, media: str
) -> None:
    """In Chromium's layout and in the PDF's, within a few pixels; pictures with all their edges."""
    slides = fidelity.of_page(shown.root / "output" / "index.html", browser, media)
    pages = fidelity.of_pdf(shown.root / "output" / "deck.pdf")
    assert len(slides) == len(pages) > 140
    found = {}
    for slide, page in zip(slides, pages, strict=True):
        found[slide.name] = fidelity.strays(slide.words, page.words, TOLERANCE)
        found[slide.name] += fidelity.strays(slide.figures, page.figures, TOLERANCE)
        if len(slide.figures) != len(page.figures):
            found[slide.name].append(f"{len(slide.figures)} and {len(page.figures)} pictures")
    assert {name: strays for name, strays in found.items() if strays} == {}
