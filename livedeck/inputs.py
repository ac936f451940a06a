"""What a result was made from, as named inputs whose present values can be asked for.

An input is a name such as `file deck/data/mails.toml` and a value such as a digest. The names
mean the same on another machine as long as the project and its packages stand there too.
"""

import hashlib
import os
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from livedeck.digested import Digested
from livedeck.modules import Modules

ABSENT = "absent"
SITE = "site-packages"


OBSERVED = ("module", "file", "folder", "path", "environment", "package")  # while a run is seen


class Inputs:
    """The present values of inputs, each read once."""

    def __init__(self, root: Path, digested: Digested) -> None:
        self.root, self.modules = root, Modules(root, digested)
        self._values: dict[str, str] = {}

    def value(self, name: str) -> str:
        """The present value of an input of one of the kinds `OBSERVED`."""
        if name not in self._values:
            self._values[name] = present_value(self.root, name, self.modules)
        return self._values[name]


def present_value(root: Path, name: str, modules: Modules | None = None) -> str:
    """The value that an observed input has now."""
    kind, _, what = name.partition(" ")
    if kind == "package":
        return versions().get(what, ABSENT)
    if kind == "environment":
        return variable_value(os.environ.get(what))
    return file_value(kind, locate(root, what), modules or Modules(root))


def variable_value(text: str | None) -> str:
    """The digest of an environment variable's text, which may be a secret."""
    return ABSENT if text is None else hashlib.sha256(text.encode()).hexdigest()


def file_value(kind: str, path: Path, modules: Modules | None = None) -> str:
    """The digest of a `module`, a `file` or the names in a `folder`, or whether a `path` is one;
    or that it is absent. Of a module of a project, its `modules` are needed."""
    if kind == "path":
        return "folder" if path.is_dir() else "file" if path.exists() else ABSENT
    try:
        if kind == "folder":
            data = listing(path).encode()
        else:
            data = path.read_bytes()
    except OSError:
        return ABSENT
    if kind == "module" and modules is not None:
        try:
            return modules.digest(data, path)
        except (SyntaxError, ValueError, RecursionError):
            pass  # not valid now, so different from anything that ever ran
    return hashlib.sha256(data).hexdigest()


def listing(folder: Path) -> str:
    """The names in a folder, a line each, without what Python leaves there."""
    return "\n".join(sorted(name for name in os.listdir(folder) if name != "__pycache__"))


def portable(root: Path, path: Path) -> str:
    """A path's name in an input: relative to the project, or to the installed packages."""
    if path.is_relative_to(root) and not _installed(path):
        return path.relative_to(root).as_posix()
    for folder in _site_folders():
        if path.is_relative_to(folder):
            return f"{SITE}/{path.relative_to(folder).as_posix()}"
    return path.as_posix()


def locate(root: Path, name: str) -> Path:
    """The path that an input's name stands for on this machine."""
    if not name.startswith(f"{SITE}/"):
        return root / name
    relative = name.removeprefix(f"{SITE}/")
    candidates = [folder / relative for folder in _site_folders()]
    return next((path for path in candidates if path.exists()), candidates[0])


@cache  # an experiment's every access to a file asks this of every frame on the stack
def is_project_module(root: Path, file: str) -> bool:
    """Whether a source file is the project's own, not a package's nor the engine's."""
    path, engine = Path(file), Path(__file__).parent
    return path.is_relative_to(root) and not _installed(path) and not path.is_relative_to(engine)


def _installed(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in _site_folders())


@cache
def _site_folders() -> tuple[Path, ...]:
    folders = [Path(p) for p in sys.path if Path(p).name in (SITE, "dist-packages")]
    return tuple(dict.fromkeys(folders)) or (Path(sys.prefix),)


@cache
def versions() -> dict[str, str]:
    """The installed distributions by normalised name, read from folder names alone."""
    return {name: folder.stem.rpartition("-")[2] for name, folder in _distributions().items()}


@cache
def providers(package: str) -> tuple[str, ...]:
    """The installed distributions that a top-level package or module belongs to: they declare it
    or, where they declare nothing, have files of it.

    As `importlib.metadata.packages_distributions`, which takes every description apart.
    """
    return tuple(name for name, folder in _distributions().items() if _provides(folder, package))


def _provides(distribution: Path, package: str) -> bool:
    declared = _text(distribution / "top_level.txt").split()
    if declared:
        return package in declared
    files = "\n" + _text(distribution / "RECORD")
    return f"\n{package}/" in files or f"\n{package}." in files


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


@cache
def _distributions() -> dict[str, Path]:
    """The folders that describe the installed distributions, by normalised name."""
    found: dict[str, Path] = {}
    for folder in _site_folders():
        with suppress(OSError):
            for entry in os.listdir(folder):
                if entry.endswith(".dist-info"):
                    name = normalised(entry.removesuffix(".dist-info").rpartition("-")[0])
                    found.setdefault(name, folder / entry)
    return found


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
