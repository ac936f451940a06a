"""What a lecturer's hands do with the deck: steps of figures, pen, zoom, and keys of their own."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Project, assert_refused
from tests.visiting import Visit, draw, expect_at, swipe, visiting

# How much of the page has moved since it was first painted, by Chromium's count (web.dev/cls), and
# whether there was a frame without a whole slide after one that had it.
WATCHMAN = """
let shifted = 0, first = false, lost = false;
const add = (entries) => entries.forEach(({ value }) => (shifted += value));
const shifts = new PerformanceObserver((list) => add(list.getEntries()));
shifts.observe({ type: "layout-shift", buffered: true });
const look = () => {
  const slides = [...document.querySelectorAll(".slide")];
  const whole = (slide) => slide.checkVisibility() && getComputedStyle(slide).opacity === "1";
  const there = slides.some(whole);
  first ||= there;
  lost ||= first && !there;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
window.seen = () => [(add(shifts.takeRecords()), shifted), lost];
"""


@pytest.fixture
def visit(browser: Browser, talk: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, talk.address) as visit:
        yield visit


def shown(page: Page) -> list[tuple[str, bool]]:
    """The groups of the figure that have a step, and whether each is visible."""
    groups = page.locator("#layers svg [data-step]")
    script = """all => all.map(one => [one.dataset.step,
                                       getComputedStyle(one).visibility === "visible"])"""
    return [tuple(pair) for pair in groups.evaluate_all(script)]


def test_the_layers_of_a_figure_appear_step_by_step(visit: Visit) -> None:
    """With all that bears their name, the arrow of an annotation too; text comes after them."""
    page = visit("#layers")
    groups = [("1", False)] * 3 + [("2", False)]
    assert sorted(shown(page)) == groups
    page.keyboard.press("ArrowRight")
    expect_at(page, "#layers/1")
    assert sorted(shown(page)) == [("1", True)] * 3 + [("2", False)]
    expect(page.locator(".slide").get_by_text("The last word.")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert {visible for _, visible in shown(page)} == {True}
    page.keyboard.press("ArrowRight")
    expect_at(page, "#layers/3")
    expect(page.locator(".slide").get_by_text("The last word.")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect_at(page, "#listing")


def test_a_layer_that_no_slide_names_is_simply_there(visit: Visit) -> None:
    """And so is every layer in the article, without JavaScript, and on paper."""
    expect(visit("#layers").locator("#layers svg").get_by_text("not asked for")).to_be_visible()
    page = visit(java_script_enabled=False)
    assert {visible for _, visible in shown(page)} == {True}
    page = visit("#layers")
    page.emulate_media(media="print")
    assert {visible for _, visible in shown(page)} == {True}
    assert page.locator("[data-layer]").count() == 0


def test_a_layer_that_a_figure_lacks_is_refused(
    talk: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With the slide, its line, and the name that was perhaps meant."""
    project = talk.copy(tmp_path_factory.mktemp("wrong"))
    project.edit("deck/40-layers.md", "steep|down", "steap|down")
    message = "`layers.lines` has no layer `steap`"
    assert_refused(project.build(), "40-layers.md:6", message, "`steep`")


@pytest.fixture
def slow(talk: Project) -> Iterator[tuple[str, threading.Event]]:
    """A server that holds back the page from the slide `listing` on, until it may go on."""
    page = talk.page.encode()
    cut = page.index(b'id="listing"')
    go_on = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page[:cut])
            go_on.wait()
            self.wfile.write(page[cut:])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", go_on
    go_on.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("anchor", "shown"), [("", "start"), ("#layers/2", "layers")])
def test_the_slide_to_be_seen_does_not_wait_for_the_page(
    anchor: str, shown: str, slow: tuple[str, threading.Event], browser: Browser
) -> None:
    """It is there alone while the rest still arrives, with no article before it and no break after
    it, and keys answer when all has come."""
    address, go_on = slow
    with browser.new_page() as page:
        page.add_init_script(WATCHMAN)
        page.goto(address + anchor, wait_until="commit")
        expect(page.locator("section.slide:visible")).to_have_count(1)
        expect(page.locator(f"#{shown}")).to_be_visible()
        assert page.evaluate("document.readyState") == "loading"
        go_on.set()
        page.wait_for_selector(".controls")
        page.evaluate(
            "() => new Promise((go_on) => requestAnimationFrame(() => setTimeout(go_on)))"
        )
        shifted, lost = page.evaluate("seen()")
        assert shifted < 0.05
        assert not lost
        page.keyboard.press("End")
        expect(page.locator("section.slide:visible")).to_have_count(1)
        expect(page.locator("#listing")).to_be_visible()


def test_a_finger_turns_the_slide(visit: Visit) -> None:
    """A real one, which the browser could take for a scroll, a pull or its own Back."""
    page = visit(
        "#layers/3", has_touch=True, is_mobile=True, viewport={"width": 900, "height": 500}
    )
    finger = page.context.new_cdp_session(page)
    for start, end, there in [(700, 300, "#listing"), (300, 700, "#layers/3")]:
        for kind, x in [("Start", start), *(("Move", x) for x in (500, end)), ("End", None)]:
            points = [] if x is None else [{"x": x, "y": 250}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        expect_at(page, there)


def test_whole_slides_can_be_passed_over(visit: Visit) -> None:
    """Shift and an arrow leave the steps out; a slide gone back to is complete."""
    page = visit("#layers")
    page.keyboard.press("Shift+ArrowRight")
    expect_at(page, "#listing")
    page.keyboard.press("Shift+ArrowLeft")
    expect_at(page, "#layers/3")


def test_drawings_stay_on_their_slides(visit: Visit) -> None:
    """Also over other slides, a reload and another window's size; until they are erased."""
    page = visit("#layers")
    strokes = page.locator("#layers .ink path")
    draw(page)
    expect(strokes).to_have_count(0)
    page.keyboard.press("l")
    expect(page.locator(".laser")).to_be_visible()
    draw(page)
    draw(page, top=400)
    expect(strokes).to_have_count(2)
    place = strokes.first.bounding_box()
    assert place
    assert place["x"] == pytest.approx(400, abs=4)
    assert place["width"] == pytest.approx(100, abs=8)
    page.keyboard.press("Escape")
    expect(page.locator(".laser")).to_have_count(0)
    page.keyboard.press("PageUp")
    expect(page.locator(".ink:visible")).to_have_count(0)
    expect_at(page, "#inputs")
    page.set_viewport_size({"width": 640, "height": 360})
    page.go_back()
    page.reload()
    expect_at(page, "#layers")
    place = strokes.first.bounding_box()
    assert place
    assert place["width"] == pytest.approx(50, abs=6)
    page.emulate_media(media="print")
    expect(strokes.first).to_be_hidden()
    page.emulate_media(media="screen")
    page.keyboard.press("e")
    expect(strokes).to_have_count(0)
    page.reload()
    expect(strokes).to_have_count(0)


def test_a_finger_draws_where_it_would_swipe(visit: Visit) -> None:
    """While the pen is out, no slide turns, and no link is followed."""
    page = visit("#layers", has_touch=True)
    page.keyboard.press("l")
    swipe(page, 600, 300)
    page.locator("#layers .enlarge").click(force=True)
    expect_at(page, "#layers")
    expect(page.get_by_role("dialog")).to_have_count(0)


def enlarged(part: Locator, page: Page) -> tuple[float, float]:
    """The centre of something on the screen and its width, as shares of the window."""
    box, size = part.bounding_box(), page.viewport_size
    assert box
    assert size
    return (box["x"] + box["width"] / 2) / size["width"], box["width"] / size["width"]


def test_z_enlarges_what_the_pointer_is_at(visit: Visit) -> None:
    """To the whole screen, and back; a figure that is as wide already, twofold."""
    page = visit("#listing")
    listing = page.locator("#listing pre")
    _, before = enlarged(listing, page)
    listing.hover()
    page.keyboard.press("z")
    middle, width = enlarged(listing, page)
    assert middle == pytest.approx(0.5, abs=0.01)
    assert width > 1.4 * before
    page.keyboard.press("Escape")
    assert enlarged(listing, page)[1] == pytest.approx(before)
    page.keyboard.press("PageUp")
    figure = page.locator("#layers .figure")
    _, before = enlarged(figure, page)
    page.keyboard.press("z")
    assert enlarged(figure, page)[1] == pytest.approx(2 * before, rel=0.01)
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert page.locator("html.zoomed").count() == 0


def keys_of(page: Page, command: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"Keys for {command}: "))


def test_the_keys_of_a_command_can_be_changed(visit: Visit) -> None:
    """To one with modifiers, too, as WCAG 2.1.4 asks; and all be put back as they were."""
    page = visit("#layers")
    blank = "document.documentElement.dataset.blank ?? ''"
    page.keyboard.press("?")
    keys_of(page, "Black screen").click()
    expect(keys_of(page, "Black screen")).to_have_text("Press a key")
    page.keyboard.press("Control+Alt+k")
    expect(keys_of(page, "Black screen")).to_have_accessible_name(
        "Keys for Black screen: Control Alt K"
    )
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("b")
    assert page.evaluate(blank) == ""
    page.keyboard.press("Control+Alt+k")
    assert page.evaluate(blank) == "black"
    page.keyboard.press("x")
    page.keyboard.press("?")
    page.get_by_role("button", name="All keys as they were").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    assert page.evaluate(blank) == "black"


def test_a_key_belongs_to_one_command(visit: Visit) -> None:
    """The last that it was given to; Backspace leaves a command without, Escape as it was."""
    page = visit("#layers")
    page.keyboard.press("?")
    keys_of(page, "Black screen").click()
    page.keyboard.press("w")
    expect(keys_of(page, "Black screen")).to_have_accessible_name("Keys for Black screen: W")
    expect(keys_of(page, "White screen")).to_have_accessible_name("Keys for White screen: ,")
    keys_of(page, "Search").click()
    page.keyboard.press("Backspace")
    expect(keys_of(page, "Search")).to_have_accessible_name("Keys for Search: none")
    keys_of(page, "Overview").click()
    page.keyboard.press("Escape")
    expect(keys_of(page, "Overview")).to_have_accessible_name("Keys for Overview: O Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_digits_may_need_shift(visit: Visit) -> None:
    """As on a French keyboard: Shift alone is no key that ends a number."""
    page = visit()
    page.keyboard.press("0")
    page.keyboard.press("Shift")
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_have_text("Go to slide 02")


def test_looking_around_in_the_overview_is_one_step_back(visit: Visit) -> None:
    """The browser's Back leads from the slide that was chosen to the one before the overview."""
    page = visit("#layers")
    page.keyboard.press("o")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect_at(page, "#back")
    page.go_back()
    expect_at(page, "#layers")


def test_a_tap_brings_a_blank_screen_back(visit: Visit) -> None:
    """Where there is no keyboard."""
    page = visit("#layers")
    page.keyboard.press("b")
    assert page.evaluate("document.documentElement.dataset.blank") == "black"
    page.mouse.click(300, 300)
    assert page.evaluate("'blank' in document.documentElement.dataset") is False
