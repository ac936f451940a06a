"""The frames of a sequence: what several of them have in common is there once."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from livedeck.drawing import groups, svg
from livedeck.drawing.definitions import Definitions
from livedeck.drawing.groups import Item

REFERENCE = 40  # characters that it takes a frame to refer to a common part

Name = tuple[str, str, int]  # an item's clip, its text, and which of several alike it is


def share(frames: list[list[Item]], definitions: Definitions) -> list[list[Item]]:
    """The frames, with references to their common parts.

    A part is the longest row of items that stands, whole and without a gap, in the same frames.
    """
    names = [list(_names(row)) for row in frames]
    where: dict[Name, list[int]] = defaultdict(list)
    for number, row in enumerate(names):
        for name in row:
            where[name].append(number)
    neighbours = Counter(pair for row in names for pair in pairwise(row))
    found: list[list[Item]] = []
    for frame, own in zip(frames, names, strict=True):
        new: list[Item] = []
        start = 0
        for end in range(1, len(own) + 1):
            count = len(where[own[start]])
            same = end < len(own) and where[own[end]] == where[own[start]]
            if same and neighbours[own[end - 1], own[end]] == count:
                continue
            size = sum(len(text) for _, text, _ in own[start:end])
            part = frame[start:end]
            worth = (count - 1) * size > count * REFERENCE
            new += [_reference(part, definitions)] if worth else part
            start = end
        found.append(new)
    return found


def _names(row: list[Item]) -> Iterator[Name]:
    counts: Counter[tuple[str, str]] = Counter()
    for clip, element in row:
        text = svg.write(element)
        yield clip, text, counts[clip, text]
        counts[clip, text] += 1


def _reference(part: list[Item], definitions: Definitions) -> Item:
    elements = groups.put_together(part)
    if len(elements) > 1:
        group = Element("g")
        group.extend(elements)
        elements = [group]
    return "", Element("use", {"href": f"#{definitions.add(elements[0])}"})
