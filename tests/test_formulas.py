"""A corpus of formulas, as lecturers write them, comes out whole, on screen and on paper.

Each file in `formulas` is set on a sheet: by livedeck in Chromium and WeasyPrint, and by KaTeX. A
delimiter, line or letter that is lost, letters that lie on each other and limits in a wrong place
are pieces of ink that have no counterpart. What `unlike_katex.txt` lists is otherwise than in
KaTeX, for the reason above it.
"""

import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from scipy import ndimage

from livedeck.formulas import mathematics
from tests import formula_sheets
from tests.formula_sheets import Cell, Ink

CORPUS = sorted((Path(__file__).parent / "formulas").glob("*.txt"))
UNLIKE = Path(__file__).with_name("unlike_katex.txt").read_text("utf-8").splitlines()

APART = 0.45  # em by which a piece may be elsewhere; limits in a wrong place are off by 0.7
TOUCHING = 1  # letters that touch in one font and not in the other
WIDTH, HEIGHT = 0.16, 0.32  # of the whole; where that is more, an em
PAPER = 0.25  # of black by which two renderers' edges differ, blurred

# The same to the ear, by other characters.
ALIKE = str.maketrans("∣∥⋅∗−ˉ―‾∼˜ˆ`ˊ☆⟂⃗∖◻◼ϵϕ′≆\u0300\u0303", "|‖·*-¯¯¯~~^ˋ´★⊥→\\□■εφ'≇ˋ~")
ALIKE |= str.maketrans(dict.fromkeys("\u2061\u2062\u2063\u200b", ""))
ALIKE |= {ord("∬"): "∫∫", ord("∭"): "∫∫∫", ord("≔"): ":=", 0x2033: "''", 0x20DB: "..."}


@dataclass(frozen=True)
class Sheets:
    """The same formulas, as three programs draw them, and as KaTeX says them."""

    cells: list[Cell]
    screen: np.ndarray
    paper: np.ndarray
    katex: np.ndarray
    said: dict[str, str]

    def inks(self, cell: Cell) -> tuple[Ink, Ink]:
        return formula_sheets.ink(self.screen, cell), formula_sheets.ink(self.katex, cell)


@cache
def drawn(browser: Browser, path: Path) -> Sheets:
    cells, height = formula_sheets.cells(path.read_text("utf-8").splitlines())
    screen = formula_sheets.on_screen(browser, formula_sheets.ours(cells), height)
    paper = formula_sheets.on_paper(formula_sheets.ours(cells, paper=True), height)
    return Sheets(cells, screen, paper, *formula_sheets.by_katex(browser, cells, height))


@pytest.fixture(params=CORPUS, ids=lambda path: path.stem)
def sheets(request: pytest.FixtureRequest, browser: Browser) -> Sheets:
    return drawn(browser, request.param)


def differs(ours: Ink, katex: Ink) -> str:
    """In what a formula is otherwise than in KaTeX."""
    if abs(len(ours.pieces) - len(katex.pieces)) > TOUCHING:
        return f"{len(ours.pieces)} pieces of ink, and {len(katex.pieces)} in KaTeX"
    if abs(ours.width - katex.width) > max(1, WIDTH * katex.width):
        return f"{ours.width:.1f} em wide, and {katex.width:.1f} in KaTeX"
    if abs(ours.height - katex.height) > max(1, HEIGHT * katex.height):
        return f"{ours.height:.1f} em tall, and {katex.height:.1f} in KaTeX"
    distance = formula_sheets.apart(ours, katex)
    return f"a piece is {distance:.2f} em from where KaTeX has it" if distance > APART else ""


def test_there_are_many_formulas() -> None:
    formulas = [line for path in CORPUS for line in path.read_text("utf-8").splitlines()]
    assert len(set(formulas)) == len(formulas) >= 400


def test_formulas_are_like_katex_s(sheets: Sheets) -> None:
    """No letter, delimiter or line is lost or lies on another, and limits are where they belong."""
    compared = [cell for cell in sheets.cells if cell.tex in sheets.said]
    found = {cell.tex: differs(*sheets.inks(cell)) for cell in compared}
    assert {tex: how for tex, how in found.items() if how and tex not in UNLIKE} == {}
    stale = [tex for tex, how in found.items() if tex in UNLIKE and not how]
    assert stale == []


def test_formulas_are_on_paper_as_on_screen(sheets: Sheets) -> None:
    """WeasyPrint draws the outlines that Chromium draws, where it draws them."""
    blurred = ndimage.gaussian_filter(sheets.screen, 1.5)
    difference = np.abs(blurred - ndimage.gaussian_filter(sheets.paper, 1.5))
    for cell in sheets.cells:
        rows, columns = slice(cell.top, cell.top + cell.height), slice(cell.left, None)
        assert blurred[rows, columns][:, : cell.width].max() > 0.3, cell.tex
        assert difference[rows, columns][:, : cell.width].max() < PAPER, cell.tex


def test_screen_readers_hear_what_katex_says(sheets: Sheets) -> None:
    """The characters of the MathML are KaTeX's."""
    for tex, said in sheets.said.items():
        if tex not in UNLIKE and "phantom" not in tex:
            mathml = mathematics.typeset(tex, True).mathml
            assert characters("".join(ET.fromstring(mathml).itertext())) == characters(said), tex


def characters(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFKC", text.translate(ALIKE))
    letters = unicodedata.normalize("NFD", plain).translate(ALIKE)  # accents are signs in KaTeX
    return Counter(sign for sign in letters if not sign.isspace())
