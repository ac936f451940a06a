"""Where the engine itself lies, and what its code comes to, as keys of what it makes take it in."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCE = FOLDER.parent  # from where it is imported
GROUND = "ground"  # the modules in no package, which all others stand on
ROOF = ("build.py", "cli.py")  # two that stand on all others
SUFFIXES = (".py", ".js")


def templates() -> Path:
    """The folder of the templates that livedeck comes with, from a wheel or a checkout."""
    return next(path for place in (FOLDER, SOURCE) if (path := place / "templates").is_dir())


@cache
def code(*packages: str) -> str:
    """The digest of all code in some packages: who makes something depends on whole packages, so
    that no list of files can lack one."""
    found = hashlib.sha256()
    for package in sorted(packages):
        ground = package == GROUND
        for path in sorted(FOLDER.iterdir() if ground else (FOLDER / package).rglob("*")):
            if path.suffix in SUFFIXES and not (ground and path.name in ROOF):
                found.update(f"{path.relative_to(FOLDER).as_posix()}\0".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
