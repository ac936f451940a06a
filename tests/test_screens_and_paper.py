"""A slide on every screen, how it moves there, and how a browser prints it."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Project
from tests.visiting import Visit, visiting


@pytest.fixture
def visit(browser: Browser, talk: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, talk.address) as visit:
        yield visit


@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 568), (667, 375), (768, 1024), (1280, 720), (3840, 2160), (2560, 1080)],
)
def test_a_slide_fits_any_screen(width: int, height: int, visit: Visit) -> None:
    """As large as it can be, whole, and in the middle; also on a phone, which begins as article."""
    page = visit("#layers", viewport={"width": width, "height": height})
    if width < 600:
        page.keyboard.press("a")
    assert page.evaluate("[scrollX, scrollY, document.scrollingElement.scrollWidth]") == [
        0,
        0,
        width,
    ]
    box = page.locator("#layers .canvas").bounding_box()
    assert box
    assert max(box["width"] / width, box["height"] / height) == pytest.approx(1, abs=0.01)
    assert box["width"] / box["height"] == pytest.approx(16 / 9, abs=0.01)
    assert box["x"] == pytest.approx((width - box["width"]) / 2, abs=1)
    assert box["y"] == pytest.approx((height - box["height"]) / 2, abs=1)


def test_controls_grow_with_the_screen(visit: Visit) -> None:
    """They are as large on a wall of 3840 pixels as on one of 1920, and never below 32 pixels."""
    heights = []
    for width, height in [(390, 844), (1280, 720), (3840, 2160)]:
        page = visit("#layers", viewport={"width": width, "height": height})
        box = page.get_by_role("button", name="Menu and keys").bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
        heights.append(round(box["height"]))
    assert heights == [32, 32, 64]


def durations(page: Page, selector: str) -> set[str]:
    script = "one => getComputedStyle(one).transitionDuration"
    return set(page.locator(selector).first.evaluate(script).split(", "))


def test_motion_is_short_and_can_be_declined(visit: Visit) -> None:
    """Slides change in 200 ms and steps appear in 150 ms; or at once."""
    page = visit("#layers", reduced_motion="no-preference")
    assert durations(page, "#layers") == {"0.2s"}
    assert durations(page, "#layers svg [data-step]") == {"0.15s"}
    page = visit("#layers")
    assert durations(page, "#layers") == {"0s"}
    assert durations(page, "#layers svg [data-step]") == {"0s"}


@pytest.mark.parametrize("keys", ["", "o", "b", "z", "l"])
def test_the_browser_prints_a_page_for_each_slide(keys: str, visit: Visit) -> None:
    """Of the slide's shape, whatever was on the screen, light even in the dark."""
    page = visit("#layers", color_scheme="dark")
    count = page.locator("section.slide").count()
    for key in keys:
        page.keyboard.press(key)
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        sizes = {tuple(float(edge) for edge in sheet.mediabox) for sheet in pdf.pages}
        assert len(pdf.pages) == count
    assert sizes == {(0, 0, 960, 540)}


def test_paper_has_the_themes_colours(visit: Visit, tmp_path: Path) -> None:
    """Also where the reader has not asked for backgrounds; with the slide's number."""
    page = visit("#layers")
    page.mouse.move(50, 50)
    page.emulate_media(media="print")
    expect(page.locator("#layers .number")).to_be_visible()
    page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True)
    command = ["pdftoppm", "-r", "20", "-png", "-singlefile", "deck.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    picture = Image.open(tmp_path / "page.png")
    assert picture.getpixel((0, 0)) == (253, 252, 249)
    assert picture.getpixel((picture.width - 1, picture.height - 1)) == (253, 252, 249)


def test_the_article_prints_as_text(visit: Visit) -> None:
    """On paper of the reader's own size."""
    page = visit("#layers")
    page.keyboard.press("a")
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as pdf:
        widths = {float(sheet.mediabox[2]) for sheet in pdf.pages}
    assert max(widths) < 600
