"""A line goes up.

Made up for the tests of the engine.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from livedeck import track


class Result(NamedTuple):
    slope: float
    points: int
    error: np.ndarray  # one for each seed
    y: np.ndarray


def run(*, points: int = 8, slope: float = 2.0) -> Result:
    """Computes the points one by one."""
    y = np.array([_height(x, slope) for x in track(range(points))])
    return Result(slope=slope, points=points, error=np.array([0.1, 0.2, 0.3]), y=y)


def rising(fig: Figure, result: Result) -> None:
    """The line from left to right."""
    ax = fig.subplots()
    ax.plot(result.y, color="accent", linewidth=WIDTH)


def falling(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    ax.plot(result.y[::-1], color="muted")


def _height(x: int, slope: float) -> float:
    return slope * x


WIDTH = 2
QUICK = dict(points=3)
