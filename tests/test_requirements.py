"""What `pyproject.toml` declares is what is imported, and comes to whom it is for."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from livedeck.execution.levels import LEVELS
from tests.conftest import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"livedeck", "experiments"}
BY_NAME = {"import_module", "find_spec", "files", "entry_points"}  # they take a module's name
GPL = {"espeakng-loader"}  # whose metadata say nothing of it


def declared(*extras: str) -> set[str]:
    """The distributions that an installation with some extras asks for by name."""
    lines = [*PROJECT["dependencies"]]
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def imports(folder: str) -> dict[str, Path]:
    """The foreign packages that modules below a folder import, at their beginning or later, each
    with a module that does."""
    found: dict[str, Path] = {}
    for path in sorted((REPOSITORY / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            for name in imported(node):
                found[name.partition(".")[0]] = path
    return {name: found[name] for name in found.keys() - OWN - sys.stdlib_module_names}


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that a statement imports, or a call by their names."""
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(str(module), _, 0):
            yield module
        case ast.Call(
            ast.Name(function) | ast.Attribute(_, function), [ast.Constant(str(module)), *_]
        ) if function in BY_NAME:
            yield module


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("livedeck", ()), ("templates", ()), ("examples", ()), ("experiments", ("lecture",))],
)
def test_what_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    """By name, not because something else happens to bring it; only the lecture needs its extra."""
    found, providers = imports(folder), packages_distributions()
    assert len(found) >= 2
    undeclared = {
        name: path
        for name, path in found.items()
        if not declared(*extras) & {canonicalize_name(each) for each in providers.get(name, ())}
    }
    assert undeclared == {}


def test_what_workers_have_ready_is_declared() -> None:
    """They import it by name, and go without what is not there."""
    ready = {name.partition(".")[0] for level in LEVELS for name in level} - OWN
    providers = packages_distributions()
    assert {"jax", "flax", "optax"} <= ready
    assert {canonicalize_name(providers[name][0]) for name in ready} <= declared()


UPSTREAM = (REPOSITORY / "docs" / "upstream.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([\w-]+) \| (`.+?) \|", re.MULTILINE)
PYTHONS = {"_exit", "_getframe", "_fields", "_replace"}  # documented, whatever their names
PRIVATE = re.compile(r"_[A-Za-z]\w*")


def private_names(tree: ast.AST) -> Iterator[str]:
    """The private names that a module uses of objects, and the private modules that it imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from [node.attr] if PRIVATE.fullmatch(node.attr) else []
        for module in imported(node):
            yield from (part for part in module.split(".") if PRIVATE.fullmatch(part))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "vars"):
            names = (each.value for each in node.args if isinstance(each, ast.Constant))
            yield from (name for name in names if PRIVATE.fullmatch(str(name)))


def made_here(tree: ast.AST) -> Iterator[str]:
    """The names that a module gives to functions, classes and attributes of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name("self" | "cls"), name, ast.Store()):
                yield name
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.AnnAssign(ast.Name(name)) | ast.AnnAssign(ast.Attribute(_, name)):
                yield name


def test_private_names_of_others_are_used_where_it_says() -> None:
    """In the small modules of docs/upstream.md, and nowhere else."""
    folder = REPOSITORY / "livedeck"
    trees = {path: ast.parse(path.read_bytes()) for path in folder.rglob("*.py")}
    own = {name for path in trees for name in made_here(trees[path])}
    listed = set(
        re.findall(r"`([\w/]+\.(?:py|js))`", "".join(row[1] for row in ROW.findall(UPSTREAM)))
    )
    leaning = {
        path.relative_to(folder).as_posix()
        for path, tree in trees.items()
        if set(private_names(tree)) - own - PYTHONS
    }
    assert leaning <= listed
    assert all((folder / name).is_file() for name in listed)
    assert len(leaning) >= 6


def test_what_is_leant_on_has_an_upper_bound() -> None:
    """So that a release that may break it is not installed before somebody has tried it."""
    leant_on = {name for name, _ in ROW.findall(UPSTREAM)} - {"package"}
    wanted = {Requirement(line).name: Requirement(line) for line in PROJECT["dependencies"]}
    assert len(leant_on) >= 6
    assert {name for name in leant_on if "<" not in str(wanted[name].specifier)} == set()
    assert {name for name, each in wanted.items() if "<" in str(each.specifier)} == leant_on


def test_an_extra_adds_to_the_engine() -> None:
    """What one declares, the engine does not, so that it can be left out."""
    for extra in ("lecture", "test"):
        names = [Requirement(line).name for line in PROJECT["optional-dependencies"][extra]]
        assert declared().isdisjoint(map(canonicalize_name, names))


def brought(names: set[str]) -> set[str]:
    """All that comes with some distributions on this machine, without anybody's extras."""
    found: set[str] = set()
    pending = sorted(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        try:
            wanted = [Requirement(line) for line in requires(name) or []]
        except PackageNotFoundError:  # for another system
            continue
        found.add(name)
        pending += [
            canonicalize_name(each.name)
            for each in wanted
            if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return found


def test_no_gpl_software_comes_unasked() -> None:
    """What carries eSpeak NG comes with the lecture, and in no way with the engine."""
    everything = brought(declared())
    assert {"jaxlib", "scipy", "weasyprint"} <= everything
    assert declared("lecture") - everything >= GPL
