"""A console that outlives whoever reads it: a pipe that is closed or, by a private method of rich,
a terminal."""

import errno
import os

from rich.console import Console


class LastingConsole(Console):
    """Writes as long as somebody reads."""

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            self.on_broken_pipe()  # its terminal was closed

    def on_broken_pipe(self) -> None:
        """Whoever read has gone: the work goes on, and nothing more is said."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
