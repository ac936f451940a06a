"""`{{ name.field[0] | filter(argument) }}`: a number that an experiment computed."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from livedeck.filters import FilterError, check
from livedeck.literals import literal
from livedeck.markdown.lines import LineState
from livedeck.markdown.place import place
from livedeck.markdown.references import ValueRef

VALUE = re.compile(r"([^\W\d]\w*)\s*\.\s*([^\W\d]\w*)\s*(?:\[\s*(-?\d+)\s*\])?")
FILTER = re.compile(r"([^\W\d]\w*)\s*(?:\(([^()]*)\))?")
HINT = r"Write `{{ experiment.value | filter }}`, or `\{{` for the braces themselves."


def live_value_plugin(md: MarkdownIt) -> None:
    md.inline.ruler.after("escape", "live_value", live_value)


def live_value(state: StateInline, silent: bool) -> bool:
    """Reads a live value; what begins like one and is none is a mistake."""
    if not state.src.startswith("{{", state.pos):
        return False
    assert isinstance(state, LineState)
    end = state.src.find("}}", state.pos, state.posMax)
    if silent:
        state.pos = end + 2 if end >= 0 else state.pos + 2
        return True
    if end < 0:
        raise place(state.env).error("`{{` without its `}}`", state.line, HINT)
    source = state.src[state.pos + 2 : end].strip()
    index = state.line
    try:
        ref = parse_value(source, place(state.env).line(index))
    except FilterError as error:
        message = f"`{state.src[state.pos : end + 2]}`: {error.message}"
        raise place(state.env).error(message, index, error.hint) from error
    except ValueError as error:
        message = f"`{state.src[state.pos : end + 2]}`: {error}"
        raise place(state.env).error(message, index, HINT) from error
    token = state.push("live_value", "data", 0)
    token.content = source
    token.meta["ref"] = ref
    state.pos = end + 2
    return True


def parse_value(source: str, line: int) -> ValueRef:
    """Takes the text between the braces apart; raises a ValueError that says what is wrong."""
    if not source:
        raise ValueError("there is nothing between the braces")
    value, *filters = source.split("|")
    match = VALUE.fullmatch(value.strip())
    if not match:
        raise ValueError(f"`{value.strip()}` is not the name of a value")
    name, field, index = match.groups()
    parsed = tuple(parse_filter(text.strip()) for text in filters)
    check(parsed)
    return ValueRef(name, field, None if index is None else int(index), parsed, line, source)


def parse_filter(text: str) -> tuple[str, tuple[object, ...]]:
    match = FILTER.fullmatch(text)
    if not match:
        raise ValueError(f"`{text}` is not a filter")
    name, arguments = match.groups()
    if not arguments or not arguments.strip():
        return name, ()
    return name, tuple(literal(argument) for argument in arguments.split(","))
