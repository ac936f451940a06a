"""Folders in which things are made before they are renamed into their place, or are forgotten.

Beside each folder lies a file that its process keeps locked. The system unlocks it when that
process ends, however it ends and whatever machine it ran on; a number of a process could be
another's by now, or belong to a machine that shares the store.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

FOLDER = "staging"  # in a store, where all is ours
LOCK = ".lock"
AMONG = f".livedeck{LOCK}"  # of a folder among what is somebody else's
BEFORE = "livedeck-"  # of one in the system's temporary folder
UNSUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}

T = TypeVar("T")

_held: set[Path] = set()  # the locks of this process, each from before it is there


@contextmanager
def folder(waiting: Path, before: str = "", after: str = LOCK) -> Iterator[Path]:
    """A new empty folder below `waiting`; what is left in it at the end is removed. `before` and
    `after` are how the name of its lock begins and ends."""
    lock, path = _locked(waiting, before, after)
    made = path.with_suffix("")
    try:
        made.mkdir()
        yield made
    finally:
        _remove(path)
        _held.discard(path)
        os.close(lock)


@contextmanager
def scratch(store: Path | None) -> Iterator[Path]:
    """A new folder for what nobody keeps: in the store, or in the system's temporary folder if
    there is no store that can be written to."""
    with ExitStack() as stack:
        made = None
        if store is not None:
            with suppress(OSError):
                made = stack.enter_context(folder(store / FOLDER))
        yield made or stack.enter_context(folder(_temporary(), BEFORE, AMONG))


def whole(place: Path, store: Path, make: Callable[[Path], T]) -> T:
    """What `make` does in a new folder from which a rename reaches `place`: in the store, or beside
    the place if the store is on another disk or cannot be written to."""
    disk = place.parent.stat().st_dev
    with suppress(OSError):  # it is said when it happens again
        (store / FOLDER).mkdir(parents=True, exist_ok=True)
        if (store / FOLDER).stat().st_dev == disk:
            with folder(store / FOLDER) as made:
                return make(made)
    sweep_beside(place)
    with folder(place.parent, _beside(place), AMONG) as made:
        return make(made)


def leftovers(waiting: Path) -> list[Path]:
    """The folders and locks of processes that have ended without removing them."""
    found = []
    for path in _listed(waiting):
        with _abandoned(_lock_of(path)) as abandoned:
            if abandoned:
                found.append(path)
    return found


def sweep(waiting: Path) -> None:
    """Removes the leftovers."""
    for path in _listed(waiting):
        with _abandoned(_lock_of(path)) as abandoned:
            if abandoned:
                _remove(_lock_of(path))


def sweep_beside(place: Path) -> None:
    """Removes what was left beside a place, where all else is somebody's own."""
    _sweep_among(place.parent, _beside(place))


def sweep_temporary() -> None:
    """Removes what was left in the system's temporary folder."""
    _sweep_among(_temporary(), BEFORE)


def release() -> None:
    """Removes what this process holds, which ends here and now."""
    for path in list(_held):
        _remove(path)


def _sweep_among(waiting: Path, before: str) -> None:
    """Removes leftovers that a lock with our name belongs to; a name alone may be anybody's."""
    for path in _listed(waiting):
        if path.name.startswith(before) and path.name.endswith(AMONG):
            with _abandoned(path) as abandoned:
                if abandoned:
                    _remove(path)


def _beside(place: Path) -> str:
    return f".{place.name}-"


def _temporary() -> Path:
    return Path(os.environ.get("TMPDIR") or "/tmp")  # `tempfile` would try it out with a file


def _listed(waiting: Path) -> list[Path]:
    try:
        return [waiting / name for name in sorted(os.listdir(waiting))]
    except OSError:
        return []


def _lock_of(path: Path) -> Path:
    return path if path.suffix == LOCK else path.with_name(path.name + LOCK)


def _remove(lock: Path) -> None:
    """Removes a folder and then its lock, which stays if the folder does."""
    made = lock.with_suffix("")
    shutil.rmtree(made, ignore_errors=True)
    with suppress(OSError):
        if not made.is_dir():
            made.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


def _locked(waiting: Path, before: str, after: str) -> tuple[int, Path]:
    """A new locked file; where nothing can be locked, one that nobody sweeps away."""
    while True:
        waiting.mkdir(parents=True, exist_ok=True)
        path = waiting / f"{before}{os.urandom(8).hex()}{after}"
        with suppress(FileNotFoundError):  # somebody has removed the empty folder meanwhile
            _held.add(path)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)  # somebody looks whether it is held, and will remove it
                continue
            except OSError as error:
                if error.errno not in UNSUPPORTED:
                    raise
            if os.fstat(lock).st_nlink:
                return lock, path
            os.close(lock)


@contextmanager
def _abandoned(lock: Path) -> Iterator[bool]:
    """Whether nobody holds a lock; meanwhile nobody can take it either."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
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
