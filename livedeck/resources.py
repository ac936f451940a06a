"""The resources of a PDF's pages, and of all that they draw."""

from collections.abc import Iterator

import pikepdf
from pikepdf import Pdf


def all_of(pdf: Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of resources once, in the order of the pages."""
    seen: set[tuple[int, int]] = set()
    waiting = [page.obj.get("/Resources") for page in pdf.pages]
    for resources in waiting:  # grows on the way
        if resources is None or (resources.is_indirect and resources.objgen in seen):
            continue
        seen.add(resources.objgen)
        waiting += [
            entry.get("/Resources") for entries in drawn(resources) for _, entry in _sorted(entries)
        ]
        yield resources


def drawn(resources: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries of what can be drawn: images, groups and patterns."""
    for kind in ("/XObject", "/Pattern"):
        if kind in resources:
            yield resources[kind]


def _sorted(entries: pikepdf.Object) -> list[tuple[str, pikepdf.Object]]:
    return sorted(entries.items(), key=lambda entry: str(entry[0]))
