"""Models by year on a figure, and the line of their exponential growth."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes


def draw_facts(
    ax: Axes,
    names: tuple[str, ...],
    years: Float[np.ndarray, " models"],
    values: Float[np.ndarray, " models"],
    sides: dict[str, str],
) -> None:
    """The models as dots, and the names of those that have a side to stand on."""
    ax.plot(years, values, "o", color="ink", markersize=5, zorder=3)
    anchors = {"left": (-7, 0, "right"), "right": (7, 0, "left")}
    anchors |= {"above": (0, 10, "center"), "below": (0, -11, "center")}
    anchors["below right"] = (3, -11, "left")
    for name, year, value in zip(names, years, values, strict=True):
        if name in sides:
            x, y, align = anchors[sides[name]]
            ax.annotate(
                name,
                (year, value),
                (x, y),
                textcoords="offset points",
                ha=align,
                va="center",
                size=13.5,
            )
    ax.set_yscale("log")
    ax.spines["bottom"].set_position(("outward", 4))


def draw_growth(
    ax: Axes,
    years: Float[np.ndarray, " grid"],
    line: Float[np.ndarray, " grid"],
    low: Float[np.ndarray, " grid"],
    high: Float[np.ndarray, " grid"],
    colour: str = "accent",
) -> None:
    """A fitted line with its band."""
    ax.fill_between(years, low, high, color=colour, alpha=0.2)
    ax.plot(years, line, color=colour)
