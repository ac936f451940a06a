"""Files at a URL that fsspec can open. Whatever fails or takes too long is said in words."""

import os
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from livedeck import staging
from livedeck.errors import LONGEST, LivedeckError, UsageError, bounded

PATIENCE = 10.0  # seconds for one operation
SLOWEST = 1e6  # bytes in a second: each megabyte adds one to an operation's time
CHUNK = 2**20
HERE = {"file", "local"}
RENAMING = {"sftp", "ssh", "smb", "ftp"}  # others write a file whole or not at all

T = TypeVar("T")


class Unreachable(LivedeckError):
    """Files that cannot be read or written; `silent` if nothing answered in time."""

    def __init__(self, message: str, *, silent: bool = False) -> None:
        super().__init__(message)
        self.silent = silent


class Distant:
    """The files below a URL, which is opened when it is first needed.

    A URL without a protocol is a folder, relative to `root`.
    """

    def __init__(self, url: str, root: Path) -> None:
        try:
            self.url = url if "://" in url else str((root / Path(url).expanduser()).resolve())
        except (RuntimeError, ValueError) as error:  # another's home, or a link to itself
            raise UsageError(f"the remote store `{url}`: {error}") from error
        self._system: Any = None
        self._base = ""

    @property
    def shown(self) -> str:
        """The URL without a password that may stand in it."""
        return bounded(re.sub(r"//[^/@]*@", "//", self.url), LONGEST)

    def names(self, folder: str) -> set[str]:
        """What lies in a folder; nothing if there is no such folder."""

        def work(system: Any, base: str) -> set[str]:
            system.invalidate_cache()
            try:
                found = system.ls(f"{base}/{folder}", detail=False)
            except FileNotFoundError:
                return set()
            return {str(path).rstrip("/").rpartition("/")[2] for path in found}

        return self._bounded(work)

    def copy(self, name: str, target: Path, most: int) -> None:
        """Brings a file here; a `ValueError` if it is gone or larger than `most`."""
        stopped = threading.Event()

        def work(system: Any, base: str) -> bool:
            written = 0
            with system.open(f"{base}/{name}", "rb") as source, target.open("wb") as file:
                while not stopped.is_set() and (chunk := source.read(CHUNK)):
                    written += file.write(chunk)
                    if written > most:
                        return False
            return True

        def measure(system: Any, base: str) -> int | None:
            try:
                return int(system.info(f"{base}/{name}").get("size") or 0)
            except FileNotFoundError:
                return None

        expected = self._bounded(measure)
        if expected is None:
            raise ValueError(f"`{name}` is missing")
        try:
            if expected > most or not self._bounded(work, expected):
                raise ValueError(f"`{name}` is larger than it may be")
        finally:
            stopped.set()

    def write(self, name: str, source: Path) -> None:
        """Copies a file there, where it has its name once it is whole."""

        def work(system: Any, base: str) -> None:
            target = f"{base}/{name}"
            kinds = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
            if kinds & HERE:
                self._write_here(Path(base), Path(target), source)
                return
            aside = f"{target}.{uuid4().hex}" if kinds & RENAMING else target
            try:
                system.put_file(str(source), aside)
            except FileNotFoundError:
                system.makedirs(target.rpartition("/")[0], exist_ok=True)
                system.put_file(str(source), aside)
            if aside != target:
                system.mv(aside, target)

        self._bounded(work, source.stat().st_size)

    def _write_here(self, base: Path, target: Path, source: Path) -> None:
        """Leaves nothing behind, whatever is killed: what was, the next one who writes sweeps."""
        staging.sweep(base / staging.FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        with staging.folder(base / staging.FOLDER) as room:
            shutil.copyfile(source, room / target.name)
            os.replace(room / target.name, target)

    def _bounded(self, work: Callable[[Any, str], T], size: int = 0) -> T:
        """What `work` returns on the file system and the path below which all lies."""
        answers: list[T] = []
        failures: list[BaseException] = []

        def attempt() -> None:
            try:
                answers.append(work(*self._opened()))
            except BaseException as error:  # whatever a driver may raise
                failures.append(error)

        limit = PATIENCE + size / SLOWEST
        thread = threading.Thread(target=attempt, daemon=True)  # one that hangs holds up nobody
        thread.start()
        thread.join(limit)
        if answers:
            return answers[0]
        if failures:
            raise Unreachable(self._reason(failures[0])) from failures[0]
        raise Unreachable(f"it did not answer in {limit:.0f} s", silent=True)

    def _opened(self) -> tuple[Any, str]:
        if self._system is None:
            from fsspec.core import url_to_fs

            system, base = url_to_fs(self.url)
            self._base, self._system = base.rstrip("/"), system
        return self._system, self._base

    def _reason(self, error: BaseException) -> str:
        text = " ".join(str(error).split()).replace(self.url, self.shown)
        if isinstance(error, PermissionError):
            return "access was refused"
        if isinstance(error, NotImplementedError):
            return "such addresses can only be read"
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        if isinstance(error, (ImportError, ValueError)) and text:
            return text  # which names the package to install, or the protocol that nobody knows
        return f"{type(error).__name__}: {text}".removesuffix(": ")
