"""Marks that stand in a row, such as the points of a scatter plot, as one path with a marker at
each of its points: a tenth of the text and of the elements, painted in the same order."""

from collections.abc import Iterable
from itertools import groupby
from xml.etree.ElementTree import Element

from livedeck.drawing import path_data
from livedeck.drawing.definitions import Definitions
from livedeck.drawing.groups import Item

FEWEST = 4  # that make a path worth it


def joined(items: Iterable[Item], definitions: Definitions) -> list[Item]:
    """The same items, with marks that differ in their places alone in one."""
    found: list[Item] = []
    for (mark, clip), run in groupby(items, key=_kind):
        row = list(run)
        if mark and len(row) >= FEWEST:
            found.append((clip, _path([element for _, element in row], definitions)))
        else:
            found.extend(row)
    return found


def _kind(item: Item) -> tuple[tuple[tuple[str, str], ...], str]:
    clip, element = item
    if element.tag != "use" or "transform" in element.attrib or "class" in element.attrib:
        return (), clip
    return tuple((k, v) for k, v in element.items() if k not in ("x", "y")), clip


def _path(uses: list[Element], definitions: Definitions) -> Element:
    style = {k: v for k, v in uses[0].items() if k not in ("x", "y", "href")}
    shape = definitions.get(uses[0].attrib["href"].removeprefix("#"))
    own = Element(shape.tag, {**style, **shape.attrib})  # the shape's own style comes first
    own.extend(shape)
    marker = Element("marker", {"markerUnits": "userSpaceOnUse", "overflow": "visible"})
    marker.append(own)
    points = [(float(use.get("x", "0")), float(use.get("y", "0"))) for use in uses]
    attributes = {"fill": "none", "marker-mid": f"url(#{definitions.add(marker)})"}
    return Element("path", {"d": path_data.through(points), **attributes})
