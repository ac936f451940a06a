"""Builds this deck with the engine and the templates of livedeck: `python build.py`."""

# PYTHON_ARGCOMPLETE_OK: the shell may ask it what could come next
from pathlib import Path

from livedeck.cli import run

if __name__ == "__main__":
    run(root=Path(__file__).resolve().parent)
