"""Builds the deck."""

import argparse
from functools import partial

from livedeck.console import Terminal
from livedeck.options import Options
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.project import Project


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Builds the deck."""
    options = Options(
        asked.profile,
        keep_going=asked.keep_going,
        pdf=asked.pdf,
        steps=asked.steps,
        timings=asked.timings,
        workers=asked.workers,
        remote=asked.remote,
        warnings=asked.warnings,
    )
    with LayoutProcesses.of_build(project.output, project.store) as processes:
        # Imported when they import, too.
        from livedeck.build import build
        from livedeck.serving import last_page

        keep = partial(last_page.keep_built, project, options)
        build(project, options, terminal, processes, keep)
    terminal.step("Done", f"in {terminal.seconds:.1f} s")
