"""The author's loop: what is saved is on the slide, and what is wrong is said there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Project
from tests.serving import Served, fresh, place, serving, shown, watching
from tests.visiting import Visit, speaker_of
from tests.waiting import Line

PROSE = "deck/20-inputs/30-inputs.md"
LINE = "deck/10-lines/20-line.md"


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


def test_a_saved_sentence_is_on_its_slide_and_the_reader_stays(
    served: Served, visit: Visit
) -> None:
    """The page is not loaded anew, the slide and step stay, in every browser and view."""
    served.project.write(
        "deck/15-steps.md", "# Steps\n\nFirst.\n\n. . .\n\nSecond.\n\n. . .\n\nThird.\n"
    )
    page, other = visit(f"{served.address}#line"), visit(f"{served.address}#back")
    expect(page.locator("#steps")).to_be_attached()
    page.goto(f"{served.address}#steps/1")
    page.wait_for_selector("#steps:not([hidden])")
    other.keyboard.press("a")
    other.evaluate("() => scrollTo(0, 300)")
    before, elsewhere = place(page), place(other)
    served.project.edit("deck/15-steps.md", "Second.", "Zweitens.")
    expect(page.get_by_text("Zweitens.")).to_be_visible()
    expect(page.get_by_text("Third.")).to_be_hidden()
    expect(other.get_by_text("Zweitens.")).to_be_attached()
    assert place(page) == before
    assert {**place(other), "hash": ""} == {**elsewhere, "hash": ""}  # which follows scrolling


def test_an_error_is_shown_on_its_slide_and_goes_when_it_is_mended(
    served: Served, visit: Visit
) -> None:
    """With file, line and fix, in the terminal too; the last good deck stays."""
    page = visit(f"{served.address}#inputs")
    served.project.edit(PROSE, "{{ lazy.answer }}", "{{ lazy.anser }}")
    mistake = page.locator("#inputs .mistake")
    expect(mistake).to_contain_text(f"{PROSE}:4")
    expect(mistake).to_contain_text("no value `lazy.anser`")
    expect(mistake).to_contain_text("Did you mean `lazy.answer`?")
    expect(page.locator("#inputs li").first).to_be_visible()
    served.read(rf"error: \S*{PROSE}:4: no value `lazy.anser`")
    served.project.edit(PROSE, "lazy.anser", "lazy.answer")
    expect(page.locator(".mistake")).to_have_count(0)
    served.read("Mended")
    served.project.edit("deck/deck.toml", "title =", "titel =")
    expect(page.locator(".mistakes.banner, #inputs .mistakes")).to_contain_text("titel")
    served.project.edit("deck/deck.toml", "titel =", "title =")
    expect(page.locator(".mistake")).to_have_count(0)


def test_slides_come_go_and_change_their_order(served: Served, visit: Visit) -> None:
    """New files, deleted files and renamed folders, as a fresh build would show them."""
    project = served.project
    page = visit(f"{served.address}#inputs")
    loaded = place(page)["loaded"]
    project.write("deck/10-lines/22-between.md", "# Between\n\nA word.\n")
    expect(page.locator(".slide")).to_have_count(5)
    (project.root / "deck/10-lines").rename(project.root / "deck/30-later")
    page.wait_for_function(
        "() => document.querySelector('.slide:nth-of-type(2)').id === 'inputs'"
        " && document.querySelectorAll('.slide').length === 5"
    )
    (project.root / "deck/30-later/25-back.md").unlink()
    expect(page.locator(".slide")).to_have_count(4)
    expect(page.locator("#inputs")).to_be_visible()
    assert place(page)["loaded"] == loaded
    assert place(page)["hash"] == "#inputs"
    assert shown(page) == fresh(visit(served.address), project)


def test_what_is_edited_comes_out_as_a_fresh_build_has_it(served: Served, visit: Visit) -> None:
    """A figure, an experiment, a helper, data, a style sheet, a template and the deck's title."""
    project = served.project
    page = visit(f"{served.address}#line")
    project.edit("experiments/line.py", "WIDTH = 2", "WIDTH = 5")
    project.edit("experiments/line.py", "slope: float = 2.0", "slope: float = 3.0")
    expect(page.locator("#line h2")).to_have_text("A line rises by 3.00")
    (project.root / "deck/data/points.csv").write_text("x,y\n5,6\n7,20\n")
    expect(page.locator("#inputs")).to_contain_text("26")
    with (project.root / "templates/css/type.css").open("a") as sheet:
        sheet.write(":root { --tried: 7px; }\n")
    page.wait_for_function(
        "() => getComputedStyle(document.documentElement).getPropertyValue('--tried') === '7px'"
    )
    project.edit("templates/slide.html.j2", 'tabindex="-1"', 'tabindex="-1" data-tried')
    expect(page.locator("#line[data-tried]")).to_be_visible()
    expect(page.locator(".figure.stale, .figure.coming")).to_have_count(0)
    project.edit("deck/10-lines/25-back.md", "falling", "falling?slope=3#steep")
    expect(page.locator("[id='back/steep.falling']:not(.stale)")).to_be_attached()
    project.edit("deck/10-lines/25-back.md", "=3#", "=3.0#")
    project.edit("deck/deck.toml", "A small deck", "A better deck")
    expect(page).to_have_title("A better deck")
    expect(page.locator("#line")).to_be_visible()
    exact = page.request.get(f"{served.address}deck.html")
    assert shown(page) == fresh(visit(served.address), project)
    assert exact.body() == project.output["index.html"]


def test_a_deck_that_is_broken_at_first_is_shown_when_it_is_mended(
    new_project: Project, visit: Visit, browser: Browser
) -> None:
    """Until then the page says what is wrong, and comes back by itself, at its slide."""
    new_project.write("deck/10-lines/25-back.md", "# And {{ back\n")
    with serving(new_project) as served, browser.new_page() as page:
        page.goto(f"{served.address}#back")
        expect(page.get_by_text("`{{` without its `}}`")).to_be_visible()
        expect(page.get_by_text("deck/10-lines/25-back.md:1")).to_be_visible()
        new_project.write("deck/10-lines/25-back.md", "# And back\n")
        expect(page.locator("section.slide[id=back]")).to_be_visible()


def test_a_page_finds_the_server_again(project: Project, visit: Visit) -> None:
    """After it was ended and begun anew, with what was written meanwhile."""
    with serving(project) as served:
        page = visit(f"{served.address}#inputs")
        port = served.address.strip("/").rpartition(":")[2]
        assert served.end() == 0
    expect(page.locator(".status-line")).to_contain_text("has gone")
    project.edit(PROSE, "Every kind of input", "Every sort of input")
    with serving(project, "--port", port):
        expect(page.locator("#inputs h2")).to_have_text("Every sort of input")


def test_an_experiment_runs_while_its_last_figure_stays(
    project: Project, visit: Visit, line: Line
) -> None:
    """Dimmed, with the curve of all that it reports; prose goes on meanwhile, and a newer edit
    cancels the run."""
    source = (project.root / "experiments/line.py").read_text()
    waiting = (
        "import os, time\n"
        f"    {line.call}\n"
        "    from livedeck import report\n"
        "    for step in range(1, 10_000):\n"
        "        report(step, 10_000, loss=1 / step, accuracy=1 - 1 / step)\n"
        "        time.sleep(0.03)\n"
        "    y ="
    )
    with serving(project) as served:
        page = visit(f"{served.address}#line")
        project.write("experiments/line.py", source.replace("y =", waiting, 1))
        line.wait()
        board = page.locator("#line .figure.stale .learning")
        expect(board).to_contain_text("line")
        expect(board).to_contain_text("of 10000")
        expect(board.locator("polyline")).to_have_count(2)
        expect(board).to_contain_text("left")
        expect(board).to_contain_text("CPU")
        expect(page.locator("#line .figure .drawing")).to_be_visible()
        page.locator(".status-line").click()
        expect(page.locator(".status-panel")).to_contain_text("`run` was edited")
        project.edit(PROSE, "Every kind of input", "Every sort of input")
        expect(page.locator("#inputs h2")).to_have_text("Every sort of input")
        expect(board).to_be_visible()
        project.write(
            "experiments/line.py", source.replace("slope: float = 2.0", "slope: float = 4.0")
        )
        line.wait_for_end()
        expect(page.locator("#line h2")).to_have_text("A line rises by 4.00")
        expect(page.locator(".learning, .stale")).to_have_count(0)


def test_a_failed_experiment_says_so_where_its_figure_stays(served: Served, visit: Visit) -> None:
    """It is run again when anything that it might read is changed."""
    project = served.project
    page = visit(f"{served.address}#inputs")
    data = project.root / "deck/data/points.csv"
    data.unlink()
    mistake = page.locator("#inputs .mistake")
    expect(mistake).to_contain_text("the run `table` failed: FileNotFoundError")
    expect(mistake).to_contain_text("experiments/table.py:")
    expect(page.locator("#inputs li").nth(2)).to_be_visible()
    data.write_text("x,y\n1,2\n3,44\n")
    expect(page.locator(".mistake")).to_have_count(0)
    expect(page.locator("#inputs")).to_contain_text("46")


def test_the_speaker_window_and_an_open_figure_stay(served: Served, visit: Visit) -> None:
    """With what was saved meanwhile, both in what they show and in how they look."""
    project = served.project
    page = visit(f"{served.address}#line")
    window = speaker_of(page)
    expect(window.locator(".words")).to_contain_text("Ask where the line begins.")
    project.edit(LINE, "Ask where the line begins.", "Ask where it ends.")
    expect(window.locator(".words")).to_contain_text("Ask where it ends.")
    expect(window.locator(".now h2")).to_have_text("A line rises by 2.00")
    with (project.root / "templates/css/type.css").open("a") as sheet:
        sheet.write(":root { --tried: 9px; }\n")
    window.wait_for_function(
        "() => getComputedStyle(document.documentElement).getPropertyValue('--tried') === '9px'"
    )
    page.locator("#line .drawing").click()
    expect(page.locator("dialog.opened")).to_be_visible()
    project.edit(LINE, "It misses by", "It fails by")
    expect(page.get_by_text("It fails by")).to_be_attached()
    expect(page.locator("dialog.opened")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("It fails by")).to_be_visible()
    expect(page.locator("#line .drawing svg").first).to_be_visible()
