"""Ways in which an experiment depends on something, each with an edit of it.

Each file beside this one holds ways as title, what makes the thing that is depended on, and what
the experiment does. The first is executed here with `number` 1, and again with 2 as the edit; the
second returns that number, in whatever way it learns of it. Those in `unused.md` return 1 whatever
is edited. `OWN` and `VARIABLE` stand for names that no other way has.
"""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it.utils import read_fixture_file

from tests.conftest import REPOSITORY, Project
from tests.waiting import LONG

HERE = Path(__file__).parent
KINDS = (
    "text",
    "formats",
    "questions",
    "programs",
    "code",
    "modules",
    "environment",
    "surroundings",
    "outside",
    "figures",
)
SLOW = re.compile(r"(import|from) (keras|orbax|sklearn|pandas|scipy|flax)")
MODULE = '''\
"""{kind}: {title}."""

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parents[1] / "data" / "{name}"
OUTSIDE = Path("{outside}/{name}")


class Result(NamedTuple):
    answer: float


{number}


def run() -> Result:
    assert "{name}"  # so that no two are the same
    return Result(float({answer}))


def drawn(fig, result):
    fig.subplots().plot([0, {drawn}])
'''


@dataclass(frozen=True)
class Way:
    """A way to depend on something."""

    kind: str
    title: str
    making: str
    body: str

    @property
    def name(self) -> str:
        """What its experiment is called."""
        return re.sub(r"\W+", "_", f"{self.kind} {self.title}").lower().strip("_")

    @property
    def slow(self) -> bool:
        """Whether it imports what takes long to import."""
        return bool(SLOW.search(self.body))

    def named(self, text: str) -> str:
        """A text of it with the names that are its own."""
        return text.replace("VARIABLE", self.name.upper()).replace("OWN", self.name)


@dataclass(frozen=True)
class Ground:
    """Where ways lie: a project, and folders outside of it."""

    project: Project
    folder: Path
    _variables: dict[str, dict[str, str]] = field(default_factory=dict)
    _paths: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def clear(cls, project: Project, folder: Path) -> "Ground":
        """The ground with a deck that is empty yet."""
        for name in ("deck", "experiments"):
            shutil.rmtree(project.root / name)
            (project.root / name).mkdir()
        project.write("deck/deck.toml", 'title = "Ways"\nworkers = 2\ntime_limit = 600\n')
        for name in ("outside", "home", "temporary", "loose", "site-packages"):
            (folder / name).mkdir(parents=True)
        starts = f"import site\nsite.addsitedir({str(folder / 'site-packages')!r})\n"
        (folder / "loose" / "sitecustomize.py").write_text(starts)
        return cls(Project(project.root, LONG), folder)

    def write(self, way: Way) -> None:
        """Adds the experiment of a way, with its slide."""
        body = way.named(way.body)
        if way.kind != "modules":
            body = "def number():\n" + textwrap.indent(body, "    ")
        answer, drawn = "number()", "result.answer"
        if way.kind == "figures":
            answer, drawn = "1", "float(number())"
        text = MODULE.format(
            kind=way.kind,
            title=way.title,
            name=way.name,
            outside=self.folder / "outside",
            number=body.rstrip(),
            answer=answer,
            drawn=drawn,
        )
        self.project.root.joinpath("experiments", f"{way.name}.py").write_text(text)
        shown = f"{{{{ {way.name}.answer }}}}"
        if way.kind == "figures":
            shown = f"![A number](experiment:{way.name}.drawn)"
        self.project.root.joinpath("deck", f"{way.name}.md").write_text(
            f"# {way.title}\n\n{shown}\n"
        )

    def make(self, way: Way, number: int) -> None:
        """Makes what a way depends on."""
        from tests.dependencies import making

        variables: dict[str, str] = {}
        paths: list[str] = []
        names = {
            **vars(making),
            "number": number,
            "variables": variables,
            "paths": paths,
            "project": self.project.root,
            "here": self.project.root / "data" / way.name,
            "outside": self.folder / "outside" / way.name,
            "home": self.folder / "home",
            "temporary": self.folder / "temporary",
            "loose": self.folder / "loose",
            "packages": self.folder / "site-packages",
        }
        text = way.named(way.making) or "write(here / 'n', number)"
        exec(compile(text, way.name, "exec"), names)
        self._variables[way.name], self._paths[way.name] = variables, paths

    def variables(self, ways: Iterable[Way]) -> dict[str, str]:
        """The variables for a build, among them those of some ways as they were made last."""
        own = {name: text for way in ways for name, text in self._variables[way.name].items()}
        paths = [path for way in ways for path in self._paths[way.name]]
        return {
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "temporary"),
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(self.folder / "loose")]),
            "PATH": os.pathsep.join([*paths, os.environ["PATH"]]),
            **own,
        }


def ways(*kinds: str) -> list[Way]:
    """All ways of some kinds."""
    cases = [(kind, case) for kind in kinds for case in read_fixture_file(HERE / f"{kind}.md")]
    return [Way(kind, *case[1:]) for kind, case in cases]


def command(names: Iterable[str]) -> list[str]:
    """How plain Python, without the engine, is asked for the numbers of experiments."""
    return [sys.executable, str(HERE / "plain.py"), *names]
