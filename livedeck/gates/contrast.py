"""The gate `contrast` for the text of slides: WCAG 2.2, level AA, in every mode of the theme.

A page is laid out in the light mode's colours; `mode_styles` has those of another mode.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from livedeck.finding import Finding
from livedeck.gates import colours
from livedeck.gates.colours import Rgb
from livedeck.gates.laid_out import Content, Laid, colour_of
from livedeck.gates.mode_styles import Styles


class Mode:
    """The styles of a document as they are in one mode, whose `colours` have names."""

    def __init__(self, name: str, named: Mapping[str, str]) -> None:
        self.name, self.paper = name, colours.parse(named["paper"])
        self.styles = Styles(named)

    def ground(self, content: Content) -> Rgb:
        """What is behind a text: the grounds of the boxes that it stands in, on the paper."""
        ground = self.paper
        for style in content.grounds:
            colour, opacity = _colour(self.styles.of(style), "background_color")
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
            colour, opacity = _colour(mode.styles.of(style), "color")
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
