"""What was edited between two texts: in words that fit a line, and as a diff."""

import ast
import difflib
import io
from collections.abc import Sequence

from livedeck.characters import printable
from livedeck.keys.scopes import DEFINITIONS, bound

LONGEST = 64  # characters of a line that is quoted in a sentence
MOST_PHRASES = 3
MOST_COMPARISONS = 10**6  # pairs of lines up to which a diff looks for what stayed the same
CONTEXT = 1  # lines around an edit that a diff shows


def code_words(old: str, new: str) -> str:
    """What was edited in code: each definition by name, each constant old against new."""
    before, after = _parts(old), _parts(new)
    return _listed(
        [
            _phrase(name, before.get(name), after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        ]
        or ["its statements have another order"]
    )


def file_words(old: str, new: str) -> str:
    """What was edited in a text, if that is one line; else that it was edited."""
    line, gone, added = _middle(_lines(old), _lines(new))
    if not gone and not added:
        return "was edited: how its lines end"
    if len(gone) > 1 or len(added) > 1:
        return "was edited"
    if not gone:
        return f"has a new line {line}{_quoted_after(added[0])}"
    if not added:
        return f"lacks its line {line}{_quoted_after(gone[0])}"
    change = _change(gone[0], added[0])
    return f"was edited in line {line}{change and f': {change}'}"


def differ_in_defaults(old: str, new: str) -> bool:
    """Whether two versions of `run` differ in nothing but the defaults of its parameters."""
    trees = [ast.parse(source) for source in (old, new)]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            node.args.kw_defaults = [None for _ in node.args.kw_defaults]
    first, second = trees
    return ast.dump(first) == ast.dump(second)


def folder_words(old: str, new: str) -> str:
    """Which names came into a folder and which went."""
    before, after = set(old.split("\n")), set(new.split("\n"))
    phrases = [f"`{printable(name)}` is new" for name in sorted(after - before) if name]
    phrases += [f"`{printable(name)}` is gone" for name in sorted(before - after) if name]
    return _listed(phrases)


def diff(old: str, new: str) -> list[str]:
    """The lines that went and came, each after `-` or `+`, with a little around them."""
    before, after = _lines(old), _lines(new)
    line, gone, added = _middle(before, after)
    if len(gone) * len(added) <= MOST_COMPARISONS:
        return list(difflib.unified_diff(before, after, n=CONTEXT, lineterm=""))[2:]
    where = f"@@ -{line},{len(gone)} +{line},{len(added)} @@"
    return [where, *(f"-{text}" for text in gone), *(f"+{text}" for text in added)]


def _lines(text: str) -> list[str]:
    """The lines of a file as an editor counts them, however they end."""
    return [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]


def _parts(source: str) -> dict[str, str]:
    """Code taken apart: definitions and assignments by what they name, other statements as they
    are."""
    parts: dict[str, list[str]] = {}
    for statement in ast.parse(source).body:
        text = ast.unparse(statement)
        if isinstance(statement, DEFINITIONS):
            name = statement.name
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            name = ", ".join(sorted(bound(statement))) or text
        else:
            name = text
        parts.setdefault(name, []).append(text)
    return {name: "\n".join(texts) for name, texts in parts.items()}


def _phrase(name: str, old: str | None, new: str | None) -> str:
    if old is None or new is None:
        text = old or new or ""
        shown = text if _is_short(text) and not _is_definition(text) else _first_line(name)
        return f"`{shown}` is {'new' if old is None else 'gone'}"
    _, gone, added = _middle(old.splitlines(), new.splitlines())
    change = _change(gone[0], added[0]) if len(gone) == len(added) == 1 else ""
    if not change:
        return f"`{name}` was edited"
    constant = "\n" not in old + new and not _is_definition(new)
    return change if constant and change.startswith(f"`{name}") else f"{change} in `{name}`"


def _listed(phrases: list[str]) -> str:
    more = len(phrases) - MOST_PHRASES
    return ", ".join(phrases[:MOST_PHRASES]) + (f", and {more} more" if more > 0 else "")


def _middle(old: Sequence[str], new: Sequence[str]) -> tuple[int, list[str], list[str]]:
    """What lies between the lines that two texts begin and end with, and on which line."""
    first, shortest = 0, min(len(old), len(new))
    while first < shortest and old[first] == new[first]:
        first += 1
    last = 0
    while last < shortest - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first + 1, list(old[first : len(old) - last]), list(new[first : len(new) - last])


def _change(old: str, new: str) -> str:
    """A line old against new, or the words of it that differ, if they fit into a sentence."""
    old, new = printable(old).strip(), printable(new).strip()
    if not _is_short(old) or not _is_short(new):
        old, new = _differing_words(old, new)
    if old == new or not _is_short(old) or not _is_short(new):
        return ""
    return f"`{old}` → `{new}`"


def _differing_words(old: str, new: str) -> tuple[str, str]:
    before, after = old.split(" "), new.split(" ")
    first, gone, added = _middle(before, after)
    start = "… " if first > 1 else ""
    end = " …" if first - 1 + len(gone) < len(before) else ""
    return f"{start}{' '.join(gone)}{end}", f"{start}{' '.join(added)}{end}"


def _quoted_after(line: str) -> str:
    text = printable(line).strip()
    return f": `{text}`" if text and _is_short(text) else ""


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST and "\n" not in text


def _is_definition(text: str) -> bool:
    return text.startswith(("def ", "async def ", "class ", "@"))


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if line == text and _is_short(line) else f"{line[:LONGEST]} …"
