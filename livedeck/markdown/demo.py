"""`::: {demo="demos/handwriting.js" values="digits.weights digits.biases"}`: a script of the
author's, for the audience to try a model with. What stands in the div is for paper, and for
readers without JavaScript."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from livedeck.markdown.place import Place
from livedeck.markdown.references import DemoRef
from livedeck.markdown.tokens import add_class, line

VALUE = re.compile(r"([^\W\d]\w*)\.([^\W\d]\w*)")


def refer(tokens: Sequence[Token], place: Place) -> None:
    """Reads the divs that are demos."""
    for token in tokens:
        if token.type == "div_open" and "demo" in token.attrs:
            token.meta["ref"] = read(token, place)
            add_class(token, "demo")


def read(token: Token, place: Place) -> DemoRef:
    script, values = str(token.attrs.pop("demo")), str(token.attrs.pop("values", "")).split()
    if not script.endswith(".js"):
        hint = 'Write `::: {demo="demos/handwriting.js" values="digits.weights"}`.'
        raise place.error(f"`{script}` is not the name of a script", line(token), hint)
    fields = []
    for value in values:
        match = VALUE.fullmatch(value)
        if not match:
            hint = 'Write `values="digits.weights digits.biases"`.'
            raise place.error(f"`{value}` is not the name of a value", line(token), hint)
        fields.append((match[1], match[2]))
    return DemoRef(script, tuple(fields), place.line(line(token)))
