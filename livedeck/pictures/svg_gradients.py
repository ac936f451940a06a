"""Gradients of an SVG in the coordinates of what they paint, without transformations, in plain
colours: other ones are blank in the PDF's engine or in common readers."""

import re
from itertools import count, pairwise
from math import hypot, isclose, radians
from xml.etree.ElementTree import Element

import tinycss2.color5  # type: ignore[import-untyped, unused-ignore]
from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.shapes import PathBuilder

from livedeck.pictures.svg_styles import Style
from livedeck.pictures.svg_support import IMAGE, Refuse

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
KINDS = (f"{SVG}linearGradient", f"{SVG}radialGradient")
SHAPES = {"rect", "circle", "ellipse", "path", "polygon", "polyline"}
LINE = {"x1": 0.0, "y1": 0.0, "x2": 1.0, "y2": 0.0}
CIRCLE = {"cx": 0.5, "cy": 0.5, "r": 0.5}
FINE = 12  # parts of a change of opacity, between which colours are blended as they are
OVAL = "has an oval or unreadable gradient (`<{}>`), which the PDF cuts off"

_USE = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")

Box = tuple[float, float, float, float]


def settle(root: Element, styles: dict[Element, Style], refuse: Refuse) -> None:
    """Gives each shape that a gradient fills one of its own, which needs no more computing."""
    named = {each.get("id"): each for each in root.iter() if each.tag in KINDS}
    numbers, made = count(1), Element(f"{SVG}defs")

    def visit(element: Element, fill: str) -> None:
        fill = styles.get(element, {}).get("fill") or element.get("fill") or fill
        found = _USE.match(fill)
        gradient = named.get(found[1]) if found else None
        if gradient is not None and element.tag.removeprefix(SVG) in SHAPES:
            box = _box(element)
            try:
                own = _settled(gradient, named, styles, box) if box else None
            except ValueError:
                kind = gradient.tag.removeprefix(SVG)
                refuse(gradient, OVAL.format(kind), IMAGE)
            if own is not None:
                own.set("id", f"{found[1] if found else ''}-{next(numbers)}")
                made.append(own)
                styles[element]["fill"] = f"url(#{own.get('id')})"
        for child in element:
            visit(child, fill)

    visit(root, "")
    if len(made):
        root.insert(0, made)
        styles.update({each: {} for each in made.iter()})


def _settled(
    gradient: Element, named: dict[str | None, Element], styles: dict[Element, Style], box: Box
) -> Element | None:
    chain = [gradient]
    while (link := chain[-1].get("href") or chain[-1].get(HREF, "")) and len(chain) < 10:
        if (parent := named.get(link[1:])) is None:
            break
        chain.append(parent)
    attributes: dict[str, str] = {}
    for each in reversed(chain):
        attributes |= each.attrib
    stops = next((found for each in chain if (found := each.findall(f"{SVG}stop"))), [])
    left, top, width, height = box
    own = attributes.get("gradientUnits") != "userSpaceOnUse"
    move = Transform(width, 0, 0, height, left, top) if own else Identity
    move = move.transform(_transform(attributes.get("gradientTransform", "")))
    if not stops or not move[0] * move[3] - move[1] * move[2]:
        return None
    new = Element(gradient.tag, {"gradientUnits": "userSpaceOnUse"})
    if "spreadMethod" in attributes:
        new.set("spreadMethod", attributes["spreadMethod"])
    new.attrib.update((_line if gradient.tag == KINDS[0] else _circle)(attributes, move))
    new.extend(_stops(stops, styles))
    return new


def _line(attributes: dict[str, str], move: Transform) -> dict[str, str]:
    x1, y1, x2, y2 = (_number(attributes.get(n, ""), default) for n, default in LINE.items())
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    if not length:
        return {"x1": "0", "y1": "0", "x2": "0", "y2": "0.001"}  # the last colour alone
    inverse = move.inverse()
    slope_x = (dx * inverse[0] + dy * inverse[1]) / length
    slope_y = (dx * inverse[2] + dy * inverse[3]) / length
    steep = slope_x * slope_x + slope_y * slope_y
    x, y = move.transformPoint((x1, y1))
    ends = x, y, x + slope_x / steep, y + slope_y / steep
    return {name: f"{value:.6g}" for name, value in zip(LINE, ends, strict=True)}


def _circle(attributes: dict[str, str], move: Transform) -> dict[str, str]:
    """The circle where it lies; an oval one is a `ValueError`, for the engine cuts it off."""
    values = {n: _number(attributes.get(n, ""), default) for n, default in CIRCLE.items()}
    focus = [_number(attributes.get(n, ""), values[c]) for n, c in (("fx", "cx"), ("fy", "cy"))]
    scale = hypot(move[0], move[1])
    if not isclose(scale, hypot(move[2], move[3]), rel_tol=0.02) or not isclose(
        0, move[0] * move[2] + move[1] * move[3], abs_tol=0.02 * scale * scale
    ):
        raise ValueError
    places = *move.transformPoint((values["cx"], values["cy"])), scale * values["r"]
    places += move.transformPoint((focus[0], focus[1]))
    names = (*CIRCLE, "fx", "fy")
    return {name: f"{value:.6g}" for name, value in zip(names, places, strict=True)}


def _stops(stops: list[Element], styles: dict[Element, Style]) -> list[Element]:
    """Stops with their place and colour in full; between two of other opacity there are more, for
    the engine blends colours by their opacity, which browsers don't."""
    read, last = [], 0.0
    for stop in stops:
        style = styles.get(stop, {})
        last = max(last, min(1.0, _number(stop.get("offset", ""), 0)))
        text = style.get("stop-color") or stop.get("stop-color") or "black"
        colour = tinycss2.color5.parse_color(text)
        colour = colour if colour is None or colour == "currentcolor" else colour.to("srgb")
        opacity = _number(style.get("stop-opacity", stop.get("stop-opacity", "")), 1)
        rgb = [0.0] * 3 if colour in (None, "currentcolor") else [c or 0.0 for c in colour[:3]]
        alpha = 1 if colour in (None, "currentcolor") else colour.alpha
        read.append((last, *rgb, alpha * opacity))
    full = read[:1]
    for one, other in pairwise(read):
        parts = FINE if one[4] != other[4] and one[0] < other[0] else 1
        for part in range(1, parts + 1):
            pairs = zip(one, other, strict=True)
            full.append(tuple(a + (b - a) * part / parts for a, b in pairs))
    return [
        Element(
            f"{SVG}stop",
            {
                "offset": f"{offset:.5g}",
                "stop-color": f"rgb({255 * red:.0f},{255 * green:.0f},{255 * blue:.0f})",
                "stop-opacity": f"{opacity:.5g}",
            },
        )
        for offset, red, green, blue, opacity in full
    ]


def _number(text: str, default: float) -> float:
    text = text.strip()
    if not text:
        return default
    return float(text[:-1]) / 100 if text.endswith("%") else float(text.removesuffix("px"))


def _transform(text: str) -> Transform:
    move = Identity
    for name, words in _STEP.findall(text):
        given = [float(word) for word in re.split(r"[\s,]+", words.strip()) if word]
        if name == "matrix" and len(given) == 6:
            move = move.transform(given)
        elif name == "translate":
            move = move.translate(*given)
        elif name == "scale":
            move = move.scale(*given)
        elif name == "rotate":
            about = given[1:] or [0.0, 0.0]
            turn = radians(given[0])
            move = move.translate(*about).rotate(turn).translate(-about[0], -about[1])
    return move


def _box(shape: Element) -> Box | None:
    """What a shape covers, without its stroke; nothing for one without an area."""
    pen, builder = BoundsPen(None), PathBuilder()
    try:
        builder.add_path_from_element(shape)
        for path in builder.paths:
            parse_path(path, pen)
    except (ValueError, AttributeError, IndexError, KeyError):
        return None
    if pen.bounds is None:
        return None
    left, top, right, bottom = pen.bounds
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
