"""Removes stored results and the built deck, or what of the results nobody needs."""

import argparse
import re

from livedeck import filters, stamp, templating
from livedeck.console import Terminal
from livedeck.errors import UsageError
from livedeck.keys import digest_cache, source_texts
from livedeck.options import Options
from livedeck.planning.holdings import every_holding
from livedeck.planning.prepare import prepare
from livedeck.project import Project
from livedeck.publishing.publish import unpublish
from livedeck.serving import last_page
from livedeck.store import cleaning, compiled_programs
from livedeck.store.store import Store, size
from livedeck.store.user_cache import remove

AGES = {"h": 3600, "d": 86400, "w": 7 * 86400}
SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
MOST_NAMES = 8  # of each kind that are shown


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Removes the stored results and the built deck; with a policy, what nobody uses."""
    policy = cleaning.Policy(asked.keep, _age(asked.older_than), _size(asked.size))
    if policy.keep is not None and policy.keep < 0:
        raise UsageError("`--keep` takes a number of entries, such as 3")
    if policy == cleaning.Policy():
        _clean_all(project, asked, terminal)
    elif asked.output_only:
        raise UsageError("`--output-only` keeps every result: leave it away, or the other options")
    elif project.store.is_dir():
        _clean_some(project, policy, asked, terminal)


def _clean_all(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    done = "Would go" if asked.dry_run else "Removed"
    built = stamp.read(project.output)
    if built is not None:
        if not asked.dry_run:
            unpublish(project.output, {stamp.NAME, *built["outputs"]})
        terminal.step(done, f"{project.shown(project.output)}: the deck")
    if asked.output_only:
        return
    if project.store.is_dir():
        store = Store(project.store)
        freed = store.size()
        if not asked.dry_run:
            store.clear()
        terminal.step(done, f"{project.shown(project.store)} ({_bytes(freed)})")
    for folder in (project.cache.folder, *project.cache.abandoned()):
        if folder.is_dir():
            freed = size(folder)
            if not asked.dry_run:
                remove(folder)
            terminal.step(done, f"{folder} ({_bytes(freed)})")


def _clean_some(
    project: Project, policy: cleaning.Policy, asked: argparse.Namespace, terminal: Terminal
) -> None:
    store, cache = Store(project.store), project.cache
    prepared = prepare(project, Options(), planned=False)
    needed = every_holding(prepared, store, project.inputs())
    held = [holding.entry for holding in needed if holding.entry is not None]
    beside = cleaning.Beside(
        sorted((store.root / source_texts.FOLDER).glob("*")),
        {
            "compiled program": [*cache.kept(compiled_programs.FOLDER)],
            "compiled template": [*cache.kept(templating.FOLDER)],
            "kept digests": [*(store.root / digest_cache.FOLDER).glob("*")],
            "kept page": [*cache.kept(last_page.FOLDER)],
        },
    )
    going = cleaning.chosen(store, cache, policy, {entry.path for entry in held}, beside)
    before = store.size() + size(cache.folder)
    if not asked.dry_run:
        store.sweep()
        gone = [item.path for item in going if item.kind != cleaning.LEFTOVER]
        cached = [path for path in gone if path.is_relative_to(cache.folder)]
        store.remove([path for path in gone if path not in cached])
        for path in cached:
            remove(path)
    for line in _summary(going):
        terminal.step("Would go" if asked.dry_run else "Removed", line)
    freed = sum(item.size for item in going)
    left = before - freed
    text = f"{_bytes(freed)}; {project.shown(project.store)} and its cache keep {_bytes(left)}"
    terminal.step("Frees" if asked.dry_run else "Freed", text)
    if policy.most is not None and left > policy.most:
        held_too = " or `--keep` holds it" if policy.keep else ""
        terminal.remark(f"more cannot go: the deck as it stands uses the rest{held_too}")


def _summary(going: list[cleaning.Item]) -> list[str]:
    """A line for each kind: how many, how large, and whose."""
    lines = []
    for kind in dict.fromkeys(item.kind for item in sorted(going, key=lambda item: item.kind)):
        items = [item for item in going if item.kind == kind]
        count = f"{len(items)} {kind if len(items) == 1 else _plural(kind)}"
        line = f"{count} ({_bytes(sum(item.size for item in items))})"
        if kind in ("result", "figure"):
            names = sorted({item.name for item in items})
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            line += f": {', '.join(names[:MOST_NAMES])}{more}"
        lines.append(line)
    return lines


def _plural(kind: str) -> str:
    if kind.endswith("s"):  # sheets, kept digests
        return kind
    return kind.removesuffix("y") + "ies" if kind.endswith("y") else f"{kind}s"


def _bytes(count: int) -> str:
    return filters.in_bytes((count,), None)


def _age(text: str | None) -> float | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw])", text)
    if match is None:
        raise UsageError(
            f"`--older-than {text}` is no age. Write hours, days or weeks: 12h, 30d, 6w"
        )
    return float(match[1]) * AGES[match[2]]


def _size(text: str | None) -> float | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGT]?B)", text.upper())
    if match is None:
        raise UsageError(f"`--size {text}` is no size. Write it as 500MB or 2GB")
    return float(match[1]) * SIZES[match[2]]
