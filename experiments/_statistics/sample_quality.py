"""How well samples of a generative model agree with real images, judged by nearest neighbours.

Source: Naeem and others, Reliable Fidelity and Diversity Metrics for Generative Models, 2020.
"""

import numpy as np
from jaxtyping import Bool, Float

NEIGHBOURS = 5  # how far an image reaches


def distances(
    x: Float[np.ndarray, "n 64"], y: Float[np.ndarray, "m 64"]
) -> Float[np.ndarray, "n m"]:
    """Euclidean distances between all images of two sets."""
    squares = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.sqrt(np.maximum(squares, 0))


def reached(x: Float[np.ndarray, "n 64"], y: Float[np.ndarray, "m 64"]) -> Bool[np.ndarray, "n m"]:
    """Which images of x lie nearer to an image of y than its fifth neighbour in y does."""
    reach = np.sort(distances(y, y), axis=1)[:, NEIGHBOURS]  # the first is the image itself
    return distances(x, y) <= reach


def two_samples(x: Float[np.ndarray, "n 64"], y: Float[np.ndarray, "n 64"]) -> float:
    """How often the nearest other image tells which set an image is from.

    Source: Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests, 2017.
    """
    both, from_x = np.concatenate([x, y]), np.arange(len(x) + len(y)) < len(x)
    apart = distances(both, both)
    np.fill_diagonal(apart, np.inf)
    return float((from_x[apart.argmin(axis=1)] == from_x).mean())
