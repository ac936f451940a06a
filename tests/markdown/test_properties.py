"""What holds for any slide: nothing is lost, and plain Markdown stays plain Markdown."""

import html
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from livedeck.errors import AuthorError
from livedeck.markdown import Rendered, parse, render
from livedeck.markdown.highlight import highlighted
from tests.markdown.resolver import ShowingResolver

patiently = settings(deadline=None)  # a busy machine is no mistake
SLIDE = Path("slide.md")

MARKUP = [
    *["*", "**", "_", "~~", "`", "``", "```\n", "~~~\n", "$", "$$", "|", ">", "- ", "1. ", "  "],
    *["    ", "\t", "\n", "\n\n", "\n---\n", "\n===\n", "\n|-|-|\n", "# ", "## ", "\\", "<b>"],
    *["\n. . .\n", "\n::: a\n", "\n::: notes\n", "\n:::\n", ":", "&", "{", "}", "!", "(", ")"],
]
PLAIN = [
    *["*", "**", "_", "~~", "`", "``", "```\n", "> ", "- ", "1. ", "\n", "\n\n", "    ", "\\"],
    *["<b>", "&amp;", "---", "+ ", "word", " word", "[link](to)", "<https://a.b>", "[", "]"],
]
STEPPED = [
    *["word\n\n", ". . .\n\n", "word {.fragment}\n\n", "[word]{.fragment}\n\n", "$$x$$\n\n"],
    *["{.fragment}\n- one\n- two\n\n", "![alt](a.png){.fragment}\n\n", "::: {.fragment}\n"],
    *["::: incremental\n", "::: notes\n", ":::\n\n", "- one\n\n  . . .\n\n  two\n\n"],
    *['```text {lines="1|2"}\na\nb\n```\n\n', "> . . .\n\n"],
]


def rendered(source: str) -> Rendered | None:
    """A slide's HTML, or None if it has a mistake, which is then its author's to mend."""
    try:
        return render(parse(source, SLIDE), ShowingResolver())
    except AuthorError as error:
        line = error.line
    assert line in range(1, source.count("\n") + 2)
    return None


@patiently
@given(st.lists(st.sampled_from([*MARKUP, "word"]), max_size=30))
def test_no_word_is_lost(parts: list[str]) -> None:
    """Every word of a slide is in its HTML, or the slide is refused."""
    words = (f" word{number}x" for number in range(len(parts)))
    source = "".join(part if part in MARKUP else next(words) for part in parts)
    slide = rendered(source)
    if slide is None or re.search(r"(```|~~~).*word", source):
        return  # CommonMark keeps the first word only of what follows a fence
    text = slide.title_html + "".join(block.html for block in slide.blocks) + slide.notes_html
    assert re.findall(r"word\d+x", source) == sorted(
        set(re.findall(r"word\d+x", text)), key=lambda word: int(word[4:-1])
    )


@patiently
@given(st.lists(st.sampled_from(PLAIN), max_size=30).map("".join))
def test_plain_markdown_is_rendered_plainly(source: str) -> None:
    """Without our notations the HTML is markdown-it's own, but for headings and listings."""
    slide = rendered(source)
    if slide is None:
        return
    plain = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "maxNesting": 100})
    expected = plain.enable("strikethrough").render(source)
    assert unlisted("".join(block.html for block in slide.blocks)) == (
        expected.replace("h2>", "h3>").replace("\n</code>", "</code>")
    )


def unlisted(text: str) -> str:
    """Listings without their lines."""
    text = re.sub(r'<span class="line">(.*)</span>', r"\1", text)
    return text.replace('<pre class="code" role="group" aria-label="Code" tabindex="0">', "<pre>")


@patiently
@given(st.text(st.sampled_from("ab{}|$\\ <&*_.[]"), min_size=1))
def test_code_is_left_alone(text: str) -> None:
    """Whatever is written in code is shown as it was written."""
    slide = rendered(f"x `` {text} ``\n\n```\n{text}\n```\n")
    assert slide is not None
    span, fence = (block.html for block in slide.blocks)
    assert html.unescape(re.sub(r"^<p>x <code>|</code></p>\n$", "", span)).strip() == text.strip()
    assert f'<span class="line">{html.escape(text)}</span>' in fence


@patiently
@given(st.text(st.sampled_from("ab{}^_|*<[]"), min_size=1))
def test_formulas_are_left_alone(text: str) -> None:
    """Whatever is written in a formula reaches the one who draws it."""
    slide = rendered(f"x ${text}$ y\n\n$${text}$$\n")
    assert slide is not None
    inline, display = (block.html for block in slide.blocks)
    assert inline == f"<p>x <math>{text}</math> y</p>\n"
    assert display == f"<math display>{text}</math>\n"


@patiently
@given(
    st.text(st.sampled_from("ab1 '\"#\n\t(){}=<&"), max_size=40),
    st.sampled_from(["python", "json", "bash", "html", "text", "klingon", ""]),
)
def test_highlighting_changes_no_character(source: str, language: str) -> None:
    """The lines of a listing are those of the source."""
    lines = [html.unescape(re.sub("<[^>]*>", "", line)) for line in highlighted(source, language)]
    assert lines == source.split("\n")


@patiently
@given(st.lists(st.sampled_from(STEPPED), max_size=12).map("".join))
def test_steps_have_no_gaps(source: str) -> None:
    """Something appears at each step from the first to the last."""
    slide = rendered(source)
    if slide is None:
        return
    text = "".join(block.html for block in slide.blocks)
    steps = {int(step) for step in re.findall(r'data-step="(\d+)"', text)}
    for group in re.findall(r'data-steps-at="([\d ]+)"', text):
        steps |= {int(step) for step in group.split()}
    assert steps - {0} == set(range(1, slide.steps + 1))
    assert "fragment" not in slide.notes_html
