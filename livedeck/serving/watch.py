"""Notices that files have changed, and says when they are as they were.

The system's notices say when to look; what has changed is seen by looking. So a notice that is
lost, or that comes before a file is whole, costs a moment and never a save.
"""

import os
import stat
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import watchfiles

from livedeck.memo import Status, files, status

STEP = 4  # milliseconds of silence after which a burst of changes is over
BURST = 40  # milliseconds after which a burst that goes on is looked at
LIFE = 1000  # milliseconds between two looks at whether to end

View = dict[str, Status | None]


class Watch:
    """Watches folders with all that is below them, and single files elsewhere; calls `noticed`
    from a thread of its own."""

    def __init__(self, folders: Iterable[Path], noticed: Callable[[], None]) -> None:
        self.folders = list(folders)
        self.others: frozenset[str] = frozenset()
        self._noticed = noticed
        self._end = threading.Event()
        self._beside: threading.Event | None = None
        self._watched: frozenset[str] = frozenset()
        self._start(self._end, [str(folder) for folder in self.folders], recursive=True)

    def watch_also(self, paths: Iterable[str]) -> None:
        """Watches these files in place of those that were named before."""
        self.others = frozenset(paths)
        beside = {str(Path(path).parent) for path in self.others}
        wanted = frozenset(folder for folder in beside if os.path.isdir(folder))
        if wanted == self._watched:
            return
        self._watched = wanted
        if self._beside is not None:
            self._beside.set()
        self._beside = threading.Event()
        if wanted:
            self._start(self._beside, sorted(wanted), recursive=False)

    def look(self) -> View:
        """The state of all that is watched, equal as long as no file has changed."""
        view: View = {}
        for folder in self.folders:
            for path in files(folder):
                view[path] = status(path)
        for path in self.others:
            view[path] = status(path)
        return view

    def close(self) -> None:
        """Ends the threads."""
        self._end.set()
        if self._beside is not None:
            self._beside.set()

    def _start(self, end: threading.Event, paths: list[str], *, recursive: bool) -> None:
        arguments = (end, paths, recursive)
        threading.Thread(target=self._run, args=arguments, name="watch", daemon=True).start()

    def _run(self, end: threading.Event, paths: list[str], recursive: bool) -> None:
        """Passes notices on. Folders that come, go, or give way to others are watched anew; while
        one cannot be watched, whoever looks from time to time sees what changes."""
        while not end.is_set():
            places = {path: _identity(path) for path in paths}
            present = [path for path in paths if places[path] is not None]
            notices = watchfiles.watch(
                *present,
                watch_filter=None,
                debounce=BURST,
                step=STEP,
                stop_event=end,
                rust_timeout=LIFE,
                yield_on_timeout=True,
                recursive=recursive,
                ignore_permission_denied=True,
            )
            try:
                with closing(notices):
                    for changes in notices:
                        if changes:
                            self._noticed()
                        if places != {path: _identity(path) for path in paths}:
                            break
            except (OSError, RuntimeError):
                end.wait(LIFE / 1000)
                continue
            self._noticed()


def _identity(path: str) -> tuple[int, int] | None:
    """Which folder stands at a path, if one does."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None
