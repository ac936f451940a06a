"""What a function looks up when it is called: names of its module with their attributes, and what
stands behind the names of other modules; also through the author's functions that it gets at."""

import builtins
import dis
import importlib
import importlib.util
import sys
import types
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from livedeck.execution.states import Own, attribute, held
from livedeck.keys.modules import OWN

GLOBAL = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
ATTRIBUTE = ("LOAD_ATTR", "LOAD_METHOD")
MISSING = object()
REFLECTION = OWN | {"locals", "vars"}


@dataclass(frozen=True)
class Lookup:
    """A name of a module and what is asked of it, as `numpy.random`, `rand`; no name where the
    module itself is passed on. `holds` are the addresses of what is found there."""

    module: str
    name: str
    attributes: tuple[str, ...] = ()
    holds: frozenset[int] = field(default=frozenset(), compare=False)

    def __str__(self) -> str:
        return ".".join(filter(None, (self.module, self.name, *self.attributes)))


def lookups(function: types.FunctionType, own: Own, modules: Collection[str]) -> Iterator[Lookup]:
    """All that a function may look up. It may import some `modules`, which then are imported; one
    that looks up names in texts has a lookup without any."""
    pending, seen = [function], set()
    while pending:
        caller = pending.pop()
        if id(caller) in seen:
            continue
        seen.add(id(caller))
        _, more = held(caller, own)  # what defaults and closures hold
        pending += more
        for code in _codes(caller.__code__):
            if reflects(code):
                yield Lookup("", "")
            for module, path, value in _found(caller, code, modules):
                found = _followed(value, path[1:])
                holds, more = (set(), []) if found is MISSING else held(found, own)
                pending += more
                yield Lookup(module, "".join(path[:1]), tuple(path[1:]), frozenset(holds))


def _found(
    function: types.FunctionType, code: types.CodeType, modules: Collection[str]
) -> Iterator[tuple[str, list[str], Any]]:
    """The modules, names with attributes, and what the names stand for, in the code of a
    function."""
    names = function.__globals__
    for first, *rest in _chains(code):
        if first not in names and hasattr(builtins, first):
            yield "builtins", [first, *rest], vars(builtins)[first]
            continue
        home, path, value = str(names.get("__name__")), [first, *rest], names.get(first, MISSING)
        while isinstance(value, types.ModuleType) and len(path) > 1:
            home, path, inside = value.__name__, path[1:], vars(value)
            value = inside.get(path[0], inside.get("__getattr__", MISSING))
        if isinstance(value, types.ModuleType):
            yield value.__name__, [], MISSING
            yield from _within(value, code)
        else:
            yield home, path, value
    for name in _imported(code, names.get("__package__") or ""):
        for other in modules:
            if other == name or other.startswith(f"{name}."):
                with suppress(Exception):  # it will be raised where it is imported
                    importlib.import_module(other)
        if name in sys.modules:
            yield from _within(sys.modules[name], code)


def _within(module: types.ModuleType, code: types.CodeType) -> Iterator[tuple[str, list[str], Any]]:
    """What of a module code may get at that has it under a name of its own."""
    for name in code.co_names:
        value = vars(module).get(name, MISSING)
        if isinstance(value, types.ModuleType):
            if value is not module:
                yield from _within(value, code)
        elif value is not MISSING:
            yield module.__name__, [name], value


def _followed(value: Any, attributes: list[str]) -> Any:
    """Where attributes lead as long as they are data."""
    for name in attributes:
        try:
            value = attribute(value, name)
        except AttributeError:
            break
    return value


def reflects(code: types.CodeType) -> bool:
    """Whether code may look up names without having them."""
    return not REFLECTION.isdisjoint(code.co_names)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _chains(code: types.CodeType) -> Iterator[list[str]]:
    """The names that code takes from around it, with the attributes that it asks for."""
    chain: list[str] = []
    for step in dis.get_instructions(code):
        if chain and step.opname in ATTRIBUTE:
            chain.append(str(step.argval))
            continue
        if chain:
            yield chain
        chain = [str(step.argval)] if step.opname in GLOBAL else []


def _imported(code: types.CodeType, package: str) -> Iterator[str]:
    """The modules that code imports, as far as a name tells."""
    steps = list(dis.get_instructions(code))
    for place, step in enumerate(steps):
        if step.opname == "IMPORT_NAME":
            level = steps[place - 2].argval  # what the compiler puts before it
            level = level if isinstance(level, int) else 0
            name = "." * level + str(step.argval)
            yield importlib.util.resolve_name(name, package) if level else name
