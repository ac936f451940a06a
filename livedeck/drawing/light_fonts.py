"""Fonts in the PDFs of figures without what no reader of them needs, by replacing a function of
fontTools and a private one of matplotlib's as long as it saves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fontTools import subset
from matplotlib.backends._backend_pdf_ps import CharacterTracker
from matplotlib.font_manager import FontPath


@contextmanager
def embedded() -> Iterator[None]:
    """Lets matplotlib embed fonts without their layout tables: the glyphs have their places
    already, and fontTools takes longer to read these tables than all else takes.

    Nothing that fits glyphs to pixels or names them is kept either, and glyphs keep their numbers,
    so that the fonts of all figures can be put together. No character has the code 0, which in PDF
    stands for what a font does not have.
    """
    tracker: Any = CharacterTracker
    load, track = subset.load_font, tracker.track_glyph

    def lighter(file: Any, options: Any, **more: Any) -> Any:
        options.set(hinting=False, glyph_names=False, retain_gids=True)
        font = load(file, options, **more)
        for tag in ("GDEF", "GPOS", "GSUB"):
            if tag in font:
                del font[tag]
        return font

    def tracked(self: CharacterTracker, font: Any, chars: Any, glyph: Any) -> tuple[int, int]:
        part, code = track(self, font, chars, glyph)
        if part and not code:  # matplotlib counts from 0 in what does not fit into the first part
            path = FontPath(font.fname, font.face_index)
            self.used[path][part] = {0: 0, 1: glyph}
            self.glyph_maps[path].add("\ufffd", 0, part, 0)
            chars = chars if isinstance(chars, str) else chr(chars)  # of mathematics: a number
            self.glyph_maps[path].add(chars, glyph, part, code := 1)
        return part, code

    subset.load_font, tracker.track_glyph = lighter, tracked
    try:
        yield
    finally:
        subset.load_font, tracker.track_glyph = load, track
