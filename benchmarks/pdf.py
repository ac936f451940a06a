"""Times the PDF of generated decks beside typst, marp and reveal.js: `python benchmarks/pdf.py`.

All get the same slides, and figures that are drawn already. Everything but the edited sentence
starts from a cold process; typst is given what pandoc has made of the Markdown before. All take
turns, so that whatever else the machine does falls on all of them alike.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import decks
import measure
import peers
import report
from report import Peak, Row
from run import VARIABLES, forget_output

BUILD = [sys.executable, "build.py"]
TARGETS = {60: 1.5, 600: 8.0}
WARM_TARGET = {60: 0.3}


def retitle(folder: Path) -> None:
    """Gives the deck another title, which stands in all of its pages: none can be reused."""
    forget_output(folder)
    path = folder / "deck" / "deck.toml"
    text = path.read_text()
    edition = decks.EDITION.search(text)
    number = 1 + int(edition[2]) if edition else 0
    path.write_text(re.sub(r"( edition \d+)?\"\n", f' edition {number}"\n', text, count=1))


CASES: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("results and pages in store", forget_output),
    ("results in store, every page laid out", retitle),
    ("one sentence changed", decks.edit_sentence),
)


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
                decks.make(folder / "deck", slides)
                measure.seconds(BUILD, folder / "deck", VARIABLES)
                cases = [
                    Row(title, slides, "html+pdf", TARGETS.get(slides), BUILD, folder / "deck", way)
                    for title, way in CASES
                ]
                found = _peers(tools, folder, slides, cases[1])
                report.take_turns([*cases, *found], options.repeats, VARIABLES)
                rows += [*cases, *_warm(folder / "deck", slides, options.repeats)]
                others += found
                peaks += [_peak(case) for case in cases[:2]]
        except measure.FailedError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    report.publish(machine, rows, others, peaks, options.json)
    return 0


def _peers(tools: dict[str, str], folder: Path, slides: int, case: Row) -> list[Row]:
    """Those that make a PDF, beside the case in which every page is laid out, as they do it."""
    made = peers.prepare(tools, folder / "deck", folder / "peers") if tools else []
    return [
        Row(title, slides, output, None, command, folder / "peers", reference=case)
        for title, output, command in made
        if output == "pdf"
    ]


def _warm(project: Path, slides: int, repeats: int) -> list[Row]:
    """An edited sentence in one process that goes on: the whole build, and the PDF in it."""
    script = str(Path(__file__).with_name("warm.py"))
    command = [sys.executable, script, str(project), str(repeats)]
    found = json.loads(measure.output(command, project, VARIABLES))
    rows = []
    for kind, title in (("build", "html+pdf"), ("pdf", "pdf")):
        target = WARM_TARGET.get(slides) if kind == "pdf" else None
        row = Row("one sentence changed, warm process", slides, title, target, command, project)
        row.times = [measure.Time(times[kind], times[f"{kind} processors"]) for times in found]
        rows.append(row)
    return rows


def _peak(case: Row) -> Peak:
    case.prepare(case.folder)
    memory = measure.memory(case.command, case.folder, VARIABLES)
    return Peak(case.title, case.slides, case.output, memory)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slides", type=int, nargs="+", default=[60, 600], metavar="N")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
