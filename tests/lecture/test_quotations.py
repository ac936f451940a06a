"""What others said: every quotation has its source, and a slide that shows both."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from experiments.quotations import TABLE, read_table
from livedeck import AuthorError
from tests.lecture.conftest import ROOT

Computed = Callable[[str], dict[str, Any]]

ROWS = {row["name"]: row for row in read_table(TABLE)}


@pytest.mark.parametrize("name", ROWS)
def test_every_quotation_is_on_a_slide_that_names_its_source(name: str) -> None:
    """Its own source, or the same one under the name of another quotation."""
    slides = [path.read_text() for path in sorted((ROOT / "deck").rglob("*.md"))]
    citing = [text for text in slides if re.search(rf"\bquotations\.{name}\b", text)]
    assert citing
    for text in citing:
        sources = re.findall(r"\bquotations\.(\w+)_source\b", text)
        assert ROWS[name]["source"] in [ROWS[cited]["source"] for cited in sources]


@pytest.mark.parametrize("name", ROWS)
def test_every_quotation_can_be_told_from_the_lecturers_own_words(name: str) -> None:
    """It stands between quotation marks or is a quoted block, and carries no marks of its own."""
    said = rf"\{{\{{ quotations\.{name} \}}\}}"
    deck = "".join(path.read_text() for path in sorted((ROOT / "deck").rglob("*.md")))
    marked = re.findall(rf"“{said}”|^> {said}$", deck, re.MULTILINE)
    assert len(marked) == len(re.findall(said, deck)) > 0
    assert not re.search('[“”"]', ROWS[name]["text"])


def test_a_source_has_a_year_or_a_place_where_the_words_can_be_read() -> None:
    """And an unknown origin is admitted."""
    for row in ROWS.values():
        known = re.search(r"\b(19|20)\d\d\b", row["source"]) or "T. Nguyen" in row["source"]
        assert known or "was not found" in row["source"]


def test_slides_can_cite_words_speaker_and_source(computed: Computed) -> None:
    """Three values for each quotation, letter for letter those of the file."""
    values = computed("quotations")
    assert len(values) == 3 * len(ROWS)
    for name, row in ROWS.items():
        cited = [values[field] for field in (name, f"{name}_by", f"{name}_source")]
        assert cited == [row["text"], row["by"], row["source"]]


SOURCE = 'source = "as reported by MG Siegler, TechCrunch, 4 August 2010"\n'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SOURCE, "", "has no `source`"),
        (SOURCE, 'source = ""\n', "has no `source`"),
        ('by = "Eric Schmidt, 2010"\n', "", "has no `by`"),
        ('name = "schmidt"\n', "", "has no `name`"),
        ('name = "schmidt"', 'name = "samuel"', "cannot be called “samuel”"),
        ('name = "schmidt"', 'name = "samuel_by"', "cannot be called “samuel_by”"),
        ('name = "schmidt"', 'name = "eric schmidt"', "cannot be called “eric schmidt”"),
        ('name = "schmidt"', 'name = "2010"', "cannot be called “2010”"),
        ('name = "schmidt"', 'name = "class"', "cannot be called “class”"),
        ('name = "schmidt"', 'name = "_schmidt"', "cannot be called “_schmidt”"),
    ],
)
def test_a_damaged_row_is_named_by_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """The line is that on which the quotation begins."""
    text = TABLE.read_text()
    assert text.count(old) == 1
    table = tmp_path / "quotations.toml"
    table.write_text(text.replace(old, new))
    with pytest.raises(AuthorError) as raised:
        read_table(table)
    assert message in raised.value.message
    assert raised.value.hint
    before = text[: text.index(old)]
    begins = before[: before.rindex("[[quotation]]")].count("\n") + 1
    assert (raised.value.path, raised.value.line) == (table, begins)
