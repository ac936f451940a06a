"""The commands of the command line, each a function of project, options and terminal."""

import argparse
import ast
import json
from typing import Any

from livedeck import filters, scaffold, stamp
from livedeck.build import build as build_deck
from livedeck.build import compute
from livedeck.console import Terminal
from livedeck.errors import AuthorError, AuthorErrors, UsageError, did_you_mean
from livedeck.experiment import names_in, read_experiment
from livedeck.explain import reason
from livedeck.inputs import Inputs
from livedeck.markdown import RunRef
from livedeck.options import Options
from livedeck.plan import style_inputs
from livedeck.prepare import prepare
from livedeck.project import Project
from livedeck.publish import unpublish
from livedeck.store import Entry, Store, Task


def build(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Builds the deck."""
    options = Options(asked.profile, asked.keep_going, not asked.no_pdf, asked.timings)
    build_deck(project, options, terminal)
    terminal.step("Done", f"in {terminal.seconds:.1f} s")


def run(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Runs one experiment, or takes it from the store, and prints its citable values."""
    options = Options(asked.profile, pdf=False)
    prepared = prepare(project, options, planned=False)
    reference = RunRef(asked.experiment, tuple(sorted(_settings(asked.set).items())))
    try:
        planned = prepared.planner.plan_run(reference)
    except ValueError as error:
        raise UsageError(str(error)) from error
    computed = compute(project, prepared, Store(project.store), options, terminal)
    if computed.failures:
        raise AuthorErrors(computed.failures)
    entry = computed.results[planned.key]
    assert isinstance(entry, Entry)
    terminal.out.print()
    for name, value in entry.values.items():
        shown = tuple(value) if isinstance(value, list) else value
        text = filters.apply(shown, ()) if _is_short(shown) else f"{len(value)} values"
        terminal.out.print(f"  {planned.experiment.name}.{name:<24} {text}", markup=False)
    terminal.out.print("\nTo show it, paste into a slide:\n")
    query = "&".join(asked.set)
    for figure in planned.experiment.figures:
        address = f"experiment:{asked.experiment}.{figure}" + (f"?{query}" if query else "")
        line = f"![what the figure shows]({address})"
        terminal.out.print(f"  {line}", markup=False)


def list_experiments(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Lists the experiments."""
    folder = project.root / "experiments"
    for name in names_in(folder):
        try:
            experiment = read_experiment(folder / f"{name}.py")
        except AuthorError as error:
            terminal.error(error)
            continue
        parameters = ", ".join(f"{n}={v!r}" for n, v in experiment.defaults.items())
        terminal.out.print(f"[bold]{name}[/]({parameters})")
        terminal.out.print(f"  {experiment.claim}", markup=False)
        figures = [
            f.name + (" (sequence)" if f.sequence else "") for f in experiment.figures.values()
        ]
        terminal.out.print(f"  figures: {', '.join(figures) or 'none'}", style="dim")
        terminal.out.print(f"  values:  {', '.join(experiment.fields)}", style="dim")


def explain(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
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


def new(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Makes an experiment and a slide that already build."""
    for path in scaffold.create(project, asked.experiment):
        terminal.step("Wrote", project.shown(path))
    terminal.remark(f"Next: python build.py run {asked.experiment}")


def clean(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Removes the stored results and the built deck."""
    built = stamp.read(project.output)
    if built is not None:
        unpublish(project.output, {stamp.NAME, *built["outputs"]})
        terminal.step("Removed", f"{project.shown(project.output)}: the deck")
    if not asked.output_only and project.store.is_dir():
        freed = Store(project.store).clear()
        terminal.step("Removed", f"{project.shown(project.store)} ({freed / 1e6:.1f} MB)")


def _settings(words: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise UsageError(f"`{word}` is not NAME=VALUE")
        try:
            settings[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            settings[name] = text
    return settings


def _is_short(value: object) -> bool:
    return not isinstance(value, tuple) or (
        len(value) <= 64 and all(isinstance(v, (int, float)) for v in value)
    )


COMMANDS = {
    "build": build,
    "run": run,
    "list": list_experiments,
    "explain": explain,
    "new": new,
    "clean": clean,
}
