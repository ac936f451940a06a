"""A page of search results, drawn: a search box, a list of clusters, text with marked words."""

import re
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.textpath import text_to_path

SIZE = 13.5  # points: 18 pixels
SIDEBAR, LEFT = 312, 352  # pixels: the width of the list, the left edge of the results
ROW, RESULT, LINE = 37, 94, 24  # pixels: heights of a cluster, a result, a line of its text

PLAIN, ASKED, MARKED = ("normal", "ink"), ("bold", "ink"), ("bold", "accent")


def blank_page(fig: Figure) -> tuple[Axes, float, float]:
    """Axes over the whole figure that count pixels, downwards; their width and height."""
    width, height = (96 * inches for inches in fig.get_size_inches())
    fig.set_layout_engine("none")
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes, width, height


def draw_search_box(axes: Axes, query: str, note: str) -> None:
    """The box with the query and a magnifying glass, and a note beside it."""
    _draw_box(axes, 1, 2, 400, 44, edgecolor="muted", facecolor="none", linewidth=1.5)
    axes.text(18, 24, query, va="center_baseline", size=SIZE)
    lens = {"edgecolor": "accent", "facecolor": "none", "linewidth": 2}
    axes.add_patch(Circle((374, 21), 8, **lens))
    axes.plot([380, 387], [27, 34], color="accent", linewidth=2.5)
    axes.text(424, 24, note, va="center_baseline", color="muted", size=SIZE)


def draw_clusters(
    axes: Axes, names: Sequence[str], sizes: Sequence[int], selected: int, top: float
) -> None:
    """One row for all results and one for each cluster, with the number of results in it."""
    rows = [("All results", sum(sizes)), *zip(names, sizes, strict=True)]
    for i, (name, size) in enumerate(rows):
        chosen = i == selected + 1
        y = top + ROW * i
        if chosen:
            _draw_box(axes, 1, y, SIDEBAR - 1, ROW - 2, facecolor="accent", alpha=0.14)
        look = {"va": "center_baseline", "size": SIZE, "weight": "bold" if chosen else "normal"}
        shown = name
        while _width(shown, SIZE, "bold") > SIDEBAR - 70 and ", " in shown:
            shown = shown.rpartition(", ")[0]
        middle = y + ROW / 2 - 1
        axes.text(18, middle, shown, color="accent" if chosen else "ink", **look)
        colour = "ink" if chosen else "muted"
        axes.text(SIDEBAR - 14, middle, str(size), color=colour, ha="right", **look)
    axes.plot([SIDEBAR + 20] * 2, [top, top + ROW * len(rows) - 2], color="grid", linewidth=1)


def draw_results(
    axes: Axes,
    results: Sequence[tuple[str, str, str]],
    marked: Sequence[str],
    query: str,
    top: float,
    right: float,
    bottom: float,
) -> None:
    """As many results (title, site, text) as there is room for."""
    for i, (title, site, text) in enumerate(results):
        y = top + RESULT * i
        if y + RESULT - 12 > bottom:
            break
        axes.text(LEFT, y + 19, title, size=SIZE, weight="bold", color="accent", parse_math=False)
        offset = _width(title, SIZE, "bold") + 16
        axes.text(LEFT + offset, y + 19, site, size=SIZE, color="muted", parse_math=False)
        _draw_text(axes, text, marked, query, LEFT, y + 19 + LINE + 2, right)


def _draw_text(
    axes: Axes,
    text: str,
    marked: Sequence[str],
    query: str,
    left: float,
    baseline: float,
    right: float,
) -> None:
    """Running text; marked words in the accent, the query in bold."""
    stems = {word.rstrip("s") for word in marked}
    space = _width("n n", SIZE, "normal") - _width("nn", SIZE, "normal")
    x = left
    for piece in text.split():
        stem = re.sub(r"\W+$|'s\b", "", piece.lower()).rstrip("s")
        weight, colour = MARKED if stem in stems else ASKED if stem == query else PLAIN
        width = _width(piece, SIZE, weight)
        if x + width > right:
            x, baseline = left, baseline + LINE
        look = {"size": SIZE, "weight": weight, "color": colour, "parse_math": False}
        axes.text(x, baseline, piece, **look)
        x += width + space


def _draw_box(axes: Axes, left: float, top: float, width: float, height: float, **look) -> None:
    style = "round,pad=0,rounding_size=6"
    axes.add_patch(FancyBboxPatch((left, top), width, height, boxstyle=style, **look))


def _width(text: str, size: float, weight: str) -> float:
    """Width of a text in pixels."""
    font = FontProperties(size=size, weight=weight)
    points, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return points * 96 / 72
