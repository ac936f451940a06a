"""Hears, within the process of a run, what Python code asks for: files, folders, environment
variables, modules. Who asks decides: the author's code, or a package for itself.

What is heard is told to a function that takes the kind of input, what it is, and its value or None.
On Linux the kernel sees files too (`kernel`), also those that no Python code opens; what Python
alone knows is which of them are sources that are executed or quoted.
"""

import ast
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import sys
import threading
import types
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any

from livedeck import devices, distributions, engine
from livedeck.execution.finder import Finder
from livedeck.keys import inputs
from livedeck.keys.modules import Modules

Tell = Callable[[str, str, str | None], None]

IMPORTERS = (
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "_frozen_importlib",
    "_frozen_importlib_external",
    "zipimport",
    "importlib.metadata",
)
LISTINGS = ("os.listdir", "os.scandir")
PROGRAMS = ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.system")
EVENTS = ("open", "sqlite3.connect", "ctypes.dlopen", *LISTINGS, *PROGRAMS)
COMPILED = (".pyc", ".py")
PROXIES = [  # which urllib picks from among all variables
    name
    for kind in ("all", "ftp", "http", "https", "no")
    for name in (f"{kind}_proxy", f"{kind.upper()}_PROXY")
]
BETWEEN = ("os", "collections.abc", "_collections_abc", __name__)
ENGINE = str(engine.FOLDER) + os.sep


class Hooks:
    """What is heard in one process; installed once, and silent until somebody is told.

    `kernel` says whether the kernel sees files too, `fixed` which variables are the engine's.
    """

    def __init__(self, root: Path, fixed: Sequence[str]) -> None:
        self.root, self.fixed = root, {*fixed, *devices.THREADS, *devices.KERNELS}
        self.tell: Tell | None = None
        self.kernel = False
        self.executed: Callable[[str, types.ModuleType], None] | None = None
        self.trees: list[ast.AST] = []
        self.variables: dict[str, str] = dict(os.environ)
        self.assigned: set[str] = set()  # the variables that the run has set itself
        self.asked: set[str] = set()  # the names of modules that were looked for
        self.modules = Modules(root)
        self.loaded: set[str] = set()  # the author's modules, by name
        self.codes: dict[str, types.CodeType] = {}  # of those that were loaded before, by file
        self._judged: set[Hashable] = set()
        self._own = threading.local()  # what is opened while a thread is in here is our doing
        sys.addaudithook(self._audit)
        _watch_looks(self._looked_at)
        _watch_environment(self._variable, self.assigned.add)
        _watch_questions(self._asked_for_program, self._asked_for_entries)
        _watch_distributions(self._asked_for_package)
        sys.meta_path.insert(0, Finder(self))

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """While the engine itself asks for something."""
        before = getattr(self._own, "busy", False)
        self._own.busy = True
        try:
            yield
        finally:
            self._own.busy = before

    def note(self, kind: str, what: str, value: str | None = None) -> None:
        """Tells of an input, unless nobody listens."""
        if kind == "environment" and value is None and what != inputs.EVERYTHING:
            if self._is_fixed(what):
                return
            value = inputs.variable_value(self.variables.get(what))
        if self.tell is not None:
            self._judged.add(f"{kind} {what}")
            with self.unheard():
                self.tell(kind, what, value)

    def forget_modules(self, name: str) -> None:
        """Takes the author's modules, and the one of that name, out of what is imported."""
        for other in {name, *self.loaded}:
            sys.modules.pop(other, None)
        self.loaded.clear()

    def note_sources(self) -> None:
        """Tells that the text of the author's modules counts, with what does not elsewhere."""
        for path in self.codes:
            self.note("file", path)

    @property
    def _deaf(self) -> bool:
        return self.tell is None or getattr(self._own, "busy", False)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in EVENTS or self.tell is None:
            return
        if self._deaf:
            if event in LISTINGS and (folder := _path(arguments[0])):
                self.tell("skip", str(folder), None)  # our own doing
            return
        with self.unheard():
            if event == "open":
                self._opened(*arguments)
            elif event in LISTINGS:
                self._listed(_path("." if arguments[0] is None else arguments[0]))
            elif event in PROGRAMS and _asker() != "import":
                self.note("environment", inputs.EVERYTHING)
                self._named(arguments)
            else:
                self._mentioned(arguments[0])

    def _opened(self, name: object, mode: object = None, flags: object = None, *_: object) -> None:
        path = _path(name)
        if path is None or only_writes(mode, flags):
            return
        if path.suffix in COMPILED:
            self._source(path)
        elif (not self.kernel or not path.exists()) and _asker() == "project":
            self.note("file" if path.is_file() else "path", str(path))

    def _source(self, path: Path) -> None:
        """A source file that is read otherwise than to execute it as a module, which `Finder`
        does, or to quote its lines in a warning or traceback."""
        if not inputs.is_project_module(self.root, str(path)) or _for_a_message():
            return
        if path.suffix == ".pyc":
            source = str(path)
            with suppress(ValueError):
                source = importlib.util.source_from_cache(source)
            self.note("file", source if os.path.isfile(source) else str(path))
        elif path.is_file():
            self.note("file", str(path))

    def _listed(self, folder: Path | None) -> None:
        if folder is None:
            return
        asker = _asker()
        if asker == "import":
            self.note("skip", str(folder))
        elif asker == "project" or self.kernel:
            self.note("folder", str(folder))

    def _named(self, arguments: tuple[object, ...]) -> None:
        """Files that another program is told of."""
        words = arguments[1] if len(arguments) > 1 else arguments[0]
        texts = os.fsdecode(words).split() if isinstance(words, (str, bytes)) else words
        for word in texts if isinstance(texts, Sequence) else ():
            self._mentioned(word)

    def _mentioned(self, word: object) -> None:
        path = _path(word)
        if not self.kernel and path is not None and path.is_file():
            self.note("file", str(path))

    def _looked_at(self, name: object) -> None:
        """A file that was not opened: of one that is there, size and content count alike."""
        path = _path(name)
        if path is None or self._deaf:
            return
        with self.unheard():
            hidden = not self.kernel or path.suffix in COMPILED or not path.exists()
            if hidden and _asker() == "project":
                self.note("file" if path.is_file() else "path", str(path))

    def _variable(self, name: str | None) -> None:
        """An environment variable that is read, or all of them. What a package reads for itself
        counts unless it only says where and how somebody works."""
        if self._deaf or f"environment {name or inputs.EVERYTHING}" in self._judged:
            return
        place = (*_place(), name)
        if place in self._judged:  # matplotlib asks for one with every text
            return
        self._judged.add(place)
        with self.unheard():
            direct, asker = _asker(between=BETWEEN), _asker()
            if name is None:
                if asker == "project" and direct != "package":
                    proxies = direct == "library" and _is_named("getproxies_environment")
                    own = [n for n in self.variables if n.lower().endswith("_proxy")]
                    for each in (*PROXIES, *own) if proxies else (inputs.EVERYTHING,):
                        self.note("environment", each)
                return
            if self._is_fixed(name):
                return
            session = inputs.SESSION.fullmatch(name)
            searches = name == "PATH" and _is_named("get_exec_path")  # for a program to start
            by_author = asker == "project" and (direct == "project" or name != "PATH")
            if searches:
                return
            if by_author or (asker in ("package", "import") and not session):
                self.note("environment", name)

    def _is_fixed(self, name: str) -> bool:
        """Whether the engine, or the run itself, says what a variable holds."""
        return name in self.fixed or name in self.assigned or bool(inputs.OURS.fullmatch(name))

    def _asked_for_program(self, name: object) -> None:
        if not self._deaf and isinstance(name, str) and _asker() == "project":
            self.note("program", name)

    def _asked_for_package(self, name: object) -> None:
        between = ("importlib.metadata", __name__)
        if self._deaf or not isinstance(name, str) or _is_named("entry_points"):
            return
        if name and _asker(between) == "project":
            plain = name if name == inputs.EVERYTHING else distributions.normalised(name)
            self.note("package", plain)

    def _asked_for_entries(self, group: object) -> None:
        if not self._deaf and isinstance(group, str):
            self.note("entries", group)


def only_writes(mode: object, flags: object) -> bool:
    """Whether a file is opened without any way to read what it holds."""
    if isinstance(mode, str):
        return "w" in mode or "x" in mode or ("a" in mode and "+" not in mode)
    if not isinstance(flags, int):
        return False
    return bool(flags & (os.O_WRONLY | os.O_TRUNC | os.O_EXCL))


def _path(name: object) -> Path | None:
    """An absolute path; None for a descriptor, which somebody has opened before."""
    if not isinstance(name, (str, bytes, os.PathLike)):
        return None
    try:
        return Path(os.path.abspath(os.fsdecode(name)))
    except ValueError:
        return None


def _asker(between: tuple[str, ...] | None = None) -> str:
    """Who asks: code of the "project", maybe through a package; an "import"; a "package"; or
    something "else", such as Python itself. With `between`, the first that is none of these
    modules; else the first that is not of Python's own library, or the project behind it."""
    frame: types.FrameType | None = sys._getframe(1)
    package = False
    while frame is not None:
        file, module = frame.f_code.co_filename, frame.f_globals.get("__name__")
        if not file.startswith(ENGINE) and module not in (between or ()):
            if module in IMPORTERS:
                return "import"
            if between is not None:
                installed = "package" if "-packages" in file else "library"
                return "project" if _is_project(file) else installed
            if _is_project(file):
                return "project"
            package = package or "-packages" in file
        frame = frame.f_back
    return "package" if package else "else"


def _is_named(function: str) -> bool:
    """Whether a function of that name is at work in this thread."""
    frame: types.FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_name != function:
        frame = frame.f_back
    return frame is not None


@cache
def _is_project(file: str) -> bool:
    return inputs.is_project_module(Path("/"), file)


def _for_a_message() -> bool:
    """Whether a source file is opened only to quote its lines in a warning or traceback."""
    frame: types.FrameType | None = sys._getframe()
    names = set()
    while frame is not None:
        names.add(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return "linecache" in names and bool(names & {"warnings", "traceback"})


def _watch_looks(heard: Callable[[object], None]) -> None:
    """Calls `heard` with each path whose status is asked for, as `Path.exists` does: Python has no
    audit event for it. Signals wait meanwhile: one that came while the kernel holds the call would
    end it, which happens to no program otherwise."""
    mask, every = signal.pthread_sigmask, signal.valid_signals()
    for name in ("stat", "lstat", "access", "readlink"):
        original = getattr(os, name)

        @wraps(original)
        def watched(path: Any, *rest: Any, _do: Any = original, **more: Any) -> Any:
            heard(path)
            before = mask(signal.SIG_BLOCK, every)
            try:
                return _do(path, *rest, **more)
            finally:
                mask(signal.SIG_SETMASK, before)

        setattr(os, name, watched)
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if original in able:
                able.add(watched)


def _watch_questions(program: Callable[[object], None], entries: Callable[[object], None]) -> None:
    """Calls `program` with what is looked for with `shutil.which`, and `entries` with each group of
    entry points that is asked for."""
    which, entry_points = shutil.which, importlib.metadata.entry_points

    @wraps(which)
    def watched_which(cmd: Any, *rest: Any, **more: Any) -> Any:
        program(cmd)
        return which(cmd, *rest, **more)

    @wraps(entry_points)
    def watched_entries(**wanted: Any) -> Any:
        entries(wanted.get("group"))
        return entry_points(**wanted)

    shutil.which = watched_which
    importlib.metadata.entry_points = watched_entries


def _watch_distributions(heard: Callable[[object], None]) -> None:
    """Calls `heard` with each distribution that is asked for by name; with `*` where all are."""
    kind: Any = importlib.metadata.Distribution
    from_name, discover = kind.from_name.__func__, kind.discover.__func__

    def watched_name(cls: Any, /, name: Any) -> Any:
        heard(name)
        return from_name(cls, name)

    def watched_all(cls: Any, /, **wanted: Any) -> Any:
        heard(wanted.get("name") or inputs.EVERYTHING)
        return discover(cls, **wanted)

    kind.from_name, kind.discover = classmethod(watched_name), classmethod(watched_all)


def _watch_environment(
    heard: Callable[[str | None], None], assigned: Callable[[str], object]
) -> None:
    """Calls `heard` with each variable that is read by name, and with None where all are; and
    `assigned` with each that is set."""
    plain: Any = type(os.environ)
    copying: list[tuple[types.CodeType, int] | None] = [None]

    class Watched(plain):  # type: ignore[misc]
        def __iter__(self) -> Iterator[Any]:
            copying[0] = _place()
            heard(None)
            return iter(super().__iter__())

        def __getitem__(self, name: Any) -> Any:
            if copying[0] != _place():  # of all of them, none in particular
                heard(os.fsdecode(name))
            return super().__getitem__(name)

        def __setitem__(self, name: Any, value: Any) -> None:
            super().__setitem__(name, value)
            assigned(os.fsdecode(name))

    os.environ.__class__ = Watched
    if os.supports_bytes_environ:
        os.environb.__class__ = Watched


def _place() -> tuple[types.CodeType, int]:
    """Where a variable is asked for."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") in BETWEEN:
        frame = frame.f_back
    return frame.f_code, frame.f_lineno
