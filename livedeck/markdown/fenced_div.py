"""`::: {.columns}` … `:::`, Pandoc's divs: a fence without attributes closes the innermost one."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes

from livedeck.markdown.place import place
from livedeck.markdown.tokens import classes

OPENING = re.compile(r":{3,}[ \t]*(?:(\{.*\})|([\w-]+))[ \t]*:*")
WIDTHS = [f"{share}%" for share in (20, 25, 30, 33, 40, 50, 60, 67, 70, 75, 80)]
HINT = 'Write `::: notes`, `::: {.columns}` or `::: {.column width="40%"}`.'


@dataclass
class Div:
    """A div whose closing fence has not come yet."""

    line: int
    level: int
    closed: int | None = None


def fenced_div_plugin(md: MarkdownIt) -> None:
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "fenced_div", fenced_div, {"alt": alternatives})


def fenced_div(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Opens or closes a div; inside code these lines never come here."""
    if state.is_code_block(first):
        return False
    start = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith(":::", start):
        return False
    if silent:
        return True
    text = state.src[start : state.eMarks[first]].rstrip()
    if text.strip(":"):
        open_div(state, text, first, last)
    else:
        close_div(state, first, last)
    return True


def open_div(state: StateBlock, text: str, first: int, last: int) -> None:
    open_divs: list[Div] = state.env["divs"]
    opening = state.push("div_open", "div", 1)
    opening.map = [first, last]
    opening.attrs = read_attributes(state, text, first)
    if "column" in classes(opening) and "width" in opening.attrs:
        opening.attrs["data-width"] = column_width(state, str(opening.attrs.pop("width")), first)
    div = Div(first, state.level)
    open_divs.append(div)
    state.md.block.tokenize(state, first + 1, last)
    open_divs.pop()
    if div.closed is None:
        hint = "Close it with `:::` on a line of its own, indented like its opening."
        raise place(state.env).error(f"`{text}` is never closed", first, hint)
    opening.map = [first, div.closed + 1]
    state.push("div_close", "div", -1)
    state.line = div.closed + 1


def close_div(state: StateBlock, first: int, last: int) -> None:
    open_divs: list[Div] = state.env["divs"]
    if not open_divs:
        raise place(state.env).error("`:::` closes nothing", first, HINT)
    div = open_divs[-1]
    if div.level != state.level:
        opened = place(state.env).line(div.line)
        message = f"`:::` cannot close from in here what line {opened} opened"
        raise place(state.env).error(message, first, "Indent the two alike.")
    div.closed = first
    state.line = last  # ends the tokenizing that `open_div` began


def read_attributes(state: StateBlock, text: str, first: int) -> dict[str, str | int | float]:
    """The attributes of an opening fence: a word for a class, or a list in braces."""
    match = OPENING.fullmatch(text)
    if match and match[2]:
        return {"class": match[2]}
    try:
        if not match or not match[1]:
            raise ParseError("no attributes", 0)
        end, attributes = parse_attributes(match[1])
        if end != len(match[1]) - 1:
            raise ParseError("more than attributes", end)
    except ParseError as error:
        raise place(state.env).error(f"`{text}` is not a div", first, HINT) from error
    return dict(attributes)


def column_width(state: StateBlock, width: str, first: int) -> str:
    """One of the widths that style sheets know, for pages allow no inline styles."""
    if width not in WIDTHS:
        message = f"`{width}` is not the width of a column"
        raise place(state.env).error(message, first, f"Choose one of {', '.join(WIDTHS)}.")
    return width
