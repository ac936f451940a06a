"""Programs put together of statements at random, with data that flows among them."""

import os
import random
import re
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt

from tests.programs import CORPUS, Files, Program, complete

COUNT = int(os.environ.get("LIVEDECK_PROGRAMS", "24"))
EDITS = 3
IMPORTS = "import contextlib, copy, functools, heapq, itertools, random\n"
HELPER = "TOTAL = 0\n\ndef add(x):\n    global TOTAL\n    TOTAL += x\n    return TOTAL\n"


def _read() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for token in MarkdownIt().parse((CORPUS / "statements.md").read_text("utf-8")):
        if token.type == "fence":
            found.setdefault(token.info, []).append(token.content)
    return found


KNOWN = _read()
SHARED, STATEMENTS, READ = (KNOWN[kind] for kind in ("python shared", "python", "python read"))


@dataclass(frozen=True)
class Statement:
    """A statement with a number of its own, a constant, and what it takes of earlier ones, which
    is chosen anew wherever it stands."""

    text: str
    number: int
    constant: int
    choice: float

    def source(self, earlier: list[str]) -> str:
        """Its text among others."""
        taken = [*earlier, "2"][int(self.choice * (len(earlier) + 1))]
        text = re.sub(r"\bK\b", str(self.constant), self.text)
        text = re.sub(r"\bP\b", taken, text)
        return re.sub(r"(?<![A-Z])N(?![A-Za-z])", str(self.number), text)


@dataclass(frozen=True)
class Composition:
    """A program as the parts that an edit changes."""

    shared: tuple[Statement, ...]
    statements: tuple[Statement, ...]
    ran: tuple[float, ...]
    drawn: tuple[float, ...]
    plain: bool
    helper: str

    def files(self, path: str) -> Files:
        """The experiment, and a helper that it may import."""
        parts = [statement.source([]) for statement in self.shared]
        names: list[str] = []
        for statement in self.statements:
            parts.append(statement.source(names))
            names.append(f"v{statement.number}")
        ran, drawn = ([_chosen(c, names) for c in choices] for choices in (self.ran, self.drawn))
        shown = "0, 1" if self.plain else ", ".join(drawn)
        value = " + ".join(f"{place} * ({read})" for place, read in enumerate(ran, start=1))
        parts.append(f"def run():\n    return Result({value})\n")
        parts.append(f"def shown(fig, result):\n    _plot(fig, {shown})\n")
        code = "\n".join(parts).replace("_composed", self.helper)
        helper = f"experiments/{self.helper}.py"
        return {path: complete(IMPORTS + "\n" + code), helper: HELPER}


def _chosen(choice: float, names: list[str]) -> str:
    options = [*READ, *names]
    return options[int(choice * len(options))].strip()


def compose(number: int) -> Program:
    """The program of a number, the same at all times: 2 to 12 statements, and edits of them."""
    chance = random.Random(number)
    shared = [_new(chance, text, place) for place, text in enumerate(SHARED)]
    chance.shuffle(shared)
    statements = [
        _new(chance, chance.choice(STATEMENTS), place + 1) for place in range(chance.randint(2, 12))
    ]
    choices = [tuple(chance.random() for _ in range(chance.randint(1, 3))) for _ in range(2)]
    parts = Composition(tuple(shared), tuple(statements), *choices, True, f"_composed_{number}")
    program = Program(f"composed_{number}")
    program.editions.append(("with a plain figure", parts.files(program.path)))
    parts = replace(parts, plain=False)
    program.editions.append(("with its figure", parts.files(program.path)))
    for place in range(EDITS):
        edit = chance.choice(EVERY_EDIT)
        parts = edit(chance, parts, 100 + place)
        program.editions.append((edit.__name__.strip("_"), parts.files(program.path)))
    return program


def _new(chance: random.Random, text: str, number: int) -> Statement:
    return Statement(text, number, chance.randint(1, 9), chance.random())


def _constant(chance: random.Random, parts: Composition, number: int) -> Composition:
    place = chance.randrange(len(parts.statements))
    old = parts.statements[place]
    return _with(parts, place, 1, replace(old, constant=old.constant % 9 + 1))


def _shared_constant(chance: random.Random, parts: Composition, number: int) -> Composition:
    changed = [replace(each, constant=each.constant % 9 + 1) for each in parts.shared]
    return replace(parts, shared=tuple(changed))


def _added(chance: random.Random, parts: Composition, number: int) -> Composition:
    place = chance.randint(0, len(parts.statements))
    return _with(parts, place, 0, _new(chance, chance.choice(STATEMENTS), number))


def _removed(chance: random.Random, parts: Composition, number: int) -> Composition:
    if len(parts.statements) == 1:
        return _added(chance, parts, number)
    return _with(parts, chance.randrange(len(parts.statements)), 1)


def _swapped(chance: random.Random, parts: Composition, number: int) -> Composition:
    if len(parts.statements) == 1:
        return _added(chance, parts, number)
    place = chance.randrange(len(parts.statements) - 1)
    return _with(parts, place, 2, *reversed(parts.statements[place : place + 2]))


def _shared_reordered(chance: random.Random, parts: Composition, number: int) -> Composition:
    return replace(parts, shared=tuple(chance.sample(parts.shared, len(parts.shared))))


def _another_figure(chance: random.Random, parts: Composition, number: int) -> Composition:
    return replace(parts, drawn=tuple(chance.random() for _ in range(2)))


def _another_run(chance: random.Random, parts: Composition, number: int) -> Composition:
    return replace(parts, ran=tuple(chance.random() for _ in range(2)))


EVERY_EDIT = (
    _constant,
    _shared_constant,
    _added,
    _removed,
    _swapped,
    _shared_reordered,
    _another_figure,
    _another_run,
)


def _with(parts: Composition, place: int, gone: int, *new: Statement) -> Composition:
    statements = list(parts.statements)
    statements[place : place + gone] = new
    return replace(parts, statements=tuple(statements))
