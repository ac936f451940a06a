"""Writes the deck as PDFs: its slides, a page each; a handout; an article."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from livedeck.errors import AuthorError, AuthorErrors
from livedeck.html.render import Rendering
from livedeck.pdf import pdf, steps
from livedeck.pdf.layout_cache import LayoutCache
from livedeck.pdf.paper_html import ARTICLE, HANDOUT, SLIDES, View, renderer
from livedeck.pdf.pieces import grouped, paired
from livedeck.planning.compute import Computed
from livedeck.planning.prepare import Prepared
from livedeck.store.entry import Entry


@dataclass(frozen=True)
class Documents:
    """All that the PDFs of a deck are made from."""

    prepared: Prepared
    rendering: Rendering
    computed: Computed
    files: dict[str, bytes]
    layouts: LayoutCache

    def write(self, names: Sequence[str], *, steps: bool) -> dict[str, bytes]:
        """The PDFs of these names, with every figure's numbers and the deck's results attached."""
        makers = {
            "deck": self._deck_of_steps if steps else self._deck,
            "handout": self._handout,
            "article": self._article,
        }
        with ThreadPoolExecutor(max(1, len(names))) as side:
            made = {name: side.submit(makers[name]) for name in names}
            return {f"{name}.pdf": future.result() for name, future in made.items()}

    def _deck(self) -> bytes:
        render = self._renderer("pdf.html.j2", SLIDES)
        return self._bound("deck", [render(group) for group in grouped(self.rendering.slides)])

    def _deck_of_steps(self) -> bytes:
        """The deck with a page for each step of a slide."""
        render = self._renderer("pdf.html.j2", SLIDES)
        pages = list(steps.expanded(self.rendering.slides))
        pieces = [render([slide for slide, _ in group]) for group in grouped(pages)]
        return self._bound("deck", pieces, [label for _, label in pages])

    def _handout(self) -> bytes:
        render = self._renderer("handout.html.j2", HANDOUT)
        return self._bound("handout", [render(group) for group in paired(self.rendering.slides)])

    def _article(self) -> bytes:
        render = self._renderer("article.html.j2", ARTICLE)
        return self._bound("article", [render(self.rendering.slides)])

    def _renderer(self, template: str, sheets: tuple[str, ...]) -> Callable[[Sequence[View]], str]:
        return renderer(self.prepared, self.rendering, self.computed, template, sheets)

    def _bound(self, name: str, pieces: Sequence[str], labels: Sequence[str] = ()) -> bytes:
        settings = self.prepared.deck.settings
        try:
            return pdf.write(
                pieces,
                self.rendering.drawn,
                roots=[self.prepared.deck.folder, *self.prepared.fonts.paths],
                title=settings.title,
                author=settings.author,
                language=settings.language,
                attachments=[_results(self.files), *_tables(self.computed)],
                modes=self.prepared.theme.named(),
                processes=self.layouts,
                labels=labels,
                document=name,
            )
        except AuthorErrors as errors:
            for error in errors.errors:
                _place(error, self.prepared.templates.folder)
            raise AuthorErrors(errors.errors) from errors


def _place(error: AuthorError, templates: Path) -> None:
    """Says which template names an address that was refused: the Markdown's are checked before."""
    address = re.search(r"may not load `([^`]+)`", error.message)
    if address is None or error.path is not None:
        return
    for path in sorted(templates.rglob("*.j2")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if address[1].removeprefix("file://").partition(" … ")[0] in line:
                error.path, error.line = path, number
                return


def _results(files: dict[str, bytes]) -> pdf.Attachment:
    name = "results.json"
    return pdf.Attachment(name, files[name], "Every result of this deck", "application/json")


def _tables(computed: Computed) -> list[pdf.Attachment]:
    tables = []
    for place, entry in computed.figures.items():
        if isinstance(entry, Entry):
            name = re.sub(r"[^\w.-]+", "-", place[0]) + ".csv"
            about = f"The numbers behind the figure {place[0]}"
            tables.append(pdf.Attachment(name, entry.read("data.csv"), about, "text/csv"))
    return tables
