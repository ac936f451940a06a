"""Tokens as plain text: alternative texts, titles, what the speaker window shows."""

from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.references import Resolver
from livedeck.markdown.tokens import pieces

VERBATIM = {
    "text",
    "text_special",
    "code_inline",
    "code_block",
    "fence",
    "math_inline",
    "math_inline_double",
    "math_block",
}


def plain(tokens: Sequence[Token], resolver: Resolver) -> str:
    """The text of a line, with live values in it; formulas as they were written."""
    parts = list[str]()
    for token in tokens:
        if token.type in VERBATIM:
            parts.append(token.content)
        elif token.type == "live_value":
            parts.append(resolver.value(token.meta["ref"]).text)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.children:
            parts.append(plain(token.children, resolver))
    return "".join(parts)


def plain_blocks(tokens: Sequence[Token], resolver: Resolver) -> str:
    """The text of blocks: an empty line between them, a dash before items of lists."""
    return "\n\n".join(text for piece in pieces(tokens) if (text := plain_block(piece, resolver)))


def plain_block(tokens: Sequence[Token], resolver: Resolver) -> str:
    lines, dash = list[str](), ""
    for token in tokens:
        if token.type == "list_item_open":
            dash = f"{token.info}{token.markup} " if token.info else "- "
        elif text := plain([token], resolver).strip():
            lines.append(dash + text)
            dash = ""
    return "\n".join(lines)
