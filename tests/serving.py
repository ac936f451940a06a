"""A project that is served, as its author and their browsers meet it."""

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, expect

from livedeck.execution import processes
from tests.conftest import Project, assert_made
from tests.visiting import Visit, visiting
from tests.waiting import PATIENCE

expect.set_options(timeout=30_000)

# What of a slide only a server adds, or only a browser: none of it is the deck's.
SHOWN = """() => [...document.querySelectorAll(".slide, .toc, .appendix")].map((part) => {
  const copy = part.cloneNode(true);
  for (const node of [copy, ...copy.querySelectorAll("*")]) {
    const own = ["data-line", "data-code", "hidden", "inert", "open", "aria-current"];
    for (const name of own) node.removeAttribute(name);
    node.classList.remove("shown", "dim", "current", "left", "stale");
    if (node.getAttribute("class") === "") node.removeAttribute("class");
  }
  return copy.outerHTML.replace(/\\s+/g, " ");
})"""


@dataclass
class Served:
    """A server of a project, and what it has printed."""

    project: Project
    process: subprocess.Popen[bytes]
    printed: str = ""
    address: str = ""
    problems: list[str] = field(default_factory=list)

    def read(self, pattern: str) -> re.Match[str]:
        """Waits until something is printed that has not been waited for before."""
        assert self.process.stdout is not None
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.printed)):
            ready, _, _ = select.select([self.process.stdout], [], [], end - time.monotonic())
            chunk = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            assert chunk, f"no {pattern!r} in {self.printed!r}"
            self.printed += chunk.decode()
        self.printed = self.printed[found.end() :]
        return found

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ends the server, with all that it has started."""
        if self.process.poll() is not None:
            return self.process.returncode
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        last = time.monotonic() + PATIENCE
        while any(map(processes.lives, family)):
            assert time.monotonic() < last
            time.sleep(0.01)
        return code


@contextmanager
def serving(project: Project, *words: str, pdf: bool = False, **variables: str) -> Iterator[Served]:
    """Serves a project at a port of its own."""
    port = () if "--port" in words else ("--port", "0")
    paper = () if pdf else ("--no-pdf",)
    command = project.command("serve", *paper, *port, *words)
    process = subprocess.Popen(
        command,
        cwd=project.root,
        env=project.environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    served = Served(project, process)
    try:
        served.address = served.read(r"Serve\W+(?:\[0m )?(http://\S+)")[1]
        yield served
    finally:
        served.end()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def watching(browser: Browser) -> Iterator[Visit]:
    """Opens addresses of servers; a page that complains of anything fails the test."""
    with visiting(browser) as visit:

        def opened(address: str, **settings: Any) -> Page:
            page = visit(address, **settings)
            page.wait_for_selector(".server-status")
            return page

        yield opened


def shown(page: Page) -> list[str]:
    """The slides, contents and code that a page shows, without where it stands among them."""
    found: list[str] = page.evaluate(SHOWN)
    return found


def fresh(page: Page, project: Project) -> list[str]:
    """What a page of a fresh build shows; `page` is any page, to be led there."""
    assert_made(project.build())
    page.goto(project.address)
    page.wait_for_selector(".controls")
    return shown(page)


def place(page: Page) -> dict[str, Any]:
    """Where a page's reader is."""
    found: dict[str, Any] = page.evaluate(
        "() => ({ hash: location.hash, view: document.documentElement.dataset.view, "
        "top: Math.round(scrollY), loaded: performance.timeOrigin })"
    )
    return found
