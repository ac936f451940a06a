"""What is told of a build beside its documents: every result with its origin, and what it used."""

import json
from pathlib import Path

from livedeck import stamp
from livedeck.planning import provenance
from livedeck.planning.compute import Computed
from livedeck.store.entry import Entry


def results_json(title: str, computed: Computed, root: Path) -> bytes:
    """Every result with its values and origin, for machines; paths are written from `root`."""
    results, plan = {}, computed.plan
    for key, run in plan.runs.items():
        entry = computed.results[key]
        if isinstance(entry, Entry):
            manifest = entry.manifest
            results[run.name] = {
                "experiment": run.experiment.name,
                "claim": run.experiment.claim,
                "parameters": run.parameters,
                "values": manifest["values"],
                "key": entry.key,
                "content": manifest["content"],
                "provenance": provenance.repeatable(manifest["provenance"]),
                "inputs": stamp.told(root, manifest["inputs"] | manifest["observed"]),
                "figures": [d.name for d in plan.drawings.values() if d.run.key == key],
            }
    whole = {"title": title, "results": results}
    return (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def observed(computed: Computed) -> dict[str, str]:
    """All that experiments and figures were seen to use."""
    seen: dict[str, str] = {}
    for entry in (*computed.results.values(), *computed.figures.values()):
        if isinstance(entry, Entry):
            seen |= entry.manifest["observed"]
    return seen


def places(computed: Computed) -> dict[str, str]:
    """Where the entries that a deck shows lie in the store, by kind and name."""
    shown = [*computed.results.values(), *computed.figures.values()]
    return {
        f"{entry.manifest['kind']} {entry.manifest['name']}": "/".join(entry.path.parts[-2:])
        for entry in shown
        if isinstance(entry, Entry)
    }
