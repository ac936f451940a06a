"""Lets in who may come in, as what they may be here.

A page elsewhere on the web can make a browser ask anything of this machine. It can read no answer
and so has no token; what acts asks for one. A name that was pointed at this machine is no name of
this server (DNS rebinding), and a WebSocket is opened by this server's own pages alone.
"""

import ipaddress
import socket
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from livedeck.serving.listen_address import EVERYWHERE, LOOPBACK
from livedeck.serving.roles import PLACES, Tokens

REFUSED = "This page is open to those who have its whole address, with the token in it.\n"
CROWDED = "Too many ask for this page at once. It comes in a moment.\n"
AGAIN = {"Refresh": "3", "Retry-After": "3"}  # for browsers, and for programs
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """An ASGI application around another, which finds the role of who asks in the `state`."""

    def __init__(self, app: ASGIApp, tokens: Tokens, host: str) -> None:
        self._app, self._tokens = app, tokens
        self._answering = Counter[str]()
        self._names = {*LOOPBACK, host.lower()}
        self._open = host in EVERYWHERE
        if self._open:
            here = socket.gethostname().lower()
            self._names |= {here, f"{here}.local"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers for itself, or hands on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        role = self._tokens.role(asked.get("token", [""])[0])
        problem = self._problem(scope["type"], headers, role)
        if problem and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": problem})
        elif problem:
            await PlainTextResponse(problem, 403, HEADERS)(scope, receive, send)
        elif scope["type"] == "http" and self._answering[role] >= PLACES[role]:
            await PlainTextResponse(CROWDED, 503, HEADERS | AGAIN)(scope, receive, send)
        else:
            scope.setdefault("state", {})["role"] = role
            self._answering[role] += scope["type"] == "http"
            try:
                await self._app(scope, receive, send)
            finally:
                self._answering[role] -= scope["type"] == "http"

    def _problem(self, kind: str, headers: Headers, role: str) -> str:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return "This server has another name.\n"
        if kind == "websocket" and urlsplit(headers.get("origin", "")).netloc != host:
            return "Only pages of this server may ask that.\n"
        return "" if role else REFUSED

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in self._names or (self._open and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
