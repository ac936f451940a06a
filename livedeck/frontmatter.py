"""The YAML block at the head of a slide."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from livedeck.errors import AuthorError, did_you_mean
from livedeck.gates import GATES
from livedeck.schedule import seconds

KEYS = ("layout", "kicker", "time", "id", "allow")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]*")

_FENCE = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)


_Yaml: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Yaml):  # type: ignore[misc]
    """YAML in which a date is a text, as it was written, whether there is such a day or not."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
        for first, known in _Yaml.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class FrontMatter:
    """A slide's settings; `time` is the planned speaking time in seconds, and `allow` names the
    gates that only warn of this slide."""

    layout: str = "default"
    kicker: str = ""
    time: float | None = None
    id: str = ""
    allow: tuple[str, ...] = ()


def split(text: str, path: Path, layouts: list[str]) -> tuple[FrontMatter, str, int]:
    """A slide's front matter, the Markdown after it, and the line on which that begins."""
    if not text.startswith("---"):
        return FrontMatter(), text, 1
    match = _FENCE.match(text)
    if match is None:
        hint = "Close it with a line `---`."
        raise AuthorError("the front matter is never closed", path, 1, hint=hint)
    matter = _checked(_load(match[1], path), match[1], path, layouts)
    return matter, text[match.end() :], text[: match.end()].count("\n") + 1


def _load(source: str, path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.load(source, Loader=_Loader)
    except (yaml.YAMLError, ValueError, AttributeError) as error:  # two of `!!int x` and the like
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or str(error)
        hint = 'Quote a text that holds a colon: `kicker: "A: b"`.'
        raise AuthorError(
            f"the front matter is not YAML: {problem}", path, line, hint=hint
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        hint = "Write lines such as `layout: split`."
        raise AuthorError("the front matter is not a list of settings", path, 2, hint=hint)
    return loaded


def _checked(loaded: dict[str, Any], source: str, path: Path, layouts: list[str]) -> FrontMatter:
    for key, value in loaded.items():
        line = _line_of(str(key), source)
        if key not in KEYS:
            hint = did_you_mean(str(key), KEYS)
            raise AuthorError(f"unknown setting `{key}` in the front matter", path, line, hint=hint)
        if key == "allow":
            continue
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            raise AuthorError(f"`{key}` is not a text", path, line)
    if (layout := str(loaded.get("layout", "default"))) not in layouts:
        hint = did_you_mean(layout, layouts)
        raise AuthorError(f"unknown layout `{layout}`", path, _line_of("layout", source), hint=hint)
    if (name := str(loaded.get("id", ""))) and not IDENTIFIER.fullmatch(name):
        hint = "Write lower-case letters, digits and hyphens."
        raise AuthorError(f"`{name}` is not an id", path, _line_of("id", source), hint=hint)
    time = _time(str(loaded["time"]), source, path) if "time" in loaded else None
    allow = _allowed(loaded["allow"], source, path) if "allow" in loaded else ()
    return FrontMatter(layout, str(loaded.get("kicker", "")), time, name, allow)


def _allowed(value: object, source: str, path: Path) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    for name in names:
        if name not in GATES:
            line = _line_of("allow", source)
            hint = did_you_mean(str(name), GATES)
            raise AuthorError(f"unknown gate `{name}` in `allow`", path, line, hint=hint)
    return tuple(names)


def _time(text: str, source: str, path: Path) -> float:
    time = seconds(text)
    if time is None:
        hint = "Write `time: 2 min`, `time: 90 s` or `time: 1 min 30 s`."
        message = f"`{text}` is not a planned time"
        raise AuthorError(message, path, _line_of("time", source), hint=hint)
    return time


def _line_of(key: str, source: str) -> int:
    """The line in the file on which a key of the front matter stands."""
    for number, line in enumerate(source.split("\n"), start=2):
        if line.partition(":")[0].strip() == key:
            return number
    return 2
