"""The project's own modules: where an import finds them, and whether it makes one of them act."""

import ast
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from livedeck import engine
from livedeck.depth import TOO_DEEP
from livedeck.files import read_bytes
from livedeck.keys.digest_cache import Digested
from livedeck.keys.effects import Effects
from livedeck.keys.normal_form import EVERYTHING, Counting, digest_of, normal
from livedeck.keys.pure import LIBRARIES
from livedeck.keys.scopes import bound
from livedeck.keys.syntax import IMPORTS, is_future

# With these a module gets at another one's names, or at its own, without naming them.
REFLECTION = {
    *("__globals__", "__import__", "_getframe", "f_globals", "f_locals"),
    *("getclosurevars", "getmembers", "getmodule", "getouterframes", "currentframe"),
    *("import_module", "modules", "reload", "run_module", "run_path"),
    *("dictConfig", "fileConfig", "pickle", "pydoc", "resolve_name"),  # by names in texts
}
OWN = {  # or at its own
    *REFLECTION,
    *("__annotations__", "__loader__", "__spec__", "__subclasses__", "eval", "exec", "globals"),
    *("get_objects", "get_referrers"),
}
NAMESPACES = {"dir", "locals", "vars"}  # of a module, where they are called with nothing
PATCHERS = {"__builtins__", "builtins", "delattr", "mock", "monkeypatch", "setattr"}


@dataclass
class Modules:
    """What the modules of a project do when they are imported, each read once.

    `read` gives a file's bytes, or raises an `OSError`.
    """

    root: Path
    digested: Digested = field(default_factory=Digested)
    read: Callable[[Path], bytes] = read_bytes
    _facts: dict[Path, dict[str, str]] = field(default_factory=dict)
    _acting: dict[Path, bool] = field(default_factory=dict)
    _effects: dict[Path, Effects] = field(default_factory=dict)

    def effects(self, tree: ast.Module, path: Path) -> Effects:
        """The effects of the statements of a module of the project."""
        known = self._effects.get(path)
        if known is not None and known.tree is tree:
            return known
        package, patched = self.package_of(path), self.patched(tree, path)

        touched = {w for p in self.reached(imports_in(tree), path) for w in self._touched(p)}

        def acts(statement: ast.stmt) -> bool:
            found = self._found(names_of(statement, package))
            strange = self._strangers(_names(statement))
            return bool(strange) or any(patched or self._acts(other) for other in found)

        def imported(statement: ast.stmt, name: str) -> str:
            return self._kind(statement, name, package, touched)

        self._effects[path] = Effects(tree, acts, imported, trusting=not patched)
        return self._effects[path]

    def local(self, statement: ast.stmt, path: Path) -> bool:
        """Whether an import in a module is one of the project's modules."""
        return any(True for _ in self._found(names_of(statement, self.package_of(path))))

    def counting(self, names: set[str], path: Path) -> Counting:
        """What the modules that are imported under some names look at."""
        found = [self._facts_of(other)["looks at"].split() for other in self.reached(names, path)]
        return Counting.named({word for words in found for word in words})

    def patched(self, tree: ast.Module, path: Path) -> bool:
        """Whether a module, or one of those that it may import, replaces parts of others."""
        return patches(tree) or any(
            self._facts_of(other)["patches"] for other in self.reached(imports_in(tree), path)
        )

    def reflecting(self, names: set[str], path: Path) -> bool:
        """Whether modules that are imported under some names may look into the module at `path`."""
        reached = self.reached(names, path)
        return path in reached or any(self._facts_of(other)["reflects"] for other in reached)

    def reached(self, names: set[str], path: Path) -> set[Path]:
        """The project's modules that an import of some names by the module at `path` may execute,
        at once or later."""
        pending = list(self._found(_absolute(names, self.package_of(path))))
        found: set[Path] = set()
        while pending:
            other = pending.pop()
            if other not in found:
                found.add(other)
                names = set(self._facts_of(other)["imports"].split())
                pending.extend(self._found(_absolute(names, self.package_of(other))))
        return found

    def digest(self, source: bytes, path: Path) -> str:
        """The digest of a whole module; a `SyntaxError` or `ValueError` if it is not one."""
        names = self.digested.recall(source, "effects", lambda: _facts(source))["imports"].split()
        package = self.package_of(path)
        own = [n for n in names if self._in_order({n}, package)]

        def find() -> dict[str, str]:
            return {"": digest_of(self.normal(ast.parse(source), path))}

        return self.digested.recall(source, f"module {' '.join(own)}", find)[""]

    def normal(self, tree: ast.Module, path: Path) -> list[ast.stmt]:
        """The normal form of a whole module."""
        return normal(tree.body, Counting.of(tree), partial(self.in_order, path=path))

    def in_order(self, statement: ast.stmt, path: Path) -> bool:
        """Whether the place of an import among others counts: it executes what acts."""
        package = self.package_of(path)
        return "*" in bound(statement) or self._in_order(_names(statement), package)

    def _in_order(self, names: set[str], package: str) -> bool:
        found = self._found(_absolute(names, package))
        return bool(self._strangers(names)) or any(map(self._acts, found))

    def _strangers(self, names: set[str]) -> set[str]:
        """The libraries of which nobody knows what their import does."""
        tops = {name.partition(".")[0] for name in names if not name.startswith(".")}
        return tops - LIBRARIES - self._top_level

    def _touched(self, path: Path) -> list[str]:
        return self._facts_of(path)["touches"].split()

    def state(self, source: bytes, path: Path) -> str:
        """A text that changes when what counts of the modules that a module imports does."""
        try:
            names = self.digested.recall(source, "effects", lambda: _facts(source))["imports"]
        except (SyntaxError, ValueError, *TOO_DEEP):
            return ""
        reached = sorted(self.reached(set(names.split()), path))
        known = [(self.package_of(each), each.name, self._facts_of(each)) for each in reached]
        return repr(known)

    def packages(self, names: set[str], path: Path) -> set[str]:
        """The top-level names of what the project's modules behind some names may import."""
        reached = [self._facts_of(each)["imports"].split() for each in self.reached(names, path)]
        return {n.partition(".")[0] for each in reached for n in each if not n.startswith(".")}

    @cached_property
    def _top_level(self) -> set[str]:
        with suppress(OSError):
            return {name.removesuffix(".py") for name in os.listdir(self.root)}
        return set()

    def package_of(self, path: Path) -> str:
        """The package that relative imports in a module start from."""
        inside = path.is_relative_to(self.root)
        return ".".join(path.relative_to(self.root).parts[:-1]) if inside else ""

    def _found(self, names: set[str]) -> Iterator[Path]:
        """The source files of the project that an import of qualified names executes."""
        for name in sorted(names):
            folder = self.root
            if name.partition(".")[0] not in self._top_level:
                continue
            for part in name.split("."):
                package, module = folder / part / "__init__.py", folder / f"{part}.py"
                files = (file for file in (package, module) if file.is_file())
                yield from (file for file in files if not file.is_relative_to(engine.FOLDER))
                folder = folder / part
                if not folder.is_dir():
                    break

    def _acts(self, path: Path) -> bool:
        if path not in self._acting:
            self._acting[path] = False  # modules may import each other
            facts = self._facts_of(path)
            names = _absolute(set(facts["at once"].split()), self.package_of(path))
            strange = self._strangers(set(facts["at once"].split()))
            acts = bool(facts["acts"] or strange)
            self._acting[path] = acts or any(map(self._acts, self._found(names)))
        return self._acting[path]

    def _kind(self, statement: ast.stmt, name: str, package: str, touched: set[str]) -> str:
        """What a name stands for that is imported from a module of the project, unless others have
        `touched` it."""
        if not any(True for _ in self._found(names_of(statement, package))):
            return ""
        if not isinstance(statement, ast.ImportFrom):
            return f".{name}"  # whatever library may have that name
        asked = next(a.name for a in statement.names if (a.asname or a.name) == name)
        source = names_of(ast.ImportFrom(statement.module, [], statement.level), package)
        kinds = [self._facts_of(each)["kinds"] for each in self._found(source)][-1:]
        words = dict(w.split("=") for w in kinds[0].split("\n") if w) if kinds else {}
        return f".{asked}" if asked in touched else words.get(asked, f".{asked}")

    def _facts_of(self, path: Path) -> dict[str, str]:
        """What the text of a module says of it."""
        if path not in self._facts:
            try:
                source = self.read(path)
                found = self.digested.recall(source, "effects", lambda: _facts(source))
            except (OSError, SyntaxError, ValueError, *TOO_DEEP):
                found = _unknown()
            self._facts[path] = found
        return self._facts[path]


def names_of(statement: ast.AST, package: str) -> set[str]:
    """The qualified names that an import asks for; those of a package may be its modules."""
    return _absolute(_names(statement), package)


def imports_in(tree: ast.AST) -> set[str]:
    """The names that are imported anywhere in code, with a dot for each level of relative ones."""
    return set().union(*(_names(n) for n in ast.walk(tree) if isinstance(n, IMPORTS)))


def reflects(node: ast.AST, words: set[str] = REFLECTION) -> bool:
    """Whether code may look into modules without naming what it finds there."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id in words:
            return True
        if isinstance(each, ast.Attribute):
            stack = each.attr == "stack" and _root(each) == "inspect"
            if stack or each.attr in words:
                return True
        if isinstance(each, IMPORTS) and any(words & set(n.split(".")) for n in _names(each)):
            return True
        if isinstance(each, ast.Call) and not each.args and _root(each.func) in NAMESPACES:
            return True
    return False


def patches(tree: ast.Module) -> bool:
    """Whether code may replace what belongs to another module."""
    imported = {name for n in ast.walk(tree) if isinstance(n, IMPORTS) for name in bound(n)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in PATCHERS:
            return True
        if isinstance(node, IMPORTS) and any(PATCHERS & set(n.split(".")) for n in _names(node)):
            return True
        stored = node if isinstance(node, ast.Attribute) else None
        if stored and not isinstance(stored.ctx, ast.Load) and _root(stored) in imported:
            return True
    return False


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _names(statement: ast.AST) -> set[str]:
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    if isinstance(statement, ast.ImportFrom):
        base = "." * statement.level + (statement.module or "")
        joint = "" if base.endswith(".") or not base else "."
        return {base + joint + a.name for a in statement.names if a.name != "*"} | {base}
    return set()


def _absolute(names: set[str], package: str) -> set[str]:
    found = set()
    for name in names:
        bare = name.lstrip(".")
        level = len(name) - len(bare)
        parts = package.split(".") if level and package else []
        parts = parts[: len(parts) - level + 1] if level > 1 else parts
        found.add(".".join([*parts, *filter(None, [bare])]))
    return found - {""}


def _facts(source: bytes) -> dict[str, str]:
    tree = ast.parse(source)
    effects = Effects(tree)
    at_once = set().union(*map(_names, tree.body))
    return {
        "acts": "yes" if any(effects.acts(s) and not is_future(s) for s in tree.body) else "",
        "kinds": "\n".join(f"{name}={kind}" for name, kind in sorted(effects.kinds().items())),
        "patches": "yes" if patches(tree) else "",
        "touches": " ".join(sorted(_touches(tree, effects))),
        "looks at": " ".join(sorted(Counting.of(tree).names)),
        "reflects": "yes" if reflects(tree) else "",
        "at once": " ".join(sorted(at_once)),
        "imports": " ".join(sorted(imports_in(tree))),
    }


def _touches(tree: ast.Module, effects: Effects) -> set[str]:
    """The names of other modules' objects that a module's statements may change."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {a.name for a in node.names if (a.asname or a.name) in effects.touched}
        elif isinstance(node, ast.Attribute) and _root(node) in effects.touched:
            found.add(node.attr)
    return found


def _unknown() -> dict[str, str]:
    told = dict.fromkeys(("acts", "patches", "reflects"), "yes")
    looks = " ".join(sorted(EVERYTHING.names))
    return {**told, "kinds": "", "at once": "", "imports": "", "touches": "", "looks at": looks}
