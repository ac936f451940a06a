"""What stands around a picture: words on its line, other pictures, the edges of a column."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from livedeck.markdown.references import PictureRef
from livedeck.markdown.tokens import classes

ROOMS = {"column", "notes"}  # divs whose pictures share a place of their own
BREAKS = ("softbreak", "hardbreak")
EMPTY = ("link_open", "link_close", "span_open", "span_close")


@dataclass(frozen=True)
class Room:
    """A place that pictures share: its number, and how much of the slide's width it has."""

    number: int = 0
    share: float = 1.0


def note(tokens: Sequence[Token]) -> None:
    """Notes on each picture of a slide what stands around it."""
    rows: list[tuple[Room, list[Token]]] = []
    for token, room, is_cell in _placed(tokens):
        row = []
        for at, child in enumerate(token.children or []):
            if child.type == "image":
                ref, alone = (
                    child.meta["ref"],
                    child.meta["caption"] or not isinstance(child.meta["ref"], PictureRef),
                )
                if not alone and (is_cell or _is_among_words(token.children or [], at)):
                    child.meta["ref"] = replace(ref, inline=True)
                else:
                    row.append(child)
        if row:
            rows.append((room, row))
    lines = Counter(room for room, _ in rows)
    counts = Counter(room for room, row in rows for _ in row)
    for room, row in rows:
        for image in row:
            ref = image.meta["ref"]
            if isinstance(ref, PictureRef):
                image.meta["ref"] = replace(
                    ref,
                    beside=len(row),
                    below=lines[room],
                    count=counts[room],
                    share=room.share,
                )


def _placed(tokens: Sequence[Token]) -> Iterator[tuple[Token, Room, bool]]:
    """The texts of a slide, each with the place that it stands in, and whether that is a cell."""
    open_, columns, number = [Room()], [1], 0
    for at, token in enumerate(tokens):
        if token.type == "div_open":
            names, room = classes(token), open_[-1]
            if ROOMS & set(names):
                number += 1
                share = room.share * _share(token, columns[-1]) if "column" in names else 1.0
                room = Room(number, share)
            open_.append(room)
            columns.append(_columns(tokens[at:]) if "columns" in names else columns[-1])
        elif token.type == "div_close":
            open_.pop()
            columns.pop()
        elif token.type == "inline":
            yield token, open_[-1], tokens[at - 1].type in ("td_open", "th_open")


def _columns(tokens: Sequence[Token]) -> int:
    """How many columns a div has that begins these tokens."""
    depth, found = 0, 0
    for token in tokens:
        if token.type == "div_open":
            found += depth == 1 and "column" in classes(token)
            depth += 1
        elif token.type == "div_close":
            depth -= 1
            if not depth:
                break
    return max(1, found)


def _share(column: Token, count: int) -> float:
    width = str(column.attrs.get("data-width", column.attrs.get("width", "")))
    return float(width[:-1]) / 100 if width[:-1].isdigit() else 1 / count


def _is_among_words(children: Sequence[Token], at: int) -> bool:
    """Whether words stand on the same line."""
    return any(map(_is_word, _until_break(children[at + 1 :]))) or any(
        map(_is_word, _until_break(children[:at][::-1]))
    )


def _until_break(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type in BREAKS:
            return
        yield token


def _is_word(token: Token) -> bool:
    if token.type == "text":
        return bool(token.content.strip())
    return token.type not in ("image", *EMPTY) and not token.nesting
