"""Normal clouds, and how to find them in points without labels: expectation-maximisation.

Source: Dempster, Laird and Rubin, Maximum likelihood from incomplete data, 1977.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Mixture(NamedTuple):
    """Normal clouds."""

    weights: Float[np.ndarray, " k"]
    centres: Float[np.ndarray, "k 2"]
    covariances: Float[np.ndarray, "k 2 2"]


def log_joint(mixture: Mixture, x: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n k"]:
    """Logarithm of weight times density, up to a constant."""
    away = x[:, None] - mixture.centres
    square = np.einsum("nki,kij,nkj->nk", away, np.linalg.inv(mixture.covariances), away)
    return np.log(mixture.weights) - (np.linalg.slogdet(mixture.covariances)[1] + square) / 2


def expectation_maximisation(
    x: Float[np.ndarray, "n 2"], clusters: Int[np.ndarray, " n"], rounds: int = 100
) -> Mixture:
    """A mixture fitted to points without classes, starting from a partition of them."""
    shares = np.eye(clusters.max() + 1)[clusters]
    for _ in range(rounds):
        total = shares.sum(axis=0)
        centres = shares.T @ x / total[:, None]
        away = x[:, None] - centres
        covariances = np.einsum("nk,nki,nkj->kij", shares, away, away) / total[:, None, None]
        covariances += 1e-6 * np.eye(2)  # no cloud may shrink to a point
        mixture = Mixture(total / len(x), centres, covariances)
        density = log_joint(mixture, x)
        shares = np.exp(density - np.logaddexp.reduce(density, axis=1, keepdims=True))
    return mixture
