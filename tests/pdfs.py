"""PDFs of a few lines of HTML, and what is in them."""

import base64
import io
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from matplotlib.figure import Figure
from pikepdf import Dictionary, Pdf
from PIL import Image

from livedeck.fonts import families
from livedeck.pdf import pdf
from livedeck.pdf.layout_processes import LayoutProcesses
from tests.matterhorn import check

FACES = {face: each.path for face, each in families.find("Source Sans Pro").items()}
STYLE = (
    families.face_css("Source Sans Pro", FACES, "", embed=False)
    + "@page { size: 1280px 720px; margin: 0 }"
    + 'body { margin: 0; font: 26px/36px "Source Sans Pro" }'
    + "section { break-after: page } section:last-child { break-after: auto }"
    + "h1, h2 { margin: 0; bookmark-level: none } section { bookmark-label: attr(id) }"
    + ".part { bookmark-level: 1 } .slide { bookmark-level: 2 }"
)
FIGURE = (
    '<figure><img class="placeholder" data-figure="loss" src="livedeck-figure:loss" '
    'width="600" height="450" alt="The loss falls"><figcaption>Four seeds</figcaption></figure>'
)


@cache
def drawing() -> bytes:
    """A figure as matplotlib writes it."""
    figure = Figure(figsize=(600 / 96, 450 / 96))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.plot([0, 1, 2], [3, 1, 2], alpha=0.5)
    axes.text(0, 0, "corner", transform=axes.transAxes, fontsize=20)
    file = io.BytesIO()
    figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    return file.getvalue()


def page(*sections: str, style: str = STYLE) -> str:
    """An HTML document of slides."""
    body = "".join(f"<section>{section}</section>" for section in sections)
    return f'<html lang="en"><head><style>{style}</style></head><body>{body}</body></html>'


def write(
    html: str | Sequence[str],
    figures: dict[str, bytes | Path] | None = None,
    roots: Sequence[Path] = (),
    *,
    attachments: Sequence[pdf.Attachment] = (),
    date: datetime | None = None,
    processes: LayoutProcesses | None = None,
) -> bytes:
    """A PDF with the metadata that all tests share."""
    return pdf.write(
        html,
        figures or {},
        roots=[*FACES.values(), *roots],
        title="Lernen — learning",
        author="Ada Lovelace",
        language="en-GB",
        attachments=attachments,
        date=date,
        processes=processes,
    )


def photo() -> str:
    """A picture as a `data:` URL."""
    file = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 30, 30)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def opened(data: bytes) -> Pdf:
    """A PDF that has no syntax errors."""
    document = Pdf.open(io.BytesIO(data))
    assert document.check_pdf_syntax() == []
    return document


def text(data: bytes, *options: str) -> str:
    """The text of a PDF, as a reader selects it."""
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()


def tree(document: Pdf) -> list[pikepdf.Object]:
    """The structure's elements in reading order."""

    def below(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
        yield element
        for child in element.get("/K", []):
            if isinstance(child, Dictionary) and "/S" in child:
                yield from below(child)

    return list(below(document.Root.StructTreeRoot.K[0]))


def said(document: Pdf, kind: str) -> list[str]:
    """The alternative texts of all elements of a kind."""
    return [str(element.get("/Alt", "")) for element in tree(document) if kind == element.S]


def objects(document: Pdf, subtype: str) -> list[pikepdf.Object]:
    """The images or forms that are in a PDF."""
    streams = [item for item in document.objects if isinstance(item, pikepdf.Stream)]
    return [stream for stream in streams if stream.get("/Subtype") == subtype]


def conditions(data: bytes, password: str = "") -> list[str]:
    """All that a PDF fails, in words."""
    with Pdf.open(io.BytesIO(data), password=password) as document:
        return list(map(str, check(document)))


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """Two decks have the same files; of a PDF that is another, it is told where."""
    assert found.keys() == expected.keys()
    for name, data in found.items():
        if data != expected[name]:
            told = difference(expected[name], data) if name.endswith(".pdf") else "it differs"
            pytest.fail(f"{name}: {told}")


def difference(one: bytes, other: bytes) -> str:
    """The first object that is another in the second of two PDFs, and what it is in both."""
    with Pdf.open(io.BytesIO(one)) as first, Pdf.open(io.BytesIO(other)) as second:
        for number, pair in enumerate(zip(first.objects, second.objects, strict=False), start=1):
            written = [_written(item) for item in pair]
            if written[0] != written[1]:
                return f"object {number}: {written[0][:500]!r} and {written[1][:500]!r}"
        return f"{len(first.objects)} and {len(second.objects)} objects"


def _written(item: pikepdf.Object) -> bytes:
    if isinstance(item, pikepdf.Stream):
        entries = Dictionary({name: item[name] for name in item.keys()})  # noqa: SIM118
        return entries.unparse() + item.read_raw_bytes()
    return item.unparse()
