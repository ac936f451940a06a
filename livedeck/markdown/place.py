"""Where in a file a slide's text stands."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError


@dataclass(frozen=True)
class Place:
    """A file, and the line in it at which the slide's Markdown begins."""

    path: Path
    first_line: int

    def line(self, index: int) -> int:
        """The line in the file of a line of the Markdown, which counts from 0."""
        return self.first_line + index

    def error(self, message: str, index: int, hint: str = "") -> AuthorError:
        """A mistake at a line of the Markdown, to be raised."""
        return AuthorError(message, self.path, self.line(index), hint=hint)


def place(env: MutableMapping[str, Any]) -> Place:
    """The place that markdown-it's rules carry along in their environment."""
    found = env["place"]
    assert isinstance(found, Place)
    return found
