"""The map of the grid world, with the move that an agent prefers in every cell."""

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from experiments._models.grid_world import COLUMNS, ENDS, MAP, MOVES, ROWS


def draw_world(ax: Axes, best_moves: Int[np.ndarray, " cells"]) -> None:
    """The map with the move that the agent prefers in every cell."""
    for cell, sign in enumerate("".join(MAP)):
        y, x = divmod(cell, COLUMNS)
        colour = {"#": "muted", "+": "C2", "-": "C1"}.get(sign, "none")
        look = {"facecolor": colour, "edgecolor": "grid", "linewidth": 1.5, "alpha": 0.9}
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, **look))
        if ENDS[cell]:
            text = "+1" if sign == "+" else "\N{MINUS SIGN}1"
            ax.text(x, y, text, ha="center", va="center", color="paper", weight="bold", size=14)
        elif sign != "#":
            down, right = MOVES[best_moves[cell]]
            tail, head = (x - 0.28 * right, y - 0.28 * down), (x + 0.3 * right, y + 0.3 * down)
            arrow = {"arrowstyle": "-|>", "color": "accent", "linewidth": 2, "shrinkA": 0}
            ax.annotate("", head, tail, arrowprops=arrow | {"shrinkB": 0})
        if sign == "S":
            ax.text(x, y + 0.58, "start", ha="center", va="top", color="muted")
    ax.set(xlim=(-0.55, COLUMNS - 0.45), ylim=(ROWS - 0.1, -0.55), aspect="equal")
    ax.set_axis_off()
