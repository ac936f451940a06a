"""Pairs of experiments: one leaves something behind in its process, the other would tell of it.

Each file beside this one holds pairs as title, polluter and victim. In `runs.md` both are the
bodies of functions; in `modules.md` the polluter stands at the top of its module; in `figures.md`
both draw. What a victim returns are items that all differ after its polluter in one process.
"""

import re
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path

from markdown_it.utils import read_fixture_file

from tests.conftest import Project
from tests.waiting import LONG

HERE = Path(__file__).parent
PACKAGES = HERE / "packages"  # a folder for PYTHONPATH: packages without a distribution
MODULE = '''\
"""{claim}: {title}."""

from typing import NamedTuple

{top}

class Result(NamedTuple):
    answer: str


def told():
{told}


def run() -> Result:
    return Result(repr(told()))


def drawn(fig, result):
{drawn}
'''


@dataclass(frozen=True)
class Leak:
    """Something that one experiment leaves behind: in its `runs`, `modules` or `figures`."""

    place: str
    title: str
    polluter: str
    victim: str

    @property
    def name(self) -> str:
        """What its experiments are called, after `p_` and `v_`."""
        return re.sub(r"\W+", "_", f"{self.place} {self.title}").lower().strip("_")

    def write(self, project: Project, *, polluter: bool = True) -> None:
        """Adds its experiments, each with a slide; all polluters come before all victims."""
        if polluter:
            parts = {"top": "", "told": "pass", "drawn": "pass", self._part: self.polluter}
            self._write(project, f"p_{self.name}", "It leaves something behind", **parts)
        victim = {"told": "return 1", "drawn": "pass", self._shown: self.victim}
        self._write(project, f"v_{self.name}", "It tells what is left", top="", **victim)

    @property
    def _part(self) -> str:
        return {"runs": "told", "modules": "top", "figures": "drawn"}[self.place]

    @property
    def _shown(self) -> str:
        return "drawn" if self.place == "figures" else "told"

    def _write(self, project: Project, name: str, claim: str, top: str, **bodies: str) -> None:
        bodies = {part: textwrap.indent(body, "    ") for part, body in bodies.items()}
        text = MODULE.format(claim=claim, title=self.title, top=top, **bodies)
        (project.root / "experiments" / f"{name}.py").write_text(text)
        figure = f"![What is left](experiment:{name}.drawn)" if self.place == "figures" else ""
        slide = f"# {self.title}\n\n{figure or f'{{{{ {name}.answer }}}}'}\n"
        (project.root / "deck" / f"{name}.md").write_text(slide)


def corpus() -> list[Leak]:
    """All pairs."""
    places = ("runs", "modules", "figures")
    cases = [(place, case) for place in places for case in read_fixture_file(HERE / f"{place}.md")]
    return [Leak(place, *case[1:]) for place, case in cases]


def clear(project: Project) -> Project:
    """A project whose deck is empty, with the helpers that experiments use."""
    for folder in ("deck", "experiments"):
        shutil.rmtree(project.root / folder)
        (project.root / folder).mkdir()
    project.write("deck/deck.toml", 'title = "Left"\nworkers = 1\ntime_limit = 600\n')
    for name in ("experiments/_kept", "experiments/parts/helper", "parts/deep/helper"):
        project.write(f"{name}.py", "NUMBERS = []\n")
    return Project(project.root, LONG)
