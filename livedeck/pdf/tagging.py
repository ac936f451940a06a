"""What WeasyPrint must be told of HTML for a structure tree that is PDF/UA.

Before the layout, `prepare` marks formulas, decoration and notes; afterwards `structure_tree.mend`
finds the marks in the structure tree again.
"""

from xml.etree.ElementTree import Element, SubElement

from livedeck.pdf.pieces import ELSEWHERE

FORMULA = "\ue000formula:"  # private-use characters, which no alternative text has
DECORATION = "\ue000decoration"

SVG = "{http://www.w3.org/2000/svg}"


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
    for notes in root.iter("section"):
        if notes.get("role") == "doc-endnotes":
            for item in notes.iter("li"):
                _wrap(item, "x-note")
    for mark in root.iter("sup"):
        if "footnote-ref" in mark.get("class", "").split():
            _wrap(mark, "x-reference")


def _wrap(element: Element, tag: str) -> None:
    """Puts all that an element holds into one element of its own."""
    inner = Element(tag, {"style": "display: block"} if tag == "x-note" else {})
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    for child in list(element):
        element.remove(child)
    element.append(inner)
