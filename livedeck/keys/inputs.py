"""What a result was made from, as named inputs whose present values can be asked for.

An input is a name such as `file deck/data/mails.toml` and a value such as a digest. The names
mean the same on another machine as long as the project and its packages stand there too.
"""

import hashlib
import importlib.machinery
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from livedeck import engine
from livedeck.depth import TOO_DEEP
from livedeck.devices import KERNELS, THREADS
from livedeck.distributions import (
    SITE,
    descriptions,
    is_installed,
    package_folders,
    read,
    site_folders,
    versions,
)
from livedeck.files import read_bytes
from livedeck.keys.digest_cache import Digested
from livedeck.keys.modules import Modules

ABSENT = "absent"
_SUFFIXES = importlib.machinery.all_suffixes()


PATHS = ("module", "file", "folder", "path", "link", "place")
OBSERVED = (  # while a run is seen
    *PATHS,
    *("environment", "package", "import", "shadows", "program", "entries"),
)
EVERYTHING = "*"  # the environment as a whole
# Variables that say where and how somebody works, not what with: they change from day to day.
SESSION = re.compile(
    r"_|.*(CI|GITHUB|GITLAB|RUNNER|BUILDKITE|JENKINS)_.*|CI|COLORTERM|COLUMNS|CONDA_.*|DBUS_.*|DISPLAY"
    r"|EDITOR|FORCE_COLOR|HOME|HOSTNAME|INVOCATION_ID|JOURNAL_STREAM|LESS.*|LINES|LOGNAME|LS_COLORS"
    r"|MAIL|MAKE.*|MFLAGS|NO_COLOR|OLDPWD|PAGER|PATH|PS\d|PWD|PYTEST_.*|SHELL|SHLVL|SSH_.*|STY"
    r"|TERM.*|TMPDIR|TMUX.*|USER|VIRTUAL_ENV.*|VISUAL|VSCODE_.*|WAYLAND_.*|WINDOWID|WSL.*|XAUTHORITY"
    r"|XDG_.*"
)
# Variables that a worker has from the engine.
OURS = re.compile(
    r"JAX_.*|XLA_.*|LIVEDECK_.*|LC_ALL|MPL(CONFIGDIR|BACKEND|_IGNORE_SYSTEM_FONTS)"
    r"|PYTHON(PATH|HASHSEED)|SOURCE_DATE_EPOCH|TZ"
)


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
    if kind == "package" and what == EVERYTHING:
        return hashlib.sha256(repr(sorted(versions().items())).encode()).hexdigest()
    if kind == "package":
        return versions().get(what, ABSENT)
    if kind == "environment":
        whole = what == EVERYTHING
        return environment_value(os.environ) if whole else variable_value(os.environ.get(what))
    if kind == "import":
        return origin_of(root, what)
    if kind == "shadows":
        return hidden_by(root, what.split())
    if kind == "program":
        from shutil import which

        return which(what) or ABSENT
    if kind == "entries":
        return entries_value(what)
    return file_value(kind, locate(root, what), modules or Modules(root))


def variable_value(text: str | None) -> str:
    """The digest of an environment variable's text, which may be a secret."""
    return ABSENT if text is None else hashlib.sha256(text.encode()).hexdigest()


def environment_value(environment: Mapping[str, str]) -> str:
    """The digest of all variables but those of the session, and the engine's own."""
    known = {*THREADS, *KERNELS}
    names = (name for name in environment if not SESSION.fullmatch(name))
    told = sorted(name for name in names if name not in known and not OURS.fullmatch(name))
    text = "\n".join(f"{name}={environment[name]}" for name in told)
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def origin_of(root: Path, name: str) -> str:
    """Where an import of a qualified name comes from: a file or folder of the author's, or
    `installed`, or nowhere."""
    folders = [root, *package_folders()]
    for part in name.split("."):
        found = [place for place in (_module_in(folder, part) for folder in folders) if place]
        if not found:
            return ABSENT
        first = next((place for place in found if place.is_file()), found[0])
        folders = [first.parent if first.stem == "__init__" else first]
    if is_project_module(root, str(first)):
        return f"{portable(root, first)}{'/' if first.is_dir() else ''}"
    return "installed"


def hidden_by(root: Path, names: Iterable[str]) -> str:
    """Those of some standard and installed modules that a project's folder hides."""
    with suppress(OSError):
        there = {name.partition(".")[0] for name in os.listdir(root)} & set(names)
        own = {n for n in there if (place := _module_in(root, n)) and place.is_file()}
        return " ".join(sorted(own)) or "none"
    return "none"


def entries_value(group: str) -> str:
    """The digest of the entry points of a group that installed distributions declare."""
    lines = []
    for name, folder in sorted(descriptions().items()):
        section = read(folder / "entry_points.txt").partition(f"[{group}]")[2].partition("\n[")[0]
        if section.strip():
            lines += [name, *sorted(section.split("\n"))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _module_in(folder: Path, name: str) -> Path | None:
    """What an import of a name finds in a folder: a file, or a folder without `__init__.py`."""
    package = folder / name
    for suffix in _SUFFIXES:
        if (file := package / f"__init__{suffix}").is_file():
            return file
    for suffix in _SUFFIXES:
        if (file := folder / f"{name}{suffix}").is_file():
            return file
    return package if package.is_dir() else None


def file_value(kind: str, path: Path, modules: Modules | None = None) -> str:
    """The digest of a `module`, a `file` or the names in a `folder`, or whether a `path` is one;
    or that it is absent. `modules` are those of the project that a module belongs to."""
    if kind == "path":
        there = "file" if path.exists() else "link" if path.is_symlink() else ABSENT
        return "folder" if path.is_dir() else there
    if kind == "place":  # where a module may be, by its path without an ending
        found = _module_in(path.parent, path.name)
        return found.name if found else ABSENT
    if kind == "link":
        try:
            return f"link to {os.readlink(path)}"
        except OSError:
            return "no link"
    try:
        if kind == "folder":
            data = listing(path).encode()
        else:
            data = read_bytes(path)
    except OSError:
        return ABSENT
    if kind == "module":
        try:
            return (modules or Modules(path.parent)).digest(data, path)
        except (SyntaxError, ValueError, *TOO_DEEP):
            pass  # not valid now, so different from anything that ever ran
    return hashlib.sha256(data).hexdigest()


def listing(folder: Path) -> str:
    """The names in a folder, a line each, without what Python leaves there; those of folders end
    in `/`, those of links in `@`."""
    marks = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name != "__pycache__":
                mark = "@" * entry.is_symlink() + "/" * entry.is_dir()
                marks.append(f"{entry.name}{mark}")
    return "\n".join(sorted(marks))


def portable(root: Path, path: Path) -> str:
    """A path's name in an input: relative to the project, or to the installed packages."""
    if path.is_relative_to(root) and not is_installed(path):
        return path.relative_to(root).as_posix()
    for folder in site_folders():
        if path.is_relative_to(folder):
            return f"{SITE}/{path.relative_to(folder).as_posix()}"
    home = Path.home()
    if path.is_relative_to(home):
        return f"~/{path.relative_to(home).as_posix()}"
    return path.as_posix()


def locate(root: Path, name: str) -> Path:
    """The path that an input's name stands for on this machine."""
    if name.startswith("~/"):
        return Path.home() / name.removeprefix("~/")
    if not name.startswith(f"{SITE}/"):
        return root / name
    relative = name.removeprefix(f"{SITE}/")
    candidates = [folder / relative for folder in site_folders()]
    return next((path for path in candidates if path.exists()), candidates[0])


@cache  # an experiment's every access to a file asks this of every frame on the stack
def is_project_module(root: Path, file: str) -> bool:
    """Whether a source file is the author's own: of the project, or of a folder elsewhere that was
    put on the import path; not a package's, nor Python's or the engine's."""
    path = Path(file)
    engines = path.is_relative_to(engine.FOLDER)
    return path.is_absolute() and not is_installed(path) and not engines


def is_inside(root: Path, file: str) -> bool:
    """Whether a source file is the author's own and lies in the project."""
    return Path(file).is_relative_to(root) and is_project_module(root, file)
