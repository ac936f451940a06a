"""The page is HTML as the W3C's checker wants it."""

from pathlib import Path

from tests.conftest import EXAMPLES, Project, assert_made
from tests.validator import mistakes


def test_every_kind_of_slide_is_valid(featured: Project) -> None:
    """Mathematics, tables, code, layers, sequences, columns, quotes, notes, and all the rest."""
    assert mistakes(featured.root / "output" / "index.html") == []


def test_the_examples_are_valid(tmp_path: Path) -> None:
    """Each with its own theme."""
    assert EXAMPLES
    for name in EXAMPLES:
        example = Project.of_example(name, tmp_path)
        assert_made(example.build("--quiet"))
        assert mistakes(example.root / "output" / "index.html") == []


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    """An id twice, an element where none may stand, an attribute that does not exist."""
    page = tmp_path / "wrong.html"
    page.write_text(
        "<!DOCTYPE html>\n<html lang=en><title>Wrong</title>\n"
        "<p id=a><p id=a>\n<ul><p>text</p></ul>\n<p made-up=1>\n"
    )
    assert [place.split(":")[1] for place in mistakes(page)] == ["3", "4", "5"]
