"""Reads the text files that an author writes."""

import re
import tomllib
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError


def read_text(path: Path) -> str:
    """A file's text; a file that is not there or not UTF-8 is an error with its place."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AuthorError(f"cannot be read: {error.strerror}", path) from error
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise AuthorError("not UTF-8 text", path, line, hint="Save the file as UTF-8.") from error
    return text.replace("\r\n", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says; one that cannot be understood is an error with its line."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise AuthorError(f"not valid TOML: {error}", path, line) from error


def toml_line(path: Path, name: str, table: str | None = None) -> int | None:
    """The line on which a TOML file sets a name (in one of its tables) or begins the table of that
    name, as far as it is written plainly."""
    within = ""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        text = line.strip()
        if text.startswith("["):
            within = text[1:].partition("]")[0].strip()
            if table is None and within == name:
                return number
        elif text.partition("=")[0].strip(" \t\"'") == name and table in (None, within):
            return number
    return None
