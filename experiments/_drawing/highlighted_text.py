"""Running text on a figure, each word tinted and underlined by its share in a decision."""

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

LINE = 30  # pixels from baseline to baseline
TINT = 0.45  # of the full colour, so that the ink on it stays legible


def draw_words(
    axes: Axes,
    words: Sequence[str],
    strengths: Sequence[float],
    left: float,
    baseline: float,
    width: float,
    weight: str = "normal",
) -> float:
    """Sets words in lines of a given width and returns the last baseline.

    The axes count pixels, downwards. A strength of 1 is the full tint of C1, -1 of the accent.
    """
    space = _advance("n n", weight) - _advance("nn", weight) + 2
    x = left
    for word, strength in zip(words, strengths, strict=True):
        advance = _advance(word, weight)
        if x > left and x + advance > left + width:
            x, baseline = left, baseline + LINE
        draw_mark(axes, strength, x - 2, baseline, advance + 4)
        axes.text(x, baseline, word, va="baseline", fontweight=weight, parse_math=False)
        x += advance + space
    return baseline


def draw_mark(axes: Axes, strength: float, left: float, baseline: float, width: float) -> None:
    """A tint behind a word and a line beneath it, both as strong as its share."""
    tint = matplotlib.colormaps["diverging"](0.5 - 0.5 * TINT * strength)
    axes.add_patch(Rectangle((left, baseline - 18), width, 23, facecolor=tint))
    draw_underline(axes, strength, left, baseline, width)


def draw_underline(axes: Axes, strength: float, left: float, baseline: float, width: float) -> None:
    """A line as thick as a share, in the colour of its side."""
    side = "C1" if strength > 0 else "accent"
    axes.add_patch(Rectangle((left, baseline + 5), width, 5 * abs(strength), facecolor=side))


def draw_key(axes: Axes, low: str, high: str, middle: float, baseline: float) -> None:
    """A row of marks from -1 to 1 with a label at either end."""
    strengths = np.linspace(-1, 1, 9)
    edges = middle + 30 * (np.arange(10) - 4.5) - 1
    shades = 0.5 - 0.5 * TINT * strengths[None]
    rows = (baseline - 18, baseline + 5)
    axes.pcolormesh(edges, rows, shades, cmap="diverging", vmin=0, vmax=1)
    for strength, left in zip(strengths, edges, strict=False):
        draw_underline(axes, strength, left, baseline, 30)
    axes.text(middle - 145, baseline, low, ha="right", va="baseline")
    axes.text(middle + 145, baseline, high, va="baseline")


def _advance(text: str, weight: str) -> float:
    """Width of a text in pixels, at the size of labels."""
    font = FontProperties(size=matplotlib.rcParams["font.size"], weight=weight)
    points, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return points * 96 / 72
