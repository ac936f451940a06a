"""The look of a deck, read from TOML: two palettes, two fonts, and the room for figures."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError, AuthorErrors, did_you_mean
from livedeck.files import read_toml, toml_line

MODES = ("light", "dark")
HEXADECIMAL = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
COLOURS = ("paper", "ink", "muted", "grid", "series")
FONTS = ("text", "mono")
LAST = "DejaVu Sans"  # the family that has arrows and signs which others lack
PIXELS_PER_INCH = 96  # CSS's; a point is 4/3 of a pixel
LARGEST = 4000  # CSS pixels to an edge of a figure
STRONGER = 0.4  # of the ink in a colour of high contrast


@dataclass(frozen=True)
class Palette:
    """The colours of one mode, as `#rrggbb`."""

    paper: str
    ink: str
    muted: str
    grid: str
    series: tuple[str, ...]

    def named(self) -> dict[str, str]:
        """Every colour under the name that style sheets and figures use for it."""
        series = {f"series-{i}": colour for i, colour in enumerate(self.series, start=1)}
        return {
            "paper": self.paper,
            "ink": self.ink,
            "muted": self.muted,
            "grid": self.grid,
            "accent": self.series[0],
            **series,
        }

    def contrasting(self) -> "Palette":
        """The same colours further from the paper, which is white or black.

        What has 3:1 on its paper has 7:1 then, as text needs on WCAG's level AAA.
        """
        white, black = "#ffffff", "#000000"
        dark = sum(_parts(self.ink)) > sum(_parts(self.paper))
        paper, ink = (black, white) if dark else (white, black)
        series = tuple(_mixed(colour, ink, STRONGER) for colour in self.series)
        return Palette(
            paper, ink, _mixed(self.muted, ink, STRONGER), _mixed(paper, ink, 0.5), series
        )


@dataclass(frozen=True)
class Theme:
    """Palettes by mode, font families by use, and figure sizes in CSS pixels by layout; `files` are
    what it was read from, the last of which wins."""

    palettes: dict[str, Palette]
    fonts: dict[str, tuple[str, ...]]
    figures: dict[str, tuple[int, int]]
    files: tuple[Path, ...] = ()

    def named(self) -> dict[str, dict[str, str]]:
        """Every colour by mode and name."""
        return {mode: palette.named() for mode, palette in self.palettes.items()}

    def stack(self, use: str) -> tuple[str, ...]:
        """The families in which a character of a text is looked for, in order, until one has it."""
        others = [LAST, *self.fonts["mono"]] if use == "text" else [*self.fonts["text"], LAST]
        return tuple(dict.fromkeys([*self.fonts[use], *others]))


def read_theme(paths: list[Path], layouts: Iterable[str] = ()) -> Theme:
    """Reads theme files, each overriding the ones before it; a size of figures may be that of one
    of some `layouts`, or of what the first file has a size for.

    Every mistake in them is collected into one error.
    """
    known = {**dict.fromkeys(MODES, COLOURS), "fonts": FONTS}
    merged: dict[str, dict[str, Any]] = {}
    errors: list[AuthorError] = []
    for path in paths:
        read = read_toml(path)
        if "figures" not in known:
            sizes = read.get("figures", {})
            known["figures"] = ("default", *layouts, *(sizes if isinstance(sizes, dict) else ()))
        for name, table in read.items():
            errors += _mistakes(path, name, table, known)
            if isinstance(table, dict):
                merged.setdefault(name, {}).update(table)
    needed = [*((mode, name) for mode in MODES for name in COLOURS)]
    needed += [*(("fonts", name) for name in FONTS), ("figures", "default")]
    for table, name in needed:
        if name not in merged.get(table, {}) and not errors:
            line = toml_line(paths[0], table) or 1
            errors.append(AuthorError(f"the theme sets no `{name}` in `[{table}]`", paths[0], line))
    if errors:
        raise AuthorErrors(errors)
    return Theme(
        palettes={
            mode: Palette(**{**merged[mode], "series": tuple(merged[mode]["series"])})
            for mode in MODES
        },
        fonts={use: _families(merged["fonts"][use]) for use in FONTS},
        figures={name: (width, height) for name, (width, height) in merged["figures"].items()},
        files=tuple(paths),
    )


def place_of(name: str, table: str, paths: Sequence[Path]) -> tuple[Path, int | None]:
    """The last of a theme's files that sets a name in a table, and the line."""
    for path in reversed(paths):
        if line := toml_line(path, name, table):
            return path, line
    return paths[-1], None


def _mistakes(
    path: Path, name: str, table: object, known: Mapping[str, Collection[str]]
) -> Iterator[AuthorError]:
    """What is wrong with one table of a theme's file."""
    if name not in known:
        hint = did_you_mean(name, known)
        message = f"a theme has no table `{name}`"
        yield AuthorError(message, path, toml_line(path, name), hint=hint)
    elif not isinstance(table, dict):
        hint = f"Write a line `[{name}]`, with its settings below it."
        yield AuthorError(f"`{name}` is not a table", path, toml_line(path, name), hint=hint)
    else:
        for key, value in table.items():
            line = toml_line(path, key, name)
            if key not in known[name]:
                hint = did_you_mean(key, known[name])
                yield AuthorError(f"unknown name `{key}` in `[{name}]`", path, line, hint=hint)
            elif wrong := _wrong(name, key, value):
                message, hint = wrong
                yield AuthorError(message, path, line, hint=hint)


def _wrong(table: str, name: str, value: object) -> tuple[str, str] | None:
    """What is wrong with a value of a theme, and what to write instead."""
    if table == "fonts":
        names = value if isinstance(value, list) else [value]
        named = names and all(isinstance(each, str) and each.strip() for each in names)
        if named and any(set(',"\\\n') & set(str(each)) for each in names):
            return (
                f"a name in `{name}` has a sign that no style sheet takes",
                "Write the name without it.",
            )
        hint = (
            f'Write `{name} = "Source Sans Pro"`, or several: `["Source Sans Pro", "Noto Emoji"]`.'
        )
        return None if named else (f"`{name}` is not the name of a font family", hint)
    if table == "figures":
        sizes = value if isinstance(value, list) and len(value) == 2 else [0]
        fits = all(type(size) is int and 0 < size <= LARGEST for size in sizes)
        hint = f"Write `{name} = [1152, 384]`: each from 1 to {LARGEST}."
        return None if fits else (f"`{name}` is not a width and a height in CSS pixels", hint)
    colours = value if name == "series" else [value]
    if not isinstance(colours, list) or (name == "series" and len(colours) < 2):
        return "`series` is not a list of at least two colours", 'Write `["#2c5dbd", "#d73b09"]`.'
    for colour in colours:
        if not isinstance(colour, str) or not HEXADECIMAL.fullmatch(colour):
            return f"`{colour}` is not a colour `#rrggbb`", 'Write `"#1b1d22"`.'
    return None


def _families(value: str | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([value] if isinstance(value, str) else value))


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round((1 - share) * one + share * two):02x}" for one, two in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
