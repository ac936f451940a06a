"""The gates `small-text` and `contrast` for figures, which look at the artists of a drawing.

A text must be readable and stand out from what is behind it; a line, a marker, or a shape must
stand out by its edge or its face. Grid lines, axes, images and colour maps are left out, and so
are fills that let the page shine through, shapes in the theme's `grid` or `paper`, and seeds: the
translucent marks of a spread around an opaque one of the same colour.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from livedeck.gates import colours
from livedeck.gates.finding import Finding
from livedeck.gates.grounds import Grounds
from livedeck.gates.small_text import FIX, READABLE, ROUNDING
from livedeck.theme import Palette

PIXELS = 96 / 72  # to a point
FEW = 32  # colours of one collection that are looked at
COLOUR = "Choose another colour of the theme"

Rgba = tuple[float, float, float, float]
Mark = tuple[str, list[Rgba], Artist]  # what it is, colours of which one must stand out, and it


def smallest_text(figures: Sequence[Figure]) -> float | None:
    """The size of the smallest text in figures, in CSS pixels."""
    texts = [text for figure in figures for text in _texts(figure)]
    return min((round(text.get_fontsize() * PIXELS, 2) for text in texts), default=None)


def examine(figures: Sequence[Figure], palette: Palette, mode: str) -> list[Finding]:
    """What the audience could not read or tell apart in figures drawn for a mode."""
    found: dict[str, Finding] = {}
    for figure in figures:
        grounds = Grounds(figure, colours.parse(palette.paper))
        for finding in (*_sizes(figure), *_faint(figure, grounds, palette, mode)):
            found.setdefault(finding.cause, finding)
    return list(found.values())


def _sizes(figure: Figure) -> Iterator[Finding]:
    for text in _texts(figure):
        size = text.get_fontsize() * PIXELS
        if size < READABLE - ROUNDING:
            message = f"{_quoted(text)} is set in {size:.3g} px"
            hint = f"{FIX}: `size={READABLE / PIXELS:g}` in points, or more."
            yield Finding("small-text", message, hint, cause=f"size {size:.3g}")


def _faint(figure: Figure, grounds: Grounds, palette: Palette, mode: str) -> Iterator[Finding]:
    for text in _texts(figure):
        least = colours.least_for_text(text.get_fontsize() * PIXELS, _weight(text))
        colour = _rgba(text.get_color(), text.get_alpha())
        ratio, ground = grounds.behind_text(text, colour)
        if ratio < least:
            yield _finding(_quoted(text), [colour], ground, ratio, least, mode)
    for what, options, artist in _marks(figure, palette):
        tried = [grounds.behind_mark(artist, colour) for colour in options]
        ratio, ground = max(tried)
        if ratio < colours.GRAPHIC:
            yield _finding(what, options, ground, ratio, colours.GRAPHIC, mode)


def _finding(
    what: str, drawn: list[Rgba], ground: colours.Rgb, ratio: float, least: float, mode: str
) -> Finding:
    shown = " and ".join(dict.fromkeys(_written(colour) for colour in drawn))
    below = colours.written(ground)
    message = (
        f"{what} has a contrast of {ratio:.2f}:1 in the {mode} mode ({shown} on {below}), "
        f"and needs {least:g}:1"
    )
    translucent = any(colour[3] < 1 for colour in drawn)
    hint = f"{COLOUR}, or a higher `alpha`." if translucent else f"{COLOUR}."
    cause = f"{what.partition(' “')[0]} {mode} {shown} on {below}"
    return Finding("contrast", message, hint, cause=cause)


def _texts(figure: Figure) -> Iterator[Text]:
    for artist in _artists(figure):
        if isinstance(artist, Text) and artist.get_text().strip():
            yield artist


def _artists(parent: Artist) -> Iterator[Artist]:
    """What is to be seen of a figure, without its axes' lines and grounds."""
    for child in parent.get_children():
        if not child.get_visible() or isinstance(child, Spine):
            continue
        if isinstance(parent, (Axes, FigureBase)) and child is parent.patch:
            continue
        if isinstance(child, Axis):
            yield from _labels(child)
            continue
        yield child
        if isinstance(child, Annotation) and child.arrow_patch is not None:
            yield child.arrow_patch
        yield from _artists(child)


def _labels(axis: Axis) -> Iterator[Artist]:
    if axis.axes.axison:
        texts = [axis.label, axis.offsetText]
        for tick in axis._update_ticks():  # type: ignore[attr-defined]  # those that are drawn
            texts += [tick.label1, tick.label2]
        yield from (text for text in texts if text.get_visible())


def _marks(figure: Figure, palette: Palette) -> Iterator[Mark]:
    """Everything that carries meaning by its outline: lines, markers and shapes."""
    exempt = {colors.to_rgb(palette.grid), colors.to_rgb(palette.paper)}
    marks = [mark for artist in _artists(figure) for mark in _of_artist(artist)]
    marks += [mark for axes in figure.findobj(Axes) for mark in _bars(axes)]
    opaque = {
        (mark[2].axes, colour[:3]) for mark in marks for colour in mark[1] if colour[3] == 1
    }
    for what, drawn, artist in marks:
        seen = [c for c in drawn if c[3] > 0]
        around = [c for c in seen if c[3] < 1 and (artist.axes, c[:3]) in opaque]
        meant = what == "a bar" or not (around or any(c[:3] in exempt for c in seen))
        if seen and meant:
            yield what, seen, artist


def _of_artist(artist: Artist) -> Iterator[Mark]:
    if isinstance(artist, Line2D):
        yield from _line(artist)
    elif isinstance(artist, FancyArrowPatch):
        yield "an arrow", [_edge(artist), _face(artist)], artist
    elif isinstance(artist, Patch):
        if not 0 < _face(artist)[3] < 1:  # else a fill that lets the page shine through
            yield "a shape", [_edge(artist), _face(artist)], artist
    elif isinstance(artist, Collection) and not _is_mapped(artist):
        yield from _collection(artist)


def _line(line: Line2D) -> Iterator[Mark]:
    alpha = line.get_alpha()
    label = str(line.get_label())
    named = f" “{label}”" if label and not label.startswith("_") else ""
    if line.get_linestyle() not in ("None", " ", "") and line.get_linewidth() > 0:
        yield f"a line{named}", [_rgba(line.get_color(), alpha)], line
    if line.get_marker() not in ("None", None, " ", "", ","):
        drawn = [_rgba(line.get_markerfacecolor(), alpha)]
        if line.get_markeredgewidth() > 0:
            drawn.append(_rgba(line.get_markeredgecolor(), alpha))
        yield f"a marker{named}", drawn, line


def _collection(collection: Collection) -> Iterator[Mark]:
    faces, edges = collection.get_facecolor(), collection.get_edgecolor()
    widths = collection.get_linewidth()
    outlined = len(edges) and max(widths, default=0) > 0
    points = isinstance(collection, PathCollection)
    what = "a marker" if points else "a shape" if len(faces) else "a line"
    pairs: dict[tuple[Rgba, ...], None] = {}
    for i in range(max(len(faces), len(edges) if outlined else 0)):
        pair = [tuple(map(float, faces[i % len(faces)]))] if len(faces) else []
        pair += [tuple(map(float, edges[i % len(edges)]))] if outlined else []
        pairs[tuple(pair)] = None  # type: ignore[index]
    for pair in list(pairs)[:FEW]:
        fill = isinstance(collection, PolyCollection) and any(0 < c[3] < 1 for c in pair)
        if not fill:
            yield what, list(pair), collection


def _bars(axes: Axes) -> Iterator[Mark]:
    for container in axes.containers:
        if isinstance(container, BarContainer):
            for bar in container:
                yield "a bar", [_edge(bar), _face(bar)], bar


def _is_mapped(collection: Collection) -> bool:
    """Whether a collection's colours stand for values."""
    if isinstance(collection, ContourSet):
        return collection.filled or collection.colors is None
    return isinstance(collection, QuadMesh) or collection.get_array() is not None


def _edge(patch: Patch) -> Rgba:
    red, green, blue, alpha = colors.to_rgba(patch.get_edgecolor())
    return (red, green, blue, alpha if patch.get_linewidth() > 0 else 0)


def _face(patch: Patch) -> Rgba:
    colour = colors.to_rgba(patch.get_facecolor())
    return colour if patch.get_fill() else (*colour[:3], 0)


def _rgba(colour: Any, alpha: Any) -> Rgba:
    if isinstance(colour, str) and colour.lower() == "none":
        return (0, 0, 0, 0)
    return colors.to_rgba(colour, alpha)


def _written(colour: Rgba) -> str:
    opacity = f" at {colour[3]:.0%}" if colour[3] < 1 else ""
    return f"{colours.written(colour[:3])}{opacity}"


def _weight(text: Text) -> int:
    weight = text.get_fontweight()
    names = {"normal": 400, "medium": 500, "semibold": 600, "demibold": 600, "bold": 700}
    return names.get(weight, 400) if isinstance(weight, str) else int(weight)


def _quoted(text: Text) -> str:
    words = " ".join(text.get_text().split())
    return f"the text “{words if len(words) <= 40 else words[:39] + '…'}”"
