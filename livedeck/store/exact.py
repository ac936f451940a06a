"""Turns what a field of a result holds into an array that holds exactly the same, or refuses."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from livedeck.errors import AuthorError
from livedeck.store.unstorable import loss, refusal

PYTHON = (bool, int, float, str)
FAMILIES = {"b": "truth values", "i": "numbers", "u": "numbers", "f": "numbers", "U": "texts"}
# What other packages add to NumPy's types has so few bits that one of NumPy's own holds them all.
ADDED = {"float": np.float32, "bfloat": np.float32, "int": np.int8, "uint": np.uint8}
LARGE = "a whole number of more than 64 bits", "Return floats, or texts."
AMONG_FLOATS = "a whole number with more digits than the floats beside it", "Return `float(x)`."
NULS = "a text that ends with NUL characters", "Return `x.rstrip('\\0')`."
DEEPEST = 32  # lists in lists


def to_array(name: str, value: Any) -> np.ndarray:
    """The array that holds exactly this value; an `AuthorError` where there is none."""
    if type(value) in (list, tuple, range):
        array = _of_parts(name, value)
    elif type(value) in PYTHON:
        array = _of_scalars(name, [value])[0, ...]
    elif type(value) in (np.ndarray, np.memmap) or isinstance(value, np.generic):
        array = np.asarray(value)
    else:
        array = _of_library(name, value)
    return _storable(name, array)


def require_text(name: str, text: str) -> None:
    """Refuses half a character, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"`{name}` holds half a character, which cannot be stored: {error}"
        hint = "With `text.encode(errors='replace').decode()` a `?` stands in its place."
        raise AuthorError(message, hint=hint) from error


def _of_library(name: str, value: Any) -> np.ndarray:
    """An array of another library that takes part in the exchange called DLPack, and so says that
    it is numbers, a type and a shape, and nothing else."""
    if loss(value) or not hasattr(type(value), "__dlpack__"):
        raise refusal(name, value)
    try:
        array = np.asarray(value)
    except Exception as error:  # whatever that library raises
        hint = "Return what NumPy can read, such as `x.detach().cpu().numpy()`."
        raise refusal(name, value, str(error).partition("\n")[0].rstrip("."), hint) from error
    if array.shape != tuple(value.shape) or not str(value.dtype).endswith(array.dtype.name):
        raise refusal(name, value, f"NumPy makes {array.dtype} of shape {array.shape} of it")
    return array


def _of_parts(name: str, parts: Sequence[Any]) -> np.ndarray:
    """An array of what lists and tuples hold, which may be lists and arrays again."""
    kinds = set(map(type, parts))
    alike = len(kinds) == 1 and all(k in PYTHON or issubclass(k, np.generic) for k in kinds)
    if alike or kinds == {int, float}:
        return _of_scalars(name, parts)
    if name.count("[") == DEEPEST:
        message = f"`{name[: name.index('[')]}` is nested {DEEPEST} levels deep, or in itself"
        raise AuthorError(message, hint="Return an array.")
    arrays = [to_array(f"{name}[{i}]", part) for i, part in enumerate(parts)]
    for i, array in enumerate(arrays):
        _require_alike(name, i, arrays[0], array)
    stacked = np.stack(arrays) if arrays else np.zeros(0)
    for i, array in enumerate(arrays):
        whole = array.dtype.kind in "iu" and stacked.dtype.kind == "f"
        if whole and array.tolist() != stacked[i].tolist():
            raise _unfit(f"{name}[{i}]", *AMONG_FLOATS)
    return stacked


def _of_scalars(name: str, parts: Sequence[Any]) -> np.ndarray:
    """An array of scalars of one type, or of whole numbers among floats."""
    kinds = set(map(type, parts))
    dtypes = [np.int64, np.uint64] if kinds == {int} else [float] if int in kinds else [None]
    may_change = kinds != {int} and not kinds.isdisjoint({int, str, np.str_})
    for dtype in dtypes:
        with suppress(OverflowError):
            array = np.array(parts, dtype)
            pairs = zip(parts, array.tolist(), strict=True) if may_change else ()
            if all(part == kept for part, kept in pairs if isinstance(part, (int, str))):
                return array
    lost = LARGE if kinds == {int} else AMONG_FLOATS if int in kinds else NULS
    raise _unfit(name, *lost)


def _unfit(name: str, what: str, hint: str) -> AuthorError:
    return AuthorError(f"`{name}` holds {what}, which no array can hold", hint=hint)


def _require_alike(name: str, i: int, first: np.ndarray, other: np.ndarray) -> None:
    family, other_family = FAMILIES[first.dtype.kind], FAMILIES[other.dtype.kind]
    if family != other_family:
        message = f"`{name}` mixes {family} and {other_family}: `{name}[0]` and `{name}[{i}]`"
        raise AuthorError(message, hint="Give each kind a field of its own.")
    if first.shape != other.shape:
        shapes = f"`{name}[0]` has the shape {first.shape}, `{name}[{i}]` {other.shape}"
        hint = "Fill the short ones up, or give all in one row, and their lengths another field."
        raise AuthorError(f"`{name}` is ragged: {shapes}", hint=hint)


def _storable(name: str, array: np.ndarray) -> np.ndarray:
    """The array, in a type that files know if it has another one, but for nothing else."""
    dtype = array.dtype
    if dtype.kind == "U":
        require_text(name, "".join(array.ravel().tolist()))
        return array if dtype.itemsize else array.astype("U1")  # no file holds texts of no width
    if dtype.kind in "biuf" and dtype.isbuiltin != 2 and dtype.itemsize <= 8:
        return array
    added = re.match(r"(b?float|u?int)\d", dtype.name)
    if added is None:
        raise refusal(name, array)
    with np.errstate(over="ignore", invalid="ignore"):
        kept = array.astype(ADDED[added[1]] if dtype.isbuiltin == 2 else float)
        exact = (kept == array) | (array != array)
    if not exact.all():
        hint = f"Return `x.astype(np.{kept.dtype})`, if that is what you mean."
        raise refusal(name, array, f"a {kept.dtype} would round it", hint)
    return kept
