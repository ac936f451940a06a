"""Reads the text files that an author writes."""

import errno
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from livedeck.depth import TOO_DEEP, first_line
from livedeck.errors import AuthorError

UTF_8 = "Save the file as UTF-8."

_DOTTED = re.compile(r"(?:^|[{,\[])(?:[^=\n.,{}\[\]]++\.){50}", re.MULTILINE)


def read_bytes(path: Path) -> bytes:
    """A file's bytes; an `OSError` for what is none, such as a pipe, whose end may never come."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, "it is no file but a pipe or a device", str(path))
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return file.read()
    finally:
        os.close(descriptor)


def content(path: Path) -> bytes:
    """The bytes of a file that an author writes; one that cannot be read is an error."""
    try:
        return read_bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AuthorError(f"cannot be read: {reason}", path) from error


def read_text(path: Path) -> str:
    """A file's text; a file that is not there or not UTF-8 is an error with its place."""
    data = content(path)
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise AuthorError("not UTF-8 text", path, line, hint=UTF_8) from error
    if "\0" in text:  # as all the letters of UTF-16 have, or what is no text
        line = text.count("\n", 0, text.index("\0")) + 1
        raise AuthorError("not UTF-8 text: it holds a zero byte", path, line, hint=UTF_8)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file says; one that cannot be understood is an error with its line."""
    text = read_text(path)
    if dotted := _DOTTED.search(text):  # which tomllib reads in quadratic time
        line = text.count("\n", 0, dotted.end()) + 1
        raise AuthorError("not valid TOML: a name of more than 50 parts", path, line)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else _unclosed(text)
        raise AuthorError(f"not valid TOML: {error}", path, line) from error
    except TOO_DEEP as error:
        line = first_line(text, tomllib.loads)
        raise AuthorError("not valid TOML: nested too deeply", path, line) from error
    except ValueError as error:  # of a whole number with thousands of digits
        line = first_line(text, tomllib.loads, (ValueError,), but=tomllib.TOMLDecodeError)
        raise AuthorError(f"not valid TOML: {error}", path, line) from error


def _unclosed(text: str) -> int:
    """The line on which a text or list begins that lasts until the end of a TOML file."""
    lines = text.split("\n")
    for count in range(len(lines) - 1, max(-1, len(lines) - 200), -1):
        try:
            tomllib.loads("\n".join(lines[:count]))
        except ValueError:
            continue
        return count + 1
    return len(lines)


def toml_line(path: Path, name: str, table: str | None = None) -> int | None:
    """The line on which begins what gives a TOML file a name, in one of its tables or above them.

    Between two beginnings of the file that can be read stands one statement.
    """
    lines = read_text(path).split("\n")
    names = (name,) if table is None else (table, name)
    before, after = 0, len(lines)
    if not _sets(_beginning(lines, after), names):
        return None
    while after - before > 1:
        middle = (before + after) // 2
        for count in (*range(middle, before, -1), *range(middle + 1, after)):
            loaded = _beginning(lines, count)
            if loaded is not None:
                break
        else:
            break  # all of them make one statement
        before, after = (before, count) if _sets(loaded, names) else (count, after)
    return before + 1


def _beginning(lines: list[str], count: int) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines[:count]))
    except tomllib.TOMLDecodeError:
        return None


def _sets(loaded: object, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(loaded, dict) or name not in loaded:
            return False
        loaded = loaded[name]
    return True


def below(root: Path, path: Path) -> str:
    """A path as it is written from a folder that it lies in; whole if it lies elsewhere."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
