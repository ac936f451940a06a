"""The YAML block at the head of a slide."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from livedeck.characters import fit
from livedeck.errors import AuthorError, did_you_mean
from livedeck.finding import GATES
from livedeck.times import seconds

KEYS = ("layout", "kicker", "time", "id", "allow")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,99}")
LONGEST = 10_000  # characters; what is nested as deep as it is long exhausts a YAML reader

TEXT = "tag:yaml.org,2002:str"
QUOTE = 'Quote a text that holds a colon: `kicker: "A: b"`.'

_FENCE = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)


_Yaml: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Yaml):  # type: ignore[misc]
    """YAML in which every value is a text, as it was written, or nothing.

    To YAML, `no` is a truth value, `1:30` the number 90, and a list may hold itself.
    """

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in known if tag.endswith(":null")]
        for first, known in _Yaml.yaml_implicit_resolvers.items()
    }


Texts = list[tuple[str, int]]  # each with its line in the file


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
    matter = _checked(_load(match[1], path), path, layouts)
    return matter, text[match.end() :], text[: match.end()].count("\n") + 1


def _load(source: str, path: Path) -> dict[str, tuple[Texts, int]]:
    """The texts that each setting has, and its line."""
    if len(source) > LONGEST:
        message = f"the front matter is longer than {LONGEST} characters"
        raise AuthorError(message, path, 1, hint="What the slide says stands below its `---`.")
    try:
        root = yaml.compose(source, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or getattr(error, "reason", "nested too deeply")
        message, hint = f"the front matter is not YAML: {problem}", QUOTE
        raise AuthorError(message, path, line, hint=hint) from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        hint = "Write lines such as `layout: split`."
        raise AuthorError("the front matter is not a list of settings", path, 2, hint=hint)
    loaded: dict[str, tuple[Texts, int]] = {}
    for key, value in root.value:
        [(name, line)] = _texts([key], path, "the name of a setting")
        if name in loaded:
            message = f"`{name}` is set twice, first on line {loaded[name][1]}"
            raise AuthorError(message, path, line, hint="Keep one.")
        if name not in KEYS:
            hint = did_you_mean(name, KEYS)
            message = f"unknown setting `{name}` in the front matter"
            raise AuthorError(message, path, line, hint=hint)
        several = name == "allow" and isinstance(value, yaml.SequenceNode)
        loaded[name] = _texts(value.value if several else [value], path, f"`{name}`"), line
    return loaded


def _texts(nodes: list[yaml.Node], path: Path, what: str) -> Texts:
    found = []
    for node in nodes:
        line = 2 + node.start_mark.line
        if not isinstance(node, yaml.ScalarNode) or node.tag != TEXT:
            raise AuthorError(f"{what} is not a text", path, line, hint=QUOTE)
        if fit(node.value) != node.value:
            raise AuthorError(f"{what} holds a character that nobody can see", path, line)
        found.append((node.value, line))
    return found


def _checked(loaded: dict[str, tuple[Texts, int]], path: Path, layouts: list[str]) -> FrontMatter:
    for gate, line in loaded["allow"][0] if "allow" in loaded else ():
        if gate not in GATES:
            hint = did_you_mean(gate, GATES)
            raise AuthorError(f"unknown gate `{gate}` in `allow`", path, line, hint=hint)

    def one(name: str, default: str = "") -> tuple[str, int]:
        return loaded[name][0][0] if name in loaded else (default, 2)

    layout, line = one("layout", "default")
    if layout not in layouts:
        hint = did_you_mean(layout, layouts)
        raise AuthorError(f"unknown layout `{layout}`", path, line, hint=hint)
    name, line = one("id")
    if name and not IDENTIFIER.fullmatch(name):
        hint = "Write up to 100 lower-case letters, digits and hyphens."
        raise AuthorError(f"`{name}` is not an id", path, line, hint=hint)
    text, line = one("time")
    time = seconds(text)
    if time is None and "time" in loaded:
        hint = "Write `time: 2 min`, `time: 90 s` or `time: 1 min 30 s`."
        raise AuthorError(f"`{text}` is not a planned time", path, line, hint=hint)
    allow = tuple(gate for gate, _ in loaded["allow"][0]) if "allow" in loaded else ()
    return FrontMatter(layout, one("kicker")[0], time, name, allow)
