"""Runs one experiment and prints its citable values."""

import argparse
import json
from urllib.parse import quote

from livedeck import filters
from livedeck.console import Terminal
from livedeck.errors import AuthorErrors, UsageError
from livedeck.markdown import RunRef
from livedeck.markdown.figure import parse_parameters
from livedeck.options import Options
from livedeck.planning.computation import compute
from livedeck.planning.prepare import prepare
from livedeck.project import Project
from livedeck.store.entry import Entry
from livedeck.store.messages import Said
from livedeck.store.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Runs one experiment, or takes it from the store, and prints its citable values."""
    options = Options(asked.profile, pdf=(), workers=asked.workers, remote=asked.remote)
    prepared = prepare(project, options, planned=False)
    query = _query(asked.set)
    try:
        reference = RunRef(asked.experiment, parse_parameters(query))
        planned = prepared.planner.plan_run(reference)
    except ValueError as error:
        raise UsageError(str(error)) from error
    computed = compute(project, prepared, Store(project.store), options, terminal)
    if computed.failures:
        raise AuthorErrors(computed.failures)
    entry = computed.results[planned.key]
    assert isinstance(entry, Entry)
    nans = planned.experiment.nans
    values = {name: value for name, value in entry.values.items() if name not in nans}
    made = prepared.plan.runs[planned.key]  # on an accelerator, where its result was kept
    said = Said.of(entry.manifest, project.root)
    if asked.json:
        figures = sorted(planned.experiment.figures)
        found = {"name": planned.name, "parameters": made.parameters, "values": values}
        more = {"figures": figures, "said": said.to_json()}
        print(json.dumps({**found, **more}, indent=1, ensure_ascii=False))
        return
    terminal.out.print()
    for name, value in values.items():
        shown = filters.of_manifest(value)
        text = filters.apply(shown, ()) if _is_short(shown) else f"{len(value)} values"
        terminal.out.print(f"  {planned.experiment.name}.{name:<24} {text}", markup=False)
    if said.counts:
        terminal.out.print(f"\nIt said, beside its result ({', '.join(said.counts)}):\n")
    for line in said.lines():
        terminal.out.print(f"  {line}", markup=False)
    terminal.out.print("\nTo show it, paste into a slide:\n")
    given = f"?{quote(query, safe='=&,')}" if query else ""
    for figure in planned.experiment.figures:
        line = f"![what the figure shows](experiment:{asked.experiment}.{figure}{given})"
        terminal.out.print(f"  {line}", markup=False)


def _query(words: list[str]) -> str:
    """Parameters as the address of a figure has them, for the rules are those of slides."""
    for word in words:
        if "=" not in word:
            raise UsageError(f"`{word}` is not NAME=VALUE")
        if "&" in word or "#" in word:
            raise UsageError(f"`{word}`: no slide could write a value with `&` or `#`")
    return "&".join(words)


def _is_short(value: object) -> bool:
    return not isinstance(value, tuple) or (
        0 < len(value) <= 64 and all(isinstance(v, (int, float)) for v in value)
    )
