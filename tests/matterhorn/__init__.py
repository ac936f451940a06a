"""PDF/UA-1 by the conditions of the Matterhorn Protocol 1.1 that software can check.

Each failure bears the condition's number; what makes the structure unreadable altogether bears the
clause of ISO 32000-1 that it breaks. What needs a person to judge is not here, nor what no
part of the engine can make: forms, media, signatures, ruby.
"""

from collections.abc import Iterator

from pikepdf import Pdf

from tests.matterhorn import annotations, content, document, fonts, roles, structure, tables
from tests.matterhorn.failure import Failure
from tests.matterhorn.tree import Tree

__all__ = ["Failure", "check"]


def check(pdf: Pdf) -> list[Failure]:
    """All that a PDF fails, in the order of the protocol's checkpoints; nothing if it is good."""
    return sorted(set(_failures(pdf)))


def _failures(pdf: Pdf) -> Iterator[Failure]:
    yield from document.examine(pdf)
    if "/StructTreeRoot" not in pdf.Root:
        yield Failure("01-005", "the document has no structure")
        return
    tree = Tree.read(pdf)
    yield from tree.failures
    pages = [content.read(number, page) for number, page in enumerate(pdf.pages, start=1)]
    yield from content.examine(pages, tree)
    yield from roles.examine(pdf)
    yield from structure.examine(tree)
    yield from tables.examine(tree)
    yield from annotations.examine(pdf, tree)
    yield from fonts.examine(pages)
