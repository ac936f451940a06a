"""Where a result comes from, in words: device, seconds, seed, versions, key."""

import os
from typing import Any

from livedeck import filters
from livedeck.planning.plan import Run
from livedeck.store import messages
from livedeck.store.entry import Entry

DEVICES = {"cpu": "CPU", "gpu": "GPU", "tpu": "TPU"}
PASSING = ("seconds", "commit")  # of an origin: another run of the same would have others


def line(run: Run, result: Entry) -> str:
    """One line for the foot of a slide."""
    origin = result.manifest["provenance"]
    parts = [run.name, device(origin), seconds(origin), run.seed, result.key[:8]]
    return " · ".join(part for part in parts if part)


def terms(run: Run, result: Entry) -> list[tuple[str, str]]:
    """Everything known about a result's origin, as terms and their texts."""
    origin = result.manifest["provenance"]
    parameters = ", ".join(f"{name}={value!r}" for name, value in run.parameters.items())
    found = [
        ("experiment", run.experiment.claim),
        ("device", device(origin)),
        ("time", seconds(origin)),
        ("seed", run.seed),
        ("parameters", parameters),
        ("versions", versions(origin)),
        ("key", result.key[:16]),
        ("commit", str(repeatable(origin).get("commit", ""))),
    ]
    return [(term, text) for term, text in found if text]


def device(origin: dict[str, Any]) -> str:
    """A device's kind, and its name where that says more."""
    kind = DEVICES.get(origin["device"], origin["device"])
    name = origin["device name"]
    return kind if name.upper() in ("", kind) else f"{kind} ({name})"


def seconds(origin: dict[str, Any]) -> str:
    """How long a run took, where that may be told."""
    if "seconds" not in repeatable(origin):
        return ""
    return filters.seconds((origin["seconds"],), None)


def repeatable(origin: dict[str, Any]) -> dict[str, Any]:
    """An origin without what the run has said, which is for its author alone; and without how long
    it took, and at which commit, in a build that is to be reproduced byte for byte, which
    `SOURCE_DATE_EPOCH` asks for (reproducible-builds.org)."""
    left_out = {messages.NAME, *(PASSING if "SOURCE_DATE_EPOCH" in os.environ else ())}
    return {name: what for name, what in origin.items() if name not in left_out}


def versions(origin: dict[str, Any]) -> str:
    """The packages that a result was computed with."""
    return ", ".join(f"{name} {version}" for name, version in origin["versions"].items())
