"""A second store, at any URL that fsspec can open: a shared folder, a bucket, a server.

It holds under `entries/<key of the task>/` for each entry a pack and, written after it, the
entry's manifest: what its reader finds listed is whole. Both are named after the manifest's
digest, so two builds never write different files of one name. Whatever goes wrong is said once,
and the build goes on without the remote store.
"""

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError
from livedeck.store.entry import MANIFEST, SHARED, Entry, Task, file_digest
from livedeck.store.url_files import Distant, Unreachable

VARIABLE = "LIVEDECK_REMOTE"

Manifest = dict[str, Any]


class Remote:
    """The store at a URL; `remark` tells the author. Nothing is opened before it is needed."""

    def __init__(self, url: str, root: Path, remark: Callable[[str], None]) -> None:
        self.files = Distant(url, root)
        self.remark = remark
        self.given: list[str] = []
        self.taken: list[str] = []
        self._reads = self._writes = True
        self._lock = threading.Lock()
        self._tasks: set[str] | None = None  # listed once a build
        self._searched: set[str] = set()

    def holds(self, task: Task) -> bool:
        """Whether it has entries of a task that nobody has looked at yet."""
        if task.kind not in SHARED:
            return False
        with self._lock:
            if self._reads and self._tasks is None:
                self._tasks = self._names("entries")
        return self._reads and task.key in (self._tasks or ()) and task.key not in self._searched

    def fetch(self, task: Task, fresh: Callable[[Manifest], bool], folder: Path) -> Manifest | None:
        """The manifest of a `fresh` entry of a task, whose files are then in `folder / "entry"`.

        It was looked at as closely as a pack that is unpacked.
        """
        self._searched.add(task.key)
        place = f"entries/{task.key}"
        for name in sorted(name for name in self._names(place) if name.endswith(".json")):
            try:
                manifest = self._fetched(f"{place}/{name}", task, fresh, folder)
            except Unreachable as error:
                self._give_up("read", error)
                return None
            except (AuthorError, ValueError) as error:
                what = error.message if isinstance(error, AuthorError) else f"`{name}` {error}"
                self.remark(f"an entry of {task.name} in {self._shown} is of no use: {what}")
                continue
            if manifest is not None:
                self.given.append(task.name)
                return manifest
        return None

    def send(self, entry: Entry, room: Path) -> None:
        """Writes an entry there, its manifest last; `room` is an empty folder to pack it in."""
        if not self._writes:
            return
        from livedeck.store import pack

        packed, manifest = room / "packed.zip", entry.path / MANIFEST
        name = f"entries/{entry.task.key}/{entry.key}-{file_digest(manifest)[:16]}"
        try:
            pack.write_unfinished(packed, [entry])
            self.files.write(f"{name}.zip", packed)
            self.files.write(f"{name}.json", manifest)
        except Unreachable as error:
            self._give_up("written to", error)
        except AuthorError as error:
            self.remark(f"{entry.task.name} does not go to {self._shown}: {error.message}")
        else:
            self.taken.append(entry.task.name)

    def summary(self) -> str:
        """What came from there and what went there, in words; empty if nothing did."""
        moved = [(len(self.given), "came from"), (len(self.taken), "went to")]
        entries = [f"{n} {'entry' if n == 1 else 'entries'} {verb} it" for n, verb in moved if n]
        return f"{self._shown}: {', '.join(entries)}" if entries else ""

    def _fetched(
        self, name: str, task: Task, fresh: Callable[[Manifest], bool], folder: Path
    ) -> Manifest | None:
        from livedeck.store import manifest_check, pack

        text, packed, made = folder / "manifest", folder / "packed.zip", folder / "entry"
        self.files.copy(name, text, manifest_check.MANIFEST_BYTES)
        manifest = manifest_check.received(text.read_bytes())
        if manifest["kind"] != task.kind or manifest["inputs"] != task.inputs:
            raise ValueError("belongs to another task")
        if not fresh(manifest):
            return None
        self.files.copy(name.removesuffix(".json") + ".zip", packed, pack.MOST_BYTES)
        shutil.rmtree(made, ignore_errors=True)  # of an entry that was of no use
        made.mkdir()
        with closing(pack.Archive(packed)) as found:
            if found.manifests != [manifest]:
                raise ValueError("comes with the files of another entry")
            found.extract(manifest, made)
        return manifest

    def _names(self, folder: str) -> set[str]:
        try:
            return self.files.names(folder) if self._reads else set()
        except Unreachable as error:
            self._give_up("read", error)
            return set()

    def _give_up(self, verb: str, error: Unreachable) -> None:
        """Leaves the store alone for the rest of the build; one that is only read stays."""
        told = not self._writes
        self._writes = False
        if verb == "read" or error.silent:
            told = not self._reads
            self._reads = False
        if not told:
            self.remark(f"{self._shown} cannot be {verb}: {error}; the build goes on without it")

    @property
    def _shown(self) -> str:
        return f"the remote store {self.files.shown}"


def address(asked: str | None, setting: str) -> str:
    """Where the second store is: by the command line, else the environment, else deck.toml."""
    return os.environ.get(VARIABLE, setting) if asked is None else asked
