"""A figure that a reader opens: larger, with its numbers, its code, its origin and its link."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import REPOSITORY, Project
from tests.visiting import Visit, dialog, expect_at, speaker_of, visiting

MANY = (REPOSITORY / "tests/reading/experiments/many.py").read_text()


@pytest.fixture
def visit(browser: Browser, readable: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, readable.address) as visit:
        yield visit


def section(page: Page, name: str) -> Locator:
    """A part of the open figure by its heading."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return dialog(page).locator("section").filter(has=heading)


# The slides but for their tables, which are read when they are first opened.
SLIDES = """main => {
    const copy = main.cloneNode(true);
    for (const data of copy.querySelectorAll(".data")) data.replaceChildren();
    return copy.innerHTML;
}"""


def test_a_click_opens_a_figure_larger(visit: Visit) -> None:
    """It has an address, its place on the slide is kept, and Escape puts all back as it was."""
    page = visit("#line")
    image = page.get_by_role("img", name="8 points on a line")
    before, html = image.bounding_box(), page.locator("main").evaluate(SLIDES)
    image.click()
    expect(dialog(page)).to_be_visible()
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("A line rises by 2.00")
    expect_at(page, "#line/line.rising")
    after = dialog(page).get_by_role("img", name="8 points on a line").bounding_box()
    assert before
    assert after
    assert after["width"] > 1.15 * before["width"]
    assert after["y"] + after["height"] < 720
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect_at(page, "#line")
    expect(page.locator("section.slide[id=line]")).to_be_focused()
    assert image.bounding_box() == before
    assert page.locator("main").evaluate(SLIDES) == html


def test_keys_open_a_figure(visit: Visit) -> None:
    """Enter the slide's first, or the one whose button has the focus, which it returns to."""
    page = visit("#growth")
    page.keyboard.press("Enter")
    expect_at(page, "#growth/growth.growing")
    page.keyboard.press("Escape")
    expect_at(page, "#growth")
    button = page.get_by_role("button", name="Open figure growth.field")
    button.focus()
    page.keyboard.press("Enter")
    expect_at(page, "#growth/growth.field")
    expect(dialog(page)).to_have_count(1)
    for key in ("ArrowRight", "a", "o", "Space"):
        page.keyboard.press(key)
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


@pytest.mark.parametrize("view", ["slides", "article"])
def test_a_link_opens_a_figure(view: str, visit: Visit) -> None:
    """On a slide with all steps, and in the article; the browser's Back closes it."""
    page = visit("#line/line.rising", viewport={"width": 1000, "height": 600})
    if view == "article":
        page = visit("#line/line.rising", viewport={"width": 390, "height": 844})
    expect(dialog(page).get_by_role("img", name="8 points on a line")).to_be_visible()
    page.keyboard.press("Escape")
    expect_at(page, "#line")
    page.evaluate("location.hash = '#growth/growth.field'")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Two more kinds of figures")
    page.evaluate("location.hash = '#line/line.rising'")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("A line rises by 2.00")
    page.go_back()
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Two more kinds of figures")
    page.go_back()
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("img", name="8 points on a line")).to_be_visible()


def test_the_link_of_a_figure_can_be_copied(visit: Visit) -> None:
    """It leads from anywhere to the same dialog."""
    page = visit("#picture", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Open figure many.cloud").click()
    dialog(page).get_by_role("button", name="Copy link").click()
    expect(dialog(page).get_by_role("status")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    expect(page).to_have_url(link)
    assert link.endswith("#picture/many.cloud")


def test_the_copied_link_names_the_address_of_the_published_deck(
    project: Project, browser: Browser
) -> None:
    """Where deck.toml says it, the place of this file is nobody else's business."""
    settings = project.root / "deck" / "deck.toml"
    settings.write_text(settings.read_text() + 'base_url = "https://example.org/talk/"\n')
    assert project.build().code == 0
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(project.address + "#line/line.rising")
    dialog(page).get_by_role("button", name="Copy link").click()
    expect(dialog(page).get_by_role("status")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert link == "https://example.org/talk/#line/line.rising"


def test_an_open_figure_shows_its_numbers(visit: Visit) -> None:
    """All of them, of which the page holds the first rows; and a file of them to keep."""
    page = visit("#picture/many.cloud")
    rows = section(page, "Data").get_by_role("row")
    expect(rows).to_have_count(1 + 60)
    label = 'a "line", steep\nand long'
    cells = rows.last.get_by_role("cell").all_text_contents()
    assert cells == ["1", label, "59", "118"]
    expect(section(page, "Data")).to_contain_text("60 rows")
    with page.expect_download() as download:
        section(page, "Data").get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "many.cloud.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("panel,series,x,y\n")
    assert text.endswith('1,"a ""line"", steep\nand long",59,118\n')


def test_an_open_figure_shows_its_code_and_origin(visit: Visit) -> None:
    """The code of the figure and of the run, coloured like that on slides; and how it ran."""
    page = visit("#picture/many.cloud")
    listings = section(page, "Code").locator("code")
    expect(listings).to_have_count(2)
    source = MANY.split("\n\n\n")
    assert listings.nth(0).text_content() == source[3].strip()
    assert listings.nth(1).text_content() == source[2]
    spans = "all => all.map(span => [span.className, span.textContent])"
    found = listings.nth(1).locator("span").evaluate_all(spans)
    assert found[:3] == [["k", "def"], ["nf", "run"], ["mi", "2.0"]]
    assert found[-2:] == [["k", "return"], ["c", '# a "string" in a comment: no string']]
    assert ["s", '"""Sixty points and </script>."""'] in listings.nth(0).locator(
        "span"
    ).evaluate_all(spans)
    origin = section(page, "Origin")
    for words in ("Many points, in a figure", "CPU", "seed 3", "slope=2.0, seed=3", "numpy"):
        expect(origin).to_contain_text(words)
    assert re.search(r"key[0-9a-f]{16}", origin.text_content() or "")
    dialog(page).get_by_role("button", name="Origin").click()
    expect(origin.get_by_role("heading")).to_be_focused()
    expect(origin).to_be_in_viewport()


def test_a_figure_with_a_caption_has_all_that_is_behind_it(visit: Visit) -> None:
    """Though it lies in the caption, which the dialog shows above."""
    page = visit("#line/line.rising")
    expect(dialog(page).locator("figcaption").get_by_text("Made up")).to_be_visible()
    for name in ("Data", "Code", "Origin"):
        expect(section(page, name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#line figcaption .numbers .data")).to_have_count(1)


def test_the_page_holds_each_source_once(readable: Project) -> None:
    """However many figures an experiment has; the first forty rows of a table, and a file."""
    assert readable.page.count("def run(*, frames: int = 3, step: int = 2)") == 1
    assert readable.page.count("<tr><td>1<td>a &quot;line&quot;") == 40


def test_a_sequence_can_be_scrubbed_in_the_dialog(visit: Visit) -> None:
    """It is the same one: on the slide it stays at the frame that was chosen."""
    page = visit("#growth/growth.growing")
    frames = dialog(page).locator(".frame")
    expect(frames).to_have_count(3)
    dialog(page).get_by_role("slider", name="Frame").focus()
    page.keyboard.press("Home")
    assert [frame.is_visible() for frame in frames.all()] == [True, False, False]
    page.keyboard.press("Escape")
    on_slide = page.locator("#growth .frame")
    expect(on_slide).to_have_count(3)
    assert [frame.is_visible() for frame in on_slide.all()] == [True, False, False]


def test_a_picture_opens_too(visit: Visit) -> None:
    """It has no numbers, but a link."""
    page = visit("#picture")
    page.get_by_role("img", name="A teal field").click()
    expect_at(page, "#picture/teal")
    box = dialog(page).get_by_role("img", name="A teal field").bounding_box()
    assert box
    assert box["width"] > 400
    assert box["width"] == pytest.approx(2 * box["height"], rel=0.01)
    buttons = dialog(page).get_by_role("button").all()
    assert [button.text_content() for button in buttons] == ["", "Copy link"]


def test_the_figure_closes_when_the_speaker_goes_on(visit: Visit) -> None:
    """The next slide is not hidden behind it, and the slide before is whole again."""
    page = visit("#line")
    speaker = speaker_of(page)
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_visible()
    speaker.keyboard.press("ArrowRight")
    expect(dialog(page)).to_have_count(0)
    expect_at(page, "#back")
    speaker.keyboard.press("ArrowLeft")
    expect(page.get_by_role("img", name="8 points on a line")).to_be_visible()


def test_tab_reaches_everything_in_the_dialog_and_nothing_outside(
    visit: Visit,
) -> None:
    """The figure first, whose keys scroll; then its buttons, table, file and code."""
    page = visit("#growth/growth.growing")
    expect(dialog(page).get_by_role("region", name="Figure", exact=True)).to_be_focused()
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const one = document.activeElement;
                    return one === document.body ? "" : one.ariaLabel || one.textContent.trim();
                }"""
            )
        )
    found = {"Play", "Frame", "The figure's numbers", "CSV", "Copy this code", "Close", "Data"}
    assert found <= set(seen)
    assert set(seen) <= found | {"Code", "Origin", "Copy link", "Figure", ""}


def test_a_figure_of_more_numbers_than_it_keeps_says_so(new_project: Project) -> None:
    """It does not promise all of them."""
    new_project.edit(
        "experiments/line.py", "    ax.plot(result.y[::-1]", "    ax.plot(range(30_000)"
    )
    assert new_project.build().code == 0
    shown = "the first 40 of at least 20000 rows; the first 20000 are attached to the PDF"
    assert shown in new_project.page
