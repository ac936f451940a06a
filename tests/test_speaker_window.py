"""The speaker's window: its clock, what it shows, and what there is where it is blocked."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Project
from tests.visiting import Visit, draw, expect_at, speaker_of, visiting


@pytest.fixture
def visit(browser: Browser, talk: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, talk.address) as visit:
        yield visit


def test_the_speakers_window_keeps_time(visit: Visit) -> None:
    """It measures against the planned times, over and under, and can rest and begin again; three
    slides without a time have one minute each, of what the others leave."""
    page = visit("#listing", still=True)
    speaker = speaker_of(page)
    pace, plan = speaker.locator(".pace"), speaker.locator(".plan")
    expect(pace).to_have_text("06:00 under")
    expect(plan).to_have_text("this slide 00:00 of 01:00, in all 07:00")
    page.clock.run_for("06:30")
    expect(pace).to_have_text("in time")
    page.clock.run_for("01:00")
    expect(pace).to_have_text("00:30 over")
    expect(plan).to_have_text("this slide 07:30 of 01:00, in all 07:00")
    speaker.get_by_role("button", name="Pause").click()
    page.clock.run_for("10:00")
    expect(speaker.locator(".elapsed")).to_have_text("07:30")
    speaker.get_by_role("button", name="Pause").click()
    page.clock.run_for("00:10")
    expect(speaker.locator(".elapsed")).to_have_text("07:40")
    page.keyboard.press("PageUp")
    expect(plan).to_have_text("this slide 00:00 of 02:00, in all 07:00")
    page.evaluate("location.hash = '#back'")
    expect(plan).to_have_text("this slide 00:00 of 01:00, in all 07:00")
    speaker.get_by_role("button", name="Restart timer").click()
    expect(speaker.locator(".elapsed")).to_have_text("00:00")


def test_the_talks_time_goes_on_over_a_reload(visit: Visit) -> None:
    """Step and slide stay as they are, too; the window opens again with the same key."""
    page = visit("#layers/2", still=True)
    speaker_of(page)
    page.clock.run_for("01:00")
    page.reload()
    expect_at(page, "#layers/2")
    speaker = speaker_of(page)
    expect(speaker.locator(".elapsed")).to_have_text(re.compile("01:0"))
    expect(speaker.get_by_text("step 2 of 3")).to_be_visible()
    expect(speaker.locator(".now [data-step='2']").first).to_be_visible()


def test_the_speakers_window_shows_what_the_audience_sees(visit: Visit) -> None:
    """The drawings on a slide, and that the screen is black."""
    page = visit("#layers")
    speaker = speaker_of(page)
    page.keyboard.press("l")
    draw(page)
    expect(speaker.locator(".now .ink path")).to_have_count(1)
    speaker.keyboard.press("b")
    expect(speaker.locator("html[data-blank=black]")).to_have_count(1)
    assert page.evaluate("document.documentElement.dataset.blank") == "black"
    cover = "getComputedStyle(document.documentElement, '::after').content"
    assert speaker.evaluate(cover) == "none"


def test_a_speakers_window_that_was_loaded_anew_makes_way(visit: Visit) -> None:
    """It would be empty: it closes, and `S` opens another."""
    page = visit("#layers")
    speaker = speaker_of(page)
    with speaker.expect_event("close"):
        speaker.evaluate("setTimeout(() => location.reload())")
    expect(speaker_of(page).locator(".words")).to_have_text("Do not hurry.")


def test_a_blocked_window_says_so(visit: Visit) -> None:
    """And the notes are shown in place, until the same key hides them."""
    page = visit("#layers", script="window.open = () => null")
    notes = page.locator("#layers .notes")
    expect(notes).to_be_hidden()
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_contain_text("blocked the speaker window")
    expect(notes).to_be_visible()
    slide, below = page.locator("#layers .canvas").bounding_box(), notes.bounding_box()
    assert slide
    assert below
    assert slide["y"] + slide["height"] <= below["y"] + 1
    page.keyboard.press("s")
    expect(notes).to_be_hidden()
