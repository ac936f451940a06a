"""From a slide's Markdown to tokens, and to everything that they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

from livedeck.markdown import attributes, code, demo, figure, heading, lines, link, notes, steps
from livedeck.markdown.attributes import attributes_plugin
from livedeck.markdown.comment import comment_plugin
from livedeck.markdown.fenced_div import fenced_div_plugin
from livedeck.markdown.figure import figure_plugin
from livedeck.markdown.footnote import footnote_plugin
from livedeck.markdown.foreign import foreign_plugin
from livedeck.markdown.live_value import live_value_plugin
from livedeck.markdown.mathematics import mathematics_plugin
from livedeck.markdown.pause import pause_plugin
from livedeck.markdown.place import Place
from livedeck.markdown.references import Reference
from livedeck.markdown.scripts import scripts_plugin
from livedeck.markdown.table import table_plugin
from livedeck.markdown.task import task_plugin
from livedeck.markdown.tokens import line, walk

LONGEST = 200_000  # characters of a slide
DEEPEST = 100  # blocks within blocks: a list counts twice, itself and its item


@dataclass(frozen=True)
class Parsed:
    """A slide, read: its title, body and notes as tokens, and what they refer to, in order."""

    tokens: list[Token]
    title: Token | None
    title_attributes: dict[str, str | int | float]
    title_line: int
    notes: list[Token]
    references: list[Reference]
    steps: int
    place: Place

    @property
    def path(self) -> Path:
        return self.place.path


def parse(text: str, path: Path, first_line: int = 1) -> Parsed:
    """Reads a slide; `first_line` is the line of the file on which the text begins."""
    place = Place(path, first_line)
    if len(text) > LONGEST:
        raise place.error(f"a slide of more than {LONGEST} characters", 0, "Divide it.")
    found = markdown().parse(text, {"place": place, "divs": []})
    check_depth(found, place)
    found = code.listings(found, place)
    demo.refer(found, place)
    attributes.check(found, place)
    figure.refer(found, place)
    link.refer(found, place)
    title, title_attributes, body = heading.take_title(found, place)
    said, body = notes.take_notes(figure.stand_alone(body), place)
    body, last_step = steps.number(title, body)
    return Parsed(
        tokens=body,
        title=title,
        title_attributes=title_attributes,
        title_line=place.line(title.map[0] if title and title.map else 0),
        notes=said,
        references=list(references([*([title] if title else []), *body, *said])),
        steps=last_step,
        place=place,
    )


def check_depth(tokens: list[Token], place: Place) -> None:
    """Refuses what is nested so deeply that the parser leaves out what is in it."""
    for token in tokens:
        if token.level >= DEEPEST - 1:
            raise place.error("this is nested too deeply", line(token), "Write it more plainly.")


def references(tokens: list[Token]) -> Iterator[Reference]:
    for token in walk(tokens):
        if "ref" in token.meta:
            yield token.meta["ref"]


class Markdown(MarkdownIt):
    """markdown-it, which leaves no link as text: `link` refuses what may not be one."""

    def validateLink(self, url: str) -> bool:  # noqa: N802, its own name
        """Whether an address may be one."""
        return True


@cache
def markdown() -> MarkdownIt:
    """The parser, which keeps nothing between slides."""
    options = {"html": False, "maxNesting": DEEPEST, "xhtmlOut": False, "typographer": True}
    md = Markdown()
    md.inline = lines.LineParser()
    md.configure("commonmark", options)
    md.core.ruler.at("inline", lines.inline)
    md.enable(["strikethrough", "smartquotes"])
    for plugin in (
        table_plugin,
        mathematics_plugin,
        footnote_plugin,
        fenced_div_plugin,
        live_value_plugin,
        figure_plugin,
        attributes_plugin,
        pause_plugin,
        comment_plugin,
        scripts_plugin,
        deflist_plugin,
        foreign_plugin,
        task_plugin,
    ):
        md.use(plugin)
    return md
