"""Joins the runtime's ES modules into one script, so that the deck stays one file."""

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from livedeck import engine
from livedeck.errors import AuthorError, did_you_mean
from livedeck.files import read_text

HINT = (
    'Write `import { name } from "./module.js";`, without renaming, and put `export` before a '
    "function, class, const or let."
)

_IMPORT = re.compile(
    r'^import\s*\{\s*[\w$]+(?:\s*,\s*[\w$]+)*\s*,?\s*\}\s*from\s+"(\.\.?/[^"]+)";[ \t]*\n',
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function|class|const|let)\b)", re.MULTILINE)
_EITHER = re.compile(r"^(?:import|export)\b", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//.*\n|(?<=[;,({]) // .*$", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)


def bundle(entry: Path) -> str:
    """The modules that `entry` imports, each once and before its importers, as one script.

    Comments and indentation stay behind. Modules use static relative imports without renaming,
    name no two things alike, and have no text that goes over several lines.
    """
    begun: set[Path] = set()
    done: list[str] = []

    def add(path: Path) -> None:
        if path in begun:
            return
        begun.add(path)
        source = read_text(path)
        for imported in _imports(path, source, entry.parent.resolve()):
            add(imported)
        done.append(_bare(source))

    add(entry.resolve())
    return "\n".join(done)


def unused(templates: Path) -> list[Path]:
    """The scripts and style sheets of a project's own templates that nothing takes: livedeck has
    none of that name, no script imports them, and no template names them."""
    known, own = engine.templates(), [*templates.rglob("*.js"), *templates.rglob("*.css")]
    found = [path for path in sorted(own) if not (known / path.relative_to(templates)).exists()]
    if not found:
        return []
    scripts = [path for path in own if path.suffix == ".js"]
    imported = {
        (path.parent / statement[1]).resolve()
        for path in scripts
        for statement in _IMPORT.finditer(read_text(path))
    }
    pages = "".join(map(read_text, sorted(templates.rglob("*.j2"))))
    names = {path: path.relative_to(templates).as_posix() for path in found}
    return [p for p in found if p.resolve() not in imported and names[p] not in pages]


def _imports(path: Path, source: str, folder: Path) -> Iterator[Path]:
    """The modules that one imports, in order; `folder` is where they all lie."""
    for found in _EITHER.finditer(source):
        if _EXPORT.match(source, found.start()):
            continue
        line = source.count("\n", 0, found.start()) + 1
        statement = _IMPORT.match(source, found.start())
        if not statement:
            raise AuthorError("cannot be joined into one script", path, line, hint=HINT)
        imported = (path.parent / statement[1]).resolve()
        if not imported.is_file():
            hint = did_you_mean(statement[1], _known(folder, path.parent, imported.name))
            raise AuthorError(f"no module `{statement[1]}`", path, line, hint=hint)
        yield imported


def _known(folder: Path, home: Path, name: str) -> list[str]:
    """What modules can be called from a folder: those of that name, or all."""
    every = list(folder.rglob("*.js"))
    named = [path for path in every if path.name == name]
    ways = (Path(os.path.relpath(path, home)).as_posix() for path in named or every)
    return [way if way.startswith(".") else f"./{way}" for way in ways]


@lru_cache(maxsize=128)
def _bare(source: str) -> str:
    for pattern in (_IMPORT, _EXPORT, _COMMENT, _INDENT):
        source = pattern.sub("", source)
    return source.strip() + "\n"
