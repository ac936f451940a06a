"""What is wrong with the settings of a deck, or with its theme, is said with its place."""

import pytest

from tests.conftest import Project, assert_refused
from tests.mistake import Mistake, assert_told

NEW = "deck/30-new.md"

MISTAKES = [
    Mistake(
        "a duration that is no time",
        "deck/deck.toml:4:",
        "`soon` is not a planned time",
        'Write `"45 min"`.',
        edits=(("deck/deck.toml", "in one order\n", 'in one order\nduration = "soon"\n'),),
    ),
    Mistake(
        "a talk that is shorter than its slides",
        "deck/deck.toml:4:",
        "the slides' times make 1 min 30 s, more than the talk's 1 min",
        "by 30 s.",
        {NEW: "---\ntime: 30 s\n---\n# New\n"},
        (("deck/deck.toml", "in one order\n", 'in one order\nduration = "1 min"\n'),),
    ),
    Mistake(
        "settings that are not UTF-8",
        "deck/deck.toml:2:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"deck/deck.toml": 'title = "A"\nauthor = "Jürgen"\n'.encode("latin-1")},
    ),
    Mistake(
        "settings that are not TOML",
        "deck/deck.toml:2:",
        "not valid TOML",
        "",
        {"deck/deck.toml": 'title = "A"\nauthor = Ann\n'},
    ),
    Mistake(
        "an unknown setting",
        "deck/deck.toml:2:",
        "unknown setting `auther`",
        "Did you mean `author`?",
        edits=(("deck/deck.toml", "author", "auther"),),
    ),
    Mistake(
        "a setting of a wrong kind",
        "deck/deck.toml:2:",
        "`author` must be a text",
        "",
        edits=(("deck/deck.toml", '"Ann Author"', "1"),),
    ),
    Mistake(
        "a deck without a title",
        "deck/deck.toml:",
        "the deck has no title",
        'Write `title = "..."`.',
        {"deck/deck.toml": 'author = "Ann"\n'},
    ),
    Mistake(
        "an unknown theme",
        "deck/deck.toml:3:",
        "unknown theme `drak`",
        "Did you mean `dark`?",
        {
            "deck/deck.toml": 'title = "A"\nauthor = "Ann"\ntheme = "drak"\n',
            "templates/themes/dark.toml": "",
        },
    ),
    Mistake(
        "a theme with an unknown font",
        "deck/theme.toml:",
        "no font family `Sauce Sans Pro`",
        "Did you mean `Source Sans Pro`?",
        {"deck/theme.toml": '[fonts]\ntext = "Sauce Sans Pro"\n'},
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_one_error_with_its_place_and_a_hint(
    mistake: Mistake, project: Project
) -> None:
    """The error names file, line and remedy; nothing is published."""
    assert_told(mistake, project)


def test_an_empty_deck_is_refused(project: Project) -> None:
    """A deck has at least one slide."""
    for path in (project.root / "deck").rglob("*.md"):
        path.unlink()
    published = project.output
    done = project.build()
    assert_refused(
        done, f"{project.root}/deck:", "the deck has no slides", "A slide is a Markdown file"
    )
    assert project.output == published


def test_a_folder_that_is_no_deck_is_refused(project: Project) -> None:
    """The error says what a deck needs."""
    done = project.build("--deck", "docs")
    assert_refused(done, f"{project.root}/docs", "no deck.toml", "Write a file deck.toml")
