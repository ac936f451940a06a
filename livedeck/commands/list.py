"""Lists the experiments."""

import argparse
import json
from typing import Any

from rich.text import Text

from livedeck.console import Terminal
from livedeck.errors import AuthorError, AuthorErrors
from livedeck.keys.experiment import Experiment, names_in, read_experiment
from livedeck.keys.modules import Modules
from livedeck.project import Project


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Lists the experiments; those that cannot be read are errors, behind all others."""
    folder = project.root / "experiments"
    modules = Modules(project.root, project.digested)
    read, errors = [], []
    for name in names_in(folder):
        try:
            read.append(read_experiment(folder / f"{name}.py", modules))
        except AuthorError as error:
            errors.append(error)
    if asked.json:
        print(json.dumps([_to_json(each) for each in read], indent=1, ensure_ascii=False))
    for each in read:
        _show(each, terminal)
    if errors:
        raise AuthorErrors(errors)


def _show(experiment: Experiment, terminal: Terminal) -> None:
    parameters = ", ".join(f"{n}={v!r}" for n, v in experiment.defaults.items())
    figures = [f.name + " (sequence)" * f.sequence for f in experiment.figures.values()]
    terminal.out.print(Text.assemble((experiment.name, "bold"), f"({parameters})"))
    terminal.out.print(f"  {experiment.claim}", markup=False)
    terminal.out.print(f"  figures: {', '.join(figures) or 'none'}", style="dim")
    values = [name + " (may be NaN)" * (name in experiment.nans) for name in experiment.fields]
    terminal.out.print(f"  values:  {', '.join(values)}", style="dim")


def _to_json(experiment: Experiment) -> dict[str, Any]:
    figures = experiment.figures.values()
    return {
        "name": experiment.name,
        "claim": experiment.claim,
        "parameters": experiment.defaults,
        "profiles": experiment.profiles,
        "figures": [{"name": each.name, "sequence": each.sequence} for each in figures],
        "values": list(experiment.fields),
        "nans": list(experiment.nans),
        "timed": experiment.timed,
    }
