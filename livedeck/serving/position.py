"""Where a talk is: the slide and step that everybody who follows sees, and its time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Position:
    """The place and the clock of a talk."""

    slide: str = ""  # none: nobody has begun
    step: int = 0
    spent: float = 0.0  # seconds before the clock last began to run
    began: float | None = None

    def go(self, slide: str, step: int) -> None:
        """Goes to a slide; the clock begins with the first step of the talk."""
        if self.slide and (slide, step) != (self.slide, self.step) and not self.spent:
            self.run(on=True)
        self.slide, self.step = slide, step

    def stay(self, before: Sequence[str], now: Sequence[str]) -> None:
        """Stays near its slide where that has gone, as the pages do."""
        if self.slide in before and self.slide not in now:
            self.slide, self.step = now[min(before.index(self.slide), len(now) - 1)], 0

    def move(self, cues: Sequence[dict[str, Any]], by: int) -> None:
        """Goes a step on or back, as the keys of the page do."""
        names = [cue["id"] for cue in cues]
        at = names.index(self.slide) if self.slide in names else 0
        self.slide = names[at]
        step = min(self.step, cues[at]["steps"]) + by
        if 0 <= step <= cues[at]["steps"]:
            self.go(names[at], step)
        elif 0 <= at + by < len(names):
            self.go(names[at + by], 0 if by > 0 else cues[at - 1]["steps"])

    def run(self, *, on: bool) -> None:
        """Lets the clock run or rest."""
        self.spent = self.seconds
        self.began = time.monotonic() if on else None

    def restart(self) -> None:
        """Sets the clock to zero."""
        self.spent, self.began = 0.0, time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the talk has taken."""
        return self.spent + (0.0 if self.began is None else time.monotonic() - self.began)

    def told(self) -> dict[str, Any]:
        """All of it, for a browser."""
        return {
            "do": "at",
            "slide": self.slide,
            "step": self.step,
            "seconds": round(self.seconds, 2),
            "runs": self.began is not None,
        }
