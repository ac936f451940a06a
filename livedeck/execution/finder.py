"""Finds the author's own modules, and loads them from source: what is noted is what is executed."""

import ast
import importlib.machinery
import os
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Protocol

from livedeck import depth
from livedeck.keys import inputs
from livedeck.keys.modules import Modules


class Listener(Protocol):
    """Who is told: `livedeck.execution.audit_hooks.Hooks`."""

    root: Path
    trees: list[ast.AST]
    asked: set[str]
    modules: Modules
    loaded: set[str]
    codes: dict[str, types.CodeType]
    executed: Callable[[str, types.ModuleType], None] | None

    def note(self, kind: str, what: str, value: str | None = None) -> None:
        """Tells of an input."""

    def unheard(self) -> AbstractContextManager[None]:
        """While the engine itself asks for something."""


class Finder(MetaPathFinder):
    """Loads the author's own modules from source, and notes exactly what was executed; of all
    others, that they were looked for."""

    def __init__(self, hooks: Listener) -> None:
        self.hooks = hooks

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a project's module, loaded by `_SourceLoader`; None for all others."""
        if name in sys.builtin_module_names:
            return None
        self.hooks.asked.add(name)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None:
            return None
        places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
        if not places or not inputs.is_project_module(self.hooks.root, places[0]):
            return None
        self._note_places(name, path)
        self.hooks.loaded.add(name)
        if (
            spec.origin is None
            or not spec.origin.endswith(".py")
            or not os.path.isfile(spec.origin)
        ):
            return None  # as within an archive
        spec.loader = _SourceLoader(name, spec.origin, self.hooks)
        return spec

    def _note_places(self, name: str, path: Sequence[str] | None) -> None:
        """Notes how a name was resolved: one that comes to stand before it changes that."""
        self.hooks.note("import", name)
        tail = name.rpartition(".")[2]
        usual = self.hooks.root / name.replace(".", os.sep)
        for folder in map(Path, sys.path if path is None else path):
            place = folder / tail
            if place != usual and inputs.is_project_module(self.hooks.root, str(place)):
                self.hooks.note("place", str(place))


class _SourceLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, hooks: Listener) -> None:
        super().__init__(name, path)
        self.hooks = hooks

    def exec_module(self, module: types.ModuleType) -> None:
        super().exec_module(module)
        if self.hooks.executed is not None:
            self.hooks.executed(self.name, module)

    def get_code(self, fullname: str) -> types.CodeType:
        path, hooks = Path(self.path), self.hooks
        if self.path in hooks.codes:
            return hooks.codes[self.path]
        with hooks.unheard():
            data = path.read_bytes()
        code: types.CodeType = compile(data, self.path, "exec")
        with hooks.unheard(), depth.limit():
            hooks.trees.append(ast.parse(data))
            digest = hooks.modules.digest(data, path)
        hooks.note("module", self.path, digest)
        hooks.codes[self.path] = code
        return code
