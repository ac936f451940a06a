"""Tables in which a live value keeps its `|`, without inline styles, and with header cells."""

import re
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_block.table import escapedSplit

from livedeck.markdown.place import place
from livedeck.markdown.tokens import line

LIVE_VALUE = re.compile(r"\{\{[^{}\n]*\}\}")
STAND_INS = [chr(code) for code in range(0xFDD0, 0xFDF0)]  # never characters of a text


def table_plugin(md: MarkdownIt) -> None:
    md.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    md.enable("table")


def table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """markdown-it's rule, run on a text in which no live value shows its `|`."""
    source, count = state.src, len(state.tokens)
    text, stand_in = masked(source, state.env)
    if not stand_in:
        return False
    state.src = text
    try:
        found = parse_table(state, first, last, silent)
    finally:
        state.src = source
    parsed = state.tokens[count:] if found else []
    columns = sum(token.type == "th_open" for token in parsed)  # before any becomes a cell
    for head, text_of, end in zip(parsed, parsed[1:], parsed[2:], strict=False):
        if head.type == "th_open" and not text_of.content:
            head.type, end.type = "td_open", "td_close"
            head.tag = end.tag = "td"  # the corner above names of rows is no name of a column
    for token in parsed:
        token.content = token.content.replace(stand_in, "|")
        if "style" in token.attrs:
            side = str(token.attrs.pop("style")).removeprefix("text-align:")
            token.attrs["class"] = f"align-{side}"
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if token.type == "tr_open":
            check_row(state, text, line(token), columns)
    return found


def check_row(state: StateBlock, text: str, index: int, columns: int) -> None:
    """Refuses cells beyond the last column, which markdown-it would drop."""
    row = text[state.bMarks[index] + state.tShift[index] : state.eMarks[index]].strip()
    cells = escapedSplit(row)
    if len(cells) - (not cells[0]) - (not cells[-1]) > columns:
        message = "this row has more cells than the table has columns"
        raise place(state.env).error(message, index, r"Write `\|` for a bar within a cell.")


def masked(source: str, env: MutableMapping[str, Any]) -> tuple[str, str]:
    """The text with another character for `|` in live values, and that character; none for a
    text without any other `|`."""
    if "masked" not in env:
        stand_in = next((sign for sign in STAND_INS if sign not in source), "")
        text = LIVE_VALUE.sub(lambda match: match[0].replace("|", stand_in), source)
        env["masked"] = text, stand_in if "|" in text else ""
    text, stand_in = env["masked"]
    return text, stand_in
