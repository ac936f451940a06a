"""Keeps what is executed, or shown as it is, in the user's own cache folder and in no store, which
may come from anywhere: compiled templates and programs, the page and the PDFs that `serve` shows.

A file is used only if it has the digest that was written with it. All of it may be deleted at any
time, and where it cannot be written, a build goes on without.
"""

import hashlib
import os
import shutil
import sys
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from pathlib import Path

from livedeck import staging
from livedeck.store.entry import content, digest

VARIABLE = "LIVEDECK_CACHE"
OWNER = "store"  # a link to the store that a cache belongs to
OTHERS = 0o022  # what others may not do with the folder, for its files are executed


def root() -> Path:
    """The folder of all caches of this user."""
    if given := os.environ.get(VARIABLE):
        return Path(given).absolute()
    with suppress(RuntimeError):  # nobody knows this user's home
        home = Path.home()
        if sys.platform == "darwin":
            return home / "Library" / "Caches" / "livedeck"
        asked = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(asked) if os.path.isabs(asked) else home / ".cache") / "livedeck"
    return Path(os.devnull) / "livedeck"


class Cache:
    """The cache that belongs to a store, by the store's place."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.root = folder
        self.folder = folder / digest(str(store))[:16]
        self._store = store

    @cached_property
    def lack(self) -> str:
        """Why nothing can be kept; nothing if it can."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.root.stat()
            if found.st_uid != os.geteuid() or found.st_mode & OTHERS:
                return "others may write there, which `chmod go-w` ends"
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if self.folder.is_symlink():
                return "it is a link"
            for path in self.folder.iterdir():
                if path.is_symlink() and path.name != OWNER:
                    path.unlink()  # what is elsewhere is not ours to clean
            with suppress(FileExistsError):
                (self.folder / OWNER).symlink_to(self._store)
        except OSError as error:
            return str(error.strerror)
        return "" if os.access(self.folder, os.W_OK | os.X_OK) else "it may not be written"

    def read(self, name: str) -> bytes | None:
        """A file as it was written; nothing if there is none, or another by now."""
        if not self.lack:
            with suppress(OSError):
                sealed, _, data = content(self.folder / name).partition(b"\n")
                if sealed.decode("ascii", "replace") == named_digest(name, data):
                    return data
        return None

    def write(self, name: str, data: bytes) -> None:
        """Keeps a file, whole or not at all; where that fails, the next build goes without."""
        path = self.folder / name
        if self.lack:
            return
        with suppress(OSError), self.staging() as folder:
            made = folder / "file"
            made.write_bytes(named_digest(name, data).encode() + b"\n" + data)
            if path.is_dir():
                remove(path)
            os.replace(made, made_folder(path.parent) / path.name)

    def staging(self) -> AbstractContextManager[Path]:
        """A new folder for files on their way, removed in the end, and by others if need be."""
        return staging.folder(made_folder(self.folder / "staging"))

    def kept(self, name: str) -> list[Path]:
        """What is kept in one of the cache's folders."""
        return [] if self.lack else sorted((self.folder / name).glob("*"))

    def abandoned(self) -> list[Path]:
        """The caches beside this one whose stores are gone."""
        folders = [] if self.lack else sorted(self.root.iterdir())
        links = [folder / OWNER for folder in folders]
        return [link.parent for link in links if link.is_symlink() and not link.exists()]


def named_digest(name: str, data: bytes) -> str:
    """The digest of a file under its name, which no other file can take."""
    found = hashlib.sha256(os.fsencode(name) + b"\0")
    found.update(data)
    return found.hexdigest()


def made_folder(path: Path) -> Path:
    """A folder in the cache, in the place of whatever else is there."""
    if not path.is_dir():
        remove(path)
        path.mkdir(exist_ok=True)
    return path


def remove(path: Path) -> None:
    """Removes a folder, or whatever else there is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
