"""Search interest over the years: one line per term."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator


def draw_interest(
    ax: Axes,
    terms: tuple[str, ...],
    years: Float[np.ndarray, " dates"],
    values: Float[np.ndarray, "dates terms"],
) -> None:
    """One line per term, named at its right end; names are pushed apart where lines meet."""
    ends = values[-max(1, len(years) // 50) :].mean(axis=0)
    order = np.argsort(ends)
    heights = ends[order]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + 9)
    heights -= max(0, heights[-1] - 100)
    for height, i in zip(heights, order, strict=True):
        colour = f"C{i % 6}"
        ax.plot(years, values[:, i], color=colour)
        ax.annotate(
            terms[i],
            (1, height),
            (8, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            color=colour,
        )
    ax.set(xlim=(years[0], years[-1]), ylim=(0, 104), ylabel="search interest")
    ax.set_yticks((0, 50, 100))
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter("{x:.0f}")
