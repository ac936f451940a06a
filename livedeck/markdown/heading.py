"""Headings: the first `#` is the slide's title, those below it are smaller ones within it."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.place import Place
from livedeck.markdown.tokens import line, walk

SMALLEST = 6
TAG = re.compile(r"(<[^>]*>)")
LONG = 20  # characters that may be more than a line of a title


def take_title(
    tokens: Sequence[Token], place: Place
) -> tuple[Token | None, dict[str, str | int | float], list[Token]]:
    """Splits a slide into its title, the title's attributes, and everything else."""
    title, attributes, rest = None, dict[str, str | int | float](), list[Token]()
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            check_heading(token, tokens[index + 1], place)
        if token.tag != "h1":
            rest.append(lowered(token))
            continue
        if token.type == "heading_close":
            continue
        if title or token.level:
            message = "a second title on one slide" if title else "a title within a block"
            hint = "Begin a new slide, or write `##` for a heading within this one."
            raise place.error(message, line(token), hint)
        title, attributes = tokens[index + 1], token.attrs
    return title, attributes, [token for token in rest if token is not title]


def lowered(token: Token) -> Token:
    """A heading one level further down in HTML: `##` is `<h3>`, as titles are `<h2>`."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1:]) + 1, SMALLEST)}"
    return token


def kept_together(html: str) -> str:
    """A title's HTML with its last two words bound, so that none stands on a line alone."""
    parts = TAG.split(html)  # texts, and between them tags
    if sum(map(len, parts[::2])) < LONG:
        return html
    last = 0  # characters behind the space
    for index in range(len(parts) - 1, -1, -2):
        before, space, after = parts[index].rpartition(" ")
        last += len(after)
        if last > LONG:
            break
        if space and (before or index):
            parts[index] = f"{before}\u00a0{after}"
            break
    return "".join(parts)


def check_heading(token: Token, inline: Token, place: Place) -> None:
    if any(child.type == "image" for child in walk(inline.children or [])):
        raise place.error("a figure within a heading", line(token), "Put it below.")
