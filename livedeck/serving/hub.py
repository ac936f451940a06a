"""All browsers that show the deck: tells each what is new to it, and hears what it asks for."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from livedeck.serving.edition import Edition
from livedeck.serving.position import Position
from livedeck.serving.roles import PLACES, may

QUEUE = 64  # messages that a browser may be behind; then it is dropped, and comes back
BREATH = 0.05  # seconds between two tellings of the state
GRACE = 1.0  # seconds for a last word
PATIENCE = 10.0  # seconds in which a browser must say what it shows
RATE = 50.0  # messages that a browser may send in a second

NONSENSE = (ValueError, KeyError, TypeError, OverflowError, RecursionError)  # in a message

Message = dict[str, Any]


@dataclass(eq=False)
class Browser:
    """A browser: what it may do, whether it is a remote control, which edition it shows, and what
    it is yet to be sent."""

    role: str
    remote: bool = False
    number: int = 0
    hello: Message = field(default_factory=dict)
    pending: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Hub:
    """The browsers, and what they share. It lives in the event loop; `show`, `restyle`, `tell` and
    `hear` are called from other threads.

    `state` gives what is told of the session, `act` does what an author asks for; `same` is asked
    once whether a page that was kept is that of the first edition.
    """

    def __init__(self, *, together: bool) -> None:
        self._manner = {"together": together}  # whether browsers follow unless told otherwise
        self.session = secrets.token_hex(8)
        self.position = Position()
        self.edition: Edition | None = None
        self.state: Callable[[], Message] = dict
        self.same: Callable[[], bool] = lambda: False
        self.act: Callable[[Message], Message | None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._same = False
        self._here: dict[str, list[Browser]] = {role: [] for role in PLACES}  # the oldest first
        self._browsers: set[Browser] = set()  # those of them that have said what they show
        self._telling = False

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begins to live in an event loop."""
        self._loop = loop

    def show(self, shown: Edition) -> None:
        """There is a new edition."""
        self._call(self._show, shown)

    def restyle(self, digest: str) -> None:
        """There is a new style sheet."""
        self._call(self._send_all, {"do": "style", "digest": digest})

    def tell(self) -> None:
        """The state has changed; several changes at once are told together."""
        self._call(self._tell_soon)

    def hear(self, name: str, told: Message) -> None:
        """A job has reported how far it is."""
        self._call(self._send_all, {"do": "heard", **told, "name": name})

    async def serve(self, socket: WebSocket, role: str) -> None:
        """Talks with a browser until it goes."""
        await socket.accept()
        browser = Browser(role)
        if not self._seat(browser):
            await socket.close(1013, f"All {PLACES[role]} places are taken")
            return
        patience = asyncio.get_running_loop().call_later(PATIENCE, self._require_word, browser)
        doing = (self._send(socket, browser), self._listen(socket, browser), _gone(browser))
        tasks = [asyncio.create_task(each) for each in doing]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
            self._leave(browser)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if socket.application_state is not WebSocketState.DISCONNECTED:
                with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                    await asyncio.wait_for(socket.close(1013), GRACE)

    async def close(self) -> None:
        """Sends all browsers away."""
        for browser in list(self._browsers):
            self._drop(browser)
        await asyncio.sleep(0.1)

    def _seat(self, browser: Browser) -> bool:
        """Gives a browser one of the places that its role has; whoever has said nothing yet makes
        room."""
        here = self._here[browser.role]
        if len(here) >= PLACES[browser.role]:
            silent = next((each for each in here if each not in self._browsers), None)
            if silent is None:
                return False
            self._drop(silent)
        here.append(browser)
        return True

    def _require_word(self, browser: Browser) -> None:
        if browser not in self._browsers:
            self._drop(browser)

    def _leave(self, browser: Browser) -> None:
        self._browsers.discard(browser)
        with contextlib.suppress(ValueError):
            self._here[browser.role].remove(browser)

    async def _listen(self, socket: WebSocket, browser: Browser) -> None:
        clock, allowance = asyncio.get_running_loop().time, RATE
        last = clock()
        with contextlib.suppress(WebSocketDisconnect, *NONSENSE):
            while allowance >= 0:
                message = json.loads(await socket.receive_text())
                allowance = min(RATE, allowance + RATE * (clock() - last)) - 1
                last = clock()
                self._take(browser, message)

    def _take(self, browser: Browser, message: Message) -> None:
        """Does what a browser asks for, if it may."""
        match message["do"]:
            case "hello" if browser not in self._browsers:
                self._welcome(browser, message)
            case "ping":
                self._put(browser, {"do": "pong"})
            case "where":
                self._put(browser, self.position.told())
            case "at" if may(browser.role, "speaker"):
                self._lead(browser, message)
            case "move" if may(browser.role, "speaker") and self.edition is not None:
                self.position.move(self.edition.cues, 1 if message["by"] > 0 else -1)
                self._send_all(self.position.told())
            case "clock" if may(browser.role, "speaker"):
                if message["to"] == "restart":
                    self.position.restart()
                else:
                    self.position.run(on=message["to"] == "run")
                self._send_all(self.position.told())
            case "open" | "cancel" | "said" if may(browser.role, "author"):
                answer = self.act(message)
                if answer is not None:
                    self._put(browser, answer)

    def _welcome(self, browser: Browser, message: Message) -> None:
        """Brings a browser up to date, whatever it shows."""
        self._browsers.add(browser)
        browser.hello = message
        if self.edition is None:
            state = self.state()
            if state["errors"]:  # which were told before this browser was here
                self._put(browser, _for(browser, state))
            return
        if message["session"] != self.session:
            self._put(browser, {"do": "reload"})
            return
        if message.get("at") and may(browser.role, "speaker"):
            self._lead(browser, message["at"])
        browser.number, browser.remote = int(message["number"]), bool(message.get("remote"))
        if browser.number == 0 and self._same:
            browser.number = 1
        self._put(browser, {"do": "welcome", "role": browser.role, **self._manner})
        if browser.remote:
            browser.number = 0
        self._update(browser)
        state = self.state()
        self._put(browser, {"do": "style", "digest": state["style"]})
        self._put(browser, _for(browser, state))
        if self.position.slide:
            self._put(browser, self.position.told())

    def _lead(self, browser: Browser, place: Message) -> None:
        """Follows a speaker to a place, with everybody else."""
        self.position.go(str(place["slide"]), int(place["step"]))
        self._send_all(self.position.told(), but=browser)

    def _show(self, shown: Edition) -> None:
        before, self.edition = self.edition, shown
        if before is None:
            self._same = shown.number == 1 and self.same()
            for browser in list(self._browsers):
                self._welcome(browser, browser.hello)
            return
        self.position.stay(before.order, shown.order)
        for browser in list(self._browsers):
            self._update(browser)

    def _update(self, browser: Browser) -> None:
        if self.edition is None or browser.number == self.edition.number:
            return
        news = self.edition.news(browser.number)
        browser.number = self.edition.number
        if browser.remote:
            self._put(browser, {"do": "cues", "cues": self.edition.cues})
        else:
            self._put(browser, news or {"do": "reload"})

    def _tell_soon(self) -> None:
        if self._telling or self._loop is None:
            return
        self._telling = True
        self._loop.call_later(BREATH, self._tell)

    def _tell(self) -> None:
        self._telling = False
        state = self.state()
        for browser in list(self._browsers):
            self._put(browser, _for(browser, state))

    def _send_all(self, message: Message, but: Browser | None = None) -> None:
        text = json.dumps(message)
        for browser in list(self._browsers):
            if browser is not but:
                self._queue(browser, text)

    def _put(self, browser: Browser, message: Message) -> None:
        self._queue(browser, json.dumps(message))

    def _queue(self, browser: Browser, text: str) -> None:
        try:
            browser.pending.put_nowait(text)
        except asyncio.QueueFull:
            self._drop(browser)

    def _drop(self, browser: Browser) -> None:
        """Sends a browser away; one that is only slow comes back and is brought up to date."""
        self._leave(browser)
        browser.gone.set()

    async def _send(self, socket: WebSocket, browser: Browser) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await socket.send_text(await browser.pending.get())

    def _call(self, do: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it is closing just now
                self._loop.call_soon_threadsafe(do, *arguments)


def _for(browser: Browser, state: Message) -> Message:
    """What a browser is told of the state: an author's mistakes are not for the audience, and what
    experiments say is for the author alone."""
    errors = state["errors"] if may(browser.role, "speaker") else []
    said = state["said"] if may(browser.role, "author") else []
    return {**state, "errors": errors, "said": said}


async def _gone(browser: Browser) -> None:
    await browser.gone.wait()
