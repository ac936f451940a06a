"""What a test's answer proves: Bayes' rule for a decoder used as evidence."""

import numpy as np
from jaxtyping import Float


def posterior(
    base_rate: Float[np.ndarray, "*n"] | float,
    sensitivity: Float[np.ndarray, "*n"] | float,
    specificity: Float[np.ndarray, "*n"] | float,
) -> Float[np.ndarray, "*n"]:
    """Probability of guilt after a positive answer. Source: Bayes, 1763."""
    caught = np.asarray(base_rate) * sensitivity
    accused = (1 - np.asarray(base_rate)) * (1 - specificity)
    return caught / (caught + accused)


def needed_specificity(base_rate: float, sensitivity: float, certainty: float) -> float:
    """The specificity at which a positive answer gives that certainty."""
    odds = base_rate / (1 - base_rate) * (1 - certainty) / certainty
    return 1 - sensitivity * odds


def resampled(
    shares: Float[np.ndarray, "subjects kinds"], resamples: int = 2000
) -> Float[np.ndarray, "resamples kinds"]:
    """Mean shares of subjects drawn with replacement; a subject's shares stay together."""
    drawn = np.random.default_rng(0).integers(len(shares), size=(resamples, len(shares)))
    return shares[drawn].mean(axis=1)
