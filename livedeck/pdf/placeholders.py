"""Figures in the PDF: small images hold their places during layout, and make way for drawings.

WeasyPrint takes seconds to draw what matplotlib has drawn already. So it is given an image of a
few grey pixels for each figure, with the figure's proportions, whose pixels spell out a digest
of its key, and the layers that are not to be seen yet. Afterwards the image is found by these
pixels, and the figure's own PDF page takes its place, as vectors and selectable text.
"""

import hashlib
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Name, Pdf

from livedeck.pdf import layer_removal, resources

SCHEME = "livedeck-figure:"
SIGN = b"livedeck"  # the first pixels of every placeholder; a digest follows
LENGTH = len(SIGN) + 16  # with the digest; the names of layers follow, if any


def without(key: str, names: Iterable[str]) -> str:
    """The key of a figure without some of its layers."""
    return f"{key}/{','.join(sorted(names))}"


def image(key: str, width: int, height: int) -> bytes:
    """The PNG that holds the place of a figure of this size."""
    shared = math.gcd(width, height) or 1
    width, height = width // shared, height // shared
    scale = math.ceil(math.sqrt(len(_pixels(key)) / (width * height)))
    width, height = width * scale, height * scale
    pixels = _pixels(key).ljust(width * height, b"\0")
    rows = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def exchange(pdf: Pdf, figures: Mapping[str, bytes | Path]) -> None:
    """Puts each figure's drawing into the place that its image holds.

    Raises `ValueError` for a figure without a readable PDF. One shown twice is stored once; one
    shown without some of its layers shares with it all but the list of what is drawn.
    """
    keys = {_pixels(key): key for key in figures}
    drawings: dict[tuple[bytes, bytes], pikepdf.Object] = {}
    for entries, name in _images(pdf):
        figure, hidden = _read(entries[name])
        if not figure.startswith(SIGN):
            continue
        if figure not in keys:
            raise ValueError("the PDF shows a figure that has no drawing")
        if (figure, b"") not in drawings:
            key = keys[figure]
            drawings[figure, b""] = _drawing(pdf, key, figures[key])
        if (figure, hidden) not in drawings:
            names = hidden.decode().split(",")
            drawings[figure, hidden] = layer_removal.without(pdf, drawings[figure, b""], names)
        entries[name] = drawings[figure, hidden]


def _pixels(key: str) -> bytes:
    figure, _, hidden = key.partition("/")
    return SIGN + hashlib.sha256(figure.encode()).digest()[:16] + hidden.encode()


def _read(image: pikepdf.Object) -> tuple[bytes, bytes]:
    """The pixels of an image that identify a figure, and those that name the layers which it is
    without; no pixels if the image cannot be a placeholder."""
    if image.get("/ColorSpace") != Name.DeviceGray or image.get("/Filter") != Name.FlateDecode:
        return b"", b""
    pixels = image.read_bytes()
    return pixels[:LENGTH], pixels[LENGTH:].partition(b"\0")[0]


def _images(pdf: Pdf) -> Iterator[tuple[pikepdf.Object, str]]:
    """Every image that pages show, directly or in groups, as an entry of its resources."""
    for found in resources.all_of(pdf):
        for entries in resources.drawn(found):
            for name in sorted(entries.keys()):
                if entries[name].get("/Subtype") == Name.Image:
                    yield entries, name


def _drawing(pdf: Pdf, key: str, source: bytes | Path) -> pikepdf.Object:
    """The first page of a PDF as a form that fills the unit square, as images do."""
    try:
        with Pdf.open(BytesIO(source) if isinstance(source, bytes) else source) as drawn:
            page = drawn.pages[0]
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            form = pdf.copy_foreign(page.as_form_xobject())
    except (OSError, IndexError, pikepdf.PdfError) as error:
        raise ValueError(f"the drawing of `{key}` is no PDF that can be read: {error}") from error
    width, height = right - left, top - bottom
    form.Matrix = Array([1 / width, 0, 0, 1 / height, -left / width, -bottom / height])
    return form
