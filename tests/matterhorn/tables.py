"""Checkpoints 09 and 15: tables, and which cells are the heads of which."""

from collections.abc import Iterator

from pikepdf import Array, Object

from tests.matterhorn.failure import Failure
from tests.matterhorn.tree import Element, Tree

CHILDREN = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
PARENTS = {
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
}


def examine(tree: Tree) -> Iterator[Failure]:
    """What is wrong with tables."""
    for element in tree.elements:
        yield from _nested(element)
        if element.role == "Table":
            yield from _headers(element)


def _nested(element: Element) -> Iterator[Failure]:
    allowed = CHILDREN.get(element.role)
    if allowed is not None:
        for child in element.children:
            if child.role not in allowed:
                message = f"a {child.role} directly within {element.role}"
                yield Failure("09-004", message, child.page)
        if element.content:
            yield Failure("09-004", f"text directly within {element.role}", element.page)
    around = PARENTS.get(element.role)
    within = element.parent.role if element.parent else "nothing"
    if around is not None and within not in around:
        yield Failure("09-004", f"a {element.role} within {within}", element.page)
    if element.role == "Table":
        for kind in ("THead", "TFoot"):
            if sum(child.role == kind for child in element.children) > 1:
                yield Failure("09-004", f"a table with two {kind}", element.page)


def _headers(table: Element) -> Iterator[Failure]:
    cells = [element for element in table.walk() if element.role in ("TH", "TD")]
    names = {element.text("/ID") for element in cells if element.role == "TH"} - {""}
    named = False
    for cell in cells:
        for header in _listed(cell.attribute("/Headers")):
            named = True
            if str(header) not in names:
                message = f"a cell names the header {header}, which is nowhere"
                yield Failure("15-003", message, cell.page)
    for cell in cells:
        scope = cell.attribute("/Scope")
        if cell.role == "TH" and scope is None and not (named and cell.text("/ID")):
            yield Failure("15-003", "a header cell that does not say of what", cell.page)


def _listed(given: Object | None) -> list[Object]:
    return list(given) if isinstance(given, Array) else []
