"""`[^1]` and `^[text]`: each one defined, once, and referred to."""

from collections import Counter
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.footnote import footnote_plugin as plugin

from livedeck.errors import did_you_mean
from livedeck.markdown.place import place
from livedeck.markdown.tokens import line, walk


def footnote_plugin(md: MarkdownIt) -> None:
    plugin(md, always_match_refs=True)
    md.core.ruler.before("footnote_tail", "footnote_check", footnote_check)


def footnote_check(state: StateCore) -> None:
    """Refuses footnotes that would vanish, and references that lead nowhere."""
    if "footnotes" not in state.env:
        return
    openings = [token for token in state.tokens if token.type == "footnote_reference_open"]
    count = Counter(token.meta["label"] for token in openings)
    inline = [note.get("tokens", []) for note in state.env["footnotes"]["list"].values()]
    references = [
        token
        for token in walk([*state.tokens, *chain.from_iterable(inline)])
        if token.type == "footnote_ref" and "label" in token.meta
    ]
    for reference in references:
        label = reference.meta["label"]
        if not count[label]:
            message = f"the footnote `[^{label}]` is not defined"
            raise place(state.env).error(message, line(reference), did_you_mean(label, count))
    referred = {token.meta["label"] for token in references}
    for token in openings:
        label = token.meta["label"]
        if count[label] > 1:
            message, hint = f"the footnote `[^{label}]` is defined twice", "Keep one."
        elif label not in referred:
            message = f"nothing refers to the footnote `[^{label}]`"
            hint = f"Write `[^{label}]` where it belongs."
        else:
            continue
        raise place(state.env).error(message, line(token), hint)
