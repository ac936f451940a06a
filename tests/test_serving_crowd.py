"""A crowd at the author's server: the audience, or whoever else comes, takes no place but its
own."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from livedeck.serving.roles import PLACES
from tests.conftest import Project
from tests.serving import Served, serving
from tests.waiting import PATIENCE

VIEWERS = PLACES["viewer"]
HELLO = json.dumps({"do": "hello", "session": "another", "number": 1})


@dataclass(frozen=True)
class Hall:
    """A server for the network, and the tokens that it has given away."""

    served: Served
    tokens: dict[str, str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.served.address).port or 0

    def page(self, role: str) -> str:
        """The path of the deck for a role; without a token for nobody's."""
        return f"/?token={self.tokens.get(role, '')}"

    def line(self, role: str) -> ClientConnection:
        """A WebSocket on which nothing was said yet."""
        place = f"127.0.0.1:{self.port}"
        return connect(
            f"ws://{place}/live{self.page(role)[1:]}",
            additional_headers={"Origin": f"http://{place}"},
            compression=None,
            open_timeout=PATIENCE,
            close_timeout=1,
        )

    def asks(self, path: str, origin: str = "127.0.0.1", end: str = "\r\n") -> socket.socket:
        """A connection that has asked for something, and has not yet taken any of the answer."""
        line = socket.socket()
        line.settimeout(PATIENCE)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.bind((origin, 0))
        line.connect(("127.0.0.1", self.port))
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n{end}".encode())
        return line

    def lets_in(self, role: str) -> bool:
        """Whether somebody gets the page, and is welcome to stay."""
        with self.asks(self.page(role)) as line:
            answer = taken(line)
        with self.line(role) as line:
            return answer.startswith(b"HTTP/1.1 200") and b"A small deck" in answer and joins(line)


def taken(line: socket.socket) -> bytes:
    """All that a connection says before it ends."""
    answer = b""
    while chunk := line.recv(65536):
        answer += chunk
    return answer


def joins(line: ClientConnection) -> bool:
    """Whether a browser is welcome that says what it shows."""
    try:
        line.send(HELLO)
        return bool(json.loads(line.recv(PATIENCE)) == {"do": "reload"})
    except ConnectionClosed:
        return False


def ends(line: ClientConnection) -> tuple[int, str]:
    """How the server ends a WebSocket."""
    with pytest.raises(ConnectionClosed) as closed:
        line.recv(PATIENCE)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.fixture(scope="module")
def hall(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The small deck, served to the network."""
    with serving(built.copy(tmp_path_factory.mktemp("hall")), "--host", "0.0.0.0") as served:
        tokens = {"author": served.address.partition("token=")[2]}
        tokens["speaker"] = served.read(r"/remote\?token=(\S+)")[1]
        tokens["viewer"] = served.read(r"/\?token=(\S+)")[1]
        yield Hall(served, tokens)


def test_silent_browsers_of_the_audience_take_no_place(hall: Hall) -> None:
    """Hundreds connect and say nothing: author, speaker and whoever else watches come in."""
    with ExitStack() as crowd:
        for _ in range(VIEWERS + 50):
            crowd.enter_context(hall.line("viewer"))
        assert [role for role in PLACES if not hall.lets_in(role)] == []


def test_an_audience_that_has_all_its_places_takes_no_other(hall: Hall, browser: Browser) -> None:
    """Whoever comes too late is told so, and is let in when somebody goes."""
    with ExitStack() as crowd, browser.new_page() as page:
        lines = [crowd.enter_context(hall.line("viewer")) for _ in range(VIEWERS)]
        assert all(map(joins, lines))
        with hall.line("viewer") as late:
            assert ends(late) == (1013, f"All {VIEWERS} places are taken")
        page.goto(f"http://127.0.0.1:{hall.port}{hall.page('viewer')}")
        status = page.locator(".status-line")
        expect(status).to_have_text(f"All {VIEWERS} places are taken; it is called again")
        assert hall.lets_in("author")
        assert hall.lets_in("speaker")
        lines.pop().close()
        expect(status).to_have_text("Up to date")


def test_answers_that_nobody_takes_hold_up_nobody(hall: Hall) -> None:
    """Of the audience's own, one too many is asked to come again."""
    with ExitStack() as crowd:
        path = f"/deck.html{hall.page('viewer')[1:]}"
        deaf = [crowd.enter_context(hall.asks(path)) for _ in range(VIEWERS + 40)]
        refused = [line for line in deaf if line.recv(12) == b"HTTP/1.1 503"]
        assert 0 < len(refused) <= 40
        assert b"\r\nretry-after: 3\r\n" in taken(refused[0]).lower()
        assert hall.lets_in("author")
        assert hall.lets_in("speaker")
    assert hall.lets_in("viewer")


@pytest.mark.parametrize("addresses", [1, 40])
def test_a_flood_of_every_kind_leaves_the_author_in(hall: Hall, addresses: int) -> None:
    """From one address or from many: silent, slow, without a token, at once and again and again."""
    with ExitStack() as crowd:
        for number in range(400):
            origin = f"127.0.1.{number % addresses + 1}"
            ask = hall.page("viewer" if number % 2 else "nobody")
            line = hall.asks(ask, origin, end=("\r\n", "X-Slow: ", "")[number % 3])
            crowd.enter_context(line)
            if number % 100 == 99:
                assert hall.lets_in("author")
                assert hall.lets_in("speaker")


def test_whoever_says_nothing_is_sent_away(hall: Hall) -> None:
    """With whatever they came, and also if they were given something that they do not take."""
    with (
        hall.line("viewer") as browser,
        hall.asks("/", end="X-Slow: ") as slow,
        socket.create_connection(("127.0.0.1", hall.port), timeout=PATIENCE) as silent,
    ):
        assert ends(browser) == (1013, "")
        for line in (slow, silent):
            assert taken(line) == b""
