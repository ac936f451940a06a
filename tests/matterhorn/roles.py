"""Checkpoint 02: what elements are called, and what that stands for."""

from collections.abc import Iterator

from pikepdf import Dictionary, Object, Pdf

from tests.matterhorn.failure import Failure

STANDARD = {
    *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index"),
    *("NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl"),
    *("LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note"),
    *("Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu"),
    *("WT", "WP", "Figure", "Formula", "Form"),
}


def standard(name: str, role_map: Object) -> str:
    """The standard type that a name stands for, without its slash; or nothing."""
    seen = set[str]()
    while name.removeprefix("/") not in STANDARD:
        if name in seen or name not in role_map:
            return ""
        seen.add(name)
        name = str(role_map[name])
    return name.removeprefix("/")


def examine(pdf: Pdf) -> Iterator[Failure]:
    """What is wrong with the role map, and with the names of elements."""
    root = pdf.Root.StructTreeRoot
    role_map = root.get("/RoleMap", Dictionary())
    for name in role_map:
        if name.removeprefix("/") in STANDARD:
            yield Failure("02-004", f"the standard type {name} is mapped")
        elif _circular(name, role_map):
            yield Failure("02-003", f"{name} is mapped to itself in the end")
    used = {str(item.S) for item in pdf.objects if _is_element(item)}
    for name in sorted(used):
        if not standard(name, role_map):
            yield Failure("02-001", f"{name} stands for no standard type")


def _circular(name: str, role_map: Object) -> bool:
    seen = {name}
    while name in role_map:
        name = str(role_map[name])
        if name in seen:
            return True
        seen.add(name)
    return False


def _is_element(item: Object) -> bool:
    return isinstance(item, Dictionary) and item.get("/Type") == "/StructElem" and "/S" in item
