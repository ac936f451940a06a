"""A process that builds the deck as `build` does, apart from the author's own output, so that it
can be said what a build would refuse: `python -m` this module."""

import json
import os
import signal
import sys
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any

from livedeck import staging
from livedeck.build import build
from livedeck.console import Terminal
from livedeck.errors import LivedeckError
from livedeck.options import Options
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.project import Project
from livedeck.serving.mistakes import flat
from livedeck.signals import ending

NICE = 15  # whatever the author does comes first


def main() -> None:
    """Builds what the standard input describes and writes the errors to the standard output."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.nice(NICE)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whatever the server was told to ignore
    ending.arm()
    project = Project(*(Path(asked["project"][each.name]) for each in fields(Project)))
    errors: list[dict[str, Any]] = []
    try:
        documents = asked["options"].pop("pdf")
        pdf = None if documents is None else tuple(documents)
        options = Options(**asked["options"], pdf=pdf)
        with LayoutProcesses.of_build(project.output, project.store) as processes:
            build(project, options, Terminal(quiet=True), processes)
    except LivedeckError as error:
        for one in flat(error):
            place = None if one.path is None else str(one.path)
            told = {"path": place, "line": one.line, "hint": one.hint, "detail": one.detail}
            errors.append({"message": one.message, **told})
    except KeyboardInterrupt:
        staging.release()
        ending.die()
    print(json.dumps(errors), flush=True)


def _end_with_server() -> None:
    """The server holds the other end open for as long as it wants to know."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
