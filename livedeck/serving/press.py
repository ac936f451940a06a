"""Prints the PDF in the background, when there is nothing else to do, and finds on the way what a
build would refuse."""

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from livedeck import processes, stamp
from livedeck.errors import AuthorError
from livedeck.options import Options
from livedeck.project import Project

GRACE = 2.0  # seconds to end in
REST = 1.0  # seconds without a newer edition
FOLDER = "served"  # in the store


class Press:
    """Prints one edition at a time; a newer one cancels it. `printed` is called from a thread with
    the number of an edition, and what is wrong with it."""

    def __init__(
        self,
        project: Project,
        options: Options,
        printed: Callable[[int, list[AuthorError]], None],
    ) -> None:
        self.folder = project.store / FOLDER
        self.busy = False
        self._project = replace(project, output=self.folder)
        self._options = replace(options, keep_going=True)
        self._printed = printed
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._started: list[subprocess.Popen[bytes]] = []  # and not known to have ended
        self._closed = False

    def refresh(self, number: int) -> None:
        """Prints this edition soon, and no older one."""
        self.cancel()
        with self._lock:
            if not self._closed:
                self._timer = threading.Timer(REST, self._print, (number,))
                self._timer.daemon = True
                self._timer.start()

    def cancel(self) -> None:
        """Gives up whatever is being printed."""
        with self._lock:
            timer, process = self._timer, self._process
            self._timer = self._process = None
            self.busy = False
            if timer is not None:
                timer.cancel()
            if process is not None:
                process.terminate()

    def close(self) -> None:
        """Ends everything that was started."""
        with self._lock:
            self._closed = True
        self.cancel()
        for process in self._started:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                processes.end(process.pid, _mark(process))

    def pdf(self) -> Path | None:
        """The last PDF that was printed, if any is."""
        if self._options.pdf == ():
            return None
        path = self.folder / "deck.pdf"
        return path if path.is_file() else None

    def _print(self, number: int) -> None:
        arguments = self._options.arguments()
        if stamp.is_current(self._project, arguments):
            self._printed(number, [])
            return
        with self._lock:
            if self._closed:
                return
            self._started = [each for each in self._started if each.poll() is None]
            process = self._process = _start(secrets.token_hex(8))
            self._started.append(process)
            self.busy = True
        try:
            errors = self._wait(process)
        finally:
            process.wait()
        with self._lock:
            if self._process is not process:
                return  # cancelled
            self._process, self.busy = None, False
        if errors is not None:
            self._printed(number, errors)

    def _wait(self, process: subprocess.Popen[bytes]) -> list[AuthorError] | None:
        assert process.stdin is not None
        assert process.stdout is not None
        project = {name: str(path) for name, path in asdict(self._project).items()}
        asked = {"project": project, "options": asdict(self._options)}
        try:
            process.stdin.write((json.dumps(asked) + "\n").encode())
            process.stdin.flush()
            answer = process.stdout.read()
            process.stdin.close()
        except BrokenPipeError:
            answer = b""
        process.stdout.close()
        try:
            return [_error(one) for one in json.loads(answer)]
        except ValueError:
            return None  # it was killed


def _error(told: dict[str, str]) -> AuthorError:
    path = None if told["path"] is None else Path(told["path"])
    line = None if told["line"] is None else int(told["line"])
    return AuthorError(told["message"], path, line, hint=told["hint"], detail=told["detail"])


def _start(mark: str) -> subprocess.Popen[bytes]:
    """A process that prints; the mark is in its environment and in that of all that it starts."""
    source = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", "livedeck.serving.proofreader", mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path, processes.MARK: mark},
        start_new_session=True,  # Ctrl-C is for the server, which ends it
    )


def _mark(process: subprocess.Popen[bytes]) -> str:
    assert isinstance(process.args, list)
    return str(process.args[-1])
