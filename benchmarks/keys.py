"""Times what keys and verification cost where nothing has to be computed: `python
benchmarks/keys.py` in a project that has been built.

For every run and figure of the deck: the digests of its sources, the inputs that its last run was
seen to use, and the digests of all its stored files. A new process each time, imports left out.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

import decks
import measure

LOOK = """
import sys, time
from pathlib import Path
from livedeck.keys.inputs import Inputs
from livedeck.options import Options
from livedeck.planning.plan import style_inputs
from livedeck.planning.prepare import prepare
from livedeck.project import Project
from livedeck.store.store import Store

root = Path(sys.argv[1])
project = Project(root, root / "deck", root / "output", root / ".livedeck")
prepared = prepare(project, Options(sys.argv[2] or None))
runs, drawings = prepared.plan.runs.values(), prepared.plan.drawings.values()
project.digested.__init__(project.store)  # planning has looked at the sources already
for run in runs:
    del run.experiment.__dict__["run_digests"]
began = time.perf_counter()
for run in runs:
    run.experiment.run_digests
style = style_inputs(prepared.theme, prepared.fonts.paths)
store, inputs = Store(project.store), Inputs(root, project.digested)

results = {run.key: store.find(run.task, inputs.value) for run in runs}
entries = list(results.values())
for drawing in drawings:
    result = results[drawing.run.key]
    if result is not None:
        task = drawing.task(str(result.manifest["content"]), style)
        entries.append(store.find(task, inputs.value))
taken = time.perf_counter() - began
there = [entry for entry in entries if entry is not None]
sizes = [(e.path / name).stat().st_size for e in there for name in e.manifest["files"]]
print(taken, len(there), len(runs) + len(drawings), sum(sizes))
"""


def main() -> int:
    """Measures and prints a sentence."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=11, metavar="N")
    parser.add_argument("--profile", default="", help="that of the build")
    options = parser.parse_args()
    command = [sys.executable, "-c", LOOK, str(Path.cwd()), options.profile]
    seconds = []
    for _ in range(options.repeats):
        done = subprocess.run(
            command, cwd=decks.REPOSITORY, capture_output=True, text=True, check=True
        )
        taken, found, wanted, size = done.stdout.split()
        seconds.append(float(taken))
    median, low, high = (1000 * f(seconds) for f in (statistics.median, min, max))
    print(f"Machine: {measure.machine()}. Repeats: {options.repeats}.\n")
    print(
        f"{found} of {wanted} runs and figures found, {int(size) / 1e6:.1f} MB verified: "
        f"{median:.0f} ms ({low:.0f} to {high:.0f})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
