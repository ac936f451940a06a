"""What a store holds: a task, the entry that it was stored as, and the manifest of that entry."""

import errno
import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import Any, Self

from livedeck.errors import LivedeckError

MANIFEST = "manifest.json"
MOST = 2**28  # bytes of a manifest, or of another file that is read at once
NO_DAMAGE = {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE}
FORMAT = 3  # counted up when the engine's own way of storing changes
CHANGED = "mutated"  # in the provenance of a result: what its run has changed
NANS = "constant NANS"  # the input that names the fields of a result that may hold NaN
SHARED = ("result", "figure")  # the kinds of entries that travel to other stores


class LostEntry(LivedeckError):
    """An entry that has gone from the store while it was used: somebody cleans it meanwhile."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: this entry went from the store while it was used")


@dataclass(frozen=True)
class Task:
    """Something that the store may hold: a run or a figure, and the inputs known beforehand."""

    kind: str
    name: str
    inputs: dict[str, str]

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Self:
        """The task whose entry has this manifest."""
        return cls(manifest["kind"], manifest["name"], manifest["inputs"])

    @cached_property
    def key(self) -> str:
        """The digest of the inputs known beforehand."""
        return digest({"format": FORMAT, "kind": self.kind, "inputs": self.inputs})

    @property
    def nans(self) -> list[str]:
        """The fields of the result that may hold NaN or infinity."""
        return self.inputs.get(NANS, "").split(", ")


@dataclass(frozen=True)
class Entry:
    """A stored run or figure: its manifest and its files."""

    path: Path
    manifest: dict[str, Any]

    @property
    def key(self) -> str:
        """The digest of every input, those known beforehand and those seen during the run."""
        return str(self.manifest["key"])

    @property
    def task(self) -> Task:
        """The task whose entry this is."""
        return Task.of(self.manifest)

    @property
    def values(self) -> dict[str, Any]:
        """What the manifest itself carries: a run's citable values, a figure's size."""
        return dict(self.manifest["values"])

    @property
    def changed(self) -> dict[str, list[str]]:
        """What of the author's modules, and of what they name, the run has changed."""
        return dict(self.manifest["provenance"].get(CHANGED, {}))

    @property
    def shown(self) -> str:
        """The digest of what a figure of this result depends on: its content, and what its run
        has changed, which no figure may read."""
        content = str(self.manifest["content"])
        return digest({"content": content, CHANGED: self.changed}) if self.changed else content

    def read(self, name: str) -> bytes:
        """The bytes of one of the entry's files."""
        try:
            with opened(self.path / name) as file:
                data = file.read()
        except OSError as error:
            if error.errno in NO_DAMAGE:
                raise
            raise LostEntry(self.path) from error
        if hashlib.sha256(data).hexdigest() != self.manifest["files"][name]:
            raise LostEntry(self.path)  # it was damaged since it was found
        return data


def describe(
    task: Task,
    *,
    observed: Mapping[str, str],
    values: Mapping[str, Any],
    provenance: Mapping[str, Any],
    files: Mapping[str, str],
    created: float,
) -> dict[str, Any]:
    """The manifest of an entry whose `files` have these digests."""
    return {
        "kind": task.kind,
        "name": task.name,
        "inputs": task.inputs,
        "observed": observed,
        "key": digest({"task": task.key, "observed": observed}),
        "content": digest({"files": files, "values": values}),
        "values": values,
        "provenance": provenance,
        "files": files,
        "created": created,
    }


def seal(manifest: dict[str, Any]) -> bytes:
    """A manifest as the bytes of its file, with its own digest in it."""
    return json.dumps({**manifest, "digest": digest(manifest)}).encode()


def unseal(text: bytes) -> dict[str, Any]:
    """The manifest in a file's bytes; a `ValueError` if they are not what was sealed."""
    try:
        manifest = json.loads(text, parse_constant=_no_number)
        if not isinstance(manifest, dict) or "digest" not in manifest:
            raise ValueError("is no manifest")
        claimed = manifest.pop("digest")
        if digest(manifest) != claimed:
            raise ValueError("was altered: it does not have its digest")
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    return manifest


def _no_number(text: str) -> float:
    raise ValueError(f"holds {text} where a number was due")


def digest(value: object) -> str:
    """The digest of a value made of dicts, lists, strings and numbers."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a file's bytes."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content(path: Path, most: int = MOST) -> bytes:
    """The bytes of a file; an `OSError` for one of more than `most`."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return file.read()


def opened(path: Path) -> BufferedReader:
    """A file to read from; an `OSError` for anything else, for to read a pipe takes for ever."""
    file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is no file", str(path))
