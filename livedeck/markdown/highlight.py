"""Source code as HTML: a span for each line, and for each of its words a short class."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it.common.utils import escapeHtml

from livedeck.markdown.code import Group


def code_html(lines: Sequence[str], groups: Sequence[Group]) -> str:
    """The inside of `<code>`; a line of a group says so in `data-groups`."""
    return "\n".join(
        f'<span class="line"{line_groups(number, groups)}>{line}</span>'
        for number, line in enumerate(lines, start=1)
    )


def line_groups(number: int, groups: Sequence[Group]) -> str:
    member = [
        str(index)
        for index, group in enumerate(groups)
        if not group or any(number in numbers for numbers in group)
    ]
    return f' data-groups="{" ".join(member)}"' if member else ""


def highlighted(source: str, language: str) -> tuple[str, ...]:
    """The lines of a text in a language that Pygments knows, or as they are."""
    words = list[str]()
    for style, text in styled(source, language):
        for index, part in enumerate(text.split("\n")):
            if index:
                words.append("\n")
            if part:
                word = escapeHtml(part)
                words.append(f'<span class="{style}">{word}</span>' if style else word)
    return tuple("".join(words).split("\n"))


def styled(source: str, language: str) -> Iterator[tuple[str, str]]:
    """Pairs of a class and a text; the texts together are the source."""
    lexer = lexer_of(language)
    if lexer is None:
        yield "", source
        return
    from pygments.token import (
        STANDARD_TYPES,
        Name,
        Text,
    )

    for kind, text in lexer.get_tokens(source):
        known = next(parent for parent in reversed(kind.split()) if parent in STANDARD_TYPES)
        plain = known is Name or known in Text
        yield "" if plain else STANDARD_TYPES[known], text


@cache
def lexer_of(language: str) -> Any:
    """Pygments' lexer of a language, or None if it knows none of this name."""
    if not language:
        return None
    # Imported here, for few slides show code and this takes longer than reading them all.
    from pygments.lexers import (
        get_lexer_by_name,
    )
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
