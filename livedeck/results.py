"""A run's result on its way into the store and out of it: flat, finite, never pickled."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

ARRAYS = "arrays.npz"
CITABLE = 1000  # values of a one-dimensional field up to this length can be cited in the text


def to_values(result: object) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Splits a result into the values that can be cited and the arrays, by field.

    Raises `TypeError` or `ValueError`, naming the field, for what cannot be stored: a result
    that is no named tuple, nested values, objects, NaN or infinity.
    """
    fields = getattr(result, "_fields", None)
    if not isinstance(result, tuple) or fields is None:
        message = f"`run` returned {_kind(result)}, not a named tuple `Result`"
        raise TypeError(message)
    values: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, value in zip(fields, result, strict=True):
        if isinstance(value, (str, bool, int)):
            _require_text(name, value)
            values[name] = value
            continue
        array = _array(name, value)
        _require_finite(name, array)
        if array.ndim == 0:
            values[name] = array.item()
            continue
        arrays[name] = array
        if array.ndim == 1 and array.size <= CITABLE:
            values[name] = array.tolist()
    return values, arrays


def save(folder: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes the arrays of a result, compressed and without anything that changes by itself."""
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **arrays)


def load(folder: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a stored result: scalars and strings as Python's, all else as arrays."""
    return unpacked(folder / ARRAYS, values)


def unpacked(arrays: Path | IO[bytes], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same from the file of its arrays."""
    with np.load(arrays, allow_pickle=False) as archive:
        return {**values, **{name: archive[name] for name in archive.files}}


def to_json(value: Any) -> Any:
    """A field of a result for a script: text and numbers as they are, arrays of numbers packed."""
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind == "U":
        return value.tolist()
    data = base64.b64encode(np.ascontiguousarray(value, "<f4").tobytes()).decode()
    return {"shape": list(value.shape), "float32": data}


def _array(name: str, value: object) -> np.ndarray:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"`{name}` cannot be stored: {error}") from error
    if array.dtype.kind == "V" and array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind == "f" and array.itemsize > np.dtype(float).itemsize:
        with np.errstate(over="ignore"):  # what grows infinite thereby is refused as that
            array = array.astype(float)  # for JSON knows no wider one
    if array.dtype.kind == "U":
        _require_text(name, "".join(array.ravel().tolist()))
    if array.dtype.kind not in "biufU":
        message = f"`{name}` is {_kind(value)}, which cannot be stored"
        raise TypeError(f"{message}; a result holds numbers, strings and arrays of them")
    return array


def _require_text(name: str, value: object) -> None:
    try:
        str(value).encode()
    except UnicodeEncodeError as error:
        message = f"`{name}` holds half a character, which cannot be stored: {error}"
        raise ValueError(message) from error
    except ValueError as error:  # of a whole number with thousands of digits
        raise ValueError(f"`{name}` cannot be stored: {error}") from error


def _require_finite(name: str, array: np.ndarray) -> None:
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    bad = np.argwhere(~np.isfinite(array))
    where = f"[{', '.join(map(str, bad[0]))}]" if array.ndim else ""
    count = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    raise ValueError(f"`{name}{where}` is {array[tuple(bad[0])]}{count}, where a number was due")


def _kind(value: object) -> str:
    return "None" if value is None else f"a value of type `{type(value).__name__}`"
