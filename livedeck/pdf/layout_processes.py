"""Processes that lay out the pieces of a long document side by side: `python -m` this module."""

import contextlib
import os
import queue
import re
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from livedeck import engine, staging, stamp
from livedeck.errors import AuthorError, AuthorErrors, LivedeckError
from livedeck.pdf.pieces import Piece, Sheets, receive, send

PATIENCE = 300.0  # seconds for a piece, of which it takes a few; then something has gone wrong
MOST = 4  # more processes take memory faster than they save time
NO_PANGO = "slides cannot be laid out without Pango, a library of the system"
INSTALL = (
    "Debian, Ubuntu: `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`; "
    "macOS: `brew install pango`."
)
EDITED = 1  # pieces that a deck that was built before will most likely have laid out anew


class LayoutProcesses:
    """Processes for some pieces, which start at once: their imports overlap with other work.

    More are started where more pieces are to be laid out. When this process goes, their input
    ends, and they go too.
    """

    def __init__(
        self, pieces: int, patience: float = PATIENCE, *, store: Path | None = None
    ) -> None:
        self._patience = patience
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._starting = threading.Lock()  # documents are laid out side by side
        # What WeasyPrint leaves in it when its process is killed goes with it.
        self._room = contextlib.ExitStack()
        self._folder = self._room.enter_context(staging.scratch(store))
        self.start(pieces)

    @classmethod
    def of_build(cls, output: Path, store: Path) -> Self:
        """Those that a build will most likely need, before it is known what for."""
        return cls(EDITED if stamp.read(output) else 0, store=store)

    def lay_out(self, pieces: Sequence[Piece]) -> list[Sheets]:
        """The pieces laid out, in their order; raises `AuthorErrors` as `sheets.lay_out` does."""
        if not pieces:
            return []
        self.start(len(pieces))
        threads = ThreadPoolExecutor(len(self._processes))
        try:
            return list(threads.map(self._lay_out, pieces))
        except LivedeckError:
            raise
        except BaseException:
            self.close()  # else the threads would wait for processes that nobody waits for
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
        self._room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self, pieces: int = MOST) -> None:
        """Starts as many processes as some pieces keep busy, unless there are as many."""
        path = os.pathsep.join(filter(None, [str(engine.SOURCE), os.environ.get("PYTHONPATH")]))
        with self._starting:
            for _ in range(len(self._processes), min(pieces, MOST, os.cpu_count() or 1)):
                process = subprocess.Popen(
                    [sys.executable, "-m", "livedeck.pdf.layout_processes"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=os.environ | {"PYTHONPATH": path, "TMPDIR": str(self._folder)},
                    start_new_session=True,  # Ctrl-C is for this process, which ends them
                )
                self._processes.append(process)
                self._idle.put(process)

    def _lay_out(self, piece: Piece) -> Sheets:
        process = self._idle.get()
        assert process.stdin is not None
        assert process.stdout is not None
        limit = threading.Timer(self._patience, process.kill)
        limit.start()
        try:
            send(process.stdin, piece)
            answer = receive(process.stdout)
        except BrokenPipeError:
            answer = None
        finally:
            late = not limit.is_alive()
            limit.cancel()
            self._idle.put(process)
        if answer is None and late:
            which = ", ".join(re.findall(r'<section class="slide[^>]* id="([^"]*)"', piece.html))
            message = (
                f"a part of the {piece.document} took more than {self._patience:g} s to lay out"
            )
            raise LivedeckError(f"{message}: {which or 'all of it'}")
        if answer is None:
            raise LivedeckError(f"a process that lays out the PDF ended ({process.wait()})")
        content, pdf = answer
        if "errors" in content:
            raise AuthorErrors(
                [AuthorError(error["message"], hint=error["hint"]) for error in content["errors"]]
            )
        return Sheets.restored(pdf, content)


def main() -> None:
    """Lays out pieces from the standard input until it ends."""
    threading.Thread(target=_end_with_build, daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    try:
        with contextlib.redirect_stdout(None):  # WeasyPrint prints what it raises
            from livedeck.pdf import layout, stylesheets
    except OSError:
        while receive(sys.stdin.buffer) is not None:
            send(answers, {"errors": [{"message": NO_PANGO, "hint": INSTALL}]})
        return
    fonts = layout.own_fonts()
    stylesheets.keep(fonts)
    while (message := receive(sys.stdin.buffer)) is not None:
        try:
            done = layout.lay_out(Piece(**message[0]), fonts)
        except AuthorErrors as errors:
            complaints = [{"message": e.message, "hint": e.hint} for e in errors.errors]
            send(answers, {"errors": complaints})
        except OSError as error:  # of the folder where fonts are written for the time being
            lack = f"{tempfile.gettempdir()}: cannot be written: {error.strerror}"
            send(answers, {"errors": [{"message": lack, "hint": "What was built is kept."}]})
        else:
            send(answers, done.described(), done.pdf)


def _end_with_build() -> None:
    """Ends whatever is laid out when nobody can send anything any more: the folder that it needs
    goes as well."""
    poll = select.poll()
    poll.register(0, 0)  # no event but that
    poll.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
