"""Reads a deck with all that belongs to it, and plans what it needs computed."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from livedeck.errors import AuthorError
from livedeck.fonts import families
from livedeck.keys.modules import Modules
from livedeck.memo import Memo
from livedeck.options import Options
from livedeck.planning.plan import Plan, Planner, style_inputs
from livedeck.project import Project
from livedeck.slides.deck import Deck, inside, read_deck
from livedeck.slides.theme import FONTS, LAST, Theme, place_of, read_theme
from livedeck.store.store import Store
from livedeck.templating import Templates


@dataclass(frozen=True)
class Fonts:
    """A deck's families by use, each with its files; and `last`, the family for what they lack."""

    text: tuple[families.Family, ...]
    mono: tuple[families.Family, ...]
    last: families.Family

    @property
    def families(self) -> dict[str, families.Family]:
        """All of them by name."""
        return {family.name: family for family in (*self.text, *self.mono, self.last)}

    @property
    def paths(self) -> list[Path]:
        """All the files, in one order."""
        return [path for family in self.families.values() for path in family.faces.values()]


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
    profile = options.profile or options.device
    modules = Modules(project.root, project.digested)
    planner = Planner(deck, modules, theme.figures, profile, options.device, memo)
    plan = planner.make() if planned else planner.plan
    return Prepared(deck, theme, templates, found, planner, plan)


def _fonts(project: Project, theme: Theme, memo: Memo, paths: list[Path]) -> Fonts:
    own, store = project.deck / "fonts", Store(project.store)

    chief = {LAST, *(theme.fonts[use][0] for use in FONTS)}

    def find(use: str, name: str) -> families.Family:
        try:
            sources = families.find(name, [own], slanted=name in chief)
            for source in sources.values():
                if source.path.is_relative_to(project.deck):
                    inside(project.deck, source.path)
            return families.made(store, name, sources)
        except AuthorError as error:
            if error.path is None:  # a broken file of a font bears its own name
                error.path, error.line = place_of(use, "fonts", paths)
            raise

    def every() -> Fonts:
        text, mono = (tuple(find(use, name) for name in theme.fonts[use]) for use in FONTS)
        return Fonts(text, mono, find("text", LAST))

    place = *(theme.fonts[use] for use in FONTS), memo.tree(own)
    found = memo.of("fonts", place, every)
    return found if all(path.exists() for path in found.paths) else every()
