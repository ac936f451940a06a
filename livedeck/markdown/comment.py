"""`<!-- for authors alone -->`: nobody else sees it."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from livedeck.markdown.lines import LineState
from livedeck.markdown.place import place

OPENING, CLOSING = "<!--", "-->"
UNCLOSED = f"Close it with `{CLOSING}`."


def comment_plugin(md: MarkdownIt) -> None:
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "comment", block, {"alt": alternatives})
    md.inline.ruler.before("autolink", "comment", inline)


def block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Leaves out a comment that has its lines for itself, and may have empty ones in it."""
    start = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith(OPENING, start):
        return False
    end = state.src.find(CLOSING, start + len(OPENING))
    if end < 0:
        raise place(state.env).error("a comment that is never closed", first, UNCLOSED)
    end += len(CLOSING)
    after = state.src.find("\n", end)
    if state.src[end : after if after >= 0 else None].strip():
        if "\n\n" in state.src[start:end]:
            message = "text on the line on which a comment ends"
            place_of_end = first + state.src.count("\n", start, end)
            raise place(state.env).error(message, place_of_end, "Put it on the next line.")
        return False  # within a paragraph: `inline`
    if not silent:
        state.line = min(first + state.src.count("\n", start, end) + 1, last)
    return True


def inline(state: StateInline, silent: bool) -> bool:
    """Leaves out a comment within a line, or over some lines of a paragraph."""
    if not state.src.startswith(OPENING, state.pos):
        return False
    assert isinstance(state, LineState)
    end = state.src.find(CLOSING, state.pos + len(OPENING), state.posMax)
    if end < 0:
        raise place(state.env).error("a comment that is never closed", state.line, UNCLOSED)
    state.pos = end + len(CLOSING)
    if not state.src[state.pos : state.posMax].strip():
        state.pending = state.pending.rstrip(" ")
    if not state.pending.strip() or state.pending.endswith(" "):
        while state.pos < state.posMax and state.src[state.pos] == " ":
            state.pos += 1  # one space is enough
    return True
