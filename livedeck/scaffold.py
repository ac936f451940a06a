"""Makes a new experiment and its slide from the project's own templates."""

import re
from pathlib import Path

from livedeck.errors import UsageError
from livedeck.project import Project

EXAMPLE = "my_thing"  # what the templates call the experiment
NAME = re.compile(r"[a-z][a-z0-9_]*")


def create(project: Project, name: str) -> list[Path]:
    """Writes both files; refuses a name that is taken or that Python could not import."""
    if not NAME.fullmatch(name):
        raise UsageError(f"`{name}` is not a name for an experiment: write it like `my_thing`")
    source = project.templates / "new"
    files = {
        project.root / "experiments" / f"{name}.py": source / "experiment.py",
        project.deck / f"{_next_number(project.deck):02}-{name.replace('_', '-')}.md": source
        / "slide.md",
    }
    for target in files:
        if target.exists():
            raise UsageError(f"{project.shown(target)} exists already")
    for target, template in files.items():
        text = template.read_text(encoding="utf-8").replace(EXAMPLE, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return list(files)


def _next_number(deck: Path) -> int:
    """A number that puts a slide behind all that are there."""
    numbers = [int(m[0]) for p in deck.glob("*") if (m := re.match(r"\d+", p.name))]
    return max(numbers, default=0) + 1
