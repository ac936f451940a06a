"""Reads a deck with all that belongs to it, and plans what it needs computed."""

from dataclasses import dataclass
from pathlib import Path

from livedeck import fonts
from livedeck.deck import Deck, inside, read_deck
from livedeck.errors import AuthorError
from livedeck.options import Options
from livedeck.plan import Plan, Planner
from livedeck.project import Project
from livedeck.render import Templates
from livedeck.theme import Theme


@dataclass(frozen=True)
class Fonts:
    """The files of a deck's fonts by family, weight and style."""

    text: dict[tuple[int, str], Path]
    mono: dict[tuple[int, str], Path]

    @property
    def paths(self) -> list[Path]:
        """All the files, in one order."""
        return [*self.text.values(), *self.mono.values()]


@dataclass(frozen=True)
class Prepared:
    """A deck that has been read and planned."""

    deck: Deck
    theme: Theme
    templates: Templates
    fonts: Fonts
    planner: Planner
    plan: Plan


def prepare(project: Project, options: Options, *, planned: bool = True) -> Prepared:
    """Reads the deck, its theme and its fonts, and plans what it needs unless told not to."""
    templates = Templates(project.templates, project.store / "templates")
    deck = read_deck(project.deck, templates.layouts())
    theme = project.theme(deck.settings.theme)
    own = [project.deck / "fonts"]
    try:
        found = Fonts(fonts.find(theme.fonts["text"], own), fonts.find(theme.fonts["mono"], own))
    except AuthorError as error:
        error.path = project.theme_files(deck.settings.theme)[-1]
        raise
    for path in found.paths:
        if path.is_relative_to(project.deck):
            inside(project.deck, path)
    profile = options.profile or options.device
    planner = Planner(deck, project, theme, profile, options.device)
    plan = planner.make() if planned else planner.plan
    return Prepared(deck, theme, templates, found, planner, plan)
