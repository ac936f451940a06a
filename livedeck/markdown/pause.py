"""`. . .`, a paragraph of its own: what follows appears a step later."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

PAUSE = ". . ."


def pause_plugin(md: MarkdownIt) -> None:
    md.core.ruler.after("block", "pause", pause)


def pause(state: StateCore) -> None:
    """Replaces the paragraph by a token `pause`."""
    tokens = list[Token]()
    for token in state.tokens:
        if token.type == "inline" and token.content == PAUSE and opens_paragraph(tokens):
            tokens[-1] = Token("pause", "", 0, map=token.map, block=True)
        elif not (token.type == "paragraph_close" and tokens and tokens[-1].type == "pause"):
            tokens.append(token)
    state.tokens = tokens


def opens_paragraph(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[-1].type == "paragraph_open"
