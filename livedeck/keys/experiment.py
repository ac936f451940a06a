"""What an experiment's module declares, read from its source without running it."""

import ast
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from livedeck import depth, literals
from livedeck.errors import AuthorError, did_you_mean
from livedeck.files import read_text
from livedeck.keys.modules import Modules, imports_in
from livedeck.keys.normal_form import digest_of, written
from livedeck.keys.scopes import FUNCTIONS
from livedeck.keys.slices import Slice, cut, imported_packages, is_figure, parts
from livedeck.literals import literal

PROFILES = ("CPU", "GPU", "TPU", "QUICK")


@dataclass(frozen=True)
class FigureFunction:
    """A public function of `(fig, result)`, or of `(fig, result, frame)`: a sequence."""

    name: str
    sequence: bool
    line: int


@dataclass(frozen=True)
class Experiment:
    """An experiment module: its parameters, profiles, figures and result fields by name."""

    name: str
    path: Path
    tree: ast.Module
    source: str
    defaults: dict[str, object]
    profiles: dict[str, dict[str, object]]
    figures: dict[str, FigureFunction]
    fields: tuple[str, ...]
    modules: Modules
    nans: tuple[str, ...] = ()  # fields that may hold NaN or infinity: for figures, not for texts
    timed: bool = False  # measures time: runs alone, and does not repeat bit by bit

    @property
    def claim(self) -> str:
        """The first sentence of the module's docstring."""
        return " ".join((ast.get_docstring(self.tree) or "").partition("\n\n")[0].split())

    def parameters(self, profile: str, overrides: dict[str, object]) -> dict[str, object]:
        """The parameters of a run: defaults, then the profile's, then a figure's own.

        A TPU takes the GPU's profile where it has none of its own.
        """
        for name in overrides:
            if name not in self.defaults:
                hint = did_you_mean(name, self.defaults)
                raise ValueError(f"`{self.name}` has no parameter `{name}`. {hint}")
        chosen = self.profiles.get(profile.upper())
        if chosen is None and profile == "tpu":
            chosen = self.profiles.get("GPU")
        return self.defaults | (chosen or {}) | overrides

    @cached_property
    def run_digests(self) -> dict[str, str]:
        """What `run` executes, as a digest for each definition."""
        return self._digests("run")

    def figure_digests(self, figure: str) -> dict[str, str]:
        """What a figure function executes, as a digest for each definition."""
        return self._digests(figure)

    def line_of(self, function: str) -> int:
        """The line on which a function begins."""
        nodes = [n for n in self.tree.body if isinstance(n, FUNCTIONS) and n.name == function]
        return nodes[0].lineno

    def slice(self, roots: list[str]) -> Slice:
        """What some functions execute."""
        return cut(self.tree, roots, self.modules, self.path)

    def plain_sources(self, roots: list[str]) -> dict[str, str]:
        """What some functions execute, as text for each definition, without what doesn't count."""
        found = parts(self.slice(roots), self.source, self.modules, self.path)
        return {name: written(statements) for name, statements in found.items()}

    def packages(self, roots: list[str]) -> set[str]:
        """The packages that some functions may import, also through modules of the project."""
        statements = self.slice(roots).statements
        names = imports_in(ast.Module(statements, []))
        return imported_packages(statements) | self.modules.packages(names, self.path)

    def _digests(self, function: str) -> dict[str, str]:
        def find() -> dict[str, str]:
            part = self.slice([function, "Result"])
            found = parts(part, self.source, self.modules, self.path)
            return {name: digest_of(statements) for name, statements in found.items()}

        what = f"function {function} {self._state}"
        with depth.of_program(self.source, self.path):
            return self.modules.digested.recall(self.source.encode(), what, find)

    @cached_property
    def _state(self) -> str:
        state = self.modules.state(self.source.encode(), self.path)
        return hashlib.sha256(state.encode()).hexdigest()

    def source_of(self, function: str) -> str:
        """The source text of one of the module's functions or classes, comments included."""
        for node in self.tree.body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name == function:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                return "\n".join(self.source.split("\n")[first - 1 : node.end_lineno])
        names = [n.name for n in self.tree.body if isinstance(n, (*FUNCTIONS, ast.ClassDef))]
        hint = did_you_mean(function, names)
        raise ValueError(f"`{self.name}` has no function `{function}`. {hint}")


def names_in(folder: Path) -> list[str]:
    """The experiments of a folder: its modules whose names do not begin with `_`."""
    return sorted(p.stem for p in folder.glob("*.py") if not p.name.startswith("_"))


def read_experiment(
    path: Path, modules: Modules | None = None, source: str | None = None
) -> Experiment:
    """Reads an experiment's declarations; a module that does not follow the form is an error.
    Its `source` is given where it was read already."""
    source = read_text(path) if source is None else source
    try:
        with depth.of_program(source, path):
            tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise AuthorError(f"not valid Python: {error.args[0]}", path, line) from error
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    if "run" not in functions:
        hint = "An experiment computes in `def run(*, ...) -> Result`."
        raise AuthorError("no function `run`", path, 1, hint=hint)
    defaults, fields = _defaults(functions["run"], path), _fields(tree, path)
    return Experiment(
        name=path.stem,
        path=path,
        tree=tree,
        source=source,
        defaults=defaults,
        profiles=_profiles(tree, defaults, path),
        figures={
            name: FigureFunction(name, _arguments(node) == 3, node.lineno)
            for name, node in functions.items()
            if not name.startswith("_") and is_figure(node)
        },
        fields=fields,
        modules=modules or Modules(path.parent.parent),
        nans=_nans(tree, fields, path),
        timed=_timed(tree, path),
    )


def _arguments(function: ast.FunctionDef) -> int:
    return len(function.args.posonlyargs) + len(function.args.args)


def _defaults(run: ast.FunctionDef, path: Path) -> dict[str, object]:
    if run.args.args or run.args.posonlyargs or run.args.vararg or run.args.kwarg:
        hint = "Write `def run(*, seeds: int = 4, ...)`."
        raise AuthorError("`run` takes keyword-only parameters", path, run.lineno, hint=hint)
    defaults: dict[str, object] = {}
    for argument, default in zip(run.args.kwonlyargs, run.args.kw_defaults, strict=True):
        if default is None:
            hint = "Its defaults are the parameters of a build on a CPU."
            message = f"the parameter `{argument.arg}` of `run` has no default"
            raise AuthorError(message, path, argument.lineno, hint=hint)
        defaults[argument.arg] = _literal(default, f"the default of `{argument.arg}`", path)
    return defaults


def _profiles(
    tree: ast.Module, defaults: dict[str, object], path: Path
) -> dict[str, dict[str, object]]:
    profiles = {}
    for name, call, line in _assignments(tree, PROFILES):
        if not isinstance(call, ast.Call) or call.args or ast.unparse(call.func) != "dict":
            hint = f"Write `{name} = dict(seeds=2, ...)`."
            raise AuthorError(f"`{name}` is not a plain dict(...)", path, line, hint=hint)
        profile = {}
        for keyword in call.keywords:
            if keyword.arg not in defaults:
                hint = did_you_mean(str(keyword.arg), defaults)
                message = f"`{name}` sets `{keyword.arg}`, which `run` does not take"
                raise AuthorError(message, path, keyword.lineno, hint=hint)
            profile[str(keyword.arg)] = _literal(keyword.value, f"`{keyword.arg}`", path)
        profiles[name] = profile
    return profiles


def _timed(tree: ast.Module, path: Path) -> bool:
    """Whether the module says `TIMED = True`."""
    timed = False
    for _, value, line in _assignments(tree, ("TIMED",)):
        if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
            hint = "Write `TIMED = True` if the result of `run` measures time."
            raise AuthorError("`TIMED` is not True or False", path, line, hint=hint)
        timed = value.value
    return timed


def _nans(tree: ast.Module, fields: tuple[str, ...], path: Path) -> tuple[str, ...]:
    """The fields that the module names in `NANS = ("losses",)`."""
    names: set[Any] = set()
    for _, value, line in _assignments(tree, ("NANS",)):
        names = {getattr(node, "value", None) for node in getattr(value, "elts", [None])}
        if not all(isinstance(name, str) for name in names):
            hint = 'Write `NANS = ("losses",)`, with the comma.'
            raise AuthorError("`NANS` is not a tuple of field names", path, line, hint=hint)
        for name in sorted(names.difference(fields)):
            message = f"`NANS` names `{name}`, which is no field of `Result`"
            raise AuthorError(message, path, line, hint=did_you_mean(name, fields))
    return tuple(sorted(names))


def _assignments(
    tree: ast.Module, names: Collection[str]
) -> Iterator[tuple[str, ast.expr | None, int]]:
    """Where a module gives some names a value; none where that follows from another."""
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            continue
        value = None if isinstance(node, ast.AugAssign) else node.value
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and target.id in names:
                yield target.id, value, node.lineno


def _fields(tree: ast.Module, path: Path) -> tuple[str, ...]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Result":
            targets = [s.target for s in node.body if isinstance(s, ast.AnnAssign)]
            return tuple(t.id for t in targets if isinstance(t, ast.Name))
    hint = "What `run` returns is a named tuple: `class Result(NamedTuple): ...`."
    raise AuthorError("no class `Result`", path, 1, hint=hint)


def _literal(node: ast.expr, what: str, path: Path) -> object:
    try:
        return literal(node)
    except ValueError as error:
        message = f"{what} is not a plain value"
        raise AuthorError(message, path, node.lineno, hint=literals.ADVICE) from error
