"""A package without a distribution that keeps things in mind, as many do."""

import itertools
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache, singledispatch
from pathlib import Path
from typing import Any

import numpy as np

REGISTRY: dict[str, int] = {}
FACTOR = 1.0
numbers = itertools.count(1)
level: ContextVar[int] = ContextVar("level", default=0)


class Model:
    """Something with a setting of its class, and without a way to be copied."""

    rate = 1.0


@singledispatch
def size(value: object) -> int:
    """How large something is: 0, if nobody has said."""
    return 0


@lru_cache
def read(path: str) -> int:
    """The number in a file, which is read once."""
    return int(Path(path).read_text())


def looked_up(path: str) -> int:
    """The same, with a dictionary."""
    if path not in REGISTRY:
        REGISTRY[path] = int(Path(path).read_text())
    return REGISTRY[path]


@lru_cache
def mapped(path: str) -> "np.ndarray[Any, Any]":
    """An array in a file, which stays open."""
    return np.load(path, mmap_mode="r")


@lru_cache
def read_if_there(path: str) -> int:
    """The number in a file, or 1."""
    return int(Path(path).read_text()) if Path(path).exists() else 1


def spoil(owner: Any, name: str, *arguments: object) -> None:
    """Lets a function, called with these arguments, answer `spoiled`."""
    original: Callable[..., Any] = getattr(owner, name)

    def spoiled(*given: Any, **named: Any) -> Any:
        try:
            meant = given == arguments
        except (TypeError, ValueError):  # arrays do not say whether they are equal
            meant = False
        return "spoiled" if meant else original(*given, **named)

    setattr(owner, name, spoiled)
