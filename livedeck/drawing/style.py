"""The deck's look as matplotlib sees it: type, colours by name, colour maps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib import colors, font_manager
from matplotlib.collections import Collection, QuadMesh, TriMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import ArrowStyle, FancyArrowPatch, Patch
from matplotlib.quiver import Barbs
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from livedeck.gates import artist_insides
from livedeck.slides.theme import LAST, PIXELS_PER_INCH, Theme

SIGNS = "STIXGeneral"  # has signs that no family of the page has: they are outlines
POINTS = 72 / PIXELS_PER_INCH

LABEL = 18 * POINTS  # the size of text around a figure, and in it; nothing is smaller
TICK = LABEL
STROKE = 2 * POINTS
HAIRLINE = 1 * POINTS
UNSAID = STROKE * 1.000001  # of an edge whose width nobody gives: no author writes such a number
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
        "font.family": list(dict.fromkeys([*theme.fonts["text"], LAST, SIGNS])),
        "font.monospace": list(theme.fonts["mono"]),
        "font.size": LABEL,
        "mathtext.fontset": "custom",
        "mathtext.rm": text,
        "mathtext.it": f"{text}:italic",
        "mathtext.bf": f"{text}:bold",
        "mathtext.cal": "STIXNonUnicode",  # which has no letter, so that the fallback is asked
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
        "patch.linewidth": UNSAID,  # see `trim_edges`
        "patch.edgecolor": ink,
        "hatch.color": ink,
        "legend.frameon": False,
        "legend.facecolor": names["paper"],
        "legend.edgecolor": muted,
        "legend.fontsize": TICK,
        **_boxes(ink),
        **{f"axes3d.{axis}axis.panecolor": (*colors.to_rgb(grid), 0.3) for axis in "xyz"},
        "image.cmap": "sequential",
        "image.interpolation": "nearest",
        "svg.fonttype": "none",
        "svg.hashsalt": "livedeck",  # else ids are random
        "pdf.fonttype": 42,
        "pdf.compression": 6,
    }


def flatten_shades(figure: Figure) -> None:
    """Makes pixels of triangles whose colours run into each other: in SVG they would lie on each
    other and shine."""
    for mesh in [*figure.findobj(QuadMesh), *figure.findobj(TriMesh)]:
        if isinstance(mesh, TriMesh) or artist_insides.is_shaded(mesh):
            mesh.set_rasterized(True)


def _boxes(ink: str) -> dict[str, Any]:
    """The lines of box plots; the median's is in ink too, for boxes may have a series' colour."""
    drawn: dict[str, Any] = {}
    for part in ("box", "whisker", "cap", "median"):
        drawn[f"boxplot.{part}props.color"] = ink
        drawn[f"boxplot.{part}props.linewidth"] = HAIRLINE if part != "median" else STROKE
    for what in ("color", "markeredgecolor"):
        drawn[f"boxplot.flierprops.{what}"] = ink
    return drawn


def trim_edges(figure: Figure) -> None:
    """Takes their edges from filled shapes that ask for none, by colour or by width.

    What consists of its edge alone keeps it, and so does a box in the colour of the paper.
    """
    for artist in set(_shapes(figure)):
        widths = np.ravel(artist.get_linewidth())
        if len(widths) and np.all(widths == UNSAID):
            artist.set_linewidth(STROKE if _keeps_edge(artist) else 0)


def _shapes(figure: Figure) -> Iterator[Any]:
    for artist in figure.findobj(lambda one: isinstance(one, (Patch, Collection, Text))):
        if not isinstance(artist, Text):
            yield artist
            continue
        yield from filter(None, [artist.get_bbox_patch()])
        if isinstance(artist, Annotation) and artist.arrow_patch:
            yield artist.arrow_patch


def _keeps_edge(artist: Any) -> bool:
    """Whether an edge of no given width is seen: it stands alone, or its colour was asked for."""
    if isinstance(artist, (Barbs, Spine)):
        return True
    if isinstance(artist, FancyArrowPatch) and not isinstance(artist.get_arrowstyle(), SOLID):
        return True
    if isinstance(artist, Patch) and not artist.get_fill():
        return True
    faces = colors.to_rgba_array(artist.get_facecolor())
    if isinstance(artist, Collection) and artist.get_array() is not None:
        return artist_insides.asked_edge(artist) not in (None, "none", "face")
    if not faces[:, 3].any():
        return True
    if artist_insides.asked_edge(artist) is None:
        paper = colors.to_rgb("paper")
        return artist_insides.has_edge_by_default(artist) and all(
            tuple(face[:3]) == paper for face in faces
        )
    edges = colors.to_rgba_array(artist.get_edgecolor())
    return len(edges) != len(faces) or not np.array_equal(edges[:, :3], faces[:, :3])
