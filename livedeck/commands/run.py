"""Runs one experiment and prints its citable values."""

import argparse
import ast
import json
from typing import Any

from livedeck import filters
from livedeck.build import compute
from livedeck.console import Terminal
from livedeck.entry import Entry
from livedeck.errors import AuthorErrors, UsageError
from livedeck.markdown import RunRef
from livedeck.options import Options
from livedeck.prepare import prepare
from livedeck.project import Project
from livedeck.store import Store


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Runs one experiment, or takes it from the store, and prints its citable values."""
    options = Options(asked.profile, pdf=(), workers=asked.workers, remote=asked.remote)
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
    if asked.json:
        figures = sorted(planned.experiment.figures)
        found = {"name": planned.name, "parameters": planned.parameters, "values": entry.values}
        print(json.dumps({**found, "figures": figures}, indent=1, ensure_ascii=False))
        return
    terminal.out.print()
    for name, value in entry.values.items():
        shown = filters.of_manifest(value)
        text = filters.apply(shown, ()) if _is_short(shown) else f"{len(value)} values"
        terminal.out.print(f"  {planned.experiment.name}.{name:<24} {text}", markup=False)
    terminal.out.print("\nTo show it, paste into a slide:\n")
    query = "&".join(asked.set)
    for figure in planned.experiment.figures:
        address = f"experiment:{asked.experiment}.{figure}" + (f"?{query}" if query else "")
        line = f"![what the figure shows]({address})"
        terminal.out.print(f"  {line}", markup=False)


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
