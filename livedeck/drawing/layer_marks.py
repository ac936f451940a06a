"""Marks in a figure's PDF what belongs to its layers, so that they can be left out later.

What the artists of a layer draw stands between `/Layer <</Name (linear)>> BDC` and `EMC`, in a
graphics state of its own: what follows is drawn the same without it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.backends import backend_pdf
from matplotlib.backends.backend_pdf import GraphicsContextPdf, RendererPdf, Verbatim
from matplotlib.figure import Figure
from matplotlib.text import Annotation

_literal: Any = Verbatim  # matplotlib tells no types of these
_state: Any = GraphicsContextPdf

NAME = re.compile(r"[\w-]+")


def name_arrows(figure: Figure) -> None:
    """Puts the arrows of annotations into the layers of their texts."""
    for text in figure.findobj():
        if isinstance(text, Annotation) and text.arrow_patch and text.get_gid():
            text.arrow_patch.set_gid(text.get_gid())


@contextmanager
def marked() -> Iterator[None]:
    """Lets matplotlib write marks into the PDFs that it saves."""
    backend_pdf.RendererPdf = Renderer  # type: ignore[misc]
    try:
        yield
    finally:
        backend_pdf.RendererPdf = RendererPdf  # type: ignore[misc]


class Renderer(RendererPdf):
    """Matplotlib's renderer, which writes down where layers begin and end."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)  # type: ignore[no-untyped-call]
        self._open: list[tuple[str, Any]] = []  # groups, with the state around those of layers

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begins what an artist draws."""
        outside = None
        if gid and NAME.fullmatch(gid):
            outside = self.gc
            start = f"/Layer <</Name ({gid})>> BDC q".encode()
            self.file.output(*outside.finalize(), _literal(start))
            self.gc = _state(self.file)
            self.gc.copy_properties(outside)
        self._open.append((s, outside))

    def close_group(self, s: str) -> None:
        """Ends what an artist draws, and what within it has been left open: an artist without
        a place never says that it ends."""
        if any(name == s for name, _ in self._open):
            while self._close() != s:
                pass

    def finalize(self) -> None:
        """Ends everything."""
        while self._open:
            self._close()
        super().finalize()  # type: ignore[no-untyped-call]

    def _close(self) -> str:
        name, outside = self._open.pop()
        if outside is not None:
            self.file.output(*self.gc.finalize(), _literal(b"Q EMC"))
            self.gc = outside
        return name
