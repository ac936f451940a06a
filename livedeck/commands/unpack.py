"""Takes results from a pack into the store."""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from livedeck.console import Terminal
from livedeck.errors import LivedeckError
from livedeck.keys.inputs import Inputs
from livedeck.keys.reasons import reason
from livedeck.options import Options
from livedeck.planning import provenance
from livedeck.planning.holdings import Holding, counts, every_holding
from livedeck.planning.prepare import prepare
from livedeck.project import Project
from livedeck.store.entry import Entry
from livedeck.store.pack import Archive
from livedeck.store.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Takes all of a pack into the store, or nothing, and says what of it the deck uses."""
    path, store = Path(asked.file).absolute(), Store(project.store)
    came, there = _take(path, store)
    already = f", {len(there)} of them there already" if there else ""
    terminal.step("Unpacked", f"{project.shown(path)}: {counts(came)}{already}")
    needed = _needed(project, store, terminal)
    inputs = project.inputs()
    used = {holding.entry.path for holding in needed or () if holding.entry is not None}
    for entry in sorted(came, key=lambda entry: entry.task.name):
        if entry.task.kind != "result":
            continue
        parts = [entry.task.name, *_origin(entry)]
        if entry.path in there:
            parts.append("was there already")
        if needed is not None:
            why = "" if entry.path in used else _unused(entry, needed, inputs)
            parts.append(f"not used by the deck: {why}" if why else "used by the deck")
        terminal.remark(" · ".join(parts))
    if needed is not None:
        count = sum(entry.path in used for entry in came)
        terminal.step("Serves", f"the deck as it stands uses {count} of {len(came)}")


def _take(path: Path, store: Store) -> tuple[list[Entry], set[Path]]:
    """The entries of a pack, now in the store; and the paths of those that were there already.

    Nothing enters before all of it has been looked at.
    """
    with closing(Archive(path)) as pack, store.staging() as room:
        folders = [room / str(number) for number in range(len(pack.manifests))]
        for folder, manifest in zip(folders, pack.manifests, strict=True):
            folder.mkdir()
            pack.extract(manifest, folder)
        came = [store.enter(*pair) for pair in zip(folders, pack.manifests, strict=True)]
        left = {entry.path for entry, folder in zip(came, folders, strict=True) if folder.exists()}
    return came, left


def _needed(project: Project, store: Store, terminal: Terminal) -> list[Holding] | None:
    """What the deck needs; none if its sources are not in order."""
    try:
        prepared = prepare(project, Options(), planned=False)
        return every_holding(prepared, store, project.inputs())
    except LivedeckError as error:
        terminal.remark(f"what of it the deck uses can be told when this is mended: {error}")
        return None


def _origin(entry: Entry) -> list[str]:
    origin: dict[str, Any] = entry.manifest["provenance"]
    day = datetime.fromtimestamp(entry.manifest["created"], UTC)
    commit = f"commit {origin['commit']}" if origin["commit"] else ""
    parts = (provenance.device(origin), f"{day:%Y-%m-%d}", provenance.versions(origin), commit)
    return [part for part in parts if part]


def _unused(entry: Entry, needed: list[Holding], inputs: Inputs) -> str:
    """Why a deck does not use a result, in words."""
    same = [h for h in needed if h.kind == "result" and h.name == entry.task.name and h.task]
    if not same:
        return "it has no run of this name"
    device = entry.task.inputs.get("device")
    near = [h for h in same if h.task and h.task.inputs.get("device") == device] or same
    assert near[0].task is not None
    return reason(near[0].task, entry.manifest, inputs.value)
