"""Two interleaved half-moons in noise, with the rule that no classifier can beat.

Each class is half a circle of radius 1, every place of it equally likely, in normal noise: so its
density is known, and with it Bayes' rule and the best accuracy that is possible.
"""

import numpy as np
from jaxtyping import Float, Int

NOISE = 0.3


def arcs(angle: Float[np.ndarray, " n"], moon: Int[np.ndarray, " n"]) -> Float[np.ndarray, "n 2"]:
    """Places on the upper moon (0) and on the lower one (1), around a common middle."""
    x, y = np.cos(angle), np.sin(angle)
    return np.stack([np.where(moon, 1 - x, x) - 0.5, np.where(moon, 0.5 - y, y) - 0.25], axis=-1)


def draw_moons(seed: int, points: int) -> tuple[Float[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    """Points of both moons, equally often."""
    rng = np.random.default_rng(seed)
    moon = rng.integers(2, size=points)
    places = arcs(rng.uniform(0, np.pi, points), moon)
    return (places + NOISE * rng.standard_normal((points, 2))).astype(np.float32), moon


def log_odds(x: Float[np.ndarray, "n 2"], parts: int = 200) -> Float[np.ndarray, " n"]:
    """How much likelier the lower moon is: Bayes' rule answers 1 where this is above 0."""
    middles = (np.arange(parts) + 0.5) * np.pi / parts
    densities = []
    for moon in (0, 1):
        away = ((x[:, None] - arcs(middles, np.full(parts, moon))) ** 2).sum(axis=2)
        densities.append(np.logaddexp.reduce(-away / (2 * NOISE**2), axis=1))
    return densities[1] - densities[0]
