"""The one family of errors that authors see: which file, which line, what, and what to do."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

MOST_NAMES = 12  # that a hint lists when none of them is near
LONGEST = 160  # characters of something that an error quotes
LONGEST_TEXT = 1000  # of a whole message or hint
LONGEST_DETAIL = 20_000  # of what a program printed
JOINERS = "\u200c\u200d"  # which emoji and many scripts are written with

_QUOTED = re.compile(rf"`[^`]{{{LONGEST},}}`")


class LivedeckError(Exception):
    """Something that its reader can mend; shown without a traceback."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        self.message = told(message)
        super().__init__(self.message)


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
        self.path, self.line = path, line
        self.hint, self.detail = told(hint), bounded(detail, LONGEST_DETAIL)

    def __str__(self) -> str:
        place = "" if self.path is None else f"{shown(self.path)}:"
        if place and self.line is not None:
            place += f"{self.line}:"
        sentences = ". ".join(part for part in (self.message, self.hint) if part)
        return f"{place} {sentences}".strip()


class AuthorErrors(LivedeckError):
    """Several mistakes found in one pass, so that they can be mended in one."""

    def __init__(self, errors: list[AuthorError]) -> None:
        super().__init__(f"{len(errors)} mistakes")
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class UsageError(LivedeckError):
    """A command line that makes no sense."""

    exit_code = 2


def told(text: str) -> str:
    """A message in which nothing that it quotes is longer than a reader wants, on one line."""
    short = _QUOTED.sub(lambda quoted: f"`{bounded(quoted[0][1:-1], LONGEST)}`", text)
    return legible(bounded(short, LONGEST_TEXT))


def shown(path: Path) -> str:
    """A path on one line; a system takes none that is much longer."""
    return legible(bounded(str(path), LONGEST_TEXT))


def bounded(text: str, most: int) -> str:
    """A text without its middle, where it has more characters than `most`."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 3 :]}"


def legible(text: str) -> str:
    """A text with the numbers of characters that a terminal obeys or cannot show."""
    if text.isprintable():
        return text
    return "".join(sign if _is_legible(sign) else ascii(sign)[1:-1] for sign in text)


def _is_legible(sign: str) -> bool:
    return sign.isprintable() or sign in JOINERS or unicodedata.category(sign) == "Zs"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest valid names, or all of them when none is near."""
    known = sorted(set(known))
    near = difflib.get_close_matches(name[:LONGEST], known, n=2, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f"`{candidate}`" for candidate in near) + "?"
    if known:
        names = ", ".join(f"`{candidate}`" for candidate in known[:MOST_NAMES])
        more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
        return f"Known: {names}{more}."
    return ""
