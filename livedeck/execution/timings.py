"""Where the time of a build went: a table for the terminal and a picture."""

import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from livedeck.slides.theme import PIXELS_PER_INCH, Theme

PARTS = ("imports", "compile", "run", "figures")
BAR = 24  # characters of the longest bar in the terminal
ROW = 22  # pixels of a row of the picture


@dataclass
class Timings:
    """Seconds of the engine's phases, and of each experiment by part."""

    phases: dict[str, float] = field(default_factory=dict)
    experiments: dict[str, dict[str, float]] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: int = 0
    _since: float = 0.0
    _worked: float = 0.0  # seconds in which at least one worker had a job
    _asked: float = 0.0  # seconds from handing out each job to its answer, added up

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Adds the time that the block takes to a phase."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - started

    @contextmanager
    def working(self) -> Iterator[None]:
        """A job that a worker does in the block, maybe while others do theirs."""
        started = time.perf_counter()
        with self._lock:
            self._at_work += 1
            self._since = started if self._at_work == 1 else self._since
        try:
            yield
        finally:
            ended = time.perf_counter()
            with self._lock:
                self._at_work -= 1
                self._worked += ended - self._since if self._at_work == 0 else 0.0
                self._asked += ended - started

    def add(self, experiment: str, spent: dict[str, float]) -> None:
        """Adds what a job of an experiment has spent, in seconds by part."""
        with self._lock:
            row = self.experiments.setdefault(experiment, dict.fromkeys(PARTS, 0.0))
            for part, seconds in spent.items():
                row[part] += seconds

    def rows(self) -> list[tuple[str, dict[str, float]]]:
        """The experiments, the longest first, then the engine's own phases."""
        slowest = sorted(self.experiments.items(), key=lambda item: -sum(item[1].values()))
        working = self._worked - self._overhead()
        phases = {
            name: max(0.0, s - working * (name == "store")) for name, s in self.phases.items()
        }
        return [*slowest, *((name, {"engine": seconds}) for name, seconds in phases.items())]

    def summary(self) -> str:
        """The whole in a sentence."""
        total = time.perf_counter() - self.began
        engine = max(0.0, total - self._worked + self._overhead())
        return (
            f"{total:.1f} s in all, {engine:.1f} s of it ({engine / total:.0%}) the engine's own; "
            f"at most {_memory():.2f} GB in one process"
        )

    def _overhead(self) -> float:
        """What handing out the jobs and taking their answers cost."""
        return self._asked - sum(sum(spent.values()) for spent in self.experiments.values())


def _memory() -> float:
    """The largest resident set of this process and of those that it has waited for, in GB."""
    unit = 1 if sys.platform == "darwin" else 1024
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) * unit / 1e9


def table(timings: Timings) -> Any:
    """A table of all rows with a bar each, for rich."""
    from rich.table import Table
    from rich.text import Text

    colours = dict(zip((*PARTS, "engine"), ("cyan", "green", "blue", "red", "dim"), strict=True))
    rows = timings.rows()
    longest = max((sum(spent.values()) for _, spent in rows), default=0) or 1
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("seconds")
    for part, colour in colours.items():
        shown.add_column(Text(part, style=f"bold {colour}"), justify="right")
    shown.add_column("")
    for name, spent in rows:
        bar = Text()
        for part, seconds in spent.items():
            bar.append("█" * round(BAR * seconds / longest), style=colours[part])
        cells = [f"{spent[part]:.1f}" if part in spent else "" for part in colours]
        shown.add_row(Text(name), *cells, bar)
    return shown


def picture(timings: Timings, theme: Theme, fonts: list[Path]) -> bytes:
    """The same as an SVG: a bar for each row, its parts in colours that the first bar names."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from livedeck.drawing import style

    style.use(theme, "light", fonts)
    rows = timings.rows()
    height = ROW * (len(rows) + 3) / PIXELS_PER_INCH
    figure = Figure(figsize=(900 / PIXELS_PER_INCH, height), layout="constrained")
    figure.set_facecolor(theme.palettes["light"].paper)
    axes = figure.subplots()
    colours = dict(zip((*PARTS, "engine"), ("C4", "C2", "accent", "C1", "muted"), strict=True))
    longest = max((sum(spent.values()) for _, spent in rows), default=0) or 1
    for row, (_, spent) in enumerate(rows):
        left = 0.0
        for part, seconds in spent.items():
            axes.barh(row, seconds, left=left, height=0.7, color=colours[part])
            left += seconds
        axes.text(left + longest / 100, row, f"{left:.1f}", va="center", fontsize=style.TICK)
    for place, (part, colour) in enumerate(colours.items()):
        axes.text(
            0.98,
            0.04 + 0.9 * ROW * (5 - place) / (height * PIXELS_PER_INCH),
            part,
            transform=axes.transAxes,
            color=colour,
            ha="right",
            weight="bold",
        )
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(0, longest * 1.08), xlabel="time (s)")
    axes.tick_params(axis="y", length=0)
    file = BytesIO()
    with rc_context({"svg.fonttype": "path"}):  # read where the deck's fonts are not
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
