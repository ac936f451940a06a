"""A figure's HTML: the drawing, its caption, and the data, code and origin behind it."""

import csv
import io
import json
import re
import string
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from urllib.parse import quote

from livedeck.errors import AuthorError
from livedeck.planning.plan import Drawing, Run, salt
from livedeck.planning.provenance import terms
from livedeck.store.entry import Entry, digest

PICTURES = (".png", ".jpg", ".jpeg", ".svg", ".webp", ".gif", ".avif")
_NAMED = re.compile(
    r'data-figure="[0-9a-f]+" src="livedeck-figure:[0-9a-f]+" width="(\d+)" height="(\d+)"'
)
_UNFIT = re.compile(r'[\x00-\x20"#%<>\[\\\]^`{|}~\x7f-\xa0]')  # for an address and for an id
TABLE = 40  # rows of its numbers that a figure shows in the page
MOST_ROWS = 20_000  # that `tables`, which imports matplotlib, reads back from a drawing
DOWNLOAD = 100_000  # bytes up to which a figure's CSV travels in the page
PLAIN = {*string.ascii_letters, *string.digits, *"_.~-,/:;+()=!*@$"}  # in a `data:` address


def for_page(
    drawing: Drawing,
    run: Run,
    entry: Entry,
    result: Entry,
    alt: str,
    caption: str,
    anchor: str,
    *,
    first: bool = True,
) -> str:
    """A figure in the HTML page: SVG in the page's own colours, and what is behind it.

    `anchor` is the figure's place in the page, by which it can be linked to. The ids within a
    drawing are its own alone where it is the `first` of its kind; others get some from their place.
    """
    frames = entry.manifest["values"]["frames"]

    def read(name: str) -> str:
        text = entry.read(name).decode()
        return text if first else text.replace(salt(entry.task.key), salt(digest(anchor)))

    svgs = [read(f"frame-{i:03}.svg") for i in range(max(1, len(frames)))]
    if frames:
        svgs = [
            f'<div class="frame" data-label="{escape(label)}">{svg}</div>'
            for label, svg in zip(frames, svgs, strict=True)
        ]
    if len(frames) > 1:
        svgs = [read("shared.svg"), *svgs]
    content = (
        f'<div class="{"frames" if frames else "drawing"}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(svgs)}</div>"
    )
    attributes = {"id": anchor}
    if frames:
        attributes["data-labels"] = json.dumps(frames, ensure_ascii=False)
    kind = "sequence" if frames else ""
    behind = _behind(drawing, run, entry, result)
    return figure(content, caption, kind, attributes, behind)


def for_paper(drawing: Drawing, entry: Entry, alt: str, caption: str, line: int) -> str:
    """A figure in the PDF: a placeholder of its size, and what the gates must know of it."""
    key = entry.task.key
    image = (
        f'<img class="placeholder" data-figure="{key}" src="livedeck-figure:{key}"'
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
    content: str,
    caption: str,
    kind: str = "",
    attributes: Mapping[str, str] = MappingProxyType({}),
    behind: str = "",
) -> str:
    """A `<figure>` with an optional caption, with what is behind it inside: none may follow."""
    given = {"class": f"figure {kind}".strip(), **attributes}
    below = f"<figcaption>{caption}{behind}</figcaption>" if caption else behind
    return f"<figure{written(given)}>{content}{below}</figure>"


def written(attributes: Mapping[str, str]) -> str:
    """Attributes of an element as HTML; those without a value are left out."""
    return "".join(f' {name}="{escape(text)}"' for name, text in attributes.items() if text)


def failure(error: AuthorError) -> str:
    """What stands in a figure's place when its experiment failed."""
    place = f"{error.path.name if error.path else ''}:{error.line or ''}"
    text = f"<strong>{escape(error.message)}</strong><br><code>{escape(place)}</code>"
    return f'<figure class="figure failed"><div class="failure" role="alert">{text}</div></figure>'


def fragment(name: str) -> str:
    """A name as an address holds it: by their numbers the signs that neither it nor an id may."""
    return _UNFIT.sub(lambda sign: f"~{ord(sign[0]):02X}", name)


def code_anchor(experiment: str, function: str) -> str:
    """Where the page has the source of a function of an experiment."""
    return f"code-{experiment}.{function}"


def _behind(drawing: Drawing, run: Run, entry: Entry, result: Entry) -> str:
    facts = "".join(
        f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in terms(run, result)
    )
    links = ", ".join(
        f'<a href="#{code_anchor(run.experiment.name, function)}">{escape(function)}</a>'
        for function in (drawing.figure.name, "run")
    )
    # Until the runtime asks for it, a browser passes over what stands in `noscript`: a page with
    # many tables opens sooner.
    return (
        '<details class="numbers"><summary>Data, code and origin</summary>'
        f'<div class="data"><noscript>{_data(drawing, entry)}</noscript></div>'
        f'<p class="sources">Code: {links}</p>'
        f'<dl class="origin">{facts}</dl></details>'
    )


def _data(drawing: Drawing, entry: Entry) -> str:
    data = entry.read("data.csv")
    rows = list(csv.reader(io.StringIO(data.decode())))
    count = len(rows) - 1
    if count < 1:
        return "<p>It draws no numbers.</p>"
    cut = count >= MOST_ROWS  # and who knows how many more it draws
    whole, attached = ("at least ", f"the first {count}") if cut else ("", "all")
    shown = f"{count} rows" if count <= TABLE else f"the first {TABLE} of {whole}{count} rows"
    if len(data) > DOWNLOAD:
        return f"{_table(rows)}<p>{shown}; {attached} are attached to the PDF</p>"
    name = f"{drawing.name}.csv".replace("?", "-").replace("&", "-")
    address = f"data:text/csv;charset=utf-8,{_quoted(data.decode())}"
    link = f'<a download="{escape(name)}" href="{address}">CSV</a>'
    return f'{_table(rows)}<p><span class="shown">{shown}</span> · {link}</p>'


def _quoted(text: str) -> str:
    """What `urllib.parse.quote` gives, sign by sign and not byte by byte: four times as fast."""
    text = text.replace("%", "%25")
    for sign in set(text) - PLAIN - {"%"}:
        text = text.replace(sign, quote(sign))
    return text


def _table(rows: list[list[str]]) -> str:
    # The ends of rows and cells, which HTML lets out, would be a third of the text.
    head = "".join(f'<th scope="col">{escape(name)}' for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in rows[1 : TABLE + 1]
    )
    return (
        '<div class="table" tabindex="0" role="group" aria-label="The figure\'s numbers">'
        f"<table><thead><tr>{head}<tbody>{body}</table></div>"
    )
