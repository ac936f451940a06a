"""What the server answers to: the deck, its PDF, its style sheet, the remote, and browsers that
stay connected. There is nothing else to be had from it."""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from livedeck.errors import LivedeckError
from livedeck.serving import pages
from livedeck.serving.access import HEADERS, Guard
from livedeck.serving.drafts import Draft
from livedeck.serving.editors import Editor, source
from livedeck.serving.hub import Hub, Message
from livedeck.serving.last_page import keep, recall
from livedeck.serving.live_page import Page, asked_for, live_page
from livedeck.serving.mistakes import flat, told
from livedeck.serving.pdf_refresh import PdfRefresh
from livedeck.serving.roles import Tokens, may
from livedeck.serving.sayings import whole
from livedeck.serving.session import Session

HTML = "text/html"
PIECE = 2**16  # bytes of an answer that are written at once
THREADS = {"viewer": 8, "speaker": 8, "author": 16}  # for whoever asks, of the 40 that there are


class Site:
    """The routes, and what they need."""

    def __init__(
        self,
        session: Session,
        hub: Hub,
        pdf_refresh: PdfRefresh,
        editor: Editor,
        tokens: Tokens,
        host: str,
    ) -> None:
        self.session, self.hub, self.pdf_refresh, self.editor = session, hub, pdf_refresh, editor
        self.tokens = tokens
        self._last: tuple[tuple[int, str], Page] | None = None
        self._alone: tuple[Draft, bytes] | None = None
        self._making = asyncio.Lock()  # of one page at a time, for many ask at once
        self._turns = {role: asyncio.Semaphore(most) for role, most in THREADS.items()}
        self._kept = recall(session.project, session.options)
        hub.state, hub.act, hub.same = self.state, self.act, self.same
        routes = [
            Route("/", self.deck),
            Route("/deck.html", self.alone),
            Route("/deck.pdf", self.pdf),
            Route("/style.css", self.style),
            Route("/remote", self.remote),
            WebSocketRoute("/live", self.live),
        ]
        self.app = Guard(
            Starlette(routes=routes, exception_handlers={LivedeckError: self.broken}), tokens, host
        )

    async def deck(self, request: Request) -> Response:
        """The deck, as soon as there is one; until then, the one kept, or what is wrong."""
        token = self.tokens.by_role[request.state.role]
        if self._kept is not None and self.session.style is None:
            return _answer(asked_for(self._kept, self.hub.session, 0, token), HTML)
        async with self._turns[request.state.role]:
            await run_in_threadpool(self.session.ready.wait, pages.PATIENCE)
            async with self._making:
                found = await run_in_threadpool(self._page)
        if found is None:
            return _answer(pages.broken(self.state()["errors"]), HTML, 503)
        number, known = found
        return _answer(asked_for(known, self.hub.session, number, token), HTML)

    def _page(self) -> tuple[int, Page] | None:
        """The number of the edition that there is, and its page."""
        edition, style = self.session.edition, self.session.style
        if edition is None or style is None:
            return None
        place = edition.number, style.digest
        if self._last is None or self._last[0] != place:
            draft = edition.draft  # and not the session's, which may be newer
            self._last = place, live_page(draft.prepared, draft.body, style, draft.scripts)
        return edition.number, self._last[1]

    def same(self) -> bool:
        """Whether the page that was kept is that of the first edition; asked once."""
        kept, self._kept = self._kept, None
        found = self._page() if kept else None
        return found == (1, kept)

    def keep(self) -> None:
        """Keeps the page for the next start, if nothing of it is missing or wrong."""
        draft = self.session.draft
        if draft is None or draft.jobs or self.session.errors:
            return
        with suppress(LivedeckError):
            if found := self._page():
                keep(self.session.project, self.session.options, found[1])

    async def broken(self, request: Request, error: Exception) -> Response:
        """What is wrong with a template that only a whole page is made by."""
        assert isinstance(error, LivedeckError)
        if self.session.edition is not None:
            self.session.refuse(self.session.edition.number, flat(error))
        shown = told(flat(error), self.session.draft, self.session.project.root)
        return _answer(pages.broken(shown), HTML, 503)

    async def alone(self, request: Request) -> Response:
        """The deck as a build writes it, in one file."""
        draft = self.session.draft
        if draft is None or draft.jobs:
            return _answer(b"Something is missing yet: the deck says what.\n", "text/plain", 503)
        async with self._turns[request.state.role], self._making:
            if self._alone is None or self._alone[0] is not draft:
                self._alone = draft, await run_in_threadpool(pages.alone, self.session, draft)
            return _answer(self._alone[1], HTML)

    async def pdf(self, request: Request) -> Response:
        """The last PDF that was printed."""
        printed = await run_in_threadpool(self.pdf_refresh.pdf)
        if printed is None:
            return PlainTextResponse("The PDF is not printed yet.\n", 404, HEADERS)
        return _answer(printed, "application/pdf")

    async def style(self, request: Request) -> Response:
        """The style sheet."""
        async with self._turns[request.state.role]:
            await run_in_threadpool(self.session.ready.wait, pages.PATIENCE)
        style = self.session.style
        return _answer(b"" if style is None else style.css.encode(), "text/css")

    async def remote(self, request: Request) -> Response:
        """The remote control, for who may use it."""
        role = request.state.role
        if not may(role, "speaker"):
            return PlainTextResponse("The remote has an address of its own.\n", 403, HEADERS)
        draft = self.session.draft
        if draft is None:
            return _answer(pages.broken(self.state()["errors"]), HTML, 503)
        token = self.tokens.by_role[role]
        async with self._turns[role]:
            html = await run_in_threadpool(pages.remote, draft, self.hub.session, token)
        return _answer(html, HTML)

    async def live(self, socket: WebSocket) -> None:
        """A browser that stays connected."""
        await self.hub.serve(socket, socket.state.role)

    def state(self) -> Message:
        """What runs, waits, was reused and is wrong."""
        style = self.session.style
        return {
            **self.session.state(),
            "style": "" if style is None else style.digest,
            "pdf": "busy" if self.pdf_refresh.busy else "there" if self.pdf_refresh.there else "",
        }

    def act(self, message: Message) -> Message | None:
        """Does what an author asks for; the answer is for the browser."""
        if message["do"] == "cancel":
            self.session.cancel(str(message["name"]))
            return None
        if message["do"] == "said":
            draft, root = self.session.draft, self.session.project.root
            return None if draft is None else whole(draft, root, str(message["name"]))
        file, line = self._origin(message)
        path = source(self.session.project.root, self.session.project.folders, file)
        if path is None:
            return None
        try:
            self.editor.open(path, line)
        except OSError as error:
            self.session.activity.remark(f"the editor did not start: {error}")
        address = self.editor.address(path, line)
        return {"do": "open", "address": address} if address else None

    def _origin(self, message: dict[str, Any]) -> tuple[str, int]:
        """The file and line that a page asks for: of a slide, of a figure, or of an error."""
        project, line = self.session.project, int(message.get("line") or 1)
        if "figure" in message:
            name, _, number = str(message["figure"]).partition(":")
            return str(project.root / "experiments" / name), int(number or 1)
        cues = [] if self.session.edition is None else self.session.edition.cues
        for cue in cues:
            if cue["id"] == message.get("slide"):
                return str(project.deck / cue["file"]), int(message.get("line") or cue["line"])
        return str(message.get("file", "")), line


class _Answer(Response):
    """An answer that is written as it leaves, and not kept for each who takes it slowly."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        for first in range(0, len(self.body), PIECE):
            piece = self.body[first : first + PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _answer(content: bytes, kind: str, status: int = 200) -> Response:
    return _Answer(content, status, HEADERS, media_type=kind)
