"""Lays slides out for the gates alone, where no PDF is wanted.

A slide's proof is kept in the store under all that decides its layout: its HTML without its
number and without what its figures show. So an edited sentence costs the layout of one slide.
"""

from collections.abc import Sequence
from dataclasses import replace

from livedeck import missing
from livedeck.compute import Computed
from livedeck.deck import Slide
from livedeck.errors import AuthorErrors
from livedeck.figures import unnamed
from livedeck.galleys import Galleys
from livedeck.gates import verdict
from livedeck.manuscript import View, renderer
from livedeck.markdown import CodeRef, DemoRef, FigureRef, ValueRef
from livedeck.pieces import Piece, Sheets, grouped
from livedeck.plan import Plan
from livedeck.prepare import Prepared
from livedeck.project import Project
from livedeck.render import Rendering, render_slides
from livedeck.resolve import PaperAnswers
from livedeck.store import Store

NUMBER = 888  # every slide's, so that a slide put in between changes no other


def require(project: Project, prepared: Prepared, store: Store, galleys: Galleys) -> None:
    """Refuses what is wrong with slides that show nothing computed, before the others can be laid
    out."""
    computed, own = Computed(), Galleys(store, galleys.fonts, galleys.typesetters)
    alone = replace(prepared, plan=Plan())
    rendering = render_slides(
        *(alone.deck, alone.planner, alone.plan, computed, store, PaperAnswers),
        only=_shows_nothing_computed,
    )
    if lacking := missing.errors(prepared, rendering, store):
        raise AuthorErrors(lacking)
    if rendering.slides:
        prove(project, alone, rendering, computed, own)
    found = verdict.of_layout(prepared.deck, own.findings)
    if found.errors:
        raise AuthorErrors(found.errors)


def _shows_nothing_computed(slide: Slide) -> bool:
    computed = (FigureRef, ValueRef, CodeRef, DemoRef)
    if slide.matter.layout == "results":
        return False
    return not any(isinstance(ref, computed) for ref in slide.parsed.references)


def prove(
    project: Project,
    prepared: Prepared,
    rendering: Rendering,
    computed: Computed,
    galleys: Galleys,
) -> None:
    """Lays out the slides of which the store holds no proof, and adds all findings to the
    galleys'."""
    render = renderer(prepared, rendering, computed, total=NUMBER)
    places = [str(path.resolve()) for path in (project.deck, *prepared.fonts.paths)]
    settings, modes = prepared.deck.settings, prepared.theme.named()

    def proof(slides: Sequence[View], number: int = 0) -> Piece:
        html = unnamed(render([slide | {"number": NUMBER} for slide in slides]))
        title, author, language = settings.title, settings.author, settings.language
        return Piece(number, html, places, title, author, language, None, modes, proof=True)

    pieces = {slide["id"]: proof([slide]) for slide in rendering.slides}
    proofs = {name: galleys.stored(piece) for name, piece in pieces.items()}
    missing = [slide for slide in rendering.slides if proofs[slide["id"]] is None]
    groups = grouped(missing) if missing else []
    made = galleys.typesetters.lay_out(
        [proof(group, number) for number, group in enumerate(groups)]
    )
    for group, sheets in zip(groups, made, strict=True):
        for slide in group:
            name = slide["id"]
            own = [finding for finding in sheets.findings if finding.slide == name]
            proofs[name] = Sheets(b"", [], own)
            galleys.keep(pieces[name], Sheets(b"", [], own))
    galleys.findings += [f for sheets in proofs.values() if sheets for f in sheets.findings]
