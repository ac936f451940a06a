"""The numbers behind a figure, read back from what was drawn."""

import csv
import io

from matplotlib.figure import Figure

from livedeck.characters import fit
from livedeck.drawing import points

HEADER = ("frame", "panel", *points.Point._fields)
LIMIT = 20_000  # rows; a picture of a thousand by a thousand is not read as a table
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = tuple[str, ...]


def rows(figures: list[Figure], labels: list[str]) -> list[Row]:
    """One row for each point, bar, cell and pixel, under the columns of `HEADER`."""
    found: list[Row] = []
    for figure, label in zip(figures, labels, strict=True):
        for number, axes in enumerate(figure.axes, start=1):
            panel = axes.get_title(loc="left") or axes.get_title() or axes.get_ylabel()
            place = _harmless(label), _harmless(panel) or str(number)
            for point in points.of(axes):
                if len(found) == LIMIT:
                    return found
                words = _harmless(point.series), _harmless(point.label)
                found.append((*place, *words, _harmless(point.x), _harmless(point.y), *point[4:]))
    return found


def to_csv(found: list[Row]) -> str:
    """The rows as CSV, without the columns that are empty throughout."""
    used = [i for i in range(len(HEADER)) if any(row[i] for row in found)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([HEADER[i] for i in used])
    writer.writerows([row[i] for i in used] for row in found)
    return fit(buffer.getvalue())


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: those that begin like one get the apostrophe
    that says so, unless they are numbers."""
    if not text.startswith(FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
