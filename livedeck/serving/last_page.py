"""The page that was built or served last, for the moment in which the deck is read: it is there at
once, and is loaded anew if the deck has become another meanwhile (as stale-while-revalidate,
RFC 5861)."""

from livedeck.html.page import Body
from livedeck.html.render import Rendering
from livedeck.options import Options
from livedeck.planning.prepare import Prepared
from livedeck.project import Project
from livedeck.serving.live_page import Page, of_build
from livedeck.store.entry import digest

FOLDER = "pages"  # in the user's cache, for their scripts run in the server's name
OF_PAPER = ("pdf", "steps")  # options that no page depends on


def recall(project: Project, options: Options) -> Page | None:
    """The page that was kept, if it was made with the same options."""
    kept = project.cache.read(_place(project))
    if kept is not None:
        made_with, style, html = kept.split(b"\n", 2)
        if made_with == _named(options):
            return Page(style.decode(), html)
    return None


def keep(project: Project, options: Options, page: Page) -> None:
    """Keeps a page; where that fails, the next start takes a moment longer."""
    whole = b"\n".join([_named(options), page.style.encode(), page.html])
    project.cache.write(_place(project), whole)


def keep_built(
    project: Project,
    options: Options,
    prepared: Prepared,
    rendering: Rendering,
    shown: Body,
    css: str,
) -> None:
    """Keeps the page that a build has made with a style sheet."""
    keep(project, options, of_build(prepared, rendering, shown, css))


def _place(project: Project) -> str:
    return f"{FOLDER}/{digest(str(project.deck))[:16]}.html"


def _named(options: Options) -> bytes:
    known = options.arguments()
    return digest({name: known[name] for name in known if name not in OF_PAPER}).encode()
