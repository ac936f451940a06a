"""Which module-level names a statement binds, and which it needs."""

import ast
from collections.abc import Iterable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
NAMED = (*DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)  # by a text, not a `Name`
SCOPES = (*DEFINITIONS, *COMPREHENSIONS, ast.Lambda)


def bound(statement: ast.AST) -> set[str]:
    """The names that a statement gives a value, or takes it from, in the scope where it stands."""
    names = set()
    for node in own_scope(statement):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {a.asname or a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, NAMED) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, COMPREHENSIONS):  # a walrus within binds outside
            walruses = (n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            names |= {target.id for target in walruses}
    return names


def needed(statement: ast.AST) -> set[str]:
    """The names that a statement, and every function in it, takes from around it.

    A local name that another scope also knows is told apart; where that would take more than
    Python's own rules for functions and comprehensions, a name is rather needed than missed.
    """
    names = set()
    for node in own_scope(statement):
        if isinstance(node, SCOPES):
            names |= _free(node)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.AnnAssign):
            names |= _quoted(node.annotation)
    return names


def own_scope(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement's nodes, without the insides of the functions, classes and
    comprehensions in it."""
    pending = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def _free(scope: ast.AST) -> set[str]:
    """The names that a function, class or comprehension takes from the scopes around it."""
    if isinstance(scope, ast.ClassDef):
        # a class's own names do not hide those around it from its methods
        return _all_needed([*scope.decorator_list, *scope.bases, *scope.keywords, *scope.body])
    if isinstance(scope, COMPREHENSIONS):
        first, *others = scope.generators
        inner = [first.target, *first.ifs, *others, *_elements(scope)]
        local = set().union(*(bound(generator.target) for generator in scope.generators))
        return needed(first.iter) | (_all_needed(inner) - local)
    assert isinstance(scope, (*FUNCTIONS, ast.Lambda))
    arguments = scope.args
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    parameters += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    annotations = [a.annotation for a in parameters if a.annotation is not None]
    around: list[ast.AST] = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
    body: list[ast.AST] = [scope.body] if isinstance(scope, ast.Lambda) else [*scope.body]
    if isinstance(scope, FUNCTIONS):
        around += scope.decorator_list
        annotations += [scope.returns] if scope.returns is not None else []
    quoted = set().union(*map(_quoted, annotations))
    outer = {
        name for s in body for n in ast.walk(s) if isinstance(n, ast.Global) for name in n.names
    }
    local = {a.arg for a in parameters}.union(*map(bound, body)) - outer
    return _all_needed([*around, *annotations]) | quoted | outer | (_all_needed(body) - local)


def _all_needed(nodes: Iterable[ast.AST]) -> set[str]:
    return set().union(*map(needed, nodes))


def _elements(comprehension: ast.AST) -> list[ast.expr]:
    if isinstance(comprehension, ast.DictComp):
        return [comprehension.key, comprehension.value]
    assert isinstance(comprehension, (ast.ListComp, ast.SetComp, ast.GeneratorExp))
    return [comprehension.elt]


def _quoted(annotation: ast.expr) -> set[str]:
    """The names that an annotation mentions in quotes."""
    strings = [n.value for n in ast.walk(annotation) if isinstance(n, ast.Constant)]
    return {s for s in strings if isinstance(s, str) and s.isidentifier()}
