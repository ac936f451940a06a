"""One drawing made of two, for light and for dark.

Colours follow the page: where an element differs in them alone, it is there once, with the
theme's colours by name and any other pair as `light-dark()`. What differs otherwise is there
twice, and the style sheet shows one of the two.
"""

from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from livedeck.drawing import raster
from livedeck.drawing.definitions import Definitions
from livedeck.drawing.svg import PLACES, REFERENCE, Drawing
from livedeck.slides.theme import Palette

COLOURS = {"fill", "stroke", "stop-color"}


class _DifferError(Exception):
    """Two elements differ in more than their colours."""


def merged(
    light: Drawing, dark: Drawing, palettes: dict[str, Palette], definitions: Definitions
) -> list[Element]:
    """The elements of a drawing that serves both modes."""
    pairs = zip(palettes["light"].named().items(), palettes["dark"].named().values(), strict=True)
    names: dict[tuple[str, str], str] = {}
    for (name, colour), other in pairs:
        names.setdefault((colour, other), name)
    paper = palettes["light"].paper, palettes["dark"].paper
    merger = _Merger(definitions, names, paper, light.named, dark.named)
    if len(light.root) != len(dark.root):
        return [merger.only("light", light.root), merger.only("dark", dark.root)]
    return merger.all(light.root, dark.root)


@dataclass(frozen=True)
class _Merger:
    definitions: Definitions
    names: dict[tuple[str, str], str]
    paper: tuple[str, str]
    light: dict[str, Element]
    dark: dict[str, Element]
    known: dict[tuple[str, str], str] = field(default_factory=dict)

    def all(self, light: Element, dark: Element) -> list[Element]:
        """The children of two elements."""
        pairs = zip(light, dark, strict=True)
        return [element for pair in pairs for element in self.both(*pair)]

    def both(self, light: Element, dark: Element) -> list[Element]:
        """One element that serves both modes, or one for each."""
        try:
            return [self.one(light, dark)]
        except _DifferError:
            painted = self.painted(light, dark) if light.tag == dark.tag == "image" else []
            return painted or [self.only("light", light), self.only("dark", dark)]

    def one(self, light: Element, dark: Element) -> Element:
        """An element that serves both modes; raises where there is none."""
        if (
            light.tag != dark.tag
            or light.text != dark.text
            or len(light) != len(dark)
            or light.keys() != dark.keys()
        ):
            raise _DifferError
        element = Element(light.tag)
        element.text = light.text
        for name, value in light.items():
            own = light.tag != "a"  # whose `#` means a slide
            element.set(name, self.value(name if own else "", value, dark.attrib[name]))
        element.extend(self.all(light, dark))
        return element

    def only(self, mode: str, element: Element) -> Element:
        """An element for one of the modes."""
        named = {"light": self.light, "dark": self.dark}[mode]
        copy = replace(self, names={}, light=named, dark=named, known={}).one(element, element)
        copy.tag = "g" if copy.tag == "svg" else copy.tag
        copy.attrib = {"class": f"{mode}-only"} | ({} if element.tag == "svg" else copy.attrib)
        return copy

    def painted(self, light: Element, dark: Element) -> list[Element]:
        """A picture as areas of the page's colours, each behind a mask; nothing if it cannot be."""
        area = {name: value for name, value in light.items() if name != "href"}
        if area != {name: value for name, value in dark.items() if name != "href"}:
            return []
        blend = raster.blended(light.attrib["href"], dark.attrib["href"], self.paper)
        if blend is None:
            return []
        smooth = {"image-rendering": value} if (value := area.pop("image-rendering", "")) else {}
        within = {name: value for name, value in area.items() if name in PLACES}
        layers = [Element("rect", {**area, "fill": self.colour(*blend.ground)})]
        for top, address in blend.tops:
            mask = Element("mask")
            mask.append(Element("image", {**within, **smooth, "href": address}))
            reference = f"url(#{self.definitions.add(mask)})"
            layers.append(Element("rect", {**area, "fill": self.colour(*top), "mask": reference}))
        return layers

    def value(self, name: str, light: str, dark: str) -> str:
        """An attribute's value for both modes."""
        ours, theirs = REFERENCE.match(light), REFERENCE.match(dark)
        if name in COLOURS and light.startswith("#"):
            return self.colour(light, dark)
        if name and ours and theirs:
            return light.replace(ours[1], self.reference(ours[1], theirs[1]))
        if light != dark:
            raise _DifferError
        return raster.compressed(light) if light.startswith("data:image/png") else light

    def colour(self, light: str, dark: str) -> str:
        """A colour that follows the page."""
        if (light, dark) in self.names:
            return f"var(--{self.names[light, dark]})"
        return light if light == dark else f"light-dark({light},{dark})"

    def reference(self, light: str, dark: str) -> str:
        """The id of what two elements refer to."""
        if (light, dark) not in self.known:
            element = self.one(self.light[light], self.dark[dark])
            self.known[light, dark] = self.definitions.add(element)
        return self.known[light, dark]
