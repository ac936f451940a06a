"""Knows from a few digests that a deck needs no building: nothing heavy is imported for it."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from livedeck import engine, memo
from livedeck.distributions import versions
from livedeck.project import Project
from livedeck.store.entry import content

NAME = "build.json"
ENGINE = "<livedeck>"  # its folder, wherever that is
FILE = re.compile(r"\w[\w.-]*")  # of a deck, in its folder: `clean` removes what bears the name
PLACE = re.compile(r"[0-9a-f]{64}/[0-9a-f]{64}")  # of an entry in its store

Stamp = dict[str, Any]
NEVER_CURRENT: Stamp = {"arguments": None}  # of a deck that shows failures


def take(root: Path, arguments: dict[str, str], folders: Iterable[Path]) -> Stamp:
    """The state of all that a build may read, but for what its experiments were seen to open."""
    files: dict[str, str] = {}
    for folder in (*folders, engine.FOLDER):
        files |= {_relative(root, path): _digest(path) for path in map(Path, memo.files(folder))}
    return {
        "arguments": arguments,
        "files": files,
        "packages": hashlib.sha256(repr(sorted(versions().items())).encode()).hexdigest(),
        "python": sys.version,
    }


def is_current(project: Project, arguments: dict[str, str]) -> bool:
    """Whether the output folder holds the deck that a build with these arguments would make."""
    stamp = read(project.output)
    if stamp is None or stamp.get("arguments") != arguments:
        return False
    if any(_digest(project.output / name) != then for name, then in stamp["outputs"].items()):
        return False
    inputs = project.inputs()
    observed = {
        name.replace(ENGINE, str(engine.FOLDER)): then for name, then in stamp["observed"].items()
    }
    if any(told_value(inputs.value(name)) != then for name, then in observed.items()):
        return False
    now = take(project.root, arguments, project.folders)
    return all(stamp.get(name) == now[name] for name in now)


def read(output: Path) -> Stamp | None:
    """The stamp in an output folder, if a whole deck is there."""
    try:
        stamp: Stamp = json.loads((output / NAME).read_text(encoding="utf-8"))
        outputs, observed = stamp["outputs"], stamp["observed"]
        plain = isinstance(outputs, dict) and all(map(FILE.fullmatch, outputs))
        return stamp if plain and isinstance(observed, dict) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def shown(output: Path) -> dict[str, str]:
    """The store's entries that the deck in an output folder shows, by kind and name."""
    entries = (read(output) or {}).get("entries")
    pairs = entries.items() if isinstance(entries, dict) else ()
    return {name: place for name, place in pairs if PLACE.fullmatch(str(place))}


def write(
    stamp: Stamp,
    observed: dict[str, str],
    made: dict[str, str],
    entries: dict[str, str],
    outputs: dict[str, bytes],
) -> bytes:
    """The stamp's file: the inputs that experiments opened, what was computed and why, the
    store's entries that are shown, and the digests of what was built."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in outputs.items()}
    whole = {
        **stamp,
        "observed": observed,
        "made": made,
        "entries": entries,
        "outputs": digests,
    }
    return json.dumps(whole, indent=1, sort_keys=True).encode()


def told(root: Path, observed: Mapping[str, str]) -> dict[str, str]:
    """Inputs as all may read them: no name or value says where on this machine anything lies."""

    def named(name: str) -> str:
        kind, _, what = name.partition(" ")
        if not os.path.isabs(what):
            return name
        if Path(what).is_relative_to(engine.FOLDER.parent):
            return f"{kind} {ENGINE}/{os.path.relpath(what, engine.FOLDER)}"
        return f"{kind} {os.path.relpath(what, root)}"

    return {named(name): told_value(value) for name, value in observed.items()}


def told_value(text: str) -> str:
    """The value of an input as all may read it: a digest of what is a path on this machine."""
    return hashlib.sha256(text.encode()).hexdigest() if os.path.isabs(text) else text


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(content(path, sys.maxsize)).hexdigest()
    except OSError:
        return "absent"


def _relative(root: Path, path: Path) -> str:
    """A path as all may read it: where this machine keeps the engine or a deck is nobody's
    business."""
    for name, folder in ((".", root), (ENGINE, engine.FOLDER)):
        if path.is_relative_to(folder):
            return (Path(name) / path.relative_to(folder)).as_posix()
    return f"{hashlib.sha256(str(path.parent).encode()).hexdigest()[:16]}/{path.name}"
