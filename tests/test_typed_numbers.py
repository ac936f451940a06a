"""Where a deck asks for it, a number that the audience sees is computed or the build refuses."""

import re
from pathlib import Path

import pytest

from livedeck.markdown import parse, typed_numbers
from tests.conftest import Project


def typed(text: str, *given: str) -> list[tuple[int, str]]:
    """The typed numbers of a slide, with their lines."""
    return list(typed_numbers(parse(text, Path("slide.md")), given))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("# We win 9 of {{ go.games }} games", ["9"]),
        ("# T\n\nabout **97.8 %** right", ["97.8 %"]),
        ("# T\n\n| a |\n|--|\n| 1,000 |", ["1,000"]),
        ("# T\n\n![a curve up to 3](experiment:go.game)", ["3"]),
        ('# T\n\n![a curve](experiment:go.game "of 12 runs")', ["12"]),
        ("# T\n\n- up to 5–7 times", ["5"]),
        ("# T\n\n![curve](experiment:go.game) of 2", ["2"]),
    ],
)
def test_numbers_in_title_text_tables_alt_and_captions_are_found(
    text: str, numbers: list[str]
) -> None:
    """Each once, as it was typed."""
    assert [number for _, number in typed(text)] == numbers


@pytest.mark.parametrize(
    "text",
    [
        "# {{ go.wins | percent(1) }} of {{ go.games[2] }}",
        "# Since 1959, in the 1980s, with GPT-3 and x2",
        "# He said “we will win 9 games”",
        "# T\n\n> 300 hours of video a minute",
        "# T\n\n`f(3)` is $x^2 + 3$\n\n    indented 4\n",
        "# T[^1]\n\n[^1]: Journal 12, 345.",
        '# T\n\n![a](experiment:go.game?width=64 "b"){height=300}',
        "# T\n\n::: notes\nWait 20 seconds.\n:::",
    ],
)
def test_what_is_no_claim_may_be_typed(text: str) -> None:
    """Live values, years, names, quotations, code, mathematics, sources, notes."""
    assert typed(text) == []


def test_given_phrases_may_be_typed() -> None:
    """Only with the words that belong to them."""
    text = "# T\n\nThe S&P 500, and 500 others"
    assert typed(text, "S&P 500") == [(3, "500")]


def test_a_build_refuses_typed_numbers_where_the_deck_asks_for_live_ones(
    project: Project,
) -> None:
    """With file and line, and only then; the last good deck stays."""
    project.write("deck/40-typed.md", "# A slide\n\nIt wins 9 games.\n")
    assert project.build().code == 0
    before = project.output
    settings = project.root / "deck" / "deck.toml"
    settings.write_text(settings.read_text() + 'numbers = "live"\ngiven = ["2 %"]\n')
    done = project.build()
    assert done.code == 1
    assert re.search(r"40-typed\.md:3: `9` was typed", done.err)
    assert not done.traceback
    assert project.output == before
