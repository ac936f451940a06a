"""Reads a deck with all that belongs to it, and plans what it needs computed."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from livedeck import fonts
from livedeck.deck import Deck, inside, read_deck
from livedeck.errors import AuthorError
from livedeck.memo import Memo
from livedeck.options import Options
from livedeck.plan import Plan, Planner, style_inputs
from livedeck.project import Project
from livedeck.templates import Templates
from livedeck.theme import FONTS, Theme, place_of, read_theme


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

    @cached_property
    def style(self) -> dict[str, str]:
        """What every figure depends on besides its own code and result."""
        return style_inputs(self.theme, self.fonts.paths)


def prepare(
    project: Project, options: Options, *, planned: bool = True, memo: Memo | None = None
) -> Prepared:
    """Reads the deck, its theme and its fonts, and plans what it needs unless told not to."""
    memo = memo or Memo()
    templates = memo.of(
        "templates",
        memo.tree(project.templates),
        lambda: Templates(project.templates, project.cache),
    )
    deck = read_deck(project.deck, templates.layouts(), memo)
    paths = project.theme_files(deck.settings.theme)
    texts = tuple(memo.text(path) for path in paths)
    layouts = templates.layouts()
    place = tuple(map(str, paths)), texts, tuple(layouts)
    theme = memo.of("theme", place, lambda: read_theme(paths, layouts))
    found = _fonts(project, theme, memo, paths)
    for path in found.paths:
        if path.is_relative_to(project.deck):
            inside(project.deck, path)
    profile = options.profile or options.device
    planner = Planner(deck, project, theme, profile, options.device, memo)
    plan = planner.make() if planned else planner.plan
    return Prepared(deck, theme, templates, found, planner, plan)


def _fonts(project: Project, theme: Theme, memo: Memo, paths: list[Path]) -> Fonts:
    own = project.deck / "fonts"

    def find(use: str) -> dict[fonts.Face, Path]:
        try:
            return fonts.find(theme.fonts[use], [own])
        except AuthorError as error:
            if error.path is None:  # a broken file of a font bears its own name
                error.path, error.line = place_of(use, "fonts", paths)
            raise

    place = *(theme.fonts[use] for use in FONTS), memo.tree(own)
    return memo.of("fonts", place, lambda: Fonts(*map(find, FONTS)))
