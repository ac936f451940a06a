"""Puts desk, workshop, press and hub together and serves them."""

import asyncio
import contextlib
import errno
import logging
import resource
import socket
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn

from livedeck.console import Terminal
from livedeck.errors import AuthorError, LivedeckError
from livedeck.options import Options
from livedeck.project import Project
from livedeck.serving.desk import Desk
from livedeck.serving.door import Door
from livedeck.serving.editors import Editor
from livedeck.serving.guard import EVERYWHERE, LOOPBACK, Tokens
from livedeck.serving.hub import Hub
from livedeck.serving.press import Press
from livedeck.serving.site import Site

PORT = 8400
NEXT = 20  # ports that are tried where none was asked for
BACKLOG = 256
LARGEST = 2**16  # bytes of a browser's message
GRACE = 1  # seconds in which answers may still go out at the end


@dataclass(frozen=True)
class Place:
    """Where to serve: a host and a port (none: the first that is free), and whether to open it."""

    host: str
    port: int | None
    opened: bool


def serve(
    project: Project, options: Options, terminal: Terminal, place: Place, editor: str
) -> None:
    """Serves the deck until it is interrupted; then everything that was started has ended."""
    with _listening(place, terminal) as listener:
        _allow_connections()
        local = place.host in LOOPBACK
        hub, told = Hub(together=not local), Editor(editor)
        tokens = Tokens(anyone="author" if local else "")

        def settled(number: int | None) -> None:
            if number is None:
                press.cancel()
            else:
                press.refresh(number)

        def printed(number: int, errors: list[AuthorError]) -> None:
            desk.refuse(number, errors)
            hub.tell()

        desk = Desk(project, options, terminal, hub, settled)
        press = Press(project, options, printed)
        site = Site(desk, hub, press, told, tokens, place.host)
        desk.start()
        try:
            _announce(listener, place, tokens, terminal)
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(_run(site, listener))
        finally:
            terminal.step("Ends", "what was finished is kept for the next time")
            press.close()
            desk.close()


async def _run(site: Site, listener: socket.socket) -> None:
    site.hub.begin(asyncio.get_running_loop())
    config = uvicorn.Config(
        site.app,
        http=Door,
        ws="websockets-sansio",
        ws_max_size=LARGEST,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE,
    )
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())  # whose callers are at fault
    logging.getLogger("uvicorn").propagate = False
    server = uvicorn.Server(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        await site.hub.close()


@contextlib.contextmanager
def _listening(place: Place, terminal: Terminal) -> Iterator[socket.socket]:
    """A socket at the port that was asked for, else at the first that is free."""
    first = PORT if place.port is None else place.port
    ports = [first] if place.port is not None else range(first, first + NEXT)
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    for port in ports:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((place.host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise LivedeckError(f"{place.host}:{port}: {error.strerror}") from error
            continue
        if port != first:
            terminal.remark(f"port {first} is taken: {port} instead")
        with listener:
            yield listener
        return
    if place.port is not None:
        hint = "Choose another, or leave `--port` away and the first free one is taken."
        raise LivedeckError(f"port {place.port} is taken. {hint}")
    raise LivedeckError(f"the ports {first} to {first + NEXT - 1} are taken. Choose one: --port")


def _announce(listener: socket.socket, place: Place, tokens: Tokens, terminal: Terminal) -> None:
    """Says where the deck is, and to whom."""
    port = listener.getsockname()[1]
    if place.host in LOOPBACK:
        address = f"http://{_written(place.host)}:{port}/"
        terminal.step("Serve", f"{address}  (Ctrl-C ends it)")
    else:
        shown = _own_address() if place.host in EVERYWHERE else place.host
        base = f"http://{_written(shown)}:{port}"
        named = {role: f"?token={token}" for role, token in tokens.by_role.items()}
        address = f"{base}/{named['author']}"
        terminal.remark("warning: whoever has an address below can open it from the network,")
        terminal.remark("         unencrypted; nothing runs without the token in it")
        terminal.step("Serve", f"{address}  (yours: it can also open your editor)")
        terminal.step("Remote", f"{base}/remote{named['speaker']}  (a phone as a remote control)")
        terminal.step("Watch", f"{base}/{named['viewer']}  (for an audience)")
    if place.opened:
        webbrowser.open(address)


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_address() -> str:
    """The address by which others reach this machine, as far as it can be told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _allow_connections() -> None:
    """Lets this process have as many files open as the system allows it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
