"""MathML for screen readers: what a formula means, without how it is drawn."""

import unicodedata
import xml.etree.ElementTree as ET

MATHML = "http://www.w3.org/1998/Math/MathML"
KEPT = {
    *("display", "accent", "accentunder", "linethickness", "notation"),
    *("columnlines", "rowlines", "frame", "columnspan", "rowspan"),
}
ROWS = {"mrow", "mstyle", "mpadded", "TeXAtom"}  # which only keep together what is in them
INVISIBLE = {"mspace", "mphantom", "maligngroup", "malignmark"}
FILLED = {"math", "mrow", "mtd", "msqrt", "menclose", "mstyle", "mpadded"}  # any number in each
VARIANTS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "-tex-calligraphic": "SCRIPT",
    "-tex-bold-calligraphic": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC",
    "monospace": "MONOSPACE",
}
LETTERLIKE = {  # which Unicode had before it had all the others
    "DOUBLE-STRUCK": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "SCRIPT": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "FRAKTUR": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "ITALIC": {"h": "ℎ"},
}
KINDS = (
    ("LATIN CAPITAL LETTER ", "CAPITAL "),
    ("LATIN SMALL LETTER ", "SMALL "),
    ("GREEK CAPITAL LETTER ", "CAPITAL "),
    ("GREEK SMALL LETTER ", "SMALL "),
    ("DIGIT ", "DIGIT "),
)


def cleaned(mathml: str) -> str:
    """A formula without spaces, sizes and names, its alphabets as Unicode's characters."""
    root = ET.fromstring(mathml)
    _clean(root)
    ET.register_namespace("", MATHML)
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _clean(element: ET.Element) -> None:
    tag = element.tag.rpartition("}")[2]
    variant = VARIANTS.get(element.get("mathvariant", ""), "")
    upright = tag == "mi" and element.get("mathvariant") == "normal"
    for name, value in list(element.attrib.items()):
        if name not in KEPT or not value:
            del element.attrib[name]
    if upright and len(element.text or "") == 1:
        element.set("mathvariant", "normal")  # for a letter alone is italic
    if not len(element):
        if variant and tag != "mtext":
            element.text = "".join(_lettered(sign, variant) for sign in element.text or "")
        return
    element.text = element.tail = None
    for child in list(element):
        _clean(child)
        child.tail = None
    if tag in FILLED:
        element[:] = [part for child in element for part in _parts(child)]
    else:
        for at, child in enumerate(element):
            if child.tag.rpartition("}")[2] in ROWS:
                element[at] = child[0] if len(child) == 1 else _row(child)


def _parts(child: ET.Element) -> list[ET.Element]:
    """What stands for an element among others: nothing, itself, or what it holds."""
    tag = child.tag.rpartition("}")[2]
    empty = tag in ("mi", "mo", "mtext") and not (child.text or "").strip("\u200b")
    if tag in INVISIBLE or empty:
        return []
    if tag in ROWS and len(child) < 2:
        return list(child)
    return [_row(child) if tag in ROWS else child]


def _row(element: ET.Element) -> ET.Element:
    element.tag = f"{{{MATHML}}}mrow"
    return element


def _lettered(sign: str, variant: str) -> str:
    """A character of one of the alphabets that Unicode has for mathematics."""
    if sign in LETTERLIKE.get(variant, {}):
        return LETTERLIKE[variant][sign]
    name = unicodedata.name(sign, "")
    for plain, kind in KINDS:
        if name.startswith(plain):
            found = f"MATHEMATICAL {variant} {kind}{name.removeprefix(plain)}"
            try:
                return unicodedata.lookup(found)
            except KeyError:
                return sign
    return sign
