"""The process that runs experiments and draws their figures: `python -m livedeck.execution.worker`.

It reads jobs as lines of JSON on its standard input and answers on the file descriptor that it was
given. It is three kinds of processes: a supervisor, below it the zygotes, which have imports ready,
and below these for each job one that does it.
"""

import contextlib
import json
import os
import signal
import socket
import sys
from functools import partial
from pathlib import Path

from livedeck.execution.supervisor import supervise


def main() -> None:
    """Answers jobs until the standard input closes, or the build goes, even by kill -9."""
    answers, settings = int(sys.argv[1]), json.loads(sys.argv[2])
    jobs = _take_standard_input()

    def work(line: socket.socket) -> None:
        from livedeck.execution import job
        from livedeck.execution.zygote import Zygote

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _die_before_the_build()
        sys.path.insert(0, settings["root"])
        do = partial(job.answer, settings=settings, answers=answers)
        Zygote(settings, line, answers, do).serve(jobs)

    supervise(work, jobs)


def _take_standard_input() -> int:
    """Moves the jobs to another descriptor, so that an experiment that asks finds no input."""
    jobs, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return jobs


def _die_before_the_build() -> None:
    """Where memory runs out, Linux ends this process rather than the build."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


if __name__ == "__main__":
    main()
