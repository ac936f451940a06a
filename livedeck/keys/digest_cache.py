"""Remembers what source texts came to: to cut a module and digest it takes longer than to look up
everything that was made from it.

A text always comes to the same, so what is remembered lies under the digest of the text and of
the code that digests, sealed. Nothing depends on it: what is missing or damaged is found out anew.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from livedeck import engine, staging
from livedeck.store.entry import content, seal, unseal

FOLDER = "digests"


class Digested:
    """The digests of texts, part by part; with a store, those that other processes have kept."""

    def __init__(self, store: Path | None = None) -> None:
        self.store = store
        self._known: dict[str, dict[str, dict[str, str]]] = {}
        self._new: set[str] = set()

    def recall(self, text: bytes, part: str, find: Callable[[], dict[str, str]]) -> dict[str, str]:
        """The digests by name of a part of a text: those remembered, else what `find` says."""
        key = hashlib.sha256(engine.code("keys").encode() + text).hexdigest()
        if key not in self._known:
            self._known[key] = self._read(key)
        parts = self._known[key]
        if part not in parts:
            parts[part] = find()
            self._new.add(key)
        return parts[part]

    def keep(self) -> None:
        """Keeps in the store what had to be found out; where that fails, it will be again."""
        if self.store is None or not self._new:
            return
        with suppress(OSError), staging.folder(self.store / "staging") as waiting:
            (self.store / FOLDER).mkdir(exist_ok=True)
            for key in sorted(self._new):
                made = waiting / key
                made.write_bytes(seal({"text": key, "parts": self._known[key]}))
                os.replace(made, self.store / FOLDER / key)
            self._new.clear()

    def _read(self, key: str) -> dict[str, dict[str, str]]:
        if self.store is not None:
            with suppress(OSError, ValueError):
                manifest = unseal(content(self.store / FOLDER / key))
                if manifest.get("text") == key:
                    return dict(manifest["parts"])
        return {}
