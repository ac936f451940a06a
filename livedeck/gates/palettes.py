"""The gate `contrast` for a theme, whose colours everything else is made of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from livedeck.errors import AuthorError
from livedeck.files import read_text, read_toml, toml_line
from livedeck.gates import colours
from livedeck.slides.theme import Palette, Theme

ADVICE = "Move it away from the paper: darker in `[light]`, lighter in `[dark]`."


def examine(theme: Theme) -> list[AuthorError]:
    """The colours of a theme that stand out too little from its paper, where they are written."""
    errors: list[AuthorError] = []
    for mode, palette in theme.palettes.items():
        errors += _faint(mode, palette, theme.files)
    return errors


def _faint(mode: str, palette: Palette, paths: Sequence[Path]) -> Iterator[AuthorError]:
    paper = colours.parse(palette.paper)
    for name, colour, least, use in _uses(palette):
        ratio = colours.ratio(colours.parse(colour), paper)
        if ratio < least:
            path, line = _place(paths, mode, colour)
            shown = int(100 * ratio) / 100
            message = f"`{name}` ({colour}) has a contrast of {shown:.2f}:1 on `{palette.paper}`"
            message += f" in the {mode} mode; {use} needs {least:g}:1"
            yield AuthorError(message, path, line, hint=ADVICE)


def _uses(palette: Palette) -> Iterator[tuple[str, str, float, str]]:
    """Each colour, what it must reach, and what for."""
    yield "ink", palette.ink, colours.TEXT, "text"
    yield "muted", palette.muted, colours.TEXT, "text"
    for number, colour in enumerate(palette.series, start=1):
        if number == 1:
            yield "series 1", colour, colours.TEXT, "the accent, which is a colour of text,"
        else:
            yield f"series {number}", colour, colours.GRAPHIC, "a line of a figure"
    # the grid is hairlines that carry no meaning


def _place(paths: Sequence[Path], mode: str, colour: str) -> tuple[Path, int | None]:
    """The last of a theme's files that writes a colour in a mode, and the line."""
    for path in reversed(paths):
        if colour not in str(read_toml(path).get(mode, "")):
            continue
        table = ""
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            table = line.strip() if line.lstrip().startswith("[") else table
            if table.startswith(f"[{mode}]") and colour in line:
                return path, number
        return path, toml_line(path, mode)
    return paths[-1], 1
