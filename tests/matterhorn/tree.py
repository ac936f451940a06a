"""The structure tree of a PDF, with the roles of its elements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Object, Pdf

from tests.matterhorn.failure import Failure
from tests.matterhorn.roles import standard

Place = tuple[tuple[int, int], int]  # of content: the page or form that has it, and its number


@dataclass
class Element:
    """An element: its standard type, its parent and its children, and the content it holds."""

    object: Object
    role: str
    parent: "Element | None"
    page: int
    children: list["Element"] = field(default_factory=list)
    content: list[Place] = field(default_factory=list)
    annotations: list[tuple[int, int]] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from other elements."""
        return self.object.objgen

    def text(self, name: str) -> str:
        """One of its texts, such as `/Alt`."""
        return str(self.object.get(name, ""))

    def attribute(self, name: str) -> Object | None:
        """One of its attributes, of whatever owner."""
        given = self.object.get("/A", [])
        for owned in [given] if isinstance(given, Dictionary) else given:
            if isinstance(owned, Dictionary) and name in owned:
                return owned[name]
        return None

    def walk(self) -> Iterator["Element"]:
        """The element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def ancestors(self) -> Iterator["Element"]:
        """The elements around it, the nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


@dataclass
class Tree:
    """All elements in reading order, and what the parent tree says of pages, forms and links."""

    roots: list[Element]
    parents: dict[int, Any]
    pages: dict[tuple[int, int], int]
    failures: list[Failure] = field(default_factory=list)

    @property
    def elements(self) -> Iterator[Element]:
        """All elements in reading order."""
        for root in self.roots:
            yield from root.walk()

    @classmethod
    def read(cls, pdf: Pdf) -> "Tree":
        """The tree of a PDF that has one."""
        root = pdf.Root.StructTreeRoot
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        tree = cls([], dict(_numbers(root.get("/ParentTree"))), pages)
        role_map = root.get("/RoleMap", Dictionary())
        for child in _listed(root.get("/K")):
            tree._add(child, None, role_map, set())
        return tree

    def _add(
        self, item: Object, parent: Element | None, role_map: Object, above: set[tuple[int, int]]
    ) -> None:
        if item.objgen in above:
            self.failures.append(Failure("32000:14.7.4", "an element lies within itself"))
            return
        page = self.pages.get(item.Pg.objgen, 0) if "/Pg" in item else parent.page if parent else 0
        element = Element(item, standard(str(item.S), role_map), parent, page)
        (parent.children if parent else self.roots).append(element)
        up = item.get("/P")
        if parent is not None and (up is None or up.objgen != parent.key):
            message = f"a {element.role} does not name its parent"
            self.failures.append(Failure("32000:14.7.4", message, page))
        own = item.Pg.objgen if "/Pg" in item else None
        for child in _listed(item.get("/K")):
            if not isinstance(child, Dictionary):
                element.content.append((own or (0, 0), int(child)))
            elif child.get("/Type") == "/MCR":
                holder = child.get("/Stm", child.get("/Pg", item.get("/Pg")))
                element.content.append((holder.objgen, int(child.MCID)))
            elif child.get("/Type") == "/OBJR":
                element.annotations.append(child.Obj.objgen)
            else:
                self._add(child, element, role_map, above | {item.objgen})


def _listed(kids: Any) -> list[Any]:
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _numbers(node: Any) -> Iterator[tuple[int, Any]]:
    if node is None:
        return
    numbers = node.get("/Nums", [])
    for i in range(0, len(numbers), 2):
        yield int(numbers[i]), numbers[i + 1]
    for kid in node.get("/Kids", []):
        yield from _numbers(kid)
