"""Writes the deck as one PDF, a page for each slide."""

import re

from markupsafe import Markup

from livedeck import fonts, pdf
from livedeck.compute import Computed
from livedeck.entry import Entry
from livedeck.galleys import Galleys
from livedeck.page import context, sheets, theme_css
from livedeck.prepare import Prepared
from livedeck.project import Project
from livedeck.render import Rendering, results_table

SHEETS = ("type", "slide", "layouts", "pdf")


def write(
    project: Project,
    prepared: Prepared,
    rendering: Rendering,
    computed: Computed,
    files: dict[str, bytes],
    galleys: Galleys,
) -> bytes:
    """The PDF, with every figure's numbers and the deck's results attached."""
    families, found = prepared.theme.fonts, prepared.fonts
    style = "\n".join(
        [
            theme_css(prepared.theme),
            fonts.face_css(families["text"], found.text, "", embed=False),
            fonts.face_css(families["mono"], found.mono, "", embed=False),
            sheets(prepared, SHEETS),
        ]
    )
    results = results_table(prepared.plan, computed)
    known = context(prepared, rendering, results)
    html = [
        prepared.templates.render("pdf.html.j2", **known | {"slides": group}, css=Markup(style))
        for group in pdf.pieces(rendering.slides)
    ]
    settings = prepared.deck.settings
    return pdf.write(
        html,
        rendering.drawn,
        roots=sorted({project.deck, *(path.parent for path in found.paths)}),
        title=settings.title,
        author=settings.author,
        language=settings.language,
        attachments=[_results(files), *_tables(prepared, computed)],
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
