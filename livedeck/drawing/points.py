"""The data that the artists of axes were given: what a plot's author would call its numbers."""

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib import category, dates
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.contour import ContourSet
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Polygon, Rectangle, StepPatch
from matplotlib.path import Path
from matplotlib.quiver import Barbs, Quiver
from mpl_toolkits.mplot3d.art3d import (
    Line3D,
    Line3DCollection,
    Patch3DCollection,
    Path3DCollection,
    Poly3DCollection,
)

from livedeck.gates import artist_insides

DIGITS = 6
PIXEL_DIGITS = 4  # no eye tells a ten-thousandth of a colour map


class Point(NamedTuple):
    """What one point, bar, arrow, wedge, cell or pixel stands for; empty where it has no such."""

    series: str
    label: str = ""
    x: str = ""
    y: str = ""
    z: str = ""
    u: str = ""
    v: str = ""
    w: str = ""
    value: str = ""


known: WeakKeyDictionary[Any, list[Point]] = WeakKeyDictionary()
"""What artists stand for that consist of shapes and forget their numbers: box plots, pies, arrows
in space. Each plot's points are kept with one of its artists, and none with the others."""


def of(axes: Axes) -> Iterator[Point]:
    """All points of some axes, in the order of their kinds."""
    if artist_insides.is_colourbar(axes):
        return
    names = _Names(axes)
    caps = {
        cap
        for found in axes.containers
        if isinstance(found, ErrorbarContainer)
        for cap in found.lines[1]
    }
    for number, line in enumerate(axes.lines, start=1):
        if line not in caps and not isinstance(line, AxLine):
            yield from _of_line(line, _name(line.get_label(), "line", number), names)
    for number, collection in enumerate(axes.collections, start=1):
        yield from _of_collection(collection, number, names)
    yield from _of_patches(axes, names)
    for number, image in enumerate(axes.images, start=1):
        yield from _of_image(image, _name(image.get_label(), "image", number))
    for number, table in enumerate(axes.tables, start=1):
        for (row, column), cell in sorted(table.get_celld().items()):
            text = cell.get_text().get_text()
            yield Point(f"table {number}", text, str(column), str(row))


class _Names:
    """Writes places along the axes: dates as ISO 8601, categories by name, else numbers."""

    def __init__(self, axes: Axes) -> None:
        self.axes, self.x, self.y = axes, _writer(axes.xaxis), _writer(axes.yaxis)

    def within(self, artist: Artist) -> tuple[bool, bool]:
        """Whether an artist's x and y are those of its axes, rather than shares of the picture."""
        found: Any = artist.get_transform().contains_branch_seperately(self.axes.transData)
        return bool(found[0]), bool(found[1])

    def pairs(self, series: str, places: Any, values: Any = None) -> Iterator[Point]:
        """Points with two coordinates."""
        values = [] if values is None else np.ravel(filled(values))
        for i, (x, y) in enumerate(filled(places)):
            value = as_number(values[i]) if i < len(values) else ""
            yield Point(series, x=self.x(x), y=self.y(y), value=value)


def _writer(axis: Axis) -> Callable[[float], str]:
    converter = axis.get_converter()
    if isinstance(converter, category.StrCategoryConverter):
        names = artist_insides.categories(axis)
        return lambda place: names.get(place, as_number(place))
    if isinstance(converter, artist_insides.DATES):
        return _day
    return as_number


def _day(place: float) -> str:
    if not math.isfinite(place):
        return as_number(place)
    moment: datetime = dates.num2date(place)  # type: ignore[no-untyped-call]
    return moment.replace(tzinfo=None).isoformat().removesuffix("T00:00:00")


def _of_line(line: Line2D, name: str, names: _Names) -> Iterator[Point]:
    if line in known:
        yield from known[line]
        return
    if isinstance(line, Line3D):
        yield from _triples(name, np.column_stack([np.ravel(part) for part in line.get_data_3d()]))
        return
    within = names.within(line)
    if any(within):
        xs, ys = line.get_xdata(orig=False), line.get_ydata(orig=False)
        for point in names.pairs(name, np.column_stack([filled(xs), filled(ys)])):
            yield point._replace(x=point.x if within[0] else "", y=point.y if within[1] else "")


def _triples(name: str, places: Any, values: Any = None) -> Iterator[Point]:
    values = [] if values is None else np.ravel(filled(values))
    for i, place in enumerate(filled(places)):
        x, y, z = map(as_number, place)
        yield Point(name, x=x, y=y, z=z, value=as_number(values[i]) if i < len(values) else "")


def _of_collection(collection: Any, number: int, names: _Names) -> Iterator[Point]:
    def name(kind: str) -> str:
        return _name(collection.get_label(), kind, number)

    array = collection.get_array()
    if collection in known:
        yield from known[collection]
    elif isinstance(collection, (Path3DCollection, Patch3DCollection)):
        yield from _triples(name("points"), artist_insides.points_in_space(collection), array)
    elif isinstance(collection, Line3DCollection):
        for segment in artist_insides.lines_in_space(collection):
            yield from _triples(name("lines"), segment)
    elif isinstance(collection, Poly3DCollection):
        corners = filled(artist_insides.faces_in_space(collection)).reshape(-1, 3)
        order = np.unique(corners, axis=0, return_index=True)[1]
        yield from _triples(name("surface"), corners[np.sort(order)])
    elif isinstance(collection, (Quiver, Barbs)):
        yield from _arrows(collection, name("arrows"), names)
    elif isinstance(collection, ContourSet):
        for level, path in zip(collection.levels, collection.get_paths(), strict=False):
            for x, y in _corners(path):
                yield Point(name("level"), x=names.x(x), y=names.y(y), value=as_number(level))
    elif isinstance(collection, QuadMesh):
        places = filled(collection.get_coordinates())
        if places.shape[:2] != np.shape(array)[:2]:
            places = (places[1:, 1:] + places[:-1, 1:] + places[1:, :-1] + places[:-1, :-1]) / 4
        if np.size(array) == places[..., 0].size:
            yield from names.pairs(name("mesh"), places.reshape(-1, 2), array)
    elif not any(names.within(collection)) and len(collection.get_offsets()) < 2:
        return
    elif isinstance(collection, PathCollection) or len(collection.get_offsets()) > 1:
        yield from names.pairs(name("points"), collection.get_offsets(), array)
    elif isinstance(collection, LineCollection):
        for segment in collection.get_segments():
            yield from names.pairs(name("lines"), segment)
    elif isinstance(collection, PolyCollection) and array is not None:
        middles = [np.asarray(path.vertices)[:-1].mean(axis=0) for path in collection.get_paths()]
        yield from names.pairs(name("cells"), middles, array)
    elif isinstance(collection, PolyCollection):
        for path in collection.get_paths():
            yield from names.pairs(name("band"), path.vertices)


def _arrows(arrows: Any, name: str, names: _Names) -> Iterator[Point]:
    is_barbs = isinstance(arrows, Barbs)
    places = (arrows.x, arrows.y) if is_barbs else (arrows.X, arrows.Y)
    sides = (arrows.u, arrows.v) if is_barbs else (arrows.U, arrows.V)
    array = arrows.get_array()
    values = np.ravel(filled([] if array is None else array))
    rows = zip(*(np.ravel(filled(part)) for part in (*places, *sides)), strict=True)
    for i, (x, y, u, v) in enumerate(rows):
        value = as_number(values[i]) if i < len(values) else ""
        place = {"x": names.x(x), "y": names.y(y), "u": as_number(u), "v": as_number(v)}
        yield Point(name, **place, value=value)


def _corners(path: Path) -> np.ndarray:
    vertices = np.asarray(path.vertices)
    return vertices if path.codes is None else vertices[path.codes != Path.CLOSEPOLY]


def _of_patches(axes: Axes, names: _Names) -> Iterator[Point]:
    lying = {
        bar
        for found in axes.containers
        if isinstance(found, BarContainer) and found.orientation == "horizontal"
        for bar in found
    }
    bars = 0
    for number, patch in enumerate(axes.patches, start=1):
        if patch in known:
            yield from known[patch]
        elif isinstance(patch, StepPatch):
            heights, edges, _ = patch.get_data()
            for height, low, high in zip(heights, edges, edges[1:], strict=False):
                x = names.x((low + high) / 2)
                name = _name(patch.get_label(), "stairs", number)
                yield Point(name, x=x, y=as_number(height), value=as_number(high - low))
        elif type(patch) is Rectangle:
            bars += 1
            name = _name(patch.get_label(), "bar", bars)
            left, low = patch.get_xy()
            width, height = patch.get_width(), patch.get_height()
            if patch in lying:
                place = names.x(left + width), names.y(low + height / 2)
                yield Point(name, x=place[0], y=place[1], value=as_number(height))
            else:
                place = names.x(left + width / 2), names.y(low + height)
                yield Point(name, x=place[0], y=place[1], value=as_number(width))
        elif isinstance(patch, Polygon) and all(names.within(patch)):
            yield from names.pairs(_name(patch.get_label(), "outline", number), patch.get_xy())


def _of_image(image: Any, name: str) -> Iterator[Point]:
    array = filled(image.get_array())
    if array.ndim != 2:
        return
    left, right, bottom, top = image.get_extent()
    if image.origin == "upper":
        bottom, top = top, bottom
    rows, columns = array.shape
    for (row, column), value in np.ndenumerate(array):
        x = left + (column + 0.5) * (right - left) / columns
        y = bottom + (row + 0.5) * (top - bottom) / rows
        yield Point(name, x=as_number(x), y=as_number(y), value=as_number(value, PIXEL_DIGITS))


def _name(label: object, kind: str, number: int) -> str:
    text = str(label)
    return f"{kind} {number}" if text.startswith("_") or not text else text


def filled(array: Any) -> np.ndarray:
    """An array of floats, with NaN where something masked is not drawn."""
    return np.ma.filled(np.ma.asarray(array).astype(float), math.nan)


def as_number(value: float, digits: int = DIGITS) -> str:
    """A number in few digits, as Python, JavaScript, R and pandas read it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return f"{float(value) + 0.0:.{digits}g}"  # of two zeros, the one without a sign
