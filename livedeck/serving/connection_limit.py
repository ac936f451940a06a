"""Connections within bounds. Whoever comes and asks nothing goes first when there are too many, and
whoever takes no answer goes as well, so that a flood of them keeps nobody else out."""

import asyncio
import ipaddress
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST = 128  # connections that have not asked for anything: of this machine, and of all others
BURST = 512  # that come at once, and may have asked before anybody looked
BREATH = 0.1  # seconds in which it is looked
PATIENCE = 10.0  # seconds that a request may take to arrive, or a last word to leave
STALL = 20.0  # seconds in which some of an answer must leave
LEAST = 2**14  # bytes of it; a slow network has more


class Outlet:
    """Ends a connection whose answer does not leave, for nobody takes it."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._timer: asyncio.TimerHandle | None = None

    def pause(self) -> None:
        """More has to leave before more is written."""
        self._left = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(STALL, self._look)

    def resume(self) -> None:
        """It has left."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        if self._left - self._transport.get_write_buffer_size() < LEAST:
            self._transport.abort()
        else:
            self.pause()


class Leaving(asyncio.Protocol):
    """A protocol of uvicorn's whose connection ends when nobody takes what it sends."""

    _outlet: Outlet

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets a connection."""
        self._outlet.resume()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """What is sent leaves more slowly than it is written."""
        super().pause_writing()
        self._outlet.pause()

    def resume_writing(self) -> None:
        """It has left."""
        super().resume_writing()
        self._outlet.resume()


class LimitedConnection(Leaving, H11Protocol):
    """uvicorn's protocol with a bound on connections without a request.

    This machine's are counted apart from all others; among those, one from the address with most of
    them makes room. So the author's own, and any other, has the time that its request takes.
    """

    waiting: ClassVar[dict[bool, dict["LimitedConnection", str]]] = {
        True: {},
        False: {},
    }  # the oldest first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a connection; one too many closes another."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # an answer is under way until all of it has left
        self._outlet = Outlet(transport, self.loop)
        self._origin, self._own = _origin(self.client[0] if self.client else "")
        self._wait()

    def handle_events(self) -> None:
        """Notes that a request has arrived."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._admit()

    def on_response_complete(self) -> None:
        """A connection that has its answer waits for its next request, or its end."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """A WebSocket is no longer this protocol's."""
        self._admit()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets a connection."""
        self._admit()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._admit()
        self._patience = self.loop.call_later(PATIENCE, self.give_up)
        waiting = LimitedConnection.waiting[self._own]
        waiting[self] = self._origin
        if len(waiting) > BURST:
            _make_room(waiting, BURST)
        elif len(waiting) > MOST:
            self.loop.call_later(BREATH, _make_room, waiting, MOST)

    def _admit(self) -> None:
        if LimitedConnection.waiting[self._own].pop(self, None) is not None:
            self._patience.cancel()

    def give_up(self) -> None:
        """Ends a connection that has taken too long, or is one too many."""
        self._admit()
        self.transport.abort()


class Line(Leaving, WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which lets go of a browser that takes nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes a connection over from `LimitedConnection`."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits()
        self._outlet = Outlet(self.transport, self.loop)

    async def send(self, message: Any) -> None:
        """Sends what the application says; its last word has some time to leave."""
        await super().send(message)
        if message["type"] == "websocket.close":
            self.loop.call_later(PATIENCE, self.transport.abort)


def _make_room(waiting: dict[LimitedConnection, str], most: int) -> None:
    while len(waiting) > most:
        crowd, _ = Counter(waiting.values()).most_common(1)[0]
        next(one for one, origin in waiting.items() if origin == crowd).give_up()


def _origin(host: str) -> tuple[str, bool]:
    """The address that somebody has, of IPv6 the network that is theirs, and whether it is this
    machine's."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host, False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.packed[:8].hex(), address.is_loopback
