"""Makes decks, slides and experiments that already build, from the project's own templates."""

import re
from pathlib import Path

from livedeck.errors import UsageError
from livedeck.memo import files
from livedeck.project import Project

EXPERIMENT = "my_thing"  # what the templates call it
NAMES = {"experiment": re.compile(r"[a-z][a-z0-9_]*"), "slide": re.compile(r"[a-z0-9][a-z0-9-]*")}
LIKE = {"experiment": "my_thing", "slide": "my-slide"}
FIRST = "first_thing"  # the experiment of a new deck
LAST = 99  # whose slide stays at the end


def create(project: Project, kind: str, name: str) -> list[Path]:
    """Writes the files of an experiment with its slide, of a slide, or of a deck in a folder of
    its own; refuses what is there already, and a name that does not do."""
    texts = _deck(project, name) if kind == "deck" else _texts(project, kind, Path(name))
    for target in texts:
        if target.exists():
            raise UsageError(f"{project.shown(target)} exists already")
    for target, text in texts.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return list(texts)


def _deck(project: Project, name: str) -> dict[Path, str]:
    """A deck of three slides, with an experiment."""
    folder = project.root / name
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{project.shown(folder)} exists already, and is no empty folder")
    source = project.templates / "new" / "deck"
    texts = {}
    for path in map(Path, files(source)):
        place = folder / path.relative_to(source)
        place = place.with_name(".gitignore") if place.name == "gitignore" else place
        texts[place] = path.read_text(encoding="utf-8")
    made = Project(folder, folder / "deck", folder / "output", folder / ".livedeck")
    return texts | _texts(made, "experiment", Path(FIRST), project.templates, number=2)


def _texts(
    project: Project, kind: str, name: Path, templates: Path | None = None, number: int = 0
) -> dict[Path, str]:
    """A slide that comes last in its folder, and for an experiment its module."""
    if not NAMES[kind].fullmatch(name.name) or (kind == "experiment" and name.name != str(name)):
        article = "an" if kind == "experiment" else "a"
        raise UsageError(f"`{name}` is not a name for {article} {kind}: write it like {LIKE[kind]}")
    folder = project.deck / name.parent
    if not folder.resolve().is_relative_to(project.deck):
        raise UsageError(f"`{name}` is not in {project.shown(project.deck)}")
    if kind == "slide" and project.deck.is_dir() and not folder.is_dir():
        raise UsageError(f"no folder {project.shown(folder)}: make it, with a slide that opens it")
    source = (templates or project.templates) / "new"
    slide = f"{number or _next_number(folder):02}-{name.name.replace('_', '-')}.md"
    sources = {folder / slide: source / f"{kind}.md"}
    if kind == "experiment":
        module = project.root / "experiments" / f"{name}.py"
        sources = {module: source / "experiment.py", **sources}
    read = {target: path.read_text(encoding="utf-8") for target, path in sources.items()}
    return {target: text.replace(EXPERIMENT, name.name) for target, text in read.items()}


def _next_number(folder: Path) -> int:
    """A number that puts a slide behind all that are there but for the last of a deck."""
    numbers = [int(m[0]) for path in folder.glob("*") if (m := re.match(r"\d+", path.name))]
    return max((number for number in numbers if number < LAST), default=0) + 1
