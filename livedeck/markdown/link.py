"""`[text](href)`: every link has text, and goes through the resolver."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.place import Place
from livedeck.markdown.references import LinkRef
from livedeck.markdown.tokens import line, walk

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SCHEMES = ("https:", "http:", "mailto:", "tel:")


def refer(tokens: Sequence[Token], place: Place) -> None:
    """Notes on each link where it leads."""
    previous: Token | None = None
    for token in walk(tokens):
        if token.type == "link_open":
            href = str(token.attrs["href"])
            scheme = SCHEME.match(href)
            if scheme and scheme[0].lower() not in SCHEMES:
                message = f"a link to `{href[:60]}`, where readers cannot follow"
                hint = f"Links may begin with {', '.join(SCHEMES)}, or name a slide."
                raise place.error(message, line(token), hint)
            token.meta["ref"] = LinkRef(href, place.line(line(token)))
        if token.type == "link_close" and previous and previous.type == "link_open":
            hint = "Write what it leads to between the brackets."
            raise place.error("a link without text", line(previous), hint)
        previous = token
