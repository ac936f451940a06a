"""Formulas, typeset from TeX: drawings in STIX Two for the eye, MathML for screen readers.

A drawing is measured in em, so that it has the size of the text around it, and is painted in
`currentColor`, so that it follows the theme. It holds nothing but shapes: no ids that could
collide, no styles that a strict Content-Security-Policy would refuse.
"""

import base64
import functools
import math
import re
import warnings
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from html import escape, unescape

from latex2mathml import commands
from latex2mathml.converter import Converter
from latex2mathml.symbols_parser import SYMBOLS

from livedeck.errors import did_you_mean

with warnings.catch_warnings():  # it opens its font in a way that Python 3.11 and 3.12 deprecate
    warnings.simplefilter("ignore", DeprecationWarning)
    from ziamath.config import config
    from ziamath.drawable import Drawable, Glyph
    from ziamath.zmath import Latex

EM = 1000  # the font's own units
STEP = 50  # depths are rounded up to a twentieth of an em, so that few style rules do for all

config.svg2 = False
config.precision = 1

_TEXT = re.compile(r"\\text\{([^{}]*)\}")
_COMMANDS = [name for name in (*commands.CONVERSION_MAP, *SYMBOLS) if name.startswith("\\")]
_ENVIRONMENTS = [name.removeprefix("\\") for name in commands.MATRICES] + ["aligned"]
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
    "AssertionError": "an argument is missing",
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
    try:
        _check(tex)
        source = _TEXT.sub(_plain_text, tex.replace("{aligned}", "{align*}"))
        mathml = _to_mathml(source, display)
        formula = Latex(source, size=EM, inline=not display, color="currentColor", margin=0)
        _check_characters(formula.node)
        shapes = "".join(_shape(shape) for shape in formula.svgxml())
    except Exception as error:  # the converters fail in many ways on what is no TeX
        mistake = _MISTAKES.get(type(error).__name__, str(error) or type(error).__name__)
        raise ValueError(f"the formula `{tex.strip()}` has a mistake: {mistake}") from error
    box = formula.node.bbox
    left, width = math.floor(box.xmin), math.ceil(box.xmax) - math.floor(box.xmin)
    depth = math.ceil(max(0, -box.ymin) / STEP) * STEP
    height = math.ceil(box.ymax) + depth
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width / EM:g}em"'
        f' height="{height / EM:g}em" viewBox="{left} {depth - height} {width} {height}"'
        f' fill="currentColor">{shapes}</svg>'
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

    The colour must be said: what surrounds an image, WeasyPrint does not tell it.
    """
    formula = typeset(tex, display)
    drawing = formula.svg.replace("currentColor", colour)
    data = base64.b64encode(drawing.encode()).decode()
    place = "" if display else f";vertical-align:-{formula.depth:g}em"
    image = (
        f'<img class="math" alt="{escape(tex.strip())}"'
        f' style="width:{formula.width:g}em;height:{formula.height:g}em{place}"'
        f' src="data:image/svg+xml;base64,{data}">'
    )
    return f'<div class="math display">{image}</div>' if display else image


def _check(tex: str) -> None:
    """Finds what the converters pass over in silence: lost braces and unknown environments."""
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", tex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            raise ValueError("a `{` is missing")
    if depth:
        raise ValueError("a `}` is missing")
    for name in re.findall(r"\\begin\{([^}]*)\}", tex):
        if name not in _ENVIRONMENTS:
            hint = did_you_mean(name, _ENVIRONMENTS)
            raise ValueError(f"there is no environment `{name}`. {hint}")


def _check_characters(node: Drawable) -> None:
    """Refuses what the font cannot show and would draw as an empty box."""
    if isinstance(node, Glyph) and node.glyph.index == 0:
        raise ValueError(f"the mathematics font has no character `{node.char}`")
    for child in node.nodes:
        _check_characters(child)


def _plain_text(group: re.Match[str]) -> str:
    r"""What stands in `\text{…}`, with TeX's escapes undone and XML's in their place."""
    text = re.sub(r"\\([$%#_&])", r"\1", group[1])
    return f"\\text{{{escape(text, quote=False)}}}"


def _to_mathml(tex: str, display: bool) -> str:
    """MathML of a formula, escaped (the converter leaves that out) and without styles or links."""
    element = Converter(display="block" if display else "inline").convert_to_element(tex)
    for node in element.iter():
        for name in ("style", "class", "id", "href"):
            node.attrib.pop(name, None)
        node.text = unescape(node.text or "") or None
        if node.text and re.match(r"\\[A-Za-z]", node.text):
            raise ValueError(f"there is no `{node.text}`. {did_you_mean(node.text, _COMMANDS)}")
    return ET.tostring(element, encoding="unicode")


def _shape(shape: ET.Element) -> str:
    """A shape of the drawing, without what it inherits and without what paths don't need."""
    attributes = dict(shape.attrib)
    if attributes.get("fill") == "currentColor":
        del attributes["fill"]
    if "d" in attributes:
        path = re.sub(r"M (\S+ \S+) L \1 ", r"M \1 ", attributes["d"].strip())
        attributes["d"] = re.sub(r" ?([A-Z]) ?", r"\1", path).replace(" -", "-")
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{shape.tag}{written}/>"
