"""Reads what the download button of Google Trends gives: `multiTimeline.csv`, in any language.

The file begins with a line about the category and an empty line; then comes a header ("Week",
"Semaine", "Tháng", "週", ... and the terms, each with its region), then one line per date. Google
scales all values of a file together, so that the largest is 100; "<1" means some, but below one.
"""

import csv
import io
import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from livedeck.errors import AuthorError

DATA = Path(__file__).parents[2] / "deck" / "data"
DATE = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d))?(?::\d\d)?(?:Z|[+-][\d:]+)?)?)?"
)
TERM = re.compile(r"(?P<term>.+?)\s*[:：]\s*[(（](?P<place>.*)[)）]", re.DOTALL)
AGAIN = "Download the file again from trends.google.com and put it there as it comes"
BELOW_ONE = 0.5  # what "<1" is taken for


class Interest(NamedTuple):
    """Search interest from 0 to 100, relative to the largest value in the file."""

    terms: tuple[str, ...]
    dates: tuple[str, ...]  # as Google writes them
    years: Float[np.ndarray, " dates"]  # with decimals
    values: Float[np.ndarray, "dates terms"]


def read_interest(path: Path) -> Interest | None:
    """The interest in every term at every date; None where there is no such file."""
    try:
        # Opened rather than asked for, so that the build sees the file when it appears.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _wrong(path, line, "this is not UTF-8, so not as Google wrote it", AGAIN) from None
    rows = _rows(path, text)
    start = next((i for i, (_, cells) in enumerate(rows) if DATE.fullmatch(cells[0])), None)
    if start is None:
        raise _no_dates(path, rows)
    if start == 0:
        hint = f"The line before it must name the terms. {AGAIN}"
        raise _wrong(path, rows[0][0], "the first date comes without a header", hint)
    line, header = rows[start - 1]
    partial = [i for i, name in enumerate(header) if name.casefold() == "ispartial"]
    columns = [i for i in range(1, len(header)) if i not in partial]
    terms = _terms(path, line, [header[i] for i in columns])
    dates, years, values = [], [], []
    for line, cells in rows[start:]:
        if len(cells) != len(header):
            what = f"{len(cells) - 1} values where the header has {len(header) - 1} columns"
            raise _wrong(path, line, what, AGAIN)
        year = _year(path, line, cells[0])
        if years and year <= years[-1]:
            what = f"`{cells[0]}` does not come after `{dates[-1]}`"
            raise _wrong(path, line, what, f"Dates must ascend, each once. {AGAIN}")
        if any(cells[i].casefold() == "true" for i in partial):
            continue  # the period is not over yet
        dates.append(cells[0])
        years.append(year)
        values.append(
            [_value(path, line, term, cells[i]) for term, i in zip(terms, columns, strict=True)]
        )
    if len(dates) < 2:
        hint = "Choose a longer time range on the site, and download the file again"
        raise _wrong(path, rows[-1][0], f"{len(dates)} date is too little to draw a line", hint)
    return Interest(terms, tuple(dates), np.array(years), np.array(values))


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, cut into cells, each with its number in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise _wrong(path, reader.line_num, f"not readable as CSV ({error})", AGAIN) from None
    return rows


def _no_dates(path: Path, rows: list[tuple[int, list[str]]]) -> AuthorError:
    """Why there is no line with a date that could be read."""
    for line, cells in rows:
        first = ",".join(cells)
        if re.match(r"\d{4}-\d\d(-\d\d)?[;\t]", first):
            what = "the values are not separated by commas, so a spreadsheet has saved this file"
            return _wrong(path, line, what, f"{AGAIN}, without opening it in a spreadsheet")
        if re.match(r"\d{1,4}[/.]\d{1,2}([/.]\d{1,4})?\b|\w{3}[- ]\d\d\b", first):
            what = f"`{cells[0]}` is not a date as Google writes it, such as 2018-05 or 2018-05-27"
            return _wrong(path, line, what, f"{AGAIN}, without opening it in a spreadsheet")
    hint = "Use the download button of the chart “Interest over time”; maps and lists have others"
    return _wrong(path, None, "no line begins with a date" if rows else "the file is empty", hint)


def _terms(path: Path, line: int, columns: list[str]) -> tuple[str, ...]:
    """The terms without their region, unless they differ in it alone."""
    if not columns:
        raise _wrong(path, line, "the header names no search term", AGAIN)
    if not all(columns):
        raise _wrong(path, line, "a column of the header has no name", AGAIN)
    found = [TERM.fullmatch(column) for column in columns]
    terms = [
        match["term"] if match else column for match, column in zip(found, columns, strict=True)
    ]
    if len(set(terms)) == len(terms):
        return tuple(terms)
    if len(set(columns)) < len(columns):
        raise _wrong(path, line, "two columns have the same name", AGAIN)
    return tuple(
        f"{match['term']} ({match['place']})" if match else column
        for match, column in zip(found, columns, strict=True)
    )


def _year(path: Path, line: int, text: str) -> float:
    """A date as a year with decimals."""
    match = DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day, hour, minute = (int(part) if part else 0 for part in match.groups())
        date = datetime(year, month, day or 1, hour, minute)
    except ValueError:
        hint = f"Dates look like 2018-05 or 2018-05-27. {AGAIN}"
        raise _wrong(path, line, f"`{text}` is not a date", hint) from None
    first, last = datetime(year, 1, 1), datetime(year + 1, 1, 1)
    return year + (date - first) / (last - first)


def _value(path: Path, line: int, term: str, text: str) -> float:
    """Interest from 0 to 100."""
    if re.fullmatch(r"<\s*1", text):
        return BELOW_ONE
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text) or float(text) > 100:
        what = f"`{text}` is no interest in “{term}”" if text else f"no interest in “{term}”"
        raise _wrong(path, line, what, f"It must be a number from 0 to 100, or <1. {AGAIN}")
    return float(text)


def _wrong(path: Path, line: int | None, what: str, hint: str) -> AuthorError:
    return AuthorError(what, path, line, hint=hint)


def month(date: str) -> str:
    """A date of the file as a reader says it: `May 2018`."""
    return f"{datetime(int(date[:4]), int(date[5:7]), 1):%B %Y}"


def describe_interest(interest: Interest, path: Path) -> dict[str, str]:
    """What a slide says of an export: when interest peaked, and where it stands now."""
    terms, values = interest.terms, interest.values
    top = int(values.max(axis=0).argmax())
    peak = month(interest.dates[int(values[:, top].argmax())])
    ages = interest.years[-1] - interest.years + 0.005  # a year ago is a year ago, leap or not
    recent, before = ages < 1, (ages >= 1) & (ages < 2)
    recent_means = values[recent].mean(axis=0)
    parts = [
        f"{term} {mean:.0f}" if mean >= 1 else f"{term} <1"
        for term, mean in zip(terms, recent_means, strict=True)
    ]
    length = interest.years[-1] - interest.years[0]
    when = " in the last year" if length >= 1 else ""
    finding = f"Mean interest{when}: {', '.join(parts)}, where the peak is 100."
    if length >= 1.9 and values[before, top].mean() > 0:
        change = values[recent, top].mean() / values[before, top].mean() - 1
        verb = "more" if change > 0 else "less"
        finding += f" “{terms[top]}”: {abs(100 * change):.0f}\u202f% {verb} than the year before."
    span = f"{month(interest.dates[0])} to {month(interest.dates[-1])}"
    return {
        "title": f"“{terms[top]}” was searched for most in {peak}",
        "finding": finding,
        "caption": f"Google Trends, {path.name}, {span}; 100: the largest value of any term",
        "description": f"Search interest over time, {span}, for {', '.join(terms)}. "
        f"The largest value, 100, is that of {terms[top]} in {peak}.",
    }
