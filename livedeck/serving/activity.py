"""What the background jobs do, for whoever wants to see: what runs, how far it is, with every value
that it has reported."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from livedeck.console import Terminal
from livedeck.errors import AuthorError

MOST_POINTS = 400  # of a curve that are kept; when there are more, every other one goes
MOST_DONE = 12  # jobs that have ended of which it is told

Point = tuple[int, dict[str, float | None]]


@dataclass
class Work:
    """A run or drawing under way; `usual` is how many seconds it took the last time."""

    name: str
    why: str
    usual: float | None
    began: float = field(default_factory=time.monotonic)
    step: int = 0
    total: int | None = None
    curve: list[Point] = field(default_factory=list)
    stride: int = 1
    heard: int = 0

    def left(self) -> float | None:
        """The seconds that it will still take, as far as that can be told."""
        spent = time.monotonic() - self.began
        if self.total and 0 < self.step <= self.total:
            return spent * (self.total - self.step) / self.step
        return None if self.usual is None else max(0.0, self.usual - spent)

    def take(self, message: Mapping[str, Any]) -> None:
        """Notes how far it is."""
        if message["step"] < self.step:
            self.curve, self.stride, self.heard = [], 1, 0  # it was begun anew
        self.step, self.total = message["step"], message["total"]
        if message["values"] and self.heard % self.stride == 0:
            self.curve.append((self.step, message["values"]))
        self.heard += bool(message["values"])
        if len(self.curve) > MOST_POINTS:
            self.curve, self.stride = self.curve[::2], 2 * self.stride

    def told(self) -> dict[str, Any]:
        """All of it, for a browser."""
        left = self.left()
        return {
            "name": self.name,
            "why": self.why,
            "step": self.step,
            "total": self.total,
            "left": None if left is None else round(left, 1),
        }


class Activity:
    """A `Watcher` of jobs that tells the terminal what it hears, and calls `told` when there is
    more to tell; `heard_of` with each message of a job's progress."""

    def __init__(
        self,
        terminal: Terminal,
        told: Callable[[], None],
        heard_of: Callable[[str, dict[str, Any]], None],
    ) -> None:
        self._terminal, self._told, self._heard_of = terminal, told, heard_of
        self._lock = threading.Lock()
        self._work: dict[str, Work] = {}
        self._done: list[dict[str, Any]] = []
        self.usual: dict[str, float] = {}

    def started(self, name: str, why: str) -> None:
        """A run or drawing begins, for a reason given in words."""
        with self._lock:
            self._work[name] = Work(name, why, self.usual.get(name))
        self._terminal.started(name, why)
        self._told()

    def heard(self, name: str, message: dict[str, Any]) -> None:
        """An experiment has reported how far it is. For browsers, what is not finite is null: JSON
        has no word for it."""
        name = name.partition(" at ")[0]
        values = {k: v if isfinite(v) else None for k, v in message["values"].items()}
        with self._lock:
            work = self._work.get(name)
            if work is None:
                return
            work.take({**message, "values": values})
            told = work.told()
        self._terminal.heard(name, message)
        self._heard_of(name, {**told, "values": values})

    def finished(self, name: str, seconds: float) -> None:
        """A run or drawing is done."""
        self._end(name, "made", seconds)
        self.usual[name] = seconds
        self._terminal.finished(name, seconds)
        self._told()

    def failed(self, name: str, error: AuthorError) -> None:
        """A run or drawing has failed."""
        self._end(name, "failed", None)
        self._terminal.failed(name, error)
        self._told()

    def remark(self, text: str) -> None:
        """Something that the author should know."""
        self._terminal.remark(text)

    def dropped(self, wanted: Iterable[str]) -> None:
        """Forgets the work that nobody wants any more."""
        kept = set(wanted)
        with self._lock:
            gone = [name for name in self._work if name not in kept]
        for name in gone:
            self._end(name, "cancelled", None)
            self._terminal.cancelled(name)

    def told(self) -> dict[str, Any]:
        """What is under way, with all curves, and what was done last."""
        with self._lock:
            running = [{**work.told(), "curve": work.curve} for work in self._work.values()]
            return {"running": running, "done": list(self._done)}

    def _end(self, name: str, state: str, seconds: float | None) -> None:
        with self._lock:
            work = self._work.pop(name, None)
            why = "" if work is None else work.why
            done = {"name": name, "state": state, "why": why, "seconds": seconds}
            others = [other for other in self._done if other["name"] != name]
            self._done = [done, *others][:MOST_DONE]
