"""Code: fences, and `::: {code="why_keras.flax_model"}` for the source of a function that ran.

Both take `{lines="2-4|6"}`: lines to point at, a step after another.
"""

import re
from collections.abc import Sequence

from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes

from livedeck.markdown.place import Place
from livedeck.markdown.references import CodeRef
from livedeck.markdown.tokens import add_class, classes, line, merge, remove_class

INFO = re.compile(r"\s*([^\s{]*)\s*(\{.*)?.*", re.DOTALL)
RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")
FUNCTION = re.compile(r"([^\W\d]\w*)\.([^\W\d]\w*)")

LONGEST = 1000  # characters of the lines to point at
LONGEST_CODE = 10_000  # characters of a listing

Group = tuple[range, ...]  # of lines counted from 1; empty: all lines


def listings(tokens: Sequence[Token], place: Place) -> list[Token]:
    """Reads what fences say about themselves, and makes divs with `code` listings as well."""
    result = list[Token]()
    for token in tokens:
        if token.type == "fence":
            check_closed(token, place)
            read_info(token, place)
        if token.type in ("fence", "code_block"):
            token.meta["groups"] = read_groups(token, place)
            check_groups(token, token.content, place)
        if result and result[-1].type == "div_open" and "code" in result[-1].attrs:
            result[-1] = function_listing(result[-1], token, place)
        else:
            result.append(token)
    return result


def function_listing(opening: Token, after: Token, place: Place) -> Token:
    """A listing in the place of a div, which must be empty."""
    name = str(opening.attrs.pop("code"))
    match = FUNCTION.fullmatch(name)
    if not match:
        hint = 'Write `::: {code="experiment.function"}`.'
        raise place.error(f"`{name}` is not the name of a function", line(opening), hint)
    if after.type != "div_close":
        message = "a div that shows a function's code has no text of its own"
        raise place.error(message, line(after), "Put the text below its `:::`.")
    token = Token("listing", "pre", 0, opening.attrs, opening.map, block=True)
    token.meta["ref"] = CodeRef(match[1], match[2], place.line(line(opening)))
    token.meta["groups"] = read_groups(token, place)
    return token


def check_closed(token: Token, place: Place) -> None:
    """Refuses a fence that takes the rest of the slide with it."""
    first, last = token.map or (0, 0)
    unfinished = not token.content.endswith("\n") and bool(token.content)
    if last - first < token.content.count("\n") + unfinished + 2:
        hint = f"Close it with {token.markup} on a line of its own."
        raise place.error("this fence is never closed", first, hint)


def read_info(token: Token, place: Place) -> None:
    """Reads a fence's language and attributes: `python {lines="2"}` or `{.python lines="2"}`."""
    match = INFO.fullmatch(token.info)
    language, attributes = match.groups() if match else ("", None)
    if attributes:
        try:
            end, found = parse_attributes(attributes)
            if attributes[end + 1 :].strip():
                raise ParseError("more than attributes", end)
            merge(token, found)
        except ParseError as error:
            hint = 'Write ```` ```python {lines="2-4|6"} ````.'
            message = f"`{attributes}` are not attributes"
            raise place.error(message, line(token), hint) from error
    if not language and classes(token):
        language = next((name for name in classes(token) if name != "fragment"), "")
        remove_class(token, language)
    token.meta["language"] = language


def read_groups(token: Token, place: Place) -> tuple[Group, ...]:
    """The groups of lines to point at, in the order of their steps."""
    add_class(token, "code")
    if "lines" not in token.attrs:
        return ()
    text = str(token.attrs.pop("lines"))
    try:
        if len(text) > LONGEST:
            raise ValueError(text)
        return tuple(read_group(group) for group in text.split("|"))
    except ValueError as error:
        hint = 'Write `lines="2-4|6"`: ranges with `,` between them, steps with `|`.'
        raise place.error(f"`{text}` are not lines", line(token), hint) from error


def read_group(text: str) -> Group:
    ranges = list[range]()
    for part in text.split(",") if text.strip() else []:
        match = RANGE.fullmatch(part.strip())
        if not match:
            raise ValueError(part)
        first = int(match[1])
        last = int(match[2] or first)
        if not 0 < first <= last:
            raise ValueError(part)
        ranges.append(range(first, last + 1))
    return tuple(ranges)


def check_groups(token: Token, source: str, place: Place) -> None:
    """Refuses lines beyond the end of the code, and code that no slide can show."""
    if len(source) > LONGEST_CODE:
        message = f"code of more than {LONGEST_CODE} characters"
        raise place.error(message, line(token), "Show a part of it.")
    count = source.count("\n")
    for numbers in (numbers for group in token.meta["groups"] for numbers in group):
        if numbers[-1] > count:
            message = f"line {numbers[-1]} of a listing that has {count}"
            raise place.error(message, line(token), "Correct its `lines`.")
