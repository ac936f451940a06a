"""`- [ ] open` and `- [x] done`: items that are, or are not, done."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from livedeck.markdown.tokens import add_class

BOX = re.compile(r"\[([ xX])\] +")


def task_plugin(md: MarkdownIt) -> None:
    md.core.ruler.after("inline", "task", task)


def task(state: StateCore) -> None:
    """Puts a box before the text of such an item."""
    for item, paragraph, text in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        children = text.children or []
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not children:
            continue
        if children[0].type == "text" and (found := BOX.match(children[0].content)):
            children[0].content = children[0].content[found.end() :]
            box = Token("task", "span", 0, map=text.map, meta={"done": found[1] != " "})
            text.children = [box, *children]
            add_class(item, "task")
