"""Collects what a run was seen to use, beside the process that runs it.

Every input is digested when it is first used and again at the end, so a file that somebody saves
during the run is noticed. What the run has made itself is no input.
"""

import importlib.machinery
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from livedeck import distributions
from livedeck.execution import kernel
from livedeck.execution.audit_hooks import ENGINE, only_writes
from livedeck.keys import inputs
from livedeck.keys.modules import Modules

# What comes with the system, and what it keeps for itself.
SYSTEM = (
    *("/bin/", "/dev/", "/etc/", "/lib", "/nix/", "/proc/", "/run/", "/sbin/", "/snap/", "/sys/"),
    *("/usr/", "/var/cache/", "/var/lib/"),
)
CACHES = re.compile(
    r".*/(__pycache__|\.fonts|fontconfig|fonts|matplotlib|mesa_shader_cache\w*|pip)/.*"
    r"|.*/(\.nv|\.triton|Library/Caches|\.local/lib|\.local/share)/.*"
)
COMPILED = (".py", ".pyc")
EXTENSIONS = tuple(importlib.machinery.EXTENSION_SUFFIXES)


class Record:
    """The inputs of one run by name, as they were when it first used them.

    Files below the `ignored` folders are the engine's own; a file that came into being after the
    record did is the run's. The digest of the whole `environment` is the engine's: packages add to
    that of their process when they are imported.
    """

    def __init__(self, root: Path, ignored: Sequence[Path], environment: str) -> None:
        self.environment = environment
        self.root, self.ignored = root, [f"{path}{os.sep}" for path in ignored]
        self.package = root / "experiments"
        self.modules = Modules(root)
        self.seen: dict[str, str] = {}
        self.unseen: list[str] = []  # what may matter and cannot be seen, in words
        self.own: set[int] = set()  # the processes in which hooks are at work
        self.sees = False  # whether the kernel tells of each file that the run makes
        self._real = os.path.realpath(root)
        self._made: set[str] = set()
        self._imported: set[str] = set()  # folders that imports list
        self._began = time.time()

    def note(self, kind: str, what: str, value: str | None = None) -> None:
        """Records an input by its kind and path or name, with its value at this moment."""
        if kind == "skip":
            self._imported.add(what)
            return
        if kind in inputs.PATHS:
            path = Path(what)
            if kind != "module" and not self._counts(os.path.normpath(what), asked=True):
                return
            name = f"{kind} {inputs.portable(self.root, path)}"
        else:
            path, name = None, f"{kind} {what}"
        if name in self.seen:
            return
        if name == f"environment {inputs.EVERYTHING}":
            value = self.environment
        if value is None and path is not None:
            value = inputs.file_value(kind, path, self.modules)
        self.seen[name] = inputs.present_value(self.root, name) if value is None else value

    def heard(self, event: kernel.Event) -> None:
        """Takes in what the kernel has seen of a process of the run."""
        if event.name == "connect":
            if event.path:
                self._warn(f"connects to {event.path}, and what comes from a network is not seen")
            return
        if event.name == "unread":
            self._warn(f"asks for files whose names cannot be read: {event.path}")
            return
        path = self._named(event.path)
        if path.startswith("/proc/") and path.endswith("/environ"):
            self.note("environment", inputs.EVERYTHING)
        if event.name == "move":
            self._moved(path, self._named(event.to))
            return
        if event.name == "make":
            if not os.path.lexists(path):
                self._made.add(path)
            return
        if event.name == "open" and self._makes(path, event.flags):
            self._made.add(path)
            return
        if self._is_made(path):
            real = self._named(os.path.realpath(path))
            if real == path or self._is_made(real):
                return
            path = real  # behind a link that the run has made
        if not self._counts(path, asked=False):
            return
        suffixes = COMPILED if event.name == "open" else (*COMPILED, *EXTENSIONS)
        if path.endswith(suffixes) and self._is_own(event):
            return  # hooks tell what it is for
        if event.name == "list":
            if not self._imports(path, event):
                self.note("folder", path)
        elif event.name == "open":
            self._opened(path, event)
        elif event.name in ("look", "link", "start"):
            if event.name == "link" and self._inside(path):
                self.note("link", path)
            self._looked_at(path)

    def stray(self, file: str) -> None:
        """Records a module among installed packages that no version tells of."""
        name = f"file {inputs.portable(self.root, Path(file))}"
        self.seen.setdefault(name, inputs.file_value("file", Path(file)))

    def missed(self, names: Iterable[str]) -> None:
        """Records the modules that were looked for and that nobody has: one may come later."""
        for name in sorted(names):
            parent = name.rpartition(".")[0]
            place = inputs.origin_of(self.root, parent) if parent else ""
            if place not in ("installed", inputs.ABSENT):
                self.note("import", name)

    def finish(self, packages: Iterable[str]) -> list[str]:
        """Adds the versions of packages; what has changed since it was used."""
        present = {
            name: inputs.present_value(self.root, name, Modules(self.root))
            for name in self.seen
            if not name.startswith("environment ")
        }
        changed = [
            name.partition(" ")[2] for name, now in present.items() if self.seen[name] != now
        ]
        for package in packages:
            self.seen[f"package {package}"] = distributions.versions().get(package, inputs.ABSENT)
        return changed

    def _imports(self, path: str, event: kernel.Event) -> bool:
        """Whether a Python lists a folder to import from it; hooks tell of what else it lists."""
        if self._is_own(event):
            return path in self._imported
        return path in (str(self.root), str(self.package)) and kernel.is_python(event.process)

    def _is_own(self, event: kernel.Event) -> bool:
        return kernel.process_of(event.process) in self.own

    def _moved(self, path: str, to: str) -> None:
        """What is read under another name is still what it was."""
        if not self._is_made(path) and self._counts(path, asked=False):
            self._looked_at(path)
        self._made.add(to)

    def _is_made(self, path: str) -> bool:
        """Whether the run has made a file, or a folder around it."""
        return any(each in self._made for each in (path, *map(str, Path(path).parents)))

    def _makes(self, path: str, flags: int) -> bool:
        """Whether opening a file makes it, or makes it anew."""
        if not os.path.exists(path):
            return bool(flags & os.O_CREAT)
        return only_writes(None, flags) and bool(flags & os.O_TRUNC)

    def _opened(self, path: str, event: kernel.Event) -> None:
        if os.path.isdir(path):
            if not event.flags & os.O_DIRECTORY:
                self._looked_at(path)  # else it counts when it is listed
        elif not only_writes(None, event.flags):
            self._looked_at(path)

    def _looked_at(self, path: str) -> None:
        if path == str(self.root):
            return
        if os.path.islink(path):
            self.note("link", path)  # and what it leads to
        if os.path.isfile(path):
            self.note("file", path)
        elif self._inside(path):
            self.note("path", path)

    def _named(self, path: str) -> str:
        """A path as the project is named, which may be a link to where it is."""
        path = os.path.normpath(path)
        if path.startswith(f"{self._real}{os.sep}"):
            return f"{self.root}{path[len(self._real) :]}"
        return path

    def _inside(self, path: str) -> bool:
        return path.startswith(f"{self.root}{os.sep}")

    def _counts(self, path: str, *, asked: bool) -> bool:
        """Whether a file may be an input; one that the author's code has `asked` for counts
        wherever it lies, but for the system's and the engine's own."""
        below = f"{path}{os.sep}"
        if below.startswith((ENGINE, *self.ignored)) or "/__pycache__/" in below:
            return False
        if below.startswith(_installed()):
            return self._is_loose(path)
        if self._inside(path) or path == str(self.root):
            return True
        if below.startswith(SYSTEM) or (not asked and CACHES.fullmatch(path)):
            return False
        if self._is_made(path):
            return False
        try:
            found = os.stat(path)
        except OSError:
            return asked
        if self.sees and stat.S_ISREG(found.st_mode):
            return True
        # changed meanwhile, by the run itself; a clock that was moved back tells nothing
        return not self._began <= found.st_ctime <= time.time()

    def _is_loose(self, path: str) -> bool:
        """Whether a file lies beside installed packages, in none of them."""
        code = path.endswith((*COMPILED, *EXTENSIONS, ".pth"))
        return not code and distributions.is_site(Path(path).parent) and os.path.isfile(path)

    def _warn(self, text: str) -> None:
        if text not in self.unseen:
            self.unseen.append(text)


@cache
def _installed() -> tuple[str, ...]:
    folders = (
        *distributions.interpreter(),
        *(f for f in map(Path, sys.path) if distributions.is_site(f)),
    )
    return tuple(f"{folder}{os.sep}" for folder in folders)
