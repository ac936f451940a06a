"""Says in words why something was computed anew: the inputs that changed, old against new."""

from collections.abc import Callable
from typing import Any

from livedeck.entry import Task
from livedeck.inputs import ABSENT, OBSERVED
from livedeck.slices import OTHERS

FIRST = "nothing like it is in the store"


def reason(task: Task, last: dict[str, Any] | None, value: Callable[[str], str]) -> str:
    """Why a task must run, given the manifest of its last entry; `value` reads inputs now."""
    if last is None:
        return FIRST
    changes = differences({**last["inputs"], **last["observed"]}, task.inputs, value)
    return "; ".join(changes) if changes else "its entry in the store was damaged"


def differences(
    then: dict[str, str], now: dict[str, str], value: Callable[[str], str]
) -> list[str]:
    """Every input that changed, in words; inputs not among `now` are read with `value`."""
    changes = []
    for name in sorted(then.keys() | now.keys()):
        new = now.get(name)
        if new is None and name.partition(" ")[0] in OBSERVED:
            new = value(name)
        if then.get(name) != new:
            changes.append(_words(name, then.get(name), new))
    return changes


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
    if kind == "path":
        return f"{what}: {old or ABSENT} → {new or ABSENT}"
    if kind == "result":
        return "its result changed"
    if kind in ("style", "fonts", "drawing"):
        return {
            "style": "the theme changed",
            "fonts": "the fonts changed",
            "drawing": "the engine draws differently",
        }[kind]
    label = f"{kind} `{what}`" if what else kind
    return f"{label}: {old or 'none'} → {new or 'none'}"


def _fate(old: str | None, new: str | None, verb: str) -> str:
    return "is new" if old is None else "is gone" if new is None else verb


def _if_present(value: str | None) -> str | None:
    return None if value == ABSENT else value
