"""What storing a value would lose, and what an experiment returns instead."""

import dataclasses
import datetime
import decimal
import enum
import fractions
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import numpy as np

from livedeck.errors import AuthorError

HOLDS = "A result holds numbers, texts, truth values and arrays of these"


class Loss(NamedTuple):
    """A kind of values: how to know one, what of it would be lost, and what to do."""

    applies: Callable[[Any], bool]
    what: str
    hint: str


def refusal(name: str, value: Any, why: str = "", hint: str = "") -> AuthorError:
    """The error about a field that cannot be stored."""
    lost = loss(value)
    why = why or (lost.what if lost else "")
    hint = hint or (lost.hint if lost else f"{HOLDS}: return `np.asarray(x)`, if it is no more.")
    message = f"`{name}` is {_kind(value)}, which cannot be stored"
    return AuthorError(f"{message}: {why}" if why else message, hint=hint)


def loss(value: Any) -> Loss | None:
    """What would be lost of a value of a known kind; None for any other."""
    return next((each for each in LOSSES if each.applies(value)), None)


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    plain = type(value) is np.ndarray
    text = "an array" if plain else f"a value of type `{type(value).__name__}`"
    dtype, shape = getattr(value, "dtype", None), getattr(value, "shape", None)
    text += "" if dtype is None else f" of {dtype}"
    return text if not isinstance(shape, tuple) else f"{text} and shape {shape}"


def _has(*names: str) -> Callable[[Any], bool]:
    return lambda value: any(hasattr(value, name) for name in names)


def _is(*types: Any) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types)


def _of_dtype(kinds: str) -> Callable[[Any], bool]:
    return lambda value: getattr(getattr(value, "dtype", None), "kind", None) in tuple(kinds)


LOSSES = (
    Loss(
        _is(type(None)),
        "",
        f"{HOLDS}; a number that is missing is `math.nan`, in a field that `NANS` names.",
    ),
    Loss(
        lambda value: (
            _of_dtype("mM")(value)
            or isinstance(value, (datetime.date, datetime.time, datetime.timedelta))
        ),
        "JSON and CSV know no times",
        "Return it as text or as a number: `x.astype(str)`, `x / np.timedelta64(1, 's')`.",
    ),
    Loss(
        _has("to_numpy"),
        "its labels would be lost",
        "Return each column, and the labels, as a field of its own: `x.to_numpy()`.",
    ),
    Loss(
        lambda value: isinstance(value, np.ma.MaskedArray) or hasattr(value, "mask"),
        "its mask would be lost",
        "Return `x.compressed()`, or `x.filled(...)` and the mask as a field of its own.",
    ),
    Loss(
        _is(Mapping),
        "its keys or its values would be lost",
        "Give each of its values a field of `Result`.",
    ),
    Loss(_is(enum.Enum), "it would come back as something else", "Return its `.value`."),
    Loss(
        lambda value: isinstance(value, (int, float, str)) and not isinstance(value, np.generic),
        "it would come back as something else",
        "Return `int(x)`, `float(x)` or `str(x)`.",
    ),
    Loss(_is(AbstractSet), "its order is not the same twice", "Return `sorted(x)`."),
    Loss(_is(Iterator), "it can be read once", "Return `list(x)`."),
    Loss(
        _has("unit", "units"),
        "its unit would be lost",
        "Return the number in a unit that the field's name tells.",
    ),
    Loss(_has("toarray", "todense"), "it is sparse", "Return `x.toarray()` or `x.todense()`."),
    Loss(
        lambda value: hasattr(value, "_fields") or dataclasses.is_dataclass(value),
        "the names of its parts would be lost",
        "Give each of its parts a field of `Result`.",
    ),
    Loss(
        lambda value: isinstance(value, (np.ndarray, np.void)) and value.dtype.names is not None,
        "the names of its columns would be lost",
        "Give each of its columns a field of `Result`.",
    ),
    Loss(
        lambda value: isinstance(value, complex) or _of_dtype("cW")(value),
        "a result holds no complex numbers",
        "Return `x.real` and `x.imag`, or `np.abs(x)`.",
    ),
    Loss(
        lambda value: isinstance(value, (bytes, bytearray)) or _of_dtype("S")(value),
        "bytes are no text",
        "Return `x.decode()`, `np.strings.decode(x)`, or `np.frombuffer(x, np.uint8)`.",
    ),
    Loss(
        _is(decimal.Decimal, fractions.Fraction),
        "a float would round it",
        "Return `float(x)` or `str(x)`.",
    ),
    Loss(
        _of_dtype("OT"),
        "its elements may be anything",
        "Return `x.astype(float)` or `x.astype(str)`, or lists.",
    ),
    Loss(
        lambda value: str(getattr(value, "dtype", "")).startswith("key<"),
        "it is a random key",
        "Return `jax.random.key_data(x)`.",
    ),
    Loss(
        lambda value: isinstance(value, np.ndarray) and type(value) is not np.ndarray,
        "it is more than an array of numbers",
        "Return `np.asarray(x)`, if that is what you mean.",
    ),
    Loss(
        lambda value: isinstance(value, Iterable) and not hasattr(value, "__array__"),
        "it is no list",
        "Return `list(x)`.",
    ),
)
