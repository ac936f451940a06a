"""Answers for a deck that is being written: what is not computed yet stands as it last was, and
everything says where its source is."""

from dataclasses import dataclass
from html import escape
from typing import ClassVar

from livedeck.errors import AuthorError
from livedeck.html.answers import PageAnswers
from livedeck.markdown import DemoRef, FigureRef, LiveValue, PictureRef, ValueRef
from livedeck.planning.plan import Drawing
from livedeck.store.entry import Entry


class WaitingError(AuthorError):
    """Something that was never computed before."""


@dataclass
class LiveAnswers(PageAnswers):
    """A page's answers, with the lines of their sources."""

    lines: ClassVar[bool] = True

    def value(self, ref: ValueRef) -> LiveValue:
        """A live number or text; unknown where the last result does not have it yet."""
        try:
            return super().value(ref)
        except AuthorError:
            if self.plan.names[ref.name].key not in self.computed.stale:
                raise
            return self._unknown

    def figure(self, ref: FigureRef, alt: str, caption_html: str) -> str:
        """A live figure; its place alone where the last one lacks what the slide shows of it."""
        drawing = self._drawing(ref)
        try:
            return super().figure(ref, alt, caption_html)
        except AuthorError as error:
            if drawing.run.key not in self.computed.stale:
                raise
            return self._missing(drawing, error, alt)

    def demo(self, ref: DemoRef) -> str:
        """What a script needs; nothing where the last result does not have it."""
        try:
            return super().demo(ref)
        except KeyError:
            return ""

    def _missing(self, drawing: Drawing, error: AuthorError, alt: str) -> str:
        """An empty place of the figure's size, which says what is to come."""
        anchor = self._anchor(drawing.name)
        return (
            f'<figure class="figure coming" id="{escape(anchor)}">'
            f'<svg viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" '
            f'height="{drawing.height}" role="img" aria-label="{escape(alt)}"></svg></figure>'
        )

    @property
    def _unknown(self) -> LiveValue:
        return LiveValue("…", '<span class="live coming">…</span>')

    def _figure(
        self, drawing: Drawing, entry: Entry, result: Entry, alt: str, caption_html: str, line: int
    ) -> str:
        html = super()._figure(drawing, entry, result, alt, caption_html, line)
        source = f'data-line="{line}" data-code="{escape(self._code_line(drawing.place))}"'
        return html.replace("<figure ", f"<figure {source} ", 1)

    def _code_line(self, place: tuple[str, int, int]) -> str:
        """Where the function that draws a figure begins."""
        drawing = self.plan.drawings[place]
        return f"{drawing.run.experiment.path.name}:{drawing.figure.line}"

    def _at(self, ref: PictureRef) -> str:
        return f' data-line="{ref.line}"'
