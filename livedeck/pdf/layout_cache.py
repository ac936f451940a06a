"""The pieces of the PDF as they were laid out, kept in the store: laying out takes longer than
all else that a build does with its results."""

from collections.abc import Sequence

from livedeck import engine
from livedeck.distributions import versions
from livedeck.finding import Finding
from livedeck.keys.inputs import ABSENT
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.pdf.pieces import Piece, Sheets
from livedeck.store.entry import Task, digest
from livedeck.store.store import Store

# What a process that lays out imports.
ROOMS = (engine.GROUND, "fonts", "gates", "keys", "pdf", "slides", "store")
PACKAGES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "cssselect2")


class LayoutCache:
    """Lays out pieces that the store does not hold.

    `fonts` is the digest of the fonts that the pieces name. `findings` are those of the gates, in
    all that was asked for.
    """

    def __init__(self, store: Store, fonts: str, processes: LayoutProcesses) -> None:
        self.store, self.fonts, self.processes = store, fonts, processes
        self.findings: list[Finding] = []

    def lay_out(self, pieces: Sequence[Piece]) -> list[Sheets]:
        """The pieces laid out, in their order; raises `AuthorErrors` as `sheets.lay_out` does."""
        done = {piece.number: self.stored(piece) for piece in pieces}
        missing = [piece for piece in pieces if done[piece.number] is None]
        for piece, sheets in zip(missing, self.processes.lay_out(missing), strict=True):
            self.keep(piece, sheets)
            done[piece.number] = sheets
        laid_out = [sheets for sheets in done.values() if sheets is not None]
        self.findings += [finding for sheets in laid_out for finding in sheets.findings]
        return laid_out

    def stored(self, piece: Piece) -> Sheets | None:
        """What the store holds of a piece."""
        entry = self.store.find(self._task(piece), lambda _: "")
        if entry is None:
            return None
        pdf = b"" if piece.proof else entry.read("sheets.pdf")
        return Sheets.restored(pdf, entry.values)

    def keep(self, piece: Piece, sheets: Sheets) -> None:
        """Puts a piece into the store."""
        with self.store.staging() as folder:
            if not piece.proof:
                (folder / "sheets.pdf").write_bytes(sheets.pdf)
            values, task = sheets.described(), self._task(piece)
            self.store.commit(task, folder, observed={}, values=values, provenance={})

    def _task(self, piece: Piece) -> Task:
        content = vars(piece) | {"roots": []}  # wherever the deck lies, it looks the same
        inputs = {"piece": digest(content), "fonts": self.fonts, **tools()}
        name = f"{piece.document} {piece.number}"
        return Task("proof" if piece.proof else "sheets", name, inputs)


def tools() -> dict[str, str]:
    """What lays out: the engine's own code, and the versions of packages."""
    code = {"code": engine.code(*ROOMS)}
    return code | {name: versions().get(name, ABSENT) for name in PACKAGES}
