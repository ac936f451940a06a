"""The PDF's structure tree, mended where WeasyPrint's falls short of PDF/UA.

Before the layout, `prepare` marks formulas and decoration in the HTML; after it, `mend` finds
the marks in the structure tree again: formulas become `Formula`, decoration leaves the tree.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pydyf  # type: ignore[import-untyped, unused-ignore]
from weasyprint.pdf import tags  # type: ignore[import-untyped, unused-ignore]

from livedeck.pieces import ELSEWHERE

FORMULA = "\ue000formula:"  # private-use characters, which no alternative text has
DECORATION = "\ue000decoration"

SVG = "{http://www.w3.org/2000/svg}"
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
}

_weasyprints_role = tags._get_pdf_tag


def _role(tag: str | None) -> Any:
    return ROLES.get(tag or "") or _weasyprints_role(tag)


tags._get_pdf_tag = _role


def prepare(root: Element) -> None:
    """Marks formulas, decoration, and links that lead out of this piece of the document."""
    anchors = {element.get("id") for element in root.iter()}
    for element in root.iter():
        if element.tag == "img":
            alt = element.get("alt")
            if alt == "" or element.get("aria-hidden") == "true":
                element.set("alt", DECORATION)
            elif alt is not None and "math" in element.get("class", "").split():
                element.set("alt", FORMULA + alt)
        elif element.tag == f"{SVG}svg" and element.find(f"{SVG}title") is None:
            SubElement(element, f"{SVG}title").text = element.get("aria-label") or DECORATION
        elif element.tag == "a":
            target = element.get("href", "")
            if target.startswith("#") and len(target) > 1 and target[1:] not in anchors:
                element.set("href", ELSEWHERE + target[1:])


def mend(pdf: pydyf.PDF, piece: int) -> None:
    """Turns the marks into structure, and makes table cells' names unique among pieces."""
    for element in list(_structure(pdf)):
        kind = element["S"]
        if kind == "/Figure":
            alt = element["Alt"].string if "Alt" in element else ""
            if alt.startswith(FORMULA):
                element["S"] = "/Formula"
                element["Alt"] = pydyf.String(alt.removeprefix(FORMULA))
            elif alt == DECORATION:
                _remove(pdf, element)
        elif kind == "/TH" and "ID" in element:
            element["ID"] = _name(element["ID"], piece)
        elif kind == "/TD" and "A" in element and "Headers" in element["A"]:
            headers = element["A"]["Headers"]
            headers[:] = [_name(header, piece) for header in headers]


def _structure(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem":
            yield item


def _name(name: pydyf.String, piece: int) -> pydyf.String:
    return pydyf.String(f"{piece}-{name.string}")


def _remove(pdf: pydyf.PDF, element: pydyf.Dictionary) -> None:
    """Takes an element out of the tree and makes its content an artifact of its page."""
    parent = pdf.objects[_number(element["P"])]
    parent["K"].remove(element.reference)
    page = pdf.objects[_number(element["Pg"])]
    (content,) = element["K"]
    _make_artifact(pdf.objects[_number(page["Contents"])].stream, content)
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    numbers = pdf.objects[_number(root["ParentTree"])]["Nums"]
    numbers[2 * page["StructParents"] + 1][content] = "null"


def _make_artifact(stream: list[Any], content: int) -> None:
    for place, operand in enumerate(stream):
        if isinstance(operand, pydyf.Dictionary) and operand.get("MCID") == content:
            stream[place - 1 : place + 2] = ["/Artifact", b"BMC"]
            return


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
