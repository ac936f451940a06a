"""Says what a build would reuse or run, and why."""

import argparse
import json
from dataclasses import dataclass
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from livedeck import filters, stamp
from livedeck.characters import printable
from livedeck.console import Terminal
from livedeck.errors import UsageError
from livedeck.keys.reasons import Change
from livedeck.options import Options
from livedeck.planning import selection
from livedeck.planning.forecast import Forecast, Forecaster
from livedeck.planning.plan import Drawing
from livedeck.planning.prepare import prepare
from livedeck.planning.selection import Selected
from livedeck.project import Project
from livedeck.store.store import Store

COLOURS = {"reused": "green", "runs": "yellow", "waits": "yellow"}
FEW = 8  # lines of a diff that are shown
LONGEST = 160  # characters of such a line
INDENT = 10


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Says what a build would reuse or run, and why."""
    if asked.what is not None and asked.slide is not None:
        raise UsageError("explain takes the name of something or `--slide`, not both")
    options = Options(asked.profile)
    prepared = prepare(project, options)
    slide = None
    if asked.slide is not None:
        slide, selected = selection.on_slide(prepared, asked.slide)
    elif asked.what is not None:
        selected = selection.named(prepared, asked.what)
    else:
        selected = selection.everything(prepared)
    store = Store(project.store, stamp.shown(project.output), read_only=True)
    kept = options.keeps_accelerated
    forecaster = Forecaster(prepared, store, project.inputs(), keep_accelerated=kept)
    rows = [row for one in selected for row in _forecasts(forecaster, one, project)]
    if asked.json:
        print(json.dumps([_to_json(row) for row in rows], indent=1, ensure_ascii=False))
        return
    in_full = slide is not None or asked.what is not None
    shown = Shown(terminal, in_full, one_slide=slide is not None)
    if slide is not None:
        terminal.out.print(Text(f"{slide.id}  {project.shown(slide.path)}", style="bold"))
    if slide is not None and not rows:
        terminal.out.print("Nothing on this slide is computed.")
    for row in rows:
        shown.forecast(row)
    if not in_full and terminal.out.is_terminal and any(_tells_more(row) for row in rows):
        shown.below("what was edited: python build.py explain NAME")


def _forecasts(forecaster: Forecaster, selected: Selected, project: Project) -> list[Forecast]:
    """The forecast of a run, then those of what was selected of it."""
    expected = forecaster.run(selected.run)
    rows = [expected.forecast]
    for part in selected.parts:
        if isinstance(part, Drawing):
            row = forecaster.figure(part, expected)
            row.details["slide"], row.details["line"] = project.shown(part.path), part.line
        else:
            row = forecaster.number(part, expected)
            row.details["line"] = part.line or None
        rows.append(row)
    return rows


def _tells_more(row: Forecast) -> bool:
    return any(change.shows_more for change in row.changes)


def _to_json(row: Forecast) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "state": row.state,
        "why": row.why,
        "changes": [
            {
                "input": change.input,
                "old": change.old,
                "new": change.new,
                "words": change.words,
                "diff": change.diff,
            }
            for change in row.changes
        ],
        "compared_with": None if row.last is None else row.last["key"],
        **row.details,
        **({"said": row.details["said"].to_json()} if "said" in row.details else {}),
    }


@dataclass(frozen=True)
class Shown:
    """Forecasts in a terminal: a line for each, wrapped where it is narrow, whole in a pipe; with
    `in_full`, where things come from and the lines that were edited."""

    terminal: Terminal
    in_full: bool
    one_slide: bool

    def forecast(self, row: Forecast) -> None:
        """One row, and what belongs to it."""
        several = self.in_full and len(row.changes) > 1
        why = f"{len(row.changes)} inputs changed" if several else row.why
        self._row(row, why)
        if not self.in_full:
            return
        if row.kind == "result":
            origin = _origin(row.details["origin"])
            self.below(origin if row.state == "reused" else f"before: {origin}")
        for line in row.details["said"].lines() if "said" in row.details else ():
            self.below(line, style="")
        for change in row.changes:
            if several:
                self.below(change.words, style="")
            if change.shows_more:
                self._diff(change)

    def _row(self, row: Forecast, why: str) -> None:
        body = Text("" if row.kind == "result" else "  ")
        body.append(row.name)
        if row.kind == "number":
            body.append(" = ").append(_value(row), style="bold")
        if why and row.kind != "number":  # why is said of its result
            body.append(f"  {why.removeprefix(f'{row.state} ')}", style="dim")
        if not self.in_full and "said" in row.details:
            body.append("".join(f"  {words}" for words in row.details["said"].counts), style="dim")
        if self.in_full and row.details.get("line"):
            place = "line {line}" if self.one_slide else "{slide}:{line}"
            body.append(f"  ({place.format(**row.details)})", style="dim")
        state = Text(f"{row.state:<7}", style=COLOURS[row.state])
        if not self.terminal.out.is_terminal:
            self.terminal.out.print(state + Text(" ") + body)
            return
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(state, body)
        self.terminal.out.print(grid)

    def below(self, text: str, style: str = "dim") -> None:
        """A line that belongs to the row above it."""
        lines = Padding(Text(text, style=style), (0, 0, 0, INDENT))
        whole = not self.terminal.out.is_terminal
        self.terminal.out.print(" " * INDENT + text if whole else lines, markup=False)

    def _diff(self, change: Change) -> None:
        for line in _few(change):
            style = {"-": "red", "+": "green"}.get(line[:1], "dim")
            text = Text(" " * (INDENT + 2) + line, style=style)
            if self.terminal.out.is_terminal:
                self.terminal.out.print(text, soft_wrap=False, no_wrap=True, overflow="ellipsis")
            else:
                self.terminal.out.print(text)


def _few(change: Change) -> list[str]:
    """The first lines of a diff, and how many more there are. Where plain source has its lines
    says nothing, so only gaps are marked there."""
    is_code = change.input.startswith(("source ", "module "))
    lines = [
        "…" if line.startswith("@@") and is_code else line[:1] + printable(line[1:])[:LONGEST]
        for line in change.diff
    ]
    if is_code:
        lines = lines[1:]  # the first gap
    more = len(lines) - FEW
    return lines if more <= 1 else [*lines[:FEW], f"and {more} more lines"]


def _origin(origin: dict[str, Any] | None) -> str:
    """Where a result comes from, in one line."""
    if origin is None:
        return "no result"
    parameters = ", ".join(f"{name}={value!r}" for name, value in origin["parameters"].items())
    seconds = filters.seconds((origin["seconds"],), None)
    made = f"made with {parameters}" if parameters else "made"
    parts = [made, origin["device"], origin["seed"], seconds, f"key {origin['key'][:8]}"]
    return " · ".join(part for part in parts if part)


def _value(row: Forecast) -> str:
    """A number as its slide shows it."""
    text, value = row.details["text"], row.details["value"]
    if text is not None:
        return printable(str(text))
    if value is not None:
        return printable(str(value))
    return "none yet" if row.last is None else "none that a text can cite"
