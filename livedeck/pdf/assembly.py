"""Binds the pages of several PDFs into one, with their structure, links and outline.

Ordinary merging drops the structure tree. Here the pages come first, so that what is copied
after them finds them again; then the trees are joined at their roots.
"""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from urllib.parse import unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from livedeck.errors import AuthorError, AuthorErrors, did_you_mean
from livedeck.pdf.pieces import ELSEWHERE, Bookmark, Sheets


def bind(pieces: Sequence[Sheets]) -> Pdf:
    """One PDF of all pages of all pieces, in their order."""
    whole = Pdf.open(BytesIO(pieces[0].pdf))
    anchors = _anchors(whole)
    bookmarks = list(pieces[0].bookmarks)
    for piece in pieces[1:]:
        added = Pdf.open(BytesIO(piece.pdf))
        first = len(whole.pages)
        whole.add_pages_from(added, forms="strip", layers="ignore", outlines="ignore")
        _join_structure(whole, added, first)
        bookmarks += [replace(mark, page=first + mark.page) for mark in piece.bookmarks]
        for name, place in _anchors(added, whole).items():
            if name in anchors:
                raise AuthorError(f"two elements have the id `{name}`")
            anchors[name] = place
    _connect(whole, anchors)
    _sort_names(whole)
    _write_outline(whole, bookmarks)
    return whole


def label(whole: Pdf, labels: Sequence[str]) -> None:
    """Names the pages, or numbers them where there are no names."""
    ranges = Array([0, Dictionary(S=Name.D)])
    if labels:
        named = zip(range(len(whole.pages)), labels, strict=True)
        ranges = Array([part for page, text in named for part in (page, Dictionary(P=text))])
    whole.Root.PageLabels = Dictionary(Nums=ranges)


def _anchors(pdf: Pdf, whole: Pdf | None = None) -> dict[str, pikepdf.Object]:
    """The places in a PDF that have names; with `whole`, as places in that copy of its pages."""
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return {}
    names = pdf.Root.Names.Dests.Names
    if whole is not None:
        names = whole.copy_foreign(pdf.make_indirect(names))
    return {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}


def _join_structure(whole: Pdf, added: Pdf, first: int) -> None:
    """Hangs a PDF's structure into the tree of the whole, which has its pages already.

    Content knows its place in the tree by numbers, those of pages and annotations; they go on
    where those of the whole end.
    """
    root = whole.Root.StructTreeRoot
    tree = whole.copy_foreign(added.Root.StructTreeRoot)
    document = root.K[0]
    for element in tree.K[0].K:
        element.P = document
        document.K.append(element)
    numbers = root.ParentTree.Nums
    base = len(numbers) // 2
    for place, entry in enumerate(tree.ParentTree.Nums):
        numbers.append(entry if place % 2 else base + int(entry))
    if "/IDTree" in tree:
        if "/IDTree" not in root:
            root.IDTree = Dictionary(Names=Array())
        root.IDTree.Names.extend(tree.IDTree.Names)
    pages = [page.obj for page in list(whole.pages)[first:]]
    for holder in (*pages, *_groups(pages)):
        holder.StructParents = base + int(holder.StructParents)
    for page in pages:
        for annotation in page.get("/Annots", []):
            if "/StructParent" in annotation:
                annotation.StructParent = base + int(annotation.StructParent)


def _groups(pages: Sequence[pikepdf.Object]) -> list[pikepdf.Object]:
    """What pages draw as groups that have content of their own in the structure, each once."""
    found: dict[tuple[int, int], pikepdf.Object] = {}
    seen: set[tuple[int, int]] = set()
    waiting = [page.Resources for page in pages]
    while waiting:
        resources = waiting.pop()
        if resources.objgen in seen:
            continue
        seen.add(resources.objgen)
        for drawn in resources.get("/XObject", Dictionary()).values():
            if "/StructParents" in drawn:
                found[drawn.objgen] = drawn
            if "/Resources" in drawn:
                waiting.append(drawn.Resources)
    return list(found.values())


def _sort_names(whole: Pdf) -> None:
    """Sorts the names of all elements, as readers expect them."""
    root = whole.Root.StructTreeRoot
    if "/IDTree" in root:
        names = root.IDTree.Names
        pairs = [(names[i], names[i + 1]) for i in range(0, len(names), 2)]
        pairs.sort(key=lambda pair: bytes(pair[0]))
        root.IDTree = Dictionary(Names=Array([item for pair in pairs for item in pair]))


def _connect(whole: Pdf, anchors: dict[str, pikepdf.Object]) -> None:
    """Leads links between pieces to their anchors, and gives the whole the names of all."""
    broken = []
    for page in whole.pages:
        for annotation in page.obj.get("/Annots", []):
            action = annotation.get("/A", Dictionary())
            address = str(action.get("/URI", ""))
            if not address.startswith(ELSEWHERE):
                continue
            name = unquote(address.removeprefix(ELSEWHERE))
            if name not in anchors:
                hint = did_you_mean(name, anchors)
                broken.append(
                    AuthorError(f"a link leads to `#{name}`, which is nowhere", hint=hint)
                )
            del annotation.A
            annotation.Dest = String(name)
            annotation.Contents = String(name)
    if broken:
        raise AuthorErrors(broken)
    names = Array()
    for name in sorted(anchors, key=lambda name: bytes(String(name))):
        names.extend([String(name), anchors[name]])
    if anchors:
        whole.Root.Names = Dictionary(Dests=Dictionary(Names=names))


def _write_outline(whole: Pdf, bookmarks: Sequence[Bookmark]) -> None:
    """Writes the bookmarks as an outline; each stands under the last one of a lower level."""
    with whole.open_outline() as outline:
        above: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
        for mark in bookmarks:
            page = whole.pages[mark.page].obj
            item = OutlineItem(mark.label, Array([page, Name.XYZ, mark.x, mark.y, 0]))
            item.is_closed = mark.closed
            while above[-1][0] >= mark.level:
                above.pop()
            above[-1][1].append(item)
            above.append((mark.level, item.children))
