"""Where a link may lead, on a slide and in a figure: to what a reader can follow."""

import re

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SCHEMES = ("https:", "http:", "mailto:", "tel:")
HINT = f"Links may begin with {', '.join(SCHEMES)}, or name a slide."
_SLIDE = re.compile(r"#[^\s#<>]+")


def refused(address: str) -> bool:
    """Whether an address has a scheme that no reader can follow."""
    scheme = SCHEME.match(address)
    return scheme is not None and scheme[0].lower() not in SCHEMES


def stands_alone(address: str) -> bool:
    """Whether an address means the same wherever it stands: one elsewhere, or `#` and a slide."""
    if not address.isprintable() or refused(address):
        return False
    return bool(SCHEME.match(address) or _SLIDE.fullmatch(address))
