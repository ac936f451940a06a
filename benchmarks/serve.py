"""Times what an author waits for: from saving a sentence to seeing it in Chromium, and from the
start of a server to its first slide, the first time and when it was served before:
`make bench-serve`.

livedeck serves generated decks with all results in the store; marp and slidev watch the same slides
as Markdown with pictures. The tools take turns after every edit, so that whatever else the machine
does falls on all of them alike. A turn ends when the tool rests: an edit that was seen may not be
done with (livedeck prints the PDF). One that is not seen in time counts as missed.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import decks
import measure
import peers
import psutil
from playwright.sync_api import Browser, Error, Page, sync_playwright

SLIDE = 3  # the first of a deck that has an edition, counted from 1
PATIENCE = 20.0  # seconds after which an edit was missed
PAUSE = 0.7  # seconds between two edits, in which a tool that rests takes less than
LITTLE = 0.1  # seconds of processors
LONGEST = 60  # pauses that are waited for a tool to rest
FIRST = 0  # the edition that stands for the first title
FIRST_EDITION = 1000
TARGETS = {60: 60, 600: 100}  # milliseconds
VARIABLES = {"PYTHONPATH": str(decks.REPOSITORY)}

# Tells when a first title, and then text with a new edition, is about to be painted, by the clock
# of the machine.
OBSERVER = """
const begin = () => {
  const titles = [...document.querySelectorAll("h1, h2")];
  const seen = titles.some((title) => title.checkVisibility({ visibilityProperty: true }));
  requestAnimationFrame(seen ? () => saw(0, Date.now()) : begin);
};
begin();
const tell = (node) => {
  const found = /edition (\\d{4,})/.exec(node.textContent);
  if (found) requestAnimationFrame(() => saw(Number(found[1]), Date.now()));
};
const watch = () => {
  tell(document.body);
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "characterData") tell(target);
      else for (const node of addedNodes) tell(node);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
};
if (document.body) watch();
else document.addEventListener("DOMContentLoaded", watch);
"""


@dataclass
class Tool:
    """A watcher: how it is started, where its slide is seen, and the file that is edited."""

    name: str
    command: Sequence[str]
    folder: Path
    file: Path
    address: Callable[[int], str]  # of the page, by port
    fragment: str  # of the slide
    port: int = 0
    starts: list[float] = field(default_factory=list)
    times: list[float | None] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)
    page: Page | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self, browser: Browser) -> None:
        """Starts the watcher, and measures when its first slide is there."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [word.format(port=self.port) for word in self.command]
        self.seen.clear()
        page = self.page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.expose_function("saw", self._saw)
        page.add_init_script(OBSERVER)
        page.wait_for_timeout(1000)  # a browser that is open already
        began = 1000 * time.time()
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=measure.environment(VARIABLES),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._reach(page, self.address(self.port))
        while FIRST not in self.seen:
            page.wait_for_timeout(20)
        self.starts.append((self.seen[FIRST] - began) / 1000)
        page.goto(self.address(self.port) + self.fragment)
        page.wait_for_timeout(3000)

    def edit(self, edition: int) -> None:
        """Saves another edition and waits until it is seen."""
        assert self.page is not None
        text = re.sub(r"edition \d+", f"edition {edition}", self.file.read_text(), count=1)
        saved = 1000 * time.time()
        self.file.write_text(text)
        end = time.monotonic() + PATIENCE
        while edition not in self.seen and time.monotonic() < end:
            self.page.wait_for_timeout(20)
        at = self.seen.get(edition)
        self.times.append(None if at is None else at - saved)

    def rest(self) -> None:
        """Waits until the watcher has nothing left to do."""
        assert self.page is not None
        for _ in range(LONGEST):
            before = self._spent()
            self.page.wait_for_timeout(1000 * PAUSE)
            if self._spent() - before < LITTLE:
                return

    def close(self) -> None:
        """Ends the watcher."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self.page is not None:
            self.page.close()

    def row(self, reference: "Tool", slides: int) -> str:
        """A row of the table."""
        times = sorted(t for t in self.times if t is not None)
        own = statistics.median(times) if times else float("nan")
        theirs = statistics.median([t for t in reference.times if t is not None] or [float("nan")])
        span = f"{times[0]:.0f} to {times[-1]:.0f}" if times else ""
        target = f"{TARGETS.get(slides, '')}" if self is reference else ""
        missed = f"{self.times.count(None)} of {len(self.times)}"
        starts = [f"{start:.1f} s" for start in self.starts]
        cells = [self.name, slides, *starts, f"{own:.0f} ms", target, span, missed]
        return f"| {' | '.join(map(str, cells))} | {own / theirs:.1f} |"

    def _spent(self) -> float:
        """The processors' seconds that the watcher and all that it started have taken."""
        assert self.process is not None
        spent = 0.0
        watcher = psutil.Process(self.process.pid)
        for process in (watcher, *watcher.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent += times.user + times.system
        return spent

    def _saw(self, edition: int, at: float) -> None:
        self.seen.setdefault(edition, at)

    def _reach(self, page: Page, address: str) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            if address.startswith("http"):
                try:
                    socket.create_connection((urlsplit(address).hostname, self.port)).close()
                except OSError:
                    time.sleep(0.02)
                    continue
            elif not Path(address.removeprefix("file://")).is_file():
                time.sleep(0.02)
                continue
            with suppress(Error):  # it listens, and does not answer yet
                page.goto(address, wait_until="commit")
                return
        raise measure.FailedError(f"{self.name} does not start")


def livedeck(folder: Path, slides: int) -> Tool:
    """A deck that is built already, served."""
    decks.make(folder, slides)
    measure.seconds([sys.executable, "build.py", "--no-pdf"], folder, VARIABLES)
    command = [sys.executable, "build.py", "serve", "--port", "{port}"]
    file = next(
        f for f in sorted(folder.glob("deck/*/*.md")) if decks.EDITION.search(f.read_text())
    )
    fragment = f"#slide-{SLIDE - 1}"
    return Tool("livedeck", command, folder, file, "http://127.0.0.1:{}/".format, fragment)


def others(project: Path, folder: Path) -> Iterator[Tool]:
    """Yields marp and slidev on the slides of a project."""
    folder.mkdir(parents=True)
    slides = peers.plain(project)
    peers.draw(project, folder / "figures")
    marp = folder / "marp.md"
    marp.write_text(peers.MARP + peers.MARP_BREAK.join(slides))
    page = (folder / "marp.html").as_uri()
    command = [peers.command("marp"), "--no-stdin", "-w", marp.name, "-o", "marp.html"]
    yield Tool("marp", command, folder, marp, lambda _: page, f"#{SLIDE}")
    (folder / "node_modules").symlink_to(peers.MODULES)  # where slidev looks for its theme
    (folder / "public").mkdir()
    shutil.copytree(folder / "figures", folder / "public" / "figures")
    slidev = folder / "slides.md"
    text = peers.MARP_BREAK.join(slides).replace("](figures/", "](/figures/")
    slidev.write_text("---\ntheme: default\n---\n\n" + text)
    command = [peers.command("slidev"), slidev.name, "--port", "{port}"]
    yield Tool("slidev", command, folder, slidev, "http://localhost:{}/".format, f"{SLIDE}")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROME_PATH") or shutil.which("chromium")
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def compare(slides: int, edits: int, *, with_peers: bool, folder: Path) -> list[str]:
    """The rows of a deck's size."""
    tools = [livedeck(folder / "livedeck", slides)]
    if with_peers:
        tools += others(folder / "livedeck", folder / "peers")
    with browsing() as browser, ExitStack() as ending:
        for tool in tools:
            ending.callback(tool.close)
            print(f"{slides} slides: {tool.name} starts", file=sys.stderr)
            tool.start(browser)
            tool.close()
            tool.start(browser)
        for edition in range(FIRST_EDITION, FIRST_EDITION + edits):
            for tool in tools:
                tool.edit(edition)
                tool.rest()
    return [tool.row(tools[0], slides) for tool in tools]


def memory(slides: int, edits: int, folder: Path) -> list[str]:
    """The resident memory of the server after more and more edits, with a browser that looks."""
    tool = livedeck(folder / "memory", slides)
    rows = []
    with browsing() as browser, ExitStack() as ending:
        ending.callback(tool.close)
        tool.start(browser)
        assert tool.process is not None
        assert tool.page is not None
        process = psutil.Process(tool.process.pid)
        for edition in range(edits + 1):
            if edition % max(1, edits // 8) == 0:
                rows.append(f"| {edition} | {process.memory_info().rss / 1e6:.0f} MB |")
            text = tool.file.read_text()
            tool.file.write_text(re.sub(r"edition \d+", f"edition {edition}", text, count=1))
            tool.page.wait_for_timeout(15)
    return rows


def main() -> int:
    """Measures what was asked for and prints it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slides", type=int, nargs="+", default=[60, 600], metavar="N")
    parser.add_argument("--edits", type=int, default=15, metavar="N")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--memory", type=int, metavar="N", help="only memory, over so many edits")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livedeck-benchmark-") as name:
        if options.memory:
            rows = memory(options.slides[0], options.memory, Path(name))
            print("\n".join(["| edits | resident |", "|--:|--:|", *rows]))
            return 0
        print(f"Machine: {measure.machine()}\n")
        heads = ("first slide", "again", "save to visible", "target", "range", "missed", "ratio")
        print(f"| tool | slides | {' | '.join(heads)} |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
        for slides in options.slides:
            folder = Path(name) / str(slides)
            rows = compare(slides, options.edits, with_peers=options.peers, folder=folder)
            print("\n".join(rows), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
