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
        "an unknown setting below a text with a sign that ends lines elsewhere",
        "deck/deck.toml:3:",
        "unknown setting `wrokers`",
        "Did you mean `workers`?",
        edits=(
            ("deck/deck.toml", "Ann Author", "Ann\u2028Author"),
            ("deck/deck.toml", "workers", "wrokers"),
        ),
    ),
    Mistake(
        "a setting of a wrong kind",
        "deck/deck.toml:2:",
        "`author` must be a text",
        "",
        edits=(("deck/deck.toml", '"Ann Author"', "1"),),
    ),
    Mistake(
        "warnings that are something else",
        "deck/deck.toml:2:",
        "warnings cannot be `erorr`",
        "Did you mean `error`?",
        edits=(("deck/deck.toml", 'author = "Ann Author"', 'warnings = "erorr"'),),
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
    *(
        Mistake(f"`{setting}` out of range", "deck/deck.toml:3:", message, "", edits=(edit,))
        for setting, message in (
            ("workers = -1", "`workers` must be at least 1, or 0 for as many as are worth it"),
            ("threads = 0", "`threads` must be at least 1"),
            ("time_limit = 0", "`time_limit` must be more than 0 seconds"),
            ("time_limit = nan", "`time_limit` must be more than 0 seconds"),
            ("memory_limit = -0.5", "`memory_limit` must be more than 0 GB, or 0"),
        )
        for edit in [("deck/deck.toml", "workers = 1  # so that runs come in one order", setting)]
    ),
    *(
        Mistake(f"a theme with `{line}` in `[{table}]`", "deck/theme.toml:3:", message, hint, file)
        for table, line, message, hint in (
            ("light", 'ink = "black"', "`black` is not a colour `#rrggbb`", "#1b1d22"),
            ("light", "ink = 5", "`5` is not a colour `#rrggbb`", "#1b1d22"),
            ("dark", "series = []", "`series` is not a list of at least two", "#d73b09"),
            ("dark", 'series = ["#2c5dbd"]', "`series` is not a list of at least two", "#d73b09"),
            ("dark", 'series = ["#2c5dbd", 1]', "`1` is not a colour `#rrggbb`", "#1b1d22"),
            ("dark", 'inc = "#000000"', "unknown name `inc` in `[dark]`", "Did you mean `ink`?"),
            ("fonts", "text = []", "`text` is not the name of a font", "Source Sans Pro"),
            ("fonts", 'text = ["Arial", 1]', "`text` is not the name of a font", "or several"),
            ("fonts", 'text = "A, B"', "has a sign that no style sheet takes", "name without it"),
            ("fonts", 'txt = "Arial"', "unknown name `txt` in `[fonts]`", "Did you mean `text`?"),
            (
                "figures",
                "split = [-600, 480]",
                "`split` is not a width and a height",
                "[1152, 384]",
            ),
            ("figures", "split = 600", "`split` is not a width and a height", "[1152, 384]"),
            ("figures", "splt = [600, 480]", "unknown name `splt`", "Did you mean `split`?"),
        )
        for file in [{"deck/theme.toml": f"# Ours\n[{table}]\n{line}\n"}]
    ),
    Mistake(
        "a theme with an unknown table",
        "deck/theme.toml:1:",
        "a theme has no table `ligth`",
        "Did you mean `light`",
        {"deck/theme.toml": '[ligth]\nink = "#000000"\n'},
    ),
    Mistake(
        "a theme with a setting outside of its tables",
        "deck/theme.toml:1:",
        "`light` is not a table",
        "Write a line `[light]`",
        {"deck/theme.toml": 'light = "#000000"\n'},
    ),
    Mistake(
        "a file that is no font",
        "deck/fonts/broken.ttf:",
        "not a font that can be used",
        "",
        {"deck/fonts/broken.ttf": b"\0\1\0\0 and no more"},
    ),
    Mistake(
        "two folders that make one part",
        "deck/30-lines:",
        "a second part named `lines`",
        "Rename one of the folders",
        {"deck/30-lines/10-more.md": "# More\n"},
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


def test_all_mistakes_of_a_theme_are_told_at_once(project: Project) -> None:
    """Whether its contrast is looked at or not."""
    project.write("deck/theme.toml", '[light]\nink = "black"\n\n[dark]\nink = 5\npaper = "#12"\n')
    project.edit("deck/deck.toml", "order\n", 'order\n[gates]\ncontrast = "off"\n')
    done = project.build()
    assert (done.code, done.traceback) == (1, False)
    places = [error.partition("theme.toml:")[2].partition(": `")[0] for error in done.errors]
    assert places == ["2", "5", "6"]


def test_a_date_that_is_none_is_a_wrong_usage(project: Project) -> None:
    """One error says what to write."""
    done = project.call(SOURCE_DATE_EPOCH="2024-01-01")
    assert_refused(done, "`SOURCE_DATE_EPOCH=2024-01-01`", "is no date in seconds", code=2)
    assert "git log -1 --format=%ct" in done.err
