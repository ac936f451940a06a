"""What a reader does with the page: copies code, reads the article, finds it as it was left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import SLIDES, Project
from tests.visiting import Visit, background, dialog, expect_at, unfold, visiting

COUNT = len(SLIDES) + 1  # of slides, with that of the picture


@pytest.fixture
def visit(browser: Browser, readable: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, readable.address) as visit:
        yield visit


@pytest.mark.parametrize("blocked", [False, True])
def test_code_can_be_copied(blocked: bool, visit: Visit) -> None:
    """Without what is shown around it, and also where the browser has no clipboard for pages."""
    script = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    page = visit(
        "#code",
        script if blocked else "",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.locator("#code").get_by_role("button", name="Copy this code").click()
    expect(page.get_by_role("status")).to_have_text("Code copied")
    page.keyboard.press("/")
    page.get_by_role("searchbox").press("Control+v")
    expect(page.get_by_role("searchbox")).to_have_value("one = 1 two = 2 three = 3")


def test_without_javascript_figures_keep_what_is_behind_them(visit: Visit) -> None:
    """Their numbers, origin, and links to the code, which stands below the slides; notes too."""
    page = visit(java_script_enabled=False)
    line = page.locator("section.slide[id=line]")
    line.get_by_text("Data, code and origin").click()
    expect(line.get_by_role("table").get_by_role("row").last).to_contain_text("14")
    expect(line.get_by_role("link", name="CSV")).to_be_visible()
    line.get_by_role("link", name="rising").click()
    expect(page.get_by_text("def rising(fig: Figure, result: Result)")).to_be_in_viewport()
    notes = page.get_by_text("Ask where the line begins.")
    expect(notes).to_be_hidden()
    line.get_by_text("Notes").click()
    expect(notes).to_be_visible()


def test_the_article_has_a_table_of_contents(visit: Visit) -> None:
    """Beside the text it stays in sight, and marks the slide that is being read."""
    page = visit(viewport={"width": 1440, "height": 900})
    page.get_by_role("button", name="Article").click()
    contents = page.get_by_role("navigation", name="All slides")
    assert contents.get_by_role("link").count() < COUNT  # parts are closed
    contents.get_by_text("Lines", exact=True).click()
    contents.get_by_role("link", name="And back").click()
    expect(page.locator("section.slide[id=back]")).to_be_in_viewport()
    expect(contents.locator("[aria-current]")).to_have_text("And back")
    expect_at(page, "#back")
    page.locator("section.slide[id=growth]").evaluate("slide => slide.scrollIntoView()")
    expect(contents.locator("[aria-current]")).to_have_text("Two more kinds of figures")
    expect(contents.locator("[aria-current]")).to_be_in_viewport()
    expect_at(page, "#growth")


def test_the_article_fits_a_narrow_phone(visit: Visit) -> None:
    """Nothing makes the page wider than 360 pixels, opened or not; wide things scroll alone."""
    page = visit(viewport={"width": 360, "height": 800})
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 360
    unfold(page)
    assert page.evaluate(width) == 360
    page.get_by_role("button", name="Open figure many.cloud").click()
    expect(dialog(page)).to_be_visible()
    assert page.evaluate(width) == 360
    reach = dialog(page).get_by_role("region", name="Figure", exact=True)
    assert reach.evaluate("box => box.scrollWidth === box.clientWidth")


def test_the_place_is_kept_between_article_and_slides(visit: Visit) -> None:
    """The slide that is read, whichever of the two comes first, and how far it had been read."""
    page = visit("#growth")
    page.keyboard.press("a")
    expect(page.locator("section.slide[id=growth]")).to_be_in_viewport()
    page.mouse.move(600, 300)
    page.mouse.wheel(0, 150)
    top = "document.getElementById('growth').getBoundingClientRect().top"
    page.wait_for_function(f"{top} < -100")
    before = page.evaluate(top)
    page.keyboard.press("a")
    expect_at(page, "#growth")
    expect(page.locator("section.slide:visible")).to_have_count(1)
    page.keyboard.press("a")
    assert page.evaluate(top) == pytest.approx(before, abs=2)
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    assert page.evaluate("document.getElementById('words').getBoundingClientRect().top") < 40


def test_notes_are_shown_on_demand(visit: Visit) -> None:
    """All of them by a key or from the menu, one by its own heading; a reload keeps the choice."""
    page = visit(viewport={"width": 1700, "height": 900})
    page.keyboard.press("a")
    notes = page.get_by_text("Ask where the line begins.")
    expect(notes).to_be_hidden()
    page.keyboard.press("m")
    expect(notes).to_be_visible()
    line = page.locator("section.slide[id=line] .canvas").bounding_box()
    box = notes.bounding_box()
    assert line
    assert box
    assert box["x"] > line["x"] + line["width"]  # in the margin
    page.reload()
    expect(notes).to_be_visible()
    page.keyboard.press("?")
    dialog(page).get_by_role("button", name="Notes", exact=True).click()
    expect(notes).to_be_hidden()


def test_a_reload_keeps_the_view(visit: Visit) -> None:
    """And the place in it; a new visit begins as the screen suggests."""
    page = visit("#growth")
    page.keyboard.press("a")
    page.reload()
    expect(page.locator("section.slide:visible")).to_have_count(COUNT)
    expect(page.locator("section.slide[id=growth]")).to_be_in_viewport()
    page.keyboard.press("a")
    page.reload()
    expect(page.locator("section.slide:visible")).to_have_count(1)
    phone = visit(viewport={"width": 390, "height": 844})
    phone.get_by_role("button", name="Article").click()
    phone.reload()
    expect(phone.locator("section.slide:visible")).to_have_count(1)


def test_nothing_breaks_where_nothing_can_be_stored(visit: Visit) -> None:
    """Choices then last as long as the page."""
    script = """for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get() { throw new Error("blocked"); } });
    }"""
    page = visit("#line", script)
    for key in ("c", "t", "m", "a", "m"):
        page.keyboard.press(key)
    expect(page.locator("section.slide:visible")).to_have_count(COUNT)
    assert background(page) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("place", ["#line", "#line/line.rising", "article"])
def test_targets_have_room_for_a_finger(place: str, visit: Visit) -> None:
    """24 pixels each way at least, but for links within a text."""
    page = visit("" if place == "article" else place)
    if place == "article":
        page.keyboard.press("a")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, .toc a, a[download]")]
            .filter(one => one.checkVisibility({ visibilityProperty: true }))
            .filter(one => !one.closest("[inert]"))
            .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
            .map(([html, box]) => `${box.width} x ${box.height}: ${html}`)"""
    )
    assert small == []
