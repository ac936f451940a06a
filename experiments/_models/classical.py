"""Classical learners in a few lines each: discriminants, k-means, regressions.

Source: Fisher, The use of multiple measurements in taxonomic problems, 1936; Lloyd, Least squares
quantization in PCM, 1982.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Discriminant(NamedTuple):
    """A weighted sum for each class; the largest is the answer."""

    weights: Float[np.ndarray, "features classes"]
    biases: Float[np.ndarray, " classes"]

    def answer(self, x: Float[np.ndarray, "n features"]) -> Int[np.ndarray, " n"]:
        return (x @ self.weights + self.biases).argmax(axis=1)


def discriminant(
    x: Float[np.ndarray, "n features"], classes: Int[np.ndarray, " n"]
) -> Discriminant:
    """Normal clouds of one shape around a mean for each class: boundaries are straight.

    The shape is estimated along with the means, so units of measurement make no difference.
    """
    counts = np.bincount(classes)
    means = np.stack([x[classes == each].mean(axis=0) for each in range(len(counts))])
    away = x - means[classes]
    covariance = away.T @ away / (len(x) - len(counts))
    weights = np.linalg.solve(covariance, means.T)
    return Discriminant(weights, np.log(counts / len(x)) - (means.T * weights).sum(axis=0) / 2)


def k_means(
    x: Float[np.ndarray, "n features"], k: int, seed: int, starts: int = 10
) -> Float[np.ndarray, "k features"]:
    """The centres with the smallest squared distances to the points, of several random starts."""
    rng, best, least = np.random.default_rng(seed), x[:k], np.inf
    for _ in range(starts):
        centres, member = x[rng.choice(len(x), k, replace=False)], None
        while True:
            nearest = nearest_centre(x, centres)
            if member is not None and (nearest == member).all():
                break
            member = nearest
            sizes = np.bincount(member, minlength=k)[:, None]
            sums = np.eye(k)[member].T @ x
            centres = np.where(sizes > 0, sums / np.maximum(sizes, 1), centres)
        error = ((x - centres[member]) ** 2).sum()
        if error < least:
            best, least = centres, error
    return best


def nearest_centre(
    x: Float[np.ndarray, "n features"], centres: Float[np.ndarray, "k features"]
) -> Int[np.ndarray, " n"]:
    return ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)


def logistic_regression(
    x: Float[np.ndarray, "n features"], y: Int[np.ndarray, " n"], penalty: float = 1.0
) -> Float[np.ndarray, " features+1"]:
    """Weights and, last, the bias; the squares of the weights are penalised. By Newton's method.

    Source: Cox, The regression analysis of binary sequences, 1958.
    """
    inputs = np.column_stack([x, np.ones(len(x))])
    shrink = penalty * np.append(np.ones(x.shape[1]), 0)
    weights = np.zeros(inputs.shape[1])
    for _ in range(20):
        p = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (p - y) + shrink * weights
        curvature = (inputs.T * (p * (1 - p))) @ inputs + np.diag(shrink)
        weights -= np.linalg.solve(curvature, slope)
    return weights


def ridge(
    x: Float[np.ndarray, "n f"], y: Float[np.ndarray, " n"], train: Int[np.ndarray, " a"]
) -> Float[np.ndarray, " n"]:
    """Predictions for all cases; leave-one-out on the training ones chooses the strength.

    Source: Hoerl and Kennard, Ridge regression, 1970; Golub, Heath and Wahba, 1979.
    """
    mean, best, least = y[train].mean(), np.zeros(x.shape[1]), np.inf
    u, s, v = np.linalg.svd(x[train], full_matrices=False)
    along = u.T @ (y[train] - mean)
    for strength in 10.0 ** np.arange(-1, 4, 0.5):
        shrunk = s**2 / (s**2 + strength)
        leverage = (u**2 * shrunk).sum(axis=1) + 1 / len(train)
        left_out = (((y[train] - mean - u @ (shrunk * along)) / (1 - leverage)) ** 2).mean()
        if left_out < least:
            best, least = v.T @ (s / (s**2 + strength) * along), left_out
    return mean + x @ best
