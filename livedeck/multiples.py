"""The panels that show a sequence on paper: as many frames as stay readable, evenly chosen."""

import math
from collections.abc import Iterator

MOST = 6  # frames that are shown
WIDTH, HEIGHT = 240, 190  # CSS pixels that a panel has at least: titles and labels take 110
ASPECT = 1.6  # of a panel that is neither a strip nor a tower, if there is a choice


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


def _panel(width: int, height: int, count: int, columns: int) -> tuple[float, float]:
    return width / columns, height / math.ceil(count / columns)


def _distortion(width: float, height: float) -> float:
    return abs(math.log(width / height / ASPECT))
