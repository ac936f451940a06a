"""Joins the runtime's ES modules into one script, so that the deck stays one file."""

import re
from functools import lru_cache
from pathlib import Path

from livedeck.files import read_text

_IMPORT = re.compile(r'^import\s[^;]*?from\s+"(\./[^"]+)";[ \t]*\n', re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function|class|const|let)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//.*\n|(?<=[;,({]) // .*$", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)


def bundle(entry: Path) -> str:
    """The modules that `entry` imports, each once and before its importers, as one script.

    Comments and indentation stay behind. Modules use static relative imports without renaming,
    name no two things alike, and have no text that goes over several lines.
    """
    done: dict[Path, str] = {}
    _add(entry.resolve(), done)
    return "\n".join(done.values())


def _add(path: Path, done: dict[Path, str]) -> None:
    if path in done:
        return
    source = read_text(path)
    for name in _IMPORT.findall(source):
        _add((path.parent / name).resolve(), done)
    done[path] = _bare(source)


@lru_cache(maxsize=128)
def _bare(source: str) -> str:
    for pattern in (_IMPORT, _EXPORT, _COMMENT, _INDENT):
        source = pattern.sub("", source)
    return source.strip() + "\n"
