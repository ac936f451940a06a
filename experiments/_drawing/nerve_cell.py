"""A nerve cell as a drawing, not to scale but for its axon, which shows its voltage."""

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path


def draw_cell(
    ax: Axes, voltage: Float[np.ndarray, " places"], length: float, span: tuple[float, float]
) -> None:
    """Dendrites, cell body, axon and endings; filled with the voltage where it is computed."""
    fill = {"cmap": "sequential", "vmin": span[0], "vmax": span[1]}
    random = np.random.default_rng(0)
    for angle in np.radians((115, 150, 180, 210, 245)):
        _branch(ax, (0.0, 0.0), angle, 1.6, 3, random)
    for angle in np.radians((-32, -11, 11, 32)):
        end = length + 1.3 * np.cos(angle), 1.9 * np.sin(angle)
        path = [(length, 0), (length + 0.6, 0), end]
        ax.add_patch(PathPatch(Path(path, [1, 3, 3]), fill=False, edgecolor="ink", linewidth=1.5))
        ax.scatter(*end, s=60, c=[voltage[-1]], edgecolors="ink", linewidths=1.5, zorder=3, **fill)
    half = 0.16
    ax.imshow(voltage[None], extent=(0, length, -half, half), zorder=2, **fill)
    ax.plot((0, length, length, 0), (half, half, -half, -half), color="ink", zorder=3)
    colour = colormaps["sequential"]((voltage[0] - span[0]) / (span[1] - span[0]))
    ax.add_patch(Circle((0, 0), 0.55, facecolor=colour, edgecolor="ink", linewidth=1.5, zorder=4))
    ax.set(xlim=(-3.8, length + 2), ylim=(-1.7, 1.7), aspect="equal")


def _branch(
    ax: Axes, start: tuple, angle: float, length: float, depth: int, random: np.random.Generator
) -> None:
    """A dendrite: a bent stroke that forks twice."""
    bend = angle + random.uniform(-0.3, 0.3)
    knee = start[0] + length / 2 * np.cos(bend), start[1] + length / 2 * np.sin(bend)
    end = start[0] + length * np.cos(angle), start[1] + length * np.sin(angle)
    stroke = {
        "fill": False,
        "edgecolor": "ink",
        "capstyle": "round",
        "linewidth": 0.5 + 0.5 * depth,
    }
    ax.add_patch(PathPatch(Path([start, knee, end], [1, 3, 3]), **stroke))
    if depth > 1:
        for side in (-1, 1):
            turn = angle + side * random.uniform(0.3, 0.5)
            _branch(ax, end, turn, length * random.uniform(0.5, 0.65), depth - 1, random)
