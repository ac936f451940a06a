"""Where things lie on slides: in Chromium's layout of the page and in the PDF's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from pikepdf import Pdf
from playwright.sync_api import Browser

from tests.matterhorn.tree import Tree
from tests.pdfs import text

# Words and figures of all slides as they are printed: text, left, top, right, bottom; of words
# the middle counts, since every program has its own idea of how high a line is.
MEASURE = """() => [...document.querySelectorAll("section.slide")].map(section => {
    const frame = section.querySelector(".canvas").getBoundingClientRect();
    const hidden = "details, .visually-hidden, math, .math, svg, .numbers, .provenance, .scrubber,"
        + " .frame, sup, .footnote-backref, .notes, .comments, .demo";
    const blocks = "p, li, h1, h2, h3, h4, td, th, figcaption, pre, div, dd, code, .place, .name,"
        + " .extent, .affiliation";
    const words = [], title = [];
    let text = "", box = null, block = null;

    function flush() {
        const word = box && [text, box.left - frame.left, box.top - frame.top,
                             box.right - frame.left, box.bottom - frame.top];
        if (text) words.push(word);
        if (text && block.matches("h1, h2")) title.push(word);
        text = "";
        box = null;
    }

    const canvas = section.querySelector(".canvas");
    const walker = document.createTreeWalker(canvas, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (element.closest(hidden) || !element.getClientRects().length) { flush(); continue; }
        const around = element.closest(blocks);
        if (around !== block) flush();
        block = around;
        for (const part of node.data.matchAll(/\\s+|\\S+/g)) {
            if (!part[0].trim()) { flush(); continue; }
            const range = document.createRange();
            range.setStart(node, part.index);
            range.setEnd(node, part.index + part[0].length);
            const found = range.getBoundingClientRect();
            if (!found.width) continue;
            box = box ? {left: Math.min(box.left, found.left), top: Math.min(box.top, found.top),
                         right: Math.max(box.right, found.right),
                         bottom: Math.max(box.bottom, found.bottom)} : found;
            text += part[0];
        }
    }
    flush();
    const figures = [...section.querySelectorAll(
        ".canvas .drawing > svg, .canvas .frames, .canvas img")].map(figure => {
        const found = figure.getBoundingClientRect();
        return ["", found.left - frame.left, found.top - frame.top,
                found.right - frame.left, found.bottom - frame.top];
    });
    const demo = Boolean(section.querySelector(".demo"));
    return {name: section.id, words, title, figures, demo};
})"""
PIXELS = 4 / 3  # to a point
WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)


@dataclass(frozen=True)
class Box:
    """A word or a figure on a slide, in CSS pixels from its upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def distance(self, other: "Box") -> float:
        """How far apart two boxes are: their left edges, and the middles of their heights."""
        middles = (self.top + self.bottom - other.top - other.bottom) / 2
        apart = max(abs(self.left - other.left), abs(middles))
        return apart if self.text else max(apart, abs(self.right - other.right))

    def lies_within(self, width: float, height: float) -> bool:
        """Whether nothing of it is cut off."""
        return self.left > -1 and self.top > -1 and self.right < width + 1 and self.bottom < height


@dataclass
class Laid:
    """A slide's words and figures."""

    name: str
    words: list[Box] = field(default_factory=list)
    title: list[Box] = field(default_factory=list)
    figures: list[Box] = field(default_factory=list)
    demo: bool = False  # something that a script draws, and that paper leaves out


def of_page(file: Path, browser: Browser, media: str = "print") -> list[Laid]:
    """The slides as Chromium prints them, or shows them on a screen, in light colours."""
    page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
    page.goto(file.as_uri())
    page.locator("section.slide").first.wait_for(state="attached")
    if media == "print":
        page.emulate_media(media="print")
    else:  # they lie one on the other
        page.locator("section.slide").evaluate_all("all => all.forEach(s => { s.hidden = false; })")
    page.evaluate("document.fonts.ready")
    found: list[dict[str, Any]] = page.evaluate(MEASURE)
    page.close()
    kinds = ("words", "title", "figures")
    return [
        Laid(each["name"], *([Box(*b) for b in each[kind]] for kind in kinds), each["demo"])
        for each in found
    ]


def of_pdf(file: Path) -> list[Laid]:
    """The pages of a PDF, with all the words on them, also in figures."""
    found = text(file.read_bytes(), "-bbox").split("<page ")[1:]
    pages = [Laid(str(i), list(_words(page))) for i, page in enumerate(found, 1)]
    with Pdf.open(file) as document:
        heights = [float(page.mediabox[3]) for page in document.pages]
        for element in Tree.read(document).elements:
            if element.role == "Figure":
                left, bottom, right, top = (float(x) for x in element.attribute("/BBox") or [])
                height = heights[element.page - 1]
                edges = (left, height - top, right, height - bottom)
                pages[element.page - 1].figures.append(Box("", *(PIXELS * e for e in edges)))
    return pages


def _words(page: str) -> Iterator[Box]:
    for *edges, word in WORD.findall(page):
        yield Box(unescape(word), *(PIXELS * float(edge) for edge in edges))


def strays(seen: list[Box], laid: list[Box], tolerance: float) -> list[str]:
    """What of some boxes has no like within a distance among others, with the nearest one."""
    found = []
    for box in seen:
        near = min((box.distance(o) for o in laid if o.text == box.text), default=None)
        if near is None or near > tolerance:
            how = "nowhere" if near is None else f"{near:.1f} px away"
            found.append(f"{box.text!r} at {box.left:.0f}, {box.top:.0f} is {how}")
    return found
