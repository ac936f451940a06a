"""No text of a slide, a result or a figure breaks out of its place, and no request leaves."""

import csv
import json
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests import hostile
from tests.conftest import Project, assert_made
from tests.hostile import FORMULA, LONG, MARKUP, NAMES, QUOTES, SHOWN, TEXTS
from tests.typefounding import font, write
from tests.validator import mistakes
from tests.visiting import Visit, profile, speaker_of, unfold, visiting

IDS = ["start", "line", "back", "inputs", "values", "figures", "code", "script", "end"]
WATCH = """
    addEventListener("securitypolicyviolation", event =>
        console.error(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
    addEventListener("error", event => console.error(`error ${event.message}`), true);
"""


@pytest.fixture(scope="module")
def project_of_texts(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of hostile texts, and a font with all of their characters."""
    project = built.copy(tmp_path_factory.mktemp("hostile"))
    shutil.copy(Path(__file__).parent / "page" / "deck" / "90-end.md", project.root / "deck")
    hostile.write(project)
    signs = "".join(map(str, hostile.TEXTS))
    write(project.root / "deck" / "fonts" / "signs.ttf", font("Signs", f"{signs} "))
    with (project.root / "deck" / "theme.toml").open("a") as theme:
        theme.write('[fonts]\ntext = ["Source Sans Pro", "Signs"]\n')
    assert_made(project.build())
    return project


@pytest.fixture
def visit(browser: Browser, project_of_texts: Project) -> Iterator[Visit]:
    """Opens the page at a hash. No script of a text may run, nothing be complained of, and no
    request leave, in this window and in those that it opens."""
    problems: list[str] = []
    contexts = []

    def watched(browser: Browser, **settings: Any) -> BrowserContext:
        contexts.append(profile(browser, **settings))
        contexts[-1].add_init_script(WATCH)
        contexts[-1].on("dialog", lambda dialog: problems.append(dialog.message))
        return contexts[-1]

    with visiting(browser, project_of_texts.address, problems, watched) as visit:
        yield visit
        for context in contexts:
            assert {page.evaluate("window.stolen") for page in context.pages} == {None}


def test_the_page_stays_whole_and_valid(project_of_texts: Project, visit: Visit) -> None:
    """With the same slides, and no element that a text has made."""
    page = visit()
    slides = page.locator("section.slide").evaluate_all("all => all.map(one => one.id)")
    assert slides == IDS
    assert page.locator("main > *").count() == len(IDS) + 1  # and the table of contents
    assert page.locator("img, [onclick], [onerror], [onload]").count() == 0
    assert mistakes(project_of_texts.root / "output" / "index.html") == []


def test_every_text_is_shown_as_it_is(visit: Visit) -> None:
    """Values, titles, cells, code and what a script shows; control characters as signs for such."""
    page = visit("#values")
    texts = [SHOWN if text == hostile.CONTROL else text for text in TEXTS[: len(NAMES)]]
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    assert page.locator("#values li").all_text_contents()[:-1] == composed
    expect(page.locator("#values h2")).to_have_text(f"{MARKUP} and {QUOTES}")
    assert page.locator("#values :is(td, th)").all_text_contents()[:3] == [MARKUP, MARKUP, QUOTES]
    expect(page.locator("#values a:not(footer a)")).to_have_count(0)
    page.evaluate("location.hash = '#code'")
    assert page.locator("#code .line").all_text_contents()[:2] == [
        MARKUP,
        f"{hostile.COMMENT} {QUOTES}",
    ]
    page.evaluate("location.hash = '#script'")
    expect(page.locator("#script .demo")).to_contain_text(f"</script><!-- {MARKUP}")
    page.evaluate("location.hash = '#figures'")
    name = page.locator("#figures [role=img]").first.get_attribute("aria-label") or ""
    assert name.startswith(f"{MARKUP} {QUOTES} ")
    assert name.endswith(LONG)
    labels = page.locator("#figures .drawing text").all_text_contents()
    plain = {text[:40].strip() for text in texts if not _is_outlined(text)}
    assert plain <= {label.strip() for label in labels}
    assert page.title() == MARKUP + QUOTES


def _is_outlined(text: str) -> bool:
    """Whether a figure has a text as outlines: marks on letters, and what runs from the right."""
    rightward = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return rightward or any(map(unicodedata.combining, text))


def test_a_text_from_right_to_left_turns_nothing_else(visit: Visit) -> None:
    """What follows a value that leaves its direction open stands where it stood."""
    page = visit("#values")
    marks = page.locator("#values li:last-child")
    first, second = (marks.locator(tag).bounding_box() for tag in ("strong", "em"))
    assert first
    assert second
    assert first["x"] < second["x"]


def test_every_view_and_window_holds_them(visit: Visit) -> None:
    """Slides, steps, overview, search, dialogs, the article, its notes, the speaker's window, the
    pen, a reload, a download, the clipboard, and print."""
    page = visit(viewport={"width": 1440, "height": 900}, permissions=["clipboard-write"])
    speaker = speaker_of(page)
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.evaluate("location.hash = '#values'")
    expect(speaker.locator(".now li").nth(2)).to_have_text(QUOTES)
    expect(speaker.locator(".words")).to_contain_text(MARKUP)
    assert speaker.evaluate("window.stolen") is None
    for keys in ("o ArrowLeft Enter", "? Escape", "l e l", "b b", "z z", "t t t", "c c c", "f f"):
        for key in keys.split():
            page.keyboard.press(key)
    page.keyboard.press("/")
    page.keyboard.type("</script></style>")
    expect(page.locator("dialog mark").first).to_have_text("</script></style>")
    page.keyboard.press("Enter")
    page.evaluate("location.hash = '#figures'")
    expect(page.locator("#figures .figure").first).to_be_visible()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(FORMULA).first).to_be_visible()
    dialog.get_by_role("button", name="Copy link").click()
    dialog.get_by_role("button", name="Copy this code").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open figure").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('script')")
    expect(dialog.get_by_role("heading", level=2)).to_have_text(
        unicodedata.normalize("NFC", f"{hostile.ARABIC} {hostile.EMOJI}")
    )
    page.reload()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("m")
    page.emulate_media(media="print")
    page.emulate_media(media="screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_the_article_of_long_words_is_no_wider_than_a_phone(visit: Visit) -> None:
    """Ten thousand letters without a space break."""
    for scripted in (True, False):
        page = visit(viewport={"width": 390, "height": 844}, java_script_enabled=scripted)
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_no_cell_is_a_formula(visit: Visit) -> None:
    """In the file of a figure's numbers, which spreadsheets open; all else is as it was drawn."""
    page = visit("#figures/hostile.labels")
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    head, *rows = csv.reader(text.splitlines(keepends=True))
    assert head == ["panel", "series", "x", "y"]
    assert {row[0] for row in rows} == {f"'{FORMULA}"}
    assert {MARKUP, QUOTES, SHOWN, f"'{FORMULA}"} <= {row[1] for row in rows}
    assert not [cell for row in rows for cell in row[:2] if cell.startswith(("=", "+", "-", "@"))]


def test_results_are_data(project_of_texts: Project) -> None:
    """`results.json` gives every text back as it was."""
    output = json.loads((project_of_texts.root / "output" / "results.json").read_text())
    values = output["results"]["hostile"]["values"]
    assert [values[name] for name in NAMES] == list(TEXTS[: len(NAMES)])
    assert (values["empty"], values["null"], values["number"]) == ("", "null", "NaN")
    assert values["long"] == LONG
