"""Puts a finished deck in the place of the last one, whole or not at all."""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from livedeck import staging
from livedeck.errors import AuthorError

AT_FDCWD = -100
RENAME_EXCHANGE = 2  # Linux's renameat2 and macOS's renamex_np give swapping the same number


def publish(output: Path, files: Mapping[str, bytes], previous: set[str], store: Path) -> None:
    """Writes the files to a new folder, then swaps the two folders in one step.

    Files in `output` that are not of the `previous` deck are somebody's own and are kept.
    """

    def make(room: Path) -> None:
        staged = room / "deck"
        staged.mkdir()
        for name, data in files.items():
            (staged / name).write_bytes(data)
        staged.chmod(0o755)
        if not output.exists():
            with contextlib.suppress(FileExistsError):
                return _put(staged, output)
        if not os.access(output, os.W_OK):
            raise PermissionError(13, "it is not writable")
        for path in output.iterdir():
            if path.name not in files and path.name not in previous:
                _copy(path, staged / path.name)
        _swap(staged, output)

    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        staging.whole(output, store, make)
    except OSError as error:
        hint = "The deck that was there is untouched."
        raise AuthorError(f"cannot be written: {error.strerror}", output, hint=hint) from error


def unpublish(output: Path, names: set[str]) -> None:
    """Removes a deck's files; the folder too, if nothing else is in it."""
    for name in names:
        (output / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        output.rmdir()


def _put(new: Path, place: Path) -> None:
    """Gives a folder its name; a `FileExistsError` if another build was first."""
    try:
        os.rename(new, place)
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            raise
        raise FileExistsError(place) from error


def _copy(path: Path, target: Path) -> None:
    """Copies a file, a folder, or a link as a link."""
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, target, symlinks=True)
    else:
        shutil.copy2(path, target, follow_symlinks=False)


def _swap(new: Path, old: Path) -> None:
    """Exchanges two folders' names; in one step where the system has one."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(new), os.fsencode(old)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        if not library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE):
            return
    elif sys.platform == "darwin" and not library.renamex_np(*names, RENAME_EXCHANGE):
        return
    aside = new.with_name("last")
    os.rename(old, aside)
    try:
        os.rename(new, old)
    except BaseException:
        with contextlib.suppress(OSError):  # the new one is there already
            os.rename(aside, old)
        raise
