"""Mistakes in formulas: what is wrong, after which of its characters, and what to do about it."""

import re
from collections.abc import Callable
from typing import Any

from livedeck.errors import did_you_mean

SHOWN = 40  # characters of a formula before the place of a mistake
COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
IN_MACROS = "A macro of the whole deck stands under `[macros]` in deck.toml."
HINTS = {
    **dict.fromkeys(("def", "let", "newcommand", "renewcommand", "providecommand"), IN_MACROS),
    **dict.fromkeys(("newenvironment", "DeclareMathOperator", "require"), IN_MACROS),
    **dict.fromkeys(("href", "url"), "Link the words around the formula."),
    **dict.fromkeys(("class", "style", "cssId", "htmlClass"), "A formula has colours alone."),
    **dict.fromkeys(("ref", "eqref"), r"Write the number that `\tag` gives."),
    "label": r"Number a formula by `\tag{1}`.",
    "unicode": "Write the character itself.",
    "includegraphics": "Place the picture as `![what it shows](file.png)`.",
}
MEANINGS = {
    "ExtraCloseMissingOpen": "a `{` is missing",
    "ExtraOpenMissingClose": "a `}` is missing",
    "MissingCloseBrace": "a `}` is missing",
    "DoubleExponent": "two superscripts follow each other; group them with braces",
    "DoubleSubscripts": "two subscripts follow each other; group them with braces",
    "DoubleExponentPrime": "a prime follows a superscript; group them with braces",
    "MissingArgFor": "an argument is missing",
    "ExtraLeftMissingRight": r"`\left` has no `\right`",
    "ExtraMiddle": r"`\middle` has no `\left`",
    "MissingLeftExtraRight": r"`\right` has no `\left`",
    "Misplaced": r"`&` stands in no `aligned`, `cases` or matrix; for the sign write `\&`",
    "MisplacedHline": r"`\hline` stands in no `array`",
    "MathNotTerminated": "mathematics within a text does not end; for a dollar write `\\$`",
    "LineBreak": r"a line cannot end here; put the lines into `aligned` or `gathered`",
    "MaxMacroSub1": "its macros stand for too much, or for themselves",
    "MaxMacroSub2": "its environments stand for too much, or for themselves",
    "MaxBufferSize": "its macros stand for too much",
    "CantUseHash1": r"`#` is no sign of mathematics; write `\#`",
}


class Misprint(ValueError):
    """A mistake in a formula, `reached` being how many of its characters were read before it."""

    def __init__(self, message: str, *, reached: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.reached, self.hint = message, reached, hint


def after(tex: str, reached: int, what: str, hint: str = "") -> Misprint:
    """A mistake at a place of a formula."""
    before = re.sub(r"\s+", " ", tex[:reached]).strip()
    cut = f"…{before[-SHOWN:]}" if len(before) > SHOWN else before
    where = f"at the end of `{cut}`" if tex[reached:].strip() else f"in `{cut}`"
    return Misprint(f"a formula has a mistake {where}: {what}", reached=reached, hint=hint)


def misprint(
    tex: str, answer: dict[str, Any], names: Callable[[], dict[str, list[str]]]
) -> Misprint:
    """The mistake that the typesetter found; `names` are those of all that a formula may say."""
    kind, said, reached = answer["mistake"], answer["message"], answer["place"]
    if kind == "UndefinedControlSequence":
        name = COMMAND.findall(said)[-1]
        hint = HINTS.get(name[1:]) or did_you_mean(name, _near(name[1:], names()["command"]))
        inner = "" if name in tex else ", which a macro stands for"
        return after(tex, reached, f"there is no command `{name}`{inner}", hint)
    if kind == "UnknownEnv":
        name = said.partition("'")[2].rpartition("'")[0]
        hint = did_you_mean(name, names()["environment"])
        return after(tex, reached, f"there is no environment `{name}`", hint)
    what = MEANINGS.get(kind) or f"{said[:1].lower()}{said[1:]}"
    return after(tex, reached, what)


def _near(name: str, known: list[str]) -> list[str]:
    return [f"\\{other.removeprefix(chr(92))}" for other in known if other.strip("\\").isalpha()]
