"""Exponential growth in a table of facts: doubling times, their intervals, forecasts put to a test.

Each table in `deck/data` holds landmark models with a year, a quantity and the source of both.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

MOORE = 2.0  # years to double. Source: Moore, Progress in Digital Integrated Electronics, 1975


class Facts(NamedTuple):
    """Models in the order of their years."""

    names: tuple[str, ...]
    years: Float[np.ndarray, " models"]
    values: Float[np.ndarray, " models"]


class Growth(NamedTuple):
    """A line through logarithms, with 95 % percentile intervals of a bootstrap over models."""

    doubling: float  # years
    low: float
    high: float
    years: Float[np.ndarray, " grid"]
    line: Float[np.ndarray, " grid"]
    line_low: Float[np.ndarray, " grid"]
    line_high: Float[np.ndarray, " grid"]


class Forecast(NamedTuple):
    """By which factor forecasts from the earlier half miss the later half, at the median."""

    known_until: int  # the last year of the earlier half
    trend: float
    moore: float
    persistence: float  # all as large as the models of that year, in the geometric mean


def read_facts(path: Path, quantity: str) -> Facts:
    """The table of one file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
    rows.sort(key=lambda row: row["year"])
    return Facts(
        names=tuple(row["name"] for row in rows),
        years=np.array([row["year"] for row in rows], float),
        values=np.array([row[quantity] for row in rows], float),
    )


def fit(
    years: Float[np.ndarray, "*b models"], values: Float[np.ndarray, "*b models"]
) -> tuple[Float[np.ndarray, "*b 1"], Float[np.ndarray, "*b 1"], Float[np.ndarray, "*b 1"]]:
    """Least squares of log2(value) on the year: doublings a year, and the point of the means."""
    logs = np.log2(values)
    year, log = years.mean(axis=-1, keepdims=True), logs.mean(axis=-1, keepdims=True)
    spread = ((years - year) ** 2).sum(axis=-1, keepdims=True)
    slope = ((years - year) * (logs - log)).sum(axis=-1, keepdims=True) / spread
    return slope, year, log


def grow(facts: Facts, resamples: int) -> Growth:
    """The growth of a table, whose models are drawn again and again for its uncertainty."""
    n = len(facts.years)
    drawn = np.random.default_rng(0).integers(n, size=(resamples, n))
    drawn[0] = np.arange(n)  # the table itself comes first
    # A draw may hold too few different years to have a slope.
    drawn = drawn[[len(set(facts.years[row])) > 2 for row in drawn]]
    slope, year, log = fit(facts.years[drawn], facts.values[drawn])
    low, high = np.quantile(slope, (0.025, 0.975))
    grid = np.linspace(facts.years.min(), facts.years.max(), 60)
    lines = 2 ** (log + slope * (grid - year))
    line_low, line_high = np.quantile(lines, (0.025, 0.975), axis=0)
    never = 1e-3  # doublings a year: what grows no faster is said to double in 1000 years
    doubling, shortest, longest = (1 / max(float(s), never) for s in (slope[0, 0], high, low))
    return Growth(doubling, shortest, longest, grid, lines[0], line_low, line_high)


def forecast(facts: Facts) -> Forecast:
    """Fits the earlier half of the models and forecasts the later half; years stay whole."""
    past = facts.years < facts.years[len(facts.years) // 2]
    known, asked = facts.years[past], facts.years[~past]
    logs, truth = np.log2(facts.values[past]), np.log2(facts.values[~past])
    slope, year, log = fit(known, facts.values[past])
    guesses = (
        log + slope * (asked - year),
        log + (asked - year) / MOORE,
        np.full(len(asked), logs[known == known.max()].mean()),
    )
    misses = [np.median(abs(guess - truth)) for guess in guesses]
    return Forecast(int(known.max()), *(float(2**miss) for miss in misses))
