"""Slides as they are after some of their steps, for a PDF with a page for each step."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from livedeck.pdf import placeholders

View = dict[str, Any]  # a slide as the templates know it

_STEPS = re.compile(r' data-step(?:s-at)?="([\d ]+)"')
HIDDEN = "visibility: hidden"
FAINT = "opacity: 0.35"


def expanded(slides: Sequence[View]) -> Iterator[tuple[View, str]]:
    """Each slide as often as it has stages on paper, with the labels of its pages."""
    for slide in slides:
        html = "".join([slide["title_html"], *(block.html for block in slide["blocks"])])
        steps = sorted(
            {0} | {int(step) for found in _STEPS.findall(html) for step in found.split()}
        )
        for place, step in enumerate(steps, start=1):
            label = f"{slide['number']}.{place}" if len(steps) > 1 else str(slide["number"])
            yield slide | {"shown": step, "of": f"{place}/{len(steps)}"}, label


def hide(root: Element) -> None:
    """Hides in each slide what comes after the step that it is shown at.

    A slide's id, and so every link to it, is with its first page; the gates look at its last.
    """
    for section in root.iter("section"):
        shown = section.get("data-shown")
        if shown is None:
            continue
        place, count = map(int, section.get("data-of", "1/1").split("/"))
        section.set("data-slide", section.get("id", ""))
        if place < count:
            section.set("data-partial", "yes")
        for element in section.iter():
            if place > 1:
                element.attrib.pop("id", None)
                if element is section or element.tag in ("h1", "h2", "h3"):
                    _add_style(element, "bookmark-level: none")
            if int(element.get("data-step", 0)) > int(shown):
                _hide(element)
            if element.get("data-layers"):
                _leave_out(element, int(shown))
            elif element.get("data-steps-at"):
                _point(element, int(shown))


def _hide(element: Element) -> None:
    _add_style(element, HIDDEN)
    for inner in element.iter("img"):
        inner.set("alt", "")
    for inner in element.iter("a"):
        inner.attrib.pop("href", None)


def _leave_out(image: Element, shown: int) -> None:
    """Lets an image hold the place of a figure without the layers that come after a step."""
    names, steps = (image.get(name, "").split() for name in ("data-layers", "data-steps-at"))
    later = [name for name, step in zip(names, steps, strict=True) if int(step) > shown]
    if later:
        key = placeholders.without(image.get("data-figure", ""), later)
        image.set("data-figure", key)
        image.set("src", placeholders.SCHEME + quote(key))


def _point(code: Element, shown: int) -> None:
    """Leaves the lines that a listing points at after a step, and makes the others faint."""
    steps = [int(step) for step in code.get("data-steps-at", "").split()]
    group = str(max((i for i, step in enumerate(steps) if step <= shown), default=0))
    for line in code.iter("span"):
        names, groups = (line.get(name, "").split() for name in ("class", "data-groups"))
        if "line" in names and group not in groups:
            _add_style(line, FAINT)


def _add_style(element: Element, rule: str) -> None:
    given = element.get("style", "")
    element.set("style", f"{given}; {rule}" if given else rule)
