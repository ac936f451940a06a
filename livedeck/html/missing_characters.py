"""Characters that no font of a deck has: an error for each text, with its line and what to add.

Left to themselves, a page would take them from whatever fonts its reader has, and paper would show
boxes.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError, bounded
from livedeck.files import toml_line
from livedeck.fonts.characters import Glyphs
from livedeck.html.render import Rendering, plain
from livedeck.planning.prepare import Prepared
from livedeck.slides.deck import Slide
from livedeck.store.store import Store

MOST = 12  # texts that are named; the others are counted
NAMED = 8  # characters of a text
WORDS = 3  # in which they stand
WORD = 40  # letters of one
SYMBOLS = 0x1F000  # where emoji and other pictures begin
NOTO = {
    "CJK": "Noto Sans SC",
    "BOPOMOFO": "Noto Sans TC",
    "HIRAGANA": "Noto Sans JP",
    "KATAKANA": "Noto Sans JP",
    "HANGUL": "Noto Sans KR",
}
SCRIPTS = (
    *("ARABIC", "ARMENIAN", "BENGALI", "CHEROKEE", "DEVANAGARI", "ETHIOPIC", "GEORGIAN"),
    *("GUJARATI", "GURMUKHI", "HEBREW", "KANNADA", "KHMER", "LAO", "MALAYALAM", "MONGOLIAN"),
    *("MYANMAR", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN"),
)

Families = tuple[str, ...]

_FAILED = re.compile(r'<figure class="figure failed">.*?</figure>', re.DOTALL)
_LINE = re.compile(r'data-line="(\d+)"')
_WORDS = re.compile(r">([^<]+)")


def errors(prepared: Prepared, rendering: Rendering, store: Store) -> list[AuthorError]:
    """What is wrong with the texts of a deck that its fonts cannot show. What is said of something
    that has failed is none of them."""
    glyphs = Glyphs(store, prepared.fonts.families.values())
    found = list(_of_settings(prepared, glyphs))
    slides = {slide.id: slide for slide in prepared.deck.slides}
    for view in rendering.slides:
        found += _of_slide(slides[view["id"]], view, glyphs, prepared.theme.fonts["text"])
    if len(found) > MOST:
        found[MOST - 1].message += f"; {len(found) - MOST} more texts have such characters"
    return found[:MOST]


def _of_settings(prepared: Prepared, glyphs: Glyphs) -> Iterator[AuthorError]:
    path, settings = prepared.deck.folder / "deck.toml", prepared.deck.settings
    families = prepared.theme.fonts["text"]
    for name in ("title", "author", "affiliation"):
        text = str(getattr(settings, name))
        if lacking := glyphs.lacking(set(text)):
            yield _error(text, lacking, path, toml_line(path, name), families)


def _of_slide(
    slide: Slide, view: dict[str, Any], glyphs: Glyphs, families: Families
) -> Iterator[AuthorError]:
    """A slide's texts in order, each once: several elements may stand on a line."""
    found: dict[int, list[str]] = {}
    for html, line in parts(slide, view):
        if not glyphs.lacking(set(plain(html))):
            continue
        for words in _WORDS.finditer(f">{html}"):
            text = plain(words[1])
            if lacking := glyphs.lacking(set(text)):
                place = line or line_of(slide, html, words.start(), _words(text, lacking)[0])
                found.setdefault(place, []).append(text)
    for place in sorted(found):
        text = " ".join(found[place])
        yield _error(text, glyphs.lacking(set(text)), slide.path, place, families)


def parts(slide: Slide, view: dict[str, Any]) -> list[tuple[str, int | None]]:
    """What a slide shows and says, as HTML, with its line where that is known."""
    title = (str(view["title_html"]), slide.parsed.title_line)
    shown = (_FAILED.sub("", str(block.html)) for block in view["blocks"])
    rest = (view["kicker"], view["notes_html"], *shown)
    return [title, *((str(html), None) for html in rest)]


def _words(text: str, lacking: set[str]) -> list[str]:
    return [word for word in text.split() if set(word) & lacking]


def line_of(slide: Slide, html: str, at: int, word: str) -> int:
    """The line of a word: where it is written as it is shown, else where its element begins."""
    lines = slide.path.read_text(encoding="utf-8").split("\n")
    written = [
        number
        for number, line in enumerate(lines, start=1)
        if word in unicodedata.normalize("NFC", line)
    ]
    begun = [int(number) for number in _LINE.findall(html[:at])]
    if begun:
        return next((number for number in written if number >= begun[-1]), begun[-1])
    return written[0] if written else slide.parsed.title_line


def _error(
    text: str, lacking: set[str], path: Path, line: int | None, families: Families
) -> AuthorError:
    signs = [sign for sign in dict.fromkeys(text) if sign in lacking]
    named = ", ".join(f"`{sign}` (U+{ord(sign):04X})" for sign in signs[:NAMED])
    more = f" and {len(signs) - NAMED} more" if len(signs) > NAMED else ""
    words = _words(text, lacking)
    shown = ", ".join(f"“{bounded(word, WORD)}”" for word in words[:WORDS])
    rest = f" and {len(words) - WORDS} more words" if len(words) > WORDS else ""
    message = f"no font of this deck has {named}{more}, in {shown}{rest}"
    return AuthorError(message, path, line, hint=_remedy(signs, families))


def _family(sign: str) -> str:
    """A family that has a character, of those that everybody may use."""
    script, *_ = unicodedata.name(sign, "?").replace("-", " ").split()
    if script in SCRIPTS:
        return f"Noto Sans {script.title()}"
    return NOTO.get(script) or ("Noto Emoji" if ord(sign) >= SYMBOLS else "")


def _remedy(signs: list[str], families: Families) -> str:
    such = list(dict.fromkeys(filter(None, map(_family, signs))))
    named = f", such as {' and '.join(such)}," if such else ""
    listed = ", ".join(f'"{name}"' for name in [*families, *(such or ["…"])])
    return (
        f"Put the files of a family that has it{named} into `deck/fonts/` and add its name to the"
        f" theme: `[fonts] text = [{listed}]`."
    )
