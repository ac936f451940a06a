"""Checkpoints 10 and 31: fonts are embedded, have all glyphs, and their text can be read."""

import io
import re
from collections.abc import Iterator, Sequence

from fontTools.ttLib import TTFont
from pikepdf import Name, Object, Stream

from tests.matterhorn.content import Content
from tests.matterhorn.failure import Failure

FILES = ("/FontFile", "/FontFile2", "/FontFile3")
ENCODINGS = ("/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding")
IDENTITY = ("/Identity-H", "/Identity-V")
SIGNS = re.compile(rb"<([0-9a-fA-F]+)>")

Codes = dict[int, str]  # by character code: the text that it stands for


def examine(pages: Sequence[Content]) -> Iterator[Failure]:
    """What is wrong with the fonts of all texts."""
    used: dict[tuple[int, int], tuple[Object, int, set[int]]] = {}
    for page in pages:
        for font, text in page.texts:
            _, _, codes = used.setdefault(font.objgen, (font, page.page, set()))
            codes |= set(_codes(font, text))
    for font, page, codes in used.values():
        for condition, message in _font(font, codes):
            yield Failure(condition, f"{font.get('/BaseFont', 'a Type 3 font')}: {message}", page)


def _codes(font: Object, text: bytes) -> Iterator[int]:
    size = 2 if font.Subtype == "/Type0" else 1
    for start in range(0, len(text), size):
        yield int.from_bytes(text[start : start + size], "big")


def _font(font: Object, codes: set[int]) -> Iterator[tuple[str, str]]:
    yield from _texts(font, codes)
    if font.Subtype == "/Type3":
        return
    inner = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
    descriptor = inner.get("/FontDescriptor")
    file = next((descriptor[name] for name in FILES if descriptor and name in descriptor), None)
    if file is None:
        yield "31-009", "not embedded"
        return
    if font.Subtype == "/Type0":
        yield from _composite(font, inner, file, codes)


def _texts(font: Object, codes: set[int]) -> Iterator[tuple[str, str]]:
    if "/ToUnicode" not in font:
        if font.Subtype == "/Type0" or font.get("/Encoding") not in ENCODINGS:
            yield "31-027", "nothing says what its characters are"
        return
    known = to_unicode(font.ToUnicode.read_bytes())
    for code in sorted(codes - known.keys()):
        yield "10-001", f"nothing says what its character {code} is"
    for code in sorted(codes & known.keys()):
        if "\0" in known[code]:
            yield "31-028", f"its character {code} stands for zero"
        if {"\ufeff", "\ufffe"} & set(known[code]):
            yield "31-029", f"its character {code} stands for no character"


def _composite(
    font: Object, inner: Object, file: Stream, codes: set[int]
) -> Iterator[tuple[str, str]]:
    if font.Encoding not in IDENTITY and isinstance(font.Encoding, Name):
        yield "31-006", f"the encoding {font.Encoding}"
        return
    glyphs = {code: code for code in codes}
    if inner.Subtype == "/CIDFontType2":
        mapped = inner.get("/CIDToGIDMap")
        if mapped is None:
            yield "31-005", "nothing leads from its characters to glyphs"
            return
        if isinstance(mapped, Stream):
            data = mapped.read_bytes()
            glyphs = {c: int.from_bytes(data[2 * c : 2 * c + 2], "big") for c in codes}
        elif mapped != "/Identity":
            yield "31-004", f"glyphs by {mapped}"
            return
        program = TTFont(io.BytesIO(file.read_bytes()), lazy=True)
        count, units = program["maxp"].numGlyphs, program["head"].unitsPerEm
        lost = sorted(code for code, glyph in glyphs.items() if glyph >= count)
        for code in lost:
            yield "31-011", f"no glyph for its character {code}"
        yield from _widths(inner, program, units, {c: g for c, g in glyphs.items() if g < count})
    if 0 in glyphs.values():
        yield "31-030", "the glyph .notdef is shown"


def _widths(
    inner: Object, program: TTFont, units: int, glyphs: dict[int, int]
) -> Iterator[tuple[str, str]]:
    said, default = cid_widths(inner), float(inner.get("/DW", 1000))
    order = program.getGlyphOrder()
    for code, glyph in sorted(glyphs.items()):
        width = program["hmtx"][order[glyph]][0] * 1000 / units
        if abs(width - said.get(code, default)) > 1:
            yield (
                "31-016",
                f"its character {code} is {width:.1f} wide, not {said.get(code, default)}",
            )


def cid_widths(font: Object) -> dict[int, float]:
    """The widths of a composite font's characters by code."""
    given, widths, place = list(font.get("/W", [])), dict[int, float](), 0
    while place < len(given):
        first, second = int(given[place]), given[place + 1]
        if isinstance(second, (int, float)) or not hasattr(second, "__len__"):
            for code in range(first, int(second) + 1):
                widths[code] = float(given[place + 2])
            place += 3
        else:
            widths |= {first + i: float(width) for i, width in enumerate(second)}
            place += 2
    return widths


def to_unicode(cmap: bytes) -> Codes:
    """What a ToUnicode map says of character codes."""
    found: Codes = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        signs = [bytes.fromhex(_even(sign)) for sign in SIGNS.findall(block)]
        for code, text in zip(signs[::2], signs[1::2], strict=True):
            found[int.from_bytes(code, "big")] = text.decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        found |= _ranges(block)
    return found


def _ranges(block: bytes) -> Codes:
    found: Codes = {}
    for first, last, target in re.findall(
        rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(<[0-9a-fA-F]+>|\[[^\]]*\])", block
    ):
        start, end = int(first, 16), int(last, 16)
        texts = [bytes.fromhex(_even(sign)).decode("utf-16-be") for sign in SIGNS.findall(target)]
        for place, code in enumerate(range(start, end + 1)):
            if target.startswith(b"["):
                found[code] = texts[place]
            else:
                found[code] = texts[0][:-1] + chr(ord(texts[0][-1]) + place)
    return found


def _even(digits: bytes) -> str:
    text = digits.decode()
    return text if len(text) % 2 == 0 else text + "0"
