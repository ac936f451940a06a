"""Chooses what leaves a store: what nobody uses goes, oldest first."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from livedeck import staging
from livedeck.store.entry import SHARED, Entry
from livedeck.store.store import Store, size
from livedeck.store.user_cache import Cache

DAMAGED, LEFTOVER, TEXT = "damaged entry", "leftover", "kept source"


@dataclass(frozen=True)
class Policy:
    """What must stay and what may go.

    Of each name the newest `keep` entries stay. Entries older than `age` in seconds go, and then
    the oldest until the store takes no more than `most` bytes; with neither, all that may go does.
    """

    keep: int | None = None
    age: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Beside:
    """What lies beside the entries: the texts of `sources` that keys were made from, and by its
    kind what is `fast`, which only saves time."""

    sources: list[Path]
    fast: dict[str, list[Path]]


@dataclass(frozen=True)
class Item:
    """Something in a store that can be removed by itself."""

    path: Path
    kind: str
    name: str
    created: float
    size: int
    variant: str = ""  # sets entries apart that share a name and are used side by side


def items(store: Store, beside: Beside) -> list[Item]:
    """All in a store, and beside it, that can be removed by itself, oldest first."""
    lost, waiting = (store.root / name for name in ("damaged", "staging"))
    found = [
        *(_of_entry(entry) for entry in store.entries()),
        *(Item(path, DAMAGED, path.name, 0, size(path)) for path in lost.glob("*")),
        *(Item(path, LEFTOVER, path.name, 0, size(path)) for path in staging.leftovers(waiting)),
    ]
    for kind, paths in beside.fast.items():
        for path in paths:
            with suppress(FileNotFoundError):
                found += [Item(path, kind, path.name, path.stat().st_mtime, size(path))]
    return sorted(found, key=lambda item: (item.created, item.path))


def chosen(
    store: Store, cache: Cache, policy: Policy, used: Iterable[Path], beside: Beside
) -> list[Item]:
    """What a policy removes: damaged entries and leftovers, of what may go the oldest, and the
    sources that only those were made from.

    Entries that are `used` stay, and so does the newest of each name of what is neither a result
    nor a figure: pages laid out, fonts, formulas, listings.
    """
    going = _chosen(store, cache, policy, used, beside)
    gone = {item.path for item in going}
    kept = [entry.manifest for entry in store.entries() if entry.path not in gone]
    needed = {v for m in kept for v in (*m["inputs"].values(), *m["observed"].values())}
    return going + [
        Item(path, TEXT, path.name, 0, size(path))
        for path in beside.sources
        if path.stem not in needed
    ]


def _chosen(
    store: Store, cache: Cache, policy: Policy, used: Iterable[Path], beside: Beside
) -> list[Item]:
    present = items(store, beside)
    staying = set(used) | _newest(present, policy.keep or 0, beside.fast)
    going = [item for item in present if item.kind in (DAMAGED, LEFTOVER)]
    may_go = [i for i in present if i.kind not in (DAMAGED, LEFTOVER) and i.path not in staying]
    if policy.age is None and policy.most is None:
        return going + [item for item in may_go if item.kind not in beside.fast]
    oldest = 0.0 if policy.age is None else time.time() - policy.age
    left = store.size() + size(cache.folder) - sum(item.size for item in going)
    for item in may_go:
        if item.created < oldest or (policy.most is not None and left > policy.most):
            going.append(item)
            left -= item.size
    return going


def _of_entry(entry: Entry) -> Item:
    task = entry.task
    variant = f"{task.inputs.get('for')} {task.inputs.get('display')}"  # of a formula
    created = entry.manifest["created"]
    return Item(entry.path, task.kind, task.name, created, size(entry.path), variant)


def _newest(present: list[Item], keep: int, fast: Iterable[str]) -> set[Path]:
    """The newest entries of each name: `keep` of results and figures, at least one of others."""
    staying: set[Path] = set()
    counts: dict[tuple[str, str, str], int] = {}
    for item in reversed(present):
        if item.kind in (DAMAGED, LEFTOVER, *fast):
            continue
        name = item.kind, item.name, item.variant
        counts[name] = counts.get(name, 0) + 1
        least = 0 if item.kind in SHARED else 1
        if counts[name] <= max(keep, least):
            staying.add(item.path)
    return staying
