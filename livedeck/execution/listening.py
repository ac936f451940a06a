"""Hears what an experiment says beside its result: Python's warnings, what it or a package logs as
a warning or worse, and exceptions that end a thread or find nobody at all.

Each is told to the engine at once, on a descriptor that forked processes have as well: so it is
known whatever becomes of the process. What the author silences or records is not heard, and what
the author shows in a way of his own is shown so too. What is printed, the engine reads itself.
"""

import contextlib
import ctypes
import functools
import json
import logging
import os
import re
import sys
import threading
import traceback
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from livedeck.keys import inputs

MOST = 100  # different messages of a process that are told; of others, only how many there are
PIECE = 4000  # bytes that a pipe takes whole, whoever else writes into it
OTHERS = -1  # the number of all messages beyond the most
UNNAMED = "<unknown>"  # what is parsed without saying which file it is, as the engine does

Place = tuple[str, int]


@contextlib.contextmanager
def heard(settings: dict[str, Any], job: dict[str, Any], channel: int) -> Iterator[None]:
    """Tells the engine what the block says, on an open file descriptor, as lines of JSON.

    `settings` hold the project's root and the names of its modules and packages.
    """
    listener = _Listener(Path(settings["root"]), (job["path"], job["line"]), channel)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    patches: tuple[tuple[Any, str, Any], ...] = (
        (logging.Logger, "callHandlers", listener.logged(logging.Logger.callHandlers)),
        (logging.StreamHandler, "emit", listener.emitted(logging.StreamHandler.emit)),
        (logging, "lastResort", logging.NullHandler()),
        (threading, "excepthook", listener.ended),
        (sys, "unraisablehook", listener.lost),
    )
    before = [getattr(owner, name) for owner, name, _ in patches]
    with warnings.catch_warnings():
        # As where `python -m` runs it: what its own code uses that will go, not what packages do.
        warnings.filterwarnings("default", "", DeprecationWarning, _own_modules(settings))
        warnings.filterwarnings("ignore", module=UNNAMED)
        warnings.showwarning = listener.warned(warnings.showwarning)
        for owner, name, mine in patches:
            setattr(owner, name, mine)
        try:
            yield
        finally:
            for (owner, name, _), old in zip(patches, before, strict=True):
                setattr(owner, name, old)
            listener.finish()
            _flush()


class _Listener:
    """Counts equal messages, and tells of each the first time, the second, the fourth and so on."""

    def __init__(self, root: Path, subject: Place, channel: int) -> None:
        self.root, self.subject, self.channel = root, subject, channel
        self.streams = {sys.stdout, sys.stderr}
        self._pipe = _identity(channel)
        self._is_ours = functools.cache(functools.partial(inputs.is_inside, root))
        self._own = threading.local()  # the record that a thread has just told of
        self._begin()

    def warned(self, show: Any) -> Any:
        """What stands in the place of `warnings.showwarning`."""

        def showwarning(
            message: object, category: type, filename: str, lineno: int, *rest: Any, **more: Any
        ) -> None:
            place = self._place(filename, lineno, sys._getframe(1))
            self.note(category.__name__, _text(message), place)
            if sys.stderr not in self.streams or any(rest) or more.get("file"):
                show(message, category, filename, lineno, *rest, **more)  # somebody reads it there

        return showwarning

    def logged(self, call: Any) -> Any:
        """What stands in the place of `Logger.callHandlers`."""

        def callHandlers(logger: logging.Logger, record: logging.LogRecord) -> None:  # noqa: N802
            if record.levelno >= logging.WARNING and self._is_shown(logger):
                place = self._place(record.pathname, record.lineno, sys._getframe(1))
                self.note(f"{record.levelname} {record.name}", _logged_text(record), place)
                self._own.record = record
            try:
                call(logger, record)
            finally:
                self._own.record = None

        return callHandlers

    def emitted(self, emit: Any) -> Any:
        """What stands in the place of `StreamHandler.emit`: what was told of is not printed too."""

        def emit_others(handler: Any, record: logging.LogRecord) -> None:
            told = record is getattr(self._own, "record", None)
            if not (told and handler.stream in self.streams):
                emit(handler, record)

        return emit_others

    def ended(self, failure: Any) -> None:
        """What stands in the place of `threading.excepthook`."""
        if not issubclass(failure.exc_type, SystemExit):
            self._note_error("ended a thread", failure)

    def lost(self, failure: Any) -> None:
        """What stands in the place of `sys.unraisablehook`."""
        self._note_error(f"was ignored in {failure.object!r}", failure)

    def _note_error(self, fate: str, failure: Any) -> None:
        lines = [(f.f_code.co_filename, n) for f, n in traceback.walk_tb(failure.exc_traceback)]
        ours = [line for line in lines if self._is_ours(line[0])] or [self.subject]
        place = self._place(*ours[-1], None)
        self.note(failure.exc_type.__name__, f"{fate}: {_text(failure.exc_value)}", place)

    def note(self, kind: str, text: str, place: Place) -> None:
        """Takes a message in."""
        if self._process != os.getpid():
            self._begin()  # a forked one counts for itself; nobody has its lock
        text = text[:PIECE]
        with self._lock:
            number = self._numbers.setdefault((kind, text, place), len(self._numbers))
            if number >= MOST:
                del self._numbers[kind, text, place]
                number, kind, text = OTHERS, "", ""
            times = self._times[number] = self._times.get(number, 0) + 1
            self._last[number] = kind, text, place
            if times & (times - 1) == 0:
                self._tell(number)

    def finish(self) -> None:
        """Tells how often each message came."""
        if self._process == os.getpid():
            for number in list(self._times):
                self._tell(number)

    def _begin(self) -> None:
        self._process, self._lock = os.getpid(), threading.RLock()
        self._numbers: dict[tuple[str, str, Place], int] = {}
        self._times: dict[int, int] = {}
        self._last: dict[int, tuple[str, str, Place]] = {}

    def _tell(self, number: int) -> None:
        kind, text, (file, line) = self._last[number]
        told = {"event": "said", "from": [os.getpid(), number], "times": self._times[number]}
        told |= {"kind": kind[:200], "file": file, "line": line}
        size = PIECE
        while len(data := json.dumps({**told, "text": text[:size]}).encode()) >= PIECE and size:
            size //= 2
        with contextlib.suppress(OSError):
            if _identity(self.channel) == self._pipe:  # and not what was opened in its place
                os.write(self.channel, data + b"\n")

    def _is_shown(self, logger: logging.Logger) -> bool:
        """Whether a logger's records come before its author's eyes, or would without any setting:
        they reach the root or nobody, or are written to where all is that is printed."""
        handlers: list[logging.Handler] = []
        each: logging.Logger | None = logger
        while each is not None:
            handlers += each.handlers
            if each is logging.root:
                return True
            each = each.parent if each.propagate else None
        return not handlers or any(getattr(h, "stream", None) in self.streams for h in handlers)

    def _place(self, file: str, line: int, frame: types.FrameType | None) -> Place:
        """Where the project's own code is at fault: where a message points, or the innermost line
        that led there, or else the function that runs."""
        while not self._is_ours(str(file)):
            if frame is None:
                file, line = self.subject
                break
            file, line, frame = frame.f_code.co_filename, frame.f_lineno, frame.f_back
        path = Path(file)
        inside = path.is_relative_to(self.root)
        return path.relative_to(self.root).as_posix() if inside else file, max(1, int(line))


def _own_modules(settings: dict[str, Any]) -> str:
    """A pattern of the names of the project's modules; what is being parsed goes by its path."""
    names = "|".join(map(re.escape, settings["modules"]))
    return rf"(?:{names})(?:\.|\Z)|{re.escape(settings['root'])}/"


def _text(message: object) -> str:
    try:
        return str(message)
    except Exception:
        return f"a {type(message).__name__} that has no text"


def _logged_text(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # its arguments do not fit
        text = _text(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    return text if error is None else f"{text}: {type(error).__name__}: {_text(error)}"


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _flush() -> None:
    """Writes out what was printed, by Python and by libraries of C."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):  # closed, or none
            stream.flush()
    ctypes.CDLL(None).fflush(None)
