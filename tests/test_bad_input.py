"""Whatever an author gets wrong, the build says what and where, and the last deck stays."""

from dataclasses import dataclass, field

import pytest

from tests.conftest import Project, assert_refused

SLIDE = "deck/10-lines/20-line.md"
NEW = "deck/30-new.md"


@dataclass(frozen=True)
class Mistake:
    """Files that are written or edited, and what the one error must name."""

    title: str
    place: str
    message: str
    hint: str
    files: dict[str, str | bytes] = field(default_factory=dict)
    edits: tuple[tuple[str, str, str], ...] = ()


MISTAKES = [
    Mistake(
        "front matter that is not YAML",
        f"{NEW}:2:",
        "the front matter is not YAML",
        "Quote a text that holds a colon",
        {NEW: "---\nkicker: one: two\n---\n# New\n"},
    ),
    Mistake(
        "front matter that is no settings",
        f"{NEW}:2:",
        "the front matter is not a list of settings",
        "Write lines such as `layout: split`.",
        {NEW: "---\n- split\n---\n# New\n"},
    ),
    Mistake(
        "front matter that never ends",
        f"{NEW}:1:",
        "the front matter is never closed",
        "Close it with a line `---`.",
        {NEW: "---\nlayout: split\n# New\n"},
    ),
    Mistake(
        "an unknown setting in the front matter",
        f"{NEW}:3:",
        "unknown setting `layuot`",
        "Did you mean `layout`?",
        {NEW: "---\ntime: 1 min\nlayuot: split\n---\n# New\n"},
    ),
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
        "an unknown layout",
        f"{SLIDE}:2:",
        "unknown layout `splitt`",
        "Did you mean `split`?",
        edits=((SLIDE, "layout: split", "layout: splitt"),),
    ),
    Mistake(
        "an unknown experiment in a figure",
        f"{SLIDE}:7:",
        "no experiment `lime`",
        "Did you mean `line`?",
        edits=((SLIDE, "experiment:line.rising", "experiment:lime.rising"),),
    ),
    Mistake(
        "an unknown experiment in the text",
        f"{SLIDE}:9:",
        "no experiment or named run `lime`",
        "Did you mean `line`?",
        edits=((SLIDE, "line.error", "lime.error"),),
    ),
    Mistake(
        "an unknown figure",
        f"{SLIDE}:7:",
        "the experiment `line` has no figure `risng`",
        "Did you mean `rising`?",
        edits=((SLIDE, "line.rising", "line.risng"),),
    ),
    Mistake(
        "an unknown value",
        f"{SLIDE}:9:",
        "no value `line.eror`",
        "Did you mean `line.error`",
        edits=((SLIDE, "line.error", "line.eror"),),
    ),
    Mistake(
        "an unknown value in an alternative text",
        f"{SLIDE}:7:",
        "no value `line.pionts`",
        "Did you mean `line.points`?",
        edits=((SLIDE, "{{ line.points }}", "{{ line.pionts }}"),),
    ),
    Mistake(
        "an unknown parameter",
        f"{SLIDE}:7:",
        "`line` has no parameter `point`",
        "Did you mean `points`?",
        edits=((SLIDE, "experiment:line.rising", "experiment:line.rising?point=4"),),
    ),
    Mistake(
        "one name for two runs",
        f"{NEW}:3:",
        "`wide` already names another run",
        "Choose another name after `#`",
        {
            SLIDE: "# Wide\n\n![A line](experiment:line.rising?points=9#wide)\n",
            NEW: "# New\n\n![A line](experiment:line.rising?points=10#wide)\n",
        },
    ),
    Mistake(
        "an unknown filter",
        f"{SLIDE}:9:",
        "filter `numbr`",
        "Did you mean `number`?",
        edits=((SLIDE, "line.error | number", "line.error | numbr"),),
    ),
    Mistake(
        "a filter with a wrong argument",
        f"{SLIDE}:9:",
        "`number` takes one argument",
        "Write `number` or `number(2)`.",
        edits=((SLIDE, "line.error | number(2)", "line.error | number('two')"),),
    ),
    Mistake(
        "an array where a number is due",
        f"{NEW}:1:",
        "`line.y` is an array",
        "Give `Result` a field of its own",
        {NEW: "# All of {{ line.y }}\n"},
        (("experiments/line.py", "y=y)", "y=y[:, None])"),),
    ),
    Mistake(
        "a value counted beyond the last",
        f"{NEW}:1:",
        "`line.error` has no element 3",
        "It has 3.",
        {NEW: "# The fourth {{ line.error[3] }}\n"},
    ),
    Mistake(
        "a figure without alternative text",
        f"{SLIDE}:7:",
        "figure without alternative text",
        "Say between the brackets",
        edits=((SLIDE, "{{ line.points }} points on a line", ""),),
    ),
    Mistake(
        "a picture without alternative text",
        f"{NEW}:3:",
        "figure without alternative text",
        "Say between the brackets",
        {NEW: "# New\n\n![](dot.png)\n", "deck/dot.png": b"\x89PNG\r\n\x1a\n"},
    ),
    Mistake(
        "a picture that is not there",
        f"{NEW}:3:",
        "no picture `dto.png`",
        "Did you mean `dot.png`?",
        {NEW: "# New\n\n![A dot](dto.png)\n", "deck/dot.png": b"\x89PNG\r\n\x1a\n"},
    ),
    Mistake(
        "a link to a slide that is not there",
        f"{NEW}:3:",
        "no slide `lines`",
        "Did you mean `line`?",
        {NEW: "# New\n\nSee [the line](#lines).\n"},
    ),
    Mistake(
        "a link to a file that is not there",
        f"{NEW}:3:",
        "`10-lines/20-lime.md`, which is no slide of this deck",
        "Did you mean `10-lines/20-line.md`",
        {NEW: "# New\n\nSee [the line](10-lines/20-lime.md).\n"},
    ),
    Mistake(
        "a link to a result that the deck does not have",
        f"{NEW}:3:",
        "no result `lime`",
        "Did you mean `line`?",
        {
            NEW: "# New\n\nSee [the line](#result-lime).\n",
            "deck/40-end.md": "---\nlayout: results\n---\n# End\n",
        },
    ),
    Mistake(
        "a link to a result that no slide shows",
        f"{NEW}:3:",
        "no slide of this deck shows `line`'s results",
        "Add one with `layout: results`",
        {NEW: "# New\n\nSee [the line](#result-line).\n"},
    ),
    Mistake(
        "the code of an unknown function",
        f"{NEW}:3:",
        "`line` has no function `rum`",
        "Did you mean `run`?",
        {NEW: '# New\n\n::: {code="line.rum"}\n:::\n'},
    ),
    Mistake(
        "two slides of one name",
        "deck/20-inputs/40-line.md:",
        "a second slide named `line`",
        "Rename the file",
        {"deck/20-inputs/40-line.md": "# Another line\n"},
    ),
    Mistake(
        "a slide that is not UTF-8",
        f"{NEW}:3:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {NEW: "# New\n\nGrün\n".encode("latin-1")},
    ),
    Mistake(
        "an experiment that is not UTF-8",
        "experiments/line.py:3:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"experiments/line.py": '"""A line."""\n\n# Grün\n'.encode("latin-1")},
    ),
    Mistake(
        "settings that are not UTF-8",
        "deck/deck.toml:2:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"deck/deck.toml": 'title = "A"\nauthor = "Jürgen"\n'.encode("latin-1")},
    ),
    Mistake(
        "a style sheet that is not UTF-8",
        "templates/css/slide.css:1:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"templates/css/slide.css": "/* Grün */".encode("latin-1")},
    ),
    Mistake(
        "a template that is not UTF-8",
        "templates/slide.html.j2:1:",
        "not UTF-8 text",
        "Save the file as UTF-8.",
        {"templates/slide.html.j2": "<p>Grün".encode("latin-1")},
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
    Mistake(
        "a template that cannot be read",
        "templates/layouts/split.html.j2:2:",
        "not a template",
        "",
        {"templates/layouts/split.html.j2": "<p>\n{% for x in %}\n"},
    ),
    Mistake(
        "a template with an undefined name",
        "templates/layouts/split.html.j2:3:",
        "'slyde' is undefined",
        "",
        {"templates/layouts/split.html.j2": "<p>\n</p>\n{{ slyde.texts }}\n"},
    ),
    Mistake(
        "a template that includes one that is not there",
        "templates/layouts/split.html.j2:2:",
        "layouts/splot.html.j2",
        "",
        {"templates/layouts/split.html.j2": '<p>\n{% include "layouts/splot.html.j2" %}\n'},
    ),
    Mistake(
        "a template that divides by zero",
        "templates/layouts/split.html.j2:2:",
        "division by zero",
        "",
        {"templates/layouts/split.html.j2": "<p>\n{{ slide.number / (total - total) }}\n"},
    ),
    Mistake(
        "an experiment that is not Python",
        "experiments/line.py:2:",
        "not valid Python",
        "",
        {"experiments/line.py": '"""A line."""\ndef run(:\n'},
    ),
    Mistake(
        "an experiment without a run",
        "experiments/line.py:",
        "no function `run`",
        "An experiment computes in `def run(*, ...) -> Result`.",
        edits=(("experiments/line.py", "def run(", "def ran("),),
    ),
    Mistake(
        "an experiment without a result",
        "experiments/line.py:",
        "no class `Result`",
        "`class Result(NamedTuple): ...`",
        edits=(("experiments/line.py", "class Result(", "class Results("),),
    ),
    Mistake(
        "a parameter without a default",
        "experiments/line.py:21:",
        "the parameter `points` of `run` has no default",
        "Its defaults are the parameters of a build on a CPU.",
        edits=(("experiments/line.py", "points: int = 8", "points: int"),),
    ),
    Mistake(
        "a profile that sets an unknown parameter",
        "experiments/line.py:43:",
        "`QUICK` sets `point`, which `run` does not take",
        "Did you mean `points`?",
        edits=(("experiments/line.py", "dict(points=3)", "dict(point=3)"),),
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_one_error_with_its_place_and_a_hint(
    mistake: Mistake, project: Project
) -> None:
    """The error names file, line and remedy; nothing is published."""
    for name, content in mistake.files.items():
        project.write(name, content)
    for name, old, new in mistake.edits:
        project.edit(name, old, new)
    published = project.output
    done = project.build()
    assert_refused(done, mistake.place, mistake.message, mistake.hint)
    assert project.output == published


def test_all_mistakes_of_a_deck_are_found_before_anything_runs(new_project: Project) -> None:
    """One build names every mistake in the slides, and no experiment starts meanwhile."""
    new_project.edit(SLIDE, "line.error", "line.eror")
    new_project.edit(SLIDE, "experiment:line.rising", "experiment:line.risng")
    new_project.edit("deck/20-inputs/30-inputs.md", "lazy.answer", "lazy.anser")
    new_project.edit("deck/20-inputs/30-inputs.md", "- files", "- [files](#fils)")
    done = new_project.build()
    assert done.code == 1
    assert [error.partition(": ")[2].partition("\n")[0] for error in done.errors] == [
        f"{new_project.root / SLIDE}:7: the experiment `line` has no figure `risng`",
        f"{new_project.root / SLIDE}:9: no value `line.eror`",
        f"{new_project.root / 'deck/20-inputs/30-inputs.md'}:4: no value `lazy.anser`",
        f"{new_project.root / 'deck/20-inputs/30-inputs.md'}:5: no slide `fils`",
    ]
    assert "Compute" not in done.out


def test_a_figure_without_alternative_text_is_found_before_anything_runs(
    new_project: Project,
) -> None:
    """The author need not wait for the experiments to hear of it."""
    new_project.edit(SLIDE, "{{ line.points }} points on a line", "")
    done = new_project.build()
    assert_refused(done, f"{SLIDE}:7:", "without alternative text", "Say between the brackets")
    assert "Compute" not in done.out


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
