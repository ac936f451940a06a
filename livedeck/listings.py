"""Listings from the store, else highlighted: to make one of Pygments' languages ready takes longer
than to render a deck."""

from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from livedeck.distributions import versions
from livedeck.entry import Task
from livedeck.inputs import ABSENT, file_value
from livedeck.markdown import highlight
from livedeck.store import Store


@lru_cache(maxsize=1024)
def highlighted(store: Store, source: str, language: str) -> tuple[str, ...]:
    """The lines of a text in a language, as HTML."""
    if not language:
        return highlight.highlighted(source, language)

    def lines() -> dict[str, Any]:
        return {"lines": highlight.highlighted(source, language)}

    name = sha256(source.encode()).hexdigest()
    task = Task("listing", name, {"source": name, "language": language, **_highlighter()})
    return tuple(store.values(task, lines)["lines"])


@cache
def _highlighter() -> dict[str, str]:
    """What decides how any listing comes out."""
    code = file_value("module", Path(highlight.__file__))
    return {"code": code, "pygments": versions().get("pygments", ABSENT)}
