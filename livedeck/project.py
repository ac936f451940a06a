"""Where a project keeps its things."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from livedeck import engine, staging
from livedeck.errors import AuthorError, did_you_mean
from livedeck.files import below, toml_line
from livedeck.keys.digest_cache import Digested
from livedeck.keys.inputs import Inputs
from livedeck.store.compiled_programs import Programs
from livedeck.store.user_cache import VARIABLE, Cache
from livedeck.store.user_cache import root as root_of_caches

THEME = "theme.toml"


@dataclass(frozen=True)
class Project:
    """A folder with templates and experiments, one of its decks, where the built deck goes, where
    results and figures are stored, and where the user's caches are."""

    root: Path
    deck: Path
    output: Path
    store: Path
    caches: Path = field(default_factory=root_of_caches)

    @cached_property
    def cache(self) -> Cache:
        """What is kept of this project in the user's own cache folder."""
        return Cache(self.caches, self.store)

    @cached_property
    def programs(self) -> Programs:
        """The compiled programs that its workers share."""
        return Programs(self.cache)

    @cached_property
    def digested(self) -> Digested:
        """The digests of source texts that the store remembers."""
        return Digested(self.store)

    def inputs(self) -> Inputs:
        """What experiments read, as it is from now on."""
        return Inputs(self.root, self.digested)

    @property
    def templates(self) -> Path:
        """The folder of the templates: the project's own, or those that livedeck comes with."""
        own = self.root / "templates"
        return own if own.is_dir() else engine.templates()

    @property
    def folders(self) -> list[Path]:
        """The folders whose every file counts for a build."""
        return [self.deck, self.templates, self.root / "experiments"]

    @property
    def misplaced(self) -> str:
        """What is wrong with where the built deck or results go, which may be cleared; nothing if
        that is apart from what the author wrote."""
        sources = [self.root, *(folder.resolve() for folder in self.folders)]
        places = {
            "--output": self.output,
            "--store": self.store,
            VARIABLE: self.cache.folder,
        }
        for option, place in places.items():
            for folder in sources:
                if folder.is_relative_to(place):
                    where = "is, or holds,"
                elif folder != self.root and place.is_relative_to(folder):
                    where = "lies in"
                else:
                    continue
                named = f"`{option} {self.shown(place)}` {where} `{self.shown(folder)}`"
                return f"{named}, where sources are. Name a folder of its own"
        return ""

    def theme_files(self, name: str) -> list[Path]:
        """The project's theme, the one that deck.toml names, and the deck's own, which wins."""
        paths = [self.templates / THEME]
        if name:
            named = self.templates / "themes" / f"{name}.toml"
            if not os.path.isfile(named):
                names = [p.stem for p in named.parent.glob("*.toml")]
                hint = did_you_mean(name, names)
                place = self.deck / "deck.toml"
                line = toml_line(place, "theme")
                raise AuthorError(f"unknown theme `{name}`", place, line, hint=hint)
            paths.append(named)
        if os.path.lexists(self.deck / THEME):
            paths.append(self.deck / THEME)
        return paths

    def worker_settings(self) -> dict[str, Any]:
        """What a worker must know of the project."""
        found = [p for p in self.root.iterdir() if p.suffix in ("", ".py") and p != engine.FOLDER]
        modules = sorted(path.stem for path in found if path.stem.isidentifier())
        ignored = [str(folder) for folder in (self.store, self.output, self.cache.folder)]
        return {"root": str(self.root), "ignored": ignored, "modules": modules}

    def sweep(self) -> None:
        """Removes what commands that no longer run have left: in the store, beside the built deck,
        and in the system's temporary folder."""
        staging.sweep(self.store / staging.FOLDER)
        staging.sweep_beside(self.output)
        staging.sweep_temporary()

    def shown(self, path: Path) -> str:
        """A path as the author would write it."""
        return below(self.root, path)
