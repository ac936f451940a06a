"""The numbers behind a figure, read back from what was drawn."""

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from livedeck.characters import fit

HEADER = ("frame", "panel", "series", "x", "y", "value")
LIMIT = 20_000  # rows; a picture of a thousand by a thousand is not read as a table
DIGITS = 6
PIXEL_DIGITS = 4  # no eye tells a ten-thousandth of a colour map
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = tuple[str, ...]


def rows(figures: list[Figure], labels: list[str]) -> list[Row]:
    """One row for each point, bar and pixel, under the columns of `HEADER`."""
    found: list[Row] = []
    for figure, label in zip(figures, labels, strict=True):
        for number, axes in enumerate(figure.axes, start=1):
            panel = axes.get_title(loc="left") or axes.get_title() or axes.get_ylabel()
            place = _harmless(label), _harmless(panel) or str(number)
            for series, x, y, value in _points(axes):
                if len(found) == LIMIT:
                    return found
                found.append((*place, _harmless(series), x, y, value))
    return found


def to_csv(found: list[Row]) -> str:
    """The rows as CSV, without the columns that are empty throughout."""
    used = [i for i in range(len(HEADER)) if any(row[i] for row in found)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([HEADER[i] for i in used])
    writer.writerows([row[i] for i in used] for row in found)
    return fit(buffer.getvalue())


def _points(axes: Axes) -> Iterator[tuple[str, str, str, str]]:
    for number, line in enumerate(axes.lines, start=1):
        xs, ys = line.get_xdata(orig=False), line.get_ydata(orig=False)
        yield from _pairs(_name(line.get_label(), "line", number), np.column_stack([xs, ys]))
    for number, collection in enumerate(axes.collections, start=1):
        name = _name(collection.get_label(), "points", number)
        if isinstance(collection, PathCollection):
            yield from _pairs(name, _filled(collection.get_offsets()))
        elif isinstance(collection, PolyCollection):
            band = _name(collection.get_label(), "band", number)
            for path in collection.get_paths():
                yield from _pairs(band, np.asarray(path.vertices))
    bars = [p for p in axes.patches if type(p) is Rectangle]
    for number, bar in enumerate(bars, start=1):
        low, high = bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height()
        name = _name(bar.get_label(), "bar", number)
        yield name, _number(low), _number(high), _number(bar.get_width())
    for number, image in enumerate(axes.images, start=1):
        array = _filled(image.get_array())
        if array.ndim == 2:
            name = _name(image.get_label(), "image", number)
            for (row, column), value in np.ndenumerate(array):
                yield name, str(column), str(row), _number(value, PIXEL_DIGITS)


def _pairs(name: str, points: np.ndarray) -> Iterator[tuple[str, str, str, str]]:
    for x, y in points:
        yield name, _number(x), _number(y), ""


def _name(label: object, kind: str, number: int) -> str:
    text = str(label)
    return f"{kind} {number}" if text.startswith("_") or not text else text


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: those that begin like one get the apostrophe
    that says so, unless they are numbers."""
    if not text.startswith(FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _filled(array: Any) -> np.ndarray:
    """An array of floats, with NaN where something masked is not drawn."""
    return np.ma.filled(np.ma.asarray(array).astype(float), math.nan)


def _number(value: float, digits: int = DIGITS) -> str:
    if not math.isfinite(value):  # as Python, JavaScript, R and pandas read it
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return f"{float(value) + 0.0:.{digits}g}"  # of two zeros, the one without a sign
