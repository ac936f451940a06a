"""What matplotlib draws in black, white or grey where nobody asks for a colour, in the theme's.

Settings (rcParams) cover most of it; these colours are written into matplotlib's own functions.
What an author asks for, black too, is drawn as asked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import Any

from matplotlib import colors, offsetbox, table
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.quiver import Barbs, Quiver
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredDirectionArrows, AnchoredSizeBar
from mpl_toolkits.mplot3d.axes3d import Axes3D

from livedeck.drawing import noted
from livedeck.gates.colours import ratio

Drawing = Callable[..., Any]
Median = tuple[Line2D, Patch]  # and the box that it stands on


@contextmanager
def themed() -> Iterator[None]:
    """Lets what a figure function draws have the theme's colours where it asks for none."""
    medians: list[Median] = []
    wrapped: list[tuple[Any, str, Callable[[Drawing], Drawing]]] = [
        (Quiver, "__init__", _given(color="ink")),
        (Barbs, "__init__", _barbs),
        (Axes, "bar", _given(ecolor="ink")),
        (Axes, "indicate_inset", _given(edgecolor="muted", alpha=1)),
        (Axes, "spy", _spy),
        (PathCollection, "legend_elements", _legend_of_sizes),
        (Axes, "table", _table),
        (Axes, "pie", noted.pie),
        (Axes3D, "quiver", noted.quiver),
        (Axes, "bxp", _boxes(medians)),
        (table.Cell, "__init__", _given(edgecolor="ink", facecolor="none")),
        (offsetbox, "FancyBboxPatch", _box),
        (AnchoredSizeBar, "__init__", _given(color="ink")),
        (AnchoredDirectionArrows, "__init__", _given(color="ink")),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in wrapped]
    for (owner, name, wrap), (_, _, function) in zip(wrapped, before, strict=True):
        setattr(owner, name, wrap(function))
    try:
        yield
        _set_off(medians)
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _given(**colours: Any) -> Callable[[Drawing], Drawing]:
    """Gives arguments that nobody has given, by name or in order."""

    def wrap(function: Drawing) -> Drawing:
        names = list(signature(function).parameters)

        @wraps(function)
        def drawing(*values: Any, **named: Any) -> Any:
            in_order = names[: len(values)]
            wanted = {name: value for name, value in colours.items() if name not in in_order}
            return function(*values, **{**wanted, **named})

        return drawing

    return wrap


def _barbs(function: Drawing) -> Drawing:
    @wraps(function)
    def drawing(*values: Any, **named: Any) -> Any:
        if not {"barbcolor", "flagcolor", "facecolor", "facecolors", "fc"} & set(named):
            named["facecolors"] = "ink"
        return function(*values, **named)

    return drawing


def _spy(function: Drawing) -> Drawing:
    @wraps(function)
    def drawing(*values: Any, **named: Any) -> Any:
        if len(values) < 4 and not {"marker", "markersize", "cmap"} & set(named):
            named["cmap"] = colors.ListedColormap(["paper", "ink"])
        return function(*values, **named)

    return drawing


def _legend_of_sizes(function: Drawing) -> Drawing:
    @wraps(function)
    def drawing(self: Any, prop: str = "colors", *values: Any, **named: Any) -> Any:
        return function(
            self, prop, *values, **({"color": "ink"} if prop == "sizes" else {}) | named
        )

    return drawing


def _boxes(medians: list[Median]) -> Callable[[Drawing], Drawing]:
    def wrap(function: Drawing) -> Drawing:
        @wraps(function)
        def drawing(*values: Any, **named: Any) -> Any:
            made = function(*values, **named)
            noted.boxes(made, values[1] if len(values) > 1 else named["bxpstats"])
            filled = all(isinstance(box, Patch) for box in made["boxes"])
            if filled and not {"color", "c"} & set(named.get("medianprops") or {}):
                medians.extend(zip(made["medians"], made["boxes"], strict=False))
            return made

        return drawing

    return wrap


def _set_off(medians: list[Median]) -> None:
    """Gives medians the colour that stands out from their boxes, which may have been coloured
    after both were drawn."""
    ink, paper = colors.to_rgb("ink"), colors.to_rgb("paper")
    for line, box in medians:
        if colors.to_rgb(line.get_color()) == ink and colors.to_rgba(box.get_facecolor())[3] == 1:
            face = colors.to_rgb(box.get_facecolor())
            line.set_color("ink" if ratio(ink, face) >= ratio(paper, face) else "paper")


def _table(function: Drawing) -> Drawing:
    """Cells are as clear as the axes; `table` itself calls them white."""

    @wraps(function)
    def drawing(*values: Any, **named: Any) -> Any:
        made = function(*values, **named)
        heads = named.get("colLabels") is not None or named.get("colColours") is not None
        asked_within = named.get("cellColours") is not None or len(values) > 2
        for (row, column), cell in made.get_celld().items():
            kind = "colColours" if heads and row == 0 else "rowColours" if column < 0 else ""
            if not (named.get(kind) is not None if kind else asked_within):
                cell.set_facecolor("none")
        return made

    return drawing


def _box(function: Drawing) -> Drawing:
    """The frames of what is anchored to axes; authors give them other colours afterwards."""

    @wraps(function)
    def drawing(*values: Any, **named: Any) -> Any:
        return function(*values, **{**named, "facecolor": "paper", "edgecolor": "ink"})

    return drawing
