"""Tokens as plain text: alternative texts and titles."""

from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.references import Resolver

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
