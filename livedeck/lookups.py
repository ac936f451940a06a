"""What a function of a module looks up when it is called: names of the module, and what stands
behind the names of other modules."""

import ast
import copy

from livedeck.normal import Counting, normal
from livedeck.scopes import DEFINITIONS, FUNCTIONS, bound, needed


def looked_up(module: ast.Module, root: str) -> set[str]:
    """The names that a function may look up, also through others that it calls; with a dot and
    what follows where it asks for an attribute, as `np.random.rand`."""
    makers = {name: s for s in module.body for name in bound(s)}
    found: set[str] = set()
    pending = {root}
    while pending:
        name = pending.pop()
        statement = makers.get(name)
        if statement is None:
            continue
        bodies = _bodies(statement) if name == root or not _is_data(statement) else []
        free = set().union(*map(needed, bodies))
        new = {chain for body in bodies for chain in _chains(body) if _first(chain) in free}
        new |= free & makers.keys()
        pending |= {_first(chain) for chain in new - found if chain in makers}
        found |= new
        if not bodies:
            pending |= _passed_on(statement, makers) - found
            found |= _passed_on(statement, makers)
    return {chain for chain in found if _first(chain) in makers}


def _is_data(statement: ast.stmt) -> bool:
    return not isinstance(statement, DEFINITIONS) and not _lambdas(statement)


def _bodies(statement: ast.stmt) -> list[ast.AST]:
    """What of a statement is executed when what it defines is called."""
    if isinstance(statement, FUNCTIONS):
        [bare] = normal([statement], Counting(docstrings=False, annotations=False), lambda _: False)
        assert isinstance(bare, FUNCTIONS)
        bare = copy.copy(bare)
        bare.decorator_list = []
        bare.args.defaults = [ast.Constant(None) for _ in bare.args.defaults]
        bare.args.kw_defaults = [d and ast.Constant(None) for d in bare.args.kw_defaults]
        return [bare]
    if isinstance(statement, ast.ClassDef):
        return [body for member in statement.body for body in _bodies(member)]
    return _lambdas(statement)


def _lambdas(statement: ast.stmt) -> list[ast.AST]:
    return [node for node in ast.walk(statement) if isinstance(node, ast.Lambda)]


def _passed_on(statement: ast.stmt, makers: dict[str, ast.stmt]) -> set[str]:
    """The functions and classes that an assignment names, as `partial(f, 2)` does; those that it
    calls itself, and the data that it takes, have done their part when it is executed."""
    called = {id(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call)}
    names = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called
    }
    return {name for name in names & makers.keys() if not _is_data(makers[name])}


def _chains(body: ast.AST) -> set[str]:
    """The names with their attributes in some code."""
    return {
        ast.unparse(node)
        for node in ast.walk(body)
        if isinstance(node, (ast.Name, ast.Attribute)) and _is_plain(node)
    }


def _is_plain(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _first(chain: str) -> str:
    return chain.partition(".")[0]
