"""A folder of results and figures, each under the key of what it was made from.

An entry is written to a temporary folder and renamed into place, so a reader sees it whole or
not at all; it leaves the same way. Its manifest holds the digest of each of its files; a file
that no longer has it is damage, and the entry is set aside.
"""

import errno
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from livedeck import staging
from livedeck.errors import AuthorError, LivedeckError
from livedeck.store.entry import (
    MANIFEST,
    NO_DAMAGE,
    SHARED,
    Entry,
    LostEntry,
    Task,
    content,
    describe,
    file_digest,
    seal,
    unseal,
)
from livedeck.store.remote import Remote

PARTS = (
    *("entries", "sources", "digests", "staging", "damaged"),
    *("compiled", "matplotlib", "templates", "served", "pages"),  # of earlier versions
)
KEY = re.compile("[0-9a-f]{64}")
ROOM = 2**16  # bytes that any entry may need
TICK = 0.001  # seconds by which an entry is newer than the last of its name, whatever clocks say
ATTEMPTS = 8  # to enter the store while others clean it


class Store:
    """Entries under `entries/<key of the task>/<key of all inputs>/`.

    What it lacks it looks for in its `remote`, if it has one, and what is made for it goes there.
    `published` names by kind and name the entries, by these two keys, that the last deck shows.
    With `read_only`, damage is noted and nothing is touched.
    """

    def __init__(
        self,
        root: Path,
        published: Mapping[str, str] | None = None,
        *,
        remote: Remote | None = None,
        read_only: bool = False,
    ) -> None:
        self.root = root
        self._require_folders()
        self.remote = remote
        self.published = published or {}
        self.read_only = read_only
        self.damaged: list[str] = []
        self._newest: dict[tuple[str, str], dict[str, Any]] | None = None

    def find(self, task: Task, value: Callable[[str], str]) -> Entry | None:
        """The entry of a task whose observed inputs all have their present `value`."""

        def fresh(manifest: dict[str, Any]) -> bool:
            return all(value(name) == then for name, then in manifest["observed"].items())

        for entry in self._entries(self.root / "entries" / task.key):
            if fresh(entry.manifest) and self.intact(entry):
                return entry
        if self.remote is None or not self.remote.holds(task):
            return None
        with self.staging() as folder:
            manifest = self.remote.fetch(task, fresh, folder)
            return None if manifest is None else self.enter(folder / "entry", manifest)

    def values(self, task: Task, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The values of a task that observes nothing, kept where they had to be made."""
        entry = self.find(task, lambda _: "")
        if entry is None:
            values = make()
            with self.staging() as folder:
                entry = self.commit(task, folder, observed={}, values=values, provenance={})
        return entry.values

    def history(self, task: Task) -> dict[str, Any] | None:
        """The manifest that a task is compared with, whatever it was made from: that of the entry
        of its name in the last published deck, else of the newest one; for a figure that was never
        drawn at its size, of the newest at another."""
        folder, _, key = self.published.get(f"{task.kind} {task.name}", "").partition("/")
        for entry in self._entries(self.root / "entries" / folder) if folder else ():
            if entry.path.name == key:
                return entry.manifest
        newest = self.newest(task.kind, task.name)
        if newest is None and task.kind == "figure":
            return self.newest(task.kind, _without_size(task.name))
        return newest

    def newest(self, kind: str, name: str) -> dict[str, Any] | None:
        """The manifest of the newest entry of a name; a figure has one with its size, and one
        without."""
        if self._newest is None:  # read once, for a build asks for every figure that it draws
            newest: dict[tuple[str, str], dict[str, Any]] = {}
            for entry in self.entries():
                _note_newest(newest, entry.manifest)
            self._newest = newest
        return self._newest.get((kind, name))

    def entries(self) -> Iterator[Entry]:
        """Every entry whose manifest is whole."""
        for name in _keys(self.root / "entries"):
            yield from self._entries(self.root / "entries" / name)

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A new empty folder for the files of an entry, removed unless it is committed."""
        try:
            with staging.folder(self.root / "staging") as folder:
                yield folder
        except OSError as error:
            message, hint = f"cannot be written: {error.strerror}", "What it holds is kept."
            raise AuthorError(message, self.root, hint=hint) from error

    def require_room(self, folder: Path) -> None:
        """An `OSError` if a staging folder takes no more files, as on a full disk."""
        (folder / "room").write_bytes(bytes(ROOM))

    def require_entry(self, path: str | None) -> None:
        """A `LostEntry` if an entry that a job reads is no longer there."""
        if path is not None and not os.path.exists(path):
            raise LostEntry(Path(path))

    def commit(
        self,
        task: Task,
        folder: Path,
        *,
        observed: dict[str, str],
        values: dict[str, Any],
        provenance: dict[str, Any],
    ) -> Entry:
        """Makes the files in a staging folder the entry of a task."""
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        sealed = seal(
            describe(
                task,
                observed=observed,
                values=values,
                provenance=provenance,
                files={p.relative_to(folder).as_posix(): file_digest(p) for p in files},
                created=self._now(task),
            )
        )
        (folder / MANIFEST).write_bytes(sealed)
        entry = self.enter(folder, unseal(sealed))  # what every later build will find
        if self.remote is not None and task.kind in SHARED:
            with self.staging() as room:
                self.remote.send(entry, room)
        return entry

    def enter(self, folder: Path, manifest: dict[str, Any]) -> Entry:
        """Renames a folder with an entry's files and manifest into its place.

        A whole entry that is there already stays: another build was first.
        """
        place = self.root / "entries" / Task.of(manifest).key / manifest["key"]
        entry = Entry(place, manifest)
        for _ in range(ATTEMPTS):
            entry.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.rename(folder, entry.path)
            except OSError as error:
                if error.errno == errno.ENOENT and folder.exists():
                    continue  # the parent was removed, for it was empty
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    raise
                entry = self._read(entry.path) or entry
                if not self.intact(entry):
                    continue
            if self._newest is not None:
                _note_newest(self._newest, entry.manifest)
            return entry
        raise LivedeckError(f"{entry.path}: cannot be written while others remove it; build again")

    def sweep(self) -> None:
        """Removes what builds that no longer run have left in the staging folder."""
        staging.sweep(self.root / "staging")

    def remove(self, paths: list[Path]) -> None:
        """Removes entries and other parts of the store: each disappears whole."""
        with self.staging() as folder:
            for number, path in enumerate(paths):
                with suppress(FileNotFoundError):
                    os.rename(path, folder / str(number))
                if path.parent != self.root:
                    with suppress(OSError):
                        path.parent.rmdir()

    def clear(self) -> None:
        """Removes every entry and cache, and the folder unless it holds something else."""
        self.sweep()
        self.remove([self.root / name for name in PARTS if name != "staging"])
        with suppress(OSError):
            (self.root / "staging").rmdir()
            self.root.rmdir()

    def size(self) -> int:
        """The bytes that the store takes."""
        return sum(size(self.root / name) for name in PARTS)  # the folder may be anybody's

    def _require_folders(self) -> None:
        """An `AuthorError` if a part of the store is a link: what is elsewhere is not ours to
        clean."""
        for name in PARTS:
            if (self.root / name).is_symlink():
                hint = "Remove it; a store that lies elsewhere is named with `--store`."
                raise AuthorError("is a link, and not a store's own", self.root / name, hint=hint)

    def _now(self, task: Task) -> float:
        """The time; an entry is newer than the last of its name also by a clock that was moved."""
        last = self.newest(task.kind, task.name) if task.kind in SHARED else None
        return time.time() if last is None else max(time.time(), last["created"] + TICK)

    def _entries(self, folder: Path) -> Iterator[Entry]:
        if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
            self._set_aside(folder)
            return
        for name in _keys(folder):
            entry = self._read(folder / name)
            if entry is not None:
                yield entry

    def _read(self, path: Path) -> Entry | None:
        try:
            entry = Entry(path, unseal(content(path / MANIFEST)))
            if (entry.task.key, entry.key) == path.parts[-2:]:
                return entry  # and else it was put into another's place
        except OSError as error:
            if error.errno in NO_DAMAGE:
                raise
        except (ValueError, KeyError, TypeError):
            pass  # TypeError, KeyError: it is something else that was sealed
        self._set_aside(path)
        return None

    def intact(self, entry: Entry) -> bool:
        """Whether an entry's files have their digests; else it is set aside."""
        for name, expected in entry.manifest["files"].items():
            try:
                found = file_digest(entry.path / name)
            except OSError as error:
                if error.errno in NO_DAMAGE:
                    raise
                found = ""
            if found != expected:
                self._set_aside(entry.path)
                return False
        return True

    def _set_aside(self, path: Path) -> None:
        if not os.path.lexists(path):
            return  # it was not damaged but removed
        if self.read_only:
            self._note_damage(path)
            return
        aside = self.root / "damaged"
        try:
            aside.mkdir(parents=True, exist_ok=True)
            os.rename(path, aside / f"{path.name}-{time.time_ns()}")
        except FileNotFoundError:
            return  # another build was first
        except OSError as error:
            raise LivedeckError(f"{path}: damaged, and could not be set aside: {error}") from error
        self._note_damage(path)

    def _note_damage(self, path: Path) -> None:
        self.damaged.append(f"{path.parent.name[:8]}/{path.name[:8]}")


def size(path: Path) -> int:
    """The bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    total = 0
    for file in files:
        with suppress(FileNotFoundError):  # somebody works in the store meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total


def _keys(folder: Path) -> list[str]:
    """The keys of entries in a folder; what else there is nobody touches."""
    try:
        return sorted(filter(KEY.fullmatch, os.listdir(folder)))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _note_newest(newest: dict[tuple[str, str], dict[str, Any]], manifest: dict[str, Any]) -> None:
    kind, name = manifest["kind"], manifest["name"]
    for known in (name, _without_size(name)) if kind == "figure" else (name,):
        place = kind, known
        if place not in newest or manifest["created"] > newest[place]["created"]:
            newest[place] = manifest


def _without_size(name: str) -> str:
    """The name of a figure's task, for whatever size."""
    return name.rpartition(" at ")[0]
