"""The one family of errors that authors see: which file, which line, what, and what to do."""

import difflib
from collections.abc import Iterable
from pathlib import Path

MOST_NAMES = 12  # that a hint lists when none of them is near


class LivedeckError(Exception):
    """Something that its reader can mend; shown without a traceback."""

    exit_code = 1


class AuthorError(LivedeckError):
    """A mistake in a deck, an experiment or a theme, at a place.

    `hint` says what to do about it; `detail` is longer material, such as an experiment's
    last output. An experiment raises it for a data file that cannot be read: what is shown then
    is the file and the line, not the experiment.
    """

    def __init__(
        self,
        message: str,
        path: Path | None = None,
        line: int | None = None,
        *,
        hint: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.message, self.path, self.line = message, path, line
        self.hint, self.detail = hint, detail

    def __str__(self) -> str:
        place = "" if self.path is None else f"{self.path}:"
        if place and self.line is not None:
            place += f"{self.line}:"
        sentences = ". ".join(part for part in (self.message, self.hint) if part)
        return f"{place} {sentences}".strip()


class AuthorErrors(LivedeckError):
    """Several mistakes found in one pass, so that they can be mended in one."""

    def __init__(self, errors: list[AuthorError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class UsageError(LivedeckError):
    """A command line that makes no sense."""

    exit_code = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest valid names, or all of them when none is near."""
    known = sorted(set(known))
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f"`{candidate}`" for candidate in near) + "?"
    if known:
        names = ", ".join(f"`{candidate}`" for candidate in known[:MOST_NAMES])
        more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
        return f"Known: {names}{more}."
    return ""
