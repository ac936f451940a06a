"""What a lecturer's hands do with the deck: steps of figures, pen, zoom, keys of their own, the
speaker's window with its clock, and paper."""

import io
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Project, assert_refused

EXPERIMENT = '''
"""Two lines, one after the other."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    slope: float


def run(*, slope: float = 2.0) -> Result:
    return Result(slope)


def lines(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    x = np.arange(5)
    ax.plot(x, x, color="muted")
    ax.plot(x, result.slope * x, color="accent", gid="steep")
    ax.annotate("steep", (2, 4), (3, 3), arrowprops={"arrowstyle": "->"}, gid="steep")
    ax.plot(x, -x, color="C1", gid="down")
    ax.text(1, -1, "not asked for", gid="spare")
'''
SLIDE = """
    ---
    time: 2 min
    ---
    # Layers

    ![Two lines](experiment:layers.lines){layers="steep|down"}

    . . .

    The last word.

    ::: notes
    Do not hurry.
    :::
    """
SECOND = """
    ---
    time: 1 min
    ---
    # A listing

    ```python
    one = 1
    ```
    """


@pytest.fixture(scope="module")
def project_of_talk(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck with a figure in layers."""
    project = built.copy(tmp_path_factory.mktemp("talk"))
    project.write("experiments/layers.py", EXPERIMENT)
    project.write("deck/40-layers.md", SLIDE)
    project.write("deck/50-listing.md", SECOND)
    project.edit("deck/deck.toml", "workers", 'duration = "7 min"\nworkers')
    done = project.call()
    assert (done.code, done.err) == (0, "")
    return project


@pytest.fixture
def visit(browser: Browser, project_of_talk: Project) -> Iterator[Callable[..., Page]]:
    """Opens the talk at a hash; a page that complains of anything fails the test."""
    problems: list[str] = []
    contexts = []

    def opened(anchor: str = "", script: str = "", still: bool = False, **settings: Any) -> Page:
        context = browser.new_context(**{"reduced_motion": "reduce", **settings})
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.on("console", lambda message: problems.append(message.text))
        context.on("weberror", lambda error: problems.append(str(error.error)))
        page = context.new_page()
        if script:
            page.add_init_script(script)
        if still:  # time passes when the test says so
            page.clock.install(time=0)
            page.clock.pause_at(1)
        page.goto((project_of_talk.root / "output" / "index.html").as_uri() + anchor)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def expect_at(page: Page, address: str) -> None:
    """The page shows that slide and step."""
    page.wait_for_function("address => location.hash === address", arg=address)
    expect(page.locator(address.partition("/")[0])).to_be_visible()


def shown(page: Page) -> list[tuple[str, bool]]:
    """The groups of the figure that have a step, and whether each is visible."""
    groups = page.locator("#layers svg [data-step]")
    script = """all => all.map(one => [one.dataset.step,
                                       getComputedStyle(one).visibility === "visible"])"""
    return [tuple(pair) for pair in groups.evaluate_all(script)]


def test_the_layers_of_a_figure_appear_step_by_step(visit: Callable[..., Page]) -> None:
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


def test_a_layer_that_no_slide_names_is_simply_there(visit: Callable[..., Page]) -> None:
    """And so is every layer in the article, without JavaScript, and on paper."""
    expect(visit("#layers").locator("#layers svg").get_by_text("not asked for")).to_be_visible()
    page = visit(java_script_enabled=False)
    assert {visible for _, visible in shown(page)} == {True}
    page = visit("#layers")
    page.emulate_media(media="print")
    assert {visible for _, visible in shown(page)} == {True}
    assert page.locator("[data-layer]").count() == 0


def test_a_layer_that_a_figure_lacks_is_refused(
    project_of_talk: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With the slide, its line, and the name that was perhaps meant."""
    project = project_of_talk.copy(tmp_path_factory.mktemp("wrong"))
    project.edit("deck/40-layers.md", "steep|down", "steap|down")
    message = "`layers.lines` has no layer `steap`"
    assert_refused(project.build(), "40-layers.md:6", message, "`steep`")


@pytest.fixture
def slow(project_of_talk: Project) -> Iterator[tuple[str, threading.Event]]:
    """A server that holds back the page from the slide `listing` on, until it may go on."""
    page = project_of_talk.page.encode()
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
    """It is there alone while the rest still arrives, and keys answer when all has come."""
    address, go_on = slow
    with browser.new_page() as page:
        page.goto(address + anchor, wait_until="commit")
        expect(page.locator("section.slide:visible")).to_have_count(1)
        expect(page.locator(f"#{shown}")).to_be_visible()
        assert page.evaluate("document.readyState") == "loading"
        go_on.set()
        page.wait_for_load_state()
        page.keyboard.press("End")
        expect(page.locator("section.slide:visible")).to_have_count(1)
        expect(page.locator("#listing")).to_be_visible()


def test_a_finger_turns_the_slide(visit: Callable[..., Page]) -> None:
    """A real one, which the browser could take for a scroll, a pull or its own Back."""
    page = visit(
        "#layers/3", has_touch=True, is_mobile=True, viewport={"width": 900, "height": 500}
    )
    swipe = page.context.new_cdp_session(page)
    for start, end, there in [(700, 300, "#listing"), (300, 700, "#layers/3")]:
        for kind, x in [("Start", start), *(("Move", x) for x in (500, end)), ("End", None)]:
            points = [] if x is None else [{"x": x, "y": 250}]
            swipe.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        expect_at(page, there)


def test_whole_slides_can_be_passed_over(visit: Callable[..., Page]) -> None:
    """Shift and an arrow leave the steps out; a slide gone back to is complete."""
    page = visit("#layers")
    page.keyboard.press("Shift+ArrowRight")
    expect_at(page, "#listing")
    page.keyboard.press("Shift+ArrowLeft")
    expect_at(page, "#layers/3")


def draw(page: Page, *, left: int = 400, top: int = 300) -> None:
    """A stroke with the mouse."""
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + 100, top + 20, steps=5)
    page.mouse.up()


def test_drawings_stay_on_their_slides(visit: Callable[..., Page]) -> None:
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


def test_a_finger_draws_where_it_would_swipe(visit: Callable[..., Page]) -> None:
    """While the pen is out, no slide turns, and no link is followed."""
    page = visit("#layers", has_touch=True)
    page.keyboard.press("l")
    page.evaluate(
        """() => {
            const touch = x => new Touch({ identifier: 1, target: document.body,
                                           clientX: x, clientY: 300 });
            const send = (type, touches, changed) => document.body.dispatchEvent(
                new TouchEvent(type, { bubbles: true, touches, changedTouches: changed }));
            send("touchstart", [touch(600)], [touch(600)]);
            send("touchend", [], [touch(300)]);
        }"""
    )
    page.locator("#layers .enlarge").click(force=True)
    expect_at(page, "#layers")
    expect(page.get_by_role("dialog")).to_have_count(0)


def enlarged(part: Locator, page: Page) -> tuple[float, float]:
    """The centre of something on the screen and its width, as shares of the window."""
    box, size = part.bounding_box(), page.viewport_size
    assert box
    assert size
    return (box["x"] + box["width"] / 2) / size["width"], box["width"] / size["width"]


def test_z_enlarges_what_the_pointer_is_at(visit: Callable[..., Page]) -> None:
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


def test_the_keys_of_a_command_can_be_changed(visit: Callable[..., Page]) -> None:
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


def test_a_key_belongs_to_one_command(visit: Callable[..., Page]) -> None:
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


def test_digits_may_need_shift(visit: Callable[..., Page]) -> None:
    """As on a French keyboard: Shift alone is no key that ends a number."""
    page = visit()
    page.keyboard.press("0")
    page.keyboard.press("Shift")
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_have_text("Go to slide 02")


def test_looking_around_in_the_overview_is_one_step_back(visit: Callable[..., Page]) -> None:
    """The browser's Back leads from the slide that was chosen to the one before the overview."""
    page = visit("#layers")
    page.keyboard.press("o")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect_at(page, "#back")
    page.go_back()
    expect_at(page, "#layers")


def test_a_tap_brings_a_blank_screen_back(visit: Callable[..., Page]) -> None:
    """Where there is no keyboard."""
    page = visit("#layers")
    page.keyboard.press("b")
    assert page.evaluate("document.documentElement.dataset.blank") == "black"
    page.mouse.click(300, 300)
    assert page.evaluate("'blank' in document.documentElement.dataset") is False


def speaker_of(page: Page) -> Page:
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    return opening.value


def test_the_speakers_window_keeps_time(visit: Callable[..., Page]) -> None:
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


def test_the_talks_time_goes_on_over_a_reload(visit: Callable[..., Page]) -> None:
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


def test_the_speakers_window_shows_what_the_audience_sees(visit: Callable[..., Page]) -> None:
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


def test_a_speakers_window_that_was_loaded_anew_makes_way(visit: Callable[..., Page]) -> None:
    """It would be empty: it closes, and `S` opens another."""
    page = visit("#layers")
    speaker = speaker_of(page)
    with speaker.expect_event("close"):
        speaker.evaluate("setTimeout(() => location.reload())")
    expect(speaker_of(page).locator(".words")).to_have_text("Do not hurry.")


def test_a_blocked_window_says_so(visit: Callable[..., Page]) -> None:
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


@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 568), (667, 375), (768, 1024), (1280, 720), (3840, 2160), (2560, 1080)],
)
def test_a_slide_fits_any_screen(width: int, height: int, visit: Callable[..., Page]) -> None:
    """As large as it can be, whole, and in the middle; also on a phone, which begins as article."""
    page = visit("#layers", viewport={"width": width, "height": height})
    if width < 600:
        page.keyboard.press("a")
    assert page.evaluate("[scrollX, scrollY, document.scrollingElement.scrollWidth]") == [
        0,
        0,
        width,
    ]
    box = page.locator("#layers .canvas").bounding_box()
    assert box
    assert max(box["width"] / width, box["height"] / height) == pytest.approx(1, abs=0.01)
    assert box["width"] / box["height"] == pytest.approx(16 / 9, abs=0.01)
    assert box["x"] == pytest.approx((width - box["width"]) / 2, abs=1)
    assert box["y"] == pytest.approx((height - box["height"]) / 2, abs=1)


def test_controls_grow_with_the_screen(visit: Callable[..., Page]) -> None:
    """They are as large on a wall of 3840 pixels as on one of 1920, and never below 32 pixels."""
    heights = []
    for width, height in [(390, 844), (1280, 720), (3840, 2160)]:
        page = visit("#layers", viewport={"width": width, "height": height})
        box = page.get_by_role("button", name="Menu and keys").bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
        heights.append(round(box["height"]))
    assert heights == [32, 32, 64]


def durations(page: Page, selector: str) -> set[str]:
    script = "one => getComputedStyle(one).transitionDuration"
    return set(page.locator(selector).first.evaluate(script).split(", "))


def test_motion_is_short_and_can_be_declined(visit: Callable[..., Page]) -> None:
    """Slides change in 200 ms and steps appear in 150 ms; or at once."""
    page = visit("#layers", reduced_motion="no-preference")
    assert durations(page, "#layers") == {"0.2s"}
    assert durations(page, "#layers svg [data-step]") == {"0.15s"}
    page = visit("#layers")
    assert durations(page, "#layers") == {"0s"}
    assert durations(page, "#layers svg [data-step]") == {"0s"}


@pytest.mark.parametrize("keys", ["", "o", "b", "z", "l"])
def test_the_browser_prints_a_page_for_each_slide(keys: str, visit: Callable[..., Page]) -> None:
    """Of the slide's shape, whatever was on the screen, light even in the dark."""
    page = visit("#layers", color_scheme="dark")
    count = page.locator("section.slide").count()
    for key in keys:
        page.keyboard.press(key)
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        sizes = {tuple(float(edge) for edge in sheet.mediabox) for sheet in pdf.pages}
        assert len(pdf.pages) == count
    assert sizes == {(0, 0, 960, 540)}


def test_paper_has_the_themes_colours(visit: Callable[..., Page], tmp_path: Path) -> None:
    """Also where the reader has not asked for backgrounds; with the slide's number."""
    page = visit("#layers")
    page.mouse.move(50, 50)
    page.emulate_media(media="print")
    expect(page.locator("#layers .number")).to_be_visible()
    page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True)
    command = ["pdftoppm", "-r", "20", "-png", "-singlefile", "deck.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    picture = Image.open(tmp_path / "page.png")
    assert picture.getpixel((0, 0)) == (253, 252, 249)
    assert picture.getpixel((picture.width - 1, picture.height - 1)) == (253, 252, 249)


def test_the_article_prints_as_text(visit: Callable[..., Page]) -> None:
    """On paper of the reader's own size."""
    page = visit("#layers")
    page.keyboard.press("a")
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as pdf:
        widths = {float(sheet.mediabox[2]) for sheet in pdf.pages}
    assert max(widths) < 600
