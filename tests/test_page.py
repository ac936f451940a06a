"""What the built page is: small, named, whole without JavaScript and on paper, and no asker."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import SLIDES
from tests.visiting import Visit, background, expect_slide, slide

DARK = {"accent": "rgb(106, 167, 244)", "paper": "rgb(20, 22, 27)"}
LIGHT = {"accent": "rgb(44, 93, 189)", "paper": "rgb(253, 252, 249)"}


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
    runtime = page.locator("head > script:not([type])").evaluate("script => script.textContent")
    assert 20_000 < len(runtime.encode()) < 40_000


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


def test_t_changes_between_system_light_and_dark(visit: Visit) -> None:
    """The choice is remembered, and also holds against the system's."""
    page = visit(color_scheme="dark")
    colours = []
    for _ in range(4):
        colours.append(background(page))
        page.keyboard.press("t")
    assert colours == [DARK["paper"], LIGHT["paper"], DARK["paper"], DARK["paper"]]
    page.reload()
    assert background(page) == LIGHT["paper"]


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_figures_follow_the_page_into_the_dark(
    scheme: str, colours: dict[str, str], visit: Visit
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


def test_a_figure_has_an_alternative_text_with_its_numbers(visit: Visit) -> None:
    """Written by the author, with values of the run in it."""
    page = visit("#line")
    expect(page.get_by_role("img", name="8 points on a line", exact=True)).to_be_visible()


def test_a_sequence_can_be_scrubbed(visit: Visit) -> None:
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


def test_a_sequence_plays_to_its_end_where_motion_is_welcome(visit: Visit) -> None:
    """It starts when its slide comes, and its button pauses it."""
    page = visit("#code/1", reduced_motion="no-preference")
    page.keyboard.press("ArrowRight")
    button = slide(page, "growth").get_by_role("button", name=re.compile("Play|Pause"))
    expect(button).to_have_accessible_name("Pause")
    expect(button).to_have_accessible_name("Play")
    expect(page.get_by_role("slider", name="Frame")).to_have_value("2")


def test_without_javascript_it_is_an_article(visit: Visit) -> None:
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


def test_a_phone_held_upright_gets_the_article(visit: Visit) -> None:
    """Slides of the size of a stamp serve nobody; `A` on any screen does the same."""
    page = visit(viewport={"width": 390, "height": 844})
    expect(page.locator("section.slide:visible")).to_have_count(len(SLIDES))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_printed_it_is_every_slide(page: Page) -> None:
    """Whatever was on the screen, with all steps."""
    page.emulate_media(media="print")
    for name in SLIDES:
        expect(slide(page, name)).to_be_visible()
    for part in page.locator(".fragment").all():
        assert part.is_visible()


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
