"""Where the server listens, and what it says of that.

It listens before all else: a browser that comes early waits until there is an answer.
"""

import contextlib
import errno
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from livedeck.console import Terminal
from livedeck.errors import LivedeckError
from livedeck.serving.roles import Tokens

LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERYWHERE = ("0.0.0.0", "::")
PORT = 8400
NEXT = 20  # ports that are tried where none was asked for
BACKLOG = 256


@dataclass(frozen=True)
class Place:
    """Where to serve: a host and a port (none: the first that is free), and whether to open it."""

    host: str
    port: int | None
    opened: bool

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK


@contextlib.contextmanager
def listening(place: Place, terminal: Terminal) -> Iterator[socket.socket]:
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


def announce(listener: socket.socket, place: Place, tokens: Tokens, terminal: Terminal) -> None:
    """Says where the deck is, and to whom."""
    port = listener.getsockname()[1]
    if place.local:
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
        remote = f"{base}/remote{named['speaker']}"
        terminal.step("Remote", f"{remote}  (a phone as a remote control)")
        terminal.step("Watch", f"{base}/{named['viewer']}  (for an audience)")
        if terminal.out.is_terminal:  # nobody types a token into a phone
            import segno

            terminal.remark("the remote's address, for a camera:")
            segno.make(remote).terminal(compact=True)
    if place.opened:
        import webbrowser

        # It may wait for the browser, and the browser for us.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


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
