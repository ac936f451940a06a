"""Compares two results, or two figures, bit by bit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from livedeck.store import results
from livedeck.store.entry import Entry


@dataclass(frozen=True)
class Difference:
    """A field that did not come out the same: where two numbers lie farthest apart, and how far,
    also in proportion to the larger of them; how many of how many differ. Without numbers, `what`
    says what differs."""

    field: str
    index: tuple[int, ...] = ()
    old: str = ""
    new: str = ""
    absolute: float = math.inf
    relative: float = math.inf
    count: int = 1
    size: int = 1
    what: str = ""

    @property
    def words(self) -> str:
        """The difference in one line, which begins with the field's name."""
        place = f"[{', '.join(map(str, self.index))}]" if self.index else ""
        change = f"{self.field}{place}: {self.what}{self.old} → {self.new}"
        many = f"{self.count:,} of {self.size:,} differ" if self.size > 1 else ""
        if self.what or math.isinf(self.absolute):
            return f"{change} ({many})" if many else change
        many += "; " if many else ""
        return f"{change} ({many}by {self.absolute:.2g}, relative {self.relative:.2g})"


def differences(old: Entry, new: Entry) -> list[Difference]:
    """Every field in which two results differ, the largest differences first."""
    if old.manifest["content"] == new.manifest["content"]:
        return []
    before = results.load(old.path, old.values)
    after = results.load(new.path, new.values)
    found = []
    for name in {**before, **after}:
        if name not in before or name not in after:
            fate = ("none", "a field") if name not in before else ("a field", "none")
            found.append(Difference(name, old=fate[0], new=fate[1], what="there is "))
        elif (difference := _of_field(name, before[name], after[name])) is not None:
            found.append(difference)
    return sorted(found, key=lambda d: (-d.relative, -d.absolute, d.field))


def files(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The names of files whose digests differ, or that only one side has."""
    return sorted(name for name in {**old, **new} if old.get(name) != new.get(name))


def _of_field(name: str, old: Any, new: Any) -> Difference | None:
    before, after = np.asarray(old), np.asarray(new)
    if type(old) is type(new) is int and "O" in before.dtype.kind + after.dtype.kind:
        return (
            None if old == new else Difference(name, old=str(old), new=str(new))
        )  # beyond 64 bits
    if type(old) is not type(new) or (before.dtype != after.dtype and before.dtype.kind != "U"):
        return Difference(name, old=_kind(old), new=_kind(new), what="type ")
    if before.shape != after.shape:
        return Difference(name, old=str(before.shape), new=str(after.shape), what="shape ")
    unlike = _unlike(before, after)
    if not unlike.any():
        return None
    count, size = int(unlike.sum()), int(unlike.size)
    if before.dtype.kind == "U":
        index = _first(unlike)
        texts = repr(str(before[index])), repr(str(after[index]))
        return Difference(name, index, *texts, count=count, size=size)
    a, b = before.astype(np.longdouble), after.astype(np.longdouble)
    numbers = np.isfinite(a) & np.isfinite(b)
    apart = np.where(unlike, np.longdouble(math.inf), np.longdouble(0))
    apart = np.abs(np.subtract(b, a, out=apart, where=numbers))
    scale = np.where(numbers, np.maximum(np.abs(a), np.abs(b)), 1)
    relative = np.divide(apart, scale, out=np.zeros_like(apart), where=scale > 0)
    index = _first(unlike & (apart == apart[unlike].max()))
    return Difference(
        field=name,
        index=index,
        old=str(before[index]),
        new=str(after[index]),
        absolute=float(apart.max()),
        relative=float(relative.max()),
        count=count,
        size=size,
    )


def _unlike(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Which elements do not have the same bits: zeros have signs, and NaN is like NaN."""
    unlike = np.asarray(before != after)
    if before.dtype.kind == "f":
        unlike |= np.signbit(before) != np.signbit(after)
        unlike &= ~(np.isnan(before) & np.isnan(after))
    return unlike


def _first(where: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(where)[0])


def _kind(value: Any) -> str:
    return str(value.dtype) if isinstance(value, np.ndarray) else type(value).__name__
