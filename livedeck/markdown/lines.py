"""Inline parsing that knows on which line of the file each token stands, and when to give up.

What a paragraph nests or leaves open makes every parser of Markdown look at it again and again.
"""

import re
from bisect import bisect_left
from collections.abc import MutableMapping
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from livedeck.markdown.place import place
from livedeck.markdown.tokens import line, merge

LONGEST = 10_000  # characters of a paragraph, a heading or a cell
MOST_QUOTES = 1000  # each of which may close each before it
EFFORT = 20  # looks ahead for each character of it
DEEPEST = 10  # texts of images and footnotes within such texts
SHORTER = "Divide it."
PLAINER = r"Write it more plainly, or `\[` for a bracket that opens nothing."


class LineState(StateInline):
    """The state of inline rules, with the line at which its text begins."""

    def __init__(
        self,
        source: str,
        md: MarkdownIt,
        env: MutableMapping[str, Any],
        tokens: list[Token],
        outer: "LineState | None",
    ) -> None:
        super().__init__(source, md, env, tokens)
        self.outer = outer
        self.first_line: int = outer.line if outer else env["line"]
        self.depth: int = outer.depth + 1 if outer else 0
        self.breaks = [found.start() for found in re.finditer("\n", source)]

    @property
    def line(self) -> int:
        """The line of the current position, counted from 0."""
        return self.first_line + bisect_left(self.breaks, self.pos)

    def spend(self, effort: int) -> None:
        """Counts what is read in vain, and refuses a text of which that is too much."""
        self.env["effort"] -= effort
        if self.env["effort"] < 0:
            message = "this takes too long to read: too much in it is nested or left open"
            raise place(self.env).error(message, self.line, PLAINER)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        if nesting >= 0:
            token.map = [self.line, self.line + 1]
        return token


class LineParser(ParserInline):
    """markdown-it's inline parser, which leaves lines to the block parser."""

    def parse(
        self,
        src: str,
        md: MarkdownIt,
        env: MutableMapping[str, Any],
        tokens: list[Token],
    ) -> list[Token]:
        outer = env.get("inline")  # set while an alt text or an inline footnote is parsed
        state = LineState(src, md, env, tokens, outer)
        if state.depth > DEEPEST:
            raise place(env).error("this is nested too deeply", state.line, PLAINER)
        env["inline"] = state
        try:
            self.tokenize(state)
            for rule in self.ruler2.getRules(""):
                rule(state)
        finally:
            env["inline"] = outer
        return state.tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802, its own name
        """Looks ahead, as often as the length of a text makes likely."""
        assert isinstance(state, LineState)
        state.spend(1)
        super().skipToken(state)


def inline(state: StateCore) -> None:
    """Parses the text of all blocks; stands in for markdown-it's rule of this name."""
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type != "inline":
            continue
        state.env["line"] = line(token)
        for most, what, count in (
            (LONGEST, "characters", len(token.content)),
            (MOST_QUOTES, "quotation marks", sum(map(token.content.count, "\"'"))),
        ):
            if count > most:
                message = f"this paragraph has more than {most} {what}"
                raise place(state.env).error(message, line(token), SHORTER)
        state.env["effort"] = EFFORT * len(token.content) + 1000
        token.children = []
        state.md.inline.parse(token.content, state.md, state.env, token.children)
        merge(before, state.env.pop("trailing", {}))
