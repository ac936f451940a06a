"""`::: notes`: what the speaker sees and the audience doesn't."""

from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.place import Place
from livedeck.markdown.tokens import classes, line, remove_class, walk


def take_notes(tokens: Sequence[Token], place: Place) -> tuple[list[Token], list[Token]]:
    """Splits a slide into its notes, wherever they stand, and the rest."""
    notes, rest, depth = list[Token](), list[Token](), 0
    for token in tokens:
        if depth:
            depth += token.nesting
            if depth and token.type != "pause":
                notes.append(token)
        elif token.type == "div_open" and "notes" in classes(token):
            depth = 1
        else:
            rest.append(token)
    check_notes(notes, place)
    for token in walk(notes):
        remove_class(token, "fragment")  # the speaker sees everything at once
    return notes, rest


def check_notes(tokens: Sequence[Token], place: Place) -> None:
    """Refuses a footnote whose text would stand on the slide."""
    for token in walk(tokens):
        if token.type == "footnote_ref":
            message = "a footnote in the speaker's notes"
            raise place.error(message, line(token), "Write it out where it belongs.")
