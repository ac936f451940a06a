"""How tests wait: not longer than something may take, or until an experiment calls."""

import os
import select
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120  # seconds after which a command hangs
LONG = 10 * PATIENCE  # the same of one that runs hundreds of experiments


@dataclass(frozen=True)
class Line:
    """A named pipe on which an experiment calls, and which it holds open as long as it lives."""

    path: Path
    end: int

    @classmethod
    def lay(cls, path: Path) -> "Line":
        """Makes the pipe."""
        os.mkfifo(path)
        return cls(path, os.open(path, os.O_RDONLY | os.O_NONBLOCK))

    @property
    def call(self) -> str:
        """A statement that makes an experiment call, and holds the pipe open in `line`."""
        return f"line = os.open({str(self.path)!r}, os.O_WRONLY); os.write(line, b'!')"

    def wait(self) -> None:
        """Waits for the call."""
        assert self._read() == b"!"

    def wait_for_end(self) -> None:
        """Waits until every process that held the pipe open has ended."""
        assert self._read() == b""

    def _read(self) -> bytes:
        ready, _, _ = select.select([self.end], [], [], PATIENCE)
        assert ready, "nobody called"
        return os.read(self.end, 1)
