"""A folder of results and figures, each under the key of what it was made from.

An entry is written to a temporary folder and renamed into place, so a reader sees it whole or
not at all. Its manifest holds the digest of each of its files; a file that no longer has it is
damage, and the entry is set aside.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError, LivedeckError

MANIFEST = "manifest.json"
PARTS = ("entries", "sources", "staging", "damaged", "compiled", "matplotlib", "templates")
ROOM = 2**16  # bytes that any entry may need
FORMAT = 1  # counted up when the engine's own way of storing changes


@dataclass(frozen=True)
class Task:
    """Something that the store may hold: a run or a figure, and the inputs known beforehand."""

    kind: str
    name: str
    inputs: dict[str, str]

    @cached_property
    def key(self) -> str:
        """The digest of the inputs known beforehand."""
        return digest({"format": FORMAT, "kind": self.kind, "inputs": self.inputs})


@dataclass(frozen=True)
class Entry:
    """A stored run or figure: its manifest and its files."""

    path: Path
    manifest: dict[str, Any]

    @property
    def key(self) -> str:
        """The digest of every input, those known beforehand and those seen during the run."""
        return str(self.manifest["key"])

    @property
    def values(self) -> dict[str, Any]:
        """What the manifest itself carries: a run's citable values, a figure's size."""
        return dict(self.manifest["values"])

    def read(self, name: str) -> bytes:
        """The bytes of one of the entry's files."""
        return (self.path / name).read_bytes()


class Store:
    """Entries under `entries/<key of the task>/<key of all inputs>/`.

    `published` names by kind and name the entries, by these two keys, that the last deck shows.
    With `read_only`, damage is noted and nothing is touched.
    """

    def __init__(
        self, root: Path, published: Mapping[str, str] | None = None, *, read_only: bool = False
    ) -> None:
        self.root = root
        self.published = published or {}
        self.read_only = read_only
        self.damaged: list[str] = []
        self._newest: dict[tuple[str, str], dict[str, Any]] | None = None

    def find(self, task: Task, value: Callable[[str], str]) -> Entry | None:
        """The entry of a task whose observed inputs all have their present `value`."""
        for entry in self._entries(self.root / "entries" / task.key):
            observed = entry.manifest["observed"]
            if all(value(name) == then for name, then in observed.items()) and self._intact(entry):
                return entry
        return None

    def history(self, task: Task) -> dict[str, Any] | None:
        """The manifest that a task is compared with, whatever it was made from: that of the entry
        of its name in the last published deck, else of the newest one; for a figure that was never
        drawn at its size, of the newest at another."""
        folder, _, key = self.published.get(f"{task.kind} {task.name}", "").partition("/")
        for entry in self._entries(self.root / "entries" / folder) if folder else ():
            if entry.path.name == key:
                return entry.manifest
        if self._newest is None:  # read once, for a build asks for every figure that it draws
            newest: dict[tuple[str, str], dict[str, Any]] = {}
            for path in sorted((self.root / "entries").glob("*/")):
                for entry in self._entries(path):
                    _note_newest(newest, entry.manifest)
            self._newest = newest
        alike = self._newest.get((task.kind, task.name))
        if alike is None and task.kind == "figure":
            alike = self._newest.get((task.kind, _without_size(task.name)))
        return alike

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A new empty folder for the files of an entry, removed unless it is committed."""
        waiting, folder = self.root / "staging", None
        try:
            waiting.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=waiting))
            yield folder
        except OSError as error:
            message, hint = f"cannot be written: {error.strerror}", "What it holds is kept."
            raise AuthorError(message, self.root, hint=hint) from error
        finally:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def require_room(self, folder: Path) -> None:
        """An `OSError` if a staging folder takes no more files, as on a full disk."""
        (folder / "room").write_bytes(bytes(ROOM))

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
        digests = {p.relative_to(folder).as_posix(): file_digest(p) for p in files}
        manifest: dict[str, Any] = {
            "kind": task.kind,
            "name": task.name,
            "inputs": task.inputs,
            "observed": observed,
            "key": digest({"task": task.key, "observed": observed}),
            "content": digest({"files": digests, "values": values}),
            "values": values,
            "provenance": provenance,
            "files": digests,
            "created": time.time(),
        }
        manifest["digest"] = digest(manifest)
        text = json.dumps(manifest)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        manifest = json.loads(text)  # what every later build will find
        target = self.root / "entries" / task.key / manifest["key"]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(folder, target)
        except OSError:
            # another build was first with the very same entry
            if not (target / MANIFEST).exists():
                raise
            manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        if self._newest is not None:
            _note_newest(self._newest, manifest)
        return Entry(target, manifest)

    def sweep(self) -> None:
        """Removes what builds that no longer run have left in the staging folder."""
        for folder in (self.root / "staging").glob("*"):
            process = folder.name.partition("-")[0]
            if not process.isdigit() or not _alive(int(process)):
                shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> int:
        """Removes every entry and cache, and returns how many bytes that freed."""
        freed = 0
        for name in PARTS:  # and nothing else: the folder may be anybody's
            files = [path for path in (self.root / name).rglob("*") if path.is_file()]
            freed += sum(path.stat().st_size for path in files)
            shutil.rmtree(self.root / name, ignore_errors=True)
        with suppress(OSError):
            self.root.rmdir()
        return freed

    def _entries(self, folder: Path) -> Iterator[Entry]:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return
        for name in names:
            path = folder / name
            try:
                manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
                claimed = manifest.pop("digest")
                if digest(manifest) != claimed:
                    raise ValueError("the manifest was altered")
            except (OSError, ValueError, KeyError, AttributeError):
                self._set_aside(path)
                continue
            yield Entry(path, manifest)

    def _intact(self, entry: Entry) -> bool:
        for name, expected in entry.manifest["files"].items():
            try:
                found = file_digest(entry.path / name)
            except OSError:
                found = ""
            if found != expected:
                self._set_aside(entry.path)
                return False
        return True

    def _set_aside(self, path: Path) -> None:
        if not path.exists():
            return
        if self.read_only:
            self._note_damage(path)
            return
        aside = self.root / "damaged"
        aside.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(path, aside / f"{path.name}-{time.time_ns()}")
        except OSError as error:
            raise LivedeckError(f"{path}: damaged, and could not be set aside: {error}") from error
        self._note_damage(path)

    def _note_damage(self, path: Path) -> None:
        self.damaged.append(f"{path.parent.name[:8]}/{path.name[:8]}")


def _note_newest(newest: dict[tuple[str, str], dict[str, Any]], manifest: dict[str, Any]) -> None:
    kind, name = manifest["kind"], manifest["name"]
    for known in (name, _without_size(name)) if kind == "figure" else (name,):
        place = kind, known
        if place not in newest or manifest["created"] > newest[place]["created"]:
            newest[place] = manifest


def _without_size(name: str) -> str:
    """The name of a figure's task, for whatever size."""
    return name.rpartition(" at ")[0]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def digest(value: object) -> str:
    """The digest of a value made of dicts, lists, strings and numbers."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
