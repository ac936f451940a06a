"""A figure's HTML: the drawing, its caption, and the data and origin behind it."""

import base64
import csv
import io
import json
import re
from html import escape

from livedeck.entry import Entry
from livedeck.errors import AuthorError
from livedeck.plan import Drawing, Run
from livedeck.provenance import line, terms

PICTURES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/svg+xml": "SVG",
    "image/webp": "WebP",
    "image/gif": "GIF",
}
_NAMED = re.compile(
    r'data-figure="[0-9a-f]+" src="livedeck-figure:[0-9a-f]+" width="(\d+)" height="(\d+)"'
)
TABLE = 40  # rows of its numbers that a figure shows in the page
DOWNLOAD = 100_000  # bytes up to which a figure's CSV travels in the page


def for_page(
    drawing: Drawing, run: Run, entry: Entry, result: Entry, alt: str, caption: str
) -> str:
    """A figure in the HTML page: SVG in the page's own colours, and what is behind it."""
    frames = entry.manifest["values"]["frames"]
    svgs = [entry.read(f"frame-{i:03}.svg").decode() for i in range(max(1, len(frames)))]
    if frames:
        svgs = [
            f'<div class="frame" data-label="{escape(label)}">{svg}</div>'
            for label, svg in zip(frames, svgs, strict=True)
        ]
    if len(frames) > 1:
        svgs = [entry.read("shared.svg").decode(), *svgs]
    drawing_ = (
        f'<div class="{"frames" if frames else "drawing"}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(svgs)}</div>"
    )
    attributes = (
        f' data-labels="{escape(json.dumps(frames, ensure_ascii=False))}"' if frames else ""
    )
    kind = "sequence" if frames else ""
    origin = _origin(drawing, run, entry, result)
    return figure(drawing_, caption, kind, attributes, origin)


def for_paper(drawing: Drawing, entry: Entry, alt: str, caption: str, line: int) -> str:
    """A figure in the PDF: a placeholder of its size, and what the gates must know of it."""
    image = (
        f'<img class="placeholder" data-figure="{entry.key}" src="livedeck-figure:{entry.key}"'
        f' width="{drawing.width}" height="{drawing.height}" alt="{escape(alt)}"'
        f' data-line="{line}" data-text="{entry.values["smallest_text"] or ""}">'
    )
    return figure(image, caption, "sequence" if drawing.figure.sequence else "")


def unnamed(html: str) -> str:
    """HTML for the PDF without the figures' keys, which decide nothing but what is drawn."""
    return _NAMED.sub(
        r'data-figure="\1x\2" src="livedeck-figure:\1x\2" width="\1" height="\2"', html
    )


def figure(
    content: str, caption: str, kind: str = "", attributes: str = "", behind: str = ""
) -> str:
    """A `<figure>` with an optional caption."""
    classes = f"figure {kind}".strip()
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="{classes}"{attributes}>{content}{below}{behind}</figure>'


def failure(error: AuthorError, width: int, height: int) -> str:
    """What stands in a figure's place when its experiment failed."""
    place = f"{error.path.name if error.path else ''}:{error.line or ''}"
    text = f"<strong>{escape(error.message)}</strong><br><code>{escape(place)}</code>"
    return f'<figure class="figure failed"><div class="failure" role="alert">{text}</div></figure>'


def _origin(drawing: Drawing, run: Run, entry: Entry, result: Entry) -> str:
    rows = list(csv.reader(io.StringIO(entry.read("data.csv").decode())))
    facts = "".join(
        f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in terms(run, result)
    )
    return (
        '<details class="numbers"><summary>Data and origin</summary>'
        f'<p class="origin">{escape(line(run, result))}</p><dl>{facts}</dl>'
        f"{_table(rows)}{_download(drawing, entry, len(rows) - 1)}</details>"
    )


def _table(rows: list[list[str]]) -> str:
    if len(rows) < 2:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows[1 : TABLE + 1]
    )
    return (
        '<div class="table" tabindex="0" role="region" aria-label="The figure\'s numbers">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _download(drawing: Drawing, entry: Entry, count: int) -> str:
    data = entry.read("data.csv")
    if count <= TABLE:
        shown = f"{count} rows"
    else:
        shown = f"the first {TABLE} of {count} rows"
    if len(data) > DOWNLOAD:
        return f"<p>{shown}; all are attached to the PDF</p>"
    name = f"{drawing.name}.csv".replace("?", "-").replace("&", "-")
    address = f"data:text/csv;base64,{base64.b64encode(data).decode()}"
    return f'<p>{shown} · <a download="{escape(name)}" href="{address}">CSV</a></p>'
