"""Formulas are drawn, described for screen readers, and refused where they have mistakes."""

import base64
import hashlib
import re
import sys
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path

import pytest

from livedeck.formulas import mathematics
from livedeck.formulas.errors import Misprint
from tests.conftest import Project, assert_made, assert_refused, imported, printed

CORPUS = Path(__file__).parent / "formulas"
FORMULAS = [
    tex for path in sorted(CORPUS.glob("*.txt")) for tex in path.read_text("utf-8").splitlines()
]
MACROS = {"R": r"\mathbb{R}", "norm": r"\left\lVert #1 \right\rVert", "lost": r"\nowhere{#1}"}

# What is written, up to where it is read, what is said and what it hints at.
MISTAKES = [
    (r"x + \alhpa + 1", r"x + \alhpa", r"there is no command `\alhpa`", r"Did you mean `\alpha`"),
    (r"\frac{1}{\sqrt{\alhpa + 1}}", r"\frac{1}{\sqrt{\alhpa", r"there is no command `\alhpa`", ""),
    (r"\frac{a}{b", r"\frac{a}{b", "a `}` is missing", ""),
    (r"x} + 1", "x}", "a `{` is missing", ""),
    ("a^b^c", "a^b^", "two superscripts", ""),
    ("a_b_c", "a_b_", "two subscripts", ""),
    (r"\left( x", r"\left( x", r"`\left` has no `\right`", ""),
    (r"x \right)", r"x \right)", r"`\right` has no `\left`", ""),
    (r"\begin{pmatrics} 1 \end{pmatrics}", r"\begin{pmatrics}", "no environment `pmatrics`", "`pm"),
    (r"\begin{cases} a", r"\begin{cases} a", r"missing \end{cases}", ""),
    (r"\frac{a}", r"\frac{a}", "an argument is missing", ""),
    ("a & b", "a &", r"`&` stands in no `aligned`", ""),
    ("a # b", "a #", r"write `\#`", ""),
    ("50% of x", "50%", "TeX leaves out what follows `%`", r"`\%`"),
    (r"\text{costs $5}", r"\text{costs $5}", "does not end", ""),
    (r"\text{字}", r"\text{字", "no mathematics font has the character `字`", ""),
    ("x = 🦆", "x = 🦆", "no mathematics font has the character `🦆`", ""),
    (r"\text{שלום}", r"\text{ש", "no mathematics font has the character", ""),
    (r"\def\x{1} \x", r"\def", r"there is no command `\def`", "`[macros]` in deck.toml"),
    (r"\newcommand{\x}{1}", r"\newcommand", "there is no command", "`[macros]` in deck.toml"),
    (r"\href{javascript:alert(1)}{x}", r"\href", "there is no command", "Link the words"),
    (r"\style{color:red}{x}", r"\style", "there is no command", "colours alone"),
    (r"\class{z}{x}", r"\class", "there is no command", "colours alone"),
    (r"\cssId{z}{x}", r"\cssId", "there is no command", "colours alone"),
    (r"\require{html} x", r"\require", "there is no command", ""),
    (r"\unicode{65}", r"\unicode", "there is no command", "Write the character"),
    (r"\ref{one}", r"\ref", "there is no command", "the number"),
    (r"a + \lost{x} + b", r"a + \lost", r"no command `\nowhere`, which a macro stands for", ""),
    (r"x \over y \over z", r"x \over y \over", "", ""),
    (r"\hspace{wide}", r"\hspace{wide}", "", ""),
    (r"\color{notacolour} x", r"\color{notacolour", "there is no colour `notacolour`", "`red`"),
    (r"\color{red'x} y", r"\color{red'x", "there is no colour", ""),
    (r"x \ref{one}", r"x \ref", "there is no command", ""),
    (r"{a \\ b}", r"{a \\", "a line cannot end here", ""),
]
HOSTILE = {
    "deep": "{" * 1200 + "x" + "}" * 1200,
    "fractions in fractions": r"\frac{1}{" * 400 + "x" + "}" * 400,
    "roots in roots": r"\sqrt{" * 600 + "x" + "}" * 600,
    "delimiters in delimiters": r"\left(" * 400 + "x" + r"\right)" * 400,
    "long": "x + " * 2000,
    "an endless row": "&" * 3000,
    "many errors": r"\nothing" * 500,
    "braces": "}" * 4000,
}
BEYOND = [  # what is no mistake of TeX's, and yet cannot be shown
    (r"\rule{100000em}{1em}", "is larger than"),
    (r"\raise 100000em x", "is larger than"),
    (r"\mmlToken{mi}[href='javascript:alert(1)']{x}", "cannot be set"),
]
EMPTY = ["", "  ", "{}", r"{}{}", r"\displaystyle", "%"]


@pytest.mark.parametrize("display", [False, True])
def test_a_formula_suits_a_strict_page(display: bool) -> None:
    """The markup is well-formed outlines and MathML, without styles, scripts, links or ids."""
    for tex in FORMULAS if display else FORMULAS[::7]:
        if not display and r"\\" in tex:
            continue
        html, rules = mathematics.html(tex, display)
        tree = ET.fromstring(html)
        names = {name for element in tree.iter() for name in element.attrib}
        assert not names & {"style", "id", "href"}, tex
        assert not any(name.startswith(("on", "data-")) for name in names), tex
        used = set(re.findall(r"math-depth-\d+", html))
        assert used == {name for rule in rules for name in re.findall(r"math-depth-\d+", rule)}
        drawing, words = tree.find("{*}svg"), tree.find(".//{*}math")
        assert drawing is not None and words is not None
        assert {element.tag.rpartition("}")[2] for element in drawing} <= {"path"}, tex


def test_a_drawing_covers_all_that_it_paints() -> None:
    """No outline begins outside of the box of its drawing, which the PDF would cut off."""
    for tex in FORMULAS:
        svg = mathematics.typeset(tex, True).svg
        left, top, width, height = map(float, re.findall(r'viewBox="([^"]*)"', svg)[0].split())
        for x, y in re.findall(r"M(-?\d+) ?(-?\d+)", svg):
            assert left <= int(x) <= left + width, tex
            assert top <= int(y) <= top + height, tex


def test_a_formula_follows_the_colour_of_its_text() -> None:
    """Nothing is painted in a colour of its own, but for what the TeX colours."""
    svg = mathematics.typeset(r"\frac{x}{\sqrt{y}} \boxed{z} \rule{1em}{1em}", False).svg
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) == {"currentColor"}
    assert 'fill="red"' in mathematics.typeset(r"\color{red}{x}", False).svg


def test_a_formula_sits_on_the_line_of_its_text() -> None:
    """What hangs below the baseline is the class's shift, and the drawing is as tall as it says."""
    formula = mathematics.typeset(r"y_g", False)
    html, rules = mathematics.html(r"y_g", False)
    assert rules == [
        f".math-depth-{round(formula.depth * 20)}{{vertical-align:-{formula.depth:g}em}}"
    ]
    assert f'height="{formula.height:g}em"' in html
    _, top, width, height = map(float, re.findall(r'viewBox="([^"]*)"', html)[0].split())
    assert (top + height) / mathematics.EM == pytest.approx(formula.depth, abs=1e-3)
    assert (width, height) == pytest.approx(
        (formula.width * mathematics.EM, formula.height * mathematics.EM), abs=0.1
    )
    assert mathematics.html("x + 1", True)[1] == []


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\text{<script> \& a} < \alpha", "<script> & a<α"),
        (r"\mathbb{R} \mathcal{L} \mathbf{x} \mathfrak{g}", "ℝℒ𝐱𝔤"),
        (r"\mathbb{1}_A", "𝟙A"),
        (r"\lVert x \rVert_2", "‖x‖2"),
        (r"a \; \quad \hspace{1em} b", "ab"),
        (r"E = mc^2 \tag{1}", "E=mc2(1)"),
        (r"\underbrace{a + b}_{\text{sum}}", "a+b⏟sum"),
        (r"x ≤ y, \quad ∑_i x_i", "x≤y,∑ixi"),
    ],
)
def test_screen_readers_get_what_the_eye_gets(tex: str, said: str) -> None:
    """MathML is plain XML with Unicode's characters, whatever stands in the formula."""
    mathml = mathematics.typeset(tex, True).mathml
    assert "".join(ET.fromstring(mathml).itertext()) == said


@pytest.mark.parametrize(("tex", "reached", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_place(tex: str, reached: str, message: str, hint: str) -> None:
    """Each mistake is an error that a reader of TeX understands, after what was understood."""
    with pytest.raises(Misprint) as refused:
        mathematics.typeset(tex, True, MACROS)
    assert tex[: refused.value.reached].rstrip() == reached
    assert message in refused.value.message
    assert hint in refused.value.hint
    assert "a formula" in refused.value.message


@pytest.mark.parametrize("tex", EMPTY)
def test_a_formula_that_shows_nothing_is_a_mistake(tex: str) -> None:
    with pytest.raises(Misprint, match=r"empty|shows nothing"):
        mathematics.typeset(tex, True)


@pytest.mark.parametrize(("tex", "message"), BEYOND)
def test_what_cannot_be_shown_is_refused(tex: str, message: str) -> None:
    with pytest.raises(Misprint, match=message):
        mathematics.typeset(tex, True)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_formula_is_set_or_refused(name: str) -> None:
    """What is nested or repeated beyond reason ends in a short error, and the next one is set."""
    with suppress(Misprint):
        assert mathematics.typeset(HOSTILE[name], True).height > 0
    assert mathematics.typeset("x + 1", True).width > 1


def test_no_formula_knows_of_another() -> None:
    """Colours and labels that one defines are unknown to the next."""
    mathematics.typeset(r"\definecolor{mine}{rgb}{1,0,0} \color{mine} x \label{one}", True)
    assert mathematics.typeset(r"y \label{one}", True).width > 0
    with pytest.raises(Misprint, match="no colour `mine`"):
        mathematics.typeset(r"\color{mine} x", True)


def test_the_pdf_s_formula_has_its_tex_for_an_alternative() -> None:
    """The image says in TeX what it shows, and is painted in the colour that it is given."""
    html = mathematics.pdf_html(r'a < \text{"b"}', False, "#123456")
    assert r'alt="a &lt; \text{&quot;b&quot;}"' in html
    (data,) = re.findall(r"base64,([^\"]*)", html)
    svg = base64.b64decode(data).decode()
    assert 'fill="#123456"' in svg
    assert "currentColor" not in svg


def test_formulas_are_the_same_in_every_process() -> None:
    """The hash seed does not show in the markup, nor does what was set before."""
    some = FORMULAS[::10]
    program = (
        "import hashlib; from livedeck.formulas import mathematics\n"
        f"html = [mathematics.html(tex, True)[0] for tex in {some!r}]\n"
        "print(hashlib.sha256(''.join(html).encode()).hexdigest())"
    )
    here = "".join(mathematics.html(tex, True)[0] for tex in some)
    digests = {printed(program, PYTHONHASHSEED=seed).strip() for seed in ("1", "2")}
    assert digests == {hashlib.sha256(here.encode()).hexdigest()}


NOTATIONS = r"""
# Formulas

Inline $x \in \R$, \(y \in \R\) and $\norm{x}$; \[no formula\] here, nor \( there.

\[
\norm{x} = 1
\]

\begin{align}
a &= b \tag{1} \\
c &= d
\end{align}

> \[ a = b \]

$$
a = b \\
c = d
$$
"""
PLACES = [
    ("$x$ and\n$\\alhpa$\n", 4, r"\alhpa"),
    ("$x +\ny +\n\\alhpa$\n", 5, r"\alhpa"),
    ("$$\nx = 1 \\\\\n\\alhpa\n$$\n", 5, r"\alhpa"),
    ("$$x = 1 \\\\\n\\alhpa$$\n", 4, r"\alhpa"),
    ("\\[\nx +\n\\alhpa\n\\]\n", 5, r"\alhpa"),
    ("\\begin{align}\nx &= 1 \\\\\ny &= \\alhpa\n\\end{align}\n", 5, r"\alhpa"),
    ("- item\n- $$\n  x +\n  \\alhpa\n  $$\n", 6, r"\alhpa"),
    ("> text\n>\n> $$\n> \\alhpa\n> $$\n", 6, r"\alhpa"),
    ("| a |\n|---|\n| $\\alhpa$ |\n", 5, r"\alhpa"),
]


def with_macros(project: Project) -> None:
    settings = (project.root / "deck" / "deck.toml").read_text()
    macros = "\n[macros]\nR = '\\mathbb{R}'\n'\\norm' = '\\lVert #1 \\rVert'\n"
    project.write("deck/deck.toml", settings + macros)


def test_a_deck_has_formulas_as_latex_writes_them_and_macros(project: Project) -> None:
    """All notations of the reference are formulas on the page; a macro's new meaning is seen."""
    with_macros(project)
    project.write("deck/30-new.md", NOTATIONS)
    assert_made(project.build())
    assert project.page.count("<math ") == 7
    assert "[no formula] here, nor ( there." in project.page
    assert project.page.count(">ℝ<") == 2
    project.edit("deck/deck.toml", r"\mathbb{R}", r"\mathbf{R}")
    assert_made(project.build())
    assert (project.page.count(">ℝ<"), project.page.count(">𝐑<")) == (0, 2)


@pytest.mark.parametrize(("text", "line", "quoted"), PLACES)
def test_a_mistake_is_told_with_the_line_on_which_it_stands(
    project: Project, text: str, line: int, quoted: str
) -> None:
    project.write("deck/30-new.md", f"# New\n\n{text}")
    place = f"deck/30-new.md:{line}:"
    assert_refused(project.build(), place, f"there is no command `{quoted}`", r"`\alpha`")


def test_what_is_kept_is_not_set_again(project: Project) -> None:
    """Neither a build with nothing to do nor one with an edited sentence starts the typesetter."""
    project.write("deck/30-new.md", "# New\n\nA sentence about $x^2$.\n")
    assert_made(project.build())
    command = [sys.executable, "-X", "importtime", "build.py", "--no-pdf"]
    for text in ("A sentence about $x^2$.", "Another sentence about $x^2$."):
        project.write("deck/30-new.md", f"# New\n\n{text}\n")
        assert not imported(project.execute(command)) & {"quickjs", "fontTools"}
    project.write("deck/30-new.md", "# New\n\nA sentence about $x^3$.\n")
    assert "quickjs" in imported(project.execute(command))
