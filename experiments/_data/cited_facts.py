"""Cited facts in TOML files, whose mistakes are named by the line on which a row begins."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from livedeck import AuthorError


def rows(path: Path, name: str, needed: Sequence[str]) -> Iterator[tuple[dict[str, Any], int]]:
    """Yields the rows `[[name]]` of a file, each with its line.

    Raises `AuthorError` for one that lacks any of `needed`.
    """
    text = path.read_text(encoding="utf-8")
    begins = re.compile(rf"\s*\[\[{name}\]\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if begins.match(line)]
    for row, line in zip(tomllib.loads(text)[name], lines, strict=True):
        missing = [key for key in needed if row.get(key, "") == ""]
        if missing:
            hint = f"Needed: {', '.join(needed)}"
            raise AuthorError(f"This {name} has no `{missing[0]}`", path, line, hint=hint)
        yield row, line
