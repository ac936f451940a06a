"""Joins the runtime's ES modules into one script, so that the deck stays one file."""

import re
from pathlib import Path

from rjsmin import jsmin

from livedeck.source import read_text

_IMPORT = re.compile(r'^import\s[^;]*?from\s+"(\./[^"]+)";[ \t]*\n', re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function|class|const|let)\b)", re.MULTILINE)


def bundle(entry: Path) -> str:
    """The modules that `entry` imports, each once and before its importers, as one script.

    Comments and spaces stay behind. Modules use static relative imports without renaming, and name
    no two things alike.
    """
    done: dict[Path, str] = {}
    _add(entry.resolve(), done)
    return str(jsmin("\n".join(done.values())))


def _add(path: Path, done: dict[Path, str]) -> None:
    if path in done:
        return
    source = read_text(path)
    for name in _IMPORT.findall(source):
        _add((path.parent / name).resolve(), done)
    done[path] = _EXPORT.sub("", _IMPORT.sub("", source))
