"""The gate `small-text` for slides: what the audience could not read from its seats."""

import math
from collections.abc import Iterator

from livedeck.gates.finding import Finding
from livedeck.gates.laid_out import Laid
from livedeck.gates.readable import FIX, is_small


def examine(laid: Laid) -> Iterator[Finding]:
    """Text of a slide that is too small, and figures that are shown smaller than drawn.

    The line of provenance, footnotes, and sub- and superscripts are excepted.
    """
    for content in laid.contents:
        box = content.box
        if content.text and not content.note:
            size = float(box.style["font_size"])
            if is_small(size):
                message = f"“{content.excerpt}” is set in {size:.3g} px"
                hint = f"{FIX}; its size comes from a style sheet in templates/css."
                cause = f"{box.element_tag} {size:.3g}"
                yield Finding("small-text", message, hint, laid.slide, content.line, cause)
        elif box.element_tag == "img" and (text := box.element.get("data-text")):
            scale = min(1, box.width / float(box.element.get("width")))
            if scale < 1 and is_small(float(text) * scale):
                message = f"a figure is shown at {scale:.0%} of the size it is drawn at"
                message += f", so its text measures {float(text) * scale:.3g} px"
                place = f"{{width={math.floor(box.width)} height={math.floor(box.height)}}}"
                hint = f"{FIX}. Let it be drawn for its place: `{place}`."
                yield Finding("small-text", message, hint, laid.slide, content.line)
