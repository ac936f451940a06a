"""How a live value reads: `percent`, `points`, `number`, `seconds`, `bytes`, `si`; with its spread.

A tuple holds the values of several runs, one per seed; it reads as their mean ± their standard
deviation, rounded to what the deviation leaves of significance.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from livedeck.errors import did_you_mean

Value = float | int | bool | str | tuple[float, ...]
Filter = tuple[str, tuple[object, ...]]

MINUS = "\u2212"
GAP = "\u202f"  # narrow, and no line breaks at it
PLUS_MINUS = "\u00a0±\u00a0"
TIMES = f"{GAP}\u00d7{GAP}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
GROUPED_FROM = 10_000
MOST_DIGITS = 12
SIGNIFICANT = 3

Scale = Sequence[tuple[float, str]]
BYTES: Scale = ((1, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB"), (1e15, "PB"))
SI: Scale = (
    (1e-9, "n"),
    (1e-6, "µ"),
    (1e-3, "m"),
    (1, ""),
    (1e3, "k"),
    (1e6, "M"),
    (1e9, "G"),
    (1e12, "T"),
    (1e15, "P"),
)
SECONDS: Scale = ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1, "s"))
LONG_SECONDS: Scale = ((60, "min"), (3600, "h"))


class FilterError(ValueError):
    """A filter that does not exist, or that a value or an argument does not suit."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}. {hint}" if hint else message)
        self.message, self.hint = message, hint


def of_manifest(value: Any) -> Value:
    """A value as filters take it, of what JSON makes of it: a list is a tuple."""
    return tuple(value) if isinstance(value, list) else value


def apply(value: Value, filters: Sequence[Filter] = ()) -> str:
    """Formats a value by its filters, or as becomes its type when there is none."""
    check(filters)
    if filters:
        name, arguments = filters[0]
        try:
            return FILTERS[name](numbers(value, name), digits_of(name, arguments))
        except OverflowError as error:
            hint = "Cite it without a filter, or compute its logarithm."
            raise FilterError(f"`{name}` cannot show a number beyond 1e308", hint) from error
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(numbers(value, "a live value"), None)


def check(filters: Sequence[Filter]) -> None:
    """Raises a FilterError for filters that suit no value, so before there is one."""
    for name, arguments in filters:
        if name not in FILTERS:
            raise FilterError(f"there is no filter `{name}`", did_you_mean(name, FILTERS))
        digits_of(name, arguments)
    if len(filters) > 1:
        first, second = filters[0][0], filters[1][0]
        raise FilterError(f"`{second}` cannot follow `{first}`, which has made text", "Keep one.")


def explain(value: Value, filters: Sequence[Filter] = ()) -> str:
    """Says how a text came about: what was averaged, or the number before it was rounded."""
    if isinstance(value, str | bool):
        return ""
    if isinstance(value, tuple) and len(value) > 1:
        return f"mean ± standard deviation of {len(value)} values"
    exact = f"{value[0] if isinstance(value, tuple) else value}".replace("-", MINUS)
    return "" if exact == apply(value, filters) else exact


def numbers(value: Value, name: str) -> tuple[float, ...]:
    """The value as a tuple of numbers that can be formatted, or a FilterError."""
    if isinstance(value, str | bool):
        raise FilterError(f"`{name}` needs a number, and this is {value!r}")
    values = value if isinstance(value, tuple) else (value,)
    if not values:
        raise FilterError(f"`{name}` needs a number, and there is none")
    if any(isinstance(each, str) for each in values):
        raise FilterError(
            f"`{name}` needs a number, and these are texts", "Cite one of them: `[0]`."
        )
    if not all(isinstance(each, int) or math.isfinite(each) for each in values):
        raise FilterError(f"`{name}` needs a number, and this is not one: {value}")
    return values


def digits_of(name: str, arguments: tuple[object, ...]) -> int | None:
    """The number of decimals that a filter was given."""
    if not arguments:
        return None
    digits, *more = arguments
    if more or not isinstance(digits, int) or isinstance(digits, bool):
        hint = f"Write `{name}` or `{name}(2)`."
        raise FilterError(f"`{name}` takes one argument, the number of decimals", hint)
    if not 0 <= digits <= MOST_DIGITS:
        raise FilterError(f"`{name}` shows 0 to {MOST_DIGITS} decimals, not {digits}")
    return digits


def mean(values: tuple[float, ...]) -> float:
    if len(values) == 1:
        return values[0]
    try:
        return math.fsum(values) / len(values)
    except OverflowError:
        return math.fsum(value / len(values) for value in values)


def spread(values: tuple[float, ...]) -> float | None:
    """The sample standard deviation; None for a single value."""
    if len(values) == 1:
        return None
    average = mean(values)
    try:
        return math.sqrt(math.fsum((value - average) ** 2 for value in values) / (len(values) - 1))
    except OverflowError:
        return math.hypot(*(value - average for value in values)) / math.sqrt(len(values) - 1)


def decimals(deviation: float) -> int:
    """The decimals that show one significant digit of a deviation."""
    if deviation == 0:
        return 0
    return max(0, -int(f"{deviation:.0e}".partition("e")[2]))


def fixed(value: float, digits: int) -> str:
    """A number with so many decimals, its thousands in groups from 10 000 on."""
    text = f"{value:,d}" if isinstance(value, int) and not digits else f"{value:,.{digits}f}"
    if round(abs(value), digits) < GROUPED_FROM:
        text = text.replace(",", "")
    negative = text.startswith("-") and any(digit in text for digit in "123456789")
    return (MINUS if negative else "") + text.lstrip("-").replace(",", GAP)


def significant(value: float) -> str:
    """A number with three significant digits, or all of those before the decimal point."""
    if value == 0 or isinstance(value, int):
        return fixed(value, 0)
    mantissa, _, exponent = f"{value:.{SIGNIFICANT - 1}e}".partition("e")
    if int(exponent) < -4 or int(exponent) >= 15:
        power = str(int(exponent)).translate(SUPERSCRIPTS)
        text = mantissa.rstrip("0").rstrip(".").replace("-", MINUS)
        return f"{text}{TIMES}10{power}"
    digits = max(0, SIGNIFICANT - 1 - int(exponent))
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if digits else text


def number(values: tuple[float, ...], digits: int | None) -> str:
    """`3.14`, `17 970`, `0.052 ± 0.003`."""
    deviation = spread(values)
    if deviation is None:
        return significant(values[0]) if digits is None else fixed(values[0], digits)
    if digits is None:
        digits = min(decimals(deviation), MOST_DIGITS)
        if deviation == 0:
            return f"{significant(mean(values))}{PLUS_MINUS}0"
    return f"{fixed(mean(values), digits)}{PLUS_MINUS}{fixed(deviation, digits)}"


def percent(values: tuple[float, ...], digits: int | None) -> str:
    """`97.8 ± 0.4 %` of a share between 0 and 1; one decimal at most, if not told otherwise."""
    hundredths = tuple(100 * value for value in values)
    if not all(map(math.isfinite, hundredths)):
        raise OverflowError
    deviation = spread(hundredths)
    if digits is None:
        digits = 1 if not deviation else min(1, decimals(deviation))
    text = fixed(mean(hundredths), digits)
    if deviation is not None:
        text += PLUS_MINUS + fixed(deviation, digits)
    return f"{text}{GAP}%"


def points(values: tuple[float, ...], digits: int | None) -> str:
    """`2.0 points`: the difference of two shares in percentage points."""
    return percent(values, digits).removesuffix("%") + "points"


def scaled(values: tuple[float, ...], digits: int | None, scale: Scale) -> str:
    """A number in the unit that leaves one to three digits before its decimal point."""
    size = abs(mean(values))
    index = 0
    while index + 1 < len(scale) and size >= 0.9995 * scale[index + 1][0]:
        index += 1
    if size == 0:
        index = next(i for i, (factor, _) in enumerate(scale) if factor == 1)
    factor, unit = scale[index]
    deviation = spread(values)
    if digits is None and deviation:
        digits = min(1, decimals(deviation / factor))
    if digits is None:
        whole = factor == 1 and float(size).is_integer()
        digits = 0 if whole or size / factor >= 9.95 else 1
    text = fixed(mean(values) / factor, digits)
    if deviation is not None:
        text += PLUS_MINUS + fixed(deviation / factor, digits)
    return f"{text}{GAP}{unit}".rstrip()


def seconds(values: tuple[float, ...], digits: int | None) -> str:
    """`35 ms`, `6.2 s`, `1 min 12 s`, `2 h 5 min`; minutes with decimals if there is a spread."""
    size = abs(mean(values))
    if size < 59.5:
        return scaled(values, digits, SECONDS)
    if digits is not None or len(values) > 1:
        return scaled(values, digits, LONG_SECONDS)
    sign = MINUS if values[0] < 0 else ""
    if round(size) < 3600:
        (large, small), units = divmod(round(size), 60), ("min", "s")
    else:
        (large, small), units = divmod(round(size / 60), 60), ("h", "min")
    text = f"{sign}{fixed(large, 0)}{GAP}{units[0]}"
    return f"{text}\u00a0{small}{GAP}{units[1]}" if small else text


def in_bytes(values: tuple[float, ...], digits: int | None) -> str:
    """`512 B`, `1.2 kB`, `34 MB`; a kB has 1000 bytes."""
    return scaled(values, digits, BYTES)


def si(values: tuple[float, ...], digits: int | None) -> str:
    """`1.2 M`, `34 k`, `567`."""
    return scaled(values, digits, SI)


FILTERS: dict[str, Callable[[tuple[float, ...], int | None], str]] = {
    "percent": percent,
    "points": points,
    "number": number,
    "seconds": seconds,
    "bytes": in_bytes,
    "si": si,
}
