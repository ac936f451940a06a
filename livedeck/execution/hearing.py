"""What is heard of one job: its messages, and what it prints, of which the first lines and the last
are kept.

What is printed arrives as bytes of any sort and number: progress bars, which overwrite their line,
colours, gibberish, and the warnings of other Pythons, which are found in it.
"""

import re
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from livedeck.characters import printable
from livedeck.keys.inputs import is_inside
from livedeck.store.messages import Message, Said

LAST_OUTPUT = 4_000  # characters of what a failed job said that are worth showing

FIRST, LAST = 4_000, 16_000  # bytes of what is printed that are kept
LONGEST = 1_000  # bytes of a line
MOST = 1_000  # messages; a process tells of fewer itself
ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")  # of an object in memory, another one each time
FOREIGN = re.compile(r"(\S.*?):(\d+): (\w*Warning): (.*)")  # as another Python prints a warning


@dataclass
class Printed:
    """The lines of an output as a terminal would show them in the end, of any length."""

    count: int = 0
    foreign: list[re.Match[str]] = field(default_factory=list)
    _first: list[bytes] = field(default_factory=list)
    _last: deque[bytes] = field(default_factory=deque)
    _room: int = FIRST
    _held: int = 0
    _left: int = 0
    _line: bytearray = field(default_factory=bytearray)
    _over: int = 0
    _quoting: bool = False
    _returned: bool = False  # to the start of the line, which what comes next overwrites

    def feed(self, chunk: bytes) -> None:
        """Takes in what was printed next."""
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            self._write(piece)
            self._end()
        self._write(rest)

    def lines(self) -> list[str]:
        """What is kept; a line says how many are not."""
        self._end(whole=False)
        left = [f"… {self._left:,} more lines …".encode()] if self._left else []
        return [line.decode("utf-8", "replace") for line in (*self._first, *left, *self._last)]

    def _write(self, piece: bytes) -> None:
        for number, part in enumerate(piece.split(b"\r")):
            self._returned |= number > 0
            if part and self._returned:
                self._line, self._over, self._returned = bytearray(), 0, False
            room = LONGEST - len(self._line)
            self._line += part[:room]
            self._over += len(part[room:])

    def _end(self, *, whole: bool = True) -> None:
        if not whole and not self._line:
            return
        more = f" … {self._over:,} more bytes".encode() if self._over else b""
        line = bytes(self._line) + more
        self._line, self._over, self._returned = bytearray(), 0, False
        if self._is_warning(line):
            return
        self.count += 1
        if self._room > 0 and not self._last:
            self._first.append(line)
            self._room -= len(line) + 1
            return
        self._last.append(line)
        self._held += len(line) + 1
        while self._held > LAST:
            self._held -= len(self._last.popleft()) + 1
            self._left += 1

    def _is_warning(self, line: bytes) -> bool:
        """Whether it belongs to a warning: two lines, of which the other quotes the source."""
        quotes, self._quoting = self._quoting and line.startswith(b"  "), False
        if b"Warning: " not in line or len(self.foreign) >= MOST:
            return quotes
        match = FOREIGN.fullmatch(line.decode("utf-8", "replace"))
        if match is not None:
            self.foreign.append(match)
            self._quoting = True
        return quotes or match is not None


@dataclass
class Hearing:
    """What is heard of a job, in a project in the folder `root`."""

    root: Path
    job: dict[str, Any]
    printed: Printed = field(default_factory=Printed)
    _told: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def take(self, message: dict[str, Any]) -> None:
        """Takes in a message of a process, or how often that has come by now."""
        process, number = message["from"]
        if len(self._told) < MOST or (process, number) in self._told:
            self._told[process, number] = message

    def said(self) -> Said:
        """All of it, fit for any terminal, and the same on any machine as far as that goes."""
        printed = tuple(map(self._plain, self.printed.lines()))
        told = [each for each in self._told.values() if each["kind"]]
        others = sum(each["times"] for each in self._told.values() if not each["kind"])
        found: dict[Message, int] = {}
        for each in (*told, *map(self._foreign, self.printed.foreign)):
            lines = each["text"].encode("utf-8", "replace").decode().splitlines()
            text, kind, file = "\n".join(map(self._plain, lines)), each["kind"], each["file"]
            message = Message(self._plain(kind), text, self._plain(file), each["line"])
            found[message] = found.get(message, 0) + each["times"]
        messages = tuple(replace(m, times=n).with_source(self.root) for m, n in found.items())
        return Said(messages, others, printed, self.printed.count)

    def tail(self) -> str:
        """The end of all that was said, of a job that has failed."""
        text = "\n".join(self.said().lines())
        return ("…" if len(text) > LAST_OUTPUT else "") + text[-LAST_OUTPUT:].strip()

    def _foreign(self, match: re.Match[str]) -> dict[str, Any]:
        """What a Python has printed that the experiment has started, in the form of a message."""
        path, line, kind, text = match.groups()
        file, place = self.job["path"], self.job["line"]
        if is_inside(self.root, path):
            file, place = path, int(line)
        return {"kind": kind, "text": text, "file": file, "line": place, "times": 1}

    def _plain(self, line: str) -> str:
        text = ADDRESS.sub("at 0x…", ESCAPES.sub("", line).replace(f"{self.root}/", ""))
        return printable(text.replace("\b", ""))
