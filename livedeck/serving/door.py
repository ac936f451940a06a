"""Connections within bounds: whoever comes and asks nothing goes first when there are too many,
so that a flood of them does not keep the author out."""

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 128  # connections that have not asked for anything
PATIENCE = 10.0  # seconds that a request may take to arrive


class Door(H11Protocol):
    """uvicorn's protocol with a bound on connections without a request."""

    waiting: ClassVar[dict["Door", None]] = {}  # the oldest first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a connection; one too many closes the oldest."""
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        """Notes that a request has arrived."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._admit()

    def on_response_complete(self) -> None:
        """A connection that has its answer waits for its next request like a new one."""
        super().on_response_complete()
        if not self.transport.is_closing() and self.cycle.response_complete:
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
        self._patience = self.loop.call_later(PATIENCE, self._give_up)
        Door.waiting[self] = None
        if len(Door.waiting) > MOST:
            next(iter(Door.waiting))._give_up()

    def _admit(self) -> None:
        self._patience.cancel()
        Door.waiting.pop(self, None)

    def _give_up(self) -> None:
        self._admit()
        self.transport.abort()
