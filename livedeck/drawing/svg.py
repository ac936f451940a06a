"""Matplotlib's SVG as a tree that can be compared and made smaller, and such trees as SVG that
lives in a page, with no inline style (a strict Content-Security-Policy forbids it)."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape, unescape
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from livedeck import addresses
from livedeck.characters import fit
from livedeck.drawing import glyphs, groups, layer_marks, lettering, path_data
from livedeck.errors import AuthorError

ATTRIBUTES = groups.INHERITED | {
    "fill-rule",
    "stop-color",
    "stop-opacity",
    "opacity",
    "image-rendering",
}
PLACES = {"x", "y", "width", "height"}
FACTORS = 6  # decimals of what is multiplied by the size of a figure
REFERENCE = re.compile(r"^(?:url\()?#([^)]+)\)?$")

_TEXT = re.compile(r"<(?:text|tspan)[^>]*>([^<]*)")
_IDLE = re.compile(r"rotate\(-?0 [^)]*\)")


@dataclass(frozen=True)
class Drawing:
    """A figure's tree, and by their names the elements that other elements refer to."""

    root: Element
    named: dict[str, Element]


def to_svg(figure: Figure) -> str:
    """Matplotlib's SVG of a figure, with nothing in it that changes by itself.

    Artists that were given a `gid` bear it as the name of their layer.
    """
    named = [artist for artist in figure.findobj() if artist.get_gid()]
    buffer = io.StringIO()
    with _outlined():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    names = filter(layer_marks.NAME.fullmatch, sorted({str(artist.get_gid()) for artist in named}))
    known = "|".join(names) or "(?!)"
    text = fit(buffer.getvalue())  # of labels
    return re.sub(rf'<g id="({known})"', r'<g data-layer="\1"', text)


@contextmanager
def _outlined() -> Iterator[None]:
    """Lets matplotlib draw as outlines what a page would show in another font than it was measured
    in: formulas with signs of fonts that matplotlib brings, and all that is not in the deck's text
    font. What no font has is refused."""
    complaints: dict[str, None] = {}

    def is_elsewhere(text: str, font: FontProperties, formula: bool) -> bool:
        if complaint := lettering.complaint(text, font, formula=formula):
            complaints[complaint] = None
        return not lettering.is_in_page(text, font, formula=formula)

    with glyphs.outlined(RendererSVG, is_elsewhere):
        yield
    if complaints:
        first, *others = complaints
        message = f"{first}; {len(others)} more like it" if others else first
        raise AuthorError(message, hint="Choose a font that has it, under `[fonts]` in the theme.")


def layers(text: str) -> list[str]:
    """The names of the layers in an SVG."""
    return sorted(set(re.findall(r'<g[^>]* data-layer="([^"]*)"', text)))


def texts(text: str) -> list[str]:
    """The texts in an SVG, in order."""
    return [unescape(each) for each in _TEXT.findall(text)]


def characters(text: str) -> set[str]:
    """The characters that the text of an SVG needs from the page's fonts."""
    return set("".join(texts(text)))


def parse(text: str) -> Drawing:
    """The tree of matplotlib's SVG: styles as attributes, numbers rounded, definitions apart."""
    root = ET.fromstring(text)
    for element in root.iter():
        _tidy(element)
        if element.tag == "a":
            _check_link(element)
    named = {element.attrib.pop("id"): element for element in root.iter() if element.get("id")}
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag in ("defs", "metadata")]:
            parent.remove(child)
    return Drawing(root, named)


def write(element: Element) -> str:
    """An element as text. Crisp pixels are asked for by a class: HTML knows no attribute for it."""
    given = dict(element.attrib)
    if given.pop("image-rendering", ""):
        given["class"] = f"{given.get('class', '')} crisp".strip()
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
    inner = escape(element.text or "", quote=False) + "".join(write(child) for child in element)
    if not inner:
        return f"<{element.tag}{attributes}/>"
    return f"<{element.tag}{attributes}>{inner}</{element.tag}>"


def frame(root: Element, type_: dict[str, str], content: str) -> str:
    """The SVG element of a drawing, of the size of its figure."""
    box = root.attrib["viewBox"]
    width, height = (round(float(size) * 4 / 3) for size in box.split()[2:])
    attributes = {
        "viewBox": box,
        "width": str(width),
        "height": str(height),
        "preserveAspectRatio": "xMinYMid meet",
        "aria-hidden": "true",
        "focusable": "false",
        **HERITAGE,
        **type_,
    }
    head = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<svg{head}>{content}</svg>"


HERITAGE = {"stroke-linejoin": "round"}  # what matplotlib's style sheet says of every element


def shared(content: str) -> str:
    """An SVG element that shows nothing, whose parts several drawings show."""
    head = '<svg class="shared" width="0" height="0" aria-hidden="true" focusable="false"'
    return f'{head} stroke-linejoin="round"><defs>{content}</defs></svg>'


def _check_link(link: Element) -> None:
    """Refuses an address that no page may hold; a link without one is a group."""
    address = link.get("href", "")
    link.attrib.clear()
    if not address:
        link.tag = "g"
    elif addresses.stands_alone(address):
        link.attrib.update({"href": address, "tabindex": "-1"})  # no drawing is in the order of Tab
    else:
        message = f"it links to `{address[:60]}`, where readers cannot follow"
        raise AuthorError(message, hint=addresses.HINT)


def _tidy(element: Element) -> None:
    element.tag = element.tag.rpartition("}")[2]
    element.tail = None
    if element.text and not element.text.strip() and "\n" in element.text:
        element.text = None
    attributes = dict(_attributes(element))
    element.attrib.clear()
    element.attrib.update(attributes)


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for given, value in element.attrib.items():
        name = given.rpartition("}")[2]
        if name == "style":
            for item in value.split(";"):
                key, _, text = (part.strip() for part in item.partition(":"))
                if key in ATTRIBUTES:
                    yield key, text
        elif name == "d":
            yield name, path_data.shortened(value)
        elif name == "transform":
            if text := path_data.rounded(_IDLE.sub("", value).strip(), FACTORS):
                yield name, text
        elif name in PLACES:
            yield name, path_data.rounded(value)
        elif name == "href":
            yield name, re.sub(r"\s", "", value)
        else:
            yield name, value
