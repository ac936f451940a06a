"""A server shows at once what was built or served last, and then what is there now."""

import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Project, assert_made
from tests.projects import contents
from tests.serving import Served, fresh, place, serving, shown, watching
from tests.visiting import Visit

PROSE = "deck/20-inputs/30-inputs.md"
AT_ONCE = b"number&quot;: 0,"


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens addresses in windows of their own."""
    with watching(browser) as visit:
        yield visit


@pytest.fixture
def known(project: Project) -> Project:
    """The small project, which was served before."""
    with serving(project) as served:
        assert AT_ONCE not in page(served)
        assert served.end() == 0
    return project


def page(served: Served) -> bytes:
    """The page that whoever comes first gets."""
    with urlopen(served.address) as answer:
        found: bytes = answer.read()
    return found


def test_the_last_page_is_there_before_the_deck_is_read(known: Project, visit: Visit) -> None:
    """It is the same, stays without being loaded anew, and follows what is written."""
    with serving(known) as served:
        assert AT_ONCE in page(served)
    with serving(known) as served:
        seen = visit(f"{served.address}#inputs")
        expect(seen.locator(".status-line")).to_have_text("Up to date")
        loaded = place(seen)["loaded"]
        known.edit(PROSE, "Every kind", "Every sort")
        expect(seen.locator("#inputs h2")).to_have_text("Every sort of input")
        assert place(seen)["loaded"] == loaded
        assert shown(seen) == fresh(visit(served.address), known)


def test_what_was_built_is_there_before_the_deck_is_read(project: Project, visit: Visit) -> None:
    """It looks as it will, and becomes what is written."""
    project.edit(PROSE, "Every kind", "Every sort")
    assert_made(project.build())
    with serving(project) as served:
        assert AT_ONCE in page(served)
    with serving(project) as served:
        seen = visit(f"{served.address}#inputs")
        expect(seen.locator("#inputs h2")).to_have_text("Every sort of input")
        expect(seen.locator("#inputs [data-line]").first).to_be_attached()
        expect(seen.locator(".status-line")).to_have_text("Up to date")
        assert shown(seen) == fresh(visit(served.address), project)


def test_what_was_made_with_other_options_is_not_shown(known: Project) -> None:
    """Such as another profile, whose numbers are others."""
    with serving(known, "--profile", "quick") as served:
        assert AT_ONCE not in page(served)


@pytest.mark.parametrize(
    ("file", "old", "new", "seen"),
    [
        (PROSE, "Every kind", "Every sort", "title('#inputs h2') === 'Every sort of input'"),
        ("deck/deck.toml", "A small deck", "Another", "document.title === 'Another'"),
        ("templates/css/slide.css", ".slide {", ".slide { --a: 1px;", "tried('.slide') === '1px'"),
    ],
)
def test_what_was_changed_meanwhile_is_shown(
    known: Project, visit: Visit, file: str, old: str, new: str, seen: str
) -> None:
    """A sentence, a setting, a style sheet."""
    text = (known.root / file).read_text()
    (known.root / file).write_text(text.replace(old, new, 1))
    with serving(known) as served:
        page = visit(f"{served.address}#inputs")
        page.wait_for_function(
            f"""() => {{
                const title = (name) => document.querySelector(name)?.textContent;
                const style = (name) => getComputedStyle(document.querySelector(name));
                const tried = (name) => style(name).getPropertyValue("--a");
                return {seen};
            }}"""
        )
        expect(page.locator("#inputs")).to_be_visible()
        expect(page.locator(".status-line")).to_have_text("Up to date")


def test_what_was_broken_meanwhile_is_said(known: Project, browser: Browser) -> None:
    """Over the last good deck."""
    known.edit("deck/deck.toml", "title =", "titel =")
    with serving(known) as served, browser.new_page() as seen:
        served.read("unknown setting")
        seen.goto(f"{served.address}#inputs")
        expect(seen.get_by_text("unknown setting `titel`").first).to_be_visible()
        expect(seen.locator("#inputs h2")).to_have_text("Every kind of input")
        known.edit("deck/deck.toml", "titel =", "title =")
        expect(seen.locator("#inputs h2")).to_have_text("Every kind of input")
        expect(seen.locator(".mistake")).to_have_count(0)


def test_a_page_that_was_cut_off_is_not_shown(known: Project, visit: Visit) -> None:
    """As by a machine that lost its power: the deck is shown when it is read."""
    for kept in (known.cache / "pages").iterdir():
        kept.write_bytes(kept.read_bytes()[:20])
    with serving(known) as served:
        assert AT_ONCE not in page(served)
        expect(visit(f"{served.address}#inputs").locator("#inputs h2")).to_be_visible()


def test_a_page_that_was_kept_tells_no_token(known: Project) -> None:
    """Nor is one kept that had mistakes on it."""
    pages = known.cache / "pages"
    before = contents(pages)
    with serving(known) as served:
        token = re.search(rb"token&quot;: &quot;([^&]+)&quot;", page(served))
        assert token is not None
        known.edit(PROSE, "lazy.answer", "lazy.anser")
        served.read("error: ")
        assert served.end() == 0
    assert contents(pages) == before
    assert not any(token[1] in kept for kept in before.values())
