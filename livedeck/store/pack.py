"""Entries packed into one file, to be carried to another store: a zip without compression.

The members are `livedeck.json`, which says what the file is, and the entries' own files under
`entries/<key of the task>/<key of all inputs>/`. The same entries give the same bytes. Nothing is
compressed, for what is large in an entry is compressed already: so no member can be larger than
the file that it comes in.
"""

import hashlib
import json
import os
import re
import shutil
import stat
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from livedeck import staging
from livedeck.errors import AuthorError, LivedeckError
from livedeck.store import manifest_check
from livedeck.store.content_check import inspect
from livedeck.store.entry import MANIFEST, Entry, LostEntry, Task

SIGN = "livedeck.json"
WHAT = {"what": "results of livedeck", "format": 1}
MEMBER = re.compile(r"entries/([0-9a-f]{64})/([0-9a-f]{64})/([^/]+)")
MOST_BYTES = 2**31 - 1
MOST_MEMBERS = 2**16 - 2
MOST_DIRECTORY = 2**25  # bytes of the table of contents
END = struct.Struct("<4s4H2LH")  # the last record of a zip file without a comment
LARGE = b"PK\x06\x07"  # what stands before it in a zip file of more than 2 GB
DAY_ONE = (1980, 1, 1, 0, 0, 0)
LONG = 180  # characters of a name that an error shows
HINT = "Nothing of it was taken."


def write(path: Path, entries: Iterable[Entry], store: Path) -> int:
    """Packs entries of a store into a file, which has its name once it is whole; returns its
    bytes."""
    taken = list(entries)

    def make(room: Path) -> int:
        size = _write(room / "pack", taken)
        os.replace(room / "pack", path)
        return size

    with _writing(path):
        return staging.whole(path, store, make)


def write_unfinished(path: Path, entries: Iterable[Entry]) -> None:
    """Packs entries into a file of a folder that nobody else looks into."""
    with _writing(path):
        _write(path, entries)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except zipfile.LargeZipFile as error:
        hint = "Name some of the experiments, and make several packs."
        raise AuthorError("this is too much for one pack", path, hint=hint) from error
    except OSError as error:
        raise AuthorError(f"cannot be written: {error.strerror}", path) from error


def _write(path: Path, entries: Iterable[Entry]) -> int:
    files: dict[str, Path] = {}
    for entry in entries:
        for name in (MANIFEST, *entry.manifest["files"]):
            if not manifest_check.is_file(name):
                raise LivedeckError(f"{entry.path / name}: no name that a pack can carry")
            if name != MANIFEST:
                _require_readable(entry, name)
            files[f"entries/{entry.task.key}/{entry.key}/{name}"] = entry.path / name
    with zipfile.ZipFile(path, "w", allowZip64=False) as archive:
        archive.writestr(_info(SIGN), json.dumps(WHAT))
        for name, source in sorted(files.items()):
            _add(archive, name, source)
    size = path.stat().st_size
    if size > MOST_BYTES or len(files) >= MOST_MEMBERS:
        raise zipfile.LargeZipFile
    return size


def _require_readable(entry: Entry, name: str) -> None:
    """Refuses what nobody could take out of a pack again."""
    try:
        inspect(entry.path / name, entry.task.nans)
    except FileNotFoundError as error:
        raise LostEntry(entry.path) from error
    except ValueError as error:
        place = f"`{name}` of {entry.manifest['name']}"
        raise LivedeckError(f"{place} {error}, and so no pack can carry it") from error


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> None:
    info = _info(name)
    try:
        info.file_size = source.stat().st_size
        with source.open("rb") as read, archive.open(info, "w") as written:
            shutil.copyfileobj(read, written)
    except FileNotFoundError as error:
        raise LostEntry(source.parent) from error


class Archive:
    """A pack that was opened: names, sizes and manifests of its entries have been checked.

    Raises `AuthorError`, which names the file and the member, for anything that is not as a pack
    is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _require_small_directory(path)
            self._zip = zipfile.ZipFile(path)
        except (ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            message = f"it is no pack that can be read: {error}"
            raise AuthorError(message, path, hint=HINT) from error
        try:
            self._members = self._checked()
            self.manifests = [self._manifest(place) for place in sorted(self._members)]
        except BaseException:
            self._zip.close()
            raise

    def close(self) -> None:
        """Closes the file."""
        self._zip.close()

    def extract(self, manifest: dict[str, Any], folder: Path) -> None:
        """Writes an entry's files into an empty folder, and looks at what they hold."""
        members = self._members[_place(manifest)]
        for name, expected in {**manifest["files"], MANIFEST: ""}.items():
            with self._naming(members[name]), (folder / name).open("xb") as file:
                found = hashlib.sha256()
                with self._zip.open(members[name]) as packed:
                    while chunk := packed.read(2**20):
                        found.update(chunk)
                        file.write(chunk)
                if expected and found.hexdigest() != expected:
                    raise ValueError("does not have the digest that its manifest gives")
        for name in manifest["files"]:
            with self._naming(members[name]):
                inspect(folder / name, Task.of(manifest).nans)

    def _checked(self) -> dict[tuple[str, str], dict[str, zipfile.ZipInfo]]:
        """The members by entry and name, none of which has been read yet."""
        found: dict[tuple[str, str], dict[str, zipfile.ZipInfo]] = {}
        members = self._zip.infolist()
        if not members or members[0].filename != SIGN:
            raise AuthorError("is no pack of livedeck", self.path, hint=HINT)
        names: set[str] = set()
        total = 0
        for info in members:
            total += info.file_size
            with self._naming(info):
                self._require_plain(info, total)
                if info.orig_filename.lower() in names:
                    raise ValueError("is there twice")
                names.add(info.orig_filename.lower())
                if info.orig_filename == SIGN:
                    self._require_format(info)
                    continue
                match = MEMBER.fullmatch(info.orig_filename)
                if match is None or not manifest_check.is_file(match[3]):
                    raise ValueError("has a name that no member of a pack has")
                found.setdefault((match[1], match[2]), {})[match[3]] = info
        return found

    def _require_plain(self, info: zipfile.ZipInfo, total: int) -> None:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise ValueError("is a link or something else that is not a file")
        if info.flag_bits & 1 or info.compress_type != zipfile.ZIP_STORED:
            raise ValueError("is compressed or encrypted, which no member of a pack is")
        if info.file_size != info.compress_size or total > self.path.stat().st_size:
            raise ValueError("claims to be larger than the pack")
        if info.filename != info.orig_filename:
            raise ValueError("has a name that no member of a pack has")

    def _require_format(self, info: zipfile.ZipInfo) -> None:
        text = self._zip.read(info) if info.file_size < manifest_check.MANIFEST_BYTES else b""
        if text != json.dumps(WHAT).encode():
            raise ValueError("says that the pack was written by another version of livedeck")

    def _manifest(self, place: tuple[str, str]) -> dict[str, Any]:
        members = self._members[place]
        if MANIFEST not in members:
            first = next(iter(members.values()))
            with self._naming(first):
                raise ValueError("belongs to an entry without a manifest")
        info = members[MANIFEST]
        with self._naming(info):
            if info.file_size > manifest_check.MANIFEST_BYTES:
                raise ValueError("is too large for a manifest")
            manifest = manifest_check.received(self._zip.read(info))
            if _place(manifest) != place:
                raise ValueError("is not in the place that its key gives it")
        for name in sorted(members.keys() ^ {MANIFEST, *manifest["files"]}):
            with self._naming(members.get(name, info)):
                other = name in members
                raise ValueError("is not in its manifest" if other else f"lacks its file {name}")
        return manifest

    @contextmanager
    def _naming(self, info: zipfile.ZipInfo) -> Iterator[None]:
        """Turns what is wrong with a member into an error that names it."""
        try:
            yield
        except (ValueError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            name = ascii(info.orig_filename)[1:-1]
            shown = name if len(name) < LONG else f"{name[:LONG]}…"
            raise AuthorError(f"`{shown}` {error}", self.path, hint=HINT) from error


def _require_small_directory(path: Path) -> None:
    """Looks at the end of a zip file, before its table of contents is read into memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - END.size - 20))
        tail = file.read()
    sign, *_, count, directory, _, comment = END.unpack(tail[-END.size :].rjust(END.size))
    if sign != b"PK\x05\x06" or comment or tail[: -END.size].startswith(LARGE):
        raise ValueError("it does not end as a pack does")
    if size > MOST_BYTES:
        raise ValueError("it is larger than 2 GB")
    if count > MOST_MEMBERS or directory > MOST_DIRECTORY:
        raise ValueError(f"it lists {count} members")


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DAY_ONE)
    info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
    return info


def _place(manifest: dict[str, Any]) -> tuple[str, str]:
    return Task.of(manifest).key, manifest["key"]
