"""Trains three of the lecture's experiments in JAX and in PyTorch: `make bench-training`.

JAX runs the experiment's own functions, PyTorch the same model, data, batches, optimiser, number of
steps and of seeds as its users write them. Every run is a new process on the CPU, compiles what it
needs, and the ways take turns, so that whatever else the machine does falls on all of them alike.
It prints a Markdown table: seconds to import, until training is under way (start-up and
compilation), for a step of all seeds and in all; how that compares with JAX, turn by turn; and what
the networks are worth in the end.
"""

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import measure
import report

HERE = Path(__file__).resolve().parent
EXPERIMENTS = {"digits": "%", "dialogue": "%", "lettering": "dB"}  # of the scores
WAYS = {
    "JAX": ("jax", ""),
    "JAX, compiled before": ("jax", "cache"),  # as the lecture is built the next time
    "PyTorch": ("torch", "eager"),
    "PyTorch, torch.vmap": ("torch", "vmap"),
    "PyTorch, torch.compile": ("torch", "compile"),
}
BASELINE = "JAX"
QUIET = 0.3  # processors that other work may use during a run


@dataclass(frozen=True)
class Run:
    """One training: seconds on the clock, but for `processors`; the score of each seed."""

    imports: float
    ready: float  # after the imports: starts, compiles, up to the first step at full speed
    step: float  # of all seeds
    total: float  # imports and training, without reading the data
    processors: float  # seconds of all processors, for the whole process
    others: float  # processors that other work kept busy meanwhile
    scores: tuple[float, ...]
    version: str


@dataclass
class Row:
    """An experiment trained in one way, again and again."""

    experiment: str
    way: str
    runs: list[Run] = field(default_factory=list)

    def values(self, name: str) -> list[float]:
        return [getattr(run, name) for run in self.runs]

    def median(self, name: str) -> float:
        return statistics.median(self.values(name))

    def ratio(self, name: str, baseline: "Row") -> str:
        """How many times as long as the baseline in the same turn: median and range."""
        pairs = zip(self.values(name), baseline.values(name), strict=True)
        ratios = [own / other for own, other in pairs]
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"

    def score(self) -> str:
        """Mean and standard deviation over seeds."""
        unit, scores = EXPERIMENTS[self.experiment], self.runs[0].scores
        factor = 100 if unit == "%" else 1
        mean, spread = (factor * f(scores) for f in (statistics.mean, statistics.stdev))
        return f"{mean:.1f} ± {spread:.1f} {unit}"

    def record(self) -> dict[str, object]:
        """What the JSON file says of it."""
        return {**vars(self), "runs": [vars(run) for run in self.runs]}


def main() -> int:
    """Measures what was asked for and prints it."""
    options = _parser().parse_args()
    machine = f"{measure.machine()}. Repeats: {options.repeats}."
    rows = [Row(name, way) for name in options.experiments for way in options.ways]
    with tempfile.TemporaryDirectory(prefix="livedeck-training-") as folder:
        for name in options.experiments:
            _python([sys.executable], "training_data.py", name, f"{folder}/{name}.npz")
        for row in rows:
            if row.way == "JAX, compiled before":
                _train(row, options.torch, Path(folder))  # compiles, and is not counted
        for repeat in range(1, options.repeats + 1):
            for row in rows:
                print(f"{repeat}: {row.experiment}, {row.way}", file=sys.stderr)
                row.runs.append(_undisturbed(row, options, Path(folder)))
    print(f"Machine: {machine}\n\n{_table(rows)}\n\n{_remarks(rows)}")
    if options.json:
        records = {"machine": machine, "rows": [row.record() for row in rows]}
        options.json.write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    return 0


def _undisturbed(row: Row, options: argparse.Namespace, folder: Path) -> Run:
    """Trains when the machine is idle, and again if it was not for long, as far as patience goes:
    threads that wait for each other suffer far more from other work than others do."""
    end = time.monotonic() + options.patience
    while True:
        measure.wait_for_idle(end)
        run = _train(row, options.torch, folder)
        if run.others < QUIET or time.monotonic() > end:
            return run


def _train(row: Row, torch: str, folder: Path) -> Run:
    """Trains in a process of its own."""
    framework, mode = WAYS[row.way]
    python = sys.executable if framework == "jax" else torch
    cache = folder / "compiled" if mode == "cache" else None
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = ["env", f"TORCHINDUCTOR_CACHE_DIR={scratch}", "JAX_PLATFORMS=cpu"]
        if cache:
            command += [f"JAX_COMPILATION_CACHE_DIR={cache}"]
            command += ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0"]
        data = f"{folder}/{row.experiment}.npz"
        own, busy, began = _processors(), measure.busy(), time.monotonic()
        program = f"training_{framework}.py"
        record = _python([*command, python], program, row.experiment, data, str(began), mode)
        taken = time.monotonic() - began
        own, busy = _processors() - own, measure.busy() - busy
    return _summary(json.loads(record), own, max(0.0, busy - own) / taken)


def _summary(record: dict[str, Any], processors: float, others: float) -> Run:
    """Turns marks into durations. What the first stage takes beyond the pace of the others is
    starting up and compiling."""
    marks, stages, steps = record["marks"], record["stages"], record["steps"]
    step = (stages[-1] - stages[0]) / sum(steps[1:])
    return Run(
        imports=marks["imported"],
        ready=stages[0] - marks["prepared"] - steps[0] * step,
        step=step,
        total=marks["imported"] + marks["trained"] - marks["prepared"],
        processors=processors,
        others=others,
        scores=tuple(record["scores"]),
        version=record["version"],
    )


def _python(command: list[str], program: str, *arguments: str) -> str:
    """What a program of this folder prints."""
    return subprocess.run(
        [*command, str(HERE / program), *arguments],
        cwd=HERE.parent,
        env=measure.environment({"PYTHONPATH": str(HERE.parent)}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def _processors() -> float:
    """Seconds that the processes started from here have spent on processors."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _table(rows: list[Row]) -> str:
    """Medians of every way, and ratios to JAX in the same turn."""
    head = ["experiment", "way", "import", "until it trains", "a step", "in all", "of processors"]
    head += ["a step, times JAX", "in all, times JAX", "score"]
    return report.table(head, list(_cells(rows)))


def _cells(rows: list[Row]) -> Iterator[list[str]]:
    baselines = {row.experiment: row for row in rows if row.way == BASELINE}
    for row in rows:
        baseline = baselines.get(row.experiment)
        compared = baseline is not None and baseline is not row
        yield [
            *(row.experiment, row.way),
            *(f"{row.median(name):.1f} s" for name in ("imports", "ready")),
            f"{1000 * row.median('step'):.1f} ms",
            *(f"{row.median(name):.1f} s" for name in ("total", "processors")),
            *(row.ratio(name, baseline) if compared else "1" for name in ("step", "total")),
            row.score(),
        ]


def _remarks(rows: list[Row]) -> str:
    """Versions, and how quiet the machine was."""
    versions = sorted({run.version for row in rows for run in row.runs})
    others = [run.others for row in rows for run in row.runs]
    return (
        f"{', '.join(versions)}, Python {platform.python_version()}. Scores: mean and standard "
        f"deviation over seeds, first turn. Other work kept {statistics.median(others):.2f} "
        f"processors busy at the median, {max(others):.2f} at most."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--torch", default=sys.executable, help="the Python that has PyTorch")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument(
        "--patience",
        type=float,
        default=0,
        metavar="SECONDS",
        help="how long to look for a quiet moment for each run",
    )
    names: Iterable[str]
    for option, names in (("--experiments", EXPERIMENTS), ("--ways", WAYS)):
        parser.add_argument(option, nargs="+", choices=names, default=list(names))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
