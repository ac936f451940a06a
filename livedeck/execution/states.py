"""What objects hold, as digests that differ when they do, and which objects those are."""

import collections
import contextvars
import decimal
import functools
import hashlib
import os
import pickle
import sys
import threading
import types
import warnings
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

Own = Callable[[str | None], bool]  # whether a module, by its name, is one of the author's
SCALARS = (bool, bytes, complex, float, int, str, type(None), types.ModuleType, types.CodeType)
SLOTS = (types.GetSetDescriptorType, types.MemberDescriptorType)
PLAIN: tuple[object, ...] = (
    object.__getattribute__,
    type.__getattribute__,
    types.FunctionType.__getattribute__,
)
ASKED = ("__getattr__", "__getattribute__", "__getstate__", "__reduce__", "__reduce_ex__")
FLAGS = "_value2member_map_"  # where an `enum.Flag` keeps what was put together of its members
CONTEXT = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
CALLS = {  # what a mock tells of how it was called
    *("call_args", "call_args_list", "call_count", "called", "method_calls", "mock_calls"),
}


def digest(value: object, own: Own) -> bytes:
    """A text that differs when what an object holds does, as far as that can be told. Nothing of
    the author's is called to find out."""
    hashing = _Hashing()
    try:
        _dump(_States(hashing, own), value)
    except Exception:  # whatever an object makes of being asked
        return b"id %d" % id(value)
    return hashing.hash.digest()


def held(value: object, own: Own) -> tuple[set[int], list[types.FunctionType]]:
    """The addresses of the objects that an object holds, which may change, and itself; and the
    author's functions among them."""
    walk = _Walk(own)
    try:
        _dump(walk, value)
    except Exception:  # as above: what was found by then
        walk.met.add(id(value))
    return walk.met, walk.functions


def attribute(value: Any, name: str) -> Any:
    """What an attribute of an object is, where nothing is called to find out; else raises an
    `AttributeError`."""
    kind = value if is_a(value, type) else type(value)
    if type(value).__getattribute__ not in PLAIN:
        raise AttributeError(name)
    found = [vars(each)[name] for each in kind.__mro__ if name in vars(each)]
    if found and is_a(found[0], *SLOTS) and kind is not value:
        return getattr(value, name)
    names = {} if kind is value else names_of(value)
    if name in names and not (found and hasattr(type(found[0]), "__set__")):
        return names[name]
    if found and not hasattr(type(found[0]), "__get__"):
        return found[0]
    raise AttributeError(name)


def attributes(value: Any, own: Own) -> Mapping[str, object]:
    """The attributes of an object or class of the author's, or of a function, that are data."""
    kind = value if is_a(value, type) else type(value)
    if not own(kind.__module__) and not is_a(value, types.FunctionType):
        return {}
    names = {n for each in kind.__mro__ if own(each.__module__) for n in vars(each)}
    if kind is not value:
        names |= set(names_of(value))
    found = {}
    for name in sorted(n for n in names if not n.startswith("__")):
        try:
            found[name] = attribute(value, name)
        except AttributeError:
            continue
    return found


def asides(value: Any) -> Mapping[str, object]:
    """What an object notes of how it is used, by the attributes that tell: it works the same."""
    if _is_cache(value):
        return {"cache_info": value.cache_info()}
    if is_a(value, decimal.Context):
        return {"flags": repr(value.flags)}
    if is_mock(value):
        return {name: repr(getattr(value, name)) for name in sorted(CALLS)}
    return {}


def is_a(value: object, *kinds: type) -> bool:
    """Whether an object is of one of some types, without asking itself."""
    return issubclass(type(value), kinds)


def names_of(value: object) -> dict[str, Any]:
    """The attributes that an object itself has, without asking its class."""
    kind = threading.local if is_a(value, threading.local) else object
    try:
        found = kind.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_cache(value: Any) -> bool:
    return type(value).__module__ == "functools" and hasattr(value, "cache_info")


def is_mock(value: object) -> bool:
    """Whether an object stands in for another, and notes how it is called."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and is_a(value, mock.NonCallableMock)


class _Hashing:
    """A file of which the digest alone is kept."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, data: Any) -> int:
        """Takes in some bytes."""
        self.hash.update(data)
        return len(data)


def _dump(pickler: pickle.Pickler, value: object) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 on pickled iterators
        pickler.dump(value)


class _States(pickle.Pickler):
    """Writes what objects hold; nothing is ever read back."""

    def __init__(self, file: Any, own: Own) -> None:
        super().__init__(file, protocol=5)
        self.own = own

    def reducer_override(self, value: Any) -> Any:
        """What an object is made of, where pickle would name it alone or refuse it."""
        if value is _Told:
            return NotImplemented
        if value is os.environ:
            return _held("environment", dict(value))
        if is_a(value, types.FunctionType):
            return self.function(value)
        if is_a(value, type):
            own = self.own(value.__module__)
            plain = [n for n in vars(value) if not n.startswith("__") and n != FLAGS] if own else []
            names = {name: vars(value)[name] for name in plain}
            return _held(value.__qualname__, (names, value.__bases__ if own else ()))
        if is_a(value, types.ModuleType):
            return _held("", value.__name__)
        if is_a(value, types.CodeType):
            return _held(value.co_qualname, (value.co_code, value.co_firstlineno))
        if is_a(value, types.GeneratorType):
            frame = value.gi_frame
            return _held("generator", frame and (frame.f_lasti, dict(frame.f_locals)))
        if is_a(value, types.MethodType, types.BuiltinMethodType):
            owner = value.__self__
            told = not is_a(owner, types.ModuleType, weakref.WeakKeyDictionary)
            return _held(value.__name__, owner if told else None)
        if is_a(value, property):
            return _held("property", (value.fget, value.fset, value.fdel))
        if is_a(value, classmethod, staticmethod):
            return _held(type(value).__name__, value.__func__)
        return self._instance(value)

    def function(self, value: types.FunctionType) -> Any:
        """What a function holds, but for the names that it looks up when it is called."""
        if not self.own(value.__module__):
            return _held(value.__qualname__, id(value))
        cells = []
        for cell in value.__closure__ or ():
            with suppress(ValueError):  # empty
                cells.append(cell.cell_contents)
        if not self.own(value.__globals__.get("__name__")):  # a library's, around the author's
            cells = [each for each in cells if not is_a(each, weakref.WeakKeyDictionary)]
        holds = (value.__code__, value.__defaults__, value.__kwdefaults__, vars(value), cells)
        return _held(value.__qualname__, holds)

    def _instance(self, value: Any) -> Any:
        kind, names = type(value), names_of(value)
        if kind is types.MappingProxyType:
            return _held("mapping", dict(value))
        if any(self.own(each.__module__) for each in kind.__mro__):
            if any(name in vars(each) for each in kind.__mro__[:-1] for name in ASKED):
                return _held(kind.__qualname__, (kind, names, _slots(value), _content(value)))
        elif is_a(value, dict):
            return _held(kind.__qualname__, (names, _content(value)))  # matplotlib's asks for more
        elif is_a(value, functools.partial):
            return _held("partial", (value.func, value.args, value.keywords, names))
        elif is_a(value, contextvars.ContextVar):
            return _held("variable", value.get(None))
        elif is_a(value, decimal.Context):
            return _held("Context", [getattr(value, name) for name in CONTEXT])
        elif is_a(value, np.ndarray) and not value.flags.writeable and value.base is None:
            return _held("array", id(value))  # nobody changes it
        elif is_mock(value):
            return _held("mock", {n: v for n, v in names.items() if "call" not in n})
        elif "__wrapped__" in names or hasattr(kind, "__wrapped__"):
            return _held("wrapper", value.__wrapped__)
        filled = _filled(kind)
        if filled:
            return _held(kind.__qualname__, (kind, {n: names[n] for n in names if n not in filled}))
        try:
            value.__reduce_ex__(5)
        except Exception:
            return _held(kind.__qualname__, names)
        return NotImplemented


class _Walk(_States):
    """Meets what objects hold."""

    def __init__(self, own: Own) -> None:
        super().__init__(_Hashing(), own)
        self.met: set[int] = set()
        self.functions: list[types.FunctionType] = []

    def persistent_id(self, value: Any) -> None:
        """Notes an object; none has such an id."""
        if may_change(value):
            self.met.add(id(value))

    def function(self, value: types.FunctionType) -> Any:
        """As for any, and notes it."""
        if self.own(value.__module__):
            self.functions.append(value)
        return super().function(value)


def may_change(value: object) -> bool:
    """Whether an object is one that may come to hold something else, or holds one that may."""
    return not is_a(value, *SCALARS) and not (type(value) is tuple and not value)


def _filled(kind: type) -> frozenset[str]:
    """The attributes of a class that its objects compute once."""
    if kind not in _FILLED:
        members = [member for each in kind.__mro__ for member in vars(each).items()]
        found = (name for name, value in members if is_a(value, functools.cached_property))
        _FILLED[kind] = frozenset(found)
    return _FILLED[kind]


_FILLED: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


def _slots(value: object) -> list[object]:
    members = [m for each in type(value).__mro__ for m in vars(each).values()]
    found = []
    for member in members:
        if is_a(member, types.MemberDescriptorType):
            with suppress(AttributeError):  # empty
                found.append(member.__get__(value))
    return found


def _content(value: Any) -> object:
    """What an object holds that is a container too, whatever its class makes of that."""
    if is_a(value, dict):
        return list(dict.items(value))
    if is_a(value, np.ndarray):
        return np.ndarray.view(value, np.ndarray)
    kinds = (list, tuple, set, frozenset, collections.deque)
    found = [list(kind.__iter__(value)) for kind in kinds if is_a(value, kind)]
    scalars: list[Any] = [bytes, complex, float, int, str]
    return found, [kind.__repr__(value) for kind in scalars if is_a(value, kind)]


def _held(name: str, holds: object) -> Any:
    return _Told, (name,), holds  # what it holds comes last, for that may hold it again


class _Told:
    """Stands for an object in what is written."""
