"""Lays slides out for the gates alone, where no PDF is wanted.

A slide's proof is kept in the store under all that decides its layout: its HTML without its
number and without what its figures show. So an edited sentence costs the layout of one slide.
"""

from collections.abc import Sequence

from livedeck.html.figures import unnamed
from livedeck.html.render import Rendering
from livedeck.pdf.layout_cache import LayoutCache
from livedeck.pdf.paper_html import View, renderer
from livedeck.pdf.pieces import Piece, Sheets, grouped
from livedeck.planning.compute import Computed
from livedeck.planning.prepare import Prepared

NUMBER = 888  # every slide's, so that a slide put in between changes no other


def prove(
    prepared: Prepared, rendering: Rendering, computed: Computed, layouts: LayoutCache
) -> None:
    """Lays out the slides of which the store holds no proof, and adds all findings to those of
    `layouts`."""
    render = renderer(prepared, rendering, computed, total=NUMBER)
    places = [str(path.resolve()) for path in (prepared.deck.folder, *prepared.fonts.paths)]
    settings, modes = prepared.deck.settings, prepared.theme.named()

    def proof(slides: Sequence[View], number: int = 0) -> Piece:
        html = unnamed(render([slide | {"number": NUMBER} for slide in slides]))
        title, author, language = settings.title, settings.author, settings.language
        return Piece(number, html, places, title, author, language, None, modes, proof=True)

    pieces = {slide["id"]: proof([slide]) for slide in rendering.slides}
    proofs = {name: layouts.stored(piece) for name, piece in pieces.items()}
    missing = [slide for slide in rendering.slides if proofs[slide["id"]] is None]
    groups = grouped(missing) if missing else []
    made = layouts.processes.lay_out([proof(group, number) for number, group in enumerate(groups)])
    for group, sheets in zip(groups, made, strict=True):
        for slide in group:
            name = slide["id"]
            own = [finding for finding in sheets.findings if finding.slide == name]
            proofs[name] = Sheets(b"", [], own)
            layouts.keep(pieces[name], Sheets(b"", [], own))
    layouts.findings += [f for sheets in proofs.values() if sheets for f in sheets.findings]
