"""Numbers that were typed, where a deck wants every number computed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from livedeck.markdown.parser import Parsed
from livedeck.markdown.tokens import line

NUMBER = re.compile(r"(?<![\w.,/−–-])\d[\d.,\u202f]*\b(?:\s?%)?(?!\w)")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
QUOTES = {"blockquote_open": 1, "blockquote_close": -1, "footnote_open": 1, "footnote_close": -1}


def typed_numbers(parsed: Parsed, given: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The line and text of each number that the audience sees and no experiment computed.

    Years, quotations, footnotes, code, mathematics and the phrases in `given` are left alone,
    and so are the speaker's notes.
    """
    phrases = re.compile("|".join(map(re.escape, given)) or r"(?!)")
    depth = 0
    for token in [*([parsed.title] if parsed.title else []), *parsed.tokens]:
        depth += QUOTES.get(token.type, 0)
        if depth or not token.children:
            continue
        for number, text in _texts(token):
            left = phrases.sub(" ", _without_quotations(text))
            for match in NUMBER.finditer(left):
                if not YEAR.fullmatch(match[0].rstrip(".,")):
                    yield parsed.place.line(number), match[0].rstrip(".,")


def _without_quotations(text: str) -> str:
    parts, end = [], 0
    while (start := text.find("“", end)) >= 0 and (close := text.find("”", start)) >= 0:
        parts.append(text[end:start])
        end = close + 1
    return " ".join([*parts, text[end:]])


def _texts(block: Token) -> Iterator[tuple[int, str]]:
    """The text of a block, and of each alternative text and caption in it, without live values."""
    parts = []
    for token in block.children or []:
        if token.type == "image":
            yield line(token), _plain(token.children or [])
            yield line(token), _plain(token.meta.get("caption", []))
        else:
            parts.append(_plain([token]))
    yield line(block), "".join(parts)


def _plain(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "text_special"):
            parts.append(token.content)
        elif token.type.endswith(("_open", "_close")):
            continue
        else:
            parts.append(_plain(token.children) if token.children else " ")  # a live value, code
    return "".join(parts)
