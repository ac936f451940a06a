"""Code without what does not count: comments, formatting, docstrings, annotations, the order of
imports. Two texts of the same normal form compute the same."""

import ast
import copy
import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from livedeck.keys.pure import WRAPPERS
from livedeck.keys.scopes import DEFINITIONS, FUNCTIONS, bound
from livedeck.keys.syntax import IMPORTS

# What looks at the annotations of functions that it is given.
ANNOTATED = {
    *("__annotations__", "attrs", "beartype", "get_annotations", "get_type_hints", "inspect"),
    *("jaxtyped", "multipledispatch", "plum", "pydantic", "singledispatch", "signature"),
    *("singledispatchmethod", "typeguard", "typer"),
}


DOCUMENTED = {"__doc__", "docopt", "doctest", "getdoc", "help", "pydoc"}
FIELD = re.compile(r"(?:%\(|\{)(lineno)\b")  # of a format of log records
KNOWN = {name.rpartition(".")[2] for name in WRAPPERS} | {"deleter", "getter", "setter"}
WRITTEN = {  # what looks at lines, and at what stands in them
    *("co_firstlineno", "co_lines", "co_linetable", "co_positions", "f_lineno", "findsource"),
    *("format_exc", "format_stack", "format_tb", "getblock", "getcomments", "getframeinfo"),
    *("getsource", "getsourcelines", "lineno", "linecache", "tb_lineno", "tokenize", "traceback"),
    "walk_stack",
}


@dataclass(frozen=True)
class Counting:
    """What counts in some code beyond what always does; its `text`, with comments and lines."""

    docstrings: bool = False
    annotations: bool = False
    text: bool = False

    @classmethod
    def of(cls, tree: ast.AST) -> "Counting":
        """What counts in code, going by whether anything in it looks there."""
        words = set(_words(tree))
        return cls(*(bool(looks & words) for looks in (DOCUMENTED, ANNOTATED, WRITTEN)))

    @classmethod
    def named(cls, names: Collection[str]) -> "Counting":
        """What some `names` tell."""
        return cls(**{name: True for name in names})

    @property
    def names(self) -> set[str]:
        """What counts, by name."""
        return {name for name, counts in vars(self).items() if counts}

    def __or__(self, other: "Counting") -> "Counting":
        return Counting.named(self.names | other.names)


EVERYTHING = Counting(docstrings=True, annotations=True, text=True)


def normal(
    statements: Iterable[ast.stmt], counting: Counting, fixed: Callable[[ast.stmt], bool]
) -> list[ast.stmt]:
    """Statements in their normal form; imports that are `fixed` keep their order."""
    kept = [s for s in statements if counting.docstrings or not is_docstring(s)]
    plain = _Plain(counting)
    made: list[ast.stmt] = []
    for statement in _with_sorted_imports(kept, fixed):
        found = plain.visit(copy.deepcopy(statement))
        made.append(found)
    return made


def written(statements: Iterable[ast.stmt]) -> str:
    """Statements as source; parsed again, it has the same digest."""
    return "\n".join(map(ast.unparse, statements))


def digest_of(statements: Iterable[ast.stmt]) -> str:
    """The digest of statements in their normal form, whichever Python parsed them."""
    return hashlib.sha256("\n".join(map(_canonical, statements)).encode()).hexdigest()


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is nothing but a text."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


class _Plain(ast.NodeTransformer):
    def __init__(self, counting: Counting) -> None:
        self.counting = counting
        self.within_class = False

    def generic_visit(self, node: ast.AST) -> ast.AST:
        outside = self.within_class
        if isinstance(node, DEFINITIONS) and not all(map(_is_known, node.decorator_list)):
            return node  # it may look at all of it
        if isinstance(node, DEFINITIONS):
            self.within_class = isinstance(node, ast.ClassDef)
        super().generic_visit(node)
        self.within_class = outside
        if isinstance(node, ast.Constant):
            node.kind = None
        if isinstance(node, DEFINITIONS) and not self.counting.docstrings:
            _take_docstring(node)
        if not self.counting.annotations:
            return self._without_annotations(node)
        return node

    def _without_annotations(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.arg) and _silent(node.annotation):
            node.annotation = None
        if isinstance(node, FUNCTIONS) and _silent(node.returns):
            node.returns = None
        if isinstance(node, ast.AnnAssign) and not self.within_class:  # else maybe a field
            value = node.value if _silent(node.annotation) else None
            return node if value is None else ast.copy_location(_assigned(node, value), node)
        return node


def _assigned(node: ast.AnnAssign, value: ast.expr) -> ast.Assign:
    return ast.Assign([node.target], value)


def _is_known(decorator: ast.expr) -> bool:
    """Whether a decorator is, by its name, one that looks at no annotation and no docstring."""
    names = {n.attr for n in ast.walk(decorator) if isinstance(n, ast.Attribute)}
    names |= {n.id for n in ast.walk(decorator) if isinstance(n, ast.Name)}
    return not names.isdisjoint(KNOWN)


def _silent(annotation: ast.expr | None) -> bool:
    """Whether nothing is called when an annotation is evaluated."""
    nodes = () if annotation is None else ast.walk(annotation)
    return not any(isinstance(node, (ast.Call, ast.NamedExpr)) for node in nodes)


def _take_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
    if is_docstring(node.body[0]):
        rest = node.body[1:]
        empty = not rest or is_docstring(rest[0])  # else that would be a docstring
        node.body = [ast.Expr(ast.Constant("")), *rest] if empty else rest


def _with_sorted_imports(
    statements: list[ast.stmt], fixed: Callable[[ast.stmt], bool]
) -> list[ast.stmt]:
    """The same with the imports that follow on each other taken apart and sorted, unless one of
    them is fixed or two bind one name."""
    made: list[ast.stmt] = []
    run: list[ast.stmt] = []
    for statement in [*statements, ast.Pass()]:
        if isinstance(statement, IMPORTS):
            run.append(statement)
            continue
        names = [name for s in run for name in sorted(bound(s))]
        apart = [each for s in run for each in _taken_apart(s)]
        in_order = len({*names}) < len(names) or any(map(fixed, run))
        made += run if in_order else sorted(apart, key=ast.unparse)
        made.append(statement)
        run = []
    return made[:-1]


def _taken_apart(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Import):
        return [ast.Import([alias]) for alias in statement.names]
    assert isinstance(statement, ast.ImportFrom)
    names = statement.names
    return [ast.ImportFrom(statement.module, [alias], statement.level) for alias in names]


def _words(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] if node.value.isidentifier() else FIELD.findall(node.value)
        elif isinstance(node, IMPORTS):
            module = getattr(node, "module", None) or ""
            yield module.partition(".")[0]
            for alias in node.names:
                yield from alias.name.split(".")


def _canonical(node: object) -> str:
    """A tree as text that does not depend on the Python that parsed it."""
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            # fields that newer versions add are empty for older syntax
            if value is None or value == [] or name in ("type_comment", "kind", "ctx"):
                continue
            fields.append(f"{name}={_canonical(value)}")
        return f"{type(node).__name__}({','.join(fields)})"
    if isinstance(node, list):
        return "[" + ",".join(map(_canonical, node)) + "]"
    return repr(node)
