"""What goes wrong while a deck is written, and how its server goes on."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from livedeck.console import Terminal
from livedeck.errors import AuthorError
from tests.conftest import Project
from tests.serving import Served, serving, watching
from tests.visiting import Visit
from tests.waiting import PATIENCE, Line

PROSE = "deck/20-inputs/30-inputs.md"
LONG = "# Too long\n\n" + "A sentence that goes on and on, over the edge.\n\n" * 12
RUN = "experiments/line.py"
CODE = "y = np.array([_height(x, slope) for x in track(range(points))])"
REPORTS = """import os, time
    from livedeck import report
    {call}
    for step in range(1, 10_000):
        report(step, 10_000, loss=float({loss!r}))
        time.sleep(0.03)
    """


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    """The small project, built and served."""
    with serving(project) as served:
        yield served


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens addresses in windows of their own."""
    with watching(browser) as visit:
        yield visit


def run_on(project: Project, line: Line, loss: str = "0.5") -> None:
    """Lets the experiment report for minutes, and waits until it does."""
    project.edit(RUN, CODE, REPORTS.format(call=line.call, loss=loss) + CODE)
    line.wait()


def mistakes(page: Page) -> list[str]:
    return page.locator(".mistake").all_inner_texts()


@pytest.mark.parametrize("loss", ["nan", "-inf"])
def test_a_loss_that_is_no_number_is_said(
    served: Served, visit: Visit, line: Line, loss: str
) -> None:
    """Beside the figure; and browsers are told of all else as before."""
    page = visit(f"{served.address}#line")
    run_on(served.project, line, loss)
    expect(page.locator("#line .learning")).to_contain_text("loss no number")
    served.project.edit(PROSE, "lazy.answer", "lazy.anser")
    expect(page.locator("#inputs .mistake")).to_contain_text("lazy.anser")
    late = visit(f"{served.address}#inputs")
    expect(late.locator("#inputs .mistake")).to_contain_text("lazy.anser")


def test_a_run_that_is_wanted_again_is_done(served: Served, visit: Visit, line: Line) -> None:
    """Also when it was wanted no more for as short a moment as an undo takes."""
    project = served.project
    page = visit(f"{served.address}#line")
    project.edit(RUN, CODE, f"import os, time; {line.call}; time.sleep(1.5); {CODE}")
    line.wait()
    for _ in range(3):
        project.edit(RUN, "slope: float = 2.0", "slope: float = 6.0")
        time.sleep(0.1)
        project.edit(RUN, "slope: float = 6.0", "slope: float = 2.0")
        time.sleep(0.1)
    project.edit("deck/10-lines/20-line.md", "rises by", "still rises by")
    expect(page.locator("#line h2")).to_have_text("A line still rises by 2.00")
    expect(page.locator(".learning, .stale")).to_have_count(0)
    expect(page.locator(".status-line")).to_have_text("Up to date")


def test_a_run_that_was_cancelled_stays_so_until_a_change(
    served: Served, visit: Visit, line: Line
) -> None:
    """Prose is none; and the button stays where it is, however often the run reports."""
    project = served.project
    page = visit(f"{served.address}#line")
    run_on(project, line)
    page.locator(".status-line").click()
    button = page.get_by_role("button", name="Cancel")
    expect(page.locator(".status-panel")).to_contain_text("loss 0.5")
    box = button.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.wait_for_timeout(500)  # as a hand does, while the run reports
    page.mouse.up()
    line.wait_for_end()
    expect(page.locator(".status-line")).to_have_text("Up to date")
    project.edit(PROSE, "Every kind", "Every sort")
    expect(page.locator("#inputs h2")).to_have_text("Every sort of input")
    expect(page.locator(".status-line")).to_have_text("Up to date")
    expect(page.locator(".learning")).to_have_count(0)
    project.edit(RUN, "WIDTH = 2", "WIDTH = 3")
    expect(page.locator("#line .learning")).to_be_visible()


def test_a_style_sheet_mends_a_slide_that_overflows(project: Project, visit: Visit) -> None:
    """What a build refuses is found out again, whatever has changed."""
    with serving(project, pdf=True) as served:
        page = visit(f"{served.address}#long")
        project.write("deck/90-long.md", LONG)
        expect(page.locator("#long .mistake")).to_contain_text("deck/90-long.md:")
        with (project.root / "templates/css/slide.css").open("a") as sheet:
            sheet.write(".slide p { line-height: 1 !important; }\n")
        expect(page.locator(".mistake")).to_have_count(0)


def test_what_is_mended_while_paper_is_printed_leaves_no_mistake(
    project: Project, visit: Visit
) -> None:
    """A save that breaks the deck is read by whoever prints, and undone before he is through."""
    with serving(project, pdf=True) as served:
        page = visit(served.address)
        for wait in (0.2, 0.9, 1.2, 1.6):
            project.edit(PROSE, "Every kind", "Every good kind")
            expect(page.locator("#inputs h2")).to_have_text("Every good kind of input")
            time.sleep(wait)
            project.edit("deck/deck.toml", "title =", "titel =")
            expect(page.locator(".mistake").first).to_be_attached()
            time.sleep(0.5)
            project.edit("deck/deck.toml", "titel =", "title =")
            project.edit(PROSE, "Every good kind", "Every kind")
            expect(page.locator(".mistake")).to_have_count(0)
        served.read("Mended")
        printed = project.cache / "served/deck.pdf"
        end = time.monotonic() + PATIENCE
        while not printed.is_file():
            assert time.monotonic() < end
            time.sleep(0.1)
        assert mistakes(page) == []


def test_the_template_of_the_page_may_be_wrong(served: Served, browser: Browser) -> None:
    """The browser and the terminal say where; the page comes back when it is mended."""
    page = browser.new_page()
    page.goto(f"{served.address}#inputs")
    page.wait_for_selector(".server-status")
    served.project.edit("templates/page.html.j2", "{{ generator }}", "{{ genrator }}")
    expect(page.get_by_text("templates/page.html.j2:")).to_be_visible()
    expect(page.get_by_text("'genrator' is undefined")).to_be_visible()
    served.read(r"error: \S*templates/page.html.j2:\d+: the template failed")
    served.project.edit("templates/page.html.j2", "{{ genrator }}", "{{ generator }}")
    expect(page.locator("#inputs h2")).to_be_visible()
    expect(page.locator(".mistake")).to_have_count(0)
    page.close()


def test_a_source_opens_after_its_file_was_renamed(project: Project, browser: Browser) -> None:
    """Although the deck looks the same."""
    with (
        serving(project, "--editor", f"cp {{path}} {project.root}/opened") as served,
        browser.new_page() as page,
    ):
        page.goto(f"{served.address}#inputs")
        page.wait_for_selector(".server-status")
        (project.root / PROSE).rename(project.root / "deck/20-inputs/32-inputs.md")
        opened = project.root / "opened"
        end = time.monotonic() + PATIENCE
        while not opened.is_file():
            assert time.monotonic() < end
            page.get_by_text("a helper:").click(modifiers=["Alt"])
            page.wait_for_timeout(200)


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("no-such-editor {path}", "`no-such-editor` is not installed"),
        ("vi '{path}", "cannot be read: No closing quotation"),
        ("vi {path} {lien}", "cannot be read: 'lien'"),
        ("vscod", "Did you mean `vscode` or"),
    ],
)
def test_an_editor_that_cannot_be_opened_is_said_at_the_start(
    project: Project, editor: str, said: str
) -> None:
    """And not when somebody clicks."""
    done = project.call("serve", "--editor", editor)
    assert (done.code, done.traceback) == (2, False)
    assert said in done.err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_server_ends_with_all_that_it_has_started(
    project: Project, line: Line, visit: Visit, how: signal.Signals
) -> None:
    """Whoever ends it, and also when an experiment runs and a browser looks."""
    with serving(project) as served:
        visit(f"{served.address}#line")
        run_on(project, line)
        assert served.end(how) == (0 if how == signal.SIGINT else -how)
        line.wait_for_end()


def test_a_second_interruption_does_not_hang(project: Project) -> None:
    """Of an author in a hurry."""
    with serving(project, pdf=True) as served:
        served.read("Read")
        time.sleep(1.2)  # whoever prints has begun
        for _ in range(3):
            served.process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        served.process.wait(PATIENCE)


def test_a_terminal_that_has_gone_does_not_end_the_server(project: Project, visit: Visit) -> None:
    """As in `serve | head -1`."""
    with serving(project) as served:
        page = visit(f"{served.address}#inputs")
        assert served.process.stdout is not None
        served.process.stdout.close()
        for before, after in (("kind", "sort"), ("sort", "class"), ("class", "kind")):
            served.project.edit(PROSE, f"Every {before} of", f"Every {after} of")
            expect(page.locator("#inputs h2")).to_have_text(f"Every {after} of input")


def test_a_terminal_shows_on_what_goes_on_after_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error clears the lines of progress; whatever reports after that is no failure."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal = Terminal()
    for name in ("first", "second"):
        terminal.started(name, "new")
    terminal.error(AuthorError("no such value", Path("slide.md"), 3))
    terminal.started("third", "new")
    for name in ("first", "second", "third"):
        terminal.heard(name, {"step": 1, "total": 9, "values": {"loss": float("nan")}})
    for name in ("first", "third", "second"):
        terminal.finished(name, 1.0)
    terminal.close()
    out, err = capsys.readouterr()
    assert "slide.md:3" in err
    assert [name in out for name in ("first", "second", "third")] == [True, True, True]
