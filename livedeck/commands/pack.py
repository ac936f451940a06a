"""Packs the deck's results into one file, for another machine."""

import argparse
from pathlib import Path

from livedeck import filters
from livedeck.console import Terminal
from livedeck.errors import AuthorError, UsageError, did_you_mean
from livedeck.options import Options
from livedeck.planning.holdings import Holding, counts, holdings
from livedeck.planning.prepare import prepare
from livedeck.project import Project
from livedeck.store import pack
from livedeck.store.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Packs the results that a build would use, all or those of some experiments."""
    if not asked.file.endswith(".zip"):
        name = "results.zip"
        raise UsageError(f"`{asked.file}` is no name of a pack. Write it first, such as {name}")
    prepared = prepare(project, Options(asked.profile), planned=False)
    store, inputs = Store(project.store), project.inputs()
    found = list(holdings(prepared, store, inputs, asked.profile))
    wanted = [h for h in found if _is_wanted(h, asked.experiments)]
    if not asked.figures:
        wanted = [holding for holding in wanted if holding.kind == "result"]
    _require_known(asked.experiments, found)
    missing = [holding.name for holding in wanted if holding.entry is None]
    if missing:
        profile = f" --profile {asked.profile}" if asked.profile else ""
        hint = f"Run `python build.py{profile}` first, or name the experiments to be packed."
        message = f"holds no {', no '.join(missing)}"
        raise AuthorError(message, project.store, hint=hint)
    entries = [holding.entry for holding in wanted if holding.entry is not None]
    path = Path(asked.file).absolute()
    size = pack.write(path, entries, project.store)
    taken = filters.in_bytes((size,), None)
    terminal.step("Packed", f"{project.shown(path)}: {counts(entries)} ({taken})")


def _is_wanted(holding: Holding, names: list[str]) -> bool:
    return not names or holding.experiment in names or holding.name in names


def _require_known(names: list[str], found: list[Holding]) -> None:
    known = {name for h in found if h.kind == "result" for name in (h.name, h.experiment)}
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"the deck has no experiment `{name}`. {hint}")
