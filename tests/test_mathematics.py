"""Formulas are drawn, described for screen readers, and refused where they have mistakes."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET

import pytest

from livedeck import mathematics
from tests.conftest import printed

FORMULAS = [
    r"x^2",
    r"f'",
    r"\mathcal{X} \to \mathbb{R}^{n \times m}",
    r"\sum_{i=1}^n \frac{x_i}{\sqrt{1 + x}}",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
    r"f(\text{ \"Hi\" }) = \text{ a < b \& c }",
    r"\boxed{x} + \cancel{y} + \overline{ab}",
    r"\operatorname*{arg\,max}_\theta \log p_\theta(x)",
]
MISTAKES = [
    (r"\alhpa + 1", r"there is no `\alhpa`. Did you mean `\alpha`"),
    (r"\frac{a}{b", "a `}` is missing"),
    (r"x}", "a `{` is missing"),
    (r"a^b^c", "two superscripts"),
    (r"\left( x", r"`\left` and `\right` do not match"),
    (r"\begin{pmatrics} 1 \end{pmatrics}", "Did you mean `pmatrix`"),
    (r"\frac{a}", "an argument is missing"),
    (r"\text{字}", "no character `字`"),
    ("", "something must follow"),
]


@pytest.mark.parametrize("tex", FORMULAS)
@pytest.mark.parametrize("display", [False, True])
def test_a_formula_suits_a_strict_page(tex: str, display: bool) -> None:
    """The markup is well-formed and has no styles, scripts, links or ids."""
    html, rules = mathematics.html(tex, display)
    tree = ET.fromstring(html)
    names = {name for element in tree.iter() for name in element.attrib}
    assert not names & {"style", "id", "href"}
    assert not any(name.startswith("on") for name in names)
    used = set(re.findall(r"math-depth-\d+", html))
    assert used == {name for rule in rules for name in re.findall(r"math-depth-\d+", rule)}
    assert {"svg", "math"} <= {element.tag.rpartition("}")[2] for element in tree.iter()}


def test_a_formula_follows_the_colour_of_its_text() -> None:
    """Nothing is painted in a colour of its own, but for what the TeX colours."""
    svg = mathematics.typeset(r"\frac{x}{\sqrt{y}} \boxed{z}", False).svg
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) == {"currentColor", "none"}
    assert 'fill="red"' in mathematics.typeset(r"\color{red}{x}", False).svg


def test_a_formula_sits_on_the_line_of_its_text() -> None:
    """What hangs below the baseline is the class's shift, and the drawing is as tall as it says."""
    formula = mathematics.typeset(r"y_g", False)
    html, rules = mathematics.html(r"y_g", False)
    assert rules == [
        f".math-depth-{round(formula.depth * 20)}{{vertical-align:-{formula.depth:g}em}}"
    ]
    assert f'height="{formula.height:g}em"' in html
    _, top, width, height = map(int, re.findall(r'viewBox="([^"]*)"', html)[0].split())
    assert (top + height) / 1000 == formula.depth
    assert (width / 1000, height / 1000) == (formula.width, formula.height)
    assert mathematics.html("x + 1", True)[1] == []


def test_screen_readers_get_mathml_with_its_characters_escaped() -> None:
    """MathML is plain XML, whatever stands in the text of a formula."""
    mathml = mathematics.typeset(r"\text{<script> \& a} < \alpha", False).mathml
    assert "<script>" not in mathml
    assert "".join(ET.fromstring(mathml).itertext()) == "<script>\xa0&\xa0a<α"


def test_links_and_styles_do_not_pass() -> None:
    """What TeX could smuggle into the page is dropped."""
    html, _ = mathematics.html(
        r"\href{javascript:alert(1)}{x} \style{color:red}{y} \class{z}{z}", False
    )
    assert "javascript" not in html
    assert "style=" not in html


@pytest.mark.parametrize(("tex", "message"), MISTAKES)
def test_a_mistake_is_named(tex: str, message: str) -> None:
    """Each mistake is an error that a reader of TeX understands."""
    with pytest.raises(ValueError, match=re.escape(message)):
        mathematics.typeset(tex, False)


def test_the_pdf_s_formula_has_its_tex_for_an_alternative() -> None:
    """The image says in TeX what it shows, and is painted in the colour that it is given."""
    html = mathematics.pdf_html(r'a < \text{"b"}', False, "#123456")
    assert r'alt="a &lt; \text{&quot;b&quot;}"' in html
    (data,) = re.findall(r"base64,([^\"]*)", html)
    svg = base64.b64decode(data).decode()
    assert 'fill="#123456"' in svg
    assert "currentColor" not in svg


def test_formulas_are_the_same_in_every_process() -> None:
    """The hash seed does not show in the markup."""
    program = (
        "import hashlib; from livedeck import mathematics\n"
        f"html = [mathematics.html(tex, True)[0] for tex in {FORMULAS!r}]\n"
        "print(hashlib.sha256(''.join(html).encode()).hexdigest())"
    )
    here = "".join(mathematics.html(tex, True)[0] for tex in FORMULAS)
    digests = {printed(program, PYTHONHASHSEED=seed).strip() for seed in ("1", "2")}
    assert digests == {hashlib.sha256(here.encode()).hexdigest()}
