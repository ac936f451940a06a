"""Formulas, set from TeX by MathJax: drawings for the eye, MathML for screen readers.

A drawing is measured in em, so that it has the size of the text around it, and is painted in
`currentColor`, so that it follows the theme. It holds nothing but outlines: no ids that could
collide, no styles that a strict Content-Security-Policy would refuse.
"""

import base64
import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any

from tinycss2.color3 import parse_color

from livedeck.formulas import macros as definitions
from livedeck.formulas import mathml, outlines, typesetter
from livedeck.formulas.errors import Misprint, after, misprint

SCALE = 1.1  # so that small letters are as tall as those of the text
EM = 1000 / SCALE  # an em of the text, in the drawing's own units
STEP = 50  # depths are rounded up to a twentieth of an em, so that few style rules do for all
LONGEST = 5000  # characters; it takes half a second
COMMENT = re.compile(r"((?:[^\\%\n]|\\.)*%)[^\n]*\S[^\n]*")  # in a formula of one line
LARGEST = 500  # em; a slide is 40 wide
MOST_MACROS = 1000  # that a formula may use, counting those within others

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Mathematics:
    """A formula as SVG and as MathML; sizes are in em, `depth` is what lies under the line."""

    svg: str
    mathml: str
    width: float
    height: float
    depth: float


def typeset(tex: str, display: bool, macros: Mapping[str, str] = NONE) -> Mathematics:
    """Sets a formula, or says in a `Misprint` what is wrong with it."""
    return _typeset(tex, display, tuple(sorted(macros.items())))


@functools.lru_cache(maxsize=4096)
def _typeset(tex: str, display: bool, macros: tuple[tuple[str, str], ...]) -> Mathematics:
    if not tex.strip():
        raise Misprint("a formula is empty")
    if len(tex) > LONGEST:
        raise Misprint(f"a formula has more than {LONGEST} characters", hint="Divide it.")
    if lost := COMMENT.fullmatch(tex.strip()):
        raise after(
            tex, lost.end(1), "TeX leaves out what follows `%`", r"Write `\%` for the sign."
        )
    settings = {
        "packages": typesetter.packages(),
        "tags": "none",
        "maxMacros": MOST_MACROS,
        "maxBuffer": 4 * LONGEST,
        "macros": definitions.for_typesetter(dict(macros)),
    }
    try:
        answer = _set(tex, display, json.dumps(settings))
        if "mistake" not in answer:
            return _drawn(answer, tex)
    except (typesetter.TooMuch, RecursionError) as error:
        message = "a formula takes too long or is nested too deeply"
        raise Misprint(message, hint="Divide it.") from error
    except typesetter.Unsettable as error:
        raise Misprint(f"the formula `{tex.strip()}` cannot be set: {error}") from error
    raise misprint(tex, answer, lambda: typesetter.call("names", json.dumps(settings)))


def _set(tex: str, display: bool, settings: str) -> dict[str, Any]:
    """What the typesetter answers, once it has all characters; of lines without an environment
    it makes one."""

    def answer(source: str) -> dict[str, Any]:
        found: dict[str, Any] = typesetter.call("typeset", source, display, settings)
        if not found.get("unknown"):
            return found
        _define(found["unknown"], tex)
        again: dict[str, Any] = typesetter.call("typeset", source, display, settings)
        return again

    first = answer(tex)
    if first.get("mistake") == "LineBreak" and display:
        gathered = answer(f"\\begin{{gathered}}{tex}\\end{{gathered}}")
        return first if "mistake" in gathered else gathered
    return first


def html(tex: str, display: bool, macros: Mapping[str, str] = NONE) -> tuple[str, list[str]]:
    """A formula for the page, and the style rules that put it on the line of the text."""
    formula = typeset(tex, display, macros)
    steps = 0 if display else round(formula.depth * 1000 / STEP)
    placed = f' class="math-depth-{steps}"' if steps else ""
    drawing = formula.svg.replace("<svg ", f'<svg{placed} aria-hidden="true" ', 1)
    inner = f'{drawing}<span class="visually-hidden">{formula.mathml}</span>'
    rules = [f".math-depth-{steps}{{vertical-align:-{steps * STEP / 1000:g}em}}"] if steps else []
    if display:
        return f'<div class="math display">{inner}</div>', rules
    return f'<span class="math">{inner}</span>', rules


def pdf_html(
    tex: str, display: bool, colour: str = "black", macros: Mapping[str, str] = NONE
) -> str:
    """A formula for the PDF: an image whose alternative text is its TeX.

    The colour must be said: what surrounds an image, WeasyPrint does not tell it.
    """
    formula = typeset(tex, display, macros)
    drawing = formula.svg.replace("currentColor", colour)
    data = base64.b64encode(drawing.encode()).decode()
    place = "" if display else f";vertical-align:-{formula.depth:g}em"
    image = (
        f'<img class="math" alt="{escape(tex.strip())}"'
        f' style="width:{formula.width:g}em;height:{formula.height:g}em{place}"'
        f' src="data:image/svg+xml;base64,{data}">'
    )
    return f'<div class="math display">{image}</div>' if display else image


def _define(unknown: list[list[Any]], tex: str) -> None:
    """Gives the typesetter the characters that its font lacks, or refuses what no font has."""
    found = []
    for variant, sign, composed in unknown:
        if composed:
            continue
        outline = outlines.outline(variant, sign)
        if outline is None:
            message = f"no mathematics font has the character `{sign}`"
            raise after(tex, max(tex.find(sign), 0) + len(sign), message)
        found.append(outline)
    typesetter.call("define", json.dumps(found))


def _drawn(answer: dict[str, Any], tex: str) -> Mathematics:
    left, top, width, height = answer["box"]
    right, bottom = left + width, top + height
    if any(path for _, path in answer["paths"]):
        inked = answer["ink"]
        left, top = min(left, inked[0]), min(top, inked[1])
        right, bottom = max(right, inked[2]), max(bottom, inked[3])
    elif width < 20:  # MathJax gives a pixel to what has nothing
        raise Misprint(f"the formula `{tex.strip()}` shows nothing")
    depth = math.ceil(round(max(0, bottom) * SCALE / STEP, 6)) * STEP / 1000
    if max(right - left, bottom - top) > LARGEST * EM:
        raise Misprint(f"the formula `{tex.strip()}` is larger than {LARGEST} em")
    for colour, _ in answer["paths"]:
        if colour and parse_color(colour) is None:
            place = max(tex.find(colour), 0) + len(colour)
            raise after(tex, place, f"there is no colour `{colour}`", "Write `red` or `#c00`.")
    left, top, width = math.floor(left), math.floor(top), math.ceil(right) - math.floor(left)
    tall = round(depth * EM - top, 1)
    shapes = "".join(
        f'<path fill="{escape(colour)}" d="{path}"/>' if colour else f'<path d="{path}"/>'
        for colour, path in answer["paths"]
        if path
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width / EM:g}em"'
        f' height="{tall / EM:g}em" viewBox="{left} {top} {width} {tall:g}"'
        f' fill="currentColor">{shapes}</svg>'
    )
    return Mathematics(svg, mathml.cleaned(answer["mathml"]), width / EM, tall / EM, depth)
