"""Sees what an experiment uses while it runs: project modules, files, folders, environment
variables, packages.

Every input is digested when it is first used and again at the end, so a file that somebody
saves during the run is noticed.
"""

import ast
import importlib.machinery
import importlib.metadata
import os
import re
import sys
import tempfile
import threading
import types
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path

from livedeck import hooks, inputs
from livedeck.slices import imported_packages, module_digest

CODE = {".py", ".pyc", ".so", ".pyd", ".pth", ".typed", ".metadata"}
SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib/", "/lib32/", "/lib64/")
IMPORTERS = (
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "zipimport",
    "importlib.metadata",
)
LISTINGS = ("os.listdir", "os.scandir")
PROGRAMS = ("subprocess.Popen", "os.posix_spawn", "os.exec")  # with their arguments
EVENTS = ("open", "sqlite3.connect", "ctypes.dlopen", *LISTINGS, *PROGRAMS)
FIXED = ("JAX_", "XLA_")  # variables that an engine's worker gets from the engine alone


class Observer:
    """Collects the inputs of one run at a time; installed once in a worker's process.

    Files below the `ignored` folders, and the variables named by `fixed`, are the engine's own.
    """

    def __init__(self, root: Path, ignored: Sequence[Path], fixed: Iterable[str]) -> None:
        self.root = root
        self.ignored = list(ignored)
        self.fixed = set(fixed)
        self.seen: dict[str, str] | None = None
        self.trees: list[ast.AST] = []
        self._variables: dict[str, str] = {}
        self._own = threading.local()  # what is opened while a thread is in here is our doing
        sys.addaudithook(self._audit)
        hooks.watch_stat(self._looked_at)
        hooks.watch_environment(self._variable)
        sys.meta_path.insert(0, _ProjectFinder(self))

    def start(self, statements: Iterable[ast.stmt]) -> None:
        """Forgets what was seen before, and every project module, so that all is seen anew."""
        for name, module in list(sys.modules.items()):
            # a folder without `__init__.py` is a package as well, and remembers its modules
            file, spec = getattr(module, "__file__", None), getattr(module, "__spec__", None)
            places = [file] if file else getattr(spec, "submodule_search_locations", None) or ()
            if any(inputs.is_project_module(self.root, place) for place in places):
                del sys.modules[name]
        self._variables = dict(os.environ)
        self.seen, self.trees = {}, list(statements)

    def finish(self) -> tuple[dict[str, str], list[str]]:
        """The inputs seen since `start`, and the names of those that have changed since."""
        assert self.seen is not None
        seen, self.seen = self.seen, None
        changed = []
        for name, value in seen.items():
            kind, _, what = name.partition(" ")
            if kind != "environment" and inputs.present_value(self.root, name) != value:
                changed.append(what)
        for package in requirements(imported_packages(self.trees)):
            seen[f"package {package}"] = inputs.versions().get(package, inputs.ABSENT)
        return seen, changed

    def note(self, kind: str, path: Path, value: str | None = None) -> None:
        """Records an input by its kind and path, with its digest at this moment."""
        if self.seen is None:
            return
        name = f"{kind} {inputs.portable(self.root, path)}"
        if name not in self.seen:
            self.seen[name] = inputs.file_value(kind, path) if value is None else value

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.seen is None or event not in EVENTS or getattr(self._own, "busy", False):
            return
        with self._busy():
            if event == "open":
                self._opened(*arguments)
            elif event in LISTINGS:
                folder = _path("." if arguments[0] is None else arguments[0])
                if folder is not None and self._counts(folder, listing=True):
                    self.note("folder", folder)
            else:
                words = arguments[1] if event in PROGRAMS else arguments[:1]
                for word in words if isinstance(words, Sequence) else ():
                    self._mentioned(word)

    def _opened(self, name: object, mode: object = None, flags: object = None, *_: object) -> None:
        path = _path(name)
        if path is None or _only_writes(mode, flags):
            return
        if self._counts(path) and not path.is_dir():
            self.note("file", path)

    def _mentioned(self, word: object) -> None:
        """A file of the project that another program is told of, or that a library of C opens."""
        path = _path(word)
        if path is not None and path.is_file() and self._counts(path):
            self.note("file", path)

    def _looked_at(self, name: object) -> None:
        """A file that was not opened: of one that is there, size and content count alike."""
        path = _path(name)
        if self.seen is None or path is None or getattr(self._own, "busy", False):
            return
        with self._busy():
            if self._counts(path):
                self.note("file" if path.is_file() else "path", path)

    def _variable(self, name: str, reader: str) -> None:
        """An environment variable that the project reads; what it may have set itself is not
        what the variable was."""
        if self.seen is None or name in self.fixed or name.startswith(FIXED):
            return
        if inputs.is_project_module(self.root, reader):
            value = inputs.variable_value(self._variables.get(name))
            self.seen.setdefault(f"environment {name}", value)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._own.busy = True
        try:
            yield
        finally:
            self._own.busy = False

    def _counts(self, path: Path, *, listing: bool = False) -> bool:
        if any(path.is_relative_to(folder) for folder in self.ignored):
            return False
        text, asker = str(path), self._asker()
        if path.is_relative_to(self.root) and "site-packages" not in path.parts:
            # sources are seen as modules when they are imported, and read to print warnings
            quoted = path.suffix == ".py" and _for_a_message()
            return path.suffix != ".pyc" and not quoted and asker != "import"
        if listing or path.suffix in CODE or ".dist-info" in text:
            return False
        if f"{text}/".startswith((*SYSTEM, *_unseen())):
            return False
        return asker == "project"

    def _asker(self) -> str:
        """Who opens a file: "project" code, maybe through a package; an "import" of a package,
        whose version tells what it reads for itself; or something "else", such as a thread."""
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_globals.get("__name__") in IMPORTERS:
                return "import"
            if inputs.is_project_module(self.root, frame.f_code.co_filename):
                return "project"
            frame = frame.f_back
        return "else"


def _path(name: object) -> Path | None:
    """An absolute path; None for a descriptor, which somebody has opened before."""
    if not isinstance(name, (str, bytes, os.PathLike)):
        return None
    try:
        return Path(os.path.abspath(os.fsdecode(name)))
    except ValueError:
        return None


def _only_writes(mode: object, flags: object) -> bool:
    """Whether a file is opened without any way to read what it holds."""
    if isinstance(mode, str):
        return "w" in mode or "x" in mode or ("a" in mode and "+" not in mode)
    if not isinstance(flags, int):
        return False
    return bool(flags & (os.O_WRONLY | os.O_TRUNC | os.O_EXCL))


@cache
def _unseen() -> tuple[str, ...]:
    """Folders outside a project whose files are no inputs: caches and temporary files."""
    home = Path.home()
    caches = (tempfile.gettempdir(), home / ".cache", home / "Library" / "Caches")
    return tuple(f"{folder}/" for folder in caches)


def _for_a_message() -> bool:
    """Whether a source file is opened only to quote its lines in a warning or traceback."""
    frame: types.FrameType | None = sys._getframe()
    names = set()
    while frame is not None:
        names.add(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return "linecache" in names and bool(names & {"warnings", "traceback"})


class _ProjectFinder(MetaPathFinder):
    """Loads the project's own modules from source, and notes exactly what was executed."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a project module, loaded by `_SourceLoader`; None for all others."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
            return None
        origin = Path(spec.origin).absolute()
        if not inputs.is_project_module(self.observer.root, str(origin)):
            return None
        spec.loader = _SourceLoader(name, str(origin), self.observer)
        return spec


class _SourceLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, observer: Observer) -> None:
        super().__init__(name, path)
        self.observer = observer

    def get_code(self, fullname: str) -> types.CodeType:
        path = Path(self.path)
        data = path.read_bytes()
        self.observer.note("module", path, module_digest(data))
        self.observer.trees.append(ast.parse(data))
        return compile(data, self.path, "exec")


def requirements(packages: Iterable[str]) -> list[str]:
    """The distributions that provide some packages, and all that these require."""
    pending = [name for package in packages for name in inputs.providers(package)]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name in found or name not in inputs.versions() or name == "livedeck":
            continue
        found.add(name)
        pending.extend(_required(name))
    return sorted(found)


@cache
def _required(distribution: str) -> tuple[str, ...]:
    required = importlib.metadata.requires(distribution) or []
    names = [re.match(r"[\w.-]+", text) for text in required if "extra ==" not in text]
    return tuple(inputs.normalised(match[0]) for match in names if match)
