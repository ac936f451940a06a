"""Folders in which entries are made before they are renamed into the store.

Beside each folder lies a file that its process keeps locked. The system unlocks it when that
process ends, however it ends and whatever machine it ran on; a number of a process could be
another's by now, or belong to a machine that shares the store.
"""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = ".lock"
UNSUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


@contextmanager
def folder(waiting: Path) -> Iterator[Path]:
    """A new empty folder below `waiting`; what is left in it at the end is removed."""
    lock, path = _locked(waiting)
    made = path.with_suffix("")
    try:
        made.mkdir()
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        path.unlink(missing_ok=True)
        os.close(lock)


def leftovers(waiting: Path) -> list[Path]:
    """The folders and locks of processes that have ended without removing them."""
    found = []
    for path in sorted(waiting.glob("*")):
        with _abandoned(path.with_suffix(LOCK)) as abandoned:
            if abandoned:
                found.append(path)
    return found


def sweep(waiting: Path) -> None:
    """Removes the leftovers; a folder goes before its lock."""
    for path in sorted(waiting.glob("*")):
        with _abandoned(path.with_suffix(LOCK)) as abandoned:
            if abandoned and path.suffix == LOCK:
                path.unlink(missing_ok=True)
            elif abandoned:
                shutil.rmtree(path, ignore_errors=True)


def _locked(waiting: Path) -> tuple[int, Path]:
    """A new locked file; where nothing can be locked, one that nobody sweeps away."""
    while True:
        waiting.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # somebody has removed the empty folder meanwhile
            lock, name = tempfile.mkstemp(suffix=LOCK, dir=waiting)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)  # somebody looks whether it is held, and will remove it
                continue
            except OSError as error:
                if error.errno not in UNSUPPORTED:
                    raise
            if os.fstat(lock).st_nlink:
                return lock, Path(name)
            os.close(lock)


@contextmanager
def _abandoned(lock: Path) -> Iterator[bool]:
    """Whether nobody holds a lock; meanwhile nobody can take it either."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError as error:
        yield isinstance(error, FileNotFoundError)  # else another user's
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
