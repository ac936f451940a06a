"""Small questions about markdown-it's tokens that several rules ask."""

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token


def pieces(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Cuts tokens into elements: a token alone, or from an opening to its closing one."""
    depth, piece = 0, list[Token]()
    for token in tokens:
        piece.append(token)
        depth += token.nesting
        if depth <= 0:
            yield piece
            depth, piece = 0, []
    if piece:
        yield piece


def walk(tokens: Sequence[Token]) -> Iterator[Token]:
    """All tokens in the order of the document, also those within text, alt and captions."""
    for token in tokens:
        yield token
        if token.children:
            yield from walk(token.children)
        if "caption" in token.meta:
            yield from walk(token.meta["caption"])


def line(token: Token) -> int:
    """The line on which a token begins, counted from 0."""
    return token.map[0] if token.map else 0


def classes(token: Token) -> list[str]:
    return str(token.attrs.get("class", "")).split()


def add_class(token: Token, name: str) -> None:
    """Puts a class before the others, which keeps what the engine needs in front."""
    names = [other for other in classes(token) if other != name]
    token.attrs = {"class": " ".join([name, *names]), **without(token, "class")}


def remove_class(token: Token, name: str) -> None:
    if "class" not in token.attrs:
        return
    names = [other for other in classes(token) if other != name]
    token.attrs = without(token, "class")
    if names:
        token.attrs = {"class": " ".join(names), **token.attrs}


def without(token: Token, *names: str) -> dict[str, str | int | float]:
    """A token's attributes but for some."""
    return {name: value for name, value in token.attrs.items() if name not in names}


def merge(token: Token, attributes: Mapping[str, str | int | float]) -> None:
    """Adds attributes; classes are joined, other names replaced."""
    merged = {**token.attrs, **attributes}
    if "class" in token.attrs and "class" in attributes:
        merged["class"] = f"{token.attrs['class']} {attributes['class']}"
    token.attrs = merged
