"""Listings from the store, else highlighted: to make one of Pygments' languages ready takes longer
than to render a deck."""

from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from livedeck import engine
from livedeck.distributions import versions
from livedeck.keys.inputs import ABSENT
from livedeck.markdown import highlight
from livedeck.store.entry import Task
from livedeck.store.store import Store


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
    return {"code": engine.code("markdown"), "pygments": versions().get("pygments", ABSENT)}
