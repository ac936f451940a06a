"""Processes that lay out the pieces of a long document side by side: `python -m` this module.

Each reads pieces on its standard input and writes sheets on its standard output, both as a
length in four bytes, JSON, and for sheets the PDF. When its parent goes, its input ends.
"""

import json
import os
import queue
import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from livedeck.errors import AuthorError, AuthorErrors, LivedeckError

if TYPE_CHECKING:
    from livedeck.sheets import Piece, Sheets

MOST = 4  # more processes take memory faster than they save time


class Typesetters:
    """Some processes that start at once, so that their imports overlap with other work."""

    def __init__(self, count: int | None = None) -> None:
        count = count or min(MOST, os.cpu_count() or 1)
        source = str(Path(__file__).parents[1])
        path = os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        command = [sys.executable, "-m", "livedeck.typesetters"]
        self._processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": path},
            )
            for _ in range(count)
        ]
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        for process in self._processes:
            self._idle.put(process)

    def lay_out(self, pieces: Sequence["Piece"]) -> list["Sheets"]:
        """The pieces laid out, in their order; raises what `sheets.lay_out` would raise."""
        with ThreadPoolExecutor(len(self._processes)) as threads:
            return list(threads.map(self._lay_out, pieces))

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _lay_out(self, piece: "Piece") -> "Sheets":
        from livedeck.sheets import Bookmark, Sheets
