"""Two lines, their difference, and what points at it.

Made up for the tests of the page.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    slope: float
    word: str
    x: np.ndarray


def run(*, slope: float = 2.0, word: str = "steep") -> Result:
    return Result(slope, word, np.arange(60) / 10)


def layers(fig: Figure, result: Result) -> None:
    """Two layers over a line that is always there."""
    ax = fig.subplots()
    ax.plot(result.x, result.x, color="muted")
    ax.plot(result.x, result.slope * result.x, color="accent", gid="steep")
    ax.scatter(result.x[::10], result.x[::10], color="C1", gid="points")
    ax.set_xlabel("x")


def arrow(fig: Figure, result: Result) -> None:
    """An arrow that points at a line."""
    ax = fig.subplots()
    ax.plot(result.x, result.slope * result.x, "o-", label=result.word)
    ax.annotate(result.word, (2, 4), (3, 1), arrowprops={"arrowstyle": "->"})
