"""axe finds nothing: on no slide, at no step, in no view and no dialog, in light and dark."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import axe
from tests.axe import COLOURS, FRAME, SHOWN, violations
from tests.conftest import Project
from tests.visiting import Visit, speaker_of, unfold, visiting

THEMES = list(product(("light", "dark"), ("no-preference", "more")))
themed = pytest.mark.parametrize(("scheme", "contrast"), THEMES)
PHONE = {"width": 390, "height": 844}


def rules_for(scheme: str, contrast: str = "no-preference") -> tuple[str, ...]:
    """All rules in the usual colours; in others those that ask for colours."""
    return () if (scheme, contrast) == THEMES[0] else COLOURS


@pytest.fixture
def visit(browser: Browser, featured: Project) -> Iterator[Visit]:
    """Opens the page at a place; axe is in it, and in the windows that it opens."""
    with visiting(browser, featured.address, new=axe.context) as visit:
        yield visit


# The address is noted once the next frame has been painted.
NOTED = "() => new Promise((go) => requestAnimationFrame(() => setTimeout(() => setTimeout(go))))"


@themed
def test_every_slide_at_every_step(scheme: str, contrast: str, visit: Visit) -> None:
    """From the first to the last, as a speaker goes through them."""
    page, rules = visit(color_scheme=scheme, contrast=contrast), rules_for(scheme, contrast)
    assert violations(page, FRAME, rules) == []
    found: dict[str, list[str]] = {}
    while (place := str(page.evaluate("location.hash"))) not in found:
        found[place] = violations(page, SHOWN, rules)
        page.keyboard.press("ArrowRight")
        page.evaluate(NOTED)
    assert len(found) > page.locator("section.slide").count() + 8  # steps
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("width", "scheme", "contrast"),
    [
        (390, "light", "no-preference"),
        (1700, "light", "no-preference"),
        (1000, "dark", "no-preference"),
        (1000, "light", "more"),
        (1000, "dark", "more"),
    ],
)
def test_the_article(width: int, scheme: str, contrast: str, visit: Visit) -> None:
    """On a phone, with its contents on top and beside it; with notes and code opened."""
    size, rules = {"width": width, "height": 900}, rules_for(scheme, contrast)
    page = visit(color_scheme=scheme, contrast=contrast, viewport=size)
    if width > PHONE["width"]:
        page.keyboard.press("a")
    assert violations(page, rules=rules) == []
    page.keyboard.press("m")
    unfold(page)
    assert violations(page, rules=rules) == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_without_javascript(
    width: int, scheme: str, featured: Project, visit: Visit, tmp_path: Path
) -> None:
    """The article with what is behind its figures, opened."""
    path = axe.without_scripts(featured.root / "output" / "index.html", tmp_path)
    page = visit(path.as_uri(), color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.locator("button").count() == 0
    unfold(page)
    assert violations(page, rules=rules_for(scheme)) == []


@themed
def test_every_dialog_and_view(scheme: str, contrast: str, visit: Visit) -> None:
    """Help, while it waits for a key too, search with and without results, and the overview."""
    page, rules = (
        visit("#line", color_scheme=scheme, contrast=contrast),
        rules_for(scheme, contrast),
    )
    page.keyboard.press("?")
    page.get_by_role("button", name="Keys for Search").click()
    assert violations(page, rules=rules) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("line")
    assert violations(page, rules=rules) == []
    page.keyboard.press("Escape")
    page.keyboard.press("l")  # which draws a dot
    page.keyboard.press("c")  # which says so
    assert violations(page, rules=COLOURS) == []
    page.keyboard.press("o")
    assert violations(page, rules=rules) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 720}])
@pytest.mark.parametrize(
    "place", ["line/line.rising", "growth/growth.growing", "layers/shapes.layers", "picture/teal"]
)
def test_every_kind_of_open_figure(
    place: str, viewport: dict[str, int], scheme: str, visit: Visit
) -> None:
    """A plot, a sequence, one in layers, and a picture; on a phone and on a desk."""
    page = visit(f"#{place}", color_scheme=scheme, viewport=viewport)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, rules=rules_for(scheme)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_speakers_window(scheme: str, visit: Visit) -> None:
    """And the notes in place, where the browser blocks it."""
    page = visit("#mathematics", color_scheme=scheme)
    speaker = speaker_of(page)
    expect(speaker.locator(".clock")).not_to_be_empty()
    axe.load(speaker)
    assert violations(speaker, rules=rules_for(scheme)) == []
    page.keyboard.press("m")
    assert violations(page, SHOWN, rules_for(scheme)) == []


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    """Pale text, and a button without a name."""
    page = visit("#back")
    page.evaluate(
        """() => {
            const heading = document.querySelector("#back h2");
            heading.style.color = "#aaa";
            heading.after(document.createElement("button"));
        }"""
    )
    found = violations(page, SHOWN)
    assert sorted(wrong.partition(":")[0] for wrong in found) == ["button-name", "color-contrast"]


REFERENCES = """() => [...document.querySelectorAll(".now svg *")]
  .flatMap((one) => [...one.attributes])
  .filter(({ name, value }) => value.includes("url(") || name === "href")
  .map(({ name, value }) => [name, value.replace(/^url\\((.*)\\)$/, "$1")])
  .map(([name, target]) => [name, target, document.querySelector(target) !== null])"""


def test_the_speakers_window_shows_figures_whole(visit: Visit) -> None:
    """Whatever a figure refers to, marks too, is in the copy as well."""
    page = visit("#columns")
    speaker = speaker_of(page)
    expect(speaker.locator(".now .figure svg").first).to_be_visible()
    references = speaker.evaluate(REFERENCES)
    assert {"href", "clip-path", "marker-mid"} <= {name for name, _, _ in references}
    assert all(there for _, _, there in references), references
