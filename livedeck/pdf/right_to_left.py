"""Texts whose letters run from right to left, and which paper sets in another order than screens.

The PDF's engine orders the letters of each stressed word, link or piece of code by themselves, and
these from left to right; a browser orders the whole line.
"""

import re
import unicodedata
from collections.abc import Iterator

from livedeck.html.missing_characters import line_of, parts
from livedeck.html.render import Rendering, plain
from livedeck.slides.deck import Slide

_BLOCK = re.compile(
    r"</?(?:p|li|h\d|t[dhr]|d[dt]|div|section|figcaption|blockquote|pre|ul|ol|table)\b[^>]*>"
)
_TEXT = re.compile(r"[^<>]+(?=<|$)")


def mixed(slides: dict[str, Slide], rendering: Rendering) -> Iterator[tuple[Slide, int, str]]:
    """The slide, the line and the first words of each such text."""
    for view in rendering.slides:
        slide = slides[view["id"]]
        for html, _ in parts(slide, view):
            if not _runs_left(plain(html)):
                continue
            ends = [block.start() for block in _BLOCK.finditer(html)]
            for start, end in zip([0, *ends], [*ends, len(html)], strict=True):
                pieces = [text for text in _TEXT.finditer(html, start, end) if _runs_left(text[0])]
                if len(pieces) > 1:
                    words = plain(pieces[0][0]).split()
                    line = line_of(slide, html, pieces[0].start(), words[0])
                    yield slide, line, " ".join(words)


def _runs_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(s) in ("R", "AL") for s in text)
