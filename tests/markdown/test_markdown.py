"""Each rule of the slides' Markdown has a file of titles, inputs and outputs in `fixtures`."""

from pathlib import Path

import pytest
from markdown_it.utils import read_fixture_file

from livedeck.errors import AuthorError
from livedeck.markdown import (
    CodeRef,
    FigureRef,
    LinkRef,
    PictureRef,
    RunRef,
    ValueRef,
    parse,
    render,
)
from livedeck.markdown.fenced_div import WIDTHS
from tests.markdown.resolver import ShowingResolver

FIXTURES = Path(__file__).parent / "fixtures"
SLIDE = Path("deck/10-slide.md")

CASES = [
    pytest.param(source, expected, id=f"{path.stem}:{line}: {title}")
    for path in sorted(FIXTURES.glob("*.md"))
    for line, title, source, expected in read_fixture_file(path)
]


def shown(source: str) -> str:
    """A slide as the fixtures write it: what it says of itself, then its blocks, or its mistake."""
    try:
        rendered = render(parse(source, SLIDE), ShowingResolver())
    except AuthorError as error:
        return f"{SLIDE.as_posix()}:{error.line}: {error.message}\n{error.hint}".rstrip()
    parts = [
        f"title: {rendered.title_html}" if rendered.title_html else "",
        f"steps: {rendered.steps}" if rendered.steps else "",
        *(f"[{block.kind}] {block.html.rstrip()}" for block in rendered.blocks),
        f"notes: {rendered.notes_html.rstrip()}" if rendered.notes_html else "",
    ]
    return "\n".join(part for part in parts if part)


@pytest.mark.parametrize(("source", "expected"), CASES)
def test_markdown_becomes_html(source: str, expected: str) -> None:
    """An input gives the output below it, or the mistake with its file and line."""
    assert shown(source) == expected.rstrip()


def test_references_come_in_the_order_of_the_slide() -> None:
    """Title, alternative texts, captions, text and notes refer, each with its line in the file."""
    source = """# Reading at {{ digits.accuracy | percent(1) }}

![{{ digits.shown }} digits](experiment:digits.predictions?width=64&name=abc#wide
"of {{ digits.n }}"){width=400}

See
[the data](20-data.md#top) and ![a photo](a%20b.png)

::: {code="digits.model"}
:::

::: notes
Say {{ wide.accuracy[0] }}.
:::
"""
    run = RunRef("digits", (("name", "abc"), ("width", 64)), "wide")
    filters = (("percent", (1,)),)
    assert parse(source, SLIDE, first_line=4).references == [
        ValueRef("digits", "accuracy", None, filters, 4, "digits.accuracy | percent(1)"),
        FigureRef(run, "predictions", (("width", "400"),), 6),
        ValueRef("digits", "shown", None, (), 6, "digits.shown"),
        ValueRef("digits", "n", None, (), 7, "digits.n"),
        LinkRef("20-data.md#top", 10),
        PictureRef("a b.png", 10, (), inline=True),
        CodeRef("digits", "model", 12),
        ValueRef("wide", "accuracy", 0, (), 16, "wide.accuracy[0]"),
    ]


def test_a_slide_says_its_title_in_plain_text() -> None:
    """Live values stand in it, markup does not; its line is known."""
    source = """

# *Reading* at {{ digits.accuracy }} & `x` {#reading}
"""
    parsed = parse(source, SLIDE, first_line=5)
    rendered = render(parsed, ShowingResolver())
    assert parsed.title_line == 7
    assert parsed.title_attributes == {"id": "reading"}
    assert rendered.title_text == "Reading at (digits.accuracy) & x"


def test_a_slide_without_a_title_has_none() -> None:
    """It has no text for one either, and its first line stands for the title's."""
    parsed = parse("Only text.\n", SLIDE, first_line=3)
    assert parsed.title is None
    assert parsed.title_line == 3
    assert render(parsed, ShowingResolver()).title_text == ""


def test_every_width_of_a_column_has_a_rule_in_the_style_sheets() -> None:
    """Pages allow no inline styles, so a width that no rule knows would be none."""
    folder = Path(__file__).parents[2] / "templates" / "css"
    css = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css")))
    for width in WIDTHS:
        assert f'.column[data-width="{width}"]' in css


def test_rendering_twice_gives_the_same() -> None:
    """A parsed slide is left as it was, so that it can be rendered again when results change."""
    parsed = parse(FULL, SLIDE)
    first = render(parsed, ShowingResolver(), "reading")
    assert render(parsed, ShowingResolver(), "reading") == first
    assert render(parse(FULL, SLIDE), ShowingResolver(), "reading") == first


FULL = """# Title

![alt](experiment:digits.predictions "caption"){.fragment}

Text[^1] with $x$ and [a link](b.md).

. . .

```python {lines="1|2"}
one = 1
two = 2
```

[^1]: A note.
"""
