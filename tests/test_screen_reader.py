"""What those hear who listen to the slides, and what those reach who use keys alone."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import Node, tree
from tests.conftest import Project
from tests.visiting import Visit, unfold, visiting

LONG = 80  # presses of Tab, more than any view has places


@pytest.fixture
def visit(browser: Browser, featured: Project) -> Iterator[Visit]:
    """Opens the page at a place."""
    with visiting(browser, featured.address) as visit:
        yield visit


def slides(page: Page) -> list[Node]:
    """The slides that there are for a listener."""
    groups = tree(page).all("group")
    return [group for group in groups if group.properties.get("roledescription") == "slide"]


def test_one_slide_at_a_time(visit: Visit) -> None:
    """Named by its number and title, with one heading of the first two levels, which says the
    same; it has the focus, and the others are not there."""
    page = visit()
    count = page.locator("section.slide").count()
    for number in range(1, count + 1):
        [slide] = slides(page)
        place, _, title = slide.name.partition(": ")
        assert place == f"{number} of {count}"
        [heading] = [one for one in slide.all("heading") if one.properties["level"] <= 2]
        assert " ".join(heading.name.split()).replace(" ,", ",") == title
        assert slide.properties["focused"] is True
        assert slide.all("group") == [one for one in slide.all("group") if one.name]
        page.keyboard.press("Shift+ArrowRight")
        expect(page.locator("section.slide:not([hidden])")).to_have_count(1)
        expect(page.locator("section.slide.current")).to_be_focused()


def test_every_figure_is_an_image_with_its_words(visit: Visit) -> None:
    """Those of the author; nothing of the drawing itself is read."""
    page = visit("#picture")
    [slide] = slides(page)
    assert [image.name for image in slide.all("image")] == [
        "A teal field",
        "A steep line with an arrow",
        "The same steep line",
    ]
    assert "steep" not in slide.all("image")[1].text
    page = visit("#layers/3")
    [image] = slides(page)[0].all("image")
    assert image.name == "Two lines of which one rises 2 times as fast"


def test_mathematics_is_mathematics(visit: Visit) -> None:
    """With its structure, in the title, the text, a display and a footnote."""
    [slide] = slides(visit("#mathematics"))
    formulas = slide.all("MathMLMath")
    assert len(formulas) == 4
    assert formulas[0].name == "E = mc^2"
    assert len(formulas[1].all("MathMLSquareRoot")) == 1
    assert len(formulas[2].all("MathMLUnderOver")) == 2
    assert [node.name for node in formulas[3].all("StaticText")] == ["𝜋"]


def test_tables_code_and_quotes_are_what_they_are(visit: Visit) -> None:
    """With heads of columns, and names for what may scroll."""
    [slide] = slides(visit("#columns/2"))
    assert slide.all("columnheader")[0].name == "method"
    assert len(slide.all("table")[0].all("row")) == 3
    assert {"Code", "Table"} <= {group.name for group in slide.all("group")}
    [slide] = slides(visit("#quotes"))
    assert len(slide.all("blockquote")) == 2


def test_what_a_step_shows_is_said(visit: Visit) -> None:
    """By a live region that was there before: text, the name of a figure, and nothing where a new
    slide gets the focus."""
    page = visit("#steps")
    spoken = page.locator("body > [aria-live=polite]")
    expect(spoken).to_have_text("")
    for words in ("first", "second", "At last, back to the line."):
        page.keyboard.press("ArrowRight")
        expect(spoken).to_have_text(words)
        [region] = [
            one
            for one in tree(page).walk()
            if one.properties.get("live") == "polite" and one.role != "status"
        ]
        assert region.text == words
    page.keyboard.press("ArrowRight")
    expect(spoken).to_have_text("")
    page.keyboard.press("t")
    [status] = tree(page).all("status")
    assert status.text == "Colours: light"


def test_what_has_not_come_yet_is_not_read(visit: Visit) -> None:
    """The parts of a slide that later steps show."""
    page = visit("#steps")
    assert "first" not in slides(page)[0].text
    page.keyboard.press("ArrowRight")
    assert "first" in slides(page)[0].text
    assert "second" not in slides(page)[0].text


def test_a_dialog_is_all_there_is(visit: Visit) -> None:
    """Named, with the focus in it, which goes back to where it was."""
    page = visit("#line")
    page.keyboard.press("?")
    [dialog] = tree(page).all("dialog")
    assert dialog.name == "Keys"
    assert dialog.properties["modal"] is True
    assert any(node.properties.get("focused") for node in dialog.walk())
    assert slides(page) == []
    page.keyboard.press("Escape")
    [slide] = slides(page)
    assert slide.properties["focused"] is True


def test_the_article_is_read_in_order(visit: Visit) -> None:
    """All slides, with all their parts, under one heading of the first level."""
    page = visit()
    count = page.locator("section.slide").count()
    page.keyboard.press("a")
    whole = tree(page)
    assert len(slides(page)) == count
    assert len([one for one in whole.all("heading") if one.properties["level"] == 1]) == 1
    levels = [one.properties["level"] for one in whole.all("heading")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert "At last," in whole.text
    assert "All slides" in [one.name for one in whole.all("navigation")]


def unreached(page: Page) -> list[str]:
    """Presses Tab many times; what can be used in the page, and had no focus or did not show it."""
    page.evaluate(
        """() => {
            window.reached = new Set([document.activeElement]);
            window.unmarked = new Set();
            addEventListener("focusin", ({ target }) => {
                const { outlineStyle, boxShadow } = getComputedStyle(target);
                const caret = target.matches("input[type=search], textarea");
                reached.add(target);
                if (outlineStyle === "none" && boxShadow === "none" && !caret) unmarked.add(target);
            }, true);
        }"""
    )
    for _ in range(LONG):
        page.keyboard.press("Tab")
    return list(
        page.evaluate(
            """() => {
                const usable = "a[href], button, input, summary, textarea, [tabindex='0']";
                const within = document.querySelector("dialog[open]") ?? document;
                return [...within.querySelectorAll(usable)]
                    .filter(one => one.checkVisibility({ visibilityProperty: true }))
                    .filter(one => !one.closest("[inert]") && !one.disabled && !reached.has(one))
                    .concat(...unmarked)
                    .map(one => one.outerHTML.slice(0, 120));
            }"""
        )
    )


@pytest.mark.parametrize(
    "place",
    ["#line", "#columns/2", "#growth", "#demo", "#far", "#outline", "#end", "#line/line.rising"],
)
def test_tab_reaches_whatever_can_be_used(place: str, visit: Visit) -> None:
    """On every kind of slide and in a figure's dialog."""
    assert unreached(visit(place)) == []


@pytest.mark.parametrize("keys", ["?", "/ l i n e", "a", "o", "l"])
def test_tab_reaches_everything_in_every_view(keys: str, visit: Visit) -> None:
    """Help, search, the article with all opened, the overview, and while the pen is out."""
    page = visit("#line")
    for key in keys.split():
        page.keyboard.press(key)
    if keys == "a":
        page.locator("section.slide:nth-of-type(n + 6), .appendix").evaluate_all(
            "all => all.forEach(one => one.remove())"  # more of the same
        )
        unfold(page)
    assert unreached(page) == []


@pytest.mark.parametrize("place", ["#columns/2", "#demo", "#outline", "#far", "?", "/", "o"])
def test_every_target_has_room(place: str, visit: Visit) -> None:
    """24 pixels each way, but for links within a text (WCAG 2.5.8), on a slide at its own size."""
    page = visit(place if place.startswith("#") else "#line")
    if not place.startswith("#"):
        page.keyboard.press(place)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, nav a, [role=button]")]
            .filter(one => one.checkVisibility({ visibilityProperty: true }))
            .filter(one => !one.closest("[inert]"))
            .filter(one => document.querySelector("dialog")?.contains(one) ?? true)
            .map(one => [one.closest("label") ?? one, one])
            .map(([target, one]) => [one.outerHTML.slice(0, 80), target.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
            .map(([html, box]) => `${box.width} x ${box.height}: ${html}`)"""
    )
    assert small == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_where_motion_is_unwelcome(motion: str, visit: Visit) -> None:
    """Neither a slide that comes, nor a part, nor a sequence; where it is welcome, they do."""
    page = visit("#code/1", reduced_motion=motion)
    page.evaluate(
        """() => {
            window.moved = [];
            document.addEventListener("transitionrun", event => moved.push(event.propertyName));
            const button = document.querySelector("#growth .scrubber button");
            window.named = [];
            new MutationObserver(() => named.push(button.getAttribute("aria-label")))
                .observe(button, { attributeFilter: ["aria-label"] });
        }"""
    )
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash === '#growth'")
    page.wait_for_timeout(100)
    assert bool(page.evaluate("moved.length")) is (motion == "no-preference")
    assert page.evaluate("named.includes('Pause')") is (motion == "no-preference")
