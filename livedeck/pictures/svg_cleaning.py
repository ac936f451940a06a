"""SVG pictures as they reach the audience: with all that is drawn, and nothing of who drew it
where and with what. Browser and PDF get the same one, and what would differ is refused."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.parsers import expat

from livedeck.errors import AuthorError
from livedeck.pictures import svg_gradients, svg_styles, svg_support

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
NAMELESS = f'Let it begin with `<svg xmlns="{SVG[1:-1]}"`, or no browser shows it.'
UNSEEN = {"metadata", "title", "desc", "script", "style", "view", "cursor", "font", "font-face"}
PRIVATE = {"content", "style", "class"}  # draw.io keeps the whole diagram in the first
UNITS = {"px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "em": 16}
DEFAULT = (300.0, 150.0)  # of a picture that does not say how large it is

_LENGTH = re.compile(r"\s*([\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_PIXELS = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp)(;base64)?,", re.IGNORECASE)

ET.register_namespace("", SVG[1:-1])
ET.register_namespace("xlink", XLINK[1:-1])


@dataclass(frozen=True)
class Plain:
    """A picture as text, and its size in CSS pixels."""

    width: float
    height: float
    data: bytes


def written(data: bytes, path: Path) -> Plain:
    """An SVG that was checked, made plain; what would not be drawn alike is an `AuthorError`."""
    try:
        return _written(data, path)
    except AuthorError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        # What is written in place of numbers and colours, browsers take each in a way of its own.
        hint = "Open it in the program that made it, and export it anew."
        raise AuthorError(
            f"the picture has a value that is none: {error}", path, 1, hint=hint
        ) from error


def _written(data: bytes, path: Path) -> Plain:
    root, lines = _read(data)
    if root.tag != f"{SVG}svg":
        raise AuthorError("the picture is no SVG to a browser", path, 1, hint=NAMELESS)

    def refuse(element: Element, problem: str, hint: str) -> None:
        raise AuthorError(f"the picture {problem}", path, lines.get(id(element)), hint=hint)

    styles = svg_styles.resolved(root)
    width, height = _size(root, refuse)
    ground = svg_styles.ground(styles[root])
    svg_support.check(root, styles, refuse)
    svg_gradients.settle(root, styles, refuse)
    for element in list(root.iter()):
        _bare(element, styles[element], path)
    if ground:
        _lay_ground(root, ground)
    root.set("width", f"{width:.6g}")
    root.set("height", f"{height:.6g}")
    return Plain(width, height, ET.tostring(root, encoding="utf-8"))


def _read(data: bytes) -> tuple[Element, dict[int, int]]:
    """The tree of an SVG without its comments, and the line of each element by its identity."""
    builder, lines = ET.TreeBuilder(), dict[int, int]()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def named(name: str) -> str:
        return f"{{{name}" if "}" in name else name

    def start(name: str, attributes: dict[str, str]) -> None:
        element = builder.start(named(name), {named(n): text for n, text in attributes.items()})
        lines[id(element)] = parser.CurrentLineNumber

    def end(name: str) -> None:
        builder.end(named(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.Parse(data, True)
    return builder.close(), lines


def _bare(element: Element, style: dict[str, str], path: Path) -> None:
    """Leaves of an element what is drawn, its style with it."""
    for child in list(element):
        if not child.tag.startswith(SVG) or child.tag.removeprefix(SVG) in UNSEEN:
            _drop(element, child)
    _choose(element)
    _as_path(element)
    element.text, element.tail = (
        part and normalize("NFC", part) for part in (element.text, element.tail)
    )
    if style.get("white-space", "").startswith("pre"):
        element.set(f"{XML}space", "preserve")
    for child in element:
        if child.tag == f"{SVG}a":  # nobody can follow a link in a picture
            within = element.tag.removeprefix(SVG) in ("text", "tspan", "a")
            child.tag = f"{SVG}{'tspan' if within else 'g'}"
    for name, value in list(element.attrib.items()):
        known = name.startswith((XLINK, XML)) or "}" not in name
        if not known or name in PRIVATE or name.lower().startswith(("on", "data-")):
            del element.attrib[name]
        elif _PIXELS.match(value.strip()):
            element.set(name, _without_metadata(value, path))
    if style:
        element.set("style", ";".join(f"{name}:{value}" for name, value in style.items()))


def _as_path(element: Element) -> None:
    """Makes lines of points paths, whose arrows the PDF's engine points the right way."""
    if element.tag in (f"{SVG}polyline", f"{SVG}polygon") and element.get("points"):
        closed = "Z" if element.tag == f"{SVG}polygon" else ""
        element.tag = f"{SVG}path"
        element.set("d", f"M{element.attrib.pop('points').strip()}{closed}")


def _choose(element: Element) -> None:
    """Puts in the place of a `switch` what browsers show of it: its first child."""
    for at, child in enumerate(list(element)):
        if child.tag == f"{SVG}switch" and len(child):
            shown = child[0]
            shown.tail = child.tail
            element[at] = shown
            for name in ("requiredFeatures", "systemLanguage"):
                shown.attrib.pop(name, None)


def _drop(parent: Element, child: Element) -> None:
    place = list(parent).index(child)
    tail = child.tail or ""
    parent.remove(child)
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def _without_metadata(address: str, path: Path) -> str:
    """The pixels in a picture, as those of a picture of their own."""
    from livedeck.pictures import raster_images

    head = _PIXELS.match(address.strip())
    assert head is not None
    body = address.strip()[head.end() :]
    data = base64.b64decode(body) if head[1] else unquote_to_bytes(body)
    shown = raster_images.shown(data, path)
    return f"data:{shown.kind};base64,{base64.b64encode(shown.data).decode()}"


def _size(root: Element, refuse: Callable[[Element, str, str], None]) -> tuple[float, float]:
    """The size that a picture has by itself; its coordinates are given if they were its pixels."""
    width, height = (_length(root.get(name, "")) for name in ("width", "height"))
    box = _box(root.get("viewBox", ""))
    if box:
        ratio = box[2] / box[3]
        if width is None and height is None:
            width, height = box[2], box[3]
        elif width is None and height is not None:
            width = height * ratio
        elif height is None and width is not None:
            height = width / ratio
    width = DEFAULT[0] if width is None else width
    height = DEFAULT[1] if height is None else height
    if min(width, height) <= 0:
        refuse(root, "has no size", "Give its `<svg>` a width and a height, or a `viewBox`.")
    if not box:
        root.set("viewBox", f"0 0 {width:.6g} {height:.6g}")
    return width, height


def _box(text: str) -> list[float]:
    """The numbers of a `viewBox`; none of one that browsers don't heed."""
    try:
        box = [float(part) for part in re.split(r"[\s,]+", text.strip()) if part]
    except ValueError:
        return []
    return box if len(box) == 4 and min(box[2:]) > 0 else []


def _length(text: str) -> float | None:
    """A length in pixels; none for a share of something."""
    found = _LENGTH.fullmatch(text)
    if found is None or found[2].lower() not in {"", *UNITS}:
        return None
    return float(found[1]) * UNITS.get(found[2].lower(), 1)


def _lay_ground(root: Element, colour: str) -> None:
    left, top, width, height = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    size = {"x": left, "y": top, "width": width, "height": height}
    root.insert(0, Element(f"{SVG}rect", {**size, "style": f"fill:{colour};stroke:none"}))
