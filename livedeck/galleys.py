"""The pieces of the PDF as they were laid out, kept in the store: laying out takes longer than
all else that a build does with its results."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from livedeck.entry import Task, digest
from livedeck.inputs import ABSENT, file_value, versions
from livedeck.pieces import Bookmark, Piece, Sheets
from livedeck.store import Store
from livedeck.typesetters import Typesetters

CODE = ("sheets.py", "tagging.py", "fetch.py", "pieces.py")
PACKAGES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2")


class Galleys:
    """Lays out pieces that the store does not hold, in processes that may be started early.

    `fonts` is the digest of the fonts that the pieces name; `pieces` says how many there are.
    """

    def __init__(self, store: Store, fonts: str, pieces: int) -> None:
        self.store, self.fonts, self.pieces = store, fonts, pieces
        self._typesetters: Typesetters | None = None

    def start(self) -> None:
        """Starts the processes, so that their imports overlap with other work."""
        if self._typesetters is None:
            self._typesetters = Typesetters(self.pieces)

    def lay_out(self, pieces: Sequence[Piece]) -> list[Sheets]:
        """The pieces laid out, in their order; raises `AuthorErrors` as `sheets.lay_out` does."""
        done = {piece.number: self._stored(piece) for piece in pieces}
        missing = [piece for piece in pieces if done[piece.number] is None]
        if missing:
            self.start()
            assert self._typesetters is not None
            made = self._typesetters.lay_out(missing)
            for piece, sheets in zip(missing, made, strict=True):
                self._store(piece, sheets)
                done[piece.number] = sheets
        return [sheets for sheets in done.values() if sheets is not None]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._typesetters is not None:
            self._typesetters.close()

    def _stored(self, piece: Piece) -> Sheets | None:
        entry = self.store.find(self._task(piece), lambda _: "")
        if entry is None:
            return None
        bookmarks = json.loads(entry.read("bookmarks.json"))
        return Sheets(entry.read("sheets.pdf"), [Bookmark(**mark) for mark in bookmarks])

    def _store(self, piece: Piece, sheets: Sheets) -> None:
        with self.store.staging() as folder:
            (folder / "sheets.pdf").write_bytes(sheets.pdf)
            bookmarks = json.dumps([asdict(mark) for mark in sheets.bookmarks])
            (folder / "bookmarks.json").write_text(bookmarks, encoding="utf-8")
            self.store.commit(self._task(piece), folder, observed={}, values={}, provenance={})

    def _task(self, piece: Piece) -> Task:
        inputs = {"piece": digest(asdict(piece)), "fonts": self.fonts, **self._tools}
        return Task("sheets", f"piece {piece.number}", inputs)

    @cached_property
    def _tools(self) -> dict[str, str]:
        folder = Path(__file__).parent
        code = {f"code {name}": file_value("file", folder / name) for name in CODE}
        return code | {name: versions().get(name, ABSENT) for name in PACKAGES}
