"""Cuts an experiment's module down to what one of its functions needs.

What is cut out is what is executed and what is hashed, so a key can neither forget a helper
that a run depends on nor count a figure function that it does not.
"""

import ast
import hashlib
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from livedeck.scopes import DEFINITIONS, bound, needed, own_scope

# What was found out about a statement: a module is cut once for each of its figures.
_names: WeakKeyDictionary[ast.stmt, tuple[set[str], set[str]]] = WeakKeyDictionary()
_texts: WeakKeyDictionary[ast.stmt, dict[bool, str]] = WeakKeyDictionary()
_sources: WeakKeyDictionary[ast.stmt, dict[bool, str]] = WeakKeyDictionary()

IMPORTS = (ast.Import, ast.ImportFrom)
OTHERS = "top-level statements"  # but for definitions, which have names


def cut(module: ast.Module, roots: Iterable[str]) -> list[ast.stmt]:
    """The top-level statements, in order, that the functions named by `roots` depend on.

    A statement that may act by being executed (a call, an assignment to an attribute or an
    item, an import of which no name is used) belongs to every slice; one that registers itself
    with what the module has made (`@size.register`, `@f.defjvp`) to the slices that hold that.
    """
    statements = [s for s in module.body if not _is_main_guard(s) and not _is_docstring(s)]
    used_anywhere = {name for s in statements for name in _bound_and_needed(s)[1]}
    made = {n for s in statements if not isinstance(s, IMPORTS) for n in _bound_and_needed(s)[0]}
    wanted = set(roots)
    kept: set[int] = set()
    growing = True
    while growing:
        growing = False
        for index, statement in enumerate(statements):
            if index in kept:
                continue
            gives, takes = _bound_and_needed(statement)
            registers = _registrars(statement, used_anywhere) & made & wanted
            if gives & wanted or registers or _acts(statement, used_anywhere):
                kept.add(index)
                wanted |= takes
                growing = True
    return [_narrowed(statements[index], wanted) for index in sorted(kept)]


def digests(statements: list[ast.stmt], *, with_docstrings: bool = False) -> dict[str, str]:
    """A digest for each definition by name, and one for all other statements together.

    Formatting, comments and (unless asked for) docstrings do not count; the Python version
    that parsed the statements does not either.
    """
    named: dict[str, list[str]] = {}
    for statement in statements:
        name = name_of(statement)
        texts = _texts.setdefault(statement, {})
        if with_docstrings not in texts:
            texts[with_docstrings] = _canonical(statement, with_docstrings)
        named.setdefault(name, []).append(texts[with_docstrings])
    return {name: _sha256("\n".join(texts)) for name, texts in named.items()}


def name_of(statement: ast.stmt) -> str:
    """The name under which a statement is digested: that of a definition, or `OTHERS`."""
    return statement.name if isinstance(statement, DEFINITIONS) else OTHERS


def plain(statements: Iterable[ast.stmt], *, with_docstrings: bool = False) -> str:
    """Statements as source that holds what counts alone; parsed again, it has their digests."""
    lines = []
    for statement in statements:
        texts = _sources.setdefault(statement, {})
        if with_docstrings not in texts:
            copied = ast.parse(ast.unparse(statement))
            texts[with_docstrings] = ast.unparse(_Plain(with_docstrings).visit(copied))
        if not _is_docstring(statement):
            lines.append(texts[with_docstrings])
    return "\n".join(lines)


class _Plain(ast.NodeTransformer):
    """Takes out what digests are blind to."""

    def __init__(self, with_docstrings: bool) -> None:
        self.with_docstrings = with_docstrings

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.Constant):
            node.kind = None
        if (
            isinstance(node, DEFINITIONS)
            and not self.with_docstrings
            and _is_docstring(node.body[0])
        ):
            rest = node.body[1:]
            empty = not rest or _is_docstring(rest[0])  # else that would be a docstring
            node.body = [ast.Expr(ast.Constant("")), *rest] if empty else rest
        return node


def module_digest(source: bytes) -> str:
    """The digest of a whole module, blind to formatting, comments and docstrings."""
    tree = ast.parse(source)
    body = [s for s in tree.body if not _is_docstring(s)]
    with_docstrings = b"__doc__" in source and reads_docstrings(tree)
    return _sha256("\n".join(_canonical(s, with_docstrings) for s in body))


def reads_docstrings(tree: ast.AST) -> bool:
    """Whether code looks at docstrings, so that they count like any other value."""
    return any(
        (isinstance(node, ast.Name) and node.id == "__doc__")
        or (isinstance(node, ast.Attribute) and node.attr == "__doc__")
        for node in ast.walk(tree)
    )


def imported_packages(statements: Iterable[ast.AST]) -> set[str]:
    """The top-level names of every package that is imported, also inside functions."""
    found = set()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def _bound_and_needed(statement: ast.stmt) -> tuple[set[str], set[str]]:
    if statement not in _names:
        _names[statement] = bound(statement), needed(statement)
    return _names[statement]


def _acts(statement: ast.stmt, used_anywhere: set[str]) -> bool:
    if isinstance(statement, DEFINITIONS):
        return False
    if isinstance(statement, IMPORTS):
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            return True
        names = bound(statement)
        return "*" in names or not names & used_anywhere
    for node in own_scope(statement):
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            return True
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            return True
    return False


def _registrars(statement: ast.stmt, used_anywhere: set[str]) -> set[str]:
    """The names whose methods a definition is decorated with, or an assignment calls that
    nothing else can be for: its name is used nowhere."""
    callers: list[ast.expr] = []
    if isinstance(statement, DEFINITIONS):
        callers = statement.decorator_list
    elif isinstance(statement, ast.Assign) and not _bound_and_needed(statement)[0] & used_anywhere:
        callers = [statement.value] if isinstance(statement.value, ast.Call) else []
    return set(filter(None, map(_owner, callers)))


def _owner(method: ast.expr) -> str | None:
    """The name at the root of an attribute, or of a call of one."""
    node = method.func if isinstance(method, ast.Call) else method
    if not isinstance(node, ast.Attribute):
        return None
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _narrowed(statement: ast.stmt, wanted: set[str]) -> ast.stmt:
    """An import without the names that the slice does not use."""
    if not isinstance(statement, IMPORTS):
        return statement
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return statement
    aliases = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in wanted]
    if not aliases or len(aliases) == len(statement.names):
        return statement
    if isinstance(statement, ast.Import):
        return ast.copy_location(ast.Import(aliases), statement)
    narrowed = ast.ImportFrom(statement.module, aliases, statement.level)
    return ast.copy_location(narrowed, statement)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_main_guard(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.test, ast.Compare)
        and isinstance(statement.test.left, ast.Name)
        and statement.test.left.id == "__name__"
    )


def _canonical(node: object, with_docstrings: bool) -> str:
    """A tree as text that does not depend on the Python that parsed it."""
    if isinstance(node, ast.AST):
        fields = []
        for name, value in ast.iter_fields(node):
            # fields that newer versions add are empty for older syntax
            if value is None or value == [] or name in ("type_comment", "kind", "ctx"):
                continue
            skip = name == "body" and isinstance(node, DEFINITIONS) and not with_docstrings
            kept = value[1:] if skip and _is_docstring(value[0]) else value
            fields.append(f"{name}={_canonical(kept, with_docstrings)}")
        return f"{type(node).__name__}({','.join(fields)})"
    if isinstance(node, list):
        return "[" + ",".join(_canonical(item, with_docstrings) for item in node) + "]"
    return repr(node)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
