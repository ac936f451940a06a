"""Where the letters of a figure's texts come to lie when it is drawn, in space too.

Matplotlib's own boxes of texts have room for the tallest letters and the deepest, and are measured
on whole pixels, as no SVG and no PDF is drawn; those of texts in space are elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox


def boxes(figure: Figure) -> dict[Text, Bbox]:
    """The box around the letters of each text that is drawn, in pixels; none for blanks."""
    reader, before = _Reader(figure), figure.get_dpi()
    figure.set_dpi(72)  # as SVG and PDF are drawn
    try:
        with reader.told_of_texts():
            figure.draw(reader)
    finally:
        figure.set_dpi(before)
    scale = Affine2D().scale(before / 72)
    return {text: Bbox.union(found).transformed(scale) for text, found in reader.found.items()}


class _Reader(RendererBase):
    """Draws nothing, and notes the outlines of letters."""

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.dpi, self.size = 72, figure.get_size_inches() * 72
        self.found: dict[Text, list[Bbox]] = {}
        self.text: Text | None = None
        self.reading = False

    @contextmanager
    def told_of_texts(self) -> Iterator[None]:
        """Lets each text say that its drawing begins."""
        kind: Any = Text
        draw = kind.draw

        def telling(text: Text, renderer: RendererBase) -> None:
            self.text = text
            draw(text, renderer)

        kind.draw = telling
        try:
            yield
        finally:
            kind.draw = draw

    def draw_text(self, *values: Any, **named: Any) -> None:
        self.reading = True
        super().draw_text(*values, **named)  # by its outlines
        self.reading = False

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        if self.reading and self.text is not None and len(path.vertices):
            self.found.setdefault(self.text, []).append(path.get_extents(transform))

    def draw_markers(self, *values: Any, **named: Any) -> None: ...

    def draw_path_collection(self, *values: Any, **named: Any) -> None: ...

    def draw_quad_mesh(self, *values: Any, **named: Any) -> None: ...

    def draw_gouraud_triangles(self, *values: Any) -> None: ...

    def draw_image(self, *values: Any, **named: Any) -> None: ...

    def option_image_nocomposite(self) -> bool:
        return True

    def flipy(self) -> bool:
        return False

    def get_canvas_width_height(self) -> tuple[float, float]:
        return tuple(self.size)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        return self._text2path.get_text_width_height_descent(s, prop, ismath)  # as SVG has it
