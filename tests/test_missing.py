"""What no font of a deck has is told once a text, with its line and what to add."""

from dataclasses import dataclass

import pytest

from tests.conftest import Project, assert_made, assert_refused, write_experiment


@dataclass(frozen=True)
class Text:
    """A text that no font has, and where it is found."""

    name: str
    slide: str
    line: int
    signs: str
    word: str


MISSING = [
    Text("a title", "# A 🦩 title\n", 1, "🦩", "🦩"),
    Text("a title below front matter", "---\nallow: overflow\n---\n# A 🦩\n", 4, "🦩", "🦩"),
    Text("a paragraph", "# A\n\nOne line,\nthen 漢字.\n", 4, "漢字", "漢字."),
    Text("a word twice", "# A\n\n漢 and 漢字\n", 3, "漢字", "漢"),
    Text("an item", "# A\n\n- one\n- two 🦩\n", 4, "🦩", "🦩"),
    Text("a cell", "# A\n\n| a | b |\n|---|---|\n| 1 | 漢 |\n", 5, "漢", "漢"),
    Text("stressed words", "# A\n\nso **漢字** and *🦩* it is\n", 3, "漢字🦩", "漢字”, “🦩"),
    Text("code among words", "# A\n\nCall `漢`.\n", 3, "漢", "漢"),
    Text("a listing", '# A\n\n```python\na = 1\nb = "漢"\n```\n', 5, "漢", "漢"),
    Text("notes", "# A\n\n::: notes\nSay 漢.\n:::\n", 4, "漢", "漢."),
    Text("a kicker", "---\nkicker: 漢\n---\n# A\n", 2, "漢", "漢"),
    Text("a footnote", "# A\n\nText[^1].\n\n[^1]: Its 漢.\n", 5, "漢", "漢."),
    Text("a quotation", "# A\n\n> Says 漢\n", 3, "漢", "漢"),
    Text("an entity", "# A\n\nWritten &#x6F22;.\n", 3, "漢", "漢."),
    Text("a joined emoji", "# A\n\nIs 🧑‍🦼.\n", 3, "🧑🦼", "🧑‍🦼."),
    Text("a link", "# A\n\n[漢](https://example.org)\n", 3, "漢", "漢"),
]


@pytest.mark.parametrize("text", MISSING, ids=lambda text: text.name)
def test_what_no_font_has_is_one_error_with_its_line(text: Text, project: Project) -> None:
    """Not one a character; it names the word and what to add."""
    project.write("deck/40-missing.md", text.slide)
    done = project.build()
    assert_refused(done, f"deck/40-missing.md:{text.line}:", f"“{text.word}”", "`[fonts] text = [")
    for sign in text.signs:
        assert f"`{sign}` (U+{ord(sign):04X})" in done.err


def test_what_no_font_has_is_found_in_settings_and_values(project: Project) -> None:
    """With the line of the setting, and that of the slide which shows the value."""
    project.edit("deck/deck.toml", 'title = "A small deck"', 'title = "A small 漢"')
    done = project.build()
    assert done.code == 1
    assert "deck/deck.toml:1: no font of this deck has `漢`" in done.err
    project.edit("deck/deck.toml", "漢", "deck")
    project.write("experiments/named.py", NAMED)
    project.write("deck/40-named.md", "# A name\n\nIt is {{ named.label }}.\n")
    assert_refused(project.build(), "deck/40-named.md:3:", "`漢` (U+6F22)", "Noto Sans SC")


NAMED = '''\
"""A name is Chinese."""

from typing import NamedTuple


class Result(NamedTuple):
    label: str


def run() -> Result:
    return Result("漢")
'''


def test_of_many_texts_without_a_font_the_first_are_named(project: Project) -> None:
    """A deck in another script is not told hundreds of times."""
    project.write("deck/40-many.md", "# A\n\n" + "\n\n".join(f"漢 {i}" for i in range(20)) + "\n")
    done = project.build()
    assert len(done.errors) == 12
    assert "; 8 more texts have such characters" in done.errors[-1]


def test_spaces_and_joiners_need_no_font(project: Project) -> None:
    """Nobody sees them."""
    project.write(
        "deck/40-unseen.md", "# A\n\nZero\u200bwidth, soft\u00adhyphen, a\u2060b, ✔\ufe0f.\n"
    )
    assert_made(project.build())


def test_such_texts_hide_nothing_else_where_a_build_goes_on(project: Project) -> None:
    """The page is published with what failed on it, in whatever signs that is said."""
    write_experiment(project, "apples", "raise ValueError('no \\U0001f34e left')")
    project.write("deck/50-unicorn.md", "# A \U0001f984\n")
    done = project.call("--keep-going")
    assert (done.code, done.traceback) == (1, False)
    told = "\n".join(done.errors)
    assert "deck/50-unicorn.md:1: no font of this deck has `\U0001f984` (U+1F984)" in told
    assert "the run `apples` failed: ValueError: no \U0001f34e left" in told
    assert not any("deck/30-apples.md" in error for error in done.errors)
    assert "[failed]" in project.page
