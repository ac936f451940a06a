"""Cuts an experiment's module down to what one of its functions needs.

What is cut out is what is executed and what is hashed. Everything that acts belongs to every cut,
in order; only what leaves no trace (`effects`) is left out where it isn't used. A module that looks
at its own names isn't cut at all. So a cut gives the numbers of the whole module, and its key can
neither forget what a run depends on nor count a figure function that it does not.
"""

import ast
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from livedeck.keys import normal_form
from livedeck.keys.effects import Effects
from livedeck.keys.modules import OWN, Modules, imports_in, reflects
from livedeck.keys.normal_form import Counting, is_docstring
from livedeck.keys.pure import LIBRARIES
from livedeck.keys.scopes import DEFINITIONS, FUNCTIONS, bound, needed
from livedeck.keys.syntax import IMPORTS

TEXT = "docstrings and comments"
OTHERS = "top-level statements"  # but for definitions, which have names
WORD = re.compile(r"[^\W\d]\w*")
READERS = {  # of texts with names in them, which they look up where they are called
    *("dmatrices", "dmatrix", "eval", "evaluate", "from_formula", "glm", "logit", "mixedlm"),
    *("ols", "query", "repeat", "timeit", "wls"),
}
THIRD_PARTY = LIBRARIES - sys.stdlib_module_names
FIGURE = (["fig", "result"], ["fig", "result", "frame"])  # the arguments of a figure function


@dataclass(frozen=True)
class Slice:
    """The statements of a module that count for some of its functions, in order.

    `indices` are their places in the module; `acting` those of them that do more than bind names.
    """

    module: ast.Module
    indices: list[int]
    acting: set[int]
    whole: bool

    @property
    def statements(self) -> list[ast.stmt]:
        """The statements themselves."""
        return [self.module.body[index] for index in self.indices]


def cut(module: ast.Module, roots: Iterable[str], modules: Modules, path: Path) -> Slice:
    """What the functions named by `roots` of a module at `path` depend on."""
    body = module.body
    effects = modules.effects(module, path)
    names = [(bound(s), needed(s)) for s in body]
    used = {name for _, takes in names for name in takes}
    counted = [i for i, s in enumerate(body) if not _is_no_part(s, effects)]
    acting = {i for i in counted if _acts(body[i], effects, names[i][0], used, modules, path)}
    wanted, kept = set(roots), set(acting)
    wanted |= {name for i in acting for name in names[i][1] | _mentioned(body[i])}
    figures = {name for i, s in enumerate(body) if is_figure(s) for name in names[i][0]}
    growing = True
    while growing:
        growing = False
        for index in counted:
            if index not in kept and (names[index][0] | _extends(body[index])) & wanted:
                kept.add(index)
                wanted |= names[index][1] | (_mentioned(body[index]) - figures)
                growing = True
    indices = sorted(kept)
    tree = ast.Module([body[i] for i in indices], [])
    if reflects(tree, OWN) or modules.reflecting(imports_in(tree), path):
        return Slice(module, counted, set(counted), whole=True)
    return Slice(module, indices, acting, whole=False)


def parts(part: Slice, source: str, modules: Modules, path: Path) -> dict[str, list[ast.stmt]]:
    """The normal form of a slice, by definition, and of all its other statements together; and the
    texts that are looked at by what is executed.

    Among these, a bare name stands for a definition whose place counts.
    """
    tree = ast.Module(part.statements, [])
    counting = Counting.of(tree) | modules.counting(imports_in(tree), path)
    wanted = set().union(*map(needed, part.statements))
    often = _bound_often(part.module)
    named: dict[str, list[ast.stmt]] = {}
    others: list[ast.stmt] = []
    for index in part.indices:
        statement = part.module.body[index]
        if not isinstance(statement, DEFINITIONS):
            others.append(_narrowed(statement, wanted, index in part.acting))
            continue
        named.setdefault(statement.name, []).append(statement)
        if index in part.acting or statement.name in often:
            others.append(ast.Expr(ast.Name(statement.name, ast.Load())))
    fixed = partial(modules.in_order, path=path)
    found = {name: normal_form.normal(group, counting, fixed) for name, group in named.items()}
    if others:
        found[OTHERS] = normal_form.normal(others, counting, fixed)
    told = ast.get_docstring(part.module, clean=False) if counting.docstrings else None
    if counting.text or told:
        found[TEXT] = [ast.Expr(ast.Constant(source if counting.text else told))]
    return found


def is_figure(statement: ast.stmt) -> bool:
    """Whether a statement defines a function of `(fig, result)` or `(fig, result, frame)`."""
    if not isinstance(statement, FUNCTIONS):
        return False
    arguments = [a.arg for a in (*statement.args.posonlyargs, *statement.args.args)]
    return arguments in FIGURE


def imported_packages(statements: Iterable[ast.AST]) -> set[str]:
    """The top-level names of every package that is imported, also inside functions."""
    found = set()
    for statement in statements:
        names = (n for n in imports_in(statement) if not n.startswith("."))
        found |= {name.partition(".")[0] for name in names}
    return found


def _acts(
    statement: ast.stmt,
    effects: Effects,
    names: set[str],
    used: set[str],
    modules: Modules,
    path: Path,
) -> bool:
    if effects.acts(statement):
        return True
    if names & used:
        return False
    if isinstance(statement, IMPORTS):  # a library's, for what that does
        return not modules.local(statement, path)
    return isinstance(statement, (ast.Assign, ast.AnnAssign)) and _may_fail(statement.value)


def _is_no_part(statement: ast.stmt, effects: Effects) -> bool:
    """Whether a statement does nothing when a module is imported."""
    never = isinstance(statement, ast.If) and effects.is_never_run(statement)
    return never or is_docstring(statement)


def _extends(statement: ast.stmt) -> set[str]:
    """The package that an import adds a module to, which another import may have bound."""
    if not isinstance(statement, IMPORTS):
        return set()
    tops = {name.partition(".")[0] for name in imports_in(statement) if "." in name.lstrip(".")}
    return tops - THIRD_PARTY


def _may_fail(value: ast.expr | None) -> bool:
    """Whether it may be an error to evaluate an expression that has no other effect."""
    nodes = [] if value is None else list(ast.walk(value))
    calls = [n for n in nodes if isinstance(n, ast.Call)]
    if any(ast.unparse(call.func) not in ("dict", "list", "set", "tuple") for call in calls):
        return True
    named = any(
        isinstance(n, ast.Name) and n.id not in ("dict", "list", "set", "tuple") for n in nodes
    )
    return named and any(isinstance(n, (ast.BinOp, ast.Subscript)) for n in nodes)


def _mentioned(statement: ast.AST) -> set[str]:
    """The words in the texts of a statement that a library may take for names, as `df.query`."""
    nodes = list(ast.walk(statement))
    called = {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    called |= {n.id for n in nodes if isinstance(n, ast.Name)}
    if not called & READERS:
        return set()
    texts = (n.value for n in nodes if isinstance(n, ast.Constant))
    return {word for text in texts if isinstance(text, str) for word in WORD.findall(text)}


def _bound_often(module: ast.Module) -> set[str]:
    """The names that several statements bind, so that their order counts."""
    seen: set[str] = set()
    often: set[str] = set()
    for statement in module.body:
        names = bound(statement)
        often |= seen & names
        seen |= names
    return often


def _narrowed(statement: ast.stmt, wanted: set[str], acts: bool) -> ast.stmt:
    """An import without the names that the slice does not use."""
    if acts or not isinstance(statement, IMPORTS):
        return statement
    aliases = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in wanted]
    if not aliases:  # it is there for its package
        return statement
    if isinstance(statement, ast.Import):
        return ast.copy_location(ast.Import(aliases), statement)
    narrowed = ast.ImportFrom(statement.module, aliases, statement.level)
    return ast.copy_location(narrowed, statement)
