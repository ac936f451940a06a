"""Times what a reader and a speaker wait for, in headless Chromium: `make bench-browsing`.

The same slides as a page of livedeck, of reveal.js and of marp are opened and stepped through, in
turns, so that whatever else the machine does falls on all of them alike. It prints Markdown:
milliseconds from the start of the navigation to the first content painted, until the deck
answers to keys (and has drawn its mathematics), and from a key's press to the end of the frame that
shows the next slide; then how many times as long the others take.

A frame ends here when the page's own thread is done with it. A page at rest begins one at once: no
step waits for the screen's beat, as it would if the browser were told to draw without a limit.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import measure
import pages
import report
from playwright.sync_api import Browser, sync_playwright

REST = 300  # milliseconds between two steps: longer than any of the transitions' first frames
SIZE = {"width": 1280, "height": 720}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

CLOCK = """
const drawn = () => new Promise(resolve => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
}));
window.clock = {
    ready: async condition => {
        while (!condition()) await drawn();
        return drawn();
    },
};
addEventListener("keydown", event => {
    clock.step = drawn().then(now => now - event.timeStamp);
}, true);
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


@dataclass
class Row:
    """A page, and what it took, again and again, in milliseconds."""

    page: pages.Page
    slides: int
    reference: "Row | None" = None
    paints: list[float] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)

    @property
    def middles(self) -> list[float]:
        """Medians of first paint, opening and step, and the step that one in twenty exceeds."""
        often = statistics.quantiles(self.steps, n=20)[-1] if len(self.steps) > 1 else self.steps[0]
        return [*map(statistics.median, (self.paints, self.openings, self.steps)), often]

    def record(self) -> dict[str, object]:
        """What the JSON file says of it."""
        known = {"title": self.page.title, "slides": self.slides, "bytes": self.page.size}
        return {**known, "paint": self.paints, "ready": self.openings, "step": self.steps}


def main() -> int:
    """Measures what was asked for and prints it."""
    options = _parser().parse_args()
    machine = f"{measure.machine()}. Repeats: {options.repeats}, with {options.steps} steps each."
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="livedeck-browsing-") as name:
        for slides in options.slides:
            made = pages.make(Path(name) / str(slides), slides)
            rows += _rows(made, slides)
        if options.page:
            rows += _rows([pages.livedeck(options.page.resolve())], 0)
        with _chromium() as browser:
            for repeat in range(1, options.repeats + 1):
                print(f"{repeat} of {options.repeats}", file=sys.stderr)
                for row in rows:
                    _look(browser, row, options.steps)
            print(f"Machine: {machine} Chromium {browser.version}.\n\n{_table(rows)}")
        if options.json:
            records = {"machine": machine, "pages": [row.record() for row in rows]}
            options.json.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    return 0


def _rows(made: list[pages.Page], slides: int) -> list[Row]:
    first, *others = (Row(page, slides) for page in made)
    for row in others:
        row.reference = first
    return [first, *others]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or "chromium"
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


def _look(browser: Browser, row: Row, steps: int) -> None:
    """Opens a page that nobody has seen yet, and goes through its slides."""
    context = browser.new_context(viewport=SIZE)
    tab = context.new_page()
    tab.add_init_script(CLOCK)
    tab.goto(row.page.path.as_uri(), wait_until="load")
    row.openings.append(tab.evaluate(f"clock.ready(() => {row.page.ready})"))
    row.paints.append(tab.evaluate(PAINT))
    tab.wait_for_timeout(1000)
    for _ in range(steps):
        tab.keyboard.press(row.page.key)
        row.steps.append(tab.evaluate("clock.step"))
        tab.wait_for_timeout(REST)
    place = tab.evaluate(row.page.place)
    if place != steps + 1:
        raise RuntimeError(f"{row.page.title} is at slide {place} after {steps} steps")
    context.close()


def _table(rows: list[Row]) -> str:
    head = [
        "page",
        "slides",
        "size",
        "first paint",
        "ready",
        "step",
        "step, 95 %",
        "times livedeck",
    ]
    lines = []
    for row in rows:
        ratio = ""
        if row.reference:
            pairs = zip(row.middles, row.reference.middles, strict=True)
            ratio = ", ".join(f"{own / other:.1f}" for own, other in pairs)
        times = (
            f"{middle:.0f} ms" if middle >= 100 else f"{middle:.1f} ms" for middle in row.middles
        )
        size = f"{row.page.size / 1e6:.1f} MB"
        lines.append([row.page.title, row.slides or "", size, *times, ratio])
    return report.table(head, lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slides", type=int, nargs="*", default=[60, 600], metavar="N")
    parser.add_argument("--page", type=Path, metavar="FILE", help="also time this page of livedeck")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--steps", type=int, default=50, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
