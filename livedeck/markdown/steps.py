"""The order in which a slide's parts appear, from 1 on; what was there from the start has none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from livedeck.markdown.tokens import add_class, classes, remove_class

FRAGMENT = "fragment"
INCREMENTAL = "incremental"  # Pandoc's class for a div whose lists appear item by item
LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass
class Element:
    """An open element: the step it appears at, and whether its list items come one by one."""

    step: int = 0
    items: bool = False
    nested_items: bool = False


@dataclass
class Steps:
    """Numbers the tokens of a slide in one walk."""

    taken: int = 0
    paused: int = 0  # the step of the last pause
    open: list[Element] = field(default_factory=lambda: [Element()])
    numbered: list[Token] = field(default_factory=list)
    stepped: list[Token] = field(default_factory=list)  # code and figures that have steps inside

    def next(self) -> int:
        self.taken += 1
        return self.taken

    def visit(self, token: Token) -> None:
        """Gives a block its step, and those that follow from it."""
        if token.nesting < 0:
            self.open.pop()
        elif token.type == "pause":
            self.paused = self.next()
        elif token.type == "inline":
            self.number_children(token)
        else:
            element = self.enter(token)
            if token.nesting > 0:
                self.open.append(element)
            if token.meta.get("groups"):
                more = [self.next() for _ in token.meta["groups"][1:]]
                token.meta["steps"] = [element.step, *more]
                self.stepped.append(token)
            self.number_children(token)

    def number_children(self, token: Token) -> None:
        """Numbers spans of a text, figures of a row of them, and the layers of figures."""
        for child in token.children or []:
            if FRAGMENT in classes(child):
                self.number(child, self.next())
            if child.meta.get("layers"):
                child.meta["steps"] = [self.next() for _ in child.meta["layers"]]
                self.stepped.append(child)

    def enter(self, token: Token) -> Element:
        """Decides when an element appears, and its children with it."""
        parent = self.open[-1]
        names = classes(token)
        incremental = parent.nested_items or INCREMENTAL in names
        element = Element(parent.step, nested_items=incremental)
        if token.type in LISTS:
            element.items = incremental or FRAGMENT in names
            remove_class(token, FRAGMENT)
        item = token.type == "list_item_open" and parent.items
        if (item or FRAGMENT in names) and not element.items:
            element.step = self.number(token, self.next())
        elif self.paused > parent.step and not element.items and not token.hidden:
            element.step = self.number(token, self.paused)
        return element

    def number(self, token: Token, step: int) -> int:
        add_class(token, FRAGMENT)
        token.attrs["data-step"] = step
        self.numbered.append(token)
        return step

    def close_gaps(self) -> int:
        """Leaves out steps at which nothing would happen; returns how many are left."""
        used = {int(token.attrs["data-step"]) for token in self.numbered}
        used |= {step for token in self.stepped for step in token.meta["steps"]}
        dense = {step: index for index, step in enumerate(sorted(used | {0}))}
        for token in self.numbered:
            token.attrs["data-step"] = dense[int(token.attrs["data-step"])]
        for token in self.stepped:
            token.meta["steps"] = [dense[step] for step in token.meta["steps"]]
            if "groups" in token.meta:
                token.attrs["data-steps-at"] = " ".join(map(str, token.meta["steps"]))
        return len(dense) - 1


def number(title: Token | None, tokens: Sequence[Token]) -> tuple[list[Token], int]:
    """Writes each part's step into its attributes; returns the tokens, and the last step.

    Footnotes, which come last, are there from the start.
    """
    steps = Steps()
    if title:
        steps.number_children(title)
    for token in tokens:
        if token.type == "footnote_block_open":
            break
        steps.visit(token)
    return [token for token in tokens if token.type != "pause"], steps.close_gaps()
