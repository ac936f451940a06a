"""How deep a text may be nested that the engine reads: a program as deep as Python compiles it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from livedeck.errors import AuthorError

TOO_DEEP = (RecursionError, MemoryError)  # what readers raise where brackets stand in brackets
CALLS = 20_000  # within calls: Python compiles some 3000 levels, and to read one takes up to six
PYTHONS = 1000  # the limit with which Python starts


@contextmanager
def limit(calls: int = CALLS) -> Iterator[None]:
    """Lets the block make so many calls within calls; then Python's own limit stands again, for an
    author's code must meet the one that it meets without the engine."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(calls)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def of_program(source: str, path: Path) -> Iterator[None]:
    """Tells which line of a program is nested so deeply that it cannot be read."""
    try:
        yield
    except TOO_DEEP as error:
        hint = "Write it as a table or a loop."
        line = first_line(source, lambda text: compile(text, "", "exec", dont_inherit=True))
        raise AuthorError("nested too deeply for Python", path, line, hint=hint) from error


def first_line(
    text: str,
    read: Callable[[str], object],
    errors: tuple[type[Exception], ...] = TOO_DEEP,
    but: type[Exception] | tuple[()] = (),
) -> int:
    """A line up to which `read` raises one of the errors, while it does not up to the one before:
    where a reader that names no line has met what it cannot take."""
    lines = text.split("\n")
    good, bad = 0, len(lines)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            with limit(PYTHONS):
                read("\n".join(lines[:middle]))
        except Exception as error:  # what is cut off is also wrong in other ways
            fails = isinstance(error, errors) and not isinstance(error, but)
        else:
            fails = False
        good, bad = (good, middle) if fails else (middle, bad)
    return bad
