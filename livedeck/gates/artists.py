"""The artists of a figure that can be seen, without the lines of its axes, and their colours."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection, QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Patch
from matplotlib.spines import Spine
from matplotlib.table import Cell
from matplotlib.text import Annotation

from livedeck.gates import artist_insides

Rgba = tuple[float, float, float, float]


def artists(figure: Figure) -> list[Artist]:
    """All that is drawn in a figure but spines, ticks, grid lines, and empty backgrounds."""
    return list(_within(figure))


def rgba(colour: Any, alpha: Any) -> Rgba:
    """A colour and its opacity; matplotlib's `none` is no colour at all."""
    if isinstance(colour, str) and colour.lower() == "none":
        return (0, 0, 0, 0)
    return colors.to_rgba(colour, alpha)


def edge(patch: Patch) -> Rgba:
    """The colour of a shape's outline."""
    red, green, blue, alpha = colors.to_rgba(patch.get_edgecolor())
    return (red, green, blue, alpha if patch.get_linewidth() > 0 else 0)


def face(patch: Patch) -> Rgba:
    """The colour that a shape is filled with."""
    colour = colors.to_rgba(patch.get_facecolor())
    return colour if patch.get_fill() else (*colour[:3], 0)


def opacity(artist: Artist) -> float:
    """How much of what is below it the most solid face of an artist covers."""
    if isinstance(artist, AxesImage):
        return 1
    if isinstance(artist, Patch):
        return face(artist)[3]
    if isinstance(artist, Collection):
        if isinstance(artist, QuadMesh) or is_mapped(artist):
            return 1
        return float(np.max(colors.to_rgba_array(artist.get_facecolor())[:, 3], initial=0))
    return 0


def is_mapped(collection: Collection) -> bool:
    """Whether a collection's colours stand for values."""
    if isinstance(collection, ContourSet):
        return bool(collection.filled) or collection.colors is None
    return isinstance(collection, QuadMesh) or collection.get_array() is not None


def _within(parent: Artist) -> Iterator[Artist]:
    for child in parent.get_children():
        if not child.get_visible() or isinstance(child, Spine):
            continue
        if child is getattr(parent, "patch", None) and opacity(child) == 0:
            continue  # axes and panels are as transparent as their figure
        if isinstance(child, (Patch, LineCollection)) and artist_insides.is_colourbar(parent):
            continue  # the ends of a bar of colours, and the lines between these
        if isinstance(child, Axis):
            yield from _labels(child)
            continue
        yield child
        if isinstance(child, Cell):
            yield child.get_text()
        if isinstance(child, Annotation) and child.arrow_patch is not None:
            yield child.arrow_patch
        yield from _within(child)


def _labels(axis: Axis) -> Iterator[Artist]:
    """An axis' texts; they are those of the ticks that are drawn."""
    if artist_insides.is_axis_drawn(axis):
        texts = [axis.label, axis.offsetText]
        for tick in artist_insides.drawn_ticks(axis):
            texts += [tick.label1, tick.label2]
        yield from (text for text in texts if text.get_visible())
