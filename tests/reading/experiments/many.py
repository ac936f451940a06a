"""Many points, in a figure whose labels hold what a CSV file has to quote."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    slope: float


def run(*, slope: float = 2.0, seed: int = 3) -> Result:
    return Result(float(np.abs(slope)))  # a "string" in a comment: no string


def cloud(fig: Figure, result: Result) -> None:
    """Sixty points and </script>."""
    ax = fig.subplots()
    ax.plot(np.arange(60), result.slope * np.arange(60), label='a "line", steep\nand long')
