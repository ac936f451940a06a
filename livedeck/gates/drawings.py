"""The gates for figures, which look at the artists of a drawing; `places` has `overflow`.

A text must be readable and stand out from what is behind it; a line, a marker, or a shape must
stand out by its edge or its face. Grid lines, axes, images and colour maps are left out, and so
are fills that let the page shine through, shapes in the theme's `grid` or `paper`, shapes that a
text stands on, and the translucent marks of a spread around an opaque one of the same colour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.quiver import Barbs, Quiver
from matplotlib.text import Text
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from livedeck.finding import Finding
from livedeck.gates import colours, letters
from livedeck.gates.artists import Rgba, artists, edge, face, is_mapped, rgba
from livedeck.gates.grounds import Grounds
from livedeck.gates.places import misplaced
from livedeck.gates.readable import FIX, READABLE, is_small
from livedeck.slides.theme import Palette

PIXELS = 96 / 72  # to a point
FRAMES = 6  # of a sequence that are looked at, evenly chosen
COLOURS = 32  # of one collection that are looked at
OVERLAID = ("a marker", "a bar")  # which authors make translucent to show how many there are
SEEN = 1.2  # the least contrast of one such
NAMED = 3  # findings of one kind, the worst first; the others are counted
NAMES = {"medium": 500, "semibold": 600, "demibold": 600, "bold": 700, "heavy": 800, "black": 900}

Mark = tuple[str, list[Rgba], Artist]  # what it is, colours of which one must stand out, and it
Scored = tuple[float, Finding]  # how bad a finding is: the smaller, the worse


def smallest_text(figures: Sequence[Figure]) -> float | None:
    """The size of the smallest text in figures, in CSS pixels."""
    sizes = [_pixels(text) for figure in _chosen(figures) for text in _texts(artists(figure))]
    return min(sizes, default=None)


def examine(figures: Sequence[Figure], palette: Palette, mode: str) -> list[Finding]:
    """What the audience could not read or tell apart in a figure, or in the frames of a sequence,
    after it was drawn: only then has everything its place."""
    found: dict[str, Scored] = {}
    for figure in _chosen(figures):
        seen, places = artists(figure), letters.boxes(figure)
        grounds = Grounds(figure, seen, colours.parse(palette.paper), places)
        placed = misplaced(figure, places)
        for scored in (*_small(seen), *placed, *_faint_texts(seen, grounds, mode)):
            found.setdefault(scored[1].cause, scored)
        for scored in _faint_marks(_meant(figure, seen, grounds, palette), grounds, mode):
            found.setdefault(scored[1].cause, scored)
    return _shortened(list(found.values()))


def _chosen(figures: Sequence[Figure]) -> list[Figure]:
    last = len(figures) - 1
    return [figures[round(i)] for i in np.linspace(0, last, min(FRAMES, len(figures)))]


def _shortened(scored: list[Scored]) -> list[Finding]:
    """The worst of each kind; the last of them says how many more there are."""
    kinds: dict[str, list[Scored]] = {}
    for one in scored:
        kinds.setdefault(one[1].cause.partition(":")[0], []).append(one)
    kept = []
    for several in kinds.values():
        several.sort(key=lambda one: (one[0], one[1].cause))
        findings = [finding for _, finding in several[:NAMED]]
        if more := len(several) - len(findings):
            message = f"{findings[-1].message}; {more} more like it"
            findings[-1] = replace(findings[-1], message=message)
        kept += findings
    return kept


def _small(seen: list[Artist]) -> Iterator[Scored]:
    for text in _texts(seen):
        size = _pixels(text)
        if is_small(size):
            message = f"{_quoted(text)} is set in {size:.3g} px"
            hint = f"{FIX}: `size={READABLE / PIXELS:g}` in points, or more."
            yield size, Finding("small-text", message, hint, cause=f"size: {size:.3g}")


def _faint_texts(seen: list[Artist], grounds: Grounds, mode: str) -> Iterator[Scored]:
    for text in _texts(seen):
        colour = rgba(text.get_color(), text.get_alpha())
        least = colours.least_for_text(_pixels(text), _weight(text))
        ratio, ground = grounds.behind_text(text, colour)
        if colour[3] > 0 and ratio < least:
            yield _scored(_quoted(text), [colour], ground, ratio, least, mode)


def _faint_marks(marks: Iterator[Mark], grounds: Grounds, mode: str) -> Iterator[Scored]:
    for what, drawn, artist in marks:
        ratio, ground = max(grounds.behind_mark(artist, colour) for colour in drawn)
        if ratio >= SEEN and what in OVERLAID and all(colour[3] < 1 for colour in drawn):
            solid = [(*colour[:3], 1.0) for colour in drawn]  # as many on each other are
            ratio = max(grounds.behind_mark(artist, colour)[0] for colour in solid)
        if len(drawn) == 2 and drawn[0][3] == drawn[1][3] == 1:  # a face within its own edge
            ratio = max(ratio, colours.ratio(drawn[0][:3], drawn[1][:3]))
        if ratio < colours.GRAPHIC:
            yield _scored(what, drawn, ground, ratio, colours.GRAPHIC, mode)


def _scored(
    what: str, drawn: list[Rgba], ground: colours.Rgb, ratio: float, least: float, mode: str
) -> Scored:
    shown = " and ".join(dict.fromkeys(_written(colour) for colour in drawn))
    pair = f"{shown} on {colours.written(ground)}"
    message = f"{what} has a contrast of {_floored(ratio)}:1 in the {mode} mode ({pair})"
    message += f", and needs {least:g}:1"
    hint = "Choose a colour that stands out more"
    hint += ", or a higher `alpha`." if any(colour[3] < 1 for colour in drawn) else "."
    cause = f"{what.partition(' “')[0]}: {mode} {pair}"
    return ratio / least, Finding("contrast", message, hint, cause=cause)


def _texts(seen: list[Artist]) -> Iterator[Text]:
    for artist in seen:
        if isinstance(artist, Text) and artist.get_text().strip():
            yield artist


def _meant(
    figure: Figure, seen: list[Artist], grounds: Grounds, palette: Palette
) -> Iterator[Mark]:
    """Everything that carries meaning by its outline: lines, markers and shapes."""
    exempt = {colors.to_rgb(palette.grid), colors.to_rgb(palette.paper)}
    mapped = {one.axes: one for one in seen if isinstance(one, LineCollection) and is_mapped(one)}
    left_out: set[Artist] = {one.get_frame() for one in seen if isinstance(one, Legend)}
    left_out |= {cap for axes in figure.findobj(Axes) for cap in _caps(axes)}
    bars = {mark[2]: mark for axes in figure.findobj(Axes) for mark in _bars(axes)}
    marks = [
        mark for artist in seen for mark in _of_artist(artist) if artist not in {*bars, *left_out}
    ]
    marks += bars.values()
    opaque = {(mark[2].axes, c[:3]) for mark in marks for c in mark[1] if c[3] == 1}
    for what, colours_drawn, artist in marks:
        drawn = [colour for colour in colours_drawn if colour[3] > 0]
        around = any(c[3] < 1 and (artist.axes, c[:3]) in opaque for c in drawn)
        if not drawn:
            continue
        if what != "a bar" and (around or all(c[:3] in exempt for c in drawn)):
            continue
        if what == "an arrow" and _is_of(mapped.get(artist.axes), drawn[0]):
            continue
        if what == "a shape" and grounds.holds_text(artist):
            continue
        yield what, drawn, artist


def _is_of(mapped: LineCollection | None, colour: Rgba) -> bool:
    """Whether an arrow has a colour of the map that its axes' lines have: it stands on a line."""
    if mapped is None:
        return False
    known = mapped.get_cmap()(np.linspace(0, 1, 256))
    return bool(np.abs(known - colour).max(axis=1).min() < 1 / 128)


def _of_artist(artist: Artist) -> Iterator[Mark]:
    if isinstance(artist, Line2D):
        yield from _line(artist)
    elif isinstance(artist, FancyArrowPatch):
        yield "an arrow", [edge(artist), face(artist)], artist
    elif isinstance(artist, Patch):
        if not 0 < face(artist)[3] < 1:  # a fill that lets the page shine through
            yield "a shape", [edge(artist), face(artist)], artist
    elif isinstance(artist, Collection) and not is_mapped(artist):
        yield from _collection(artist)


def _line(line: Line2D) -> Iterator[Mark]:
    alpha, label = line.get_alpha(), str(line.get_label())
    named = f" “{label}”" if label and not label.startswith("_") else ""
    if line.get_linestyle() not in ("None", " ", "") and line.get_linewidth() > 0:
        yield f"a line{named}", [rgba(line.get_color(), alpha)], line
    if line.get_marker() not in ("None", None, " ", "", ","):
        drawn = [rgba(line.get_markerfacecolor(), alpha)]
        if line.get_markeredgewidth() > 0:
            drawn.append(rgba(line.get_markeredgecolor(), alpha))
        yield f"a marker{named}", drawn, line


def _collection(collection: Collection) -> Iterator[Mark]:
    faces = colors.to_rgba_array(collection.get_facecolor())
    edges = colors.to_rgba_array(collection.get_edgecolor())
    if np.max(collection.get_linewidth(), initial=0) == 0:
        edges = edges[:0]
    points = isinstance(collection, PathCollection)
    what = "a marker" if points else "a shape" if len(faces) else "a line"
    what = "an arrow" if isinstance(collection, (Quiver, Barbs)) else what
    if not points and len(faces) and np.all((faces[:, 3] > 0) & (faces[:, 3] < 1)):
        return  # a band
    drawn: dict[tuple[Rgba, ...], None] = {}
    for i in range(max(len(faces), len(edges))):
        both = [part[i % len(part)] for part in (faces, edges) if len(part)]
        drawn[tuple(colors.to_rgba(tuple(colour)) for colour in both)] = None
    if isinstance(collection, Poly3DCollection):  # whose faces are lit: the brightest is its colour
        yield what, [colour for pair in drawn for colour in pair], collection
        return
    for pair in list(drawn)[:COLOURS]:
        yield what, list(pair), collection


def _bars(axes: Axes) -> Iterator[Mark]:
    for container in axes.containers:
        if isinstance(container, BarContainer):
            for bar in container:
                yield "a bar", [edge(bar), face(bar)], bar


def _caps(axes: Axes) -> Iterator[Artist]:
    """The ends of error bars, which are measured by their lines."""
    for container in axes.containers:
        if isinstance(container, ErrorbarContainer):
            yield from container.lines[1]


def _pixels(text: Text) -> float:
    return round(float(text.get_fontsize()) * PIXELS, 2)


def _weight(text: Text) -> int:
    weight: Any = text.get_fontweight()
    return NAMES.get(weight, 400) if isinstance(weight, str) else int(weight)


def _written(colour: Rgba) -> str:
    opaque = f" at {colour[3]:.0%}" if colour[3] < 1 else ""
    return f"{colours.written(colour[:3])}{opaque}"


def _floored(ratio: float) -> str:
    return f"{int(100 * ratio) / 100:.2f}"  # 2.999 is not 3


def _quoted(text: Text) -> str:
    words = " ".join(text.get_text().split())
    return f"the text “{words if len(words) <= 40 else words[:39] + '…'}”"
