"""What the making of a way may use: modules, and functions that lay files of several formats."""

import bz2  # noqa: F401
import dbm.dumb  # noqa: F401
import gzip  # noqa: F401
import lzma  # noqa: F401
import os
import pathlib  # noqa: F401
import pickle  # noqa: F401
import plistlib  # noqa: F401
import py_compile
import shelve  # noqa: F401
import shutil
import sqlite3
import struct
import tarfile  # noqa: F401
import wave  # noqa: F401
import zipfile  # noqa: F401
from pathlib import Path

import _brotli
import h5py  # noqa: F401
import joblib  # noqa: F401
import kiwisolver._cext
import matplotlib  # noqa: F401
import numpy as np  # noqa: F401
import PIL.Image  # noqa: F401
import scipy.io.wavfile  # noqa: F401
import tensorstore  # noqa: F401

UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
LIBRARIES = [_brotli.__file__, kiwisolver._cext.__file__]
CERTIFICATES = [
    f"-----BEGIN{text}"
    for text in Path(__file__).with_name("certificates.pem").read_text().split("-----BEGIN")[1:]
]
FINDER = """\
import sys
from importlib.machinery import PathFinder
class Own:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, [{place!r}]) if name == {name!r} else None
def install():
    sys.meta_path.append(Own)
"""


def made(path: Path) -> Path:
    """A path whose folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(path: Path, content: object = "") -> Path:
    """Writes a number or a text."""
    made(path).write_text(f"{content}\n" if isinstance(content, int) else str(content))
    return path


def link(path: Path, aim: str | Path) -> None:
    """Lets a name lead to another, whatever it was before."""
    if os.path.lexists(made(path)):
        path.unlink()
    path.symlink_to(aim)


def rows(path: Path, number: int) -> None:
    """A database of one number."""
    with sqlite3.connect(made(path)) as base:
        base.execute("DROP TABLE IF EXISTS t")
        base.execute("CREATE TABLE t (n)")
        base.execute("INSERT INTO t VALUES (?)", (number,))
    base.close()


def catalogue(name: str, text: str) -> bytes:
    """Translations, as gettext has them: of one word."""
    words = b"\0" + f"{name}\0".encode() + b"\0" + f"{text}\0".encode()
    start = 28 + 4 * 8
    places = (0, start, len(name), start + 1)
    places += (0, start + len(name) + 2, len(text), start + len(name) + 3)
    return struct.pack("7I", 0x950412DE, 0, 2, 28, 44, 0, 0) + struct.pack("8I", *places) + words


def distribution(
    folder: Path,
    name: str,
    version: str,
    text: str = "",
    *,
    requires: str = "",
    entry: str = "",
    editable: Path | None = None,
) -> None:
    """Installs a distribution of one module as pip does, in place of another version of it; one
    that is `editable` has its sources elsewhere."""
    for old in folder.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    about = folder / f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    write(about / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
    write(about / "INSTALLER", "pip\n")
    files = [f"{about.name}/METADATA,,", f"{about.name}/RECORD,,"]
    if entry:
        write(about / "entry_points.txt", entry)
    if editable is None:
        write(folder / f"{name}.py", text)
        files.append(f"{name}.py,,")
    else:
        address = f'{{"url": "{editable.as_uri()}", "dir_info": {{"editable": true}}}}'
        write(about / "direct_url.json", address)
        files.append(f"__editable__.{name}.pth,,")
    write(about / "RECORD", "\n".join(files) + "\n")
