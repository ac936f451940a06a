"""Times a training from within: what both frameworks report, stage by stage."""

import json
import sys
import time
from collections.abc import Iterable


class Clock:
    """Seconds since the process was started, by the monotonic clock of who started it."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.marks: dict[str, float] = {}
        self.stages: list[float] = []

    def now(self) -> float:
        return time.monotonic() - self.began

    def mark(self, name: str) -> None:
        self.marks[name] = self.now()

    def stage(self, *_: object, loss: object = None) -> None:
        """Marks the end of a stage; the loss is awaited, where a framework computes ahead."""
        if loss is not None:
            float(loss)  # type: ignore[arg-type]
        self.stages.append(self.now())

    def finish(self, steps: Iterable[int], scores: Iterable[float], version: str) -> None:
        """Prints all marks, the steps of each stage and the score of each seed."""
        record = {
            "marks": self.marks,
            "stages": self.stages,
            "steps": [int(count) for count in steps],
            "scores": [float(score) for score in scores],
            "version": version,
        }
        json.dump(record, sys.stdout)
