"""The slides as HTML for paper, on its way to whoever lays it out."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from livedeck.fonts import families
from livedeck.html.page import context, sheets, theme_css
from livedeck.html.render import Rendering, results_table
from livedeck.planning.compute import Computed
from livedeck.planning.prepare import Prepared

SLIDES = ("type", "blocks", "slide", "layouts", "paper/slides")
HANDOUT = (*SLIDES, "paper/a4", "paper/handout")
ARTICLE = ("type", "blocks", "paper/a4", "paper/article", "paper/chapters", "paper/figures")

View = dict[str, Any]  # a slide as the templates know it


def renderer(
    prepared: Prepared,
    rendering: Rendering,
    computed: Computed,
    template: str = "pdf.html.j2",
    styles: tuple[str, ...] = SLIDES,
    **known: object,
) -> Callable[[Sequence[View]], str]:
    """What renders slides as a document of their own; the template knows what is `known`."""
    style = "\n".join(
        [
            theme_css(prepared.theme),
            *(
                families.face_css(family.name, family.faces, "", embed=False)
                for family in prepared.fonts.families.values()
            ),
            sheets(prepared, styles),
        ]
    )
    whole = context(prepared, rendering, results_table(computed)) | known

    def render(slides: Sequence[View]) -> str:
        words = {**whole, "slides": slides, "css": Markup(style)}
        return prepared.templates.render(template, **words)

    return render
