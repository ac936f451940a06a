"""Ends and measures a worker with all that it has started, also what left its process group.

Every process inherits the environment, so a mark in it finds the worker's descendants however they
were started; a group or a parent's number would lose those that gave themselves a new session.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

MARK = "LIVEDECK_WORKER"
PATIENCE = 20.0  # seconds; what is left then is beyond killing, such as a hung disk's reader
PAUSE = 0.005  # seconds between two looks at what was killed
GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


def end(leader: int, mark: str) -> None:
    """Kills every process that carries the mark, and the process group of `leader`; its caller
    too, if that belongs to the group."""
    killed: set[psutil.Process] = set()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = set(_marked(mark))  # anew, for a process may have started another one meanwhile
        killed |= found
        if not any(map(lives, killed)):
            break
        for process in found:
            with suppress(*GONE):
                process.kill()
        time.sleep(PAUSE)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


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
