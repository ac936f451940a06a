"""The glyphs of which matplotlib sets a text, and texts drawn by their outlines.

Both by private functions of its: the public ones leave no choice for each text.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from matplotlib.backends.backend_pdf import RendererPdf
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

Glyph = tuple[str, str]  # the file of its font, and its character
METHODS: dict[Any, str] = {RendererSVG: "_draw_text_as_text", RendererPdf: "draw_text"}


def of(text: str, font: FontProperties, *, formula: bool) -> Iterator[Glyph]:
    """The glyphs of a text, of a formula those of its signs."""
    engine: Any = text_to_path
    if formula:
        for face, _, code, *_ in engine.mathtext_parser.parse(text, 72, font).glyphs:
            yield face.fname, chr(code)
    else:
        for item in engine._get_font(font)._layout(text, engine._get_hinting_flag()):
            yield item.ft_object.fname, item.char


@contextmanager
def outlined(renderer: Any, wanted: Callable[[str, FontProperties, bool], bool]) -> Iterator[None]:
    """Lets a renderer of matplotlib's draw as outlines what is `wanted` so: told a text, its font,
    and whether it is a formula. All else it draws as it does."""
    method = METHODS[renderer]
    as_text = getattr(renderer, method)

    def draw(
        self: Any,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        outlines = wanted(s, prop, bool(ismath))
        drawing = self._draw_text_as_path if outlines else partial(as_text, self)
        drawing(gc, x, y, s, prop, angle, ismath, mtext)

    setattr(renderer, method, draw)
    try:
        yield
    finally:
        setattr(renderer, method, as_text)
