"""`{.fragment}`, `{width="40%"}`, `{#id}`: where attributes may stand, and which there are."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes

from livedeck.errors import did_you_mean
from livedeck.markdown.lines import LineState
from livedeck.markdown.place import Place, place
from livedeck.markdown.tokens import classes, line, merge, walk

IMAGE = {"width", "height", "layers", "class"}
EVERYWHERE = {"id", "class", "lang", "dir", "title", "role"}
ELSEWHERE = {
    "link_open": {"href"},
    "ordered_list_open": {"start"},
    "th_open": {"scope"},
}
HINTS = {
    "style": "Give it a class, and the class its style in the theme.",
    "width": "Only pictures and columns have one; no space stands between a picture and it.",
    "title": 'A figure\'s caption stands in quotes after its address: `(photo.png "caption")`.',
}
SIZE = re.compile(r"\d+(?:\.\d+)?(?:px|%)?")
LONGEST = 1000  # characters of a list of attributes
STRAY = r"Write `[text]{.name}`, put it at the end of its paragraph, or write `\{` for the brace."


def attributes_plugin(md: MarkdownIt) -> None:
    attrs_plugin(md, spans=True)
    attrs_block_plugin(md)
    md.core.ruler.after("block", "attributes_without_block", without_block)
    md.inline.ruler.after("attr", "trailing_attributes", trailing)
    md.core.ruler.after("inline", "list_item_attributes", list_items)


def without_block(state: StateCore) -> None:
    """Refuses a line of attributes that no block follows."""
    for token, after in zip_longest(state.tokens, state.tokens[1:]):
        if token.type == "attrs_block" and (after is None or after.nesting < 0):
            message = "these attributes have no block below them"
            raise place(state.env).error(message, line(token), "Put them above their block.")


def trailing(state: StateInline, silent: bool) -> bool:
    """Reads attributes at the end of a block; refuses those that belong to nothing."""
    if not state.src.startswith("{", state.pos):
        return False
    assert isinstance(state, LineState)
    try:
        end, attributes = parse_attributes(state.src[state.pos : state.pos + LONGEST])
    except ParseError as error:
        state.spend(error.pos)
        check_picture(state, silent)
        return False
    if silent or not attributes:
        return False
    before = state.src[: state.pos]
    if state.pos + end + 1 < len(state.src) or state.outer or before[-1:] not in (" ", "\t"):
        text = state.src[state.pos : state.pos + end + 1]
        raise place(state.env).error(f"`{text}` belongs to nothing", state.line, STRAY)
    state.pending = state.pending.rstrip()
    state.env["trailing"] = attributes
    state.pos += end + 1
    return True


def check_picture(state: LineState, silent: bool) -> None:
    """Refuses what follows a picture in braces and cannot be read, such as `{width=50%}`."""
    if silent or state.pending or not state.tokens or state.tokens[-1].type != "image":
        return
    message = "the attributes of this picture cannot be read"
    raise place(state.env).error(message, state.line, 'Quote their values: `{width="50%"}`.')


def list_items(state: StateCore) -> None:
    """Gives a list item the attributes of its first paragraph, which a tight list hides."""
    for item, paragraph in zip(state.tokens, state.tokens[1:], strict=False):
        if item.type == "list_item_open" and paragraph.type == "paragraph_open":
            merge(item, paragraph.attrs)
            paragraph.attrs = {}


def check(tokens: Sequence[Token], where: Place) -> None:
    """Refuses attributes that nothing would heed."""
    for token in walk(tokens):
        if not (token.attrs or token.meta):
            continue
        image = token.type == "image"
        known = IMAGE if image else EVERYWHERE | ELSEWHERE.get(token.type, set())
        for name in [*token.meta.get("insecure_attrs", ()), *token.attrs]:
            if image and name in known | {"src", "alt"}:
                check_value(name, str(token.attrs[name]), token, where)
                continue
            if not image and (name in known or name.startswith(("data-", "aria-"))):
                continue
            hint = HINTS.get(name) or did_you_mean(name, known)
            raise where.error(f"there is no attribute `{name}` here", line(token), hint)


def check_value(name: str, value: str, token: Token, where: Place) -> None:
    """Refuses a size of an image that is none, and a class that nothing would heed."""
    if name in ("width", "height") and not SIZE.fullmatch(value):
        hint = f'Write pixels, `{{{name}=400}}`, or of a picture a share: `{{{name}="40%"}}`.'
        raise where.error(f"`{name}={value}` is no size", line(token), hint)
    others = [one for one in classes(token) if one != "fragment"] if name == "class" else []
    if others:
        hint = "An image has none but `.fragment`; give one to a div around it: `::: {.name}`."
        raise where.error(f"an image heeds no class `{others[0]}`", line(token), hint)
