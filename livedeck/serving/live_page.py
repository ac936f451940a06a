"""The deck as a page that keeps itself up to date, before it is known who asks for it."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from livedeck.html import page
from livedeck.html.render import Rendering
from livedeck.planning.prepare import Prepared

SCRIPT = "serve.js"  # the runtime, with what keeps a page up to date
SHEET = "serve/live"  # the style of that
UNKNOWN = '<meta name="livedeck" content="">\n'  # who asks


@dataclass(frozen=True)
class Style:
    """A style sheet and its digest."""

    css: str

    @cached_property
    def digest(self) -> str:
        """What names it."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:16]


class Page(NamedTuple):
    """A page, and the digest of its style sheet."""

    style: str
    html: bytes


def live_page(prepared: Prepared, shown: page.Body, style: Style, scripts: list[str]) -> Page:
    """The page that shows a deck, and then whatever becomes of it."""
    policy = page.policy(style.css, scripts)
    policy = policy.replace("style-src ", "style-src 'self' ") + "; connect-src 'self'"
    return Page(style.digest, page.whole(prepared, shown, style.css, scripts, policy, UNKNOWN))


def of_build(prepared: Prepared, rendering: Rendering, shown: page.Body, css: str) -> Page:
    """The same of a page that a build makes with a style sheet."""
    style = Style(f"{css}\n{page.sheets(prepared, (SHEET,))}")
    return live_page(prepared, shown, style, page.scripts(prepared, rendering, SCRIPT))


def asked_for(known: Page, session: str, number: int, token: str) -> bytes:
    """A page as a browser gets it that shows an edition; none has the number 0."""
    told = {"session": session, "number": number, "style": known.style, "token": token}
    head = UNKNOWN.replace('""', f'"{escape(json.dumps(told))}"')
    return known.html.replace(UNKNOWN.encode(), head.encode(), 1)
