"""Looks at the files of an entry from elsewhere, before the entry enters the store: what they
hold is data of the kind that their names say, and no more of it than a machine can take."""

import csv
import io
import math
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

import numpy as np
import pikepdf
from numpy.lib import format as npy

from livedeck import addresses

MOST_BYTES = 2**32  # of an entry's arrays without their compression
CHUNK = 2**16  # elements that are looked at together
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
SHAPES = {"path", "rect", "circle", "use", "polygon", "polyline", "line", "ellipse", "image"}
PAINTS = {
    "clipPath",
    "mask",
    "pattern",
    "marker",
    "linearGradient",
    "stop",
    "filter",
    "feColorMatrix",
    "feComposite",
}
ELEMENTS = {"svg", "g", "a", "defs", "text", "tspan", *SHAPES, *PAINTS}
REFERENCE = re.compile(r"#[\w.-]*|data:image/(png|jpeg|webp);base64,[\w+/=\s]*")
OUTSIDE = re.compile(r"url\((?!#)|javascript:|@import|\\", re.IGNORECASE)


def inspect(path: Path, nans: Collection[str] = ()) -> None:
    """A `ValueError` in words if a file's content is not what its name promises; arrays named in
    `nans` alone may hold NaN and infinity."""
    arrays = partial(_arrays, nans=nans)
    kinds: dict[str, Callable[[Path], None]] = {
        ".npz": arrays,
        ".svg": _svg,
        ".pdf": _pdf,
        ".csv": _csv,
    }
    if path.suffix not in kinds:
        raise ValueError("is no file of an entry")
    kinds[path.suffix](path)


def _arrays(path: Path, nans: Collection[str]) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len({member.filename for member in members}) != len(members):
                raise ValueError("holds an array twice")
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise ValueError("holds arrays of more than 4 GB")
            for member in members:
                name = member.filename.removesuffix(".npy")
                if not name.isidentifier():
                    raise ValueError(f"holds {member.filename!a}, which is no array")
                with archive.open(member) as file:
                    _array(file, finite=name not in nans)
    except UNREADABLE as error:
        raise ValueError(f"cannot be read: {error}") from error


def _array(file: IO[bytes], *, finite: bool) -> None:
    """Reads an array piece by piece: as long as its header says, of numbers or texts."""
    shape, dtype = _header(file)
    if dtype.hasobject or dtype.kind not in "biufU" or not dtype.itemsize:
        raise ValueError("holds an array of objects, and nothing is unpickled here")
    left = math.prod(shape) * dtype.itemsize
    while chunk := file.read(CHUNK * dtype.itemsize):
        left -= len(chunk)
        if left < 0 or len(chunk) % dtype.itemsize:
            raise ValueError("holds an array that is longer than it says")
        _require_readable(chunk, dtype, finite=finite)
    if left:
        raise ValueError("holds an array that is shorter than it says")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    try:
        version = npy.read_magic(file)
        one = version == (1, 0)
        read = npy.read_array_header_1_0 if one else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    except UNREADABLE:
        raise
    except Exception as error:  # whatever numpy makes of a header that it did not write
        raise ValueError("holds an array whose header cannot be read") from error
    return shape, dtype


def _require_readable(chunk: bytes, dtype: np.dtype[Any], *, finite: bool) -> None:
    if finite and dtype.kind == "f" and not np.isfinite(np.frombuffer(chunk, dtype)).all():
        raise ValueError("holds NaN or infinity")
    if dtype.kind == "U":
        letters = np.frombuffer(chunk, np.dtype("u4").newbyteorder(dtype.byteorder))
        if ((letters > sys.maxunicode) | ((letters >= 0xD800) & (letters < 0xE000))).any():
            raise ValueError("holds what is no text")


def _svg(path: Path) -> None:
    """The elements and attributes that a drawing has: no script, no style, nothing from outside."""

    def start(name: str, attributes: dict[str, Any]) -> None:
        if name not in ELEMENTS:
            raise ValueError(f"holds the element {name!a}, which no drawing has")
        for attribute, text in attributes.items():
            if name == "a" and attribute == "href" and addresses.stands_alone(text):
                continue
            own = not attribute.lower().startswith(("on", "style", "xmlns"))
            link = attribute.endswith("href")
            if not own or (link and not REFERENCE.fullmatch(text)) or OUTSIDE.search(text):
                raise ValueError(f"holds the attribute {attribute!a} as no drawing has it")

    text = path.read_bytes()
    if b"<!" in text or b"<?" in text:
        raise ValueError("holds more than a drawing's elements")
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(f"cannot be read: {error}") from error
    if not text.startswith(b"<svg "):
        raise ValueError("is no drawing")


def _pdf(path: Path) -> None:
    try:
        with pikepdf.Pdf.open(path) as drawn:
            left, bottom, right, top = (float(edge) for edge in drawn.pages[0].mediabox)
            drawn.pages[0].as_form_xobject()
    except (IndexError, ValueError, TypeError, pikepdf.PdfError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    if left >= right or bottom >= top:
        raise ValueError("has no size")


def _csv(path: Path) -> None:
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode())))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    if not rows:
        raise ValueError("is empty")
