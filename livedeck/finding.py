"""What a gate found, on its way through processes and the store."""

from dataclasses import dataclass

GATES = ("overflow", "small-text", "contrast")
LEVELS = ("error", "warn", "off")  # the first is what a deck gets that says nothing


@dataclass(frozen=True)
class Finding:
    """Something that a gate refuses, on a line of a slide or in a figure.

    `cause` is the same for findings that have one cause, such as a rule of a style sheet.
    """

    gate: str
    message: str
    hint: str
    slide: str = ""
    line: int | None = None
    cause: str = ""
