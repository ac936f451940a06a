"""The built page in a browser: keys, steps, addresses, windows, light and dark, and no requests."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.conftest import Project

OVERLAY = Path(__file__).parent / "page"
SLIDES = ["start", "line", "back", "inputs", "steps", "code", "growth", "words", "end"]
DARK = {"accent": "rgb(106, 167, 244)", "paper": "rgb(20, 22, 27)"}
LIGHT = {"accent": "rgb(44, 93, 189)", "paper": "rgb(253, 252, 249)"}


@pytest.fixture(scope="module")
def address(built: Project, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with every kind of slide."""
    project = built.copy(tmp_path_factory.mktemp("page"))
    shutil.copytree(OVERLAY, project.root, dirs_exist_ok=True)
    done = project.build()
    assert (done.code, done.err) == (0, "")
    return (project.root / "output" / "index.html").as_uri()


@pytest.fixture
def problems() -> list[str]:
    """Requests and error messages of the pages of a test, which must have none."""
    return []


@pytest.fixture
def visit(browser: Browser, address: str, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens the page in a browser's profile of its own, at a hash and with further settings."""
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def opened(anchor: str = "", **settings: Any) -> Page:
        context = browser.new_context(**{"reduced_motion": "reduce", **settings})
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.on("console", note)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("request", lambda request: problems.extend(outside(request.url)))
        page = context.new_page()
        page.goto(address + anchor)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def outside(url: str) -> list[str]:
    """A request that leaves the page."""
    return [] if url.startswith(("file:", "data:", "about:", "blob:")) else [url]


@pytest.fixture
def page(visit: Callable[..., Page]) -> Page:
    """The page at its first slide."""
    return visit()


def slide(page: Page, name: str) -> Locator:
    return page.locator(f"section.slide[id='{name}']")


def expect_slide(page: Page, name: str, step: int = 0) -> None:
    """One slide alone is shown, with its parts up to a step."""
    expect(page.locator("section.slide:visible")).to_have_count(1)
    expect(slide(page, name)).to_be_visible()
    steps = page.locator("section.slide:visible .fragment").evaluate_all(
        """all => all.map(part => [Number(part.dataset.step),
                                   getComputedStyle(part).visibility === "visible"])"""
    )
    assert [visible for _, visible in steps] == [at <= step for at, _ in steps]


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


def test_parts_of_a_slide_appear_step_by_step(visit: Callable[..., Page]) -> None:
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


def test_lines_of_code_are_pointed_at_step_by_step(visit: Callable[..., Page]) -> None:
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
    anchor: str, name: str, step: int, visit: Callable[..., Page]
) -> None:
    """Also that of something on a slide; one that leads nowhere opens the first slide."""
    expect_slide(visit(anchor), name, step)


def test_the_browsers_history_goes_through_slides_not_steps(visit: Callable[..., Page]) -> None:
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


def test_a_link_leads_to_its_slide(visit: Callable[..., Page]) -> None:
    """A link in the text, and the origin of a figure's numbers."""
    page = visit("#steps/3")
    page.get_by_role("link", name="back to the line").click()
    expect_slide(page, "line")
    slide(page, "line").locator("footer a").click()
    expect_slide(page, "end")


def test_every_link_within_the_page_leads_somewhere(page: Page) -> None:
    """And no two elements share an id."""
    broken = page.evaluate(
        """() => [...document.querySelectorAll("a[href^='#']")]
            .filter(link => !document.getElementById(decodeURIComponent(link.hash.slice(1))))
            .map(link => link.outerHTML)"""
    )
    assert broken == []
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(one => one.id)")
    assert sorted(set(ids)) == sorted(ids)


def test_the_runtime_stays_small(page: Page) -> None:
    """All modules together are less than 40 kB, without the author's own demos."""
    runtime = page.locator("script[type=module][async]").evaluate("script => script.textContent")
    assert 20_000 < len(runtime.encode()) < 40_000


def test_the_focus_follows_the_slide(page: Page) -> None:
    """A screen reader hears the new slide; Tab goes on within it."""
    page.keyboard.press("ArrowRight")
    expect(slide(page, "line")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.slide').id") == "line"


def test_every_slide_is_a_named_group_with_one_heading(page: Page) -> None:
    """Its name says which of how many it is."""
    found = page.locator("section.slide").evaluate_all(
        """all => all.map(slide => [slide.role, slide.ariaLabel,
                                    slide.querySelectorAll("h1, h2").length])"""
    )
    assert [role for role, _, _ in found] == ["group"] * len(SLIDES)
    assert [count for _, _, count in found] == [1] * len(SLIDES)
    assert [name.split(":")[0] for _, name, _ in found] == [
        f"{number} of {len(SLIDES)}" for number in range(1, len(SLIDES) + 1)
    ]
    assert found[4][1] == "5 of 9: Step by step"
    assert page.locator("[role=application]").count() == 0
    assert page.locator("html").get_attribute("lang") == "en"


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


def test_s_opens_the_speakers_window(visit: Callable[..., Page]) -> None:
    """It shows slide, notes and what comes next; its keys move the slides."""
    page = visit("#steps/3")
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    speaker = opening.value
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


def test_a_plan_with_holes_is_none(visit: Callable[..., Page]) -> None:
    """Where some slides say no time, the speaker's window says those that are said, and no pace."""
    page = visit("#line")
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    speaker = opening.value
    expect(speaker.locator(".plan")).to_have_text(re.compile(r"this slide 00:\d\d of 01:00"))
    expect(speaker.locator(".pace")).to_be_empty()
    page.keyboard.press("PageDown")
    expect(speaker.locator(".plan")).to_have_text(re.compile(r"this slide 00:\d\d"))


def test_t_changes_between_system_light_and_dark(visit: Callable[..., Page]) -> None:
    """The choice is remembered, and also holds against the system's."""
    page = visit(color_scheme="dark")
    colours = []
    for _ in range(4):
        colours.append(background(page))
        page.keyboard.press("t")
    assert colours == [DARK["paper"], LIGHT["paper"], DARK["paper"], DARK["paper"]]
    page.reload()
    assert background(page) == LIGHT["paper"]


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_figures_follow_the_page_into_the_dark(
    scheme: str, colours: dict[str, str], visit: Callable[..., Page]
) -> None:
    """By the page's own colours; pictures are painted in them too."""
    page = visit("#line", color_scheme=scheme)
    assert background(page) == colours["paper"]
    strokes = page.locator("#line .figure svg path").evaluate_all(
        "all => all.map(path => getComputedStyle(path).stroke)"
    )
    assert colours["accent"] in strokes
    page.evaluate("location.hash = '#growth'")
    expect_slide(page, "growth")
    picture = page.locator("#growth svg:has(mask)")
    fills = picture.locator("> rect, g > rect").evaluate_all(
        "all => all.map(rect => getComputedStyle(rect).fill)"
    )
    assert colours["paper"] in fills


def test_a_figure_has_an_alternative_text_with_its_numbers(visit: Callable[..., Page]) -> None:
    """Written by the author, with values of the run in it."""
    page = visit("#line")
    expect(page.get_by_role("img", name="8 points on a line", exact=True)).to_be_visible()


def test_a_sequence_can_be_scrubbed(visit: Callable[..., Page]) -> None:
    """It rests on its last frame; keys on its slider show the others."""
    page = visit("#growth")
    frames = page.locator("#growth .sequence .frame")
    slider = page.get_by_role("slider", name="Frame")
    expect(frames).to_have_count(3)
    assert [frame.is_visible() for frame in frames.all()] == [False, False, True]
    slider.focus()
    page.keyboard.press("Home")
    assert [frame.is_visible() for frame in frames.all()] == [True, False, False]
    expect(slider).to_have_attribute("aria-valuetext", "step 0")
    page.keyboard.press("ArrowRight")
    assert [frame.is_visible() for frame in frames.all()] == [False, True, False]
    expect_slide(page, "growth")
    page.keyboard.press("PageDown")
    expect_slide(page, "words")


def test_a_sequence_plays_to_its_end_where_motion_is_welcome(visit: Callable[..., Page]) -> None:
    """It starts when its slide comes, and its button pauses it."""
    page = visit("#code/1", reduced_motion="no-preference")
    page.keyboard.press("ArrowRight")
    button = slide(page, "growth").get_by_role("button", name=re.compile("Play|Pause"))
    expect(button).to_have_accessible_name("Pause")
    expect(button).to_have_accessible_name("Play")
    expect(page.get_by_role("slider", name="Frame")).to_have_value("2")


def test_without_javascript_it_is_an_article(visit: Callable[..., Page]) -> None:
    """Every slide in order, with every step and every frame."""
    page = visit(java_script_enabled=False)
    slides = page.locator("section.slide")
    assert [one.get_attribute("id") for one in slides.all()] == SLIDES
    tops = [box["y"] for one in slides.all() if (box := one.bounding_box())]
    assert len(tops) == len(SLIDES)
    assert tops == sorted(tops)
    for part in [*slides.all(), *page.locator(".fragment, .line, .frame").all()]:
        assert part.is_visible()
    for line in page.locator(".line").all():
        assert line.evaluate("line => getComputedStyle(line).opacity") == "1"


def test_a_phone_held_upright_gets_the_article(visit: Callable[..., Page]) -> None:
    """Slides of the size of a stamp serve nobody; `A` on any screen does the same."""
    page = visit(viewport={"width": 390, "height": 844})
    expect(page.locator("section.slide:visible")).to_have_count(len(SLIDES))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_a_swipe_turns_the_slide(visit: Callable[..., Page]) -> None:
    """Left is on, right is back; a scroll is neither."""
    page = visit(has_touch=True)
    swipe(page, 600, 300)
    expect_slide(page, "line")
    swipe(page, 600, 590)
    expect_slide(page, "line")
    swipe(page, 300, 600)
    expect_slide(page, "start")


def swipe(page: Page, start: int, end: int) -> None:
    """A finger moves from left to right or back."""
    page.evaluate(
        """([start, end]) => {
            const touch = x => new Touch({ identifier: 1, target: document.body,
                                           clientX: x, clientY: 300 });
            const send = (type, touches, changed) => document.body.dispatchEvent(
                new TouchEvent(type, { bubbles: true, touches, changedTouches: changed }));
            send("touchstart", [touch(start)], [touch(start)]);
            send("touchend", [], [touch(end)]);
        }""",
        [start, end],
    )


def test_printed_it_is_every_slide(page: Page) -> None:
    """Whatever was on the screen, with all steps."""
    page.emulate_media(media="print")
    for name in SLIDES:
        expect(slide(page, name)).to_be_visible()
    for part in page.locator(".fragment").all():
        assert part.is_visible()


def test_going_through_the_deck_asks_nobody_and_complains_of_nothing(page: Page) -> None:
    """From the first slide to the last, in each view; what must not happen, `visit` notes."""
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect_slide(page, "end")
    page.keyboard.press("o")
    page.keyboard.press("a")
    page.keyboard.press("a")
    expect_slide(page, "end")


def test_the_page_could_not_ask_anybody_if_it_wanted_to(page: Page, problems: list[str]) -> None:
    """Its Content-Security-Policy stops pictures, scripts, styles and requests."""
    page.evaluate(
        """async () => {
            const seen = [];
            document.addEventListener("securitypolicyviolation", event =>
                seen.push(event.effectiveDirective));
            const image = document.createElement("img");
            const done = new Promise(resolve => { image.onerror = resolve; });
            image.src = "https://example.org/dot.png";
            await done;
            await fetch("https://example.org/").catch(() => {});
            const script = document.createElement("script");
            script.textContent = "document.title = 'stolen'";
            document.body.append(script);
            const style = document.createElement("style");
            style.textContent = "body { display: none }";
            document.body.append(style);
            await new Promise(resolve => setTimeout(resolve));
            document.body.dataset.seen = seen.join(" ");
        }"""
    )
    problems.clear()
    expect(page.locator("body")).to_have_attribute(
        "data-seen", "img-src connect-src script-src-elem style-src-elem"
    )
    assert page.title() == "A small deck"
    assert page.locator("main").is_visible()
