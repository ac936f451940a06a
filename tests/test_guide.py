"""docs/authoring.md, followed to the letter: what it says to type and to change, in its order; and
docs/reference.md, which names all that the code knows."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from livedeck import cli, filters, finding, options
from livedeck.keys import experiment
from livedeck.markdown.fenced_div import WIDTHS
from livedeck.slides import deck, frontmatter
from livedeck.slides.theme import read_theme
from tests.conftest import REPOSITORY, Project
from tests.serving import Served
from tests.waiting import PATIENCE

GUIDE = (REPOSITORY / "docs" / "authoring.md").read_text(encoding="utf-8")
REFERENCE = (REPOSITORY / "docs" / "reference.md").read_text(encoding="utf-8")
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
        """Saves an edit, and waits until the server, if there is one, has taken it in."""
        self.place.edit(file, old, new)
        if self.served is not None:
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
    assert {kinds.count(kind) for kind in ("command", "file")} == {11, 5}
    assert {"index.html", "deck.pdf", "handout.pdf", "article.pdf"} <= set(reader.place.output)
    assert "What a line can learn" in reader.place.page


def cells(heading: str) -> Iterator[list[str]]:
    """The rows of the tables below one of the reference's headings."""
    section = REFERENCE.partition(f"# {heading}\n")[2].partition("\n#")[0]
    for line in re.findall(r"^\|( `.*)\|$", section, re.MULTILINE):
        yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]


def named(heading: str) -> set[str]:
    """What these rows are about."""
    return {name for row in cells(heading) for name in re.findall(r"`([\w-]+)", row[0])}


def test_the_reference_names_all_that_the_code_knows() -> None:
    """Settings, keys, layouts, filters, profiles and commands, and none that it does not know."""
    layouts = {path.name.partition(".")[0] for path in REPOSITORY.glob("templates/layouts/*")}
    assert named("`deck.toml`") == {one.name for one in fields(deck.Settings)}
    assert named("Front matter") == set(frontmatter.KEYS)
    assert named("Layouts") == layouts
    assert named("Values") == set(filters.FILTERS)
    assert named("Experiments") >= set(experiment.PROFILES)
    assert named("Commands") >= set(cli.COMMANDS)
    for name in (*finding.GATES, *finding.LEVELS, *options.DOCUMENTS, *cli.COMMANDS):
        assert re.search(rf"[`\"]{name}\b", REFERENCE), name
    widths = ", ".join(width.removesuffix("%") for width in WIDTHS)
    assert f"Widths: {' or '.join(widths.rsplit(', ', 1))} %" in REFERENCE


def test_the_reference_tells_the_defaults() -> None:
    """Of every setting, and the size of every layout's figures."""
    defaults = {one.name: one.default for one in fields(deck.Settings)}
    for name, _, told, *_ in cells("`deck.toml`"):
        for setting in re.findall(r"`(\w+)`", name):
            default = defaults[setting]
            value = list(default) if isinstance(default, tuple) else default
            expected = f"`{json.dumps(value)}`" if value is not MISSING else told
            assert told == expected, setting
    sizes = read_theme([REPOSITORY / "templates" / "theme.toml"]).figures
    for name, _, told in cells("Layouts"):
        width, height = sizes.get(name.strip("`"), sizes["default"])
        assert told in (f"{width} x {height}", ""), name
