"""What an experiment has said beside its result: messages with their places, and what it printed.

It is kept with a result or figure, and is part of neither: no key and no digest depends on it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from livedeck.characters import printable

NAME = "said"  # in the provenance of a manifest
LONGEST = 240  # characters of a message that stand in a sentence


@dataclass(frozen=True)
class Message:
    """A warning, or a record of a log; `source` is the line of the project that it came from."""

    kind: str
    text: str
    file: str
    line: int
    times: int = 1
    source: str = ""

    @property
    def sentence(self) -> str:
        """Its first line, without its place."""
        first, *more = self.text.split("\n")
        cut = first[:LONGEST] + ("…" if more or len(first) > LONGEST else "")
        return f"{self.kind}: {cut}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        _, _, logger = self.kind.partition(" ")
        by = f'`logging.getLogger("{logger}").setLevel`' if logger else "`warnings.filterwarnings`"
        return f"Mend what it is about or, if that is meant, silence it there: {by}."

    def with_source(self, root: Path) -> "Message":
        """The same with the line that it came from."""
        lines = _lines(root, self.file)
        known = 0 < self.line <= len(lines)
        return replace(self, source=_quoted(lines[self.line - 1]) if known else "")

    @property
    def place(self) -> str:
        """The file and line."""
        return f"{self.file}:{self.line}"

    def now(self, root: Path) -> "Message":
        """The same where that line is now: a comment above it moves it, and makes nothing anew."""
        lines = _lines(root, self.file)
        same = [number for number, text in enumerate(lines, 1) if _quoted(text) == self.source]
        nearest = min(same, key=lambda number: abs(number - self.line), default=self.line)
        return replace(self, line=nearest) if self.source else self


@dataclass(frozen=True)
class Said:
    """The messages, the number of `others` that were not kept, and the lines that were printed, of
    `count` the first and the last."""

    messages: tuple[Message, ...] = ()
    others: int = 0
    printed: tuple[str, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, manifest: Mapping[str, Any], root: Path) -> "Said":
        """What the entry with this manifest has said, with the lines of the files as they are."""
        told = manifest["provenance"].get(NAME)
        if told is None:
            return cls()
        messages = tuple(Message(**each).now(root) for each in told["messages"])
        return cls(messages, told["others"], tuple(told["printed"]), told["count"])

    def to_json(self) -> dict[str, Any]:
        """As a manifest keeps it."""
        return asdict(self)

    @cached_property
    def warnings(self) -> str:
        """How many messages there are, in words."""
        return _counted(len(self.messages) + self.others, "warning")

    @property
    def counts(self) -> list[str]:
        """How much there is, in words."""
        lines = f"printed {self.length}" if self.count else ""
        return [words for words in (self.warnings, lines) if words]

    @property
    def length(self) -> str:
        """How many lines were printed, in words."""
        return _counted(self.count, "line")

    @cached_property
    def first(self) -> str:
        """The first message with its place."""
        return f"{self.messages[0].place}: {self.messages[0].sentence}" if self.messages else ""

    def beside(self, other: "Said") -> "Said":
        """Without the messages of another, such as those of the module that both execute."""
        known = {(m.kind, m.text, m.place) for m in other.messages}
        fresh = [m for m in self.messages if (m.kind, m.text, m.place) not in known]
        return replace(self, messages=tuple(fresh))

    def lines(self) -> Iterator[str]:
        """All of it, for a terminal."""
        for message in self.messages:
            first, *more = message.text.split("\n")
            often = f" ({message.times} times)" if message.times > 1 else ""
            yield f"{message.place}: {message.kind}: {first}{often}"
            yield from (f"    {line}" for line in more)
        if self.others:
            yield f"… and {self.others:,} other warnings"
        if self.printed:
            yield f"{self.counts[-1]}:"
            yield from (f"│ {line}" for line in self.printed)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else ""


def _quoted(line: str) -> str:
    return printable(line.strip())[:LONGEST]


def _lines(root: Path, file: str) -> list[str]:
    """The lines of a module of the project; a pack may name any file, which is not opened."""
    place = PurePosixPath(file)
    if place.is_absolute() or ".." in place.parts or place.suffix != ".py":
        return []
    try:
        return (root / place).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []
