"""What keys show besides a slide: the overview, a blank screen, a list of keys, search, and the
speaker's window."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import SLIDES
from tests.visiting import Visit, expect_slide, slide, speaker_of


def test_o_shows_all_slides(page: Page) -> None:
    """Arrows choose one, Enter opens it, Escape leaves things as they were."""
    page.keyboard.press("o")
    expect(page.locator("section.slide:visible")).to_have_count(len(SLIDES))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_slide(page, "back")
    page.keyboard.press("o")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect_slide(page, "line")


def test_a_click_in_the_overview_opens_a_slide(page: Page) -> None:
    """Each picture is a button with the slide's title."""
    page.keyboard.press("o")
    page.get_by_role("button", name="Step by step").click()
    expect_slide(page, "steps")


def test_b_blanks_the_screen(page: Page) -> None:
    """Any key brings the slide back, and does nothing else."""
    page.keyboard.press("b")
    cover = "getComputedStyle(document.documentElement, '::after').backgroundColor"
    assert page.evaluate(cover) == "rgb(0, 0, 0)"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("'blank' in document.documentElement.dataset") is False
    expect_slide(page, "start")
    page.keyboard.press("w")
    assert page.evaluate(cover) == "rgb(255, 255, 255)"


def test_a_dialog_right_after_a_step_gives_the_focus_to_the_new_slide(page: Page) -> None:
    """Both keys come before the step's frame is drawn."""
    page.evaluate(
        """() => {
            for (const key of ["ArrowRight", "?"]) {
                const press = { key, bubbles: true, cancelable: true, view: window };
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", press));
            }
        }"""
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(slide(page, "line")).to_be_focused()


def test_a_question_mark_lists_the_keys(page: Page) -> None:
    """The focus goes into the list and returns; a command of the list runs."""
    page.keyboard.press("ArrowRight")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Keys")
    expect(dialog.get_by_role("button", name="Speaker window", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect_slide(page, "line")
    expect(slide(page, "line")).to_be_focused()
    page.keyboard.press("?")
    dialog.get_by_role("button", name="Last slide", exact=True).click()
    expect_slide(page, "end")


def test_shortcuts_of_one_letter_can_be_switched_off(page: Page) -> None:
    """As WCAG 2.1.4 asks; arrows go on working, and the choice is remembered."""
    page.keyboard.press("?")
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in ("o", "b", "n", "s", "/", "3", "Enter"):
        page.keyboard.press(key)
    expect_slide(page, "start")
    page.keyboard.press("ArrowRight")
    expect_slide(page, "line")


def test_a_slash_searches(page: Page) -> None:
    """Words of any slide lead to it; the keys typed there are text."""
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("unmistakable pl")
    found = page.get_by_role("dialog").get_by_role("listitem")
    expect(found).to_have_count(1)
    expect(found.locator("mark")).to_have_text("unmistakable pl")
    page.keyboard.press("Enter")
    expect_slide(page, "words")


def test_s_opens_the_speakers_window(visit: Visit) -> None:
    """It shows slide, notes and what comes next; its keys move the slides."""
    page = visit("#steps/3")
    speaker = speaker_of(page)
    expect(speaker.get_by_text("Slide 5 of 9, step 3 of 3")).to_be_visible()
    expect(speaker.locator(".words")).to_have_text("Do not hurry.")
    expect(speaker.locator(".now .slide")).to_contain_text("Step by step")
    expect(speaker.locator(".next .slide")).to_contain_text("Line by line")
    speaker.keyboard.press("ArrowRight")
    expect_slide(page, "code")
    expect(speaker.get_by_text("Slide 6 of 9, step 0 of 1")).to_be_visible()
    expect(speaker.locator(".words")).to_have_text("No notes.")
    speaker.get_by_role("button", name="Back").click()
    expect_slide(page, "steps", 3)
    page.keyboard.press("Home")
    expect(speaker.get_by_text("Slide 1 of 9")).to_be_visible()
    ids = speaker.evaluate("() => [...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted(set(ids)) == sorted(ids)
    with speaker.expect_event("close"):
        page.reload()


def test_a_plan_with_holes_is_none(visit: Visit) -> None:
    """Where some slides say no time, the speaker's window says those that are said, and no pace."""
    page = visit("#line")
    speaker = speaker_of(page)
    expect(speaker.locator(".plan")).to_have_text(re.compile(r"this slide 00:\d\d of 01:00"))
    expect(speaker.locator(".pace")).to_be_empty()
    page.keyboard.press("PageDown")
    expect(speaker.locator(".plan")).to_have_text(re.compile(r"this slide 00:\d\d"))
