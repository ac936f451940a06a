"""The files of a deck: its page, its PDFs and its results."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from livedeck.console import Terminal
from livedeck.errors import AuthorError, AuthorErrors, bounded
from livedeck.execution.timings import Timings
from livedeck.files import below
from livedeck.finding import GATES, LEVELS
from livedeck.html import missing_characters
from livedeck.html.answers import PageAnswers, PaperAnswers
from livedeck.html.render import Rendering, render_slides
from livedeck.markdown import CodeRef, DemoRef, FigureRef, ValueRef
from livedeck.options import Options
from livedeck.pdf import right_to_left
from livedeck.pdf.layout_cache import LayoutCache
from livedeck.pdf.layout_processes import INSTALL, NO_PANGO
from livedeck.planning.compute import Computed
from livedeck.planning.plan import Plan
from livedeck.planning.prepare import Prepared
from livedeck.publishing import reports, verdict
from livedeck.slides.deck import Deck, Slide
from livedeck.store.store import Store

if TYPE_CHECKING:
    from livedeck.html.page import Body

Keep = Callable[[Prepared, Rendering, "Body", str], None]  # of a page, with its style sheet


def refuse_early(prepared: Prepared, store: Store, layouts: LayoutCache) -> None:
    """Refuses what is wrong with slides that show nothing computed, before the others can be laid
    out."""
    from livedeck.pdf import layout_check

    computed = Computed(Plan(prepared.plan.sizes))
    own = LayoutCache(store, layouts.fonts, layouts.processes)
    deck, theme = prepared.deck, prepared.theme
    rendering = render_slides(
        deck, theme, computed, store, PaperAnswers, only=_shows_nothing_computed
    )
    if lacking := missing_characters.errors(prepared, rendering, store):
        raise AuthorErrors(lacking)
    if rendering.slides:
        layout_check.prove(prepared, rendering, computed, own)
    found = verdict.of_layout(prepared.deck, own.findings)
    if found.errors:
        raise AuthorErrors(found.errors)


def _shows_nothing_computed(slide: Slide) -> bool:
    computed = (FigureRef, ValueRef, CodeRef, DemoRef)
    if slide.matter.layout == "results":
        return False
    return not any(isinstance(ref, computed) for ref in slide.parsed.references)


def render(
    prepared: Prepared,
    computed: Computed,
    store: Store,
    options: Options,
    layouts: LayoutCache,
    terminal: Terminal,
    timings: Timings,
    keep: Keep | None,
    root: Path,
) -> tuple[dict[str, bytes], list[AuthorError]]:
    """The files of the deck by name, and what is wrong with its texts where a build goes on; slides
    are laid out for the PDF, or at least for the gates, while the page is put together."""
    files = {"results.json": reports.results_json(prepared.deck.settings.title, computed, root)}
    with ThreadPoolExecutor(1) as aside, ending(layouts):
        rendering = _rendering(prepared, computed, store, paper=True)
        lacking = missing_characters.errors(prepared, rendering, store)
        if lacking and not options.keep_going:
            raise AuthorErrors(lacking)
        asked = asked_for(prepared.deck, options)
        if asked:
            _tell_of_moving(prepared.deck, rendering, terminal, root)
            _tell_of_order(prepared.deck, rendering, terminal, root)
            from livedeck.pdf.documents import Documents

            documents = Documents(prepared, rendering, computed, files, layouts)
            pdfs = aside.submit(documents.write, asked, steps=options.steps)
        proven = "deck" not in asked and asked_of_gates(prepared.deck) != {"off"}
        if proven:
            from livedeck.pdf import layout_check

            prove = layout_check.prove
            proof = aside.submit(prove, prepared, rendering, computed, layouts)
        with timings.phase("HTML"):
            html = _page(prepared, computed, store, keep)
        files = {"index.html": html, **files}
        terminal.step("HTML", f"index.html ({len(html) / 1e6:.2f} MB)")
        if asked:
            made: dict[str, bytes] = {}
            with timings.phase("PDF"):  # what is left of it: it is laid out meanwhile
                try:
                    made = pdfs.result()
                except AuthorErrors as refused:
                    if not options.keep_going:
                        raise
                    lacking += refused.errors  # and the page is there without them
            files |= made
            sizes = (f"{name} ({len(pdf) / 1e6:.2f} MB)" for name, pdf in made.items())
            terminal.step("PDF", ", ".join(sizes) or "not made")
        if proven:
            with timings.phase("proofs"):
                _heed_lack(proof, prepared.deck, terminal)
    return files, lacking


def asked_of_gates(deck: Deck) -> set[str]:
    """What the gates do that look at slides as they are laid out."""
    return {deck.settings.gates.get(name, LEVELS[0]) for name in GATES}


def _heed_lack(proof: Future[None], deck: Deck, terminal: Terminal) -> None:
    """Waits until slides are laid out; where nothing can be, that is an error if a gate must know,
    and else a remark."""
    try:
        proof.result()
    except AuthorErrors as errors:
        lacks = {error.message for error in errors.errors} == {NO_PANGO}
        if not lacks or LEVELS[0] in asked_of_gates(deck):
            raise
        terminal.remark(f"warning: {NO_PANGO}: no gate has looked at them. {INSTALL}")


def _tell_of_moving(deck: Deck, rendering: Rendering, terminal: Terminal, root: Path) -> None:
    """Says which pictures stand still on paper."""
    for slide, leaf in zip(deck.slides, rendering.leaves, strict=True):
        for name, line in leaf.moving:
            place = f"{below(root, slide.path)}:{line}"
            terminal.remark(f"{place}: `{name}` moves on screen; on paper it is its first moment")


def _tell_of_order(deck: Deck, rendering: Rendering, terminal: Terminal, root: Path) -> None:
    """Says which texts from right to left paper sets otherwise."""
    slides = {slide.id: slide for slide in deck.slides}
    for slide, line, words in right_to_left.mixed(slides, rendering):
        place = f"{below(root, slide.path)}:{line}"
        terminal.remark(
            f"warning: {place}: on paper, “{bounded(words, 40)}” and what is stressed, linked or"
            " code beside it stand from left to right. Write the line without these."
        )


@contextmanager
def ending(layouts: LayoutCache) -> Iterator[None]:
    """Lets nobody wait for pages of a build that was interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        layouts.processes.close()
        raise


def _page(prepared: Prepared, computed: Computed, store: Store, keep: Keep | None) -> bytes:
    """The page, which may be kept for `serve`, to be there at once."""
    from livedeck.html import page

    rendering = _rendering(prepared, computed, store)
    shown = page.body(prepared, rendering, computed)
    css = page.style(prepared, rendering, shown, store)
    if keep is not None and not computed.failures:
        keep(prepared, rendering, shown, css)
    return page.write(prepared, rendering, shown, css)


def asked_for(deck: Deck, options: Options) -> tuple[str, ...]:
    """The PDFs to make, by name."""
    return deck.settings.pdf if options.pdf is None else options.pdf


def _rendering(
    prepared: Prepared, computed: Computed, store: Store, *, paper: bool = False
) -> Rendering:
    kind, deck = PaperAnswers if paper else PageAnswers, prepared.deck
    notes = deck.settings.notes
    return render_slides(deck, prepared.theme, computed, store, kind, notes=notes)
