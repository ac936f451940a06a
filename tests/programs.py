"""Programs of many strangers, and a deck that shows all of them beside what Python says.

They are written down in `tests/corpus/*.md`. A heading names a program; its first fence is the
experiment, a fence with a path another file of the project, and a fence `diff` an edit.
"""

import ast
import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from markdown_it import MarkdownIt

from livedeck.devices import environment
from tests.conftest import REPOSITORY, Done, Project
from tests.waiting import PATIENCE

CORPUS = REPOSITORY / "tests" / "corpus"
AS_PYTHON = REPOSITORY / "tests" / "as_python.py"
THREADS = 2  # as in a deck that says nothing else
LONG = 10 * PATIENCE
ON_A_SLIDE = 6
CSV = re.compile(r'download="(\w+)\.shown\.csv" href="data:[^,]*,([^"]*)"')

Files = dict[str, str]

HEAD = """\
from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    value: float


def _plot(fig, *heights):
    axes = fig.add_axes((0.01, 0.01, 0.98, 0.98), xticks=[], yticks=[], frame_on=False)
    axes.plot(np.array(heights, float))


"""
SETTINGS = """\
title = "Programs"

[gates]
overflow = "off"
small-text = "off"
contrast = "off"
"""


@dataclass
class Program:
    """An experiment with what else it needs: all its editions, each with what was done to it."""

    name: str
    editions: list[tuple[str, Files]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where its experiment is."""
        return f"experiments/{self.name}.py"

    def edit(self, what: str, path: str, diff: str) -> None:
        """Adds an edition in which a passage, which stands in a file once, gives way to another."""
        lines = [line or " " for line in diff.splitlines()]
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] in "- ")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] in "+ ")
        last = self.editions[-1][1]
        assert last[path].count(old) == 1, f"{path} has {last[path].count(old)} times {old!r}"
        self.editions.append((what, {**last, path: last[path].replace(old, new)}))

    def at(self, moment: int) -> Files:
        """Its files at a moment; after its last edition they stay."""
        return self.editions[min(moment, len(self.editions) - 1)][1]


def read(*names: str, head: str = HEAD) -> list[Program]:
    """The programs of some files of the corpus, each with its edits in order."""
    programs: list[Program] = []
    for name in names:
        tokens = MarkdownIt().parse((CORPUS / f"{name}.md").read_text("utf-8"))
        for place, token in enumerate(tokens):
            if token.type == "heading_open" and token.tag == "h2":
                programs.append(Program(tokens[place + 1].content))
            elif token.type == "fence":
                _add(programs[-1], token.info.split(), token.content, head)
    return programs


def _add(program: Program, words: list[str], text: str, head: str) -> None:
    path = next((word for word in words if "/" in word), program.path)
    if words[0] == "diff":
        program.edit(f"{len(program.editions)}: {' '.join(words[1:])}\n{text}", path, text)
    elif not program.editions:
        program.editions.append(("as it was written", {path: complete(text, head)}))
    else:
        program.editions[0][1][path] = text


def complete(code: str, head: str = HEAD) -> str:
    """A module with what an experiment must have, unless it says so itself."""
    future, code = code.split("\n", 1) if code.startswith("from __future__") else ("", code)
    if '"""' in code.partition("\n")[0]:
        return code
    if "class Result" in code:
        head = re.sub(r"class Result.*?\n\n\n", "", head, flags=re.DOTALL)
    return f'"""A stranger\'s experiment."""\n{future}\n{head}{code}'


def begun_plain(program: Program) -> Program:
    """The same, but that its figure showed a constant line at first."""
    files = program.at(0)
    lines = files[program.path].splitlines(keepends=True)
    body = ast.parse(files[program.path]).body
    figure = next(n for n in body if isinstance(n, ast.FunctionDef) and n.name == "shown")
    lines[figure.body[0].lineno - 1 : figure.end_lineno] = ["    _plot(fig, 0, 1)\n"]
    plain = {**files, program.path: "".join(lines)}
    return Program(program.name, [("with a plain figure", plain), *program.editions])


@dataclass
class Seen:
    """What Python said of an edition of a program, and what the deck showed or why it did not."""

    what: str
    python: dict[str, Any]
    values: dict[str, Any] | None
    heights: list[float] | None
    error: str
    made: list[str]

    @property
    def right(self) -> bool:
        """Whether the numbers on the slide are those that Python computes."""
        return self.values == self.python["values"] and self.drawn_as(self.python["heights"])

    def drawn_as(self, heights: list[float] | None) -> bool:
        """Whether the figure shows some heights, as far as its table has digits."""
        if self.heights is None or heights is None or len(self.heights) != len(heights):
            return False
        return bool(np.allclose(self.heights, heights, rtol=1e-5, atol=1e-12))

    def __str__(self) -> str:
        python = f"Python: {self.python.get('values')} {self.python.get('heights')}"
        deck = f"deck:   {self.values} {self.heights}"
        return f"{self.what}\n{python}\n{deck}\n{self.error}"


@dataclass
class Deck:
    """A project whose slides show the figures of all programs."""

    project: Project
    programs: list[Program]
    known: dict[str, dict[str, Any]] = field(default_factory=dict)  # what Python says, by source

    @classmethod
    def of(cls, root: Path, programs: list[Program]) -> "Deck":
        """A project that nobody has built."""
        project = Project(root)
        shutil.copytree(REPOSITORY / "templates", root / "templates")
        shutil.copy(REPOSITORY / "build.py", root)
        project.write("deck/deck.toml", SETTINGS)
        for start in range(0, len(programs), ON_A_SLIDE):
            names = [program.name for program in programs[start : start + ON_A_SLIDE]]
            places = [f"![A line](experiment:{n}.shown){{width=120 height=60}}" for n in names]
            text = "\n\n".join([f"# From {names[0]}", *places])
            project.write(f"deck/{start + 1:04}-s{start}.md", text)
        return cls(project, programs)

    def history(self) -> Iterator[dict[str, Seen]]:
        """For every moment, what is seen of the programs that have an edition then; all of them
        are built each time."""
        for moment in range(max(len(program.editions) for program in self.programs)):
            python = self.python(moment)
            yield self.seen(moment, python, self.build("--no-pdf"))

    def build(self, *words: str) -> Done:
        """Builds all of it, failures too, which takes as long as many tests."""
        process = self.project.start("--keep-going", *words)
        out, err = process.communicate(timeout=LONG)
        return Done(process.returncode, out.decode(), err.decode())

    def seen(self, moment: int, python: dict[str, Any], done: Done) -> dict[str, Seen]:
        """What the deck shows of all programs after a build."""
        assert "Publish" in done.out, done
        results = json.loads(self.project.output["results.json"])["results"]
        tables = dict(
            re.findall(r'download="(\w+)\.shown\.csv" href="data:[^,]*,([^"]*)"', self.project.page)
        )
        found = {}
        for program in self.programs:
            name = program.name
            what = program.editions[min(moment, len(program.editions) - 1)][0]
            values = results[name]["values"] if name in results else None
            heights = _heights(unquote(tables[name])) if name in tables else None
            error = "".join(e for e in done.errors if f"{name}.py" in e or f"`{name}" in e)
            made = [each for each in done.made if each.partition(".")[0] == name]
            found[name] = Seen(what, python[name], values, heights, error, made)
        return found

    def python(self, moment: int) -> dict[str, Any]:
        """Writes all programs, and asks Python what it says of those that are new."""
        for program in self.programs:
            for name, text in program.at(moment).items():
                if (
                    not (path := self.project.root / name).exists()
                    or path.read_text("utf-8") != text
                ):
                    self.project.write(name, text.encode())
        texts = {program.name: json.dumps(program.at(moment)) for program in self.programs}
        names = [name for name, text in texts.items() if text not in self.known]
        done = subprocess.run(
            [sys.executable, str(AS_PYTHON), str(self.project.root), json.dumps(names)],
            env=self.project.environment(**environment("cpu", THREADS)),
            capture_output=True,
            text=True,
            check=True,
        )
        self.known |= {texts[name]: answer for name, answer in json.loads(done.stdout).items()}
        return {name: self.known[text] for name, text in texts.items()}


def _heights(table: str) -> list[float]:
    return [float(row["y"]) for row in csv.DictReader(io.StringIO(table))]
