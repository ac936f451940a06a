"""A bar grows step by step.

Made up for the tests of the page.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    step: int
    frames: np.ndarray
    heights: np.ndarray


def run(*, frames: int = 3, step: int = 2) -> Result:
    heights = step * np.arange(1, frames + 1)
    return Result(step=step, frames=np.array([f"step {i}" for i in range(frames)]), heights=heights)


def growing(fig: Figure, result: Result, frame: int) -> None:
    """The bar at one step, on the scale of the last."""
    ax = fig.subplots()
    ax.bar(["bar"], [result.heights[frame]], color="accent")
    ax.set_ylim(0, result.heights[-1])


def field(fig: Figure, result: Result) -> None:
    """A picture, which cannot change its colours with the page."""
    ax = fig.subplots()
    ax.imshow(np.tile(result.heights, (2, 1)), aspect="auto")
