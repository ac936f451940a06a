"""Times whole builds of generated decks, each in a cold process: `python benchmarks/run.py`.

It prints Markdown tables: the median and range of every case beside its target, peak memory, and
what other tools take for the same slides. The cases take turns, so that whatever else the machine
does falls on all of them alike.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import decks
import measure
import peers
import report
from report import Peak, Row

OUTPUTS = {"html": ("--no-pdf",), "html+pdf": ()}
VARIABLES = {"PYTHONPATH": str(decks.REPOSITORY)}


@dataclass(frozen=True)
class Case:
    """What is done to a built project before it is built again, and the seconds aimed at by
    number of slides and output."""

    title: str
    prepare: Callable[[Path], None]
    targets: dict[tuple[int, str], float] = field(default_factory=dict)


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
    machine = f"{measure.machine()}. Repeats: {options.repeats}."
    rows: list[Row] = []
    others: list[Row] = []
    peaks: list[Peak] = []
    with tempfile.TemporaryDirectory(prefix="livedeck-benchmark-") as name:
        try:
            tools = peers.installed() if options.peers else {}
            for slides in options.slides:
                folder = Path(name) / str(slides)
                cases = _cases(folder, slides, options)
                found = _peers(tools, folder, slides, cases)
                report.take_turns([*cases, *found], options.repeats, VARIABLES)
                rows += cases
                others += found
                if options.memory:
                    peaks += _peaks(folder, slides, options.outputs[-1])
        except measure.FailedError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    report.publish(machine, rows, others, peaks, options.json)
    return 0


def _cases(folder: Path, slides: int, options: argparse.Namespace) -> list[Row]:
    """Every case, in a project of its own for each output that is built once already."""
    rows = []
    for output in options.outputs:
        project = folder / output
        decks.make(project, slides)
        command = [sys.executable, "build.py", *OUTPUTS[output]]
        measure.seconds(command, project, VARIABLES)  # fills the system's caches
        for name in options.case:
            case = CASES[name]
            target = case.targets.get((slides, output))
            row = Row(case.title, slides, output, target, command, project, case.prepare)
            rows.append(row)
    return rows


def _peers(tools: dict[str, str], folder: Path, slides: int, cases: list[Row]) -> list[Row]:
    """The peers on the slides of the first project, beside the case of results in store."""
    rows = []
    place = folder / "peers"
    for title, output, command in peers.prepare(tools, cases[0].folder, place) if tools else []:
        same = [c for c in cases if c.title == CASES["store"].title and output in c.output]
        reference = same[0] if same else None
        rows.append(Row(title, slides, output, None, command, place, reference=reference))
    return rows


def _peaks(folder: Path, slides: int, output: str) -> list[Peak]:
    """The memory of a cold build and of one with all results in store."""
    command = [sys.executable, "build.py", *OUTPUTS[output]]
    found = []
    for name in ("cold", "store"):
        CASES[name].prepare(folder / output)
        memory = measure.memory(command, folder / output, VARIABLES)
        found.append(Peak(CASES[name].title, slides, output, memory))
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slides", type=int, nargs="+", default=[60, 600], metavar="N")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--case", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--outputs", nargs="+", choices=OUTPUTS, default=list(OUTPUTS))
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
