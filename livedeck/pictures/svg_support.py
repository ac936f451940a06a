"""What of SVG the PDF's engine draws otherwise than browsers, or not at all: it is refused with the
element that has it, for words and lines would be missing without a sign.

Found by comparing both on the pictures in `tests/screens/svgs`.
"""

import unicodedata
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

Refuse = Callable[[Element, str, str], None]

IMAGE = "Export it as PNG, or draw it without that."
LABELS = (
    "Export it with plain labels - Mermaid: `htmlLabels: false`; draw.io: without “Word Wrap” and"
    " “Formatted Text” - or as PNG."
)
PATHS = "Export its text as paths, or the whole as PNG."
ELEMENTS = {
    "foreignObject": ("has HTML in it", LABELS),
    "flowRoot": ("has flowed text, which no browser shows", "Inkscape: “Text > Convert to Text”."),
    "textPath": ("has text along a path", PATHS),
    "tref": ("repeats a text", PATHS),
    "animate": ("moves", IMAGE),
    "animateTransform": ("moves", IMAGE),
    "animateMotion": ("moves", IMAGE),
    "set": ("moves", IMAGE),
}
# By property the values that change nothing, or none where all do; what is wrong, and what to do.
PLAIN = ("", "none", "normal", "auto", "initial", "unset", "inherit")
PROPERTIES = {
    "mask": ((), "has a mask", IMAGE),
    "mask-image": ((), "has a mask", IMAGE),
    "filter": ((), "has a filter, such as a shadow or a blur", IMAGE),
    "backdrop-filter": ((), "has a filter", IMAGE),
    "mix-blend-mode": ((), "blends colours", IMAGE),
    "vector-effect": ((), "has lines that do not grow with it", IMAGE),
    "animation": ((), "moves", IMAGE),
    "animation-name": ((), "moves", IMAGE),
    "offset-path": ((), "moves things along a path", IMAGE),
    "rotate": ((), "turns a part by a style", IMAGE),
    "scale": ((), "scales a part by a style", IMAGE),
    "translate": ((), "moves a part by a style", IMAGE),
    "transform-origin": (("0", "0 0", "0px 0px"), "turns a part about a point", IMAGE),
    "transform-box": (("view-box",), "turns a part about itself", IMAGE),
    "paint-order": (("fill", "fill stroke"), "draws outlines behind what they are of", PATHS),
    "writing-mode": (("lr", "lr-tb", "horizontal-tb"), "has text from top to bottom", PATHS),
    "baseline-shift": (("0", "baseline", "0%", "0px"), "has text above or below its line", PATHS),
    "word-spacing": (("0", "0px", "0em"), "sets words apart", PATHS),
    "text-decoration": ((), "has underlined or struck out text", PATHS),
    "text-decoration-line": ((), "has underlined or struck out text", PATHS),
    "text-transform": ((), "has text in capitals by a style", PATHS),
    "font-variant": ((), "has small capitals", PATHS),
    "font-variant-caps": ((), "has small capitals", PATHS),
}
TEXTS = ("text", "tspan", "a")
SHAPED = "has text whose letters join, or run from right to left"


def check(root: Element, styles: Mapping[Element, dict[str, str]], refuse: Refuse) -> None:
    """Refuses what is not drawn alike in both media; `refuse` is told where it is."""
    for element in _drawn(root, styles):
        kind = element.tag.rpartition("}")[2]
        if kind in ELEMENTS:
            problem, hint = ELEMENTS[kind]
            refuse(element, f"{problem} (`<{kind}>`), which the PDF cannot show", hint)
        for name, (harmless, problem, hint) in PROPERTIES.items():
            value = styles[element].get(name, "" if name == "rotate" else element.get(name, ""))
            if value.lower() not in (*PLAIN, *harmless):
                found = f"`{name}: {value[:40]}` of `<{kind}>`"
                refuse(element, f"{problem} ({found}), which the PDF cannot show", hint)
        _check_colours(element, styles[element], kind, refuse)
        if kind == "clipPath":
            _check_clip(element, styles, refuse)
        elif kind in TEXTS:
            _check_text(element, styles[element], kind, refuse)


def _drawn(element: Element, styles: Mapping[Element, dict[str, str]]) -> list[Element]:
    """The elements of SVG that are not hidden."""
    if not element.tag.startswith("{http://www.w3.org/2000/svg}"):
        return []
    if styles[element].get("display", element.get("display", "")) == "none":
        return []
    below = [inner for child in element for inner in _drawn(child, styles)]
    return [element, *below]


def _check_colours(element: Element, style: Mapping[str, str], kind: str, refuse: Refuse) -> None:
    for name in ("fill", "stroke", "stop-color"):
        value = style.get(name, element.get(name, ""))
        if "color-mix(" in value or "from " in value:
            found = f"`{name}: {value[:40]}` of `<{kind}>`"
            refuse(element, f"computes a colour ({found}), which the PDF cannot show", IMAGE)
    stroke = style.get("stroke", element.get("stroke", ""))
    if stroke.startswith("url("):
        found = f"`stroke: {stroke[:40]}` of `<{kind}>`"
        refuse(element, f"has lines in a gradient ({found}), which the PDF draws too thin", IMAGE)
    clip = style.get("clip-path", element.get("clip-path", "none"))
    if clip != "none" and not clip.startswith("url("):
        found = f"`clip-path: {clip[:40]}` of `<{kind}>`"
        refuse(
            element, f"is cut by a shape of its style ({found}), which the PDF cannot show", IMAGE
        )


def _check_clip(clip: Element, styles: Mapping[Element, dict[str, str]], refuse: Refuse) -> None:
    for part in clip.iter():
        kind = part.tag.rpartition("}")[2]
        if kind == "text":
            refuse(part, "is cut to a text (`<text>` in `<clipPath>`)", PATHS)
        if styles[part].get("clip-rule", part.get("clip-rule")) == "evenodd":
            problem = f"is cut to a shape with holes (`clip-rule: evenodd` of `<{kind}>`)"
            refuse(part, f"{problem}, which the PDF cannot show", IMAGE)


def _check_text(element: Element, style: Mapping[str, str], kind: str, refuse: Refuse) -> None:
    texts = [element.text or "", *(child.tail or "" for child in element)]
    for letter in unicodedata.normalize("NFC", "".join(texts)):
        if (
            unicodedata.bidirectional(letter) in ("R", "AL")
            or unicodedata.category(letter)[0] == "M"
        ):
            found = f"“{''.join(texts).strip()[:30]}” of `<{kind}>`"
            refuse(element, f"{SHAPED} ({found}), which the PDF cannot set in a picture", PATHS)
    fill = style.get("fill", element.get("fill", ""))
    if fill.startswith("url("):
        found = f"`fill: {fill[:40]}` of `<{kind}>`"
        refuse(element, f"has text in a gradient or pattern ({found})", PATHS)
