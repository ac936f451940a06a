"""The pages that the server gives: the deck as it is now, the remote control, and what is shown
while there is no deck."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from markupsafe import Markup

from livedeck.html import page
from livedeck.html.answers import PageAnswers
from livedeck.html.bundle import bundle
from livedeck.html.render import render_slides
from livedeck.serving.drafts import Draft
from livedeck.serving.session import Session

REMOTE = "serve/remote"  # the style of the remote control
PATIENCE = 5  # seconds that whoever asks waits for a deck that is being read
REFRESH = 1  # seconds after which a page without a deck asks again
AGAIN = f"setTimeout(() => location.reload(), {1000 * REFRESH})"  # at the same slide
BROKEN = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{csp}">
<title>{title}</title><style>{css}</style><script>{script}</script></head><body>
<main><h1>{title}</h1>{errors}
<p>This page comes back by itself.</p></main></body></html>
"""
BROKEN_CSS = """\
:root{color-scheme:light dark;font:18px/1.5 system-ui,sans-serif}
main{margin:8vh auto;max-width:46rem;padding:0 1.5rem}
section{border-left:4px solid #d33;margin:1.5rem 0;padding:.2rem 1rem}
code,pre{font:15px/1.5 ui-monospace,monospace}pre{overflow:auto}p{margin:.3rem 0}"""


def alone(session: Session, draft: Draft) -> bytes:
    """The page that a build makes of the same draft, byte for byte."""
    prepared, store = draft.prepared, session.store
    computed, theme = draft.computed, prepared.theme
    rendering = render_slides(prepared.deck, theme, computed, store, PageAnswers)
    shown = page.body(prepared, rendering, computed)
    return page.write(prepared, rendering, shown, page.style(prepared, rendering, shown, store))


def remote(draft: Draft, session: str, token: str) -> bytes:
    """The remote control, for a phone."""
    templates = draft.prepared.templates
    css = page.theme_css(draft.prepared.theme) + page.sheets(draft.prepared, (REMOTE,))
    code = bundle(templates.folder / "js" / "remote.js")
    known = {"session": session, "number": 0, "style": "", "token": token}
    html = templates.render(
        "remote.html.j2",
        title=draft.prepared.deck.settings.title,
        known=json.dumps(known),
        css=Markup(css),
        script=Markup(code),
        csp=page.policy(css, [code]) + "; connect-src 'self'",
    )
    return html.encode()


def broken(errors: Iterable[dict[str, Any]]) -> bytes:
    """What is wrong, where there is no deck yet to show it on."""
    shown = "".join(map(_section, errors))
    title = "The deck cannot be shown yet" if shown else "The deck is being read"
    csp = page.policy(BROKEN_CSS, [AGAIN])
    html = BROKEN.format(csp=csp, title=title, css=BROKEN_CSS, script=AGAIN, errors=shown)
    return html.encode()


def _section(error: dict[str, Any]) -> str:
    place = error["file"] + (f":{error['line']}" if error["line"] else "")
    parts = [f"<p><code>{escape(place)}</code></p>" if place else ""]
    parts.append(f"<p><strong>{escape(error['message'])}</strong></p>")
    parts.append(f"<p>{escape(error['hint'])}</p>" if error["hint"] else "")
    parts.append(f"<pre>{escape(error['detail'])}</pre>" if error["detail"] else "")
    return f"<section>{''.join(parts)}</section>"
