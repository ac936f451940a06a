"""A result that would come back as something else is refused, with its field and why."""

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import math
import types
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pandas as pd
import pytest
from flax import nnx
from flax.core import FrozenDict
from jax.experimental.sparse import BCOO
from scipy import sparse

from livedeck import AuthorError
from tests.returned import Tensor, stored

Colour = enum.IntEnum("Colour", "RED")
Word = enum.StrEnum("Word", "A")


class Pair(NamedTuple):
    """Two numbers with names."""

    a: int
    b: int


@dataclasses.dataclass
class Data:
    """Parts with names."""

    a: int = 1


class Text(str):
    """A text that is more than one."""

    __slots__ = ()


class Number(float):
    """A number that is more than one."""


class Derived(np.ndarray):
    """An array that may be more than one."""


class Quantity(np.ndarray):
    """An array with a unit, as astropy has it."""

    unit = "m"


class Measured:
    """Numbers with a unit, as pint has them."""

    units = "m"

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """The numbers alone."""
        return np.ones(3)


class Labelled:
    """Numbers with labels, as xarray has them."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """The numbers alone."""
        return np.ones(3)

    to_numpy = __array__


MASKED = np.ma.array([0.85, 100.0], mask=[False, True])
PARTS = np.array([(1, 2.0)], dtype=[("a", int), ("b", float)])
THIRD = np.longdouble(1) / 3
ITSELF: list[Any] = []
ITSELF.append(ITSELF)
LARGE_INT = 2**53 + 1

MASK, KEYS, ORDER = "its mask would be lost", "its keys or its values", "its order is not the same"
LABELS, UNIT, NAMES = "its labels would", "its unit would", "the names of its"
ONCE, LIST, OTHER = "it can be read once", "it is no list", "it would come back as something else"
MIXES, RAGGED, BESIDE = "mixes ", "is ragged", "more digits than the floats beside it"
BITS, NUL, TIMES, COMPLEX = "more than 64 bits", "NUL characters", "no times", "no complex numbers"
HALF, NONE, BYTES, ROUNDED = "half a character", "is None", "bytes are no text", "would round it"
MORE, ANY, KEY = "it is more than an array", "may be anything", "it is a random key"
DUE, PLAIN, SPARSE, DEEP = (
    "where a number was due",
    "which cannot be stored",
    "it is sparse",
    "deep",
)

REFUSED: list[tuple[Any, str]] = [
    *((MASKED, MASK), (np.ma.array([1.0]), MASK), (np.ma.masked_all(2), MASK)),
    *((np.ma.masked, MASK), ([MASKED, MASKED], MASK), ([1.0, np.ma.masked], MASK)),
    *(({"a": 1}, KEYS), ({}, KEYS), (collections.OrderedDict(a=1), KEYS)),
    *((collections.defaultdict(int), KEYS), (collections.Counter("aab"), KEYS)),
    *((FrozenDict({"a": 1}), KEYS), (nnx.State({"a": nnx.Param(jnp.ones(2))}), KEYS)),
    *((types.MappingProxyType({}), KEYS), (collections.ChainMap({"a": 1}), KEYS)),
    *((collections.UserDict(a=1), KEYS), ([{"a": 1}], KEYS), ({"a": 1}.keys(), ORDER)),
    *(({1, 2}, ORDER), (frozenset([1]), ORDER), ([{1}], ORDER)),
    *(((i for i in range(3)), ONCE), (iter([1]), ONCE), (map(int, "12"), ONCE)),
    *((zip([1], [2], strict=True), ONCE), (enumerate([1]), ONCE), ([iter([1])], ONCE)),
    *(({"a": 1}.values(), LIST), (collections.deque([1]), LIST), (memoryview(b"ab"), LIST)),
    *((array.array("d", [1.0]), LIST), (collections.UserList([1]), LIST)),
    *((pd.DataFrame({"a": [1, 2]}), LABELS), (pd.Series([1.0]), LABELS), (pd.Index([1]), LABELS)),
    *((pd.Categorical(["a"]), LABELS), (pd.array([1, None]), LABELS), (Labelled(), LABELS)),
    *(([pd.Series([1.0])], LABELS), (pd.Timestamp("2020-01-01"), TIMES), (pd.NaT, TIMES)),
    *((Measured(), UNIT), (np.ones(2).view(Quantity), UNIT)),
    *((sparse.csr_matrix(np.eye(2)), SPARSE), (sparse.coo_array(np.eye(2)), SPARSE)),
    *((BCOO.fromdense(jnp.eye(2)), SPARSE), (np.matrix([[1, 2]]), MORE)),
    *((np.ones(2).view(Derived), MORE), (np.char.array(["a "]), MORE)),
    *(
        (PARTS, NAMES),
        (PARTS[0], NAMES),
        (PARTS.view(np.recarray), NAMES),
        (np.zeros(2, "V4"), PLAIN),
    ),
    *((Pair(1, 2), NAMES), ([Pair(1, 2)], NAMES), (Data(), NAMES), ([Data()], NAMES)),
    *(([[1, 2], [3]], RAGGED), ([np.ones(2), np.ones(3)], RAGGED), ([1, [2]], RAGGED)),
    *(([[[1], [2]], [[3]]], RAGGED), ([jnp.ones(2), jnp.ones(3)], RAGGED)),
    *(([1, "a"], MIXES), (["a", 1.5], MIXES), ([True, "a"], MIXES), ([True, 2], MIXES)),
    *(([0.5, True], MIXES), ([np.bool_(1), 2.0], MIXES), (["", 0], MIXES)),
    *(([LARGE_INT, 0.5], BESIDE), ([-LARGE_INT, 0.5], BESIDE), ([10**400, 1.0], BESIDE)),
    *(([np.uint64(2**64 - 1), np.int64(-1)], BESIDE), ([np.int64(LARGE_INT), 0.5], BESIDE)),
    *(([np.array([LARGE_INT]), np.array([0.5])], BESIDE), ([[LARGE_INT], [0.5]], BESIDE)),
    *(([2**64, 1], BITS), ([2**63, -1], BITS), ([10**400], BITS), ([[-(2**63) - 1]], BITS)),
    *((["a\0", "b"], NUL), (["\0"], NUL), ([np.str_("a\0")], NUL), ([["a\0"]], NUL)),
    *((1j, COMPLEX), (complex(1, 0), COMPLEX), ([1j, 2], COMPLEX), (np.complex64(1), COMPLEX)),
    *((np.ones(2, complex), COMPLEX), (jnp.ones(2, jnp.complex64), COMPLEX)),
    *((np.datetime64("2020-01-01"), TIMES), (np.array(["2020"], "M8[D]"), TIMES)),
    *((np.timedelta64(1, "s"), TIMES), (datetime.date(2020, 1, 1), TIMES)),
    *((datetime.timedelta(1), TIMES), ([datetime.time(1)], TIMES)),
    *((b"a", BYTES), (bytearray(b"a"), BYTES), (np.array([b"a\0"]), BYTES), ([b"a"], BYTES)),
    *((np.array([1, 2], object), ANY), (np.array(None), ANY)),
    (np.array(["a"], np.dtypes.StringDType()), ANY),
    *(
        ("\ud800", HALF),
        (["a", "\udfff"], HALF),
        (np.array(["\ud800"]), HALF),
        ([["\ud801"]], HALF),
    ),
    *((decimal.Decimal("0.1"), ROUNDED), (fractions.Fraction(1, 3), ROUNDED)),
    *(([decimal.Decimal("0.1")], ROUNDED), ([fractions.Fraction(1, 3)], ROUNDED)),
    *((Colour.RED, OTHER), (Word.A, OTHER), ([Colour.RED], OTHER), ([1, Word.A], OTHER)),
    *((Text("a"), OTHER), (Number(1.0), OTHER), ([Text("a")], OTHER)),
    *(
        (None, NONE),
        ([1.0, None], NONE),
        (..., PLAIN),
        (object(), PLAIN),
        (len, PLAIN),
        (np, PLAIN),
    ),
    *((Path("a"), PLAIN), (slice(1), PLAIN), (pd.NA, PLAIN), (nnx.Param(jnp.ones(2)), PLAIN)),
    *((jax.random.key(0), KEY), (jax.random.split(jax.random.key(0)), KEY)),
    (Tensor("torch.float32", None), "Can't call numpy() on Tensor that requires grad"),
    (Tensor("torch.bfloat16", np.ones(2, np.float32)), "NumPy makes float32 of shape (2,) of it"),
    (Tensor("torch.float32", np.ones(3, np.float32)), "NumPy makes float32 of shape (3,) of it"),
    *((ITSELF, DEEP), (10**4300, "more than 4300 digits"), (-(10**5000), "more than 4300 digits")),
    *((math.nan, DUE), ([1.0, -math.inf], DUE), (jnp.array([1.0, jnp.nan]), DUE)),
    *((jnp.array(jnp.inf, jnp.bfloat16), DUE), (np.float32("nan"), DUE)),
    (np.array([np.nan], ml_dtypes.float8_e4m3fn), DUE),
]
if float(THIRD) != THIRD:  # where a `longdouble` is longer than a `double`
    WIDE = (THIRD, [THIRD], np.full(2, THIRD), np.longdouble("1e4000"))
    REFUSED += [(value, ROUNDED) for value in WIDE]


@pytest.mark.parametrize(
    ("value", "why"), REFUSED, ids=[f"{i} {type(v).__name__}" for i, (v, _) in enumerate(REFUSED)]
)
def test_what_would_change_is_refused(value: Any, why: str) -> None:
    """The error names the field, why, and what to do; nothing is lost without a word."""
    with pytest.raises(AuthorError) as caught:
        stored(value)
    assert caught.value.message.startswith("`x")
    assert why in caught.value.message
    assert caught.value.hint


def test_a_refusal_says_what_it_refuses() -> None:
    """By type, element type and shape."""
    with pytest.raises(AuthorError, match=r"`MaskedArray` of float64 and shape \(2,\)"):
        stored(MASKED)
    with pytest.raises(AuthorError, match=r"`x\[1\]` is an array of complex128 and shape \(3, 1\)"):
        stored([np.ones((3, 1)), np.ones((3, 1), complex)])
