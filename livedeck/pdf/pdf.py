"""The deck as a PDF: tagged pages, figures as vectors, data attached; same inputs, same bytes.

Laying out takes nearly all of the time, and grows faster than the number of pages. A long deck
is therefore given in pieces, which processes lay out side by side and which are then bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import AttachedFileSpec, Name, Pdf

from livedeck.fonts import embedding
from livedeck.options import epoch
from livedeck.pdf import assembly, placeholders, resources
from livedeck.pdf.layout_cache import LayoutCache
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.pdf.pieces import Piece, Sheets


@dataclass(frozen=True)
class Attachment:
    """A file that travels in the PDF."""

    name: str
    data: bytes
    description: str
    mime: str


def write(
    html: str | Sequence[str],
    figures: Mapping[str, bytes | Path],
    *,
    roots: Sequence[Path] = (),
    title: str,
    author: str,
    language: str,
    attachments: Sequence[Attachment] = (),
    date: datetime | None = None,
    modes: Mapping[str, dict[str, str]] | None = None,
    processes: LayoutProcesses | LayoutCache | None = None,
    labels: Sequence[str] = (),
    document: str = "deck",
) -> bytes:
    """Writes a PDF/UA document from HTML, or from several that each begin on a new page.

    `figures` are the PDFs, by key, that take the place of `<img class="placeholder"
    data-figure="key" src="livedeck-figure:key" width=… height=… alt=…>`; `key/linear,network` is
    one without these layers. Files may be loaded from `roots` alone, which are folders or files.
    The date is `date`, else the environment's `SOURCE_DATE_EPOCH`, else none. `modes` are the
    colours by mode and name that text is measured in. `processes` that were started earlier save
    their start. `labels` are the names of the pages where they are not just numbers; `document` is
    what this one is: of a deck, each page is a slide.
    """
    stamp = _stamp(date)
    said = None if stamp is None else f"{stamp:%Y-%m-%dT%H:%M:%SZ}"
    places = [str(root.resolve()) for root in roots]
    laid_out = _lay_out(
        [
            Piece(
                *(number, text, places, title, author, language, said, dict(modes or {})),
                slides=document == "deck",
                document=document,
            )
            for number, text in enumerate([html] if isinstance(html, str) else html)
        ],
        processes,
    )
    bound = assembly.bind(laid_out)
    assembly.label(bound, labels)
    placeholders.exchange(bound, figures)
    embedding.unite(bound, resources.all_of(bound))
    resources.unite(bound)
    for attachment in attachments:
        _attach(bound, attachment, stamp)
    file = BytesIO()
    bound.save(
        file,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
    )
    return file.getvalue()


def _lay_out(parts: list[Piece], processes: LayoutProcesses | LayoutCache | None) -> list[Sheets]:
    if processes is not None:
        return processes.lay_out(parts)
    if len(parts) > 1:
        with LayoutProcesses(len(parts)) as started:
            return started.lay_out(parts)
    from livedeck.pdf import layout

    return [layout.lay_out(part) for part in parts]


def _stamp(date: datetime | None) -> datetime | None:
    date = date or epoch()
    return None if date is None else date.astimezone(UTC)


def _attach(document: Pdf, attachment: Attachment, stamp: datetime | None) -> None:
    when = "" if stamp is None else f"D:{stamp:%Y%m%d%H%M%S}Z"
    file = AttachedFileSpec(
        document,
        attachment.data,
        filename=attachment.name,
        description=attachment.description,
        mime_type=attachment.mime,
        relationship=Name.Data,
        creation_date=when,
        mod_date=when,
    )
    document.attachments[attachment.name] = file
