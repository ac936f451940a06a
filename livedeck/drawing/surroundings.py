"""Keeps what a program may replace of Python itself from those who come after it."""

import builtins
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def restored() -> Iterator[None]:
    """Puts back, behind the block, the builtin functions and the filters of warnings."""
    names = vars(builtins)
    before = names.copy()
    with warnings.catch_warnings():
        try:
            yield
        finally:
            names.update(before)
            for added in names.keys() - before.keys():
                del names[added]
