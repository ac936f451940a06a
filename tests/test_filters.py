"""A live value reads as a person would write it, with as many digits as it deserves."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livedeck.filters import MINUS, TIMES, FilterError, Value, apply, explain

patiently = settings(deadline=None)  # a busy machine is no mistake
SEEDS = (0.975, 0.978, 0.983, 0.976)

WRITTEN = [
    # value, filter, text with ordinary spaces and signs
    (SEEDS, "percent", "97.8 ± 0.4 %"),
    (SEEDS, "percent(2)", "97.80 ± 0.36 %"),
    (SEEDS, "percent(0)", "98 ± 0 %"),
    (0.978, "percent", "97.8 %"),
    ((0.978,), "percent", "97.8 %"),
    (1.0, "percent", "100.0 %"),
    ((0.9, 0.6), "percent", "75 ± 21 %"),
    ((0.9, 0.9), "percent", "90.0 ± 0.0 %"),
    ((0.97800, 0.97801), "percent", "97.8 ± 0.0 %"),
    (-0.052, "percent", "-5.2 %"),
    (-0.0001, "percent", "0.0 %"),
    (0.02, "points", "2.0 points"),
    (1797, "", "1797"),
    (17970, "", "17 970"),
    (-1234567, "", "-1 234 567"),
    (9007199254740993, "", "9 007 199 254 740 993"),
    (10**400, "", "10" + 133 * " 000"),
    (0.97812, "", "0.978"),
    (0.5, "", "0.5"),
    (3.14159, "", "3.14"),
    (99.97, "", "100"),
    (123456.7, "", "123 457"),
    (0.00012345, "", "0.000123"),
    (1.2345e-7, "", "1.23 x 10⁻⁷"),
    (-2.5e20, "", "-2.5 x 10²⁰"),
    (0.0, "", "0"),
    (SEEDS, "", "0.978 ± 0.004"),
    ((3, 5, 4), "", "4 ± 1"),
    ((3, 3), "", "3 ± 0"),
    ((0.00123, 0.00127, 0.00125), "", "0.00125 ± 0.00002"),
    ((12345.0, 12999.0), "", "12 672 ± 462"),
    (True, "", "yes"),
    (False, "", "no"),
    ("cat", "", "cat"),
    (3.14159, "number(2)", "3.14"),
    (2, "number(2)", "2.00"),
    (3.14159, "number", "3.14"),
    (12345.678, "number(1)", "12 345.7"),
    (SEEDS, "number(2)", "0.98 ± 0.00"),
    (6.2, "seconds", "6.2 s"),
    (35e-3, "seconds", "35 ms"),
    (15e-6, "seconds", "15 µs"),
    (12.4, "seconds", "12 s"),
    (12.4, "seconds(1)", "12.4 s"),
    (72, "seconds", "1 min 12 s"),
    (59.7, "seconds", "1 min"),
    (3599.8, "seconds", "1 h"),
    (7500, "seconds", "2 h 5 min"),
    (0, "seconds", "0 s"),
    ((6.1, 6.5), "seconds", "6.3 ± 0.3 s"),
    ((66.1, 76.5), "seconds", "1.2 ± 0.1 min"),
    (512, "bytes", "512 B"),
    (1234, "bytes", "1.2 kB"),
    (999_999, "bytes", "1.0 MB"),
    (345e6, "bytes", "345 MB"),
    (2.5e9, "bytes", "2.5 GB"),
    (1_200_000, "si", "1.2 M"),
    (34_000, "si", "34 k"),
    (567, "si", "567"),
    (34_567, "si(2)", "34.57 k"),
    ((1.0e6, 1.2e6), "si", "1.1 ± 0.1 M"),
]

REFUSED = [
    (0.5, [("percnt", ())], "there is no filter `percnt`. Did you mean `percent`?"),
    ("cat", [("percent", ())], "`percent` needs a number, and this is 'cat'"),
    (True, [("si", ())], "`si` needs a number, and this is True"),
    (math.nan, [], "`a live value` needs a number, and this is not one: nan"),
    ((), [("percent", ())], "`percent` needs a number, and there is none"),
    (
        0.5,
        [("percent", ()), ("si", ())],
        "`si` cannot follow `percent`, which has made text. Keep one.",
    ),
    (0.5, [("number", (99,))], "`number` shows 0 to 12 decimals, not 99"),
    (
        0.5,
        [("number", ("two",))],
        "`number` takes one argument, the number of decimals. Write `number` or `number(2)`.",
    ),
]


def filters(text: str) -> list[tuple[str, tuple[object, ...]]]:
    """Reads `number(2)` as the slides' Markdown does."""
    name, _, digits = text.rstrip(")").partition("(")
    return [(name, (int(digits),) if digits else ())] if name else []


@pytest.mark.parametrize(("value", "form", "text"), WRITTEN)
def test_a_value_reads_as_written(value: Value, form: str, text: str) -> None:
    """Groups, units and signs are set apart by spaces at which no line breaks."""
    written = apply(value, filters(form))
    assert not set(written) & set(" -")
    plain = written.replace(TIMES, " x ").replace(MINUS, "-")
    assert plain.replace("\u202f", " ").replace("\u00a0", " ") == text


@pytest.mark.parametrize(("value", "names", "message"), REFUSED)
def test_what_cannot_be_formatted_is_said_clearly(
    value: Value, names: list[tuple[str, tuple[object, ...]]], message: str
) -> None:
    """The error names the filter, what is wrong and what to write."""
    with pytest.raises(FilterError) as caught:
        apply(value, names)
    assert str(caught.value) == message


def test_a_tooltip_explains_a_text() -> None:
    """It says what was averaged, or what was rounded; of a text that is exact, nothing."""
    assert explain(SEEDS, [("percent", ())]) == "mean ± standard deviation of 4 values"
    assert explain((0.97812,), [("percent", ())]) == "0.97812"
    assert explain(0.97812) == "0.97812"
    assert explain(42) == ""
    assert explain("cat") == ""


@pytest.mark.parametrize("value", [(1e308, 1.5e308), (1e200, 3e200), (-1e308, 1e308)])
def test_numbers_near_the_largest_have_a_text(value: Value) -> None:
    """Their sums and squares are beyond what a float holds."""
    assert apply(value)


@pytest.mark.parametrize("form", ["percent", "number(2)", "seconds", "bytes", "si"])
def test_a_whole_number_beyond_all_floats_suits_no_filter(form: str) -> None:
    """It can be cited as it is."""
    with pytest.raises(FilterError, match="cannot show a number beyond 1e308"):
        apply(10**400, filters(form))
    with pytest.raises(FilterError, match="cannot show a number beyond 1e308"):
        apply(1e307, filters("percent"))


@patiently
@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False, width=32),
        st.integers(-(10**18), 10**18),
        st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5).map(tuple),
    ),
    st.sampled_from(["", "percent", "points", "number", "seconds", "bytes", "si", "number(3)"]),
)
def test_every_finite_number_has_a_text(value: Value, form: str) -> None:
    """No filter fails on a number, and none leaves a hyphen for a minus or a negative zero."""
    text = apply(value, filters(form))
    assert text
    assert not set(text) & set("-e")
    assert not (text.startswith(MINUS) and not any(digit in text for digit in "123456789"))


@patiently
@given(st.floats(1e-4, 1e14))
def test_three_significant_digits_are_near_the_number(value: float) -> None:
    """What is shown without a filter is within half a percent of the value."""
    shown = float(apply(value).replace("\u202f", ""))
    assert math.isclose(shown, value, rel_tol=0.0051)
