"""The page that was shown last, for the moment in which the deck is read: it is there at once, and
is loaded anew if the deck has become another meanwhile (as stale-while-revalidate, RFC 5861)."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from livedeck.entry import digest
from livedeck.options import Options
from livedeck.project import Project

FOLDER = "pages"  # in the store


class Page(NamedTuple):
    """A page before it is known who asks for it, and the digest of its style sheet."""

    style: str
    html: bytes


def place(project: Project, options: Options) -> Path:
    """Where the last page of a deck is kept, as it is shown with some options."""
    name = digest([str(project.deck), options.arguments()])
    return project.store / FOLDER / f"{name[:16]}.html"


def recall(path: Path) -> Page | None:
    """The page that was kept, if there is one."""
    with suppress(OSError):
        style, _, html = path.read_bytes().partition(b"\n")
        return Page(style.decode("ascii", "replace"), html)
    return None


def keep(path: Path, page: Page) -> None:
    """Keeps a page; where that fails, the next start takes a moment longer."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(page.style.encode() + b"\n" + page.html)
        os.replace(aside, path)
