"""Colours for who needs more contrast, by the system's wish or the reader's."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Project
from tests.visiting import Visit, background, dialog, visiting


@pytest.fixture
def visit(browser: Browser, readable: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, readable.address) as visit:
        yield visit


def luminance(colour: str) -> float:
    """The relative luminance of WCAG, of a colour written `rgb(r, g, b)`."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratios(page: Page) -> list[float]:
    """The contrast of every named colour, and of a figure's lines, with the paper."""
    colours = page.evaluate(
        """() => {
            const probe = document.body.appendChild(document.createElement("p"));
            const names = ["ink", "muted", "accent", ...[1, 2, 3, 4, 5, 6].map(i => `series-${i}`)];
            const found = names.map(name => {
                probe.style.color = `var(--${name})`;
                return getComputedStyle(probe).color;
            });
            const lines = document.querySelectorAll("#line .drawing path");
            for (const line of lines) found.push(getComputedStyle(line).stroke);
            probe.remove();
            return found.filter(colour => colour !== "none");
        }"""
    )
    paper = luminance(background(page))
    pairs = [sorted((luminance(colour), paper)) for colour in colours]
    return [(light + 0.05) / (dark + 0.05) for dark, light in pairs]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_system_that_asks_for_contrast_gets_it(scheme: str, visit: Visit) -> None:
    """On white or black, 7:1 or more for all colours, in figures too; the reader may refuse."""
    page = visit("#line", contrast="more", color_scheme=scheme)
    assert background(page) == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(0, 0, 0)")
    found = ratios(page)
    assert len(found) > 9
    assert min(found) >= 7
    page.keyboard.press("c")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_have_text("Contrast: normal")
    assert min(ratios(page)) < 7


def test_contrast_is_a_setting_too(visit: Visit) -> None:
    """From the menu, remembered, and for either theme."""
    page = visit("#line")
    page.keyboard.press("?")
    dialog(page).get_by_role("button", name="High contrast", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Contrast: high")
    assert min(ratios(page)) >= 7
    page.reload()
    assert background(page) == "rgb(255, 255, 255)"
    page.keyboard.press("t")
    page.keyboard.press("t")
    assert background(page) == "rgb(0, 0, 0)"
    assert min(ratios(page)) >= 7


def test_colours_of_the_system_come_first(visit: Visit) -> None:
    """Where the system forces its own, figures take them, whatever theme has been chosen."""
    page = visit("#line", forced_colors="active", color_scheme="dark")
    assert background(page) == "rgb(0, 0, 0)"
    page.keyboard.press("t")
    assert page.evaluate("'theme' in document.documentElement.dataset") is False
    assert min(ratios(page)) >= 4.5
