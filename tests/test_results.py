"""What a run returns is what figures get, exactly and read-only, or an error names the field."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from livedeck import AuthorError
from livedeck.store import results
from tests.conftest import Project, assert_refused
from tests.returned import Tensor, stored

patiently = settings(deadline=None)  # a busy machine is no mistake

NARROW = [
    getattr(ml_dtypes, name)
    for name in sorted(vars(ml_dtypes))
    if name.startswith(("bfloat", "float", "int", "uint"))
]


def stored_or_error(value: Any) -> Any:
    """The same, or the error that names the field."""
    try:
        return stored(value, ("x",))
    except AuthorError as error:
        if not error.message.startswith("`x"):
            raise
        return error


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are equal bit by bit, but for how they lie in memory."""
    return (
        one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    )


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as it is": lambda array: array,
    "Fortran's order": np.asfortranarray,
    "reversed": lambda array: array[::-1] if array.ndim else array,
    "every second": lambda array: array[..., ::2] if array.ndim else array,
    "transposed": np.transpose,
    "repeated": lambda array: np.broadcast_to(array, (3, *array.shape)),
}
DTYPES = st.one_of(
    *(npst.boolean_dtypes(), npst.integer_dtypes(endianness="?")),
    *(npst.unsigned_integer_dtypes(endianness="?"), npst.floating_dtypes(endianness="?")),
)
SHAPES = npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
TEXTS = npst.arrays("U4", SHAPES, elements=st.text(max_size=4).map(lambda text: text.rstrip("\0")))


def arrays(dtype: np.dtype[Any]) -> st.SearchStrategy[np.ndarray]:
    """Arrays of a type that a file knows, with NaN and infinity."""
    return npst.arrays(np.float64 if dtype.itemsize > 8 else dtype, SHAPES)


@patiently
@given(DTYPES.flatmap(arrays) | TEXTS, st.sampled_from(sorted(LAYOUTS)))
def test_an_array_comes_back_bit_by_bit(value: np.ndarray, layout: str) -> None:
    """Whatever its type, byte order, shape and place in memory; one without axes is a scalar."""
    value = LAYOUTS[layout](value)
    back = stored(value, ("x",))
    if value.ndim == 0:
        value = np.asarray(value[()])  # a scalar knows no byte order, and no room beyond its text
    assert same(np.asarray(back), value)
    assert isinstance(back, np.generic) == (value.ndim == 0)


@patiently
@given(st.integers(-(10**60), 10**60) | st.floats(allow_nan=False) | st.text() | st.booleans())
def test_a_scalar_of_pythons_comes_back_as_it_is(value: Any) -> None:
    """With its type, and a text with all its characters."""
    if isinstance(value, float) and math.isinf(value):
        assert stored(value, ("x",)) == value
        return
    back = stored(value)
    assert type(back) is type(value)
    assert repr(back) == repr(value)


@patiently
@given(npst.scalar_dtypes().flatmap(npst.from_dtype))
def test_a_scalar_of_numpys_comes_back_or_is_refused(value: Any) -> None:
    """With its type, so that it is printed and computed with as before."""
    kind, size = np.asarray(value).dtype.kind, np.asarray(value).dtype.itemsize
    back = stored_or_error(value)
    if isinstance(back, AuthorError):
        assert kind in "cmMSU" or (size > 8 and value != float(value))
    elif kind == "U":
        assert list(back) == list(value)  # each of its characters: `==` passes over NUL
    elif size > 8:
        assert np.array_equal(back, value, equal_nan=True)
    else:
        assert type(back) is type(value)
        assert back.tobytes() == value.tobytes()


SCALARS = st.one_of(
    *(st.integers(-(2**65), 2**65), st.integers(-9, 9), st.floats(allow_nan=False), st.booleans()),
    *(
        st.text(),
        st.sampled_from(["a\0", "\ud800", None, b"a", 1j, np.float32(0.1), np.int64(2**60)]),
    ),
)


def kind(value: Any) -> str:
    """What an element is: a truth value is no number."""
    if isinstance(value, (bool, np.bool_)):
        return "truth"
    return "text" if isinstance(value, str) else "number"


@patiently
@given(st.recursive(SCALARS, lambda part: st.lists(part, max_size=3) | st.tuples(part, part)))
def test_a_list_holds_the_same_or_is_refused(value: Any) -> None:
    """NumPy would make texts of numbers, numbers of truth values, and round whole numbers."""
    back = stored_or_error(value)
    if isinstance(back, AuthorError):
        return
    pairs = [(value, back.tolist() if isinstance(back, np.ndarray) else back)]
    while pairs:
        given_, kept = pairs.pop()
        if isinstance(given_, (list, tuple)):
            assert len(given_) == len(kept)
            pairs += zip(given_, kept, strict=True)
        else:
            assert (kind(given_), given_) == (kind(kept), kept)


@pytest.mark.parametrize("dtype", NARROW)
def test_a_type_of_few_bits_comes_back_as_one_that_holds_all_of_it(dtype: Any) -> None:
    """All of bfloat16, float8, float4, int4 and their like: every value of the type, not a few."""
    about = ml_dtypes.iinfo if "int" in dtype.__name__ else ml_dtypes.finfo
    bits = about(dtype).bits
    value = np.arange(2**bits, dtype=np.uint16 if bits > 8 else np.uint8).view(dtype)
    back = stored(value, ("x",))
    assert back.dtype.isbuiltin == 1
    numbers = ~np.isnan(back)
    assert (back[numbers].astype(dtype) == value[numbers]).all()
    assert np.isnan(value[~numbers].astype(np.float32)).all()
    assert stored(value[1]) == value[1].astype(float)


@pytest.mark.parametrize(
    "value",
    [
        jnp.arange(6.0).reshape(2, 3),
        jnp.ones((), jnp.int32),
        jnp.zeros((0, 2)),
        jnp.array([True, False]),
        jnp.ones(3, jnp.bfloat16),
        jax.device_put(jnp.arange(4.0), jax.sharding.SingleDeviceSharding(jax.devices()[0])),
        jax.random.key_data(jax.random.key(3)),
        [jnp.ones(2), jnp.zeros(2)],
        (jnp.float32(0.5), 1.5),
    ],
)
def test_arrays_of_jax_are_arrays(value: Any) -> None:
    """Also in lists, of small types, and without axes or elements."""
    expected = np.asarray(value) if not isinstance(value, (list, tuple)) else np.stack(value)
    back = stored(value)
    assert back.shape == expected.shape
    assert np.array_equal(back, expected.astype(float))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (range(3), [0, 1, 2]),
        ([], []),
        ([[], []], [[], []]),
        ([1, 2.5], [1.0, 2.5]),
        ([2**63, 0], [2**63, 0]),
        ([np.float32(0.1), 0.1], [float(np.float32(0.1)), 0.1]),
        (np.zeros(2, "U0"), ["", ""]),
        (("", "a\0b"), ["", "a\0b"]),
        ([np.str_("a"), "b"], ["a", "b"]),
        ([[True], [False]], [[True], [False]]),
    ],
)
def test_lists_and_tuples_are_arrays(value: Any, expected: list[Any]) -> None:
    """Of what they hold, element by element."""
    assert stored(value).tolist() == expected


def test_an_array_of_another_library_is_an_array() -> None:
    """If NumPy reads it with the type and shape that it says."""
    assert same(stored(Tensor("torch.int8", np.int8([1, 2]))), np.int8([1, 2]))


def test_a_file_that_is_mapped_is_an_array(tmp_path: Path) -> None:
    """Its numbers are all there is to it."""
    np.save(tmp_path / "x.npy", np.arange(3))
    assert stored(np.load(tmp_path / "x.npy", mmap_mode="r")).tolist() == [0, 1, 2]


def multiplied(array: np.ndarray) -> None:
    array *= 100


WRITES: dict[str, Callable[[np.ndarray], object]] = {
    "a product in place": multiplied,
    "a part": lambda x: multiplied(x[1:]),
    "its transpose": lambda x: multiplied(x.T),
    "a view": lambda x: multiplied(x.view()),
    "asarray": lambda x: multiplied(np.asarray(x)),
    "astype without a copy": lambda x: multiplied(x.astype(x.dtype, copy=False)),
    "reshape": lambda x: multiplied(x.reshape(-1, 1)),
    "ravel": lambda x: multiplied(x.ravel()),
    "squeeze": lambda x: multiplied(np.atleast_2d(x).squeeze()),
    "flip": lambda x: multiplied(np.flip(x)),
    "split": lambda x: multiplied(np.array_split(x, 2)[0]),
    "frombuffer": lambda x: multiplied(np.frombuffer(x)),
    "masked": lambda x: np.ma.asarray(x).__setitem__(0, 1),
    "an element": lambda x: x.__setitem__(0, 9),
    "a swap": lambda x: x.__setitem__([0, 1], x[[1, 0]]),
    "sort": lambda x: x.sort(),
    "partition": lambda x: x.partition(1),
    "shuffle": np.random.shuffle,
    "a generator's shuffle": lambda x: np.random.default_rng().shuffle(x),
    "out": lambda x: np.multiply(x, 2, out=x),
    "clip": lambda x: np.clip(x, 0, 1, out=x),
    "fill": lambda x: x.fill(0),
    "put": lambda x: np.put(x, [0], [9]),
    "place": lambda x: np.place(x, x > 0, 0),
    "putmask": lambda x: np.putmask(x, x > 0, 0),
    "copyto": lambda x: np.copyto(x, 1),
    "nan_to_num": lambda x: np.nan_to_num(x, copy=False),
    "byteswap": lambda x: x.byteswap(inplace=True),
    "resize": lambda x: x.resize((2,)),
    "flat": lambda x: x.flat.__setitem__(0, 1),
    "memoryview": lambda x: memoryview(x).__setitem__(0, 9.0),
    "setflags": lambda x: x.setflags(write=True),
    "the flag of a view": lambda x: setattr(x.view().flags, "writeable", True),
}


@pytest.mark.parametrize("way", WRITES)
def test_no_figure_writes_to_a_result(way: str) -> None:
    """Whatever it tries, also without meaning to; the flag cannot be turned back either."""
    array = stored(np.array([3.0, 1.0, 2.0]))
    with pytest.raises((ValueError, TypeError)) as caught:
        WRITES[way](array)
    assert results.is_read_only(caught.value)
    assert array.tolist() == [3.0, 1.0, 2.0]


def test_what_writes_past_the_flag_is_found_out() -> None:
    """As `np.add.at` does, which knows no flags, and what is written in C may."""
    fields = {"x": stored(np.array([[3.0, 1.0]]).T), "words": stored(["a", "b"]), "n": 1}
    with results.unwritten(fields):
        np.sort(fields["x"])
    with pytest.raises(ValueError, match="wrote to `x`") as caught, results.unwritten(fields):
        np.add.at(fields["x"][:, 0], 0, 1)
    assert results.is_read_only(caught.value)


@pytest.mark.parametrize(
    "copied", [np.copy, np.array, np.sort, list, lambda x: x * 1, np.ndarray.tolist]
)
def test_what_is_computed_of_a_result_can_be_written_to(copied: Callable[[Any], Any]) -> None:
    """A copy is the figure's own."""
    copy = copied(stored(np.array([3.0, 1.0])))
    copy[0] = 9
    assert copy[0] == 9


@pytest.mark.parametrize(
    "statement",
    ["percent = result.y; percent *= 100", "result.slope *= 100", "np.add.at(result.y, 0, 1)"],
)
def test_a_figure_that_writes_to_a_result_is_told_what_to_write(
    project: Project, statement: str
) -> None:
    """Drawn for light, dark and paper, it would show three other numbers."""
    project.edit(
        "experiments/line.py", "    ax.plot(result.y, ", f"    {statement}\n    ax.plot(result.y, "
    )
    hint = "Results are read-only, for a figure is drawn several times"
    done = project.build()
    assert_refused(done, "experiments/line.py:", "the figure `line.rising` failed", hint)
    assert "`percent = result.accuracy * 100`" in done.err
