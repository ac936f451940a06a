"""What a slide can refer to, and who answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Attributes = tuple[tuple[str, str], ...]
Filters = tuple[tuple[str, tuple[object, ...]], ...]


@dataclass(frozen=True)
class RunRef:
    """A run of an experiment: with its own defaults, or with some parameters set."""

    experiment: str
    parameters: tuple[tuple[str, object], ...] = ()
    alias: str | None = None


@dataclass(frozen=True)
class FigureRef:
    """A live figure: `![…](experiment:digits.predictions?width=64#wide){height=300}`."""

    run: RunRef
    figure: str
    attributes: Attributes
    line: int
    layers: tuple[str, ...] = ()  # those that appear step by step


@dataclass(frozen=True)
class ValueRef:
    """A live value: `{{ digits.accuracy[0] | percent }}`; `name` may be the alias of a run."""

    name: str
    field: str
    index: int | None
    filters: Filters
    line: int
    source: str


@dataclass(frozen=True)
class CodeRef:
    """The source of a function: `::: {code="why_keras.flax_model"}`."""

    experiment: str
    function: str
    line: int


@dataclass(frozen=True)
class LinkRef:
    """A link: `[text](href)`, percent-encoded as a URL."""

    href: str
    line: int


@dataclass(frozen=True)
class PictureRef:
    """A picture: `![…](photo.png)`; `src` is a file name, not percent-encoded, or a URL.

    It is `inline` where words stand on its line. Else `beside` pictures make its row, itself one of
    them, and of `below` rows with `count` pictures its place has, a `share` of the slide's width.
    """

    src: str
    line: int
    attributes: Attributes
    inline: bool = False
    beside: int = 1
    below: int = 1
    count: int = 1
    share: float = 1.0


@dataclass(frozen=True)
class DemoRef:
    """A script of the author's with values: `::: {demo="demos/try.js" values="digits.weights"}`."""

    script: str
    values: tuple[tuple[str, str], ...]  # runs and fields by name
    line: int


Reference = FigureRef | ValueRef | CodeRef | LinkRef | PictureRef | DemoRef


@dataclass(frozen=True)
class LiveValue:
    """A value as plain text (alternative texts, titles) and as HTML."""

    text: str
    html: str


class Resolver(Protocol):
    """Answers for everything that a slide refers to."""

    def value(self, ref: ValueRef) -> LiveValue: ...

    def figure(self, ref: FigureRef, alt: str, caption_html: str) -> str:
        """A complete `<figure>`."""

    def picture(self, ref: PictureRef, alt: str, caption_html: str) -> str:
        """A complete `<figure>`, or an `<img>` where it stands among words."""

    def mathematics(self, tex: str, display: bool, line: int) -> str: ...

    def code(self, ref: CodeRef) -> tuple[str, str]:
        """The source of a function, and the name of its language."""

    def highlighted(self, source: str, language: str) -> Sequence[str]:
        """The lines of a source as HTML, the words of its language in spans."""

    def demo(self, ref: DemoRef) -> str:
        """The values that a script asked for, as an element for it to find; nothing on paper."""

    def link(self, ref: LinkRef) -> str:
        """The href as it goes into the page, not escaped."""
