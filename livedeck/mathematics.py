"""Formulas, typeset from TeX: drawings in STIX Two for the eye, MathML for screen readers.

A drawing is measured in em, so that it has the size of the text around it, and is painted in
`currentColor`, so that it follows the theme. It holds nothing but paths: no ids that could
collide, no styles that a strict Content-Security-Policy would refuse.
"""

import base64
import functools
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html import escape

import ziamath
from latex2mathml import commands
from latex2mathml.converter import convert
from latex2mathml.symbols_parser import parse_symbols

from livedeck.errors import did_you_mean

EM = 1000  # the font's own units
STEP = 50  # depths are rounded up to a twentieth of an em, so that few style rules do for all

ziamath.config.svg2 = False
ziamath.config.precision = 1

_MATHML = "http://www.w3.org/1998/Math/MathML"
_MISTAKES = {
    "NoAvailableTokensError": "it ends where something must follow",
    "NumeratorNotFoundError": "a fraction has no numerator",
    "DenominatorNotFoundError": "a fraction has no denominator",
    "ExtraLeftOrMissingRightError": "`\\left` and `\\right` do not match",
    "MissingSuperScriptOrSubscriptError": "nothing follows `^` or `_`",
    "DoubleSubscriptsError": "two subscripts follow each other; group them with braces",
    "DoubleSuperscriptsError": "two superscripts follow each other; group them with braces",
    "MissingEndError": "an environment has no `\\end`",
    "InvalidAlignmentError": "the columns of an array are not made of `l`, `c` and `r`",
    "InvalidStyleForGenfracError": "`\\genfrac` has no style of that number",
    "InvalidWidthError": "a width is not a number with a unit",
    "LimitsMustFollowMathOperatorError": "`\\limits` does not follow an operator",
}


@dataclass(frozen=True)
class Mathematics:
    """A formula as SVG and as MathML; sizes are in em, `depth` is what lies under the line."""

    svg: str
    mathml: str
    width: float
    height: float
    depth: float


@functools.lru_cache(maxsize=4096)
def typeset(tex: str, display: bool) -> Mathematics:
    """Typesets a formula, or says in a `ValueError` what is wrong with it."""
    _check_braces(tex)
    try:
        mathml = convert(tex, display="block" if display else "inline")
        _check_commands(mathml)
        formula = ziamath.Latex(
            tex, size=EM, inline=not display, color="currentColor", margin=0
        )
        drawing = formula.svgxml()
    except ValueError:
        raise
    except Exception as error:  # the converters fail in many ways on what is no TeX
        mistake = _MISTAKES.get(type(error).__name__, str(error) or type(error).__name__)
        raise ValueError(f"the formula `{tex}` is not understood: {mistake}") from error
    _check_characters(formula.node)
    left, top, width, height = (float(part or 0) for part in drawing.get("viewBox", "").split(" "))
    depth = math.ceil(max(0.0, top + height) / STEP) * STEP
    height = depth - top
    paths = "".join(_shape(shape) for shape in drawing)
    box = f"{left:g} {top:g} {width:g} {height:g}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width / EM:g}em"'
        f' height="{height / EM:g}em" viewBox="{box}" fill="currentColor">{paths}</svg>'
    )
    return Mathematics(svg, mathml, width / EM, height / EM, depth / EM)


def html(tex: str, display: bool) -> tuple[str, list[str]]:
    """A formula for the page, and the style rules that put it on the line of the text."""
    formula = typeset(tex, display)
    steps = 0 if display else round(formula.depth * EM / STEP)
    placed = f' class="math-depth-{steps}"' if steps else ""
    drawing = formula.svg.replace("<svg ", f'<svg{placed} aria-hidden="true" ', 1)
    inner = f'{drawing}<span class="visually-hidden">{formula.mathml}</span>'
    rules = [f".math-depth-{steps}{{vertical-align:-{steps * STEP / EM:g}em}}"] if steps else []
    if display:
        return f'<div class="math display">{inner}</div>', rules
    return f'<span class="math">{inner}</span>', rules


def pdf_html(tex: str, display: bool, colour: str = "black") -> str:
    """A formula for the PDF: an image whose alternative text is its TeX.

    WeasyPrint knows no MathML, and what colour the text around an image has, it does not say.
    """
    formula = typeset(tex, display)
    drawing = formula.svg.replace("currentColor", colour)
    data = base64.b64encode(drawing.encode()).decode()
    size = f"width:{formula.width:g}em;height:{formula.height:g}em"
    place = "" if display else f";vertical-align:-{formula.depth:g}em"
    image = (
        f'<img class="math" alt="{escape(tex.strip())}" style="{size}{place}"'
        f' src="data:image/svg+xml;base64,{data}">'
    )
    return f'<div class="math display">{image}</div>' if display else image


def _shape(shape: ET.Element) -> str:
    """A shape of the drawing, without what it inherits and without what paths don't need."""
    attributes = dict(shape.attrib)
    if attributes.get("fill") == "currentColor":
        del attributes["fill"]
    if "d" in attributes:
        path = re.sub(r"^M (\S+ \S+) L \1 ", r"M \1 ", attributes["d"].strip())
        path = re.sub(r"Z M (\S+ \S+) L \1 ", r"Z M \1 ", path)
        attributes["d"] = re.sub(r" ?([A-Z]) ?", r"\1", path).replace(" -", "-")
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{shape.tag}{written}/>"
