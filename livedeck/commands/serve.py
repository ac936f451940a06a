"""Serves the deck to browsers, and changes it there as it is written."""

import argparse

from livedeck.console import Terminal
from livedeck.options import Options
from livedeck.project import Project
from livedeck.serving.server import Place, serve


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Serves the deck until it is interrupted."""
    pdf = () if asked.no_pdf else None
    options = Options(asked.profile, pdf=pdf, workers=asked.workers, remote=asked.remote)
    place = Place(asked.host, asked.port, opened=asked.open)
    serve(project, options, terminal, place, asked.editor)
