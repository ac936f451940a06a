"""No text of a slide takes long to read: the work is bounded by its length, whatever it holds."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from livedeck.errors import AuthorError
from livedeck.markdown import LiveValue, parse, render, typed_numbers
from livedeck.markdown.highlight import highlighted

SIZE = 5_000  # half of what a paragraph may have
MOST = 700  # calls of functions for each character; an ordinary paragraph takes some ten
UNITS = [
    *("*a ", "**a*", "_a", "~~a", "[", "![", "[a](", "![a](", "[a](b", "[a][", "[a]", "]", "]("),
    *(
        "[^1]",
        "[^",
        "^[",
        "^[a ",
        "[^a]^[",
        "`",
        "``a`",
        "\\`",
        "\\",
        "<",
        "<a",
        "<!--",
        "<http://a",
    ),
    *(
        "$",
        "$a",
        "$$",
        "$$a",
        "\\$",
        "{",
        "{{ a.b }}",
        "{.a",
        "{a='",
        "{%",
        "{%}",
        "[a]{",
        "[a]{.b} ",
    ),
    *(
        '"',
        '"a',
        ' "',
        "'",
        "a'",
        "\"'",
        "|",
        "|a",
        "{{ a | b }}|",
        "&",
        "&#",
        "&amp;",
        "(",
        "<b",
        "!",
    ),
    *(
        "1 ",
        "1,",
        "1%",
        "“",
        "”1“",
        "/1",
        "\u202f1",
        "--",
        "...",
        ":",
        "::",
        "a",
        "a ",
        " ",
        "\u0301",
    ),
]
LINES = [
    *(
        "> ",
        "- ",
        "1. ",
        "+ a\n",
        "- a\n\n",
        "> a\n",
        "a\n",
        "a  \n",
        "a\\\n",
        "    a\n",
        " \n",
        "\t",
    ),
    *(
        "# a\n",
        "a\n=\n",
        "-\n",
        "***\n",
        "[a]: b\n",
        "[^a]: b\n\n",
        "|\n",
        "|-|\n",
        "| a |\n|---|\n",
    ),
    *(
        "```\n",
        "~~~\n",
        "::: a\n",
        "::: a\n:::\n",
        ":::\n",
        ". . .\n\n",
        "$$\n",
        "{.a}\n",
        "{.a}\na\n\n",
    ),
    *(
        "{{ a.b }}\n",
        "[a](b)\n",
        "*a*\n",
        "```\na\n```\n",
        "- a {.fragment}\n",
        "  - a\n",
        "a\n- b\n",
    ),
]
FORMS = {
    "a paragraph": "{}",
    "a cell": "| a | b |\n|---|---|\n| {} | c |",
    "a caption": '![a](x.png "{}")',
    "attributes": "a {{{}}}",
}
TEXTS = [
    *((f"{form} of {unit!r}", text, unit) for form, text in FORMS.items() for unit in UNITS),
    *((f"lines of {unit!r}", "{}", unit) for unit in LINES),
]


class Plain:
    """Answers for what a slide refers to, with next to nothing."""

    def value(self, ref: object) -> LiveValue:
        return LiveValue("1", "1")

    def figure(self, ref: object, alt: str, caption_html: str) -> str:
        return alt + caption_html

    picture = figure

    def mathematics(self, tex: str, display: bool, line: int) -> str:
        return "<math ></math>"

    def code(self, ref: object) -> tuple[str, str]:
        return "a", ""

    def highlighted(self, source: str, language: str) -> tuple[str, ...]:
        return highlighted(source, language)

    def demo(self, ref: object) -> str:
        return ""

    def link(self, ref: object) -> str:
        return ""


def calls(text: str) -> int:
    """How many functions are called until a slide has been read and rendered, or refused."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        parsed = parse(text, Path("slide.md"))
        list(typed_numbers(parsed, ["a 1"]))
        render(parsed, Plain(), "slide")
    except AuthorError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("form", "unit"), [one[1:] for one in TEXTS], ids=[t[0] for t in TEXTS])
def test_the_work_is_bounded_by_the_length(form: str, unit: str) -> None:
    """Of every sign and notation again and again, wherever a text may stand."""
    text = unit if form == "{}" else unit.replace("\n", " ")
    assert calls(form.format(text * (SIZE // len(unit)))) < MOST * SIZE
