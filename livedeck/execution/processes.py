"""Ends and measures a worker with all that it has started, also what left its process group.

On Linux whatever loses its parent falls to the worker's supervisor. Elsewhere a mark in the
environment, which processes inherit, finds those that gave themselves a new session.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import psutil

MARK = "LIVEDECK_WORKER"
PATIENCE = 20.0  # seconds; what is left then is beyond killing, such as a hung disk's reader
PAUSE = 0.005  # seconds between two looks at what was killed
GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


def end(leader: int, mark: str) -> None:
    """Kills a process, all that it has started, and its process group; its caller too, if that
    belongs to the group."""
    _end(lambda: [*_below(leader), *(() if sys.platform == "linux" else _marked(mark))])
    with suppress(ProcessLookupError, PermissionError):
        os.kill(leader, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_marked(mark: str) -> None:
    """Kills what a process has started that is gone itself: its number may be another's by now."""
    _end(lambda: _marked(mark))


def end_below(leader: int, staying: Iterable[int]) -> None:
    """Kills all that a process has started, also by others, but for those that are `staying`."""
    kept = set(staying)
    _end(lambda: [process for process in _below(leader) if process.pid not in kept])


def _end(find: Callable[[], Iterable[psutil.Process]]) -> None:
    killed: set[psutil.Process] = set()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = set(find())  # anew, for a process may have started another one meanwhile
        killed |= found
        if not any(map(lives, killed)):
            break
        for process in found:
            with suppress(*GONE):
                process.kill()
        time.sleep(PAUSE)


def _below(leader: int) -> Iterator[psutil.Process]:
    with suppress(*GONE):
        for process in psutil.Process(leader).children(recursive=True):
            if lives(process):
                yield process


def memory(leader: int) -> int:
    """The resident bytes of a process and its descendants, as far as they are still there."""
    try:
        process = psutil.Process(leader)
        family = [process, *process.children(recursive=True)]
    except GONE:
        return 0
    total = 0
    for each in family:
        with suppress(*GONE):
            total += each.memory_info().rss
    return total


def installed_memory() -> int:
    """The bytes of memory that this machine has."""
    return int(psutil.virtual_memory().total)


def lives(process: psutil.Process) -> bool:
    """Whether a process still does anything. A dead one stays in the system's table until its
    parent has asked how it died; in a container the parent may be a program that never does."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except GONE:
        return False


def _marked(mark: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(*GONE, OSError):
            marked = process.pid != os.getpid() and process.environ().get(MARK) == mark
            if marked and lives(process):
                yield process
