"""Looks at slides as they were laid out, one after the other, through every gate."""

from collections.abc import Mapping
from typing import Any

from livedeck.finding import Finding
from livedeck.gates import contrast, laid_out, overflow, small_text


def examine(document: Any, modes: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """What the gates find on the slides of a document, in order."""
    known = [contrast.Mode(name, named) for name, named in modes.items()]
    findings: list[Finding] = []
    for laid in laid_out.slides(document):
        findings += overflow.examine(laid)
        findings += small_text.examine(laid)
        findings += contrast.examine(laid, known)
    return findings


def cut(document: Any) -> None:
    """Makes every page as tall as the slide on it: pages are laid out with room to spare, so that
    what does not fit hangs over instead of breaking."""
    for page in document.pages:
        canvases = laid_out.canvases(page)
        if canvases:
            page.height = canvases[0].margin_height()
