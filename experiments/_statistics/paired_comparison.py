"""Whether two models, each trained with several seeds, really differ on the same cases."""

from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int


def crossed_bootstrap(
    differences: Float[np.ndarray, "seeds cases"], resamples: int = 10_000
) -> tuple[float, float]:
    """95 % percentile interval of a mean over seeds and cases, both drawn anew.

    Either alone would be too narrow: another start gives another network, and other cases are
    other questions. Source: Owen, The Pigeonhole Bootstrap, Annals of Applied Statistics 1, 2007.
    """
    by_seed, by_case = _drawn(*differences.shape, resamples)
    means = ((by_case @ differences.T) * by_seed).sum(axis=1) / differences.size
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


@lru_cache(maxsize=1)  # of several comparisons on the same cases, only the first has to draw
def _drawn(
    seeds: int, cases: int, resamples: int
) -> tuple[Int[np.ndarray, "resamples seeds"], Float[np.ndarray, "resamples cases"]]:
    """How often each resample has each seed and each case; the latter as floats, for a product."""
    random = np.random.default_rng(0)
    by_seed = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples)
    by_case = random.multinomial(cases, np.full(cases, 1 / cases), size=resamples)
    return by_seed, by_case.astype(float)


def judge(low: float, high: float) -> str:
    """What the interval of a gain says in a word that fits before "better" or alone."""
    return "clearly better" if low > 0 else "clearly worse" if high < 0 else "not clearly different"
