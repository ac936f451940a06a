r"""`$…$` and `$$…$$`, as Pandoc reads them: a price is no formula; and as in LaTeX: `\(…\)`,
`\[…\]` and `\begin{align}…\end{align}` on lines of their own.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

OPENING = re.compile(
    r"\\\[|\\begin\{((?:equation|align|alignat|flalign|gather|multline|eqnarray)\*?)\}"
)
BRACKET = re.compile(r"(?<!\\)\\[\[\]]")


def mathematics_plugin(md: MarkdownIt) -> None:
    dollarmath_plugin(
        md,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    ended = ["paragraph", "reference", "blockquote", "list"]  # by such lines, without a blank one
    md.block.ruler.before("fence", "math_lines", _lines, {"alt": ended})
    md.inline.ruler.before("escape", "math_parentheses", _parentheses)


def _lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines from `\\[` or the beginning of an environment to the end of it."""
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    opening = OPENING.match(first)
    if opening is None or state.is_code_block(start):
        return False
    closing = f"\\end{{{opening[1]}}}" if opening[1] else r"\]"
    for last in range(start, end):
        if state.isEmpty(last):
            break
        lines = state.getLines(start, last + 1, state.blkIndent, False).strip()
        if len(lines) > len(opening[0]) and lines.endswith(closing):
            break
    else:
        return False
    content = lines if opening[1] else lines[len(opening[0]) : -len(closing)]
    if not lines.endswith(closing) or (not opening[1] and BRACKET.search(content)):
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.markup = True, content, opening[0]
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _parentheses(state: StateInline, silent: bool) -> bool:
    """What stands between `\\(` and the next `\\)`."""
    if not state.src.startswith(r"\(", state.pos):
        return False
    end = state.src.find(r"\)", state.pos)
    content = state.src[state.pos + 2 : end]
    if end < 0 or not content.strip():
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content, token.markup = content, r"\("
    state.pos = end + 2
    return True
