"""The gate `overflow` for figures: texts that leave the figure, and tick labels on each other."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from mpl_toolkits.mplot3d.art3d import Text3D

from livedeck.gates.finding import Finding
from livedeck.gates.grounds import Grounds

BEYOND = 3  # pixels of a text's box, whose letters seldom fill it, that may leave the figure
SHARE = 0.15  # of a label's box that another may cover

Scored = tuple[float, Finding]


def misplaced(seen: list[Artist], grounds: Grounds) -> Iterator[Scored]:
    """Texts that are cut off, and labels that cannot be read for other labels."""
    for artist in seen:
        if not isinstance(artist, Text) or not artist.get_text().strip() or _clipped(artist):
            continue
        box, whole = grounds.box(artist), _figure(artist).bbox
        beyond = max(whole.x0 - box.x0, box.x1 - whole.x1, whole.y0 - box.y0, box.y1 - whole.y1)
        if beyond > BEYOND:
            message = f"the text {_words(artist)} is {beyond:.0f} px beyond the edge of its figure"
            hint = "Place it further within, shorten it, or break it into lines."
            yield -beyond, Finding("overflow", message, hint, cause=f"beyond: {_words(artist)}")
    for axis in grounds.figure.findobj(Axis):
        if not (axis.axes.axison and axis.axes.get_visible() and axis.get_visible()):
            continue
        labels = [(text, grounds.box(text)) for text in _labels(axis)]
        for (one, box), (other, its) in combinations(labels, 2):
            if (covered := _covered(box, its)) > SHARE:
                message = f"the tick labels {_words(one)} and {_words(other)} are on each other"
                hint = "Choose fewer ticks, shorter labels, or turn them: `rotation=30`."
                cause = f"ticks: {_words(one)} {_words(other)}"
                yield -covered, Finding("overflow", message, hint, cause=cause)


def _figure(text: Text) -> Any:
    """The figure that a text is in, or the panel of one."""
    return text.get_figure(root=False)


def _labels(axis: Axis) -> Iterator[Text]:
    """The labels of the ticks that are drawn; the boxes of those turned askew say nothing."""
    for tick in axis._update_ticks():  # type: ignore[attr-defined]
        for text in (tick.label1, tick.label2):
            if text.get_visible() and text.get_text().strip() and text.get_rotation() % 90 == 0:
                yield text


def _clipped(text: Text) -> bool:
    """Whether a text is cut by its axes as its author asked, or stands elsewhere when drawn."""
    bounds = text.get_clip_box() is not None or text.get_clip_path() is not None
    return (text.get_clip_on() and bounds) or isinstance(text, Text3D)


def _covered(one: Bbox, other: Bbox) -> float:
    common = Bbox.intersection(one, other)
    least = min(one.width * one.height, other.width * other.height)
    return common.width * common.height / least if common is not None and least else 0


def _words(text: Text) -> str:
    words = " ".join(text.get_text().split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"
