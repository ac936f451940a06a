"""`[text](href)`: every link has text, and goes through the resolver."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from livedeck import addresses
from livedeck.markdown.place import Place
from livedeck.markdown.references import LinkRef
from livedeck.markdown.tokens import line, walk

BROKEN = re.compile(r"!?\[[^\[\]]*\]\([^()]*\)?")


def refer(tokens: Sequence[Token], place: Place) -> None:
    """Notes on each link where it leads."""
    previous: Token | None = None
    for token in walk(tokens):
        if token.type == "link_open":
            href = str(token.attrs["href"])
            if addresses.refused(href):
                message = f"a link to `{href[:60]}`, where readers cannot follow"
                raise place.error(message, line(token), addresses.HINT)
            token.meta["ref"] = LinkRef(href, place.line(line(token)))
        if token.type == "link_close" and previous and previous.type == "link_open":
            hint = "Write what it leads to between the brackets."
            raise place.error("a link without text", line(previous), hint)
        if token.type == "text" and (broken := BROKEN.search(token.content)):
            hint = r"Write an address with a space as `<a b.png>`, or `\[` for the bracket itself."
            raise place.error(f"`{broken[0]}` is no link and no picture", line(token), hint)
        previous = token
