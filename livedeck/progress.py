"""What an experiment may tell whoever watches it run; silent when nobody does."""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

SILENCE = 0.1  # seconds between two messages of one kind: a watcher reads no faster

_channel: list[int] = []  # the file descriptor of the engine that runs us, if one does
_noted: list[Callable[[str, str], None]] = []  # what takes in inputs, likewise
_last: dict[str, float] = {}


def listen(descriptor: int | None, note: Callable[[str, str], None] | None = None) -> None:
    """Sends every later report to an open file descriptor, as lines of JSON, and tells `note` of
    inputs by their kind and path or name."""
    _channel[:] = [] if descriptor is None else [descriptor]
    _noted[:] = [] if note is None else [note]
    _last.clear()


def report(step: int, total: int | None = None, **values: float) -> None:
    """Tells the engine how far a run has come.

    `values` are what is worth watching, such as `loss=0.3`; a JAX scalar is read only when
    the message is really sent, so that reporting each step does not hold up the device.
    """
    if not _channel:
        return
    now = time.monotonic()
    finished = total is not None and step >= total
    if not finished and now - _last.get("report", -SILENCE) < SILENCE:
        return
    _last["report"] = now
    numbers = {name: float(value) for name, value in values.items()}
    whole = None if total is None else int(total)
    message = {"event": "progress", "step": int(step), "total": whole, "values": numbers}
    os.write(_channel[0], (json.dumps(message) + "\n").encode())


def reads(path: str | os.PathLike[str]) -> None:
    """Tells the engine that a run depends on a file, or on the names in a folder, where it cannot
    see that by itself (docs/workers.md says where)."""
    for note in _noted:
        note("folder" if os.path.isdir(path) else "file", os.path.abspath(path))


def uses_environment(name: str) -> None:
    """Tells the engine that a run depends on an environment variable."""
    for note in _noted:
        note("environment", name)


def track(items: Iterable[T], total: int | None = None) -> Iterator[T]:
    """Yields the items and reports how many of them are done."""
    if total is None and isinstance(items, (Sequence, range)):
        total = len(items)
    for done, item in enumerate(items, start=1):
        yield item
        report(done, total)
