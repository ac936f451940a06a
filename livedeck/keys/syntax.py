"""What the form of a statement or an expression says by itself."""

import ast
from collections.abc import Iterable

from livedeck.keys.scopes import FUNCTIONS

IMPORTS = (ast.Import, ast.ImportFrom)


def qualified(statement: ast.stmt, name: str) -> str:
    """The qualified name of what an import binds to a name."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname == name:
                return alias.name
        return name
    assert isinstance(statement, ast.ImportFrom)
    alias = next(a for a in statement.names if (a.asname or a.name) == name)
    return f"{'.' * statement.level}{statement.module or ''}.{alias.name}"


def is_future(statement: ast.stmt) -> bool:
    """Whether a statement says how its module is to be compiled."""
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def is_own(kind: str | None) -> bool:
    """Whether a qualified name is one of the project's, of which nothing else is known."""
    return str(kind).startswith(".")


def is_hook(member: ast.stmt) -> bool:
    """Whether a member of a class is a method that Python itself, or its base, may call."""
    return isinstance(member, FUNCTIONS) and member.name.startswith("_")


def is_generator(node: ast.expr) -> bool:
    """Whether an expression makes a generator."""
    return isinstance(node, ast.GeneratorExp)


def is_accessor(decorator: ast.expr, properties: Iterable[str]) -> bool:
    """Whether a decorator is the `x.setter` of a property of the same class."""
    return (
        isinstance(decorator, ast.Attribute)
        and decorator.attr in ("setter", "getter", "deleter")
        and isinstance(decorator.value, ast.Name)
        and decorator.value.id in properties
    )


def with_decorators(
    function: ast.FunctionDef | ast.AsyncFunctionDef, decorators: list[ast.expr]
) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The same function with other decorators."""
    fields = dict(ast.iter_fields(function)) | {"decorator_list": decorators}
    return type(function)(**fields)


def names_in(node: ast.AST) -> set[str]:
    """The names in some code, of whatever scope."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
