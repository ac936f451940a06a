"""Tells which top-level statements of a module leave no trace but the names that they bind.

Such a statement is *inert*: without anybody who uses its names, the module does the same without
it. All others *act*. Where that is in doubt, a statement acts: then it runs, and counts, always.
"""

import ast
import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from livedeck.keys import pure
from livedeck.keys.scopes import COMPREHENSIONS, DEFINITIONS, FUNCTIONS, bound, needed
from livedeck.keys.syntax import (
    IMPORTS,
    is_accessor,
    is_future,
    is_generator,
    is_hook,
    is_own,
    names_in,
    qualified,
    with_decorators,
)

TEXTS = (ast.JoinedStr, ast.FormattedValue)
HARMLESS = {"__all__", "__author__", "__version__"}  # names with underscores that Python ignores

# What an expression gives, besides the qualified name of something imported.
DATA = "data"  # numbers, texts, arrays, paths, containers of these
RECORDS = "class of records"  # to call it makes data
CLASS = "class"  # a plain one; `CLASS | None` is a type
OTHER = "other"  # nothing may be done with it but to name it


@dataclass
class Effects:
    """The effects of a module's statements.

    `acts_when_imported` knows whether an import executes a module of the project that acts itself,
    `imported` what an import from another one gives a name, if it is known. Where `trusting` is
    false, somebody replaces parts of libraries: then no library is known.
    """

    tree: ast.Module
    acts_when_imported: Callable[[ast.stmt], bool] = lambda _: False
    imported: Callable[[ast.stmt, str], str] = lambda *_: ""
    trusting: bool = True
    _binders: dict[str, list[ast.stmt]] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)  # names whose objects what acts may change

    def __post_init__(self) -> None:
        for statement in self.tree.body:
            for name in bound(statement):
                self._binders.setdefault(name, []).append(statement)
        self._lazy = any(
            isinstance(s, ast.ImportFrom)
            and s.module == "__future__"
            and any(a.name == "annotations" for a in s.names)
            for s in self.tree.body
        )
        globals_ = (n for n in ast.walk(self.tree) if isinstance(n, ast.Global))
        self._rebound = {name for node in globals_ for name in node.names}
        self._touch()

    def _touch(self) -> None:
        """Finds what acting statements may get at; what is made of that may act, too."""
        needs = {id(s): needed(s) for s in self.tree.body}
        growing = True
        while growing:
            found: set[str] = set()
            pending = set().union(*(needs[id(s)] for s in self.tree.body if self.acts(s)))
            while pending:
                name = pending.pop()
                found.add(name)
                more = (needs[id(s)] for s in self._binders.get(name, ()))
                pending |= set().union(*more) - found
            growing = not found <= self.touched
            self.touched |= found
            self._kinds.clear()

    def acts(self, statement: ast.stmt) -> bool:
        """Whether a statement may do more than to bind names."""
        if isinstance(statement, IMPORTS):
            names = bound(statement)
            return "*" in names or is_future(statement) or self.acts_when_imported(statement)
        names = bound(statement)
        if any(name.startswith("__") and name not in HARMLESS for name in names):
            return True  # Python itself may ask for it: `__getattr__`, `__path__`
        if any(self._replaces(statement, name) for name in names):
            return True
        if isinstance(statement, FUNCTIONS):
            return not self._plain_function(statement)
        if isinstance(statement, ast.ClassDef):
            return not self._plain_class(statement)
        if isinstance(statement, ast.Assign):
            return not all(self._binds(t, statement.value) for t in statement.targets)
        if isinstance(statement, ast.AnnAssign):
            value = statement.value
            given = value is None or self._binds(statement.target, value)
            return not (given and self._plain_annotation(statement.annotation))
        if isinstance(statement, ast.Expr):
            return not isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.If):
            return not self.is_never_run(statement)
        return not isinstance(statement, ast.Pass) and type(statement).__name__ != "TypeAlias"

    def is_never_run(self, statement: ast.If) -> bool:
        """Whether a condition holds only where nothing is imported, as that of a script's own
        part."""
        named = ast.unparse(statement.test) == "__name__ == '__main__'"
        script = named and "__name__" not in self._binders.keys() | self._rebound
        checking = self._known(self._kind(statement.test), {"typing.TYPE_CHECKING"})
        return not statement.orelse and (script or checking)

    def kinds(self) -> dict[str, str]:
        """The names of the module that stand for data and plain classes, and for which of them."""
        found = {name: self._kind_of_name(name) for name in self._binders}
        return {name: kind for name, kind in found.items() if kind in (DATA, RECORDS, CLASS)}

    def _replaces(self, statement: ast.stmt, name: str) -> bool:
        """Whether a statement takes a name from an object that may act when it goes."""
        if name in self._rebound:
            return True
        others = [other for other in self._binders.get(name, ()) if other is not statement]
        return any(not isinstance(o, (*DEFINITIONS, *IMPORTS)) for o in others) and (
            self._kind_of_name(name) != DATA
        )

    def _binds(self, target: ast.expr, value: ast.expr) -> bool:
        kind = self._kind(value)
        if isinstance(target, ast.Name):
            return kind is not None
        names = isinstance(target, (ast.Tuple, ast.List)) and all(
            isinstance(each, ast.Name) for each in target.elts
        )
        return names and kind == DATA

    def _plain_function(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        annotations = [a.annotation for a in every] + [function.returns]
        defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
        return (
            all(self._wraps(decorator) for decorator in function.decorator_list)
            and all(self._kind(default) is not None for default in defaults)
            and all(self._plain_annotation(a) for a in annotations if a is not None)
        )

    def _plain_class(self, node: ast.ClassDef) -> bool:
        return (
            not node.keywords
            and all(self._wraps(decorator) for decorator in node.decorator_list)
            and all(self._plain_base(base) for base in node.bases)
            and all(self._plain_member(member, node) for member in node.body)
            and not (self._has_members(node) and any(map(is_hook, node.body)))
        )

    def _has_members(self, node: ast.ClassDef) -> bool:
        """Whether to define a class makes objects of it, as of an `Enum`."""
        parents = [self._parent(base) for base in node.bases]
        kinds = (self._kind(b) for b, p in zip(node.bases, parents, strict=True) if p is None)
        return any(str(kind).startswith("enum.") for kind in kinds) or any(
            self._has_members(parent) for parent in parents if parent is not None
        )

    def _parent(self, base: ast.expr) -> ast.ClassDef | None:
        """The class of the module that a base is, if it is bound once."""
        found = self._binders.get(base.id, []) if isinstance(base, ast.Name) else []
        if len(found) != 1 or not isinstance(found[0], ast.ClassDef):
            return None
        return found[0] if found[0].lineno < base.lineno else None

    def _plain_base(self, base: ast.expr) -> bool:
        asked = isinstance(base, ast.Subscript)  # Generic[T]
        base = base.value if isinstance(base, ast.Subscript) else base
        parent = self._parent(base)
        if parent is not None:
            hooks = {s.name for s in parent.body if isinstance(s, DEFINITIONS)}
            above = any(self._parent(each) is not None for each in parent.bases)
            if "__init_subclass__" in hooks or parent.name in self.touched:
                return False
            return not self.acts(parent) and not (asked and (above or "__class_getitem__" in hooks))
        return self._known(self._kind(base), pure.BASES)

    def _plain_member(self, member: ast.stmt, owner: ast.ClassDef) -> bool:
        if isinstance(member, FUNCTIONS):
            own = {s.name for s in owner.body if isinstance(s, FUNCTIONS)}
            decorators = [d for d in member.decorator_list if not is_accessor(d, own)]
            whole = [*decorators, *member.args.defaults, *filter(None, member.args.kw_defaults)]
            bare = ast.copy_location(with_decorators(member, decorators), member)
            return not any(names_in(e) & own for e in whole) and self._plain_function(bare)
        if isinstance(member, ast.ClassDef):
            return self._plain_class(member)
        if isinstance(member, (ast.Assign, ast.AnnAssign)):
            # what is no data may have a `__set_name__`, which a class calls
            annotation = member.annotation if isinstance(member, ast.AnnAssign) else None
            plain = annotation is None or self._plain_annotation(annotation)
            return plain and (member.value is None or self._kind(member.value) == DATA)
        return isinstance(member, (ast.Pass, ast.Expr)) and not self.acts(member)

    def _wraps(self, decorator: ast.expr) -> bool:
        """Whether a decorator gives a function, and does nothing else."""
        if isinstance(decorator, ast.Call):
            return self._kind(decorator) is not None and self._makes_functions(decorator)
        return self._known(self._kind(decorator), pure.WRAPPERS)

    def _makes_functions(self, call: ast.Call) -> bool:
        function = self._kind(call.func)
        if function == "functools.partial" and self.trusting:
            return bool(call.args) and self._known(self._kind(call.args[0]), pure.WRAPPERS)
        return self._known(function, pure.WRAPPERS)

    def _plain_annotation(self, node: ast.expr) -> bool:
        """Whether it has no effect to evaluate an annotation, if Python does at all."""
        if self._lazy or isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Name):
            return node.id in self._binders or hasattr(builtins, node.id)
        if isinstance(node, ast.Attribute):
            return self._kind(node) is not None
        if isinstance(node, ast.Subscript):
            kind = self._kind(node.value)
            known = kind not in (None, OTHER, DATA, RECORDS, CLASS) and not is_own(kind)
            return known and self._plain_annotation(node.slice)
        if isinstance(node, (ast.Tuple, ast.List)):
            return all(map(self._plain_annotation, node.elts))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = (node.left, node.right)
            kinds = [self._kind(side) for side in sides if not self._is_type(side)]
            foreign = not any(kind == OTHER or is_own(kind) for kind in kinds)
            return foreign and all(map(self._plain_annotation, sides))
        return self._kind(node) is not None

    def _kind(self, node: ast.expr | None, local: frozenset[str] = frozenset()) -> str | None:
        """What an expression gives; None if to evaluate it may have an effect. The names in `local`
        are data."""

        def data(*nodes: ast.expr | None) -> str | None:
            return DATA if all(self._is_data(each, local) for each in nodes) else None

        if node is None or isinstance(node, ast.Constant):
            return DATA
        if isinstance(node, ast.Name):
            return DATA if node.id in local else self._kind_of_name(node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(self._kind(node.value, local), node.attr)
        if isinstance(node, (ast.Tuple, ast.List)):
            kinds = {self._kind(element, local) for element in node.elts}
            return None if None in kinds else DATA if kinds <= {DATA} else OTHER
        if isinstance(node, ast.Dict):
            values = {self._kind(value, local) for value in node.values}
            if None in values or not all(self._is_data(key, local) for key in node.keys):
                return None
            return DATA if values <= {DATA} else OTHER
        if isinstance(node, (ast.Set, ast.BoolOp)):
            return data(*(node.elts if isinstance(node, ast.Set) else node.values))
        if isinstance(node, (ast.UnaryOp, ast.Starred, ast.FormattedValue)):
            inner = node.operand if isinstance(node, ast.UnaryOp) else node.value
            return data(inner)
        if isinstance(node, ast.BinOp):
            types = isinstance(node.op, ast.BitOr) and self._is_type(node)
            return OTHER if types else data(node.left, node.right)
        if isinstance(node, ast.Compare):
            return data(node.left, *node.comparators)
        if isinstance(node, ast.IfExp):
            return data(node.test, node.body, node.orelse)
        if isinstance(node, ast.Subscript):
            return OTHER if self._is_type(node) else data(node.value, node.slice)
        if isinstance(node, ast.Slice):
            return data(node.lower, node.upper, node.step)
        if isinstance(node, ast.JoinedStr):
            return data(*node.values)
        if isinstance(node, ast.Lambda):
            defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            return None if None in [self._kind(each, local) for each in defaults] else OTHER
        if isinstance(node, ast.Call):
            return self._call(node, local)
        if isinstance(node, COMPREHENSIONS) and not isinstance(node, ast.GeneratorExp):
            return self._comprehension(node, local)
        return None

    def _comprehension(self, node: ast.expr, local: frozenset[str]) -> str | None:
        assert isinstance(node, COMPREHENSIONS)
        for generator in node.generators:
            if generator.is_async or not self._is_data(generator.iter, local):
                return None
            local |= {n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)}
            if not all(self._is_data(test, local) for test in generator.ifs):
                return None
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return DATA if all(self._is_data(each, local) for each in elements) else None

    def _call(self, call: ast.Call, local: frozenset[str]) -> str | None:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        generated = [self._comprehension(a, local) for a in arguments if is_generator(a)]
        others = [argument for argument in arguments if not is_generator(argument)]
        if None in [*generated, *(self._kind(argument, local) for argument in others)]:
            return None
        data = all(self._is_data(argument, local) for argument in others)
        if any(keyword.arg in ("out", None) for keyword in call.keywords):
            return None  # it may write to what it is given
        if isinstance(call.func, ast.Attribute) and self._is_data(call.func.value, local):
            plain = call.func.attr in pure.METHODS and len(call.args) <= pure.MOST
            return DATA if plain and data else None
        function = self._kind(call.func, local)
        written = str(function).startswith(("numpy.", "jax.")) and len(call.args) > pure.most(
            function
        )
        records = function == RECORDS and self.trusting
        if data and not written and (records or self._known(function, pure.CALLS)):
            return DATA
        wraps = records or self._known(function, pure.WRAPPERS)
        return OTHER if wraps else None

    def _attribute(self, owner: str | None, name: str) -> str | None:
        if owner in (None, OTHER, RECORDS, CLASS):
            return None
        return DATA if owner == DATA else f"{owner}.{name}"

    def _is_type(self, node: ast.expr) -> bool:
        """Whether an expression makes a type, such as `Float[Array, "x"] | None`."""
        if isinstance(node, ast.Subscript):
            return self._known(self._kind(node.value), pure.TYPES) and self._plain_annotation(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._is_type(node.left) and self._is_type(node.right)
        none = isinstance(node, ast.Constant) and node.value is None
        kind = self._kind(node)
        return none or kind in (CLASS, RECORDS) or self._known(kind, {*pure.TYPES, *pure.BASES})

    def _is_data(self, node: ast.expr | None, local: frozenset[str]) -> bool:
        kind = self._kind(node, local)
        return kind == DATA or self._known(kind, pure.CONSTANTS)

    def _known(self, kind: str | None, names: set[str]) -> bool:
        return self.trusting and kind is not None and kind in names

    def _kind_of_name(self, name: str) -> str:
        if name not in self._kinds:
            self._kinds[name] = DATA  # what it says of itself, as in `x = x + 1`
            self._kinds[name] = self._find_kind(name)
        return self._kinds[name]

    def _find_kind(self, name: str) -> str:
        if "*" in self._binders:
            return OTHER  # it may come from anywhere
        binders = self._binders.get(name)
        if binders is None:
            known = hasattr(builtins, name) or name in ("__file__", "__name__", "__doc__")
            return DATA if name.startswith("__") else f"builtins.{name}" if known else OTHER
        kinds = {self._kind_from(binder, name) for binder in binders}
        if len(kinds) > 1 or name in self._rebound:
            return OTHER
        kind = kinds.pop()
        open_ = name in self.touched and kind in (DATA, RECORDS)
        return OTHER if open_ and not self._stays(name, set()) else kind

    def _stays(self, name: str, known: set[str]) -> bool:
        """Whether a name stands for nothing but numbers and texts, whoever gets at them; those in
        `known` do."""
        found: Sequence[ast.stmt | None] = self._binders.get(name, [None])
        if name in known:
            return True
        known.add(name)
        given = [b.value if isinstance(b, (ast.Assign, ast.AnnAssign)) else None for b in found]
        return all(value is not None and self._is_scalar(value, known) for value in given)

    def _is_scalar(self, node: ast.expr, known: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return self._stays(node.id, known)
        if isinstance(node, ast.Attribute) and self._known(self._kind(node), pure.CONSTANTS):
            return True
        if isinstance(node, ast.Call):
            return str(self._kind(node.func)).startswith(pure.NUMBERS)
        kinds = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.Compare, *TEXTS)
        inner = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        return isinstance(node, kinds) and all(self._is_scalar(each, known) for each in inner)

    def _kind_from(self, binder: ast.stmt, name: str) -> str:
        if isinstance(binder, IMPORTS):
            known = self.imported(binder, name) or qualified(binder, name)
            return OTHER if self.acts_when_imported(binder) else known
        if isinstance(binder, ast.ClassDef):
            plain = CLASS if self._plain_class(binder) else OTHER
            return RECORDS if self._makes_records(binder) else plain
        if isinstance(binder, ast.AnnAssign):
            return self._kind(binder.value) or OTHER
        if isinstance(binder, ast.Assign):
            if all(isinstance(target, ast.Name) for target in binder.targets):
                return self._kind(binder.value) or OTHER
            return DATA if not self.acts(binder) else OTHER
        return OTHER

    def _makes_records(self, node: ast.ClassDef) -> bool:
        bases = [self._kind(base) for base in node.bases]
        bare = not any(isinstance(member, DEFINITIONS) for member in node.body)
        return bases == ["typing.NamedTuple"] and bare and self._plain_class(node)
