"""The ways through the slides: keys, steps, addresses, the browser's history, links, a finger."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import SLIDES
from tests.visiting import Visit, expect_slide, slide, swipe


def test_the_first_slide_is_shown_alone(page: Page) -> None:
    """The others wait, out of reach of keyboard and screen reader."""
    expect_slide(page, "start")
    assert page.title() == "A small deck"
    for name in SLIDES[1:]:
        assert slide(page, name).evaluate("slide => slide.inert && slide.hidden")
    assert not slide(page, "start").evaluate("slide => slide.inert || slide.hidden")


def test_keys_that_go_on_and_back(page: Page) -> None:
    """Those of other programs and of clickers; nothing comes before the first slide."""
    on = ["ArrowRight", "ArrowDown", "PageDown", "Space", "n"]
    back = ["ArrowLeft", "ArrowUp", "PageUp", "Shift+Space", "p"]
    for forward, backward in zip(on, back, strict=True):
        page.keyboard.press(forward)
        expect_slide(page, "line")
        page.keyboard.press(backward)
        expect_slide(page, "start")
        page.keyboard.press(backward)
        expect_slide(page, "start")


def test_keys_that_jump(page: Page) -> None:
    """To the ends, and to a number followed by Enter, which stops at the last slide."""
    page.keyboard.press("End")
    expect_slide(page, "end")
    page.keyboard.press("ArrowRight")
    expect_slide(page, "end")
    page.keyboard.press("Home")
    expect_slide(page, "start")
    page.keyboard.press("3")
    expect(page.get_by_role("status")).to_have_text("Go to slide 3")
    page.keyboard.press("Enter")
    expect_slide(page, "back")
    for key in ("9", "9", "Enter"):
        page.keyboard.press(key)
    expect_slide(page, "end")


def test_keys_with_a_modifier_are_the_browsers(page: Page) -> None:
    """Nobody loses a shortcut of the system."""
    for key in ("Alt+ArrowRight", "Control+ArrowRight", "Control+n", "Meta+o"):
        page.keyboard.press(key)
    expect_slide(page, "start")


def test_parts_of_a_slide_appear_step_by_step(visit: Visit) -> None:
    """They leave the same way; who comes back to a slide finds it complete."""
    page = visit("#steps")
    texts = page.locator("#steps .fragment")
    expect(texts).to_have_count(3)
    for step in (0, 1, 2, 3):
        expect_slide(page, "steps", step)
        expect(page).to_have_url(re.compile(f"#steps/{step}$" if step else "#steps$"))
        page.keyboard.press("ArrowRight")
    expect_slide(page, "code")
    page.keyboard.press("ArrowLeft")
    expect_slide(page, "steps", 3)
    page.keyboard.press("ArrowLeft")
    expect_slide(page, "steps", 2)


def test_lines_of_code_are_pointed_at_step_by_step(visit: Visit) -> None:
    """The others stand back, readable."""
    page = visit("#code")
    lines = page.locator("#code .line")

    def dim() -> list[bool]:
        script = "all => all.map(line => getComputedStyle(line).opacity < 1)"
        return list(lines.evaluate_all(script))

    expect(lines).to_have_count(3)
    assert dim() == [False, True, True]
    page.keyboard.press("ArrowRight")
    assert dim() == [True, False, False]
    expect_slide(page, "code", 1)


@pytest.mark.parametrize(
    ("anchor", "name", "step"),
    [
        ("#back", "back", 0),
        ("#steps/2", "steps", 2),
        ("#steps/99", "steps", 3),
        ("#steps/nonsense", "steps", 0),
        ("#result-line", "end", 0),
        ("#nowhere", "start", 0),
        ("#", "start", 0),
    ],
)
def test_an_address_opens_its_slide_and_step(
    anchor: str, name: str, step: int, visit: Visit
) -> None:
    """Also that of something on a slide; one that leads nowhere opens the first slide."""
    expect_slide(visit(anchor), name, step)


def test_an_address_asked_for_right_after_a_step_is_followed(visit: Visit) -> None:
    """The step's own is not written over it."""
    page = visit("#steps")
    page.evaluate(
        """() => {
            const end = new KeyboardEvent("keydown", { key: "End", bubbles: true });
            document.body.dispatchEvent(end);
            requestAnimationFrame(() => (location.hash = "#inputs"));
        }"""
    )
    expect_slide(page, "inputs")


def test_the_browsers_history_goes_through_slides_not_steps(visit: Visit) -> None:
    """Back leads to the slide before, as it was left."""
    page = visit("#inputs")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect_slide(page, "code")
    expect(page).to_have_url(re.compile("#code$"))
    page.go_back()
    expect_slide(page, "steps", 3)
    page.go_back()
    expect_slide(page, "inputs")
    page.go_forward()
    expect_slide(page, "steps", 3)


def test_a_link_leads_to_its_slide(visit: Visit) -> None:
    """A link in the text, and the origin of a figure's numbers."""
    page = visit("#steps/3")
    page.get_by_role("link", name="back to the line").click()
    expect_slide(page, "line")
    slide(page, "line").locator("footer a").click()
    expect_slide(page, "end")


def test_the_focus_follows_the_slide(page: Page) -> None:
    """A screen reader hears the new slide; Tab goes on within it."""
    page.keyboard.press("ArrowRight")
    expect(slide(page, "line")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.slide').id") == "line"


def test_a_swipe_turns_the_slide(visit: Visit) -> None:
    """Left is on, right is back; a scroll is neither."""
    page = visit(has_touch=True)
    swipe(page, 600, 300)
    expect_slide(page, "line")
    swipe(page, 600, 590)
    expect_slide(page, "line")
    swipe(page, 300, 600)
    expect_slide(page, "start")


def test_going_through_the_deck_asks_nobody_and_complains_of_nothing(page: Page) -> None:
    """From the first slide to the last, in each view; what must not happen, `visit` notes."""
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect_slide(page, "end")
    page.keyboard.press("o")
    page.keyboard.press("a")
    page.keyboard.press("a")
    expect_slide(page, "end")
