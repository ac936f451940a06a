"""What objects hold, as bytes that differ when they do: to see what a run changes."""

import functools
import io
import os
import pickle
import sys
import types
import warnings
from collections.abc import Mapping
from typing import Any

from livedeck import inputs

NOTHING = b""  # of what cannot be found, or told


def state(names: Mapping[str, object], chain: str, root: Any) -> bytes:
    """What stands behind a name with its attributes, such as `np.random.rand`, among the `names` of
    a module of the project at `root`."""
    first, *attributes = chain.split(".")
    value = names.get(first)
    if isinstance(value, types.ModuleType) and not attributes:
        return NOTHING
    for attribute in attributes:
        if not isinstance(value, types.ModuleType):
            asked = getattr(value, "cache_info", None) if attributes[-1] == "cache_info" else None
            return _States(root).of(value) + (repr(asked()).encode() if asked else b"")
        if attribute not in vars(value):
            return NOTHING  # as for a module that loads its parts late
        value = vars(value)[attribute]
    return NOTHING if isinstance(value, types.ModuleType) else _States(root).of(value)


class _States(pickle.Pickler):
    """Writes what objects hold; nothing is ever read back."""

    def __init__(self, root: Any) -> None:
        self.file = io.BytesIO()
        super().__init__(self.file, protocol=5)
        self.root = root

    def of(self, value: object) -> bytes:
        """The state of an object."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python 3.12 on pickled iterators
                self.dump(value)
        except Exception:  # whatever an object makes of being asked
            return NOTHING
        return self.file.getvalue()

    def reducer_override(self, value: Any) -> Any:
        """What an object is made of, where pickle would name it alone or refuse it."""
        if value is _Told:
            return NotImplemented
        if value is os.environ:
            return _held("environment", dict(value))
        if isinstance(value, types.FunctionType):
            return self._function(value)
        if isinstance(value, type):
            own = self._is_own(value.__module__)
            held = {n: v for n, v in vars(value).items() if not n.startswith("__")} if own else {}
            return _held(value.__qualname__, held)
        if isinstance(value, (types.ModuleType, types.CodeType)):
            return _held("", getattr(value, "__name__", ""))
        if isinstance(value, types.GeneratorType):
            frame = value.gi_frame
            return _held("generator", frame and (frame.f_lasti, dict(frame.f_locals)))
        if isinstance(value, functools.partial):
            return _held("partial", (value.func, value.args, value.keywords))
        if isinstance(value, (types.MethodType, types.BuiltinMethodType)):
            owner = value.__self__
            return _held(value.__name__, None if isinstance(owner, types.ModuleType) else owner)
        if hasattr(value, "__wrapped__"):
            return _held("wrapper", value.__wrapped__)
        return self._instance(value)

    def _function(self, value: types.FunctionType) -> Any:
        if not self._is_own(value.__module__):
            return _held(value.__qualname__, id(value))
        cells = []
        for cell in value.__closure__ or ():
            try:
                cells.append(cell.cell_contents)
            except ValueError:  # empty
                cells.append(None)
        seen = {n: value.__globals__.get(n) for n in value.__code__.co_names}
        used = {n: v for n, v in seen.items() if not isinstance(v, types.ModuleType)}
        held = (value.__defaults__, value.__kwdefaults__, vars(value), cells, used)
        return _held(value.__qualname__, held)

    def _instance(self, value: Any) -> Any:
        if type(value).__module__ == "builtins":
            return NotImplemented
        filled = {
            name
            for kind in type(value).__mro__
            for name, member in vars(kind).items()
            if isinstance(member, functools.cached_property)
        }
        if filled and hasattr(value, "__dict__"):
            kept = {n: v for n, v in vars(value).items() if n not in filled}
            return _held(type(value).__qualname__, kept)
        try:
            value.__reduce_ex__(5)
        except Exception:
            return _held(type(value).__qualname__, getattr(value, "__dict__", None))
        return NotImplemented

    def _is_own(self, module: str | None) -> bool:
        file = getattr(sys.modules.get(module or ""), "__file__", None)
        return file is not None and inputs.is_project_module(self.root, file)


def _held(name: str, held: object) -> Any:
    return _Told, (name, held)


class _Told:
    """Stands for an object in what is written."""
