"""Inline parsing that knows on which line of the file each token stands."""

from collections.abc import MutableMapping
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from livedeck.markdown.tokens import merge


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
        self.one_line = "\n" not in source

    @property
    def line(self) -> int:
        """The line of the current position, counted from 0."""
        return self.first_line + (0 if self.one_line else self.src.count("\n", 0, self.pos))

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
        env["inline"] = state
        try:
            self.tokenize(state)
            for rule in self.ruler2.getRules(""):
                rule(state)
        finally:
            env["inline"] = outer
        return state.tokens


def inline(state: StateCore) -> None:
    """Parses the text of all blocks; stands in for markdown-it's rule of this name."""
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type != "inline":
            continue
        state.env["line"] = token.map[0] if token.map else 0
        token.children = []
        state.md.inline.parse(token.content, state.md, state.env, token.children)
        merge(before, state.env.pop("trailing", {}))
