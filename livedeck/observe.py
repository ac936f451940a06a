"""Sees what an experiment uses while it runs: project modules, files, folders, packages.

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
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path

from livedeck import inputs
from livedeck.slices import imported_packages, module_digest

CODE = {".py", ".pyc", ".so", ".pyd", ".pth", ".typed", ".metadata"}
SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib")
IMPORTERS = (
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "zipimport",
    "importlib.metadata",
)
LISTINGS = ("os.listdir", "os.scandir")


class Observer:
    """Collects the inputs of one run at a time; installed once in a worker's process."""

    def __init__(self, root: Path, ignored: Sequence[Path]) -> None:
        self.root = root
        self.ignored = list(ignored)
        self.seen: dict[str, str] | None = None
        self.trees: list[ast.AST] = []
        self._own = threading.local()  # what is opened while a thread is in here is our doing
        sys.addaudithook(self._audit)
        sys.meta_path.insert(0, _ProjectFinder(self))

    def start(self, statements: Iterable[ast.stmt]) -> None:
        """Forgets what was seen before, and every project module, so that all is seen anew."""
        for name, module in list(sys.modules.items()):
            # a folder without `__init__.py` is a package as well, and remembers its modules
            file, spec = getattr(module, "__file__", None), getattr(module, "__spec__", None)
            places = [file] if file else getattr(spec, "submodule_search_locations", None) or ()
            if any(inputs.is_project_module(self.root, place) for place in places):
                del sys.modules[name]
        self.seen, self.trees = {}, list(statements)

    def finish(self) -> tuple[dict[str, str], list[str]]:
        """The inputs seen since `start`, and the names of those that have changed since."""
        assert self.seen is not None
        seen, self.seen = self.seen, None
        changed = []
        for name, value in seen.items():
            kind, _, what = name.partition(" ")
            if inputs.file_value(kind, inputs.locate(self.root, what)) != value:
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
        if self.seen is None or (event != "open" and event not in LISTINGS):
            return
        if getattr(self._own, "busy", False):
            return
        self._own.busy = True
        try:
            if event == "open":
                self._opened(*arguments)
            else:
                folder = Path(os.fsdecode(str(arguments[0] or "."))).absolute()
                if not isinstance(arguments[0], int) and self._counts(folder, listing=True):
                    self.note("folder", folder)
        finally:
            self._own.busy = False

    def _opened(self, name: object, mode: object = None, flags: object = None, *_: object) -> None:
        if not isinstance(name, (str, bytes, os.PathLike)):
            return
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
            return
        path = Path(os.path.abspath(os.fsdecode(name)))
        if self._counts(path) and not path.is_dir():
            self.note("file", path)

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
        if text.startswith(SYSTEM) or text.startswith(_unseen()):
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


@cache
def _unseen() -> tuple[str, ...]:
    """Folders outside a project whose files are no inputs: caches and temporary files."""
    home = Path.home()
    caches = (tempfile.gettempdir(), home / ".cache", home / "Library" / "Caches")
    return tuple(map(str, caches))


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


@cache
def _distributions() -> dict[str, list[str]]:
    return {
        package: [inputs.normalised(name) for name in names]
        for package, names in importlib.metadata.packages_distributions().items()
    }


def requirements(packages: Iterable[str]) -> list[str]:
    """The distributions that provide some packages, and all that these require."""
    pending = [name for package in packages for name in _distributions().get(package, [])]
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
