"""docs/authoring.md, followed to the letter: what it says to type and to change, in its order."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Project
from tests.serving import Served
from tests.waiting import PATIENCE

GUIDE = (REPOSITORY / "docs" / "authoring.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^ {4}\$ (?P<command>.+)$"
    r"|^ {4}(?P<shown>.+)$"
    r"|[Ii]n `(?P<file>[^`]+)`,\s+change\s+`(?P<old>[^`]+)`\s+to\s+`(?P<new>[^`]+)`"
    r"|!\[[^]]*\]\((?P<picture>[^)]+)\)",
    re.MULTILINE,
)


def steps() -> Iterator[tuple[str, re.Match[str]]]:
    """The guide's steps in order, each with its kind."""
    for match in STEP.finditer(GUIDE):
        yield next(kind for kind in ("command", "shown", "file", "picture") if match[kind]), match


@pytest.fixture
def reader(tmp_path: Path) -> Iterator["Reader"]:
    """Somebody with an empty folder and livedeck installed, to whom nothing opens by itself."""
    reader = Reader(Project(tmp_path), f"{Path(sys.executable).parent}:/usr/bin:/bin")
    yield reader
    reader.end_serving()


class Reader:
    """Types what the guide says, in a folder that `cd` changes."""

    def __init__(self, place: Project, path: str) -> None:
        self.place, self.path = place, path
        self.printed = ""
        self.served: Served | None = None

    def type(self, command: str) -> None:
        """Runs a command to its end; a server goes on until the next command."""
        self.end_serving()
        name, *words = command.split()
        variables = self.place.environment(PATH=self.path, BROWSER="true")
        if name == "cd":
            self.place = Project(self.place.root / words[0])
            return
        argv = [shutil.which(name, path=self.path) or name, *words]
        if "serve" in words:
            process = subprocess.Popen(
                argv,
                cwd=self.place.root,
                env=variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            self.served = Served(self.place, process)
            self.served.read(r"Read +\d+ slides")
            return
        done = subprocess.run(
            argv, cwd=self.place.root, env=variables, capture_output=True, timeout=PATIENCE
        )
        assert (done.returncode, done.stderr) == (0, b""), (command, done)
        self.printed = done.stdout.decode()

    def change(self, file: str, old: str, new: str) -> None:
        """Saves an edit, and waits until the server has taken it in."""
        self.place.edit(file, old, new)
        assert self.served is not None
        self.served.read(r"Changed|Mended|error:")

    def end_serving(self) -> None:
        """Presses Ctrl-C, if something is served."""
        if self.served is not None:
            assert self.served.end() in (0, 130)
            assert self.served.process.stdout is not None
            self.served.process.stdout.close()
            self.served = None


def test_the_guide_works_as_it_is_written(reader: Reader) -> None:
    """Every command succeeds and prints what the guide shows; every edit is taken in."""
    kinds = []
    for kind, step in steps():
        kinds.append(kind)
        if kind == "command":
            reader.type(step["command"])
        elif kind == "file":
            reader.change(step["file"], step["old"], step["new"])
        elif kind == "shown":
            assert " ".join(step["shown"].split()) in " ".join(reader.printed.split())
        else:
            assert (REPOSITORY / "docs" / step["picture"]).is_file()
    assert {kinds.count(kind) for kind in ("command", "file")} == {11, 4}
    assert {"index.html", "deck.pdf", "handout.pdf", "article.pdf"} <= set(reader.place.output)
    assert "What a line can learn" in reader.place.page
