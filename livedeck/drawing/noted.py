"""Notes the numbers of plots whose artists forget them, for the table behind a figure."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from livedeck.drawing.points import Point, as_number, filled, known

STATISTICS = {"whislo": "low", "q1": "q1", "med": "median", "q3": "q3", "whishi": "high"}

Drawing = Callable[..., Any]


def boxes(made: dict[str, list[Any]], statistics: list[dict[str, Any]]) -> None:
    """Notes what box plots show: five numbers for each, and its outliers."""
    for part in (part for parts in made.values() for part in parts):
        known[part] = []
    for first, found in zip(made["boxes"] or made["medians"], statistics, strict=False):
        series = str(found.get("label") or "box")
        rows = [(name, found[key]) for key, name in STATISTICS.items()]
        rows += [("outlier", place) for place in found.get("fliers", ())]
        known[first] = [Point(series, label, y=as_number(place)) for label, place in rows]


def pie(function: Drawing) -> Drawing:
    """Lets a pie note its wedges: the values that its author gave, by their labels."""

    @wraps(function)
    def drawing(axes: Any, x: Any, *values: Any, **named: Any) -> Any:
        before = set(axes.patches)
        made = function(axes, x, *values, **named)
        wedges = [patch for patch in axes.patches if patch not in before]
        wedges = [wedge for wedge in wedges if hasattr(wedge, "theta1")]
        for wedge, value in zip(wedges, np.ravel(x), strict=False):
            label = str(wedge.get_label())
            shown = "" if label.startswith("_") else label
            known[wedge] = [Point("pie", shown, value=as_number(value))]
        return made

    return drawing


def quiver(function: Drawing) -> Drawing:
    """Lets arrows in space note where they begin and where they point."""

    @wraps(function)
    def drawing(axes: Any, *values: Any, **named: Any) -> Any:
        made = function(axes, *values, **named)
        columns = np.broadcast_arrays(*(filled(part) for part in values[:6]))
        rows = np.column_stack([np.ravel(part) for part in columns])
        known[made] = [Point("arrows", "", *map(as_number, row)) for row in rows]
        return made

    return drawing
