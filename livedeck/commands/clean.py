"""Removes stored results and the built deck."""

import argparse

from livedeck import stamp
from livedeck.console import Terminal
from livedeck.project import Project
from livedeck.publish import unpublish
from livedeck.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Removes the stored results and the built deck."""
    built = stamp.read(project.output)
    if built is not None:
        unpublish(project.output, {stamp.NAME, *built["outputs"]})
        terminal.step("Removed", f"{project.shown(project.output)}: the deck")
    if not asked.output_only and project.store.is_dir():
        freed = Store(project.store).clear()
        terminal.step("Removed", f"{project.shown(project.store)} ({freed / 1e6:.1f} MB)")
