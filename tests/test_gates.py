"""The build refuses what the audience would suffer from: it says where, why, and what to do."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from livedeck.store.store import Store
from tests.conftest import Done, Project, assert_refused

SLIDE = "deck/10-lines/20-line.md"
LINE = "experiments/line.py"
NEW = "deck/30-new.md"
LONG = "# Too much\n\n" + "A sentence of its own.\n\n" * 14
DRAWN = 'color="accent", linewidth=WIDTH)'


@dataclass(frozen=True)
class Suffering:
    """A slide or a figure that an author makes, and what the error about it must say."""

    title: str
    place: str
    message: str
    hint: str
    slide: str = ""


CSS = """
.tiny { font-size: 12px }
.pale { color: #b0b0b0 }
.night { color: #55585f }
.marked { background: #ffe08a }
li::marker {"""

SUFFERINGS = [
    Suffering(
        "text that runs over the foot of its slide",
        "deck/40-foot.md:25:",
        "the slide's content is 121 px too tall; “A sentence of its own.” and what follows",
        "Shorten it, or split the slide in two. Or let it pass: `allow: overflow`",
        LONG,
    ),
    Suffering(
        "a figure that leaves too little room",
        "deck/41-room.md:5:",
        "the slide's content is 13 px too tall; “Seen.”",
        "give the figure less room: `{height=487}`",
        "# New\n\n![A line](experiment:line.falling){height=500}\n\nSeen.\n",
    ),
    Suffering(
        "a line of code that is cut off",
        "deck/42-code.md:3:",
        "px at the right",
        "Break the line",
        f"# New\n\n```python\n{'x' * 120} = 1\n```\n",
    ),
    Suffering(
        "a word that is wider than its column",
        "deck/43-word.md:6:",
        "px wider than its column",
        "Give it more room with another layout",
        f"---\nlayout: split\n---\n# New\n\n{'long' * 16}\n",
    ),
    Suffering(
        "small text that a style sheet makes",
        "deck/44-tiny.md:3:",
        "“tiny” is set in 12 px",
        "Nothing that the audience must read is under 18 px",
        "# New\n\nThis is [tiny]{.tiny}.\n",
    ),
    Suffering(
        "a figure that is shown smaller than it is drawn",
        "deck/45-shrunk.md:5:",
        "a figure is shown at 49% of the size it is drawn at, so its text measures 6.53 px",
        "Let it be drawn for its place: `{width=564 height=188}`",
        "# New\n\n:::: {.columns}\n::: {.column}\n![A line](experiment:line.falling)\n\nText.\n"
        ":::\n::: {.column}\nText.\n:::\n::::\n",
    ),
    Suffering(
        "text that is faint in the light mode",
        "deck/46-pale.md:3:",
        "“pale” has a contrast of 2.11:1 in the light mode (#b0b0b0 on #fdfcf9), and needs 3:1",
        "`allow: contrast` in the front matter of 46-pale.md",
        "# New\n\nThis is [pale]{.pale}.\n",
    ),
    Suffering(
        "text that is faint in the dark mode alone",
        "deck/47-night.md:3:",
        "in the dark mode (#55585f on #14161b)",
        "Its colours come from the theme, or from a style sheet",
        "# New\n\nThis is [night]{.night}.\n",
    ),
    Suffering(
        "text on a ground of its own that is faint in the dark mode",
        "deck/48-marked.md:3:",
        "in the dark mode (#eceae4 on #ffe08a)",
        "",
        "# New\n\nThis is [marked]{.marked}.\n",
    ),
    Suffering(
        "a figure with small text",
        f"{LINE}:33:",
        "`line.falling`: the text “here” is set in 13.3 px",
        "`size=13.5` in points, or more. Or let it pass: `allow: small-text`",
    ),
    Suffering(
        "a figure with a faint line",
        f"{LINE}:27:",
        "`line.rising`: a line “trend” has a contrast of 1.63:1 in the light mode (#c8c8c8",
        "Choose a colour that stands out more. Or let it pass: `allow: contrast`",
    ),
]

MISTAKES = [
    (
        ("templates/theme.toml", "#6b6e76", "#9b9ea6"),
        "templates/theme.toml:7:",
        "`muted` (#9b9ea6) has a contrast of 2.61:1 on `#fdfcf9` in the light mode; text needs 4.5",
        "darker in `[light]`",
    ),
    (
        ("templates/theme.toml", "#b861a5", "#3f3f46"),
        "templates/theme.toml:16:",
        "`series 4` (#3f3f46) has a contrast of 1.73:1",
        "lighter in `[dark]`",
    ),
    (
        ("deck/theme.toml", "", '[light]\n\nink = "#cccccc"\n'),
        "deck/theme.toml:3:",
        "`ink` (#cccccc) has a contrast of 1.56:1",
        "",
    ),
    (
        ("deck/theme.toml", "", '[light]\nink = "red"\n'),
        "deck/theme.toml:2:",
        "`red` is not a colour `#rrggbb`",
        'Write `"#1b1d22"`.',
    ),
    (
        ("deck/deck.toml", "workers = 1", 'workers = 1\n[gates]\noverflw = "warn"\n#'),
        "deck/deck.toml:5:",
        "unknown gate `overflw`",
        "Did you mean `overflow`?",
    ),
    (
        ("deck/deck.toml", "workers = 1", 'workers = 1\n[gates]\ncontrast = "warning"\n#'),
        "deck/deck.toml:5:",
        "a gate cannot be `warning`",
        "Did you mean `warn`?",
    ),
    (
        ("deck/deck.toml", "workers = 1", "[gates]\nworkers = 1"),
        "deck/deck.toml:4:",
        "unknown gate `workers`",
        "write it above the line `[gates]`",
    ),
    (
        (SLIDE, "time: 1 min", "time: 1 min\nallow: [contrast, overflows]"),
        f"{SLIDE}:4:",
        "unknown gate `overflows` in `allow`",
        "Did you mean `overflow`?",
    ),
]


@pytest.fixture(scope="module")
def refused(built: Project, tmp_path_factory: pytest.TempPathFactory) -> list[Done]:
    """Builds of a deck with everything in it that the audience would suffer from: as it is, and
    when what shows no figure is mended."""
    project = built.copy(tmp_path_factory.mktemp("refused"))
    project.edit("templates/css/type.css", "li::marker {", CSS)
    project.edit(LINE, DRAWN, 'color="#c8c8c8", label="trend")')
    faded = 'ax.plot(result.y[::-1], color="muted")'
    project.edit(LINE, faded, f'{faded}\n    ax.text(3, 3, "here", size=10)')
    for suffering in SUFFERINGS:
        if suffering.slide:
            project.write(suffering.place.partition(":")[0], suffering.slide)
    before = project.page
    builds = [project.build()]
    for suffering in SUFFERINGS:
        if suffering.slide and "experiment:" not in suffering.slide:
            (project.root / suffering.place.partition(":")[0]).unlink()
    builds.append(project.build())
    assert [(done.code, done.traceback) for done in builds] == [(1, False)] * 2
    assert project.page == before
    return builds


@pytest.mark.parametrize("suffering", SUFFERINGS, ids=lambda suffering: suffering.title)
def test_the_build_refuses(suffering: Suffering, refused: list[Done]) -> None:
    """One error with file, line, what is wrong, and what to do."""
    errors = [error for done in refused for error in done.errors]
    (error,) = [error for error in errors if suffering.message in error]
    first, *rest = error.splitlines()
    assert suffering.place in first
    assert suffering.hint in "\n".join(rest)


def test_all_that_is_wrong_is_said_in_two_goes(refused: list[Done]) -> None:
    """First what needs no result, then figures, and slides in their order; and nothing else."""
    plain, rest = (
        [Path(error.split()[1]).name.partition(":")[0] for error in done.errors] for done in refused
    )
    assert plain == sorted(plain)
    assert rest[:2] == ["line.py", "line.py"]
    assert rest[2:] == sorted(rest[2:])
    known = {Path(suffering.place.partition(":")[0]).name for suffering in SUFFERINGS}
    assert {*plain, *rest} == known


@pytest.mark.parametrize(("edit", "place", "message", "hint"), MISTAKES)
def test_a_theme_and_settings_are_refused_before_anything_runs(
    edit: tuple[str, str, str], place: str, message: str, hint: str, project: Project
) -> None:
    """A colour that stands out too little, and settings of gates that do not exist."""
    name, old, new = edit
    if old:
        project.edit(name, old, new)
    else:
        project.write(name, new)
    done = project.build()
    assert_refused(done, place, message, hint)
    assert "Compute" not in done.out


def test_the_pdf_is_refused_for_the_same_reasons(project: Project) -> None:
    """With the PDF, its own layout is what the gates look at; a slide makes one page even so."""
    project.write(NEW, LONG)
    assert_refused(project.call(), f"{NEW}:25:", "121 px too tall")
    project.edit("deck/deck.toml", "workers = 1", 'workers = 1\n[gates]\noverflow = "off"\n#')
    done = project.call()
    assert (done.code, done.err) == (0, "")
    assert "too tall" not in done.out
    assert done.out.count("deck.pdf") == 2
    assert project.output["deck.pdf"].count(b"/Type /Page\n") <= 6


def test_a_slide_may_allow_what_the_deck_refuses(project: Project) -> None:
    """Then the build remarks on it, with file and line, and goes on; other slides stay refused."""
    project.write(NEW, f"---\nallow: overflow\n---\n{LONG}")
    done = project.build()
    assert (done.code, done.err) == (0, "")
    assert f"{NEW}:28: the slide's content is 121 px too tall" in done.out
    project.write("deck/31-more.md", LONG)
    assert_refused(project.build(), "deck/31-more.md:25:", "121 px too tall")


def test_a_deck_may_be_warned_or_left_alone(project: Project) -> None:
    """`[gates]` in deck.toml says for each gate whether it refuses, warns, or is silent."""
    project.write(NEW, LONG)
    project.edit("deck/deck.toml", "workers = 1", 'workers = 1\n[gates]\noverflow = "warn"\n#')
    done = project.build()
    assert (done.code, done.err) == (0, "")
    assert f"{NEW}:25: the slide's content is 121 px too tall" in done.out
    project.edit("deck/deck.toml", '"warn"', '"off"')
    done = project.build()
    assert (done.code, done.err) == (0, "")
    assert NEW not in done.out


def test_a_figure_from_the_store_is_refused_again(project: Project) -> None:
    """What was found when it was drawn is kept with it; wherever its function stands by now."""
    project.edit(LINE, DRAWN, 'color="#c8c8c8")')
    assert_refused(project.build(), f"{LINE}:27:", "a line has a contrast of 1.63:1")
    project.edit(LINE, "WIDTH = 2\n", "")
    project.edit(LINE, "import numpy as np\n", "import numpy as np\n\nWIDTH = 2\n")
    done = project.build()
    assert done.made == []
    assert_refused(done, f"{LINE}:29:", "a line has a contrast of 1.63:1")


def test_a_figure_passes_where_every_slide_that_shows_it_allows_it(project: Project) -> None:
    """One slide that does not is enough to refuse it."""
    project.edit(LINE, DRAWN, 'color="#c8c8c8")')
    project.edit(SLIDE, "time: 1 min", "allow: [contrast]")
    done = project.build()
    assert (done.code, done.err) == (0, "")
    assert f"{LINE}:27: `line.rising`: a line has a contrast of 1.63:1" in done.out
    project.write(NEW, "---\nlayout: split\n---\n# New\n\n![A line](experiment:line.rising)\n")
    assert_refused(project.build(), f"{LINE}:27:", "a line has a contrast of 1.63:1")


def test_what_many_slides_suffer_from_is_said_once(project: Project) -> None:
    """A rule of a style sheet is one mistake, however many slides it spoils."""
    project.edit("templates/css/type.css", "li::marker {", "h1, h2 { color: #bbb }\nli::marker {")
    done = project.build()
    assert_refused(done, "", "in the light mode (#bbbbbb on #fdfcf9)")
    assert "the same on 3 more slides" in done.err


def test_going_on_publishes_the_deck_and_says_what_is_wrong(project: Project) -> None:
    """With `--keep-going` the exit code is still 1, and the deck is never up to date."""
    project.write(NEW, LONG)
    for _ in range(2):
        done = project.build("--keep-going")
        assert_refused(done, f"{NEW}:25:", "121 px too tall")
        assert "A sentence of its own." in project.page


def test_an_edited_sentence_costs_the_layout_of_its_slide(project: Project) -> None:
    """What was found on other slides is taken from the store, also when a slide comes between."""
    before = proofs(project)
    project.edit(SLIDE, "It misses by", "It missed by")
    assert project.build().code == 0
    assert proofs(project) == before + 1
    project.write("deck/02-early.md", "# Early\n")
    assert project.build().code == 0
    assert proofs(project) == before + 2
    project.edit(LINE, DRAWN, 'color="accent", linewidth=3)')
    assert project.build().made == ["line.rising"]
    assert proofs(project) == before + 2


def proofs(project: Project) -> int:
    """How many slides were laid out for the gates alone."""
    entries = Store(project.root / ".livedeck").entries()
    return Counter(entry.task.kind for entry in entries)["proof"]
