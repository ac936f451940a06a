"""The gate `contrast` for the text of slides: WCAG 2.2, level AA, in every mode of the theme.

A page is laid out in the light mode's colours. What an element would have in another mode is
computed from the same rules, with that mode's colours as the variables.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2  # type: ignore[import-untyped, unused-ignore]
from weasyprint.css import (  # type: ignore[import-untyped, unused-ignore]
    AnonymousStyle,
    ComputedStyle,
)

from livedeck.finding import Finding
from livedeck.gates import colours
from livedeck.gates.colours import Rgb
from livedeck.gates.laid_out import Content, Laid, colour_of

WEIGHT = (0, 0, (0, 0, 0))  # of a declaration that nothing competes with


class Mode:
    """The styles of a document as they are in one mode, whose `colours` have names."""

    def __init__(self, name: str, named: Mapping[str, str]) -> None:
        self.name, self.paper = name, colours.parse(named["paper"])
        self._variables = {
            f"__{variable.replace('-', '_')}": (
                tinycss2.parse_component_value_list(colour),
                WEIGHT,
            )
            for variable, colour in named.items()
        }
        self._styles: dict[int, tuple[Any, Any]] = {}

    def style(self, style: Any) -> Any:
        """A style in this mode."""
        if id(style) not in self._styles:
            self._styles[id(style)] = style, self._twin(style)  # kept, so that ids stay its own
        return self._styles[id(style)][1]

    def _twin(self, style: Any) -> Any:
        parent = None if style.parent_style is None else self.style(style.parent_style)
        if isinstance(style, AnonymousStyle):
            return AnonymousStyle(parent)
        cascaded = style.cascaded if parent is not None else {**style.cascaded, **self._variables}
        return ComputedStyle(
            parent,
            cascaded,
            style.pseudo_type,
            style.root_style,
            style.base_url,
            style.font_config,
            style.initial_page_sizes,
        )

    def ground(self, content: Content) -> Rgb:
        """What is behind a text: the grounds of the boxes that it stands in, on the paper."""
        ground = self.paper
        for style in content.grounds:
            colour, opacity = _colour(self.style(style), "background_color")
            ground = colours.over(colour, opacity, ground)
        return ground


def examine(laid: Laid, modes: list[Mode]) -> Iterator[Finding]:
    """Text of a slide that stands out too little, in one mode at least."""
    for content in laid.contents:
        if not content.text:
            continue
        style = content.box.style
        least = colours.least_for_text(float(style["font_size"]), int(style["font_weight"]))
        for mode in modes:
            ground = mode.ground(content)
            colour, opacity = _colour(mode.style(style), "color")
            seen = colours.over(colour, opacity, ground)
            ratio = colours.ratio(seen, ground)
            if ratio < least:
                pair = f"{colours.written(seen)} on {colours.written(ground)}"
                message = (
                    f"“{content.excerpt}” has a contrast of {ratio:.2f}:1 in the {mode.name} mode "
                    f"({pair}), and needs {least:g}:1"
                )
                hint = "Its colours come from the theme, or from a style sheet in templates/css."
                cause = f"{mode.name} {pair}"
                yield Finding("contrast", message, hint, laid.slide, content.line, cause)


def _colour(style: Any, key: str) -> tuple[Rgb, float]:
    colour = colour_of(style, key)
    red, green, blue = colour.to("srgb").coordinates[:3]
    return (red, green, blue), float(colour.alpha)
