"""Lists the experiments."""

import argparse

from livedeck.console import Terminal
from livedeck.errors import AuthorError
from livedeck.experiment import names_in, read_experiment
from livedeck.project import Project


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Lists the experiments."""
    folder = project.root / "experiments"
    for name in names_in(folder):
        try:
            experiment = read_experiment(folder / f"{name}.py", project.digested)
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
