"""Writes the deck as one PDF, a page for each slide."""

import re

from livedeck import pdf
from livedeck.compute import Computed
from livedeck.entry import Entry
from livedeck.galleys import Galleys
from livedeck.manuscript import renderer
from livedeck.pieces import grouped
from livedeck.prepare import Prepared
from livedeck.project import Project
from livedeck.render import Rendering


def write(
    project: Project,
    prepared: Prepared,
    rendering: Rendering,
    computed: Computed,
    files: dict[str, bytes],
    galleys: Galleys,
) -> bytes:
    """The PDF, with every figure's numbers and the deck's results attached."""
    render = renderer(prepared, rendering, computed)
    settings = prepared.deck.settings
    return pdf.write(
        [render(group) for group in grouped(rendering.slides)],
        rendering.drawn,
        roots=[project.deck, *prepared.fonts.folders],
        title=settings.title,
        author=settings.author,
        language=settings.language,
        attachments=[_results(files), *_tables(prepared, computed)],
        modes=prepared.theme.named(),
        typesetters=galleys,
    )


def _results(files: dict[str, bytes]) -> pdf.Attachment:
    name = "results.json"
    return pdf.Attachment(name, files[name], "Every result of this deck", "application/json")


def _tables(prepared: Prepared, computed: Computed) -> list[pdf.Attachment]:
    tables = []
    for place, entry in computed.figures.items():
        if isinstance(entry, Entry):
            name = re.sub(r"[^\w.-]+", "-", place[0]) + ".csv"
            about = f"The numbers behind the figure {place[0]}"
            tables.append(pdf.Attachment(name, entry.read("data.csv"), about, "text/csv"))
    return tables
