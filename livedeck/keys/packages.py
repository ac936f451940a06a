"""Which installed distributions a run used: those of the modules that it imported."""

import importlib.metadata
import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from livedeck import distributions


def imported(asked: Iterable[str], before: Iterable[str]) -> dict[str, Any]:
    """What this process has imported, for `distributions`: the packages that the code of the run
    `asked` for, all that are there, and of those that came since the modules `before` the files."""
    came: dict[str, list[str]] = {}
    for name in sorted(set(sys.modules) - set(before)):
        file = getattr(sys.modules[name], "__file__", None)
        came.setdefault(name.partition(".")[0], []).extend([file] if isinstance(file, str) else [])
    there = {name.partition(".")[0] for name in list(sys.modules)}
    return {"asked": sorted(asked), "there": sorted(there), "came": came}


def counted(used: dict[str, Any]) -> list[str]:
    """The distributions whose versions count for a run: those of the modules that came, and those
    that it asked for with what they require, as far as any module of them is there. A worker has
    more modules than the run asked for."""
    there = {name for top in used["there"] for name in distributions.providers(top)}
    came = {name for top in used["came"] for name in distributions.providers(top)}
    return sorted((_required_by(used["asked"]) & there | came) - {"livedeck"})


def from_elsewhere(used: dict[str, Any]) -> list[str]:
    """The standard and installed modules that are there, which one of the project's could hide."""
    known = distributions.provided()
    return [top for top in used["there"] if top in known or top in sys.stdlib_module_names]


def strays(used: dict[str, Any]) -> list[str]:
    """The files of modules that came and lie among installed packages, but belong to no
    distribution, so that no version tells of them."""
    lost = [top for top in used["came"] if not distributions.providers(top)]
    files = [file for top in lost for file in used["came"][top]]
    return [file for file in files if f"/{distributions.SITE}/" in file]


def _required_by(packages: Iterable[str]) -> set[str]:
    """The distributions that provide some packages, and all that these require."""
    pending = [name for package in packages for name in distributions.providers(package)]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found and name != "livedeck" and name in distributions.versions():
            found.add(name)
            pending.extend(_requires(name))
    return found


@cache
def _requires(distribution: str) -> tuple[str, ...]:
    required = importlib.metadata.requires(distribution) or []
    names = [re.match(r"[\w.-]+", text) for text in required if "extra ==" not in text]
    return tuple(distributions.normalised(match[0]) for match in names if match)
