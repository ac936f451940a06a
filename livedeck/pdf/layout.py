"""Lays out HTML on tagged PDF pages, with WeasyPrint."""

import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from weasyprint import CSS, HTML  # type: ignore[import-untyped, unused-ignore]
from weasyprint.logger import LOGGER  # type: ignore[import-untyped, unused-ignore]
from weasyprint.text.fonts import (  # type: ignore[import-untyped, unused-ignore]
    FontConfiguration,
)

from livedeck.errors import AuthorError, AuthorErrors
from livedeck.gates import layout
from livedeck.pdf import article_flow, steps, structure_tree, stylesheets, tagging
from livedeck.pdf.fetcher import Fetcher
from livedeck.pdf.pieces import POINTS, Bookmark, Piece, Sheets

NO_FONTS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig/>'
)
MISSING = ".notdef glyph"
SERIOUS = (MISSING, "Font-face", "Anchor defined twice")

log = logging.getLogger(__name__)


def lay_out(piece: Piece, fonts: FontConfiguration | None = None) -> Sheets:
    """Lays out a piece; raises `AuthorErrors` about all that its pages would lack."""
    fetcher = Fetcher([Path(root) for root in piece.roots])
    fonts = fonts or own_fonts()
    with _complaints() as complaints:
        sheets = _lay_out(piece, fonts, fetcher)
    if fetcher.refused or complaints.errors:
        stylesheets.forget(fonts)
    if fetcher.refused and not piece.proof:
        raise AuthorErrors(fetcher.refused)
    if complaints.errors and not piece.proof:
        raise AuthorErrors(list(complaints.errors.values()))
    return sheets


def _lay_out(piece: Piece, fonts: FontConfiguration, fetcher: Fetcher) -> Sheets:
    html = HTML(string=piece.html, url_fetcher=fetcher)
    steps.hide(html.etree_element)
    article_flow.prepare(html.etree_element)
    tagging.prepare(html.etree_element)
    fetcher.sizes = _sizes(html)
    document = html.render(
        font_config=fonts,
        stylesheets=[_fallback(fetcher, fonts)],
        presentational_hints=True,
        pdf_variant="pdf/ua-1",
    )
    findings = layout.examine(document, piece.modes) if piece.slides else []
    if piece.proof:
        return Sheets(b"", [], findings)
    if piece.slides:
        layout.cut(document)
    bookmarks = [
        Bookmark(
            level,
            label.replace("\u00a0", " "),
            number,
            x * POINTS,
            (page.height - y) * POINTS,
            state == "closed",
        )
        for number, page in enumerate(document.pages)
        for level, label, (x, y), state in page.bookmarks
    ]
    for page in document.pages:
        page.bookmarks = []
    metadata = document.metadata
    metadata.title, metadata.authors = piece.title, [piece.author] if piece.author else []
    metadata.lang, metadata.generator = piece.language, "livedeck"
    metadata.created = metadata.modified = piece.date
    pdf: bytes = document.write_pdf(
        finisher=lambda _, pdf: structure_tree.mend(pdf, piece.number), pdf_variant="pdf/ua-1"
    )
    return Sheets(pdf, bookmarks, findings)


def own_fonts() -> FontConfiguration:
    """A set of fonts that holds none of this machine's, so that a deck looks alike everywhere."""
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fonts.conf"
        path.write_text(NO_FONTS, encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(path)
        try:
            return FontConfiguration()
        finally:
            del os.environ["FONTCONFIG_FILE"]
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before


def _fallback(fetcher: Fetcher, fonts: FontConfiguration) -> CSS:
    """A style sheet with DejaVu Sans, for arrows and signs that the deck's own fonts lack."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    fetcher.roots.append(path.resolve())
    rule = f'@font-face{{font-family:"DejaVu Sans";src:url("{path.as_uri()}")}}'
    return stylesheets.read(rule, fonts, fetcher)


def _sizes(html: HTML) -> dict[str, tuple[int, int]]:
    """The sizes of the figures, as their images state them."""
    sizes = {}
    for image in html.etree_element.iter("img"):
        key, width, height = (image.get(name, "") for name in ("data-figure", "width", "height"))
        if key and width.isdecimal() and height.isdecimal() and int(width) * int(height):
            sizes[key] = (int(width), int(height))
    return sizes


@dataclass
class _Complaints(logging.Handler):
    """Tells what would be missing from the pages from what WeasyPrint remarks on style sheets."""

    errors: dict[str, AuthorError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        message = re.sub(r"(data:[^,]*,)[^\s\"']+", r"\1…", record.getMessage())
        if record.levelno < logging.ERROR and not message.startswith(SERIOUS):
            log.debug("%s", message)
            return
        hint = ""
        if message.startswith(MISSING):
            message = f"no font has the character {message.partition(': ')[2]}"
            hint = "Choose a font that has it, under `[fonts]` in the theme."
        self.errors.setdefault(message, AuthorError(f"in the PDF: {message}", hint=hint))


@contextmanager
def _complaints() -> Iterator[_Complaints]:
    complaints = _Complaints()
    propagate = LOGGER.propagate
    LOGGER.propagate = False
    LOGGER.addHandler(complaints)
    try:
        yield complaints
    finally:
        LOGGER.removeHandler(complaints)
        LOGGER.propagate = propagate
