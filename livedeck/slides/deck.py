"""A deck as its author wrote it: deck.toml and one Markdown file per slide."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from unicodedata import normalize

from livedeck.characters import fit
from livedeck.errors import AuthorError, AuthorErrors, did_you_mean
from livedeck.files import read_text, read_toml, toml_line
from livedeck.finding import GATES, LEVELS
from livedeck.formulas import macros
from livedeck.markdown import Parsed, parse, typed_numbers
from livedeck.memo import Memo
from livedeck.options import DOCUMENTS, WARNINGS
from livedeck.slides.frontmatter import FrontMatter, split
from livedeck.times import clock, schedule, seconds

SETTINGS = "deck.toml"
PART = "part"  # the slide of this name introduces its folder

WANTED: dict[Any, tuple[Any, str]] = {
    str: (str, "a text"),
    bool: (bool, "`true` or `false`"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    tuple[str, ...]: (list, "a list of texts"),
    dict[str, str]: (dict, "a table: a line such as `[gates]`, with its settings below it"),
}

LIMITS: dict[str, tuple[float, float, str]] = {
    "threads": (1, 1024, "at least 1, and at most 1024"),
    "workers": (0, 1024, "at least 1, or 0 for as many as are worth it, and at most 1024"),
    "time_limit": (0.001, 1e9, "more than 0 seconds, and at most 1e9"),
    "memory_limit": (0, 1e6, "more than 0 GB, or 0 for what the machine has, and at most 1e6"),
}
SHAPES = {  # of settings that are more than any text
    "language": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), 'Write `"en"` or `"de-CH"`.'),
    "remote": (re.compile(r"(?!~[^/])[^\n]*"), "Write out the home folder, as `/home/ann`."),
    "base_url": (re.compile(r"(https?://[^\s\"<>]+)?"), 'Write `"https://example.org/talk/"`.'),
}
LONGEST = 2000  # characters of a setting

_PREFIX = re.compile(r"^(\d+)([a-z]?\d*)[-_. ]+")


@dataclass(frozen=True)
class Settings:
    """What deck.toml says; the limits are for each experiment, in seconds and in GB of memory.

    Zero workers: one for each accelerator, or as many as are worth it on a CPU; a memory limit of
    zero: nine tenths of the machine's memory, shared among the workers.
    """

    title: str
    author: str = ""
    affiliation: str = ""
    language: str = "en"
    aspect: str = "16:9"
    theme: str = ""
    base_url: str = ""
    duration: str = ""  # of the talk; slides that plan no time of their own share what is left
    threads: int = 2
    warnings: str = "show"  # or "error": what an experiment warns of fails the build
    numbers: str = "any"  # or "live": those that the audience sees are computed
    given: tuple[str, ...] = ()  # phrases with numbers that are nevertheless typed
    notes: bool = True  # what is published holds the speaker's
    time_limit: float = 900
    memory_limit: float = 0
    workers: int = 0
    remote: str = ""  # a second store, at any URL that fsspec can open
    pdf: tuple[str, ...] = ("deck",)  # what a build makes that is not asked for others
    gates: dict[str, str] = field(default_factory=dict)  # what each does instead of refusing
    macros: dict[str, str] = field(default_factory=dict)  # of formulas: what each stands for


@dataclass(frozen=True)
class Part:
    """A folder of slides."""

    id: str
    folder: Path


@dataclass(frozen=True)
class Slide:
    """A slide's source: its place, front matter and parsed Markdown."""

    id: str
    path: Path
    part: Part | None
    matter: FrontMatter
    parsed: Parsed

    @property
    def introduces(self) -> Part | None:
        """The part that this slide opens, if it is a part's title slide."""
        opens = self.part is not None and self.matter.layout == "section"
        return self.part if opens else None


@dataclass(frozen=True)
class Deck:
    """All slides of a lecture, in order."""

    folder: Path
    settings: Settings
    slides: tuple[Slide, ...]

    @cached_property
    def times(self) -> list[float | None]:
        """The seconds planned for each slide."""
        return schedule([s.matter.time for s in self.slides], seconds(self.settings.duration))

    @cached_property
    def ids(self) -> frozenset[str]:
        """The names of all slides."""
        return frozenset(slide.id for slide in self.slides)

    @cached_property
    def has_results(self) -> bool:
        """Whether a slide lists the deck's results, for others to link to."""
        return any(slide.matter.layout == "results" for slide in self.slides)

    @cached_property
    def files(self) -> dict[Path, str]:
        """The names of the slides by the places of their files."""
        return {slide.path.resolve(): slide.id for slide in reversed(self.slides)}


def read_deck(folder: Path, layouts: list[str], memo: Memo | None = None) -> Deck:
    """Reads a deck; every mistake in its files is collected into one error."""
    memo = memo or Memo()
    settings = read_settings(folder)
    names = tuple(_slide_files(folder))
    paths = memo.of("paths", (str(folder), names), lambda: _in_order(folder, names))
    if not paths:
        hint = "A slide is a Markdown file, such as `01-title.md`, in this folder or one below it."
        raise AuthorError("the deck has no slides", folder, hint=hint)
    known = tuple(layouts)
    slides: list[Slide] = []
    errors: list[AuthorError] = []
    for path in paths:
        try:
            place = str(path), memo.content(path), str(folder), known
            slides.append(memo.of("slide", place, partial(_read_slide, path, folder, layouts)))
        except AuthorError as error:
            errors.append(error)
    if settings.numbers == "live":
        errors += [error for slide in slides for error in _typed(slide, settings.given, memo)]
    errors += _overrun(slides, settings, folder / SETTINGS)
    errors += _merged_parts(slides)
    first: dict[str, Path] = {}
    for slide in slides:
        if slide.id in first:
            message = f"a second slide named `{slide.id}`: {first[slide.id]} has that name too"
            hint = "Rename the file, or write another `id:` in its front matter."
            errors.append(AuthorError(message, slide.path, hint=hint))
        first.setdefault(slide.id, slide.path)
    if errors:
        raise AuthorErrors(errors)
    return Deck(folder, settings, tuple(slides))


def read_settings(folder: Path) -> Settings:
    """Reads deck.toml."""
    path = folder / SETTINGS
    if not os.path.lexists(path):
        hint = f'Write a file {SETTINGS} with at least `title = "..."`.'
        raise AuthorError(f"no {SETTINGS} in {folder}", hint=hint)
    inside(folder, path)
    loaded = read_toml(path)
    types: dict[str, Any] = {one.name: one.type for one in fields(Settings)}
    for name, value in loaded.items():
        if name not in types:
            line, hint = toml_line(path, name), did_you_mean(name, types)
            raise AuthorError(f"unknown setting `{name}`", path, line, hint=hint)
        wanted, meant = WANTED[types[name]]
        texts = not isinstance(value, list) or all(isinstance(text, str) for text in value)
        truth = isinstance(value, bool) == (wanted is bool)
        if not isinstance(value, wanted) or not truth or not texts:
            raise AuthorError(f"`{name}` must be {meant}", path, toml_line(path, name))
        least, most, meant = LIMITS.get(name, (0, 0, ""))
        if meant and not least <= value <= most:
            raise AuthorError(f"`{name}` must be {meant}", path, toml_line(path, name))
        _check_texts(name, value if isinstance(value, list) else [value], path)
    _check_gates(loaded.get("gates", {}), path, types)
    _check_macros(loaded.get("macros", {}), path, types)
    if not loaded.get("title", "").strip():
        line, hint = toml_line(path, "title") or 1, 'Write `title = "..."`.'
        raise AuthorError("the deck has no title", path, line, hint=hint)
    if loaded.get("aspect", "16:9") != "16:9":
        hint = "The layouts are drawn for 16:9."
        line = toml_line(path, "aspect")
        raise AuthorError(f"unknown aspect `{loaded['aspect']}`", path, line, hint=hint)
    if seconds(loaded.get("duration", "0 s")) is None:
        message, hint = f"`{loaded['duration']}` is not a planned time", 'Write `"45 min"`.'
        raise AuthorError(message, path, toml_line(path, "duration"), hint=hint)
    if loaded.get("numbers", "any") not in ("any", "live"):
        message, hint = f"unknown rule `{loaded['numbers']}`", 'Write `"any"` or `"live"`.'
        raise AuthorError(message, path, toml_line(path, "numbers"), hint=hint)
    if (asked := loaded.get("warnings", WARNINGS[0])) not in WARNINGS:
        line, hint = toml_line(path, "warnings"), did_you_mean(asked, WARNINGS)
        raise AuthorError(f"warnings cannot be `{asked}`", path, line, hint=hint)
    for document in loaded.get("pdf", ()):
        if document not in DOCUMENTS:
            line, hint = toml_line(path, "pdf"), did_you_mean(document, DOCUMENTS)
            raise AuthorError(f"there is no PDF `{document}`", path, line, hint=hint)
    for name, value in loaded.items():
        if isinstance(value, str):
            loaded[name] = normalize("NFC", value)
    lists: dict[str, Any] = {
        name: tuple(normalize("NFC", text) for text in loaded[name])
        for name in ("given", "pdf")
        if name in loaded
    }
    return Settings(**loaded | lists)


def _check_texts(name: str, values: list[Any], path: Path) -> None:
    """Refuses a text that is none of its kind, or that nobody can have meant."""
    shape, hint = SHAPES.get(name, (re.compile(".*", re.DOTALL), ""))
    for text in values:
        if not isinstance(text, str):
            continue
        if len(text) > LONGEST:
            message, hint = f"`{name}` is longer than {LONGEST} characters", "Shorten it."
        elif fit(text) != text:
            message, hint = f"`{name}` holds a character that nobody can see", "Take it out."
        elif not shape.fullmatch(text):
            message = f"`{text}` is no {name.replace('_', ' ')}"
        else:
            continue
        raise AuthorError(message, path, toml_line(path, name), hint=hint)


def _check_gates(gates: dict[str, Any], path: Path, settings: Iterable[str]) -> None:
    for name, value in gates.items():
        line = toml_line(path, name, "gates")
        if name not in GATES:
            hint = did_you_mean(name, GATES)
            if name in settings:
                hint = "It belongs to the deck: write it above the line `[gates]`."
            raise AuthorError(f"unknown gate `{name}`", path, line, hint=hint)
        if value not in LEVELS:
            hint = did_you_mean(str(value), LEVELS)
            raise AuthorError(f"a gate cannot be `{value}`", path, line, hint=hint)


def _check_macros(meanings: dict[str, Any], path: Path, settings: Iterable[str]) -> None:
    for name, meaning in meanings.items():
        line = toml_line(path, name, "macros")
        if name in settings:
            hint = "If it belongs to the deck, write it above the line `[macros]`."
            raise AuthorError(f"`{name}` cannot be a macro's name", path, line, hint=hint)
        if not isinstance(meaning, str):
            message, hint = f"the macro `{name}` must be a text", r"Write `R = '\mathbb{R}'`."
            raise AuthorError(message, path, line, hint=hint)
    if len(meanings) > macros.MOST:
        line = toml_line(path, "macros")
        raise AuthorError(f"there are more than {macros.MOST} macros", path, line)
    for name in meanings:
        if found := macros.mistake(name, meanings):
            message, hint = found
            raise AuthorError(message, path, toml_line(path, name, "macros"), hint=hint)


def inside(folder: Path, path: Path) -> None:
    """Refuses a file of a deck that is a link to somewhere else."""
    try:
        within = path.resolve().is_relative_to(folder.resolve())
    except RuntimeError as error:
        raise AuthorError("this is a link that leads back to itself", path) from error
    if not within:
        hint = "Put the file itself into the deck."
        raise AuthorError("this is a link that leads out of the deck", path, hint=hint)


def slug(name: str) -> str:
    """A file's or folder's name without the prefix that orders it."""
    name = normalize("NFC", name.lower())
    bare = _PREFIX.sub("", name) or name
    return re.sub(r"[^a-z0-9_-]+", "-", bare).strip("-") or "slide"


def _slide_files(folder: Path) -> list[str]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name[0] not in "._"]
        found += [f"{parent}/{n}" for n in names if n.endswith(".md") and n[0] not in "._"]
    return found


def _in_order(folder: Path, names: Iterable[str]) -> list[Path]:
    return sorted(map(Path, names), key=lambda path: _order(path.relative_to(folder)))


def _typed(slide: Slide, given: tuple[str, ...], memo: Memo) -> Iterator[AuthorError]:
    """The numbers that an author typed where they must be live."""
    found = memo.about("typed", slide, given, lambda: list(typed_numbers(slide.parsed, given)))
    for line, number in found:
        hint = "Cite it as `{{ experiment.value }}`; if nothing computes it, add the words around"
        message = f"`{number}` was typed, but numbers are live in this deck"
        yield AuthorError(message, slide.path, line, hint=f"{hint} it to `given` in {SETTINGS}.")


def _overrun(slides: list[Slide], settings: Settings, path: Path) -> Iterator[AuthorError]:
    """A talk that is shorter than its slides."""
    whole = seconds(settings.duration)
    planned = sum(slide.matter.time or 0 for slide in slides)
    if whole is not None and planned > whole:
        hint = f"Make `duration` longer, or a slide's `time` shorter, by {clock(planned - whole)}."
        message = f"the slides' times make {clock(planned)}, more than the talk's {clock(whole)}"
        yield AuthorError(message, path, toml_line(path, "duration"), hint=hint)


def _merged_parts(slides: list[Slide]) -> Iterator[AuthorError]:
    """Folders that only their prefixes tell apart, and so make one part."""
    folders: dict[str, Path] = {}
    for part in dict.fromkeys(slide.part for slide in slides if slide.part is not None):
        first = folders.setdefault(part.id, part.folder)
        if first != part.folder:
            message = f"a second part named `{part.id}`: {first} has that name too"
            hint = "Rename one of the folders beyond its number, or put their slides together."
            yield AuthorError(message, part.folder, hint=hint)


def _order(path: Path) -> list[tuple[int, str]]:
    """Numbered names by their number, then the others by name."""
    key = []
    for part in path.parts:
        match = re.match(r"\d+", part)
        key.append((int(match[0]), part[match.end() :]) if match else (10**9, part))
    return key


def _read_slide(path: Path, folder: Path, layouts: list[str]) -> Slide:
    inside(folder, path)
    matter, markdown, first_line = split(normalize("NFC", read_text(path)), path, layouts)
    parents = path.relative_to(folder).parts[:-1]
    part = Part(slug(parents[0]), folder / parents[0]) if parents else None
    name = matter.id or slug(path.stem)
    if part is not None and name == PART:
        name = part.id
    return Slide(name, path, part, matter, parse(markdown, path, first_line))
