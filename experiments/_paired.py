"""Whether two models, each trained with several seeds, really differ on the same cases."""

import numpy as np
from jaxtyping import Float


def crossed_bootstrap(
    differences: Float[np.ndarray, "seeds cases"], resamples: int = 10_000
) -> tuple[float, float]:
    """95 % percentile interval of a mean over seeds and cases, both drawn anew.

    Either alone would be too narrow: another start gives another network, and other cases are
    other questions. Source: Owen, The Pigeonhole Bootstrap, Annals of Applied Statistics 1, 2007.
    """
    random, (seeds, cases) = np.random.default_rng(0), differences.shape
    by_seed = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
    by_case = random.multinomial(cases, np.full(cases, 1 / cases), size=resamples) / cases
    means = ((by_seed @ differences) * by_case).sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def judge(low: float, high: float) -> str:
    """What the interval of a gain says in a word that fits before "better" or alone."""
    return "clearly better" if low > 0 else "clearly worse" if high < 0 else "not clearly different"
