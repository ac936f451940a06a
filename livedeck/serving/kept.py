"""The page that was built or served last, for the moment in which the deck is read: it is there at
once, and is loaded anew if the deck has become another meanwhile (as stale-while-revalidate,
RFC 5861)."""

import os
from contextlib import suppress
from pathlib import Path

from livedeck import staging
from livedeck.entry import digest
from livedeck.options import Options
from livedeck.project import Project
from livedeck.serving.live_page import Page

FOLDER = "pages"  # in the store
OF_PAPER = ("pdf", "steps")  # options that no page depends on


def recall(project: Project, options: Options) -> Page | None:
    """The page that was kept, if it was made with the same options."""
    with suppress(OSError, ValueError):  # ValueError: it was cut off
        made_with, style, html = _place(project).read_bytes().split(b"\n", 2)
        if made_with == _named(options):
            return Page(style.decode("ascii", "replace"), html)
    return None


def keep(project: Project, options: Options, page: Page) -> None:
    """Keeps a page; where that fails, the next start takes a moment longer."""
    path = _place(project)
    with suppress(OSError), staging.folder(project.store / staging.FOLDER) as room:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = room / path.name
        made.write_bytes(b"\n".join([_named(options), page.style.encode(), page.html]))
        os.replace(made, path)


def _place(project: Project) -> Path:
    return project.store / FOLDER / f"{digest(str(project.deck))[:16]}.html"


def _named(options: Options) -> bytes:
    known = options.arguments()
    return digest({name: known[name] for name in known if name not in OF_PAPER}).encode()
