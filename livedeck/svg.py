"""Turns matplotlib's SVG into SVG that lives in a page: the page's colours as CSS variables,
ids that cannot collide with another figure's, and no inline style (a strict
Content-Security-Policy forbids it)."""

import io
import re
from html import unescape

from matplotlib.figure import Figure
from matplotlib.text import Annotation

from livedeck.theme import Palette

ATTRIBUTES = {
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
    "stroke-dashoffset",
    "opacity",
    "font-size",
    "font-family",
    "font-weight",
    "font-style",
    "text-anchor",
    "image-rendering",
}

_LAYER = re.compile(r"[\w-]+")
_STYLE = re.compile(r' style="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^")]+)')
_TEXT = re.compile(r"<(?:text|tspan)[^>]*>([^<]*)")


def to_svg(figure: Figure) -> str:
    """Matplotlib's SVG of a figure, with nothing in it that changes by itself.

    Artists that were given a `gid` bear it as the name of their layer.
    """
    named = [artist for artist in figure.findobj() if artist.get_gid()]
    for artist in named:
        if isinstance(artist, Annotation) and artist.arrow_patch:
            artist.arrow_patch.set_gid(artist.get_gid())
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    names = filter(_LAYER.fullmatch, sorted({str(artist.get_gid()) for artist in named}))
    known = "|".join(names) or "(?!)"
    return re.sub(rf'<g id="({known})"', r'<g data-layer="\1"', buffer.getvalue())


def layers(text: str) -> list[str]:
    """The names of the layers in an SVG."""
    return sorted(set(re.findall(r'<g[^>]* data-layer="([^"]*)"', text)))


def characters(text: str) -> set[str]:
    """The characters that the text of an SVG needs from the page's fonts."""
    return set(unescape("".join(_TEXT.findall(text))))


def for_page(text: str, salt: str, palette: Palette) -> str:
    """An SVG element to be placed in a page; `salt` sets its ids apart from other figures'."""
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    box = re.search(r'viewBox="([^"]*)"', text)
    assert box is not None
    width, height = (round(float(size) * 4 / 3) for size in box[1].split()[2:])
    head = (
        f'<svg viewBox="{box[1]}" width="{width}" height="{height}"'
        ' preserveAspectRatio="xMinYMid meet" aria-hidden="true" focusable="false"'
        ' stroke-linejoin="round">'
    )
    text = head + text[text.index(">") + 1 :]
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    text = re.sub(r"\n\s*(?=<)", "", text).replace("\n", " ").replace(' "', '"')
    text = text.replace("xlink:href=", "href=").replace("base64, ", "base64,")
    text = re.sub(r"<!--.*?-->", "", text)
    return _with_variables(_STYLE.sub(_attributes, _salted(text, salt)), palette).strip()


def _salted(text: str, salt: str) -> str:
    """Numbers the ids that something refers to, and drops the others: matplotlib's own depend on
    the colours."""
    referenced = dict.fromkeys(name for _, name in _REFERENCE.findall(text))
    names = {name: f"{salt}{number}" for number, name in enumerate(referenced)}
    text = _ID.sub(lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", text)
    return _REFERENCE.sub(lambda m: f"{m[1]}{names[m[2]]}", text)


def _attributes(match: re.Match[str]) -> str:
    pairs = (item.partition(":") for item in unescape(match[1]).split(";"))
    kept = {name.strip(): value.strip() for name, _, value in pairs if name.strip() in ATTRIBUTES}
    return "".join(f' {name}="{value}"' for name, value in kept.items())


def _with_variables(text: str, palette: Palette) -> str:
    names = {colour: name for name, colour in reversed(palette.named().items())}

    def variable(match: re.Match[str]) -> str:
        name = names.get(match[2])
        return f'{match[1]}"var(--{name})"' if name else match[0]

    return re.sub(r'((?:fill|stroke)=)"(#[0-9a-f]{6})"', variable, text)
