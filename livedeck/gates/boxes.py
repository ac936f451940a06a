"""The boxes that WeasyPrint has laid out on a page, of which it has no public way to tell."""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped, unused-ignore]

Text, Line, Replaced = boxes.TextBox, boxes.LineBox, boxes.ReplacedBox
Block, Parent = boxes.BlockLevelBox, boxes.ParentBox


def of(page: Any) -> Iterator[Any]:
    """All boxes of a page, each before those in it."""
    return below(page._page_box)


def below(box: Any) -> Iterator[Any]:
    """All boxes in a box, each before those in it."""
    for inner in children(box):
        yield inner
        if isinstance(inner, Parent):
            yield from below(inner)


def children(box: Any) -> Iterator[Any]:
    """The boxes that stand in a box; what is placed absolutely is wrapped."""
    for child in box.children:
        yield getattr(child, "_box", child)
