"""`H~2~O` and `x^2^`: subscripts and superscripts, as Pandoc reads them."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from livedeck.markdown.lines import LineState
from livedeck.markdown.place import place

SIGNS = {"~": "sub", "^": "sup"}
SPACE = re.compile(r"(?<!\\)\s")
TERM = re.compile(r"\w\W+\w")  # as in `x^2+y^2`, where nothing is meant to be raised


def scripts_plugin(md: MarkdownIt) -> None:
    md.inline.ruler.before("emphasis", "scripts", script)


def closing(state: LineState, start: int, sign: str) -> int:
    """Where the sign stands that closes; 0 if a space comes before it, which in a value, a formula
    or code is none."""
    state.pos = start
    while state.pos < state.posMax and state.src[state.pos] != sign:
        before = state.pos
        state.md.inline.skipToken(state)
        piece = state.src[before : state.pos]
        if SPACE.search(piece) and not piece.startswith(("{{", "$", "`")):
            return 0
    return state.pos if state.pos < state.posMax else 0


def script(state: StateInline, silent: bool) -> bool:
    """Reads what stands between two signs, without a space in it."""
    sign = state.src[state.pos]
    start, last = state.pos + 1, state.posMax
    if silent or sign not in SIGNS or state.src[start : start + 1] in (sign, "[", ""):
        return False
    assert isinstance(state, LineState)
    if state.src[state.pos - 1 : state.pos] == sign:
        return False
    state.pos = start
    end = closing(state, start, sign)
    state.pos = start - 1
    if not end:
        return False
    content = state.src[start:end]
    whole = state.src[start - 1 : end + 1]
    if TERM.fullmatch(content) and re.match(r"\w", state.src[end + 1 : end + 2]):
        hint = rf"Write a formula between dollars, `$x^2$`, or `\{sign}` for the sign itself."
        raise place(state.env).error(f"`{whole}` is no index", state.line, hint)
    state.pos, state.posMax = start, end
    state.push(f"{SIGNS[sign]}_open", SIGNS[sign], 1)
    state.md.inline.tokenize(state)
    state.push(f"{SIGNS[sign]}_close", SIGNS[sign], -1)
    state.pos, state.posMax = end + 1, last
    return True
