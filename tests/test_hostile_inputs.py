"""Whatever an author's file holds, and whatever it is, one error says what is wrong, and where."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedeck import depth
from livedeck.cli import main
from livedeck.errors import LONGEST, LONGEST_TEXT, AuthorError, legible
from tests.conftest import SMALL, Project
from tests.hostile_inputs import Input, front_matter, programs, settings, slides

STRANGERS = Path(__file__).parent / "strangers.txt"
LONGEST_ERROR = 2 * LONGEST_TEXT + 400  # message, hint and the place
SOURCE = (SMALL / "experiments" / "line.py").read_text(encoding="utf-8")


def of_strangers() -> list[Input]:
    """The mistakes in `strangers.txt`, each below a line `@ file:line words of the error`."""
    found = []
    for record in re.split(r"^@ ", STRANGERS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, content = record.partition("\n")
        place, _, message = head.partition(" ")
        name, _, line = place.partition(":")
        title = f"{name}: {content.strip()[-40:]}"
        found.append(Input(title, name, content[:-1], int(line), message))
    return found


CORPORA = [*settings(), *front_matter(), *slides(), *programs(SOURCE), *of_strangers()]


@pytest.fixture(scope="module")
def shared(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose files are put back by each test."""
    return sources.copy(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def hostile(shared: Project, request: pytest.FixtureRequest) -> Iterator[Input]:
    """An input, which stands in the project as long as its test goes on."""
    given: Input = request.param
    path = shared.root / given.name
    before = path.read_bytes() if path.exists() else None
    text = given.content
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    yield given
    path.unlink() if before is None else path.write_bytes(before)


@pytest.mark.parametrize("hostile", CORPORA, ids=lambda one: one.title, indirect=True)
def test_a_hostile_text_is_one_error_with_its_line(
    hostile: Input, shared: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """In few words, none of which a terminal obeys; or there is nothing wrong with it."""
    with depth.limit():  # as the process of a command sets it
        code = main(["explain"], shared.root)
    told = capsys.readouterr().err
    errors = re.split(r"^(?=error:)", told, flags=re.MULTILINE)[1:]
    if not hostile.line:
        assert (code, told) == (0, "")
        return
    assert code == 1
    assert len(errors) == 1
    assert errors[0].startswith(f"error: {shared.root / hostile.name}:{hostile.line}: ")
    assert hostile.message in errors[0]
    assert len(told) < LONGEST_ERROR
    assert all(legible(line) == line for line in told.splitlines())


PLACES = [
    "deck/deck.toml",
    "deck/theme.toml",
    "deck/01-start.md",
    "experiments/line.py",
    "experiments/_shared.py",
    "templates/theme.toml",
    "templates/css/slide.css",
    "templates/layouts/split.html.j2",
    "deck/data/points.csv",
    "deck/fonts/a.ttf",
]


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to itself", "socket", "device"])
@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_file_never_hangs_a_command(
    name: str, kind: str, new_project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """One error names it, or what it is missing for; or nobody asked for it."""
    path = new_project.root / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "link to itself":
        path.symlink_to(path.name)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with chdir(path.parent), socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)  # the whole path may be longer than a socket's can be
    done = new_project.call("explain")  # in a process of its own, which may take minutes
    assert done.code in (0, 1)
    assert not done.traceback
    assert len(done.errors) == done.code
    if name in ("deck/deck.toml", "deck/theme.toml", "templates/theme.toml"):
        assert f"{path}: " in done.err


@given(st.text(), st.text())
def test_no_error_says_more_than_a_reader_wants(message: str, quoted: str) -> None:
    """Nor anything on a second line, or that a terminal obeys."""
    error = AuthorError(f"{message} `{quoted * 100}`", hint=quoted * 1000)
    for text in (error.message, error.hint):
        assert legible(text) == text
        assert "\n" not in text
    assert len(error.message) <= 12 * LONGEST_TEXT  # a sign that none can see has its number there
    assert AuthorError(f"`{'x' * 9999}`").message.count("x") < LONGEST
