"""Whatever is wrong on a slide, the build says what and where, and the last deck stays."""

import re

import pytest

from tests.conftest import Project, assert_refused
from tests.mistake import Mistake, assert_told

SLIDE = "deck/10-lines/20-line.md"
NEW = "deck/30-new.md"

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
        "front matter with a tag that its value does not suit",
        f"{NEW}:2:",
        "`kicker` is not a text",
        "Quote a text",
        {NEW: "---\nkicker: !!int one\n---\n# New\n"},
    ),
    Mistake(
        "a filter for a number that is too large for it",
        f"{NEW}:1:",
        "`percent` cannot show a number beyond 1e308",
        "Cite it without a filter",
        {NEW: "# {{ line.points | percent }}\n"},
        (("experiments/line.py", "points=points", "points=10**400"),),
    ),
    Mistake(
        "a link to a file that is not there, with signs of more than one byte",
        f"{NEW}:3:",
        "`20-übung.md`, which is no slide",
        "Did you mean `30-übung.md`",
        {NEW: "# New\n\nSee [this](20-übung.md).\n", "deck/30-übung.md": "# Übung\n"},
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
        "a parameter that reads differently in every process",
        f"{SLIDE}:7:",
        "`{1,2}` is no plain value",
        "Write `experiment:name.figure`",
        edits=((SLIDE, "experiment:line.rising", "experiment:line.rising?points={1,2}"),),
    ),
    Mistake(
        "the name of another experiment for a run",
        f"{NEW}:3:",
        "`table` is an experiment",
        "Choose another name after `#`",
        {NEW: "# New\n\n![A line](experiment:line.rising?points=9#table)\n"},
    ),
    Mistake(
        "an unknown value in a caption below an alternative text of two lines",
        f"{NEW}:4:",
        "no value `line.pionts`",
        "Did you mean `line.points`?",
        {NEW: '# New\n\n![A\nline](experiment:line.rising "{{ line.pionts }}")\n'},
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
        "texts without saying which",
        f"{NEW}:3:",
        "`a live value` needs a number, and these are texts",
        "Cite one of them: `[0]`.",
        {
            NEW: "# New\n\nThey are {{ kinds.words }}.\n",
            "experiments/kinds.py": """
                from typing import NamedTuple


                class Result(NamedTuple):
                    words: tuple[str, ...]


                def run() -> Result:
                    return Result(("one", "two"))
            """,
        },
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
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_a_mistake_is_one_error_with_its_place_and_a_hint(
    mistake: Mistake, project: Project
) -> None:
    """The error names file, line and remedy; nothing is published."""
    assert_told(mistake, project)


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


def test_what_is_unusual_but_right_is_taken(new_project: Project) -> None:
    """Dates that are none but words, links that browsers follow or write in their own way, pictures
    of every kind, numbers without end."""
    new_project.edit("experiments/line.py", "points=points", "points=10**400")
    dot = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    new_project.write("deck/my picture.GIF", dot)
    new_project.write("deck/30-größe übung.md", "---\nid: size\n---\n# Size\n")
    new_project.write("deck/50-end.md", "---\nlayout: results\n---\n# End\n")
    new_project.write(
        NEW,
        """
        ---
        kicker: 2024-13-45
        ---
        # New

        [One](tel:+49123), [two](MAILTO:ann@example.org), [three](<30-größe übung.md>),
        [four](30-gr%C3%B6%C3%9Fe%20%C3%BCbung.md), [five](#result-größe)

        ![A dot](<my picture.GIF>){width="4%"}

        ![A line](experiment:line.falling?slope=3.0#größe){height=300 .fragment}
        """,
    )
    done = new_project.build()
    assert (done.code, done.err) == (0, "")
    page = new_project.page
    assert "2024-13-45" in page
    assert 'src="data:image/gif;' in page
    for address in ("tel:+49123", "MAILTO:ann@example.org", "#size", "#result-gr%C3%B6%C3%9Fe"):
        assert f'href="{address}"' in page
    assert page.count('href="#size"') >= 2


def test_code_is_shown_whole_whatever_stands_above_it(project: Project) -> None:
    """Python counts no line for a form feed or for a sign that ends lines elsewhere."""
    project.edit(
        "experiments/line.py", "\n\n\ndef run(", "\n\n\f# here\u2028 and there\n\ndef run("
    )
    project.write(NEW, '# New\n\n::: {code="line.run"}\n:::\n')
    done = project.build()
    assert (done.code, done.made) == (0, []), done.err
    section = project.page.partition('id="new"')[2].partition("</section>")[0]
    code = re.sub(r"<[^>]*>", "", section.partition("<code")[2].partition("</code>")[0])
    assert code.partition(">")[2].strip().startswith("def run(")
    assert "return Result(" in code
