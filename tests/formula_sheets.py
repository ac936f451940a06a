"""Formulas drawn on one sheet, by livedeck in a browser and on paper, and by KaTeX; and what is
seen of each: the pieces of ink, their sizes and places."""

import io
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from weasyprint import HTML

from livedeck.formulas import mathematics

KATEX = Path(__file__).parent.parent / ".tools" / "katex" / "node_modules" / "katex" / "dist"
EM = 40  # pixels
WIDE, MARGIN = 4000, 24
SPECK = 6  # pixels of ink that count as a piece


@dataclass(frozen=True)
class Cell:
    """A formula's place on the sheet, in pixels; KaTeX may take more than it needs here."""

    tex: str
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Ink:
    """Connected pieces of ink, in em: the middle of each, from the formula's edge, and its size."""

    width: float
    height: float
    pieces: np.ndarray  # [piece, (x, y, width, height)]


def cells(formulas: list[str]) -> tuple[list[Cell], int]:
    """The formulas in rows, and the height of them all."""
    found, left, top, tall = [], MARGIN, MARGIN, 0
    for tex in formulas:
        formula = mathematics.typeset(tex, True)
        width = round(formula.width * EM * 1.3) + 4 * MARGIN
        height = round(formula.height * EM * 1.5) + 2 * MARGIN
        if left + width > WIDE:
            left, top, tall = MARGIN, top + tall, 0
        found.append(Cell(tex, left, top, width, height))
        left, tall = left + width, max(tall, height)
    return found, top + tall


def ours(sheet: list[Cell], *, paper: bool = False) -> str:
    """The sheet as livedeck sets it, for the page or for the PDF."""

    def formula(tex: str) -> str:
        return mathematics.pdf_html(tex, True) if paper else mathematics.html(tex, True)[0]

    return "".join(_placed(cell, formula(cell.tex)) for cell in sheet)


def _placed(cell: Cell, inner: str) -> str:
    place = f"left:{cell.left + MARGIN}px;top:{cell.top + MARGIN}px"
    return f'<div class="cell" style="{place}">{inner}</div>'


STYLE = f"""
body {{ margin: 0; font-size: {EM}px }}
.cell {{ position: absolute; line-height: 0; white-space: nowrap }}
.cell svg, .cell img {{ display: block; overflow: visible }}
.visually-hidden {{ display: none }}
.katex {{ font-size: {mathematics.SCALE}em; line-height: 1.2 }}
.katex-display, .katex-display > .katex {{ margin: 0; text-align: left }}
"""


def on_screen(browser: Browser, body: str, height: int, colours: str = "") -> np.ndarray:
    """What Chromium shows, as the darkness of pixels."""
    page = browser.new_page(viewport={"width": WIDE, "height": height})
    page.set_content(f"<!doctype html><style>{STYLE}{colours}</style>{body}")
    image = page.screenshot()
    page.close()
    return _darkness(image)


def by_katex(browser: Browser, sheet: list[Cell], height: int) -> tuple[np.ndarray, dict[str, str]]:
    """The sheet as KaTeX sets it, and what its MathML says of each formula that it takes."""
    if not KATEX.is_dir():
        pytest.fail(f"{KATEX} is missing; `make tools` brings it")
    body = "".join(_placed(cell, f'<i data-tex="{escape(cell.tex)}"></i>') for cell in sheet)
    page = browser.new_page(viewport={"width": WIDE, "height": height})
    page.goto((KATEX / "README.md").as_uri())  # its fonts are beside
    page.set_content(
        f'<!doctype html><link rel="stylesheet" href="{KATEX.as_uri()}/katex.css">'
        f"<style>{STYLE} i {{ font-style: normal }}</style>{body}"
        f'<script charset="utf-8" src="{KATEX.as_uri()}/katex.js"></script>'
    )
    page.wait_for_function("window.katex")
    said = page.evaluate(
        """async () => {
          const said = {};
          for (const place of document.querySelectorAll("[data-tex]")) {
            const { tex } = place.dataset;
            try {
              katex.render(tex, place, { displayMode: true, strict: false });
              place.querySelector("annotation").remove();
              said[tex] = place.querySelector("math").textContent;
              place.querySelector(".katex-mathml").remove();
            } catch (error) {
              if (!(error instanceof katex.ParseError)) throw error;
            }
          }
          await document.fonts.ready;
          return said;
        }"""
    )
    image = page.screenshot()
    page.close()
    return _darkness(image), said


def on_paper(body: str, height: int) -> np.ndarray:
    """What WeasyPrint writes, as poppler draws it."""
    style = f"@page {{ size: {WIDE}px {height}px; margin: 0 }} {STYLE}"
    pdf = HTML(string=f"<style>{style}</style>{body}").write_pdf()
    command = ["pdftoppm", "-r", "96", "-png", "-singlefile", "-"]
    return _darkness(subprocess.run(command, input=pdf, check=True, capture_output=True).stdout)


def ink(darkness: np.ndarray, cell: Cell) -> Ink:
    """The pieces of a formula."""
    rows = slice(cell.top, cell.top + cell.height)
    part = darkness[rows, cell.left : cell.left + cell.width] > 0.45
    labels, count = ndimage.label(part, np.ones((3, 3)))
    sizes = ndimage.sum_labels(part, labels, range(1, count + 1))
    found = zip(ndimage.find_objects(labels), sizes, strict=True)
    boxes = [box for box, size in found if size >= SPECK]
    if not boxes:
        return Ink(0, 0, np.zeros((0, 4)))
    edges = np.array([(x.start, y.start, x.stop, y.stop) for y, x in boxes]) / EM
    (left, top), (right, bottom) = edges[:, :2].min(0), edges[:, 2:].max(0)
    corner, size = edges[:, :2], edges[:, 2:] - edges[:, :2]
    return Ink(right - left, bottom - top, np.hstack([corner + size / 2 - (left, top), size]))


def apart(one: Ink, other: Ink) -> float:
    """How far the piece is from its counterpart, in place and size, of which that is most; one
    formula is stretched to the other's size, for spaces differ a little everywhere."""
    if not len(one.pieces) or not len(other.pieces):
        return float("inf")
    stretch = np.array([other.width / one.width, other.height / one.height])
    places, sizes = one.pieces[:, None, :2] * stretch, one.pieces[:, None, 2:] * stretch
    moved = np.linalg.norm(places - other.pieces[:, :2], axis=2)
    grown = np.abs(sizes - other.pieces[:, 2:]).sum(axis=2)
    cost = moved + grown / 2
    return float(cost[linear_sum_assignment(cost)].max())


def _darkness(image: bytes) -> np.ndarray:
    return 1 - np.asarray(Image.open(io.BytesIO(image)).convert("L"), float) / 255
