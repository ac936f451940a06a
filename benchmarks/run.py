"""Times whole builds of generated decks, each in a cold process: `python benchmarks/run.py`.

It prints Markdown tables: the median and range of every case beside its target, peak memory and,
with `--peers`, what other tools take for the same slides. The cases take turns, so that whatever
else the machine does falls on all of them alike.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import decks
import measure
import peers

OUTPUTS = {"html": ("--no-pdf",), "html+pdf": ()}
VARIABLES = {"PYTHONPATH": str(decks.REPOSITORY)}
MEMORY_TARGET = {600: 400e6}


@dataclass(frozen=True)
class Case:
    """What is done to a built project before it is built again, and the seconds aimed at by
    number of slides and output."""

    title: str
    prepare: Callable[[Path], None]
    targets: dict[tuple[int, str], float] = field(default_factory=dict)


@dataclass
class Row:
    """What a case took, again and again."""

    title: str
    slides: int
    output: str
    target: float | None
    times: list[measure.Time] = field(default_factory=list)


def forget_all(folder: Path) -> None:
    """Removes results, figures and the deck."""
    for name in (".livedeck", "output"):
        shutil.rmtree(folder / name, ignore_errors=True)


def forget_output(folder: Path) -> None:
    """Removes the deck."""
    shutil.rmtree(folder / "output", ignore_errors=True)


RENDERED = {(60, "html"): 0.45, (600, "html"): 1.5, (60, "html+pdf"): 1.5, (600, "html+pdf"): 8.0}
CASES = {
    "cold": Case("all cold", forget_all, {(60, "html"): 3.0}),
    "nothing": Case(
        "nothing changed", lambda _: None, {(n, o): 0.3 for n in (60, 600) for o in OUTPUTS}
    ),
    "sentence": Case("one sentence changed", decks.edit_sentence, RENDERED),
    "figure": Case("one figure changed", decks.edit_figure, {(60, "html"): 0.9}),
    "experiment": Case("one experiment and its six figures", decks.edit_experiment),
    "store": Case("results in store, no output", forget_output, RENDERED),
}


def main() -> int:
    """Measures what was asked for and prints it."""
    options = _parser().parse_args()
    print(f"Machine: {measure.machine()}. Repeats: {options.repeats}.\n")
    rows: list[Row] = []
    peaks: list[dict[str, object]] = []
    try:
        for slides in options.slides:
            with tempfile.TemporaryDirectory(prefix="livedeck-benchmark-") as name:
                rows += _measured(Path(name), slides, options)
                if options.memory:
                    peaks += _peaks(Path(name), slides, options.outputs)
                if options.peers:
                    rows += _peers(Path(name), slides, options)
    except measure.FailedError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(_table(rows))
    if peaks:
        print("\n" + _memory_table(peaks))
    if options.json:
        whole = {"machine": measure.machine(), "rows": [asdict(r) for r in rows], "memory": peaks}
        options.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0


def _measured(folder: Path, slides: int, options: argparse.Namespace) -> list[Row]:
    """Times every case in turn, as often as asked, in a project of its own for each output."""
    rows = {}
    for output in options.outputs:
        decks.make(folder / output, slides)
        measure.seconds(_build(output), folder / output, VARIABLES)  # fills the system's caches
        for name in options.case:
            case = CASES[name]
            target = case.targets.get((slides, output))
            rows[name, output] = Row(case.title, slides, output, target)
    for _ in range(options.repeats):
        for (name, output), row in rows.items():
            CASES[name].prepare(folder / output)
            row.times.append(measure.seconds(_build(output), folder / output, VARIABLES))
    return list(rows.values())


def _peaks(folder: Path, slides: int, outputs: list[str]) -> list[dict[str, object]]:
    """The memory of a cold build and of one with all results in store."""
    peaks: list[dict[str, object]] = []
    output = outputs[-1]
    for name in ("cold", "store"):
        CASES[name].prepare(folder / output)
        peak = measure.memory(_build(output), folder / output, VARIABLES)
        case = {"title": CASES[name].title, "slides": slides, "output": output}
        peaks.append(case | asdict(peak))
    return peaks


def _peers(folder: Path, slides: int, options: argparse.Namespace) -> list[Row]:
    commands = peers.prepare(folder / "peers", slides)
    rows = [Row(title, slides, output, None) for title, output, _ in commands]
    for _ in range(options.repeats):
        for row, (_, _, command) in zip(rows, commands, strict=True):
            row.times.append(measure.seconds(command, folder / "peers", {}))
    return rows


def _build(output: str) -> list[str]:
    return [sys.executable, "build.py", *OUTPUTS[output]]


def _table(rows: list[Row]) -> str:
    lines = [
        "| case | slides | output | median | min–max | target | of processors |",
        "|:--|--:|:--|--:|--:|--:|--:|",
    ]
    for row in rows:
        clock = [time.clock for time in row.times]
        spread = f"{min(clock):.2f}–{max(clock):.2f} s"
        target = "" if row.target is None else f"{row.target:g} s"
        busy = statistics.median(time.processors for time in row.times)
        cells = [row.title, row.slides, row.output, f"{statistics.median(clock):.2f} s", spread]
        lines.append("| " + " | ".join(map(str, [*cells, target, f"{busy:.2f} s"])) + " |")
    return "\n".join(lines)


def _memory_table(peaks: list[dict[str, object]]) -> str:
    lines = [
        "| peak memory | slides | output | engine | largest child | all together | target |",
        "|:--|--:|:--|--:|--:|--:|--:|",
    ]
    for peak in peaks:
        sizes = [f"{int(str(peak[n])) / 1e6:.0f} MB" for n in ("process", "child", "together")]
        target = MEMORY_TARGET.get(int(str(peak["slides"])))
        cells = [peak["title"], peak["slides"], peak["output"], *sizes]
        cells.append(f"{target / 1e6:.0f} MB" if target else "")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slides", type=int, nargs="+", default=[60, 600], metavar="N")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--outputs", nargs="+", choices=OUTPUTS, default=list(OUTPUTS))
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    parser.add_argument("--peers", action="store_true", help="also time pandoc, typst and marp")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
