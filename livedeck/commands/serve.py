"""Serves the deck to browsers, and changes it there as it is written."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from livedeck.console import Terminal
from livedeck.options import Options
from livedeck.project import Project
from livedeck.serving.editors import Editor
from livedeck.serving.listen_address import Place, announce, listening
from livedeck.serving.roles import Tokens
from livedeck.signals import ending


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Serves the deck until it is interrupted."""
    pdf = () if asked.no_pdf else None
    options = Options(asked.profile, pdf=pdf, workers=asked.workers, remote=asked.remote)
    place = Place(asked.host, asked.port, opened=asked.open)
    tokens, editor = Tokens(anyone="author" if place.local else ""), Editor(asked.editor)
    with listening(place, terminal) as listener, _until_interrupted():
        announce(listener, place, tokens, terminal)
        # Imported when browsers may come already, for this takes as long as a browser's start.
        from livedeck.serving.server import serve

        serve(project, options, terminal, listener, place, tokens, editor)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Ctrl-C is the end that a server is meant to have; another signal is none."""
    try:
        yield
    except KeyboardInterrupt:
        if ending.signal not in (None, signal.SIGINT):
            raise
