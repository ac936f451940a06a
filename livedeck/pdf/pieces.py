"""Pieces of a document on their way to pages and back, as they travel between processes."""

import itertools
import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Self, TypeVar

from livedeck.finding import Finding

SLIDES = 2  # in a piece at most, both laid out anew when one is edited; decides the bytes, too
POINTS = 0.75  # to a CSS pixel
ELSEWHERE = "livedeck-anchor:"  # how a link names what another piece holds

T = TypeVar("T")


@dataclass(frozen=True)
class Piece:
    """HTML that begins on a page of its own, and what the whole document says of itself.

    Files may come from `roots`; `date` is in ISO 8601, in UTC. `modes` are the theme's colours
    by mode and name. A `proof` is only looked at, and gives no PDF; only `slides`, which have a
    page each, are looked at. `document` tells pieces from those of other documents.
    """

    number: int
    html: str
    roots: list[str]
    title: str
    author: str
    language: str
    date: str | None
    modes: dict[str, dict[str, str]] = field(default_factory=dict)
    proof: bool = False
    slides: bool = True
    document: str = "deck"


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
    """A piece laid out: a PDF without an outline, the entries of the outline, and what the gates
    found."""

    pdf: bytes
    bookmarks: list[Bookmark]
    findings: list[Finding] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        """All but the PDF, for JSON."""
        return {
            "bookmarks": [asdict(bookmark) for bookmark in self.bookmarks],
            "findings": [asdict(finding) for finding in self.findings],
        }

    @classmethod
    def restored(cls, pdf: bytes, described: dict[str, Any]) -> Self:
        """The same from its description."""
        bookmarks = [Bookmark(**bookmark) for bookmark in described["bookmarks"]]
        return cls(pdf, bookmarks, [Finding(**finding) for finding in described["findings"]])


def grouped(slides: Sequence[T]) -> list[Sequence[T]]:
    """Slides in groups of even size, each small enough to be laid out at once."""
    count = max(1, -(-len(slides) // SLIDES))
    edges = [len(slides) * i // count for i in range(count + 1)]
    return [slides[start:end] for start, end in itertools.pairwise(edges)]


def paired(slides: Sequence[T]) -> list[list[T]]:
    """The same, with an even number in each group but the last: two stand on a page."""
    pairs = [slides[start : start + 2] for start in range(0, len(slides), 2)]
    return [
        [slide for pair in pairs[start : start + SLIDES // 2] for slide in pair]
        for start in range(0, len(pairs), SLIDES // 2)
    ]


def send(stream: IO[bytes], content: Piece | dict[str, Any], data: bytes = b"") -> None:
    """Writes a message: two lengths, JSON, and bytes that come along."""
    text = json.dumps(content if isinstance(content, dict) else asdict(content)).encode()
    stream.write(struct.pack(">2Q", len(text), len(data)) + text + data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Reads a message, or nothing when the other side has gone before its end."""
    head = stream.read(16)
    if len(head) < 16:
        return None
    lengths = struct.unpack(">2Q", head)
    text, data = (stream.read(length) for length in lengths)
    if (len(text), len(data)) != lengths:
        return None
    return json.loads(text), data
