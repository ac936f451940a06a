"""Pieces of a document on their way to pages and back, as they travel between processes."""

import json
import struct
from dataclasses import asdict, dataclass
from typing import IO, Any

SLIDES = 15  # in a piece at most; part of what decides the bytes, so no setting
ELSEWHERE = "livedeck-anchor:"  # how a link names what another piece holds


@dataclass(frozen=True)
class Piece:
    """HTML that begins on a page of its own, and what the whole document says of itself.

    Files may come from `roots`; `date` is in ISO 8601, in UTC.
    """

    number: int
    html: str
    roots: list[str]
    title: str
    author: str
    language: str
    date: str | None


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline; its place is in points from the page's lower left corner."""

    level: int
    label: str
    page: int
    x: float
    y: float
    closed: bool


@dataclass(frozen=True)
class Sheets:
    """A piece laid out: a PDF without an outline, and the entries of the outline."""

    pdf: bytes
    bookmarks: list[Bookmark]


def send(stream: IO[bytes], content: Piece | dict[str, Any], data: bytes = b"") -> None:
    """Writes a message: two lengths, JSON, and bytes that come along."""
    text = json.dumps(content if isinstance(content, dict) else asdict(content)).encode()
    stream.write(struct.pack(">2Q", len(text), len(data)) + text + data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Reads a message, or nothing when the other side has gone."""
    head = stream.read(16)
    if len(head) < 16:
        return None
    text, data = struct.unpack(">2Q", head)
    return json.loads(stream.read(text)), stream.read(data)
