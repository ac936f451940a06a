"""Who may ask the author's server for what."""

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.conftest import Project
from tests.serving import Served, serving
from tests.waiting import PATIENCE

PROSE = "deck/20-inputs/30-inputs.md"


@pytest.fixture(scope="module")
def served(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small project, served to this machine alone."""
    project = built.copy(tmp_path_factory.mktemp("safety"))
    with serving(project, "--editor", f"cp {{path}} {project.root}/opened-{{line}}") as served:
        yield served


@pytest.fixture(scope="module")
def abroad(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small project, served to the network."""
    with serving(built.copy(tmp_path_factory.mktemp("abroad")), "--host", "0.0.0.0") as served:
        yield served


def ask(address: str, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """The answer to a request as it is written here, whatever a browser would make of it."""
    place = urlsplit(address)
    line = http.client.HTTPConnection("127.0.0.1", place.port or 80, timeout=20)
    line.putrequest("GET", path, skip_host="Host" in headers)
    for name, text in headers.items():
        line.putheader(name, text)
    line.endheaders()
    answer = line.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    line.close()
    return found


def token(served: Served, path: str = "/") -> str:
    """The token that the author's page has."""
    _, page, _ = ask(served.address, path)
    found = re.search(r"token&quot;: &quot;([\w-]+)&quot;", page.decode())
    assert found is not None
    return found[1]


def live(served: Served, key: str, origin: str | None = None) -> ClientConnection:
    """A WebSocket to the server, from one of its own pages unless said otherwise."""
    place = urlsplit(served.address)
    own = f"http://{place.netloc}" if origin is None else origin
    headers = {"Origin": own} if own else {}
    return connect(f"ws://{place.netloc}/live?token={key}", additional_headers=headers)


def wait_for(path: Path, text: str) -> None:
    """Waits until a file holds a text."""
    end = time.monotonic() + PATIENCE
    while not path.is_file() or path.read_text() != text:
        assert time.monotonic() < end, f"no {path}"
        time.sleep(0.02)


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:8400", "", "127.0.0.1.x"])
def test_a_name_that_was_pointed_at_this_machine_is_refused(served: Served, host: str) -> None:
    """So a page elsewhere cannot read the deck through a name of its own (DNS rebinding)."""
    status, page, _ = ask(served.address, "/", Host=host)
    assert status == 403
    assert b"A small deck" not in page


def test_nothing_but_the_deck_can_be_had(served: Served) -> None:
    """No file of the project by any path."""
    for path in (
        "/deck.toml",
        "/deck/deck.toml",
        "/../build.py",
        "/%2e%2e/build.py",
        "/..%2fbuild.py",
        "/deck.pdf/../../build.py",
        "/style.css?v=../../build.py",
        "//etc/passwd",
        "/.livedeck/",
    ):
        status, answer, _ = ask(served.address, path)
        assert status == 404 or answer.startswith(b":root"), path
        assert b"livedeck.cli" not in answer


def test_answers_are_for_this_server_s_pages_alone(served: Served) -> None:
    """No page elsewhere may frame them, read them, or learn their address."""
    _, _, headers = ask(served.address, "/")
    found = {name.lower(): text for name, text in headers.items()}
    assert found["x-frame-options"] == "DENY"
    assert found["cross-origin-resource-policy"] == "same-origin"
    assert found["referrer-policy"] == "no-referrer"
    assert found["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in found


@pytest.mark.parametrize("origin", ["http://attacker.example", "null", "", "http://127.0.0.1:1"])
def test_a_page_elsewhere_cannot_open_a_websocket(served: Served, origin: str) -> None:
    """Not even with the token."""
    with pytest.raises(InvalidStatus, match="403"):
        live(served, token(served), origin)


def test_what_acts_needs_the_rights(abroad: Served) -> None:
    """Someone in the audience cannot lead, run a command, or cancel; a speaker can lead."""
    author = abroad.address.partition("token=")[2]
    speaker = abroad.read(r"/remote\?token=(\S+)")[1]
    viewer = abroad.read(r"/\?token=(\S+)")[1]
    assert len({author, speaker, viewer}) == 3
    session = json.loads(
        re.search(  # type: ignore[union-attr]
            r'name="livedeck" content="(.*?)"',
            ask(abroad.address, f"/?token={viewer}")[1].decode(),
        )[1].replace("&quot;", '"')
    )["session"]
    hello = json.dumps({"do": "hello", "session": session, "number": 1})
    with live(abroad, viewer) as audience, live(abroad, speaker) as lecturer:
        for line in (audience, lecturer):
            line.send(hello)
            while json.loads(line.recv(10))["do"] != "state":
                pass
        for act in ("at", "move", "clock", "open", "cancel"):
            message = {"do": act, "slide": "back", "step": 0, "by": 1, "to": "run", "name": "line"}
            audience.send(json.dumps(message))
        lecturer.send(json.dumps({"do": "at", "slide": "line", "step": 0}))
        while (heard := json.loads(audience.recv(10)))["do"] != "at":
            pass
        assert heard["slide"] == "line"
        assert not heard["runs"]


def test_the_network_is_served_with_a_token_alone(abroad: Served) -> None:
    """With a warning in the terminal; the address of the remote is not that of the audience."""
    place = urlsplit(abroad.address)
    assert "token=" in abroad.address
    host = f"127.0.0.1:{place.port}"
    for path in ("/", "/remote", "/deck.html", "/style.css", "/?token=wrong", "/deck.pdf"):
        assert ask(abroad.address, path, Host=host)[0] == 403
    assert ask(abroad.address, f"/?{place.query}", Host=host)[0] == 200
    assert ask(abroad.address, f"/?{place.query}", Host="attacker.example")[0] == 403
    with pytest.raises(InvalidStatus, match="403"):
        live(abroad, "wrong")


def test_a_source_opens_in_the_editor_and_nothing_else_does(
    served: Served, browser: Browser
) -> None:
    """Alt and a click open the line of a sentence; a page may not name a file of elsewhere."""
    root = served.project.root
    with browser.new_page() as page:
        page.goto(f"{served.address}#inputs")
        page.wait_for_selector(".server-status")
        page.get_by_text("a helper:").click(modifiers=["Alt"])
        wait_for(root / "opened-3", (root / PROSE).read_text())
        page.goto(f"{served.address}#line")
        page.locator("#line .drawing").click(modifiers=["Alt"])
        source = (root / "experiments/line.py").read_text()
        number = source[: source.index("def rising")].count("\n") + 1
        wait_for(root / f"opened-{number}", source)
    before = set(root.glob("opened-*"))
    key = token(served)
    with live(served, key) as line:
        line.send(json.dumps({"do": "open", "file": "/etc/passwd", "line": 1}))
        line.send(json.dumps({"do": "open", "file": "build.py", "line": 1}))
        line.send(json.dumps({"do": "open", "file": "deck/../build.py", "line": 1}))
        line.send(json.dumps({"do": "open", "file": PROSE, "line": 77}))
        wait_for(root / "opened-77", (root / PROSE).read_text())
    assert set(root.glob("opened-*")) == {*before, root / "opened-77"}


def test_a_flood_does_not_keep_the_author_out(served: Served, browser: Browser) -> None:
    """Connections that say nothing, and WebSockets that never read, while a sentence is saved."""
    place = urlsplit(served.address)
    flood = [socket.create_connection(("127.0.0.1", place.port or 0)) for _ in range(400)]
    for each in flood[:40]:
        each.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    key = token(served)
    with ExitStack() as deaf, browser.new_page() as page:
        for _ in range(20):
            deaf.enter_context(live(served, key))
        page.goto(f"{served.address}#inputs")
        page.wait_for_selector(".server-status")
        served.project.edit(PROSE, "Every kind of input", "Every sort of input")
        expect(page.locator("#inputs h2")).to_have_text("Every sort of input")
        served.project.edit(PROSE, "Every sort of input", "Every kind of input")
        expect(page.locator("#inputs h2")).to_have_text("Every kind of input")
    for each in flood:
        each.close()


def test_connections_that_have_asked_once_are_counted_too(served: Served) -> None:
    """Those that begin a second request and leave it there go first when there are too many."""
    place = urlsplit(served.address)
    held = []
    for _ in range(150):
        each = socket.create_connection(("127.0.0.1", place.port or 0), timeout=20)
        held.append(each)
        each.sendall(b"GET /none HTTP/1.1\r\nHost: nowhere\r\n\r\n")
        answer = b""
        while not answer.endswith(b"another name.\n"):
            answer += each.recv(4096)
        each.sendall(b"G")
    assert held[0].recv(1) == b""
    assert ask(served.address, "/")[0] == 200
    for each in held:
        each.close()


@pytest.mark.parametrize(
    "words", ["no JSON", "[]", "{}", '{"do": "hello"}', '{"do": 5}', "1" * 70_000]
)
def test_nonsense_costs_its_sender_the_connection_alone(served: Served, words: str) -> None:
    """Whatever is sent, the others are served."""
    with live(served, token(served)) as line, suppress(ConnectionClosed):  # maybe before the second
        line.send(words)
        line.send(words)
    assert ask(served.address, "/")[0] == 200


def test_a_port_that_is_taken_is_said(served: Served, project: Project) -> None:
    """One that was asked for is an error; else the next is taken."""
    port = str(urlsplit(served.address).port)
    done = project.call("serve", "--port", port)
    assert (done.code, done.traceback) == (1, False)
    assert f"port {port} is taken" in done.err
    done = project.call("serve", "--editor", "vscod")
    assert (done.code, done.traceback) == (2, False)
    assert "Did you mean `vscode`" in done.err
