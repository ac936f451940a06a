"""Makes an experiment with its slide, a slide, or a deck, that already build."""

import argparse

from livedeck import scaffold
from livedeck.console import Terminal
from livedeck.errors import UsageError
from livedeck.project import Project

NEXT = {
    "experiment": "python build.py run {name}",
    "slide": "python build.py",
    "deck": "cd {name} && python build.py",
}


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Makes an experiment with its slide, a slide, or a deck, that already build."""
    kind, name = asked.kind or "experiment", asked.name
    if asked.kind is None and name in NEXT:
        raise UsageError(f"the new {name} has no name: python build.py new {name} NAME")
    for path in scaffold.create(project, kind, name):
        terminal.step("Wrote", project.shown(path))
    terminal.remark(f"Next: {NEXT[kind].format(name=name)}")
