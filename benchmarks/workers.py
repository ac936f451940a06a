"""Times the lecture's build from nothing with one worker, two, ...: `python benchmarks/workers.py`.

The numbers of workers take turns, so that whatever else the machine does falls on all of them
alike. Printed are medians, ranges, and the ratio to the first number of workers, pair by pair.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import decks
import measure


def main() -> int:
    """Measures what was asked for and prints it as a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--profile", default="quick", choices=("quick", "cpu", "gpu"))
    options = parser.parse_args()
    machine = measure.machine()
    taken: dict[int, list[measure.Time]] = {count: [] for count in options.workers}
    for _ in range(options.repeats):
        for count, times in taken.items():
            times.append(build(count, options.profile))
            print(f"{count} workers: {times[-1].clock:.1f} s", file=sys.stderr)
    print(f"Machine: {machine}. Repeats: {options.repeats}. Profile: {options.profile}.\n")
    print("| workers | seconds | range | of processors | against the first |")
    print("| ---: | ---: | --- | ---: | ---: |")
    first = taken[options.workers[0]]
    for count, times in taken.items():
        clocks = [time.clock for time in times]
        ratio = statistics.median(t.clock / f.clock for t, f in zip(times, first, strict=True))
        spread = f"{min(clocks):.1f} to {max(clocks):.1f}"
        processors = statistics.median(time.processors for time in times)
        median = statistics.median(clocks)
        print(f"| {count} | {median:.1f} | {spread} | {processors:.1f} | {ratio:.2f} |")
    return 0


def build(workers: int, profile: str) -> measure.Time:
    """One build of the lecture in a store of its own, without the PDF."""
    with tempfile.TemporaryDirectory(prefix="livedeck-benchmark-") as folder:
        places = ["--store", str(Path(folder, "store")), "--output", str(Path(folder, "output"))]
        asked = ["--workers", str(workers), "--profile", profile, "--no-pdf"]
        command = [sys.executable, "build.py", *asked, *places]
        variables = {"PYTHONPATH": str(decks.REPOSITORY)}
        return measure.seconds(command, decks.REPOSITORY, variables)


if __name__ == "__main__":
    sys.exit(main())
