"""What was made before, kept by what it was made from: for a process that builds a deck over and
over, and must come to the same deck as one that builds it once."""

import hashlib
import os
import time
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from livedeck.files import read_bytes, read_text

T = TypeVar("T")

Status = tuple[int, int, int, int]

COARSE = 0.05  # seconds within which two changes of a file may bear one time


class Memo:
    """Keeps what the last whole pass has used, and what this one has used or made.

    What is kept is found by its key alone, so a key holds all that it was made from. A file counts
    as unchanged while its status is; a file that was changed just now is read whatever that says.
    """

    def __init__(self) -> None:
        self.unsettled = False  # whether a file was read that may yet change under the same time
        self.view: Mapping[str, Status | None] = {}  # the status of files, seen just now
        self._now: dict[tuple[str, Hashable], Any] = {}
        self._before: dict[tuple[str, Hashable], Any] = {}

    def turn(self) -> None:
        """Ends a whole pass: what it has not used is forgotten."""
        self._before, self._now = self._now, {}

    def of(self, kind: str, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, or gave for this key; what it raises is not kept."""
        place = kind, key
        if place not in self._now:
            self._now[place] = self._before[place] if place in self._before else make()
        found: T = self._now[place]
        return found

    def about(self, kind: str, thing: object, key: Hashable, make: Callable[[], T]) -> T:
        """The same for what is made of one object (which is kept, and known by its identity)."""
        _, found = self.of(kind, (id(thing), key), lambda: (thing, make()))
        return found

    def last(self, kind: str, basis: object, make: Callable[[], T]) -> T:
        """The same where only the last is worth keeping: its basis is compared, and need not have a
        hash."""
        slot: list[Any] = self.of("last", kind, list)
        if not slot or slot[0] != basis:
            slot[:] = basis, make()
        found: T = slot[1]
        return found

    def text(self, path: Path) -> str:
        """A file's text, as `read_text` gives it."""
        found = self._status(path)
        if found is None:
            return read_text(path)
        return self.of("text", (str(path), found), lambda: read_text(path))

    def content(self, path: Path | str) -> Hashable:
        """Something that is equal as long as a file's content is."""
        return self._status(path) or _digest(Path(path))

    def tree(self, folder: Path) -> Hashable:
        """Something that is equal as long as all files below a folder are."""
        return tuple((path, self.content(path)) for path in files(folder))

    def _status(self, path: Path | str) -> Hashable:
        """What a file's status says; None of one that is not there or was changed just now."""
        name = str(path)
        found = self.view[name] if name in self.view else status(name)
        if found is not None and abs(time.time_ns() - max(found[:2])) < COARSE * 1e9:
            self.unsettled = True
            return None
        return found


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(read_bytes(path)).digest()
    except OSError:
        return b""


def status(path: str) -> Status | None:
    """What tells a file from what it was before: its times in nanoseconds, size and number."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def files(folder: Path) -> list[str]:
    """The paths of all files below a folder, in one order; without what Python leaves there, and
    what is none, such as an editor's link to nowhere."""
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        paths = (os.path.join(parent, name) for name in names if not name.endswith(".pyc"))
        found += filter(os.path.isfile, paths)
    return sorted(found)
