"""Builds the deck: `python build.py`, or `python build.py --help`."""

# PYTHON_ARGCOMPLETE_OK: the shell may ask it what could come next
from pathlib import Path

from livedeck.cli import run

if __name__ == "__main__":
    run(root=Path(__file__).resolve().parent)
