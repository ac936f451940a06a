r"""Macros of a deck, as `[macros]` in deck.toml: `R = '\mathbb{R}'`, `abs = '\lvert #1 \rvert'`."""

import re
from collections.abc import Mapping

COMMAND = re.compile(r"\\([A-Za-z]+)")
ARGUMENT = re.compile(r"(?<!\\)((?:\\\\)*)#(.?)", re.DOTALL)
BUILT_IN = {  # what LaTeX's packages and KaTeX have, and MathJax has not
    "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}",
    "bm": r"\boldsymbol{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "underbar": r"\underline{#1}",
}
LONGEST = 1000  # characters of what a macro stands for
MOST = 200  # macros of a deck
RESERVED = ("begin", "end", "left", "right", "middle", "limits", "nolimits", "text")


def named(macros: Mapping[str, str]) -> dict[str, str]:
    """Macros by their names without a backslash."""
    return {name.removeprefix("\\"): meaning for name, meaning in macros.items()}


def used(tex: str, macros: Mapping[str, str]) -> dict[str, str]:
    """The macros that a formula uses, by itself or in others."""
    found: dict[str, str] = {}
    texts = [tex]
    while texts:
        for name in COMMAND.findall(texts.pop()):
            if name in macros and name not in found:
                found[name] = macros[name]
                texts.append(macros[name])
    return found


def arguments(meaning: str) -> int:
    """How many arguments a macro takes: the highest number after a `#`."""
    numbers = [int(number) for _, number in ARGUMENT.findall(meaning) if number.isdigit()]
    return max(numbers, default=0)


def for_typesetter(macros: Mapping[str, str]) -> dict[str, list[object]]:
    """Macros as MathJax takes them."""
    both = {**BUILT_IN, **macros}
    return {name: [meaning, arguments(meaning)] for name, meaning in both.items()}


def mistake(name: str, macros: Mapping[str, str]) -> tuple[str, str] | None:
    """What is wrong with a macro and what to do about it, if something is."""
    bare, meaning = name.removeprefix("\\"), macros[name]
    numbers = [number for _, number in ARGUMENT.findall(meaning)]
    if not re.fullmatch("[A-Za-z]+", bare):
        return f"`{name}` is no name for a macro", "A name is made of the letters A to Z."
    if bare in RESERVED:
        return f"`\\{bare}` cannot be a macro, for TeX needs it", "Give it another name."
    if name != bare and bare in macros:
        return f"the macro `{bare}` is there twice", "Take one of them out."
    if len(meaning) > LONGEST:
        return f"the macro `{bare}` has more than {LONGEST} characters", "Shorten it."
    if not meaning.strip():
        return f"the macro `{bare}` stands for nothing", r"Write `'\,'` for a space."
    if (lost := _unbalanced(meaning)) is not None:
        return f"a `{lost}` is missing in the macro `{bare}`", ""
    if not all(number in "123456789" and number for number in numbers):
        return (
            f"`#` in the macro `{bare}` has no number",
            r"Write `#1` to `#9`, or `\#` for the sign.",
        )
    if missing := set(range(1, arguments(meaning) + 1)) - set(map(int, numbers)):
        return f"the macro `{bare}` takes an argument `#{min(missing)}` that it does not use", ""
    if _leads_back(bare, named(macros)):
        return f"the macro `{bare}` stands for itself", "It would never end."
    return None


def _leads_back(name: str, macros: Mapping[str, str]) -> bool:
    return any(
        name in ({inner} | set(used(macros.get(inner, ""), macros)))
        for inner in COMMAND.findall(macros[name])
    )


def _unbalanced(text: str) -> str | None:
    depth = 0
    for brace in re.findall(r"\\.|([{}])", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return "{"
    return "}" if depth else None
