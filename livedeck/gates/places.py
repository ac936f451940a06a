"""The gate `overflow` for figures: texts that leave the figure, and tick labels on each other."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from livedeck.finding import Finding
from livedeck.slides.theme import PIXELS_PER_INCH

BEYOND = 0.75  # pixels of its letters that may leave the figure: nobody sees less
TOUCHING = 0.75  # pixels of its letters that may lie on another label

Scored = tuple[float, Finding]


def misplaced(figure: Figure, places: dict[Text, Bbox]) -> Iterator[Scored]:
    """Texts that are cut off, and labels that cannot be read for other labels."""
    scale = PIXELS_PER_INCH / figure.get_dpi()
    for text, box in places.items():
        whole = _whole(text)
        beyond = max(whole.x0 - box.x0, box.x1 - whole.x1, whole.y0 - box.y0, box.y1 - whole.y1)
        if (far := beyond * scale) > BEYOND and not _clipped(text):
            message = f"the text {_words(text)} is {far:.0f} px beyond the edge of its figure"
            hint = "Place it further within, shorten it, or break it into lines."
            yield -far, Finding("overflow", message, hint, cause=f"beyond: {_words(text)}")
    for axis in figure.findobj(Axis):
        labels = [(text, places[text]) for text in _labels(axis) if text in places]
        for (one, box), (other, its) in combinations(labels, 2):
            if (covered := _common(box, its) * scale) > TOUCHING:
                message = f"the tick labels {_words(one)} and {_words(other)} are on each other"
                hint = "Choose fewer ticks, shorter labels, or turn them: `rotation=30`."
                cause = f"ticks: {_words(one)} {_words(other)}"
                yield -covered, Finding("overflow", message, hint, cause=cause)


def _whole(text: Text) -> Any:
    """The box of the figure that a text is in, or of its panel."""
    panel: Any = text.get_figure(root=False)
    return panel.bbox


def _labels(axis: Axis) -> Iterator[Text]:
    """The labels of an axis' ticks; the boxes of those turned askew say nothing."""
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        for text in (tick.label1, tick.label2):
            if text.get_rotation() % 90 == 0:
                yield text


def _clipped(text: Text) -> bool:
    """Whether a text is cut by its axes as its author asked."""
    bounds = text.get_clip_box() is not None or text.get_clip_path() is not None
    return text.get_clip_on() and bounds


def _common(one: Bbox, other: Bbox) -> float:
    """How far two boxes reach into each other."""
    common = Bbox.intersection(one, other)
    return min(common.width, common.height) if common is not None else 0


def _words(text: Text) -> str:
    words = " ".join(text.get_text().split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"
