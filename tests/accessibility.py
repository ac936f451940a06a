"""The page as a screen reader gets it: Chromium's accessibility tree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Node:
    """What assistive technology is told of an element."""

    role: str
    name: str
    properties: dict[str, Any]
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *roles: str) -> list["Node"]:
        """The nodes of some roles below."""
        return [node for node in self.walk() if node.role in roles]

    @property
    def text(self) -> str:
        """What is read of it from beginning to end."""
        return " ".join(node.name for node in self.all("StaticText"))


def tree(page: Page) -> Node:
    """The whole tree, without what is ignored."""
    session = page.context.new_cdp_session(page)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    nodes = {node["nodeId"]: node for node in found}

    def read(identifier: str) -> list[Node]:
        node = nodes.get(identifier)
        if node is None:
            return []
        below = [child for name in node.get("childIds", []) for child in read(name)]
        if node.get("ignored"):
            return below
        properties = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
        name = str(node.get("name", {}).get("value", ""))
        return [Node(node["role"]["value"], name, properties, below)]

    return read(found[0]["nodeId"])[0]
