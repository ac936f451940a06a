"""Checkpoints 09, 13, 14, 17 and 19: headings, lists, contents, figures, formulas and notes."""

from collections import Counter
from collections.abc import Iterator

from tests.matterhorn.failure import Failure
from tests.matterhorn.tree import Element, Tree

LISTS = {"L": {"L", "LI", "Caption"}, "LI": {"Lbl", "LBody"}}
CONTENTS = {"TOC": {"TOC", "TOCI", "Caption"}}
LEVELS = {f"H{level}": level for level in range(1, 7)}


def examine(tree: Tree) -> Iterator[Failure]:
    """What is wrong with the elements and with their order."""
    yield from _headings(tree)
    notes = Counter(element.text("/ID") for element in tree.elements if element.role == "Note")
    for element in tree.elements:
        yield from _nested(element)
        described = element.text("/Alt") or element.text("/ActualText")
        if element.role == "Figure" and not described:
            yield Failure("13-004", "a figure without alternative text", element.page)
        if element.role == "Formula" and not element.text("/Alt"):
            yield Failure("17-002", "a formula without alternative text", element.page)
        if element.role == "Note":
            if not element.text("/ID"):
                yield Failure("19-003", "a note without a name", element.page)
            elif notes[element.text("/ID")] > 1:
                yield Failure("19-004", "a note whose name another bears", element.page)


def _headings(tree: Tree) -> Iterator[Failure]:
    found = [element for element in tree.elements if element.role in (*LEVELS, "H")]
    numbered = [element for element in found if element.role != "H"]
    if numbered and numbered[0].role != "H1":
        yield Failure("14-002", f"the first heading is {numbered[0].role}", numbered[0].page)
    level = 1
    for element in numbered:
        if LEVELS[element.role] > level + 1:
            message = f"{element.role} follows directly after H{level}"
            yield Failure("14-003", message, element.page)
        level = LEVELS[element.role]
    if len(numbered) not in (0, len(found)):
        yield Failure("14-007", "headings with and without levels")
    for element in tree.elements:
        if sum(child.role == "H" for child in element.children) > 1:
            yield Failure("14-006", "two headings in one place", element.page)


def _nested(element: Element) -> Iterator[Failure]:
    """What may not stand in what it stands in."""
    within = element.parent.role if element.parent else ""
    for condition, kinds in (("09-005", LISTS), ("09-006", CONTENTS)):
        if element.role in kinds:
            for child in element.children:
                if child.role not in kinds[element.role]:
                    message = f"a {child.role} directly within {element.role}"
                    yield Failure(condition, message, child.page)
            if element.content:
                yield Failure(condition, f"text directly within {element.role}", element.page)
    if element.role == "LI" and within != "L":
        yield Failure("09-005", f"a LI within {within}", element.page)
    if element.role == "LBody" and within != "LI":
        yield Failure("09-005", f"a LBody within {within}", element.page)
    if element.role == "TOCI" and within != "TOC":
        yield Failure("09-006", f"a TOCI within {within}", element.page)
