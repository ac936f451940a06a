"""What workers compile, kept for later ones: JAX's programs, and matplotlib's list of fonts.

They run as they are, so each is verified before a worker can load it. JAX writes its files where it
reads them, not at once, and its process may be killed meanwhile: so a worker is lent a folder of
its own, and what a job has added is kept only after the job is done.
"""

import os
import shutil
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from livedeck import staging
from livedeck.store.entry import content
from livedeck.store.user_cache import Cache, made_folder, named_digest, remove

FOLDER = "programs"
KINDS = ("compiled/", "matplotlib/fontlist-")  # how the names of files begin that are kept


class Programs:
    """Files by name, each in a folder that is named after its size and its digest."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self._known: dict[str, Path] | None = None
        self._lock = threading.Lock()

    def lend(self) -> "Loan":
        """A folder for one worker, with all that is known."""
        return Loan(self)

    def known(self) -> dict[str, Path]:
        """The files by name. What is not as it was written is removed when this is first asked."""
        with self._lock:
            if self._known is None:
                self._known = {}
                if not self.cache.lack:
                    staging.sweep(self.cache.folder / "staging")
                for place in self.cache.kept(FOLDER):
                    self._learn(place, self._known)
            return dict(self._known)

    def keep(self, name: str, path: Path) -> None:
        """Keeps a file that is whole, under its name; where that fails, it is compiled again."""
        if self.cache.lack:
            return
        with suppress(OSError):
            data = content(path)
            folder = made_folder(self.cache.folder / FOLDER) / _place(name, data)
            kept = folder / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            _link(path, kept)
            with self._lock:
                if self._known is not None:
                    self._known.setdefault(name, kept)

    def _learn(self, place: Path, known: dict[str, Path]) -> None:
        with suppress(OSError):
            for name in (found := [] if place.is_symlink() else _files(place)):
                path, (size, _, _) = place / name, place.name.partition("-")
                if len(found) > 1 or name in known or str(path.lstat().st_size) != size:
                    break
                if _place(name, content(path)) == place.name:
                    known[name] = path
                    return
        remove(place)


class Loan:
    """A folder of its own for a worker, and the `variables` that tell JAX and matplotlib of it.

    It goes with its process: the system unlocks what others then may sweep away.
    """

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._held = ExitStack()
        self._names: set[str] = set()
        try:
            if programs.cache.lack:
                raise OSError(programs.cache.lack)
            self.folder = self._held.enter_context(programs.cache.staging())
        except OSError:
            temporary = tempfile.TemporaryDirectory(prefix="livedeck-", ignore_cleanup_errors=True)
            self.folder = Path(self._held.enter_context(temporary))
        self.variables = {
            "JAX_COMPILATION_CACHE_DIR": str(self.folder / "compiled"),
            "JAX_PERSISTENT_CACHE_ENABLE_XLA_CACHES": "none",  # with them, the folder is in the key
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "MPLCONFIGDIR": str(self.folder / "matplotlib"),
            "MPLBACKEND": "agg",
            "MPL_IGNORE_SYSTEM_FONTS": "",  # with it, matplotlib would not find the deck's
        }
        self.renew()

    def renew(self) -> None:
        """Before a job: adds what others have kept, and removes what a job left that failed."""
        for name in self._new():
            remove(self.folder / name)
        for name, path in self._programs.known().items():
            if name not in self._names:
                with suppress(OSError):
                    (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                    _link(path, self.folder / name)
                    self._names.add(name)

    def settle(self) -> None:
        """After a job that is done: what it has added is whole, and is kept."""
        for name in self._new():
            if name.startswith(KINDS):
                self._programs.keep(name, self.folder / name)
                self._names.add(name)

    def close(self) -> None:
        """Removes the folder."""
        self._held.close()

    def _new(self) -> list[str]:
        """The names of the files that were not lent."""
        return sorted(set(_files(self.folder)) - self._names)


def _files(folder: Path) -> list[str]:
    """The names of all files below a folder, from there."""
    start = len(str(folder)) + 1
    return [os.path.join(at, name)[start:] for at, _, names in os.walk(folder) for name in names]


def _place(name: str, data: bytes) -> str:
    return f"{len(data)}-{named_digest(name, data)}"


def _link(path: Path, other: Path) -> None:
    """Gives a file a second name, or copies it where that is not possible."""
    with suppress(FileExistsError):
        try:
            os.link(path, other)
        except FileExistsError:
            raise
        except OSError:
            shutil.copyfile(path, other)
