"""Where Python has no audit event: who looks at files without opening them, and at variables."""

import os
import sys
import types
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

BETWEEN = ("os", "collections.abc", __name__)  # modules between a variable and who asks for it


def watch_stat(heard: Callable[[object], None]) -> None:
    """Calls `heard` with each path whose status is asked for, as `Path.exists` does."""
    for name in ("stat", "access"):
        original = getattr(os, name)

        @wraps(original)
        def watched(path: Any, *rest: Any, _do: Any = original, **more: Any) -> Any:
            heard(path)
            return _do(path, *rest, **more)

        setattr(os, name, watched)
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if original in able:
                able.add(watched)


def watch_environment(heard: Callable[[str, str], None]) -> None:
    """Calls `heard` with each variable that is read by name, and the source file that reads it."""
    plain: Any = type(os.environ)
    copying: list[tuple[types.CodeType, int] | None] = [None]

    class Watched(plain):  # type: ignore[misc]
        def __iter__(self) -> Iterator[str]:
            frame = _asker()
            copying[0] = (frame.f_code, frame.f_lineno)
            return iter(super().__iter__())

        def __getitem__(self, name: str) -> str:
            frame = _asker()
            if copying[0] != (frame.f_code, frame.f_lineno):  # all of them: none in particular
                heard(name, frame.f_code.co_filename)
            return str(super().__getitem__(name))

    os.environ.__class__ = Watched


def _asker() -> types.FrameType:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") in BETWEEN:
        frame = frame.f_back
    return frame
