"""The deck's look as matplotlib sees it: type, colours by name, colour maps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib import colors, font_manager
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure, FigureBase
from matplotlib.patches import ArrowStyle, FancyArrowPatch, Patch
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from livedeck.theme import LAST, Theme

PIXELS_PER_INCH = 96  # CSS's; a point is 4/3 of a pixel
POINTS = 72 / PIXELS_PER_INCH

LABEL = 18 * POINTS  # the size of text around a figure, and in it; nothing is smaller
TICK = LABEL
STROKE = 2 * POINTS
HAIRLINE = 1 * POINTS
SOLID = (ArrowStyle.Simple, ArrowStyle.Fancy, ArrowStyle.Wedge)  # arrows without lines


def use(theme: Theme, mode: str, fonts: list[Path]) -> None:
    """Puts matplotlib in the deck's style, for one of the modes `light` and `dark`.

    Figures then name colours by what they mean: `accent` (the model), `muted` (the baseline),
    `ink` (the truth), `grid`, `paper`; `C0` to `C5` are the series in order. The colour maps
    `sequential` and `ink` begin with the paper, `diverging` has it in its middle.
    """
    manager, own = font_manager.fontManager, matplotlib.get_data_path()
    known = [e for e in manager.ttflist if Path(e.fname) in fonts or e.fname.startswith(own)]
    manager.ttflist = sorted(known, key=lambda e: e.fname)  # none of the system's, in one order
    for path in fonts:
        if str(path) not in {entry.fname for entry in known}:
            manager.addfont(path)
    palette = theme.palettes[mode]
    names = palette.named()
    known_colours = colors.get_named_colors_mapping()
    for name, colour in names.items():
        known_colours[name] = colour  # one by one: `update` leaves matplotlib's cache as it was
    for name, stops in {
        "sequential": [names["paper"], names["series-1"]],
        "ink": [names["paper"], names["ink"]],
        "diverging": [names["series-2"], names["paper"], names["series-1"]],
    }.items():
        if name in matplotlib.colormaps:
            matplotlib.colormaps.unregister(name)  # the other mode's
        matplotlib.colormaps.register(LinearSegmentedColormap.from_list(name, stops))
    matplotlib.rcdefaults()
    settings: Any = parameters(theme, names)
    matplotlib.rcParams.update(settings)


def parameters(theme: Theme, names: dict[str, str]) -> dict[str, Any]:
    """Matplotlib's settings (rcParams) for a palette given by name."""
    ink, muted, grid = names["ink"], names["muted"], names["grid"]
    text = theme.fonts["text"][0]
    series = [colour for name, colour in names.items() if name.startswith("series-")]
    return {
        "figure.facecolor": "none",
        "figure.dpi": PIXELS_PER_INCH,
        "savefig.facecolor": "none",
        "savefig.dpi": 2 * PIXELS_PER_INCH,
        "font.family": list(dict.fromkeys([*theme.fonts["text"], LAST])),
        "font.monospace": list(theme.fonts["mono"]),
        "font.size": LABEL,
        "mathtext.fontset": "custom",
        "mathtext.rm": text,
        "mathtext.it": f"{text}:italic",
        "mathtext.bf": f"{text}:bold",
        "mathtext.cal": text,
        "mathtext.sf": text,
        "mathtext.tt": theme.fonts["mono"][0],
        "mathtext.fallback": "stix",
        "text.color": ink,
        "axes.facecolor": "none",
        "axes.edgecolor": muted,
        "axes.labelcolor": ink,
        "axes.labelsize": LABEL,
        "axes.titlesize": LABEL,
        "axes.titleweight": "normal",
        "axes.titlelocation": "left",
        "axes.linewidth": HAIRLINE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=series),
        "axes.unicode_minus": True,
        "grid.color": grid,
        "grid.linewidth": HAIRLINE,
        "xtick.color": muted,
        "xtick.labelcolor": ink,
        "xtick.labelsize": TICK,
        "xtick.major.width": HAIRLINE,
        "xtick.minor.visible": False,
        "ytick.color": muted,
        "ytick.labelcolor": ink,
        "ytick.labelsize": TICK,
        "ytick.major.width": HAIRLINE,
        "lines.linewidth": STROKE,
        "lines.markersize": 6 * POINTS,
        "lines.solid_capstyle": "round",
        "patch.linewidth": 0,  # see `show_outlines`
        "patch.edgecolor": ink,
        "hatch.color": ink,
        "legend.frameon": False,
        "legend.fontsize": TICK,
        "image.cmap": "sequential",
        "image.interpolation": "nearest",
        "svg.fonttype": "none",
        "svg.hashsalt": "livedeck",  # else ids are random
        "pdf.fonttype": 42,
        "pdf.compression": 6,
    }


def show_outlines(figure: Figure) -> None:
    """Gives a line's width to arrows and hollow shapes that have none.

    Filled shapes have no edge here unless they ask for one; of these the edge is all there is.
    """
    frames = {part.patch for part in figure.findobj(FigureBase)}  # type: ignore[attr-defined]
    for artist in set(_shapes(figure)) - frames:
        if np.max(artist.get_linewidth(), initial=0) == 0 and _is_outline(artist):
            artist.set_linewidth(STROKE)


def _shapes(figure: Figure) -> Iterator[Any]:
    for artist in figure.findobj(lambda one: isinstance(one, (Patch, Collection, Text))):
        if not isinstance(artist, Text):
            yield artist
            continue
        yield from filter(None, [artist.get_bbox_patch()])
        if isinstance(artist, Annotation) and artist.arrow_patch:
            yield artist.arrow_patch


def _is_outline(artist: Artist) -> bool:
    if isinstance(artist, FancyArrowPatch):
        return not isinstance(artist.get_arrowstyle(), SOLID)
    if isinstance(artist, Collection):
        return artist.get_array() is None and _is_clear(artist.get_facecolor())
    if isinstance(artist, Patch) and not isinstance(artist, Spine):
        return not artist.get_fill() or _is_clear(artist.get_facecolor())
    return False


def _is_clear(colour: Any) -> bool:
    return not colors.to_rgba_array(colour)[:, 3].any()
