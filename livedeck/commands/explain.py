"""Says what a build would reuse or run, and why."""

import argparse
import json

from livedeck.console import Terminal
from livedeck.entry import Entry, Task
from livedeck.errors import UsageError, did_you_mean
from livedeck.explain import reason
from livedeck.inputs import Inputs
from livedeck.options import Options
from livedeck.plan import style_inputs
from livedeck.prepare import prepare
from livedeck.project import Project
from livedeck.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Says what a build would reuse or run, and why."""
    options = Options(asked.profile)
    prepared = prepare(project, options)
    store, inputs = Store(project.store), Inputs(project.root)
    style = style_inputs(prepared.theme, prepared.fonts.paths)
    rows: list[dict[str, str]] = []

    def look(task: Task, name: str) -> Entry | None:
        entry = store.find(task, inputs.value)
        why = "" if entry else reason(task, store.history(task), inputs.value)
        state = "reused" if entry else "runs"
        rows.append({"kind": task.kind, "name": name, "state": state, "why": why})
        return entry

    for key, planned in prepared.plan.runs.items():
        if asked.experiment not in (None, planned.experiment.name, planned.name):
            continue
        entry = look(planned.task, planned.name)
        for drawing in prepared.plan.drawings.values():
            if drawing.run.key != key:
                continue
            if entry is None:
                why = "waits for its result"
                row = {"kind": "figure", "name": drawing.name, "state": "runs", "why": why}
                rows.append(row)
            else:
                look(drawing.task(entry.manifest["content"], style), drawing.name)
    if asked.experiment is not None and not rows:
        names = [planned.name for planned in prepared.plan.runs.values()]
        hint = did_you_mean(asked.experiment, names)
        raise UsageError(f"the deck has no experiment `{asked.experiment}`. {hint}")
    if asked.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        colour = "green" if row["state"] == "reused" else "yellow"
        indent = "" if row["kind"] == "result" else "  "
        line = f"[{colour}]{row['state']:<7}[/] {indent}{row['name']}"
        terminal.out.print(line + (f"  [dim]{row['why']}[/]" if row["why"] else ""))
