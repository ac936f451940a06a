"""Two lines, one after the other."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    slope: float


def run(*, slope: float = 2.0) -> Result:
    return Result(slope)


def lines(fig: Figure, result: Result) -> None:
    ax = fig.subplots()
    x = np.arange(5)
    ax.plot(x, x, color="muted")
    ax.plot(x, result.slope * x, color="accent", gid="steep")
    ax.annotate("steep", (2, 4), (3, 3), arrowprops={"arrowstyle": "->"}, gid="steep")
    ax.plot(x, -x, color="C1", gid="down")
    ax.text(1, -1, "not asked for", gid="spare")
