"""Where Python and its packages are installed, and which distributions they are."""

import os
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

SITE = "site-packages"


def is_installed(path: Path) -> bool:
    """Whether a file belongs to Python itself, or to installed packages."""
    return any(path.is_relative_to(folder) for folder in (*site_folders(), *interpreter()))


@cache
def interpreter() -> tuple[Path, ...]:
    """The folders that Python and its packages were installed into."""
    folders = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    # a system's own Python lies in /usr, where an author's folder may lie as well
    places = {os.path.dirname(os.__file__), *folders} - {"/usr", "/"}
    return tuple(Path(folder) for folder in sorted(places))


@cache
def package_folders() -> tuple[Path, ...]:
    """The folders on the import path that hold installed packages, or somebody's own."""
    standard = os.path.dirname(os.__file__)
    folders = [Path(p) for p in sys.path if os.path.isdir(p) and p != standard]
    return tuple(dict.fromkeys(folder for folder in folders if folder.name != "lib-dynload"))


def is_site(folder: Path) -> bool:
    """Whether a folder is one that packages are installed into."""
    return folder.name in (SITE, "dist-packages")


@cache
def site_folders() -> tuple[Path, ...]:
    """The folders on the import path that packages are installed into."""
    folders = [Path(p) for p in sys.path if is_site(Path(p))]
    return tuple(dict.fromkeys(folders)) or (Path(sys.prefix),)


@cache
def versions() -> dict[str, str]:
    """The installed distributions by normalised name, read from folder names alone."""
    return {name: folder.stem.rpartition("-")[2] for name, folder in descriptions().items()}


def providers(package: str) -> tuple[str, ...]:
    """The installed distributions that a top-level package or module belongs to: they declare it
    or, where they declare nothing, have files of it.

    As `importlib.metadata.packagesdescriptions`, which takes every description apart.
    """
    return tuple(provided().get(package, ()))


@cache
def provided() -> dict[str, list[str]]:
    """The installed distributions by the top-level packages and modules that they provide."""
    found: dict[str, list[str]] = {}
    for name, folder in descriptions().items():
        tops = set(read(folder / "top_level.txt").split())
        if not tops:
            lines = read(folder / "RECORD").split("\n")
            firsts = {line.partition(",")[0].partition("/")[0] for line in lines}
            tops = {first.partition(".")[0] for first in firsts if "-info" not in first}
        for top in tops:
            found.setdefault(top, []).append(name)
    return found


def read(path: Path) -> str:
    """A text that describes a distribution; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


@cache
def descriptions() -> dict[str, Path]:
    """The folders that describe the installed distributions, by normalised name."""
    found: dict[str, Path] = {}
    for folder in package_folders():
        with suppress(OSError):
            for entry in os.listdir(folder):
                if entry.endswith(".dist-info"):
                    name = normalised(entry.removesuffix(".dist-info").rpartition("-")[0])
                    found.setdefault(name, folder / entry)
    return found


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
