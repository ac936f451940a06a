"""The elements of a drawing in a row, and put together again in as few words as possible."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree.ElementTree import Element

INHERITED = {  # what an element takes from the group that it stands in
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
    "stroke-dashoffset",
    "font-size",
    "font-family",
    "font-weight",
    "font-style",
    "text-anchor",
}
TYPE = {"font-family": "", "font-size": "", "text-anchor": "start"}  # and what holds without a word

Item = tuple[str, Element]  # an element and the clip that it stands in, or an empty text


def items(elements: Iterable[Element]) -> Iterator[Item]:
    """The elements in the order in which they are painted, out of the groups that only clip."""
    for element in elements:
        clip = element.get("clip-path", "")
        if element.tag == "g" and not set(element.keys()) - {"clip-path"}:
            inner = list(items(element))
            if clip and any(own for own, _ in inner):
                yield clip, _group({}, put_together(inner))
            else:
                yield from ((clip or own, one) for own, one in inner)
        elif element.tag == "path" and not _visible(element):
            continue
        elif clip and element.tag == "path" and "transform" not in element.attrib:
            rest = {name: value for name, value in element.items() if name != "clip-path"}
            yield clip, Element("path", rest)
        else:
            yield "", element


def put_together(row: Iterable[Item]) -> list[Element]:
    """The elements again, in groups where neighbours share their clip or all of their style."""
    found: list[Element] = []
    for clip, run in groupby(row, key=lambda item: item[0]):
        elements = list(_styled([element for _, element in run]))
        if clip and len(elements) == 1 and elements[0].tag in ("g", "path"):
            elements[0].set("clip-path", clip)
            found += elements
        else:
            found += [_group({"clip-path": clip}, elements)] if clip else elements
    return found


def take_type(frames: Iterable[list[Item]]) -> dict[str, str]:
    """Takes the most frequent type of all texts away from them; returns it, to be said once."""
    elements = [element for row in frames for _, element in row]
    texts = [text for element in elements for text in element.iter("text")]
    common = {}
    for name, default in TYPE.items():
        values = Counter(text.get(name, default) for text in texts)
        values.pop("", None)
        if values:
            common[name] = value = values.most_common(1)[0][0]
            for text in texts:
                if text.get(name, default) == value:
                    text.attrib.pop(name, None)
                elif default:
                    text.attrib.setdefault(name, default)
    return common


def _styled(elements: list[Element]) -> Iterator[Element]:
    for style, run in groupby(elements, key=_style):
        row = list(run)
        if len(row) == 1 or not style:
            yield from row
            continue
        for element in row:
            for name in style:
                del element.attrib[name]
        yield _group(style, row)


def _style(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.items() if name in INHERITED}


def _group(attributes: dict[str, str], elements: list[Element]) -> Element:
    group = Element("g", attributes)
    group.extend(elements)
    return group


def _visible(path: Element) -> bool:
    filled = path.get("fill") != "none"
    return bool(path.get("d")) and (filled or "stroke" in path.attrib)
