"""The roles of HTML's elements in the structure tree, which WeasyPrint takes from two private
functions; both are replaced here when this is imported."""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped, unused-ignore]
from weasyprint.pdf import tags  # type: ignore[import-untyped, unused-ignore]

HEADER, FOOTER = "/Header", "/Footer"  # no elements in the end, but artifacts of these kinds

ROLES = {
    "code": "Code",
    "kbd": "Code",
    "samp": "Code",
    "q": "Quote",
    "pre": "P",
    "em": "Span",
    "strong": "Span",
    "b": "Span",
    "i": "Span",
    "sub": "Span",
    "sup": "Span",
    "small": "Span",
    "mark": "Span",
    "data": "Span",
    "figure": "Div",  # the image in it is the Figure; a Figure around it would need a text too
    "header": "Div",
    "footer": "Div",
    "aside": "Div",
    "nav": "Div",
    "x-note": "Note",
    "x-note::footnote-call": "Reference",
    "x-note::footnote-marker": "Lbl",
    "x-reference": "Reference",
}

_weasyprints_role = tags._get_pdf_tag


def _role(tag: str | None) -> Any:
    return ROLES.get(tag or "") or _weasyprints_role(tag)


tags._get_pdf_tag = _role

_weasyprints_tree = tags._build_box_tree


def _tree(box: Any, parent: Any, pdf: Any, *others: Any) -> Iterator[Any]:
    """WeasyPrint's tree below a box; what stands in a page's margin is a header or a footer."""
    first = len(pdf.objects)
    yield from _weasyprints_tree(box, parent, pdf, *others)
    if isinstance(box, boxes.MarginBox):
        for item in pdf.objects[first:]:
            item["S"] = HEADER if box.at_keyword.startswith("@top") else FOOTER


tags._build_box_tree = _tree
