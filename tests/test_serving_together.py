"""The same server presents: a phone leads, an audience follows, and paper is at hand."""

import io
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
import segno
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.conftest import Project, write_experiment
from tests.serving import Served, serving
from tests.visiting import Visit, expect_at, profile
from tests.waiting import PATIENCE

STEPS = "# Steps\n\nFirst.\n\n. . .\n\nSecond.\n\n::: notes\nBreathe here.\n:::\n"
TITLES = ["A small deck", "A line rises by 2.00", "And back"]
LONG = "# Too long\n\n" + "A sentence that goes on and on, over the edge.\n\n" * 30


@pytest.fixture
def abroad(project: Project) -> Iterator[Served]:
    """A deck with steps and notes, served to the network."""
    project.write("deck/05-steps.md", STEPS)
    with serving(project, "--host", "0.0.0.0") as served:
        yield served


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens addresses in windows of their own."""
    with ExitStack() as profiles:

        def opened(address: str, **settings: Any) -> Page:
            page = profiles.enter_context(profile(browser, **settings)).new_page()
            place = urlsplit(address)
            page.goto(place._replace(netloc=f"127.0.0.1:{place.port}").geturl())
            return page

        yield opened


def test_a_phone_leads_and_everybody_follows(abroad: Served, visit: Visit) -> None:
    """With notes and time in the hand; who comes late is right at once, who leafs on is alone."""
    remote = visit(abroad.read(r"Remote +(http\S+)")[1], viewport={"width": 390, "height": 800})
    watch = abroad.read(r"Watch +(http\S+)")[1]
    stage, seat = visit(abroad.address), visit(watch)
    for page in (stage, seat):
        page.wait_for_selector(".server-status")
    expect(remote.get_by_role("heading")).to_have_text("A small deck")
    remote.get_by_role("button", name="Next").click()
    for page in (stage, seat):
        expect_at(page, "#steps")
    expect(remote.get_by_text("Breathe here.")).to_be_visible()
    expect(remote.get_by_text("Next: A line rises by 2.00")).to_be_visible()
    remote.get_by_role("button", name="Next").click()
    for page in (stage, seat):
        expect_at(page, "#steps/1")
        expect(page.locator("#steps").get_by_text("Second.")).to_be_visible()
    expect(remote.locator(".place")).to_contain_text("step 1 of 1")
    expect(remote.locator(".clock")).not_to_have_text("0:00")
    late = visit(watch)
    expect_at(late, "#steps/1")
    stage.keyboard.press("ArrowRight")
    for page in (seat, late):
        expect_at(page, "#line")
    expect(remote.get_by_role("heading")).to_have_text("A line rises by 2.00")
    seat.keyboard.press("ArrowRight")
    expect_at(seat, "#back")
    remote.get_by_role("button", name="Back").click()
    for page in (stage, late):
        expect_at(page, "#steps/1")
    expect_at(seat, "#back")
    seat.locator(".status-line").click()
    seat.get_by_label("Follow the talk").check()
    expect_at(seat, "#steps/1")


def test_a_terminal_shows_the_remote_s_address_to_a_camera(project: Project) -> None:
    """As a QR code, where a person reads along; pipes get none."""
    with serving(project, "--host", "0.0.0.0", FORCE_COLOR="1") as served:
        address = served.read(r"(http\S+/remote\S+)")[1]
        code = io.StringIO()
        segno.make(address).terminal(code, compact=True)
        served.read(re.escape(code.getvalue().strip()))


def test_the_remote_shows_what_is_written_meanwhile(abroad: Served, visit: Visit) -> None:
    """Notes change in the hand; the remote is not opened by the audience's address."""
    address = abroad.read(r"Remote +(http\S+)")[1]
    viewer = abroad.read(r"/\?token=(\S+)")[1]
    remote = visit(address)
    remote.get_by_role("button", name="Next").click()
    expect(remote.get_by_text("Breathe here.")).to_be_visible()
    abroad.project.edit("deck/05-steps.md", "Breathe here.", "Look up.")
    expect(remote.get_by_text("Look up.")).to_be_visible()
    refused = visit(re.sub(r"token=\S+", f"token={viewer}", address))
    expect(refused.get_by_text("The remote has an address of its own")).to_be_visible()


def test_paper_follows_and_what_a_build_would_refuse_is_said(
    project: Project, visit: Visit
) -> None:
    """The PDF is printed in the background; a slide that overflows says so, until it is mended."""
    with serving(project, pdf=True) as served:
        page = visit(f"{served.address}#inputs")
        page.wait_for_selector(".server-status")
        project.edit("deck/20-inputs/30-inputs.md", "Every kind", "Every new kind")
        titles = printed_titles(page, served)
        assert titles == [
            "A small deck",
            "A line rises by 2.00",
            "And back",
            "Every new kind of input",
        ]
        project.write("deck/90-long.md", LONG)
        expect(page.locator("#long .mistake")).to_contain_text("deck/90-long.md:")
        expect(page.locator("#long .mistake")).to_contain_text("allow: overflow")
        (project.root / "deck/90-long.md").unlink()
        expect(page.locator(".mistake")).to_have_count(0)
        assert served.end() == 0


def printed_titles(page: Page, served: Served) -> list[str]:
    """The bookmarks of the PDF, once it shows the edit."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = page.request.get(f"{served.address}deck.pdf")
        if answer.ok:
            with pikepdf.open(io.BytesIO(answer.body())) as pdf, pdf.open_outline() as outline:
                titles = [title for item in outline.root for title in leaves(item)]
                if any("new" in title for title in titles):
                    return titles
        time.sleep(0.2)
    raise AssertionError("no PDF")


def leaves(item: pikepdf.OutlineItem) -> list[str]:
    """The bookmarks at the ends of an outline."""
    inner = [title for child in item.children for title in leaves(child)]
    return inner or [item.title]


def test_what_experiments_say_is_for_their_author(abroad: Served, visit: Visit) -> None:
    """In the panel: how much, and all of it when it is opened, with the place to open; neither the
    audience nor the remote hears of it."""
    author = visit(abroad.address)
    watcher = visit(abroad.read(r"Watch +(http\S+)")[1])
    body = 'import warnings; warnings.warn("mind"); print("ps" + "st")\n    return Result(1.0)'
    write_experiment(abroad.project, "odd", body)
    line = author.locator(".status-line")
    expect(line).to_have_text("Up to date · 1 warning")
    expect(watcher.locator("#odd")).to_be_attached()
    expect(watcher.locator(".status-line")).to_have_text("Up to date")
    for page in (author, watcher):
        page.locator(".status-line").click()
    expect(watcher.locator(".status-panel")).to_contain_text("reused")
    expect(watcher.locator(".saying")).to_have_count(0)
    saying = author.locator(".saying")
    expect(saying).to_contain_text("1 warning · printed 1 line · experiments/odd.py:12: User")
    saying.locator("summary").press("Enter")
    expect(saying.locator("pre")).to_have_text("psst")
    expect(saying.get_by_role("button", name="experiments/odd.py:12")).to_be_visible()
    abroad.project.edit("experiments/odd.py", '+ "st"', '+ "sh"')
    expect(saying.locator("pre")).to_have_text("pssh")
    assert "psst" not in watcher.content()
    assert "pssh" not in watcher.content()


def test_an_audience_on_phones_is_led_through_the_article(abroad: Served, visit: Visit) -> None:
    """Which is what they read there; and what the author does wrong is not for them."""
    stage = visit(abroad.address)
    seat = visit(abroad.read(r"Watch +(http\S+)")[1], viewport={"width": 390, "height": 700})
    for page in (stage, seat):
        page.wait_for_selector(".server-status")
    for name in ("steps", "steps", "line", "back"):
        stage.keyboard.press("ArrowRight")
        seat.wait_for_function(
            "name => Math.abs(document.getElementById(name).getBoundingClientRect().top) < 150",
            arg=name,
        )
        seat.wait_for_timeout(300)  # until the page has noticed that it was scrolled
    abroad.project.edit("deck/10-lines/25-back.md", "line.falling", "line.fallin")
    expect(stage.locator("#back .mistake")).to_be_visible()
    expect(seat.locator(".status-line")).to_have_text("Up to date")
    expect(seat.locator(".mistake")).to_have_count(0)


def test_an_edit_during_the_talk_loses_nobody(abroad: Served, visit: Visit) -> None:
    """Not even where the step at which they are goes."""
    stage, seat = visit(abroad.address), visit(abroad.read(r"Watch +(http\S+)")[1])
    for page in (stage, seat):
        page.wait_for_selector(".server-status")
    for at in ("#steps", "#steps/1"):
        stage.keyboard.press("ArrowRight")
        expect_at(seat, at)
    abroad.project.edit("deck/05-steps.md", ". . .\n\n", "")
    expect(seat.locator("#steps .fragment")).to_have_count(0)
    stage.keyboard.press("ArrowRight")
    expect_at(seat, "#line")


def test_who_leads_goes_on_without_a_network(abroad: Served, browser: Browser) -> None:
    """And is followed from there when it is back; a line that is dead without a word is noticed."""
    lines: list[WebSocketRoute] = []
    blocked = False

    def route(line: WebSocketRoute) -> None:
        if blocked:
            line.close()
            return
        lines.append(line)
        server = line.connect_to_server()
        line.on_message(lambda text: None if blocked else server.send(text))
        server.on_message(lambda text: None if blocked else line.send(text))

    port = urlsplit(abroad.address).port
    watch = urlsplit(abroad.read(r"Watch +(http\S+)")[1]).query
    with browser.new_context() as leading, browser.new_context() as watching:
        stage, seat = leading.new_page(), watching.new_page()
        stage.route_web_socket("**/live*", route)
        stage.goto(f"http://127.0.0.1:{port}/?{urlsplit(abroad.address).query}")
        seat.goto(f"http://127.0.0.1:{port}/?{watch}")
        for page in (stage, seat):
            page.wait_for_selector(".server-status")
        stage.keyboard.press("ArrowRight")
        expect_at(seat, "#steps")
        blocked = True
        stage.evaluate("() => dispatchEvent(new Event('online'))")
        expect(stage.locator(".status-line")).to_contain_text("has gone")
        stage.keyboard.press("ArrowRight")
        stage.keyboard.press("ArrowRight")
        expect_at(stage, "#line")
        blocked = False
        expect_at(seat, "#line")
        expect_at(stage, "#line")
        assert len(lines) == 2
