"""Pieces that are laid out by other processes: as here, and with the same errors."""

import hashlib
import io
import signal
import time
from glob import glob
from pathlib import Path

import pytest

from livedeck.errors import AuthorErrors, LivedeckError
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.pdf.pieces import grouped, receive, send
from tests.conftest import Project, assert_made, assert_refused
from tests.pdfs import STYLE, opened, page, text, write
from tests.waiting import PATIENCE

WITHOUT_PANGO = """
import cffi
load = cffi.FFI.dlopen
def dlopen(ffi, name, flags=0):
    if "pango" in str(name):
        raise OSError(f"cannot load library '{name}'")
    return load(ffi, name, flags)
cffi.FFI.dlopen = dlopen
"""


def test_slides_are_laid_out_in_groups_of_even_size() -> None:
    """Groups are as even as can be, so that processes end together."""
    assert [len(group) for group in grouped(range(5))] == [1, 2, 2]
    assert [slide for group in grouped(range(61)) for slide in group] == list(range(61))
    assert grouped(range(2)) == [range(2)]
    assert [*map(len, grouped(""))] == [0]


def test_errors_in_other_processes_are_told_here() -> None:
    """What goes wrong in one piece is the same error as in a document of one piece."""
    with LayoutProcesses(1) as processes:
        with pytest.raises(AuthorErrors, match="no font has"):
            write([page("<p>one</p>"), page("<p>字</p>")], processes=processes)
        made = write([page("a"), page("b")], processes=processes)
        assert len(opened(made).pages) == 2


def test_a_process_that_dies_is_an_error_and_not_a_wait() -> None:
    """The build ends with a message when a process was killed."""
    with LayoutProcesses(1) as processes:
        processes._processes[0].kill()
        with pytest.raises(LivedeckError, match="ended"):
            write([page("a")], processes=processes)


def test_a_machine_without_pango_is_told_what_it_lacks(project: Project, tmp_path: Path) -> None:
    """In one error, also where only the gates would look at the slides."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PANGO)
    project.edit("deck/20-inputs/30-inputs.md", "Every kind", "Every sort")
    done = project.build("--no-pdf", PYTHONPATH=str(tmp_path))
    assert_refused(done, "", "cannot be laid out without Pango", "apt-get install libpango")


@pytest.mark.parametrize(("level", "said"), [("off", False), ("warn", True)])
def test_a_machine_without_pango_writes_the_page_where_no_gate_must_see_it(
    level: str, said: bool, project: Project, tmp_path: Path
) -> None:
    """Gates that only warn say that they have seen nothing."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_PANGO)
    gates = "".join(f'"{name}" = "{level}"\n' for name in ("overflow", "small-text", "contrast"))
    settings = project.root / "deck" / "deck.toml"
    settings.write_text(f"{settings.read_text()}\n[gates]\n{gates}")
    project.edit("deck/20-inputs/30-inputs.md", "Every kind", "Every sort")
    done = project.build("--no-pdf", PYTHONPATH=str(tmp_path))
    assert_made(done)
    assert "Every sort" in project.page
    assert ("cannot be laid out without Pango" in done.out) is said


@pytest.mark.parametrize("how", [None, signal.SIGINT])
def test_a_build_leaves_nothing_behind(
    new_project: Project, tmp_path: Path, how: signal.Signals | None
) -> None:
    """Neither one that ends nor one that is interrupted while pages are laid out."""
    place = tmp_path / "temporary"
    place.mkdir()
    with new_project.start(TMPDIR=str(place)) as build:
        end = time.monotonic() + PATIENCE
        waiting = new_project.root / ".livedeck" / "staging"
        while how and build.poll() is None and not glob(f"{waiting}/*/weasyprint-*"):
            assert time.monotonic() < end
        if how:
            build.send_signal(how)
        build.communicate(timeout=PATIENCE)
    assert [*place.iterdir(), *waiting.iterdir()] == []


def test_an_answer_that_breaks_off_is_none() -> None:
    """Wherever its writer was when it ended."""
    whole = io.BytesIO()
    send(whole, {"bookmarks": []}, b"%PDF")
    sent = whole.getvalue()
    assert receive(io.BytesIO(sent)) == ({"bookmarks": []}, b"%PDF")
    assert {receive(io.BytesIO(sent[:end])) for end in range(len(sent))} == {None}


def test_a_process_and_this_one_make_the_same_pages() -> None:
    """Where a piece is laid out does not show in the bytes."""
    html = page("<h1>One → two</h1>", "<p><code>x</code></p>")
    with LayoutProcesses(1) as processes:
        apart = write(html, processes=processes)
    here = write(html)
    assert hashlib.sha256(apart).digest() == hashlib.sha256(here).digest()


def test_style_sheets_that_were_read_before_lay_out_the_same_pages() -> None:
    """Counters, fonts and page rules of a style sheet hold for every piece that has it."""
    style = STYLE + "@counter-style stars { system: cyclic; symbols: '*'; suffix: ' ' }"
    html = page("<ol style='list-style: stars'><li>One</ol>", "<b>two</b>", style=style)
    with LayoutProcesses(1) as processes:
        first, second = (write(html, processes=processes) for _ in range(2))
    assert "*" in text(first)
    assert first == second


def test_what_is_wrong_with_a_style_sheet_is_told_each_time() -> None:
    """A process that has read a style sheet before says the same again."""
    style = f'{STYLE}@font-face {{ font-family: "Away"; src: url("file:///etc/passwd") }}'
    with LayoutProcesses(1) as processes:
        for _ in range(2):
            with pytest.raises(AuthorErrors, match="may not load"):
                write(page("<p>one</p>", style=style), processes=processes)
