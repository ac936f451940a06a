"""Learning curves as power laws that level off: error = scale x n^-exponent + floor.

Source: Hestness et al., Deep Learning Scaling is Predictable, Empirically, 2017; Rosenfeld et al.,
A Constructive Prediction of the Generalization Error Across Scales, 2020.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float


class PowerLaw(NamedTuple):
    """Three numbers for each of the curves fitted."""

    scale: Float[np.ndarray, " curves"]
    exponent: Float[np.ndarray, " curves"]
    floor: Float[np.ndarray, " curves"]

    def __call__(self, n: Float[np.ndarray, " sizes"]) -> Float[np.ndarray, "curves sizes"]:
        """The error of every curve at every size."""
        parts = (self.scale[:, None], self.exponent[:, None], self.floor[:, None])
        return parts[0] * np.asarray(n, float) ** -parts[1] + parts[2]


def fit(
    n: Float[np.ndarray, " sizes"],
    errors: Float[np.ndarray, "curves sizes"],
    *,
    floors: int = 100,
) -> PowerLaw:
    """Least squares of the logarithm of the error.

    Given the floor, the rest is a straight line through log(error - floor), whose weights turn a
    small change of it into one of log(error); so the floor alone is searched, from 0 to just below
    the smallest error.
    """
    shares = np.linspace(0, 0.99, floors)
    floor = shares * errors.min(axis=1, keepdims=True)  # curves x floors
    above = errors[:, None] - floor[..., None]  # curves x floors x sizes
    x, y = np.log(np.asarray(n, float)), np.log(above)
    weights = (above / errors[:, None]) ** 2
    weights /= weights.sum(axis=-1, keepdims=True)
    x_mean = (weights * x).sum(axis=-1, keepdims=True)
    y_mean = (weights * y).sum(axis=-1, keepdims=True)
    slope = (weights * (x - x_mean) * (y - y_mean)).sum(axis=-1, keepdims=True)
    slope /= (weights * (x - x_mean) ** 2).sum(axis=-1, keepdims=True)
    slope = np.minimum(slope, 0)
    power = np.exp(y_mean + slope * (x - x_mean))
    misses = np.log(power + floor[..., None]) - np.log(errors[:, None])
    best = (misses**2).sum(axis=-1).argmin(axis=1)
    rows = np.arange(len(errors))
    log_scale = y_mean - slope * x_mean
    return PowerLaw(np.exp(log_scale[rows, best, 0]), -slope[rows, best, 0], floor[rows, best])


def resample(
    errors: Float[np.ndarray, "seeds sizes"], resamples: int = 500
) -> Float[np.ndarray, "resamples sizes"]:
    """Mean curves of seeds drawn again and again; the first is the mean curve itself."""
    seeds = len(errors)
    drawn = np.random.default_rng(0).integers(seeds, size=(resamples, seeds))
    drawn[0] = np.arange(seeds)
    return errors[drawn].mean(axis=1)
