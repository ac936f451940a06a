"""A store that is asked for the same entries over and over, and inputs that are read again only
when their files have changed."""

import os
from collections.abc import Callable
from pathlib import Path

from livedeck.keys import inputs
from livedeck.keys.inputs import Inputs
from livedeck.memo import Memo
from livedeck.project import Project
from livedeck.store.entry import MANIFEST, Entry, Task
from livedeck.store.store import Store


class StoreCache(Store):
    """A store whose entries are verified when they are first found, as a build verifies them."""

    def __init__(self, root: Path, memo: Memo) -> None:
        super().__init__(root)
        self._memo = memo

    def find(self, task: Task, value: Callable[[str], str]) -> Entry | None:
        """The entry of a task whose observed inputs all have their present `value`."""
        known: list[Entry] = self._memo.of("entry", task.key, list)
        if known and _stands(known[0], value):
            return known[0]
        found = super().find(task, value)
        known[:] = [] if found is None else [found]
        return found


class LiveInputs(Inputs):
    """The present values of inputs in one pass."""

    def __init__(self, project: Project, memo: Memo) -> None:
        super().__init__(project.root, project.digested)
        self._memo = memo

    def value(self, name: str) -> str:
        """The present value of an input of one of the kinds `OBSERVED`."""
        if name not in self._values:
            self._values[name] = self._present(name)
        return self._values[name]

    def _present(self, name: str) -> str:
        kind, _, what = name.partition(" ")
        if kind != "file":
            return inputs.present_value(self.root, name, self.modules)
        path = inputs.locate(self.root, what)
        place = name, self._memo.content(path)
        return self._memo.of("input", place, lambda: inputs.file_value(kind, path))


def _stands(entry: Entry, value: Callable[[str], str]) -> bool:
    fresh = all(value(name) == then for name, then in entry.manifest["observed"].items())
    return fresh and os.path.exists(entry.path / MANIFEST)
