"""What a slide leads to or shows: other slides, and files of the deck."""

import os
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

from livedeck.addresses import SCHEME
from livedeck.errors import did_you_mean
from livedeck.slides.deck import Deck, Slide


def link_target(deck: Deck, slide: Slide, href: str) -> str:
    """Where a link leads: `#id` for a slide or its file; addresses elsewhere as they are."""
    if SCHEME.match(href):
        return href
    if href.startswith("#"):
        name = unquote(href[1:].partition("/")[0])
        if name in deck.ids or name.startswith("result-"):
            return href
        raise ValueError(f"no slide `{name}`. {did_you_mean(name, deck.ids)}")
    file = unquote(href.partition("#")[0])
    target, _ = _located(slide.path.parent / file)
    if target in deck.files:
        return f"#{deck.files[target]}"
    names = [os.path.relpath(other.path, slide.path.parent) for other in deck.slides]
    message = f"the link leads to `{file}`, which is no slide of this deck"
    raise ValueError(f"{message}. {did_you_mean(file, names)}")


def _located(path: Path) -> tuple[Path, bool]:
    """A path without links, and whether a file is there; a `ValueError` for what no file can be
    called: a name that is too long, holds a zero, or leads back to itself."""
    try:
        resolved = path.resolve()
        if not resolved.is_file():
            resolved = _composed(resolved)
        return resolved, resolved.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ValueError(f"`{path.name}` is no name of a file: {reason}") from error


def _composed(path: Path) -> Path:
    """A path as its file is called if that is written in other characters for the same letters, as
    Macs take names apart; the path itself if there is none."""
    found = Path(path.anchor)
    for part in path.parts[1:]:
        there = os.path.lexists(found / part) or not found.is_dir()
        name = normalize("NFC", part)
        alike = [] if there else [n for n in os.listdir(found) if normalize("NFC", n) == name]
        found /= alike[0] if alike else part
    return found


def deck_file(deck: Deck, slide: Slide, source: str, kind: str) -> Path:
    """A picture's or a script's file, which must lie in the deck's folder."""
    path, found = _located(slide.path.parent / source)
    if not path.is_relative_to(deck.folder.resolve()):
        raise ValueError(f"the {kind} `{source}` lies outside the deck. Copy it into the deck")
    if not found:
        names = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise ValueError(f"no {kind} `{source}`. {did_you_mean(path.name, names)}")
    return path
