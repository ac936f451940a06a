"""What matplotlib's artists know and have no public way to tell: the attributes that are read."""

from typing import Any

import numpy as np
from matplotlib import dates
from matplotlib.artist import Artist
from matplotlib.axis import Axis, Tick

DATES = (dates.DateConverter, dates._SwitchableDateConverter)  # of the units along an axis


def is_colourbar(artist: Artist) -> bool:
    """Whether an artist is the axes of a bar of colours."""
    return hasattr(artist, "_colorbar")


def is_axis_drawn(axis: Axis) -> bool:
    """Whether axes show this axis of theirs; those in space say that they do not, and do."""
    axes: Any = axis.axes
    return bool(getattr(axes, "_axis3don", axes.axison))


def drawn_ticks(axis: Axis) -> list[Tick]:
    """The ticks of an axis that are within its limits."""
    ticks: list[Tick] = axis._update_ticks()  # type: ignore[attr-defined]
    return ticks


def asked_edge(artist: Any) -> Any:
    """The colour that was asked for as an artist's edge; `None` if there was none."""
    return artist._original_edgecolor


def has_edge_by_default(patch: Any) -> bool:
    """Whether a shape has an edge if nobody asks for a colour of it."""
    return bool(patch._edge_default)


def is_shaded(mesh: Any) -> bool:
    """Whether the colours of a mesh run into each other."""
    return bool(vars(mesh)["_shading"] == "gouraud")


def categories(axis: Axis) -> dict[float, str]:
    """The names along an axis by their places."""
    return {place: name for name, place in vars(axis)["units"]._mapping.items()}


def points_in_space(collection: Any) -> Any:
    """The places `[points, 3]` of markers in space."""
    return np.column_stack(collection._offsets3d)


def lines_in_space(collection: Any) -> Any:
    """The places `[points, 3]` of each line in space."""
    return collection._segments3d


def faces_in_space(collection: Any) -> Any:
    """The corners `[faces, corners, 3]` of a surface, masked where a face has fewer."""
    return collection._faces
