"""The lecture's page as its readers meet it: valid, accessible, and no wider than a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import axe
from tests.axe import COLOURS, FRAME, SHOWN, violations
from tests.validator import mistakes

PHONE = {"width": 390, "height": 844}


def test_the_page_is_valid(lecture: Path) -> None:
    """As the W3C's checker sees it."""
    assert mistakes(lecture / "index.html") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_slide(scheme: str, lecture: Path, browser: Browser) -> None:
    """At its first step and at its last; in the dark only the colours can be others."""
    rules = COLOURS if scheme == "dark" else ()
    context = axe.context(browser, color_scheme=scheme)
    page = context.new_page()
    page.goto((lecture / "index.html").as_uri())
    found = {"": violations(page, FRAME, rules)}
    slides = page.locator("section.slide")
    for name, last in slides.evaluate_all("all => all.map(s => [s.id, Number(s.dataset.steps)])"):
        for step in sorted({0, last}):
            page.evaluate("hash => { location.hash = hash }", f"#{name}/{step}")
            page.wait_for_selector(f"section.slide[id='{name}']")
            found[f"#{name}/{step}"] = violations(page, SHOWN, rules)
    context.close()
    assert len(found) > 82
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_axe_finds_nothing_in_the_article(lecture: Path, browser: Browser) -> None:
    """On a phone, where tables and code scroll, with the notes shown."""
    context = axe.context(browser, viewport=PHONE)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto((lecture / "index.html").as_uri())
    page.keyboard.press("m")
    assert violations(page) == []
    context.close()


def test_nothing_makes_the_page_wider_than_a_phone(lecture: Path, browser: Browser) -> None:
    """With all that opens opened; what is wider scrolls by itself, by keys too."""
    page = browser.new_page(viewport=PHONE, bypass_csp=True)
    page.goto((lecture / "index.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    wide = page.locator("#rule-scores pre.code, #three-types .wide")
    assert wide.count() == 2
    for part in wide.all():
        part.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.close()
