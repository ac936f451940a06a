"""From a slide's tokens to its HTML, by a resolver that knows values, figures and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from livedeck.markdown.heading import kept_together
from livedeck.markdown.html import Context, HtmlRenderer
from livedeck.markdown.parser import Parsed, markdown
from livedeck.markdown.references import Resolver
from livedeck.markdown.text import plain
from livedeck.markdown.tokens import classes, line, pieces, walk

NUMBERED = {
    *("paragraph_open", "heading_open", "blockquote_open", "list_item_open", "table_open"),
    *("fence", "code_block", "listing", "div_open"),
}


@dataclass(frozen=True)
class Block:
    """A block of a slide; of kind `figure` if it holds nothing but figures, otherwise `text`."""

    kind: str
    html: str


@dataclass(frozen=True)
class Rendered:
    """A slide as HTML, and as plain text where that is asked for."""

    title_html: str
    title_text: str
    blocks: list[Block]
    notes_html: str
    steps: int


def render(
    parsed: Parsed, resolver: Resolver, identifier: str = "", *, lines: bool = False
) -> Rendered:
    """Renders a slide; `identifier` keeps its footnotes apart from those of other slides. With
    `lines`, its elements say on which line of the file they begin."""
    name = identifier or re.sub(r"\W+", "-", parsed.path.stem).lstrip("-0123456789")
    context = Context(resolver, parsed.place, name)
    title = (parsed.title.children if parsed.title else None) or []
    body = [numbered(token, parsed) for token in parsed.tokens] if lines else parsed.tokens
    return Rendered(
        title_html=named(kept_together(html(title, context)), title),
        title_text=plain(title, resolver).strip(),
        blocks=[Block(kind_of(piece), html(piece, context)) for piece in pieces(body)],
        notes_html=html(parsed.notes, context),
        steps=parsed.steps,
    )


def numbered(token: Token, parsed: Parsed) -> Token:
    """A token whose element, if it makes one by itself, bears the number of its line."""
    if token.type not in NUMBERED or token.map is None:
        return token
    return token.copy(attrs={**token.attrs, "data-line": parsed.place.line(line(token))})


def html(tokens: Sequence[Token], context: Context) -> str:
    return renderer().render(tokens, markdown().options, {"context": context})


def named(title_html: str, title: Sequence[Token]) -> str:
    """A title whose formulas have names: browsers leave out of a heading's what has none."""
    names = (token.content.strip() for token in walk(title) if token.type.startswith("math_inline"))
    return re.sub("<math ", lambda _: f'<math aria-label="{escapeHtml(next(names))}" ', title_html)


def kind_of(piece: Sequence[Token]) -> str:
    """A row of figures is a figure, and so is a div around nothing else, unless in columns."""
    first = piece[0]
    if first.type == "div_open" and len(piece) > 2 and "columns" not in classes(first):
        kinds = {kind_of(inner) for inner in pieces(piece[1:-1])}
        return "figure" if kinds == {"figure"} else "text"
    return "figure" if first.type == "figures" else "text"


@cache
def renderer() -> HtmlRenderer:
    return HtmlRenderer()
