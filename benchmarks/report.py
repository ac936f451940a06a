"""What was measured, as Markdown tables and for machines."""

import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import measure
from measure import Memory, Time

MEMORY_TARGET = {600: 400e6}


@dataclass
class Row:
    """A case or a peer, how to run it, and what it took, again and again; `reference` is what to
    compare a peer to."""

    title: str
    slides: int
    output: str
    target: float | None
    command: list[str]
    folder: Path
    prepare: Callable[[Path], None] = lambda _: None
    reference: "Row | None" = None
    times: list[Time] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds on the clock."""
        return statistics.median(time.clock for time in self.times)

    def record(self) -> dict[str, object]:
        """What the JSON file says of it."""
        times = [asdict(time) for time in self.times]
        known = {"title": self.title, "slides": self.slides, "output": self.output}
        return {**known, "target": self.target, "times": times}


@dataclass(frozen=True)
class Peak:
    """The memory that a case took."""

    title: str
    slides: int
    output: str
    memory: Memory


def take_turns(rows: list[Row], repeats: int, variables: Mapping[str, str]) -> None:
    """Measures all rows of one number of slides, again and again."""
    for repeat in range(1, repeats + 1):
        print(f"{rows[0].slides} slides, {repeat} of {repeats}", file=sys.stderr)
        for row in rows:
            row.prepare(row.folder)
            row.times.append(measure.seconds(row.command, row.folder, variables))


def publish(
    machine: str, rows: list[Row], others: list[Row], peaks: list[Peak], path: Path | None
) -> None:
    """Prints the tables; writes every measurement to `path`, as JSON."""
    tables = [times(rows)]
    tables += [comparison(others)] if others else []
    tables += [memory(peaks)] if peaks else []
    print(f"Machine: {machine}\n\n" + "\n\n".join(tables))
    if path:
        known = [row.record() for row in (*rows, *others)]
        records = {"machine": machine, "times": known, "memory": [asdict(peak) for peak in peaks]}
        path.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")


def times(rows: list[Row]) -> str:
    """The median and range of every case beside its target."""
    return table(
        ["case", "slides", "output", "median", "range", "target", "of processors"],
        [
            [
                *(row.title, row.slides, row.output, f"{row.median:.2f} s", _range(row)),
                "" if row.target is None else f"{row.target:g} s",
                f"{statistics.median(time.processors for time in row.times):.2f} s",
            ]
            for row in rows
        ],
    )


def comparison(rows: list[Row]) -> str:
    """Peers, and how many times as long as this engine they take."""
    return table(
        ["peer", "slides", "output", "median", "range", "livedeck", "ratio"],
        [
            [
                *(row.title, row.slides, row.output, f"{row.median:.2f} s", _range(row)),
                f"{row.reference.median:.2f} s" if row.reference else "",
                f"{row.median / row.reference.median:.1f}" if row.reference else "",
            ]
            for row in rows
        ],
    )


def memory(found: list[Peak]) -> str:
    """The peaks of memory beside the target for the engine."""
    return table(
        ["memory", "slides", "output", "engine", "largest child", "all at once", "target"],
        [
            [
                *(peak.title, peak.slides, peak.output),
                *(f"{size / 1e6:.0f} MB" for size in asdict(peak.memory).values()),
                f"{MEMORY_TARGET[peak.slides] / 1e6:.0f} MB"
                if peak.slides in MEMORY_TARGET
                else "",
            ]
            for peak in found
        ],
    )


def _range(row: Row) -> str:
    clock = [time.clock for time in row.times]
    return f"{min(clock):.2f}–{max(clock):.2f} s"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; the columns after the first are numbers, but for `output`."""
    rule = [":--" if name in (head[0], "output") else "--:" for name in head]
    lines: list[Sequence[object]] = [head, rule, *rows]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in lines)
