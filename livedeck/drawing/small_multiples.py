"""The panels that show a sequence on paper: as many frames as stay readable, evenly chosen."""

import math
from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from livedeck.slides.theme import PIXELS_PER_INCH

MOST = 6  # frames that are shown
WIDTH, HEIGHT = 240, 190  # CSS pixels that a panel has at least: titles and labels take 110
ASPECT = 1.6  # of a panel that is neither a strip nor a tower, if there is a choice
LEAST = 64  # CSS pixels that axes need each way, if they have four times as many alone


def grids(width: int, height: int, frames: int) -> Iterator[tuple[int, list[int]]]:
    """Numbers of columns with the frames to show in them, the most frames first.

    The last is one frame alone, the one that the sequence ends with.
    """
    for count in range(min(MOST, frames), 1, -1):
        balanced = {math.ceil(count / rows) for rows in range(1, count + 1)}
        panels = {columns: _panel(width, height, count, columns) for columns in sorted(balanced)}
        fitting = {c: (w, h) for c, (w, h) in panels.items() if w >= WIDTH and h >= HEIGHT}
        if fitting:
            columns = min(fitting, key=lambda each: _distortion(*fitting[each]))
            yield columns, [round(i * (frames - 1) / (count - 1)) for i in range(count)]
    yield 1, [frames - 1]


def is_cramped(several: Figure, alone: Figure) -> bool:
    """Whether axes of panels are too small to see much, and those of one frame alone are not."""
    return _least_side(several) < min(LEAST, _least_side(alone) / 4)


def _least_side(figure: Figure) -> float:
    sides = [min(axes.bbox.size) for axes in figure.findobj(Axes) if axes.get_visible()]
    return min(sides, default=0) * PIXELS_PER_INCH / figure.get_dpi()


def _panel(width: int, height: int, count: int, columns: int) -> tuple[float, float]:
    return width / columns, height / math.ceil(count / columns)


def _distortion(width: float, height: float) -> float:
    return abs(math.log(width / height / ASPECT))
