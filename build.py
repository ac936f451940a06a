"""Builds the deck: `python build.py`, or `python build.py --help`."""

# PYTHON_ARGCOMPLETE_OK: the shell may ask it what could come next
import sys
from pathlib import Path

from livedeck.cli import main

if __name__ == "__main__":
    sys.exit(main(root=Path(__file__).resolve().parent))
