"""SVG pictures as a dozen programs write them: drawn in the PDF as in a browser, or refused."""

import base64
import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser
from weasyprint import HTML  # type: ignore[import-untyped, unused-ignore]

from livedeck.errors import AuthorError
from livedeck.pdf import layout
from livedeck.pdf.fetcher import Fetcher
from livedeck.pictures import svg_cleaning, vector_images

SVGS = sorted((Path(__file__).parent / "screens" / "svgs").glob("*.svg"))
PLACE = (320, 240)
CELL = 8  # pixels of a square whose mean colours are compared
TOLERANCE = 64  # of 255, of the mean of a square: edges of letters are smoothed differently

# What is refused, and the element or the property that the message names.
REFUSED = {
    "animated": "<animate>",
    "animated-css": "animation: go",
    "arabic": "<text>",
    "clip-of-text": "<clipPath>",
    "clip-path-css": "clip-path: circle",
    "devanagari": "<text>",
    "drawio-html-labels": "<foreignObject>",
    "drawio-shadow": "filter: url",
    "evenodd-clip": "clip-rule: evenodd",
    "excalidraw-font": "data:font/woff2",
    "excalidraw-mask": "mask: url",
    "figma-alpha-mask": "mask: url",
    "figma-background-blur": "<foreignObject>",
    "figma-shadow": "filter: url",
    "filter-colour-matrix": "filter: url",
    "filter-css": "filter: grayscale",
    "filter-offset": "filter: url",
    "gradient-oval": "<radialGradient>",
    "gradient-stroke": "stroke: url",
    "gradient-text": "fill: url",
    "hebrew": "<text>",
    "image-svg-inside": "data:image/svg+xml",
    "inkscape-blur": "filter: url",
    "inkscape-flowed": "<flowRoot>",
    "inkscape-mask": "mask: url",
    "inkscape-multiply": "mix-blend-mode",
    "inkscape-paint-order": "paint-order",
    "inkscape-textpath": "<textPath>",
    "inkscape-vector-effect": "vector-effect",
    "isolated-colours": "color-mix",
    "luminance-mask-gradient": "mask: url",
    "mermaid-flowchart": "<foreignObject>",
    "powerpoint-underlined": "text-decoration",
    "small-caps": "font-variant",
    "superscript": "baseline-shift",
    "transform-box": "transform-origin",
    "transform-origin": "transform-origin",
    "upper-case": "text-transform",
    "vertical-text": "writing-mode",
    "word-spacing": "word-spacing",
}


def in_one_font(text: str) -> str:
    """A picture whose text is in a font that browser and PDF have both, upright and regular."""
    text = re.sub(r'font-(family|weight|style)="[^"]*"', "", text)
    text = re.sub(r"font-(family|weight|style):(&quot;.*?&quot;|[^;\"])*", "", text)
    return text.replace("<svg ", '<svg font-family="DejaVu Sans" ', 1)


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """The pictures that are not refused, as they reach the audience, in a place of one size."""
    found = {}
    for path in SVGS:
        if path.stem in REFUSED:
            continue
        vector_images.check(path)
        plain = svg_cleaning.written(path.read_bytes(), path)
        scale = min(1, PLACE[0] / plain.width, PLACE[1] / plain.height)
        size = f'width="{scale * plain.width:.0f}" height="{scale * plain.height:.0f}"'
        data = base64.b64encode(in_one_font(plain.data.decode()).encode()).decode()
        image = f'<img {size} alt="" src="data:image/svg+xml;base64,{data}">'
        found[path.stem] = f"<div>{image}</div>"
    return found


def mean(picture: Image.Image) -> np.ndarray:
    """The mean colours of a picture's squares."""
    size = PLACE[0] // CELL, PLACE[1] // CELL
    return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX)).astype(int)


def test_svgs_are_drawn_in_the_pdf_as_in_a_browser(
    drawn: dict[str, str], browser: Browser, tmp_path: Path
) -> None:
    """All parts, at their places, in their colours."""
    width, height = PLACE
    style = f"@page{{size:{width}px {height}px;margin:0}}body{{margin:0;background:#fff}}"
    style += f"div{{width:{width}px;height:{height}px;break-after:page}}img{{display:block}}"
    html = f"<style>{style}</style>{''.join(drawn.values())}"
    fonts, fetcher = layout.own_fonts(), Fetcher([])
    sheet = layout._fallback(fetcher, fonts)
    whole = HTML(string=html, url_fetcher=fetcher)
    paper = whole.render(font_config=fonts, stylesheets=[sheet], presentational_hints=True)
    (tmp_path / "all.pdf").write_bytes(paper.write_pdf())
    command = ["pdftoppm", "-r", "96", "-png", "all.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    page = browser.new_page(viewport={"width": width, "height": height * len(drawn)})
    page.set_content(html)
    page.wait_for_function("[...document.images].every(image => image.complete)")
    screen = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    found = {}
    for at, (name, sheet_) in enumerate(zip(drawn, sorted(tmp_path.glob("*.png")), strict=True)):
        shown = screen.crop((0, at * height, width, (at + 1) * height))
        apart = np.abs(mean(shown) - mean(Image.open(sheet_).resize(PLACE)))
        found[name] = int(apart.max())
        assert mean(shown).min() < 250, f"{name} is empty"
    assert {name: apart for name, apart in found.items() if apart > TOLERANCE} == {}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_pdf_would_draw_otherwise_is_refused(name: str) -> None:
    """With the line, and the element or the property that it is about."""
    path = Path(__file__).parent / "screens" / "svgs" / f"{name}.svg"
    with pytest.raises(AuthorError) as refused:
        vector_images.check(path)
    assert REFUSED[name] in refused.value.message
    assert refused.value.line
    assert refused.value.hint


HEAD = '<svg xmlns="http://www.w3.org/2000/svg" '
ODD = {
    'width="0" height="10"/>': "has no size",
    'viewBox="a b c d"><rect/></svg>': "",
    'viewBox="0 0 0 0"/>': "",
    'width="100%" height="50%"/>': "",
    "><style>a{fill:</style><rect/></svg>": "",
    '><rect style="fill:;;;:x"/></svg>': "",
    '><text font-size="xrem">a</text></svg>': "a value that is none",
    "><switch/><switch><g/></switch></svg>": "",
    '><rect width="4" height="4" fill="url(#a)"/><linearGradient id="a" x1="1cm"><stop/>'
    "</linearGradient></svg>": "oval or unreadable gradient",
    '><rect width="4" height="4" fill="url(#a)"/><linearGradient id="a"'
    ' gradientTransform="rotate()"><stop/></linearGradient></svg>': "a value that is none",
    "><style>rect:has(a){} @layer x{} rect{fill:var(--a)} :root{--a:var(--b);--b:var(--a)}</style>"
    "<rect/></svg>": "",
    '><image href="data:image/png;base64,AAAA"/></svg>': "no PNG",
    '><image href="data:image/png;base64,A"/></svg>': "a value that is none",
}


@pytest.mark.parametrize("rest", ODD)
def test_nonsense_is_taken_as_browsers_take_it_or_refused(rest: str, tmp_path: Path) -> None:
    """In words, and never with a traceback."""
    (tmp_path / "odd.svg").write_text(HEAD + rest, encoding="utf-8")
    if ODD[rest]:
        with pytest.raises(AuthorError, match=ODD[rest]):
            vector_images.check(tmp_path / "odd.svg")
    else:
        vector_images.check(tmp_path / "odd.svg")


def test_an_svg_without_its_namespace_is_refused(tmp_path: Path) -> None:
    """No browser would show it."""
    (tmp_path / "bare.svg").write_text('<svg width="9" height="9"><rect/></svg>', encoding="utf-8")
    with pytest.raises(AuthorError, match="no SVG to a browser"):
        vector_images.check(tmp_path / "bare.svg")
