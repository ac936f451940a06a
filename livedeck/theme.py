"""The look of a deck, read from TOML: two palettes, two fonts, and the room for figures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedeck.errors import AuthorError
from livedeck.source import read_toml

MODES = ("light", "dark")
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
    """Palettes by mode, font families by use, and figure sizes in CSS pixels by layout."""

    palettes: dict[str, Palette]
    fonts: dict[str, str]
    figures: dict[str, tuple[int, int]]

    def named(self) -> dict[str, dict[str, str]]:
        """Every colour by mode and name."""
        return {mode: palette.named() for mode, palette in self.palettes.items()}


def read_theme(paths: list[Path]) -> Theme:
    """Reads theme files, each overriding the ones before it."""
    merged: dict[str, dict[str, Any]] = {}
    for path in paths:
        for name, table in read_toml(path).items():
            if not isinstance(table, dict):
                raise AuthorError(f"`{name}` stands outside the tables of a theme", path)
            merged.setdefault(name, {}).update(table)
    try:
        return Theme(
            palettes={
                mode: Palette(**{**merged[mode], "series": tuple(merged[mode]["series"])})
                for mode in MODES
            },
            fonts=dict(merged["fonts"]),
            figures={name: (int(w), int(h)) for name, (w, h) in merged["figures"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AuthorError(f"not a theme: {error}", paths[-1]) from error


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round((1 - share) * one + share * two):02x}" for one, two in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
