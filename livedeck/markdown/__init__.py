"""The slides' Markdown: CommonMark, Pandoc's notations for slides, and live figures and numbers.

`parse` reads a slide and says what it refers to; `render` makes its HTML once a `Resolver` can
answer for those references.
"""

from livedeck.markdown.parser import Parsed, parse
from livedeck.markdown.references import (
    CodeRef,
    DemoRef,
    FigureRef,
    LinkRef,
    LiveValue,
    PictureRef,
    Reference,
    Resolver,
    RunRef,
    ValueRef,
)
from livedeck.markdown.render import Block, Rendered, render
from livedeck.markdown.typed_numbers import typed_numbers

__all__ = [
    "Block",
    "CodeRef",
    "DemoRef",
    "FigureRef",
    "LinkRef",
    "LiveValue",
    "Parsed",
    "PictureRef",
    "Reference",
    "Rendered",
    "Resolver",
    "RunRef",
    "ValueRef",
    "parse",
    "render",
    "typed_numbers",
]
