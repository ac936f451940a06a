"""What a reader does with the page: opens figures, copies code, reads the article, changes its
colours, and finds everything as it was left."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Project

OVERLAY = Path(__file__).parent / "page"
SLIDES = ["start", "line", "back", "inputs", "steps", "code", "growth", "words", "picture", "end"]
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">'
    '<rect width="200" height="100" fill="teal"/></svg>'
)
MANY = '''
"""Many points, in a figure whose labels hold what a CSV file has to quote."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    slope: float


def run(*, slope: float = 2.0, seed: int = 3) -> Result:
    return Result(float(np.abs(slope)))  # a "string" in a comment: no string


def cloud(fig: Figure, result: Result) -> None:
    """Sixty points and </script>."""
    ax = fig.subplots()
    ax.plot(np.arange(60), result.slope * np.arange(60), label='a "line", steep\\nand long')
'''


@pytest.fixture(scope="module")
def project_to_read(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck with every kind of slide, a picture, and a figure of many numbers."""
    project = built.copy(tmp_path_factory.mktemp("reading"))
    shutil.copytree(OVERLAY, project.root, dirs_exist_ok=True)
    project.write("deck/data/teal.svg", PICTURE)
    project.write("experiments/many.py", MANY)
    text = "# A picture\n\n![A teal field](data/teal.svg)\n\n![A cloud](experiment:many.cloud)\n"
    project.write("deck/70-picture.md", text)
    done = project.build()
    assert (done.code, done.err) == (0, "")
    return project


@pytest.fixture
def visit(browser: Browser, project_to_read: Project) -> Iterator[Callable[..., Page]]:
    """Opens the page at a hash; one that complains, or asks anybody, fails the test."""
    problems: list[str] = []
    contexts = []

    def opened(anchor: str = "", script: str = "", **settings: Any) -> Page:
        context = browser.new_context(**{"reduced_motion": "reduce", **settings})
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.on("console", lambda message: problems.append(message.text))
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("request", lambda request: problems.extend(outside(request.url)))
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.goto((project_to_read.root / "output" / "index.html").as_uri() + anchor)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def outside(url: str) -> list[str]:
    """A request that leaves the page."""
    return [] if url.startswith(("file:", "data:", "about:", "blob:")) else [url]


def expect_address(page: Page, hash_: str) -> None:
    page.wait_for_function("hash => location.hash === hash", arg=hash_)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def section(page: Page, name: str) -> Locator:
    """A part of the open figure by its heading."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return dialog(page).locator("section").filter(has=heading)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_a_click_opens_a_figure_larger(visit: Callable[..., Page]) -> None:
    """It has an address, its place on the slide is kept, and Escape puts all back as it was."""
    page = visit("#line")
    image = page.get_by_role("img", name="8 points on a line")
    before, html = image.bounding_box(), page.locator("main").inner_html()
    image.click()
    expect(dialog(page)).to_be_visible()
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("A line rises by 2.00")
    expect_address(page, "#line/line.rising")
    after = dialog(page).get_by_role("img", name="8 points on a line").bounding_box()
    assert before
    assert after
    assert after["width"] > 1.15 * before["width"]
    assert after["y"] + after["height"] < 720
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect_address(page, "#line")
    expect(page.locator("section.slide[id=line]")).to_be_focused()
    assert image.bounding_box() == before
    assert page.locator("main").inner_html() == html


def test_keys_open_a_figure(visit: Callable[..., Page]) -> None:
    """Enter the slide's first, or the one whose button has the focus, which it returns to."""
    page = visit("#growth")
    page.keyboard.press("Enter")
    expect_address(page, "#growth/growth.growing")
    page.keyboard.press("Escape")
    expect_address(page, "#growth")
    button = page.get_by_role("button", name="Open figure growth.field")
    button.focus()
    page.keyboard.press("Enter")
    expect_address(page, "#growth/growth.field")
    expect(dialog(page)).to_have_count(1)
    for key in ("ArrowRight", "a", "o", "Space"):
        page.keyboard.press(key)
    expect(dialog(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


@pytest.mark.parametrize("view", ["slides", "article"])
def test_a_link_opens_a_figure(view: str, visit: Callable[..., Page]) -> None:
    """On a slide with all steps, and in the article; the browser's Back closes it."""
    page = visit("#line/line.rising", viewport={"width": 1000, "height": 600})
    if view == "article":
        page = visit("#line/line.rising", viewport={"width": 390, "height": 844})
    expect(dialog(page).get_by_role("img", name="8 points on a line")).to_be_visible()
    page.keyboard.press("Escape")
    expect_address(page, "#line")
    page.evaluate("location.hash = '#growth/growth.field'")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Two more kinds of figures")
    page.evaluate("location.hash = '#line/line.rising'")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("A line rises by 2.00")
    page.go_back()
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Two more kinds of figures")
    page.go_back()
    expect(dialog(page)).to_have_count(0)
    expect(page.get_by_role("img", name="8 points on a line")).to_be_visible()


def test_the_link_of_a_figure_can_be_copied(visit: Callable[..., Page]) -> None:
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
    page.goto((project.root / "output" / "index.html").as_uri() + "#line/line.rising")
    dialog(page).get_by_role("button", name="Copy link").click()
    expect(dialog(page).get_by_role("status")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert link == "https://example.org/talk/#line/line.rising"


def test_an_open_figure_shows_its_numbers(visit: Callable[..., Page]) -> None:
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


def test_an_open_figure_shows_its_code_and_origin(visit: Callable[..., Page]) -> None:
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


def test_a_figure_with_a_caption_has_all_that_is_behind_it(visit: Callable[..., Page]) -> None:
    """Though it lies in the caption, which the dialog shows above."""
    page = visit("#line/line.rising")
    expect(dialog(page).locator("figcaption").get_by_text("Made up")).to_be_visible()
    for name in ("Data", "Code", "Origin"):
        expect(section(page, name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#line figcaption .numbers .data")).to_have_count(1)


def test_the_page_holds_each_source_once(project_to_read: Project) -> None:
    """However many figures an experiment has; the first forty rows of a table, and a file."""
    assert project_to_read.page.count("def run(*, frames: int = 3, step: int = 2)") == 1
    assert project_to_read.page.count("<tr><td>1<td>a &quot;line&quot;") == 40


def test_a_sequence_can_be_scrubbed_in_the_dialog(visit: Callable[..., Page]) -> None:
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


def test_a_picture_opens_too(visit: Callable[..., Page]) -> None:
    """It has no numbers, but a link."""
    page = visit("#picture")
    page.get_by_role("img", name="A teal field").click()
    expect_address(page, "#picture/teal")
    box = dialog(page).get_by_role("img", name="A teal field").bounding_box()
    assert box
    assert box["width"] > 400
    assert box["width"] == pytest.approx(2 * box["height"], rel=0.01)
    buttons = dialog(page).get_by_role("button").all()
    assert [button.text_content() for button in buttons] == ["", "Copy link"]


def test_the_figure_closes_when_the_speaker_goes_on(visit: Callable[..., Page]) -> None:
    """The next slide is not hidden behind it, and the slide before is whole again."""
    page = visit("#line")
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_visible()
    opening.value.keyboard.press("ArrowRight")
    expect(dialog(page)).to_have_count(0)
    expect_address(page, "#back")
    opening.value.keyboard.press("ArrowLeft")
    expect(page.get_by_role("img", name="8 points on a line")).to_be_visible()


@pytest.mark.parametrize("blocked", [False, True])
def test_code_can_be_copied(blocked: bool, visit: Callable[..., Page]) -> None:
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


def test_without_javascript_figures_keep_what_is_behind_them(visit: Callable[..., Page]) -> None:
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


def test_the_article_has_a_table_of_contents(visit: Callable[..., Page]) -> None:
    """Beside the text it stays in sight, and marks the slide that is being read."""
    page = visit(viewport={"width": 1440, "height": 900})
    page.get_by_role("button", name="Article").click()
    contents = page.get_by_role("navigation", name="All slides")
    assert contents.get_by_role("link").count() < len(SLIDES)  # parts are closed
    contents.get_by_text("Lines", exact=True).click()
    contents.get_by_role("link", name="And back").click()
    expect(page.locator("section.slide[id=back]")).to_be_in_viewport()
    expect(contents.locator("[aria-current]")).to_have_text("And back")
    expect_address(page, "#back")
    page.locator("section.slide[id=growth]").evaluate("slide => slide.scrollIntoView()")
    expect(contents.locator("[aria-current]")).to_have_text("Two more kinds of figures")
    expect(contents.locator("[aria-current]")).to_be_in_viewport()
    expect_address(page, "#growth")


def test_the_article_fits_a_narrow_phone(visit: Callable[..., Page]) -> None:
    """Nothing makes the page wider than 360 pixels, opened or not; wide things scroll alone."""
    page = visit(viewport={"width": 360, "height": 800})
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 360
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate(width) == 360
    page.get_by_role("button", name="Open figure many.cloud").click()
    expect(dialog(page)).to_be_visible()
    assert page.evaluate(width) == 360
    reach = dialog(page).get_by_role("region", name="Figure", exact=True)
    assert reach.evaluate("box => box.scrollWidth === box.clientWidth")


def test_the_place_is_kept_between_article_and_slides(visit: Callable[..., Page]) -> None:
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
    expect_address(page, "#growth")
    expect(page.locator("section.slide:visible")).to_have_count(1)
    page.keyboard.press("a")
    assert page.evaluate(top) == pytest.approx(before, abs=2)
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    assert page.evaluate("document.getElementById('words').getBoundingClientRect().top") < 40


def test_notes_are_shown_on_demand(visit: Callable[..., Page]) -> None:
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


def test_a_reload_keeps_the_view(visit: Callable[..., Page]) -> None:
    """And the place in it; a new visit begins as the screen suggests."""
    page = visit("#growth")
    page.keyboard.press("a")
    page.reload()
    expect(page.locator("section.slide:visible")).to_have_count(len(SLIDES))
    expect(page.locator("section.slide[id=growth]")).to_be_in_viewport()
    page.keyboard.press("a")
    page.reload()
    expect(page.locator("section.slide:visible")).to_have_count(1)
    phone = visit(viewport={"width": 390, "height": 844})
    phone.get_by_role("button", name="Article").click()
    phone.reload()
    expect(phone.locator("section.slide:visible")).to_have_count(1)


def test_nothing_breaks_where_nothing_can_be_stored(visit: Callable[..., Page]) -> None:
    """Choices then last as long as the page."""
    script = """for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get() { throw new Error("blocked"); } });
    }"""
    page = visit("#line", script)
    for key in ("c", "t", "m", "a", "m"):
        page.keyboard.press(key)
    expect(page.locator("section.slide:visible")).to_have_count(len(SLIDES))
    assert background(page) == "rgb(255, 255, 255)"


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
def test_a_system_that_asks_for_contrast_gets_it(scheme: str, visit: Callable[..., Page]) -> None:
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


def test_contrast_is_a_setting_too(visit: Callable[..., Page]) -> None:
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


def test_colours_of_the_system_come_first(visit: Callable[..., Page]) -> None:
    """Where the system forces its own, figures take them, whatever theme has been chosen."""
    page = visit("#line", forced_colors="active", color_scheme="dark")
    assert background(page) == "rgb(0, 0, 0)"
    page.keyboard.press("t")
    assert page.evaluate("'theme' in document.documentElement.dataset") is False
    assert min(ratios(page)) >= 4.5


@pytest.mark.parametrize("place", ["#line", "#line/line.rising", "article"])
def test_targets_have_room_for_a_finger(place: str, visit: Callable[..., Page]) -> None:
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


def test_tab_reaches_everything_in_the_dialog_and_nothing_outside(
    visit: Callable[..., Page],
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
