"""Puts the session, the refresh of the PDF and the hub together and serves them."""

import asyncio
import contextlib
import logging
import resource
import socket
from collections.abc import Iterator

import uvicorn

from livedeck.console import Terminal
from livedeck.options import Options
from livedeck.project import Project
from livedeck.serving.connection_limit import LimitedConnection, Line
from livedeck.serving.editors import Editor
from livedeck.serving.hub import Hub
from livedeck.serving.listen_address import BACKLOG, Place
from livedeck.serving.pdf_refresh import PdfRefresh
from livedeck.serving.roles import Tokens
from livedeck.serving.session import Session
from livedeck.serving.site import Site
from livedeck.signals import ending

LARGEST = 2**16  # bytes of a browser's message
GRACE = 1  # seconds in which answers may still go out at the end


def serve(
    project: Project,
    options: Options,
    terminal: Terminal,
    listener: socket.socket,
    place: Place,
    tokens: Tokens,
    editor: Editor,
) -> None:
    """Serves the deck until it is interrupted; then everything that was started has ended."""
    _allow_connections()
    hub = Hub(together=not place.local)

    def settled(number: int | None) -> None:
        if number is None:
            pdf_refresh.cancel()
        else:
            pdf_refresh.refresh(number)

    session = Session(project, options, terminal, hub, settled)
    pdf_refresh = PdfRefresh(project, options, session.refuse, hub.tell)
    site = Site(session, hub, pdf_refresh, editor, tokens, place.host)
    try:
        asyncio.run(_run(site, listener))
    finally:
        try:
            terminal.step("Ends", "what was finished is kept for the next time")
            pdf_refresh.close()
        finally:
            session.close()
            site.keep()


async def _run(site: Site, listener: socket.socket) -> None:
    site.hub.begin(asyncio.get_running_loop())
    site.session.start()
    config = uvicorn.Config(
        site.app,
        http=LimitedConnection,
        ws=Line,
        ws_max_size=LARGEST,
        lifespan="off",
        log_config=None,
        backlog=BACKLOG,  # connections are taken in portions, and what they ask is read between
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE,
    )
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # whose callers are at fault
    logging.getLogger("uvicorn").propagate = False
    server = _Server(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        await site.hub.close()


class _Server(uvicorn.Server):
    """uvicorn's, which lets go of its connections when a signal ends the command."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with ending.calling(self._stop):
            yield

    def _stop(self) -> None:
        self.should_exit = True


def _allow_connections() -> None:
    """Lets this process have as many files open as the system allows it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
