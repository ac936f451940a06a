"""Makes an experiment and a slide that already build."""

import argparse

from livedeck import scaffold
from livedeck.console import Terminal
from livedeck.project import Project


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Makes an experiment and a slide that already build."""
    for path in scaffold.create(project, asked.experiment):
        terminal.step("Wrote", project.shown(path))
    terminal.remark(f"Next: python build.py run {asked.experiment}")
