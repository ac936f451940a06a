"""Tables in which a live value keeps its `|`, without inline styles, and with header cells."""

import re
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table

LIVE_VALUE = re.compile(r"\{\{[^{}\n]*\}\}")
STAND_INS = [chr(code) for code in range(0xFDD0, 0xFDF0)]  # never characters of a text


def table_plugin(md: MarkdownIt) -> None:
    md.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    md.enable("table")


def table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """markdown-it's rule, run on a text in which no live value shows its `|`."""
    source, count = state.src, len(state.tokens)
    text, stand_in = masked(source, state.env)
    if "|" not in text:
        return False
    state.src = text
    try:
        found = parse_table(state, first, last, silent)
    finally:
        state.src = source
    for token in state.tokens[count:] if found else []:
        token.content = token.content.replace(stand_in, "|")
        if "style" in token.attrs:
            side = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrs["class"] = f"align-{side}"
        if token.type == "th_open":
            token.attrs["scope"] = "col"
    return found


def masked(source: str, env: MutableMapping[str, Any]) -> tuple[str, str]:
    """The text with another character for `|` in live values, and that character."""
    if "masked" not in env:
        stand_in = next(sign for sign in STAND_INS if sign not in source)
        text = LIVE_VALUE.sub(lambda match: match[0].replace("|", stand_in), source)
        env["masked"] = text, stand_in
    text, stand_in = env["masked"]
    return text, stand_in
