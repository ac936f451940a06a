"""What a run changes of all that figures could look up, and whether one does.

A figure is drawn apart from the run, often later, from what that returned. What it shows must be
what it would show after the run; so what the run has changed is kept with its result.
"""

import builtins
import decimal
import os
import sys
import types
from collections.abc import Iterator, Mapping
from typing import Any

from livedeck.errors import AuthorError
from livedeck.execution.lookups import lookups
from livedeck.execution.states import (
    CONTEXT,
    Own,
    asides,
    attributes,
    digest,
    is_a,
    is_mock,
    may_change,
)

KEPT = "Return it in `Result`: a figure is drawn apart from the run, from what that returned."
ENVIRONMENT = ("environb", "getenv", "getenvb")  # that of `os`, by other names
UNTOLD = ("sys",)  # modules whose tables change with everything that is imported

Changed = Mapping[str, list[str]]


class Changes:
    """The state before a run of the modules that are `own`, and of what they name of others."""

    def __init__(self, own: Own) -> None:
        self.own = own
        # What others hold is kept, for its addresses; the author's not, for it may have to go.
        self.modules: dict[str, dict[str, object]] = {}
        self.before: dict[tuple[str, str], dict[str, bytes]] = {}
        self.context = _arithmetic()
        for name, module in self._all():
            self.note(name, module)

    def note(self, name: str, module: types.ModuleType) -> None:
        """Takes in a module as it is now, unless it is known."""
        if name not in self.modules:
            own = self.own(name)
            self.modules[name] = {n: None if own else v for n, v in vars(module).items()}
            self.before |= {
                (name, key): self._told(v) for key, v in self._telling(name, module).items()
            }

    def after(self) -> dict[str, list[str]]:
        """What has changed: `module:name`, with those of its attributes that have not; and
        `module:name.attribute` of what only that tells."""
        found: dict[str, list[str]] = {}
        for name in self.modules:
            module = sys.modules.get(name)
            if module is not None:
                found |= self._in(name, module)
        if _arithmetic() != self.context:
            found |= {f"decimal:{key}": [] for key in vars(decimal) if not key.startswith("_")}
        if "os:environ" in found:
            found |= {f"os:{key}": [] for key in ENVIRONMENT}
        return dict(sorted(found.items()))

    def _in(self, name: str, module: types.ModuleType) -> dict[str, list[str]]:
        own, names, values = self.own(name), self.modules[name], vars(module)
        told = {key: self._told(v) for key, v in self._telling(name, module).items()}
        found: dict[str, list[str]] = {}
        for key in names.keys() | (told.keys() if own else ()):
            before, now = self.before.get((name, key)), told.get(key)
            if before is not None and now is not None:
                found |= _difference(f"{name}:{key}", before, now)
            elif is_a(values.get(key), types.ModuleType) or key.startswith("__"):
                continue  # loaded late
            elif own or (not key.startswith("_") and names[key] is not values.get(key)):
                found[f"{name}:{key}"] = []
        return found

    def _all(self) -> Iterator[tuple[str, types.ModuleType]]:
        yield "builtins", builtins
        named = [(n, m) for n, m in list(sys.modules.items()) if self.own(n) and _is_module(m)]
        yield from named
        for other in [value for _, module in named for value in _modules_in(module)]:
            found: list[types.ModuleType] = [other]
            found += [each for each in _modules_in(other) if _is_part(each, other)]
            for each in found:
                if sys.modules.get(each.__name__) is each:
                    yield each.__name__, each

    def _telling(self, home: str, module: types.ModuleType) -> dict[str, object]:
        """The names of a module whose state is told: all of the author's, and of others those that
        stand for something that may change."""
        names = vars(module)
        if self.own(home):
            return {n: v for n, v in names.items() if not n.startswith("__")}
        if home in UNTOLD:
            return {}
        return {n: v for n, v in names.items() if not n.startswith("_") and self._may_change(v)}

    def _may_change(self, value: Any) -> bool:
        if is_a(value, types.MethodType, types.BuiltinMethodType):
            owner = value.__self__
            return owner is not None and not is_a(owner, type, types.ModuleType)
        if is_a(value, types.FunctionType):
            return self.own(value.__module__)
        if value is os.environ or is_a(value, dict, list, set) or is_mock(value):
            return True
        return any(self.own(kind.__module__) for kind in type(value).__mro__)

    def _told(self, value: Any) -> dict[str, bytes]:
        told = {"": digest(value, self.own)}
        told |= {f".{n}": digest(v, self.own) for n, v in attributes(value, self.own).items()}
        return told | {f"?{n}": digest(v, self.own) for n, v in asides(value).items()}


def require_apart(
    function: types.FunctionType, changed: Changed, own: Own, line: int | None
) -> None:
    """An error if a figure function looks up something that the run has changed. It imports what
    that may import."""
    roots: set[int] = set()
    for place in changed:
        module, _, name = place.partition(":")
        value = vars(sys.modules[module]).get(name) if module in sys.modules else None
        if may_change(value):
            roots.add(id(value))
    for lookup in lookups(function, own, {place.partition(":")[0] for place in changed}):
        asked = lookup.module, lookup.name, lookup.attributes
        if _is_changed(*asked, changed) or roots & lookup.holds:
            found = str(lookup) or next(iter(changed)).replace(":", ".")
            name = found.removeprefix(f"{function.__module__}.")
            message = f"`{function.__name__}` reads `{name}`, which `run` changes"
            raise AuthorError(message, line=line, hint=KEPT)


def _is_changed(module: str, name: str, asked: tuple[str, ...], changed: Changed) -> bool:
    place = f"{module}:{name}"
    if not name:
        return not module or any(each.startswith(place) for each in changed)
    if place in changed:
        return not (asked and asked[0] in changed[place])
    return bool(asked) and f"{place}.{asked[0]}" in changed


def _is_module(value: object) -> bool:
    return is_a(value, types.ModuleType) and isinstance(vars(value).get("__name__"), str)


def _modules_in(module: types.ModuleType) -> list[types.ModuleType]:
    return [value for value in vars(module).values() if _is_module(value)]


def _is_part(module: types.ModuleType, of: types.ModuleType) -> bool:
    name = module.__name__.removeprefix(f"{of.__name__}.")
    return name != module.__name__ and not name.startswith("_")


def _arithmetic() -> list[object]:
    """What the calculations of `decimal` go by."""
    return [getattr(decimal.getcontext(), name) for name in CONTEXT]


def _difference(
    place: str, before: dict[str, bytes], now: dict[str, bytes]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if before[""] != now[""]:
        same = [n[1:] for n, told in now.items() if n[:1] == "." and before.get(n) == told]
        found[place] = sorted(same)
    for name, told in now.items():
        if name[:1] == "?" and before.get(name) != told:
            found[f"{place}.{name[1:]}"] = []
    return found
