"""Intervals of uncertainty, each with the name that a slide has to give."""

import numpy as np
from jaxtyping import Float, Int


def wilson(
    share: Float[np.ndarray, "*n"] | float, trials: int
) -> tuple[Float[np.ndarray, "*n"], Float[np.ndarray, "*n"]]:
    """Wilson's 95 % interval of a share of `trials`. Source: Wilson, JASA 22, 1927, eq. 4."""
    z = 1.96
    share = np.asarray(share)
    middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = np.sqrt(share * (1 - share) / trials + (z / (2 * trials)) ** 2) * z / (1 + z**2 / trials)
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def bootstrap(
    values: Float[np.ndarray, " n"],
    groups: Int[np.ndarray, " n"] | None = None,
    resamples: int = 10_000,
) -> tuple[float, float]:
    """95 % percentile interval of a mean; whole groups are drawn where cases come in groups.

    Pass differences, case by case, for a paired comparison of two models.
    Source: Efron, Annals of Statistics 7, 1979.
    """
    each = np.arange(len(values)) if groups is None else groups
    numbers = np.unique(each, return_inverse=True)[1]
    sums, counts = np.bincount(numbers, values), np.bincount(numbers)
    drawn = np.random.default_rng(0).integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def standard_error(values: Float[np.ndarray, "seeds *n"]) -> Float[np.ndarray, "*n"]:
    """Standard error of the mean over the first axis."""
    return values.std(axis=0, ddof=1) / np.sqrt(len(values))
