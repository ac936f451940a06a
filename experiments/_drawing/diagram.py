"""Parts of a diagram in the deck's hand: cards, arrows and images, placed by the pixel."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

STROKE = 1.5  # points: 2 pixels
CORNER = 6  # pixels


def draw_card(
    axes: Axes, left: float, top: float, width: float, height: float, color: str = "grid"
) -> None:
    """An outlined box with round corners."""
    style = f"round,pad=0,rounding_size={CORNER}"
    look = {"facecolor": "none", "edgecolor": color, "linewidth": STROKE}
    axes.add_patch(FancyBboxPatch((left, top), width, height, boxstyle=style, **look))


def draw_arrow(axes: Axes, *points: tuple[float, float], color: str = "muted") -> None:
    """An arrow along straight lines through the points, its head at the last one."""
    look = {"color": color, "linewidth": STROKE, "solid_joinstyle": "round"}
    axes.plot(*zip(*points[:-1], strict=True), **look)
    head = {"arrowstyle": "-|>", "mutation_scale": 15, "shrinkA": 0, "shrinkB": 0}
    axes.add_patch(FancyArrowPatch(*points[-2:], color=color, linewidth=STROKE, **head))


def draw_image(
    axes: Axes,
    image: Float[np.ndarray, "rows columns"],
    left: float,
    top: float,
    size: float,
    cmap: str = "ink",
    limit: float = 1,
    frame: str = "grid",
) -> None:
    """Crisp pixels in a square; diverging maps reach from -limit to limit, others from 0."""
    low = -limit if cmap == "diverging" else 0
    extent = (left, left + size, top + size, top)
    limits = axes.get_xlim(), axes.get_ylim()
    axes.imshow(image, cmap=cmap, vmin=low, vmax=limit, extent=extent, aspect="auto")
    axes.set(xlim=limits[0], ylim=limits[1])
    edge = {"facecolor": "none", "edgecolor": frame, "linewidth": 0.75}
    axes.add_patch(Rectangle((left, top), size, size, **edge))
