"""A run's result on its way into the store and out of it: flat, exact, read-only, never pickled."""

import base64
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from livedeck.errors import AuthorError
from livedeck.store.exact import require_text, to_array

ARRAYS = "arrays.npz"
CITABLE = 1000  # values of a one-dimensional field up to this length can be cited in the text
WRITES = re.compile(r"read-?only|WRITEABLE|does not own its data|can't set attribute")
MOST_DIGITS = 4300  # of a whole number that Python reads from JSON
READ_ONLY = (  # what to do about it
    "Results are read-only, for a figure is drawn several times from the same ones. Write "
    "`percent = result.accuracy * 100`, not `percent *= 100`, or change a copy: "
    "`result.accuracy.copy()`."
)


def to_values(
    result: Any, fields: Collection[str], nans: Collection[str] = ()
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Splits a result into the values that can be cited and the arrays, by field.

    What `load` gives of them equals the result, or an `AuthorError` names the field: for another
    tuple than one of these `fields`, for what no array holds exactly, and for NaN or infinity in
    another field than `nans`, which cannot be cited.
    """
    if not isinstance(result, tuple) or not hasattr(result, "_fields"):
        kind = "None" if result is None else f"a value of type `{type(result).__name__}`"
        raise AuthorError(f"`run` returned {kind}, not a named tuple `Result`")
    if result._fields != tuple(fields):
        names = ", ".join(result._fields)
        raise AuthorError(f"`run` returned a named tuple of {names}, not a `Result`")
    values: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, value in zip(fields, result, strict=True):
        if type(value) in (bool, int, str, np.str_) or (type(value) is float and isfinite(value)):
            values[name] = _plain(name, value)
            continue
        array = arrays[name] = to_array(name, value)
        if name in nans:
            continue
        _require_finite(name, array, nans)
        if array.ndim == 0 or (array.ndim == 1 and array.size <= CITABLE):
            values[name] = array.tolist()
    return values, arrays


def save(folder: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes the arrays of a result, compressed and without anything that changes by itself.

    `numpy.savez_compressed` does so too, but for a field that is called `file`.
    """
    with zipfile.ZipFile(folder / ARRAYS, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                npy.write_array(file, array, allow_pickle=False)


def load(folder: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a stored result: numbers and texts of Python's as they were, NumPy's too, all
    else as arrays that nobody can write to."""
    return unpacked(folder / ARRAYS, values)


def unpacked(arrays: Path | IO[bytes], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same from the file of its arrays."""
    with np.load(arrays, allow_pickle=False) as archive:
        return {**values, **{name: _read_only(archive[name]) for name in archive.files}}


def to_json(value: Any) -> Any:
    """A field of a result for a script: text and numbers as they are, arrays of numbers packed.

    A `ValueError` says what JavaScript's numbers would change.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return {"number": str(value).replace("inf", "Infinity").replace("nan", "NaN")}
    if isinstance(value, int) and abs(value) > 2**53:
        raise ValueError(f"is {value}, and JavaScript knows no whole numbers beyond 2**53")
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind == "U":
        return value.tolist()
    with np.errstate(over="ignore"):
        packed = np.ascontiguousarray(value, "<f4")
    if value.dtype.kind in "iu" and ((value > 2**24) | (value < -(2**24))).any():
        raise ValueError("holds whole numbers beyond 2**24, which change as 32-bit floats")
    if (np.isinf(packed) & np.isfinite(value)).any():
        raise ValueError("holds numbers beyond what 32-bit floats know")
    data = base64.b64encode(packed.tobytes()).decode()
    return {"shape": list(value.shape), "float32": data}


@contextmanager
def unwritten(fields: Mapping[str, Any]) -> Iterator[None]:
    """A `ValueError` if the block wrote to a field past its flag, as `np.add.at` does."""
    before = _sums(fields)
    yield
    for name, now in _sums(fields).items():
        if now != before[name]:
            raise ValueError(f"the figure wrote to `{name}`, and results are read-only")


def is_read_only(error: BaseException) -> bool:
    """Whether an error comes of writing to a result, in the words of NumPy, Cython or Python."""
    return not isinstance(error, OSError) and WRITES.search(str(error)) is not None


def _sums(fields: Mapping[str, Any]) -> dict[str, int]:
    found = {name: value for name, value in fields.items() if isinstance(value, np.ndarray)}
    return {name: zlib.crc32(array.ravel("K").view("u1").data) for name, array in found.items()}


def _read_only(array: np.ndarray) -> Any:
    """A scalar, or a view that cannot be made writable again, for its owner is not either."""
    owner: Any = array
    while isinstance(owner, np.ndarray):
        owner.flags.writeable = False
        owner = owner.base
    return array.view() if array.ndim else array[()]


def _plain(name: str, value: Any) -> Any:
    """A scalar of Python's own, of which JSON and the build make the same again."""
    if isinstance(value, str):
        require_text(name, value)
        return "".join(value)  # of NumPy's texts, `str` would cut NUL characters off the end
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        message = f"`{name}` is a whole number of more than {MOST_DIGITS} digits"
        raise AuthorError(f"{message}, which cannot be stored", hint="Return its logarithm.")
    return value


def _require_finite(name: str, array: np.ndarray, nans: Collection[str]) -> None:
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    bad = np.argwhere(~np.isfinite(array))
    where = f"[{', '.join(map(str, bad[0]))}]" if array.ndim else ""
    count = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    message = f"`{name}{where}` is {array[tuple(bad[0])]}{count}, where a number was due"
    meant = str(tuple(sorted({*nans, name}))).replace("'", '"')
    hint = f"If it is meant, write `NANS = {meant}` in the module: then figures alone can show it."
    raise AuthorError(message, hint=hint)
