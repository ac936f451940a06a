"""Keeps the texts that keys were made from, so that it can be shown what was edited in them.

They lie beside the entries of a store, each under the digest that stands for it in manifests:
code as plain source, which holds what counts alone; files of text as they are; of all other files
the size. Nothing depends on them: a text that is missing, or that does not have its digest, is
not shown.
"""

import ast
import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from livedeck import staging
from livedeck.depth import TOO_DEEP
from livedeck.keys.experiment import Experiment
from livedeck.keys.inputs import file_value, listing, locate
from livedeck.keys.normal_form import digest_of, written
from livedeck.store.entry import content, seal, unseal

FOLDER = "sources"
LONGEST = 64_000  # bytes of a file that is kept as text
KINDS = ("source", "module", "file", "folder")  # of inputs whose values are digests


@dataclass
class Texts:
    """The texts behind the inputs of a run, or of a figure, of an experiment: those that were
    kept, and those that are there now. `functions` are what is called of the experiment."""

    store: Path
    root: Path
    experiment: Experiment
    functions: list[str]

    def then(self, name: str, value: str | None) -> str | None:
        """The text of an input when it had this value."""
        if value is None or not is_digest(value):
            return None
        with suppress(OSError, ValueError, SyntaxError, *TOO_DEEP):
            text = content(self.store / FOLDER / value).decode()
            if _has_digest(name, text, value):
                return _written_anew(text) if name.startswith(("source ", "module ")) else text
        return None

    def size_then(self, value: str | None) -> int | None:
        """The bytes of a file that was not kept as text, when it had this digest."""
        if value is None or not is_digest(value):
            return None
        with suppress(OSError, ValueError):
            kept = unseal(content(self.store / FOLDER / f"{value}.size"))
            return int(kept["size"]) if kept.get("file") == value else None
        return None

    def now(self, name: str) -> str | None:
        """The present text of an input."""
        kind, _, what = name.partition(" ")
        path = locate(self.root, what)
        with suppress(OSError, ValueError, SyntaxError, *TOO_DEEP):
            if kind == "source":
                return self._sources.get(what)
            if kind == "folder":
                return listing(path)
            if kind == "module" or (kind == "file" and _may_be_copied(what, path)):
                text = path.read_bytes().decode()
                return self._plain_module(text, path) if kind == "module" else _if_readable(text)
        return None

    def size_now(self, name: str) -> int | None:
        """The bytes of a file."""
        with suppress(OSError):
            return locate(self.root, name.partition(" ")[2]).stat().st_size
        return None

    def keep(self, inputs: dict[str, str]) -> None:
        """Keeps the texts of inputs that still have the values which they had in a run."""
        known = self.store / FOLDER
        texts: dict[str, bytes] = {}
        for name, value in inputs.items():
            if name.partition(" ")[0] not in KINDS or not is_digest(value):
                continue
            if (known / value).exists() or (known / f"{value}.size").exists():
                continue
            with suppress(OSError, ValueError, SyntaxError, *TOO_DEEP):
                text = self.now(name)
                if text is not None and _has_digest(name, text, value):
                    texts[value] = text.encode()
                elif name.startswith("file ") and text is None and self._unchanged(name, value):
                    kept = {"file": value, "size": self.size_now(name)}
                    texts[f"{value}.size"] = seal(kept)
        if texts:
            with suppress(OSError):
                _write(known, texts)

    @cached_property
    def _sources(self) -> dict[str, str]:
        return self.experiment.plain_sources(self.functions)

    def _plain_module(self, source: str, path: Path) -> str:
        return written(self.experiment.modules.normal(ast.parse(source), path))

    def _unchanged(self, name: str, value: str) -> bool:
        return file_value("file", locate(self.root, name.partition(" ")[2])) == value


def is_digest(value: str) -> bool:
    """Whether the value of an input stands for a text."""
    return re.fullmatch("[0-9a-f]{64}", value) is not None


def _has_digest(name: str, text: str, value: str) -> bool:
    kind = name.partition(" ")[0]
    if kind in ("module", "source"):
        return digest_of(ast.parse(text).body) == value
    return hashlib.sha256(text.encode()).hexdigest() == value


def _written_anew(plain_source: str) -> str:
    """Plain source as this Python writes it, for another may have been used to keep it."""
    return written(ast.parse(plain_source).body)


def _may_be_copied(name: str, path: Path) -> bool:
    """Whether a file is a small one of the project's, and nobody hid it or keeps it elsewhere."""
    own = not Path(name).is_absolute() and not any(p.startswith(".") for p in Path(name).parts)
    return own and path.stat().st_size <= LONGEST


def _if_readable(text: str) -> str | None:
    return None if "\0" in text else text


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Writes each file whole or not at all; one that another build has written is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    with staging.folder(folder.parent / "staging") as waiting:
        for name, data in files.items():
            path = waiting / name
            path.write_bytes(data)
            os.rename(path, folder / name)
