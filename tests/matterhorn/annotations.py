"""Checkpoint 28: links and other annotations."""

from collections.abc import Iterator

from pikepdf import Object, Pdf

from tests.matterhorn.failure import Failure
from tests.matterhorn.tree import Element, Tree


def examine(pdf: Pdf, tree: Tree) -> Iterator[Failure]:
    """What is wrong with the annotations of all pages."""
    holders = {key: element for element in tree.elements for key in element.annotations}
    for number, page in enumerate(pdf.pages, start=1):
        annotations = list(page.obj.get("/Annots", []))
        order = page.obj.get("/Tabs")
        if annotations and order is None:
            yield Failure("28-008", "no order of tabs", number)
        elif annotations and order != "/S":
            yield Failure("28-009", f"the order of tabs is {order}", number)
        for annotation in annotations:
            yield from _annotation(annotation, holders, tree, number)


def _annotation(
    annotation: Object, holders: dict[tuple[int, int], Element], tree: Tree, page: int
) -> Iterator[Failure]:
    kind = str(annotation.get("/Subtype"))
    holder = holders.get(annotation.objgen)
    if kind == "/TrapNet":
        yield Failure("28-007", "an annotation for printers", page)
    elif kind == "/Link":
        if holder is None or "Link" not in (holder.role, *(e.role for e in holder.ancestors)):
            yield Failure("28-011", "a link that no Link holds", page)
        elif not _leads_to(tree, annotation, holder):
            yield Failure("28-011", "the parent tree leads a link elsewhere", page)
        if not str(annotation.get("/Contents", "")):
            yield Failure("28-012", "a link without a description", page)
    elif kind == "/Widget":
        if holder is None or holder.role != "Form":
            yield Failure("28-010", "a field that no Form holds", page)
    elif kind == "/PrinterMark":
        if holder is not None:
            yield Failure("28-017", "a mark for printers has a place in the structure", page)
    else:
        if holder is None or holder.role != "Annot":
            yield Failure("28-002", f"an annotation {kind} that no Annot holds", page)
        if not str(annotation.get("/Contents", "")) and not (holder and holder.text("/Alt")):
            yield Failure("28-004", f"an annotation {kind} without a description", page)


def _leads_to(tree: Tree, annotation: Object, holder: Element) -> bool:
    number = annotation.get("/StructParent")
    owner = None if number is None else tree.parents.get(int(number))
    return owner is not None and owner.objgen == holder.key
