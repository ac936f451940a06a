"""Texts without what HTML and XML forbid, and without what disturbs a terminal."""

import re
import string
import unicodedata

PLAIN = bytes(ord(c) for c in string.printable if c not in "\x0b\x0c")
_NONE = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_ISOLATES, _END = "\u2066\u2067\u2068", "\u2069"
_UNFIT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONE}]")


def fit(text: str) -> str:
    """A text in which what may not stand in a page is replaced by the sign for that."""
    rest = text.encode().translate(None, PLAIN).decode()  # little, and quickly taken out
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text) if _UNFIT.search(rest) else text


def printable(text: str) -> str:
    """A text that a terminal shows as it stands, whatever it holds."""
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else "\N{REPLACEMENT CHARACTER}"
        for c in text.expandtabs(4)
    )


def closed(text: str) -> str:
    """A text that ends every change of direction (an isolate) that it begins, and no other."""
    if _END not in text and not any(sign in text for sign in _ISOLATES):
        return text
    kept, depth = "", 0
    for sign in text:
        depth += (sign in _ISOLATES) - (sign == _END)
        if depth < 0:
            depth = 0
        else:
            kept += sign
    return kept + depth * _END
