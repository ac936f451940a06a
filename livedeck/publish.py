"""Puts a finished deck in the place of the last one, whole or not at all."""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from livedeck.errors import AuthorError

AT_FDCWD = -100
RENAME_EXCHANGE = 2  # Linux's renameat2 and macOS's renamex_np give swapping the same number


def publish(output: Path, files: Mapping[str, bytes], previous: set[str]) -> None:
    """Writes the files beside `output`, then swaps the two folders in one step.

    Files in `output` that are not of the `previous` deck are somebody's own and are kept.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    except OSError as error:
        raise _unwritable(output, error) from error
    try:
        for name, data in files.items():
            (staged / name).write_bytes(data)
        staged.chmod(0o755)
        if not output.exists():
            os.rename(staged, output)
            return
        if not os.access(output, os.W_OK):
            raise PermissionError(13, "it is not writable")
        for path in output.iterdir():
            if path.name not in files and path.name not in previous:
                copy = shutil.copytree if path.is_dir() else shutil.copy2
                copy(path, staged / path.name)
        _swap(staged, output)
    except OSError as error:
        raise _unwritable(output, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _swap(new: Path, old: Path) -> None:
    """Exchanges two folders' names; in one step where the system has one."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(new), os.fsencode(old)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        if not library.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE):
            return
    elif sys.platform == "darwin" and not library.renamex_np(*names, RENAME_EXCHANGE):
        return
    aside = new.with_name(new.name + "-old")
    os.rename(old, aside)
    os.rename(new, old)
    os.rename(aside, new)


def _unwritable(output: Path, error: OSError) -> AuthorError:
    hint = "The deck that was there is untouched."
    return AuthorError(f"cannot be written: {error.strerror}", output, hint=hint)
