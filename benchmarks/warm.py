"""Edits a sentence of a built deck again and again, and times how long one process that keeps its
layout processes take to build it anew: `python benchmarks/warm.py FOLDER REPEATS`.

It prints, for each edit, the seconds of the whole build and of making the PDF in it.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import decks

from livedeck.build import build
from livedeck.console import Terminal
from livedeck.options import Options
from livedeck.pdf import pdf
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.project import Project

KEPT = 2  # processes: an edited sentence is in one piece

P = ParamSpec("P")
T = TypeVar("T")


def main() -> None:
    """Builds twice before it begins to measure."""
    folder, repeats = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    project = Project(folder, *(folder / name for name in ("deck", "output", ".livedeck")))
    found: list[dict[str, float]] = []
    pdf.write = _timed(pdf.write, "pdf", found)
    whole = _timed(build, "build", found)
    with LayoutProcesses(KEPT) as processes:
        for _ in range(repeats + 2):
            decks.edit_sentence(folder)
            found.append({})
            whole(project, Options(), Terminal(quiet=True), processes)
    print(json.dumps(found[2:]))


def _timed(function: Callable[P, T], name: str, found: list[dict[str, float]]) -> Callable[P, T]:
    """The same function, whose seconds are noted: on the clock, and of this process."""

    def timed(*arguments: P.args, **named: P.kwargs) -> T:
        began, worked = time.perf_counter(), time.process_time()
        made = function(*arguments, **named)
        found[-1][name] = time.perf_counter() - began
        found[-1][f"{name} processors"] = time.process_time() - worked
        return made

    return timed


if __name__ == "__main__":
    main()
