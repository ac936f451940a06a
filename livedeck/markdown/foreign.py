"""Notations of other tools, which would stand on the slide as they are written: each is refused,
with what to write here. What is meant literally stands in code, or behind a backslash."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from livedeck.markdown.place import place
from livedeck.markdown.tokens import classes, line

APART = "\ufffc"  # stands for what is no text: code, formulas, values, what a backslash protects
NOTES = "Write `::: notes`, what you say, and `:::`, each on lines of their own."
CALLOUT = "Write a quotation, `> **Note**`, or `::: {.name}` with a class of the theme."
BREAK = r"End the line with a backslash; in a table, write two rows."
MARKS = {
    "br": BREAK,
    **dict.fromkeys(("b", "strong"), "Write `**bold**`."),
    **dict.fromkeys(("i", "em", "u", "mark", "font", "small", "big"), "Write `*stressed*`."),
    **dict.fromkeys(("s", "del", "strike"), "Write `~~struck out~~`."),
    "sub": "Write `H~2~O`.",
    "sup": "Write `x^2^`.",
    **dict.fromkeys(("code", "kbd", "tt", "samp"), "Write it between backquotes."),
    "pre": "Write a block of code between lines of three backquotes.",
    "img": "Write `![what it shows](picture.png)`.",
    "a": "Write `[words](address)`.",
    "hr": "Leave it out: slides are files of their own.",
    **dict.fromkeys(("div", "section", "center"), "Write `::: {.name}` and `:::` around it."),
    "span": "Write `[words]{.name}`.",
    **dict.fromkeys(("ul", "ol", "li"), "Write `- ` before each item."),
    **dict.fromkeys(("table", "tr", "td", "th", "thead", "tbody"), "Write a table with `|`."),
    **dict.fromkeys(("h1", "h2", "h3", "h4"), "Write `#`, or `##` within a slide."),
    "p": "Leave an empty line between paragraphs.",
    **dict.fromkeys(("details", "summary", "aside"), NOTES),
    **dict.fromkeys(
        ("audio", "video", "iframe", "embed", "object", "source"),
        "A deck is one file that asks nothing of any network: write a link.",
    ),
    **dict.fromkeys(
        ("script", "style", "svg", "canvas", "button", "input"),
        'Scripts are demos, `::: {demo="demos/try.js"}`; looks belong to the theme.',
    ),
}
TAG = re.compile(r"</?([a-zA-Z][\w.-]*)((?:\s[^<>]*)?)\s*/?>")


@dataclass(frozen=True)
class Notation:
    """What a paragraph may not hold, and what its author may have meant."""

    pattern: re.Pattern[str]
    message: str
    hint: str
    everywhere: bool = True  # in notes too


def notation(pattern: str, message: str, hint: str, *, everywhere: bool = True) -> Notation:
    return Notation(re.compile(pattern, re.MULTILINE), message, hint, everywhere)


NOTATIONS = (
    notation(
        r"^(?:Notes?:)(?=\s|$)",
        "`{}` begins notes elsewhere, and is shown here",
        f"{NOTES} For the audience write `**Note:**`.",
        everywhere=False,
    ),
    notation(r"^\?\?\?$", "`{}` begins notes elsewhere, and is shown here", NOTES),
    notation(
        r"\[(?:[^\]\[\n]*?[\s;-])?@[A-Za-z][\w:.#$%&+?<>~/-]*[^\]\[\n]*\]",
        "`{}` is a citation of another tool",
        "Cite in a footnote: `[^key]`, and `[^key]: Author, *Title*, year.`",
    ),
    notation(
        r"!?\[\[[^\]\n]+\]\]",
        "`{}` is a link of another tool",
        "Write `[words](file.md)`, or `![what it shows](picture.png)`.",
    ),
    notation(
        r"^\[(?:TOC|toc)\]$", "`{}` is a table of contents elsewhere", "Write `layout: outline`."
    ),
    notation(
        r"^\[!\w+\]",
        "`{}` is a callout of another tool",
        CALLOUT,
    ),
    notation(
        r"^!!! ?\w+|^\?\?\? \w+",
        "`{}` is a callout of another tool",
        CALLOUT,
    ),
    notation(
        r"(?<![\w:\\/]):[a-z][a-z0-9_+-]*:(?![\w:])",
        "`{}` is the name of an emoji elsewhere",
        r"Write the sign itself, or `\:` for the colon.",
    ),
    notation(
        r"\{%.*?%\}", "`{}` is a tag of another tool", "Values are cited as `{{ name.field }}`."
    ),
    notation(
        r"(?<![\w=])==[^\s=][^=\n]*(?<=\S)==(?![\w=])|(?<![\w+])\+\+[^\s+][^+\n]*(?<=\S)\+\+(?![\w+])",
        "`{}` is marked by signs of another tool",
        "Write `*stressed*`, or `[words]{.name}` with a class of the theme.",
    ),
    notation(
        r"(?<![\w@/.])@(?:fig|tbl|sec|eq|lst)[-:][\w-]+",
        "`{}` is a reference of another tool",
        "Write it out, or link to the slide: `[words](file.md)`.",
    ),
    notation(
        r"\A: .*",
        "`{}` is a caption, or what a term means, of another tool",
        "A table's caption is a paragraph; a definition follows its term at once.",
    ),
    notation(r"^\{:.*\}$", "`{}` gives attributes elsewhere", "Write `{.name}`."),
    notation(
        r"\\(?:begin|end|textbf|textit|emph|pause|item|section|cite[tp]?|ref|label|footnote|url|href"
        r"|includegraphics|vspace|hspace|centering)\b(?:\{[^}\n]*\})?",
        "`{}` is LaTeX",
        "Only formulas are, between dollars; a text is Markdown.",
    ),
)
SETTINGS = re.compile(r"(?:(?:class|layout|template|name|background-[a-z]+): .+\n?)+")
WORDS = re.compile(  # of Marp, in the place of what a picture shows
    r"bg|left|right|vertical|fit|cover|contain|auto|\d+%"
    r"|(?:left|right|w|h|width|height|blur|brightness|contrast|grayscale|opacity|sepia):\S+"
)
CELL = re.compile(r"\{(?!\.)\s*[\w=-]+.*\}|(?:mermaid|plantuml)\b.*")


def foreign_plugin(md: MarkdownIt) -> None:
    md.core.ruler.after("inline", "foreign", foreign)


def foreign(state: StateCore) -> None:
    """Refuses what stands nowhere in this notation, and in another's for something."""
    depth = 0  # within notes
    if len(state.tokens) > 1 and SETTINGS.fullmatch(state.tokens[1].content):
        hint = "Settings of a slide stand at its top, between two lines of `---`."
        message = f"`{state.tokens[1].content.splitlines()[0]}` is a setting of another tool"
        raise place(state.env).error(message, line(state.tokens[1]), hint)
    for token in state.tokens:
        if token.type == "div_open":
            check_div(state, token)
        if token.type.startswith("div_") and (depth or "notes" in classes(token)):
            depth += token.nesting
        elif token.type == "fence":
            check_fence(state, token)
        elif token.type == "inline":
            check_text(state, token, noted=bool(depth))


def check_div(state: StateCore, token: Token) -> None:
    callouts = [name for name in classes(token) if name.startswith("callout")]
    if callouts:
        message = f"`{callouts[0]}` is a callout of another tool"
        raise place(state.env).error(message, line(token), CALLOUT)


def check_fence(state: StateCore, token: Token) -> None:
    info = token.info.strip()
    if CELL.fullmatch(info):
        drawn = "mermaid" in info or "plantuml" in info
        hint = "Embed its drawing" if drawn else "Make it an experiment (`build.py new NAME`)"
        message = f"`{info}` is code that another tool runs"
        hint = f"{hint}; code that is only shown names its language alone."
        raise place(state.env).error(message, line(token), hint)


def check_text(state: StateCore, token: Token, *, noted: bool) -> None:
    children = token.children or []
    text = "".join(plainly(children))
    for each in NOTATIONS:
        found = each.pattern.search(text)
        if found and (each.everywhere or not noted):
            index = line(token) + text.count("\n", 0, found.start())
            raise place(state.env).error(each.message.format(found[0]), index, each.hint)
    for found in TAG.finditer(text):
        name = found[1].lower()
        if is_tag(name, found, text):
            index = line(token) + text.count("\n", 0, found.start())
            hint = MARKS.get(name, "HTML is not taken.")
            hint = rf"{hint} For the sign itself write `\<`."
            raise place(state.env).error(f"`{found[0]}` is HTML", index, hint)
    for child in children:
        if child.type == "image" and is_direction(child.content):
            message = f"`{child.content}` tells another tool where a picture stands"
            hint = "Say what it shows; beside a text, `layout: split`, and sizes are `{width=400}`."
            raise place(state.env).error(message, line(child), hint)


def is_direction(text: str) -> bool:
    """Whether a picture's text says where it stands, or how large, and nothing else."""
    words = text.split()
    told = any(word == "bg" or ":" in word for word in words)
    return told and all(WORDS.fullmatch(word) for word in words)


def plainly(tokens: Sequence[Token]) -> Iterator[str]:
    """The text of a paragraph, with its lines, as its author sees it."""
    for token in tokens:
        escaped = token.info != "escape" or token.content != token.markup
        if token.type == "text" or (token.type == "text_special" and not escaped):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        else:
            yield APART


def is_tag(name: str, found: re.Match[str], text: str) -> bool:
    """Whether something in angle brackets is HTML, or a component of another tool: `<s>` alone may
    be a token of a language model, and `<file-name>` what a reader puts in."""
    if found[0].endswith("/>"):
        return True
    if name not in MARKS and "-" not in name:
        return False
    certain = name in MARKS and len(name) > 1
    return certain or bool(found[2].strip()) or f"</{found[1]}>" in text
