"""Prints the PDF in the background, when there is nothing else to do, and finds on the way what a
build would refuse."""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

from livedeck import engine, staging, stamp
from livedeck.errors import AuthorError
from livedeck.execution import processes
from livedeck.options import Options
from livedeck.project import Project
from livedeck.store.entry import content

GRACE = 2.0  # seconds to end in
REST = 1.0  # seconds without a newer edition
FOLDER = "served"  # in the user's cache, for what is in it is shown as it is
NAME = "deck.pdf"
MOST = 2**30  # bytes of it
LAST_WORDS = 4000  # characters of what a process has said before it failed


class PdfRefresh:
    """Prints one edition at a time; a newer one cancels it. `printed` is called from a thread with
    the number of an edition, and what is wrong with it, `told` when printing begins and ends."""

    def __init__(
        self,
        project: Project,
        options: Options,
        printed: Callable[[int, list[AuthorError]], None],
        told: Callable[[], None],
    ) -> None:
        self._temporary = ExitStack()
        cache = project.cache.folder
        if project.cache.lack:
            cache = self._temporary.enter_context(staging.scratch(project.store))
        self.folder = cache / FOLDER
        self.busy = False
        self._project = replace(project, output=self.folder)
        self._options = replace(options, keep_going=True)
        self._printed, self._told = printed, told
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
        self._temporary.close()

    @property
    def there(self) -> bool:
        """Whether a PDF has been printed."""
        return self._options.pdf != () and (self.folder / NAME).is_file()

    def pdf(self) -> bytes | None:
        """The last PDF that was printed, if any is, and as it was printed."""
        built = stamp.read(self.folder) if self.there else None
        with suppress(OSError):
            data = content(self.folder / NAME, MOST)
            if built and hashlib.sha256(data).hexdigest() == built["outputs"].get(NAME):
                return data
        return None

    def _print(self, number: int) -> None:
        current = stamp.is_current(self._project, self._options.arguments())
        errors = [] if current else self._build()
        if errors is not None:
            self._printed(number, errors)
        self._told()

    def _build(self) -> list[AuthorError] | None:
        """What a build would refuse; None if this print was cancelled."""
        with (
            staging.scratch(self._project.store) as room,
            (room / "log").open("w+b", buffering=0) as log,
        ):
            with self._lock:
                if self._closed or self._timer is not threading.current_thread():
                    return None
                self._started = [each for each in self._started if each.poll() is None]
                process = self._process = _start(secrets.token_hex(8), log)
                self._started.append(process)
                self.busy = True
            self._told()
            try:
                errors = self._wait(process, log)
            finally:
                process.wait()
        with self._lock:
            if self._process is not process:
                return None
            self._process, self.busy = None, False
        return errors

    def _wait(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> list[AuthorError]:
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
        except ValueError:  # it has ended without a word
            log.seek(0)
            said = log.read().decode("utf-8", "replace")[-LAST_WORDS:].strip()
            message = f"the PDF was not made: its process ended with status {process.wait()}"
            return [AuthorError(message, detail=said)]


def _error(told: dict[str, str]) -> AuthorError:
    path = None if told["path"] is None else Path(told["path"])
    line = None if told["line"] is None else int(told["line"])
    return AuthorError(told["message"], path, line, hint=told["hint"], detail=told["detail"])


def _start(mark: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process that prints; the mark is in its environment and in that of all that it starts."""
    path = os.pathsep.join(filter(None, [str(engine.SOURCE), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", "livedeck.serving.trial_build", mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=os.environ | {"PYTHONPATH": path, processes.MARK: mark},
        start_new_session=True,  # Ctrl-C is for the server, which ends it
    )


def _mark(process: subprocess.Popen[bytes]) -> str:
    assert isinstance(process.args, list)
    return str(process.args[-1])
