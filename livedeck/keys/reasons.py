"""Says in words why something was computed anew: the inputs that changed, old against new."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from livedeck import characters
from livedeck.keys import edits
from livedeck.keys.inputs import ABSENT, OBSERVED
from livedeck.keys.slices import OTHERS
from livedeck.keys.source_texts import KINDS, Texts, is_digest
from livedeck.store.entry import Task

FIRST = "nothing like it is in the store"
DAMAGED = "its entry in the store was damaged"
MOST = 4  # changes that a line names
ORDER = ("parameter", "source", "module", "file", "folder", "result", "size", "device", "variable")


@dataclass(frozen=True)
class Change:
    """An input that changed: its name, its value then and now (a literal, a version, a digest),
    what happened to it in words that fit a line, and the lines that were edited."""

    input: str
    old: str | None
    new: str | None
    words: str
    diff: list[str] = field(default_factory=list)

    @property
    def shows_more(self) -> bool:
        """Whether the diff tells what the words leave out."""
        edited = [line[1:] for line in self.diff if line[:1] in "+-"]
        return any(characters.printable(line).strip() not in self.words for line in edited)


def reason(
    task: Task,
    last: dict[str, Any] | None,
    value: Callable[[str], str],
    texts: Texts | None = None,
) -> str:
    """Why a task must run, in one line, given the manifest of its last entry; `value` reads
    inputs now, `texts` are those behind them."""
    if last is None:
        return FIRST
    return summary(changes(task, last, value, texts))


def summary(changed: list[Change]) -> str:
    """Changes in one line."""
    if not changed:
        return DAMAGED
    colours = [change for change in changed if change.input.startswith("colour ")]
    words = [change.words for change in changed if len(colours) == 1 or change not in colours]
    if len(colours) > 1:
        words.append(f"{len(colours)} colours of the theme changed")
    more = len(words) - MOST
    return "; ".join([*words[:MOST], *([f"and {more} more"] if more > 0 else [])])


def changes(
    task: Task,
    last: dict[str, Any],
    value: Callable[[str], str],
    texts: Texts | None = None,
) -> list[Change]:
    """Every input that changed since an entry was made. A parameter whose default was edited is
    one of them, the function `run` in which that stands then is none."""
    then: dict[str, str] = {**last["inputs"], **last["observed"]}
    now = task.inputs
    changed = []
    for name in sorted(then.keys() | now.keys(), key=_rank):
        new = now.get(name)
        if new is None and name.partition(" ")[0] in OBSERVED:
            new = value(name)
        if then.get(name) != new:
            changed.append(_change(name, then.get(name), new, texts))
    if any(change.input.startswith("parameter ") for change in changed):
        changed = [change for change in changed if not _is_default(change, texts)]
    return changed


def _rank(name: str) -> tuple[int, str]:
    """What an author edits comes first, the packages of an environment last."""
    kind = name.partition(" ")[0]
    return ORDER.index(kind) if kind in ORDER else len(ORDER), name


def _is_default(change: Change, texts: Texts | None) -> bool:
    if change.input != "source run" or texts is None:
        return False
    old, new = texts.then(change.input, change.old), texts.now(change.input)
    return old is not None and new is not None and edits.differ_in_defaults(old, new)


def _change(name: str, old: str | None, new: str | None, texts: Texts | None) -> Change:
    kind, _, what = name.partition(" ")
    if texts is None or kind not in KINDS or ABSENT in (old, new):
        return Change(name, old, new, _words(name, old, new))
    if kind == "source":
        before = "" if old is None else texts.then(name, old)
        after = "" if new is None else texts.now(name)
    else:
        before, after = texts.then(name, old), texts.now(name)
    if before is not None and after is not None:
        return Change(name, old, new, _edit(name, before, after), edits.diff(before, after))
    was = texts.size_then(old) if before is None else len(before.encode())
    is_now = texts.size_now(name)
    if kind == "file" and was is not None and is_now is not None:
        return Change(name, old, new, f"{what} was edited: {was:,} → {is_now:,} bytes")
    return Change(name, old, new, _words(name, old, new))


def _edit(name: str, old: str, new: str) -> str:
    """What was edited in an input whose text is known, in words."""
    kind, _, what = name.partition(" ")
    if kind == "source":
        return edits.code_words(old, new)
    if kind == "module":
        return f"{what}: {edits.code_words(old, new)}"
    if kind == "folder":
        return f"{what}: {edits.folder_words(old, new)}"
    return f"{what} {edits.file_words(old, new)}"


def _words(name: str, old: str | None, new: str | None) -> str:
    kind, _, what = name.partition(" ")
    if kind == "source":
        subject = f"`{what}`" if what != OTHERS else "the code outside of its definitions"
        return f"{subject} {_fate(old, new, 'was edited')}"
    if kind in ("module", "file", "folder"):
        verb = "has other files" if kind == "folder" else "was edited"
        return f"{what} {_fate(_if_present(old), _if_present(new), verb)}"
    if kind == "environment":
        variable = f"the environment variable `{what}`"
        return f"{variable} {_fate(_if_present(old), _if_present(new), 'changed')}"
    if kind == "shadows":
        return f"modules in the project's folder that hide others: {old} → {new}"
    if kind == "path":
        return f"{what}: {old or ABSENT} → {new or ABSENT}"
    if kind == "result":
        return "its result changed"
    if kind == "drawing":
        return "the engine draws differently"
    if kind == "fonts":
        return "the files of its fonts changed"
    label = f"{kind} `{what}`" if what else kind
    if is_digest(old or "") or is_digest(new or ""):
        return f"{label} {_fate(old, new, 'changed')}"
    return f"{label}: {old or 'none'} → {new or 'none'}"


def _fate(old: str | None, new: str | None, verb: str) -> str:
    return "is new" if old is None else "is gone" if new is None else verb


def _if_present(value: str | None) -> str | None:
    return None if value == ABSENT else value
