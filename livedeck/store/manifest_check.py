"""Looks at a manifest from elsewhere before anything of its entry is written.

Digests tell that nothing was damaged or mixed up. They don't tell who made an entry: whoever can
write a pack can also seal it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import fields
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from livedeck.characters import printable
from livedeck.finding import GATES, Finding
from livedeck.store.entry import CHANGED, MANIFEST, SHARED, Task, describe, unseal
from livedeck.store.messages import NAME, Message, Said

MANIFEST_BYTES = 2**24
FILE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}(\.[a-zA-Z0-9]{1,9})?")
LATEST = 1e11  # seconds, the year 5138: beyond it clocks no longer tell entries apart
SYSTEM = ("/proc/", "/sys/", "/dev/")  # no run was seen to open these, and reading may not end
PROVENANCE: dict[str, Any] = {
    "device": str,
    "device name": str,
    "seconds": (int, float),
    "commit": str,
}
FIGURE = {
    "width": int,
    "height": int,
    "rows": int,
    "layers": list,
    "frames": list,
    "findings": list,
}


def received(text: bytes) -> dict[str, Any]:
    """The manifest in these bytes; a `ValueError` says in words what is wrong with it."""
    manifest = unseal(text)
    for name in ("kind", "name", "key", "content"):
        _require(isinstance(manifest.get(name), str), f"holds no text as `{name}`")
    for name in ("inputs", "observed", "files"):
        _require(_is_texts(manifest.get(name)), f"does not hold texts by name in `{name}`")
    for name in ("values", "provenance"):
        _require(isinstance(manifest.get(name), dict), f"does not hold values by name in `{name}`")
    _require(manifest["kind"] in SHARED, "is neither a result nor a figure")
    _require(manifest["name"].isprintable(), "holds a name that cannot be printed")
    _require_time(manifest.get("created"))
    _require_provenance(manifest["provenance"])
    for inputs in (manifest["inputs"], manifest["observed"]):
        plain = all(map(str.isprintable, (*inputs, *inputs.values())))
        _require(plain, "names inputs that cannot be printed")
    for name in manifest["observed"]:
        _require(_is_input(name), f"names the input {name!a}, which no run can have")
    for name in manifest["files"]:
        _require(is_file(name) and name != MANIFEST, f"names a file {name!a}, which no entry has")
    for name, value in manifest["values"].items():
        if manifest["kind"] == "figure":
            known = name in ("findings", "smallest_text")  # looked at below
        else:
            known = isinstance(value, int)  # which may be one that no float can hold
        _require(known or _is_citable(value), f"holds {name!a}, which is neither number nor text")
    if manifest["kind"] == "figure":
        _require_figure(manifest["values"], manifest["files"])
    else:
        _require(list(manifest["files"]) == ["arrays.npz"], "names other files than a result has")
    _require_keys(manifest)
    return manifest


def is_file(name: str) -> bool:
    """Whether an entry may have a file of this name: one that means the same on any system."""
    return FILE.fullmatch(name) is not None


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _require_keys(manifest: dict[str, Any]) -> None:
    again = describe(
        Task.of(manifest),
        observed=manifest["observed"],
        values=manifest["values"],
        provenance=manifest["provenance"],
        files=manifest["files"],
        created=manifest["created"],
    )
    _require(again["key"] == manifest["key"], "has a key that is not that of its inputs")
    _require(again["content"] == manifest["content"], "has a content that is not that of its files")


def _require_time(created: object) -> None:
    known = _is_number(created) and 0 <= created <= LATEST  # type: ignore[operator]
    _require(known, "holds no time as `created`")


def _require_provenance(provenance: dict[str, Any]) -> None:
    for name, kind in PROVENANCE.items():
        value = provenance.get(name)
        _require(isinstance(value, kind), f"lacks `{name}` in its provenance")
        _require(_is_citable(value), f"lacks a usable `{name}` in its provenance")
    versions = provenance.get("versions")
    _require(_is_texts(versions), "does not hold versions by name in its provenance")
    changed = provenance.get(CHANGED, {})
    _require(_is_changed(changed), "holds what no run can have changed")
    texts = [*(versions or {}), *(versions or {}).values(), *changed, *chain(*changed.values())]
    texts += [value for value in provenance.values() if isinstance(value, str)]
    _require(all(map(str.isprintable, texts)), "holds a provenance that cannot be printed")
    if NAME in provenance:
        _require(_is_said(provenance[NAME]), "holds what no experiment can have said")


def _is_changed(told: object) -> bool:
    return isinstance(told, dict) and all(
        isinstance(kept, list) and all(map(_is_text, [name, *kept])) for name, kept in told.items()
    )


def _require_figure(values: dict[str, Any], files: Mapping[str, str]) -> None:
    for name, kind in FIGURE.items():
        _require(isinstance(values.get(name), kind), f"lacks the figure's `{name}`")
    _require(_is_text(values.get("characters")), "lacks the figure's `characters`")
    layers, frames = values["layers"], values["frames"]
    _require(all(map(_is_text, layers)), "holds a layer's name that is no text")
    _require(all(map(_is_text, frames)), "holds a frame's label that is no text")
    _require(all(map(_is_finding, values["findings"])), "holds what no gate has found")
    smallest = values.get("smallest_text")
    _require(smallest is None or _is_number(smallest), "lacks the size of the figure's text")
    drawn = {f"frame-{i:03}.svg" for i in range(max(1, len(frames)))}
    drawn |= {"shared.svg"} if len(frames) > 1 else set()
    _require(
        files.keys() == drawn | {"figure.pdf", "data.csv"}, "names other files than a figure has"
    )


def _is_finding(value: object) -> bool:
    names = {field.name for field in fields(Finding)}
    return (
        isinstance(value, dict)
        and value.keys() == names
        and value["gate"] in GATES
        and isinstance(value["line"], int | None)
        and all(_is_text(value[name]) for name in names - {"line"})
    )


def _is_said(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {each.name for each in fields(Said)}:
        return False
    messages, printed = value["messages"], value["printed"]
    numbers = value["others"], value["count"]
    lists = isinstance(messages, list) and isinstance(printed, list)
    return (
        lists
        and all(map(_is_count, numbers))
        and all(map(_is_message, messages))
        and all(map(_is_shown, printed))
    )


def _is_message(value: object) -> bool:
    names = {each.name for each in fields(Message)}
    if not isinstance(value, dict) or value.keys() != names:
        return False
    texts, numbers = (
        (value["kind"], value["file"], value["source"]),
        (value["line"], value["times"]),
    )
    text = value["text"]
    shown = isinstance(text, str) and all(map(_is_shown, text.split("\n")))
    return shown and all(map(_is_shown, texts)) and all(map(_is_count, numbers))


def _is_shown(value: object) -> bool:
    return isinstance(value, str) and printable(value) == value


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_number(value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _is_citable(value: object) -> bool:
    several = value if isinstance(value, list) else [value]
    return all(_is_text(one) or _is_number(one) for one in several)


def _is_text(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(value.encode() or True)
    except UnicodeEncodeError:  # half a character
        return False


def _is_input(name: str) -> bool:
    """Whether looking at an input of this name is safe: its path is as a run's observer writes
    it, and not one of the system's own."""
    kind, space, what = name.partition(" ")
    path = PurePosixPath(what)
    plain = what.isprintable() and ".." not in path.parts and not what.startswith("//")
    return bool(kind and space and what) and plain and not what.startswith(SYSTEM)
