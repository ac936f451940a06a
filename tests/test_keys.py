"""A result is keyed by what it was made from: whatever else is edited, nothing reruns."""

import json
import os
import re
import sys
import textwrap
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import pytest

from tests.conftest import Project, imported
from tests.waiting import Line

LINE = "experiments/line.py"
SLIDE = "deck/10-lines/20-line.md"
HEAVY = {"jax", "matplotlib", "weasyprint", "numpy", "jinja2", "markdown_it", "rich", "pikepdf"}


@dataclass(frozen=True)
class Edit:
    """A text in a file, what it becomes, and what a build then computes."""

    title: str
    file: str
    old: str
    new: str
    made: tuple[str, ...]


EDITS = [
    Edit("a figure", LINE, "result.y, color", "result.y + 0, color", ("line.rising",)),
    Edit("a constant of a figure", LINE, "WIDTH = 2", "WIDTH = 3", ("line.rising",)),
    Edit("a run, the result as before", LINE, "range(points)", "range(0, points)", ("line",)),
    Edit(
        "a run and its result",
        LINE,
        "np.array([0.1, 0.2, 0.3])",
        "np.array([0.1, 0.2, 0.4])",
        ("line", "line.rising", "line.falling"),
    ),
    Edit("a helper of a run", LINE, "return slope * x", "return x * slope", ("line",)),
    Edit(
        "a module of helpers",
        "experiments/_shared.py",
        "2 * number",
        "number + number",
        ("borrowed", "lazy"),
    ),
    Edit("another experiment", "experiments/borrowed.py", "21", "22", ("borrowed",)),
    Edit("a file that a run opens", "deck/data/points.csv", "3,4", "3,5", ("table",)),
    Edit("the size of a figure", SLIDE, '"Made up")', '"Made up"){width=500}', ("line.rising",)),
    Edit("the layout of a slide", SLIDE, "layout: split", "layout: default", ("line.rising",)),
    Edit(
        "a colour of the theme",
        "templates/theme.toml",
        '"#2c5dbd"',
        '"#2c5dbe"',
        ("line.rising", "line.falling"),
    ),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.title)
def test_an_edit_reruns_exactly_what_depends_on_it(edit: Edit, project: Project) -> None:
    """Runs are repeated when their code or inputs change, figures when theirs or their result."""
    project.edit(edit.file, edit.old, edit.new)
    told = project.call("explain", "--json")
    done = project.build()
    assert (done.code, done.err, tuple(done.made)) == (0, "", edit.made)
    rows = json.loads(told.out)
    sure = {row["name"] for row in rows if row["state"] == "runs"}
    assert sure <= set(edit.made) <= {row["name"] for row in rows if row["state"] != "reused"}


def test_what_nothing_is_computed_from_reruns_nothing(project: Project) -> None:
    """Comments, docstrings, formatting, another profile, that time is measured, a slide, a file
    that nobody opens; but the slides are rendered again, for a docstring is the claim that they
    show."""
    project.edit(LINE, "A line goes up.", "A line goes up and up.")
    project.edit(LINE, "Computes the points one by one.", "Computes all points.")
    project.edit(LINE, "    y = np.array(", "    # one by one\n\n    y = (  np.array(")
    project.edit(LINE, "in track(range(points))])", "in track(range(points))]))")
    project.edit(LINE, "WIDTH = 2", "WIDTH = 2  # in points")
    project.edit(LINE, "dict(points=3)", "dict(points=4)\nTIMED = True")
    project.edit("experiments/_shared.py", "Twice a number", "Doubles it")
    project.edit("deck/data/shots/a.txt", "first", "best")
    project.edit(SLIDE, "It misses by", "It is off by")
    done = project.build()
    assert (done.code, done.made) == (0, [])
    assert "A line goes up and up." in project.page
    assert "It is off by" in project.page


def test_a_saved_file_without_an_edit_changes_nothing(project: Project) -> None:
    """Contents count, times don't."""
    for path in [*project.root.glob("deck/**/*"), *project.root.glob("experiments/*.py")]:
        os.utime(path, (0, 0))
    assert "Nothing has changed" in project.build().out


def test_a_module_that_a_helper_imports_counts(project: Project) -> None:
    """Imports are followed as far as they go."""
    project.write("experiments/_deep.py", "def twice(number):\n    return 2 * number\n")
    project.edit("experiments/_shared.py", "2 * number", "twice(number)")
    project.edit(
        "experiments/_shared.py", '"""\n\n\ndef', '"""\n\nfrom ._deep import twice\n\n\ndef'
    )
    assert project.build().made == ["borrowed", "lazy"]
    project.edit("experiments/_deep.py", "2 * number", "3 * number")
    done = project.build()
    assert done.made == ["borrowed", "lazy"]
    assert ">63</span>" in project.page


def test_a_module_that_a_figure_imports_redraws_that_figure_alone(project: Project) -> None:
    """Nothing is trained for a change of how it is drawn."""
    project.write("experiments/_strokes.py", "WIDE = 4\n")
    first = "    ax = fig.subplots()\n    ax.plot(result.y, c"
    project.edit(LINE, first, f"    from experiments import _strokes\n\n{first}")
    project.edit(LINE, "linewidth=WIDTH", "linewidth=_strokes.WIDE")
    assert project.build().made == ["line.rising"]
    project.edit("experiments/_strokes.py", "4", "5")
    assert project.build().made == ["line.rising"]


def test_a_file_that_changes_back_brings_its_result_back(project: Project) -> None:
    """The store keeps what was made from the former content."""
    project.edit("deck/data/points.csv", "3,4", "3,5")
    assert project.build().made == ["table"]
    project.edit("deck/data/points.csv", "3,5", "3,4")
    assert project.build().made == []


def test_an_experiment_that_is_edited_while_it_waits_runs_as_it_was_read(
    project: Project, line: Line
) -> None:
    """The key names what ran; the edit is for the next build."""
    project.edit("experiments/borrowed.py", "    return", f"    import os; {line.call}\n    return")
    project.edit("experiments/lazy.py", "number: int = 4", "number: int = 5")
    build = project.start("--no-pdf")
    line.wait()
    project.edit("experiments/lazy.py", "double(number)", "double(number) + 1")
    build.communicate()
    assert (build.returncode, ">10</span>" in project.page) == (0, True)
    assert project.build().made == ["lazy"]
    assert ">11</span>" in project.page
    project.edit("experiments/lazy.py", "double(number) + 1", "double(number)")
    assert project.build().made == []
    assert ">10</span>" in project.page


def test_a_figure_with_another_parameter_is_a_run_of_its_own(project: Project) -> None:
    """A name after `#` makes its values citable; the run with the defaults stays."""
    figure = "![A longer line](experiment:line.rising?points=12#wide)"
    project.write(
        "deck/30-wide.md", f"# {{{{ wide.points }}}} and {{{{ line.points }}}}\n\n{figure}\n"
    )
    done = project.build()
    assert done.made == ["wide", "wide.rising"]
    assert "12 and 8" in re.sub(r"<[^>]*>", "", project.page)
    results = json.loads(project.output["results.json"])["results"]
    assert results["wide"]["parameters"] == {"points": 12, "slope": 2.0}
    project.edit("deck/30-wide.md", "points=12", "points=13")
    assert project.build().made == ["wide", "wide.rising"]


def test_a_profile_changes_the_parameters(project: Project) -> None:
    """`--profile quick` computes the runs that have one anew; back without it, nothing runs."""
    done = project.build("--profile", "quick")
    assert done.made == ["line", "line.rising", "line.falling"]
    results = json.loads(project.output["results.json"])["results"]
    assert results["line"]["parameters"] == {"points": 3, "slope": 2.0}
    assert project.build().made == []
    results = json.loads(project.output["results.json"])["results"]
    assert results["line"]["parameters"] == {"points": 8, "slope": 2.0}


@pytest.mark.parametrize("name", ["arrays.npz", "manifest.json", "frame-000.svg"])
def test_a_damaged_entry_is_set_aside_and_made_anew(name: str, project: Project) -> None:
    """The build says so, and the deck is what it was."""
    of_results = [path.with_name(name) for path in project.manifests("line")]
    entries = project.root / ".livedeck" / "entries"
    path = next(path for path in (*of_results, *sorted(entries.rglob(name))) if path.exists())
    damaged = path.read_bytes()
    path.write_bytes(damaged[:-1] + bytes([damaged[-1] ^ 1]))
    page = project.page
    done = project.build("--force")
    assert (done.code, len(done.made)) == (0, 1)
    assert "was damaged; it was set aside and made anew" in done.out
    assert len(list((project.root / ".livedeck" / "damaged").iterdir())) == 1
    assert without_times(project.page) == without_times(page)
    assert project.build("--force").made == []


def without_times(page: str) -> str:
    """A page without how long its runs took."""
    return re.sub(r"\d+(\.\d+)?\s(ms|s)\b", "", page)


def test_the_results_file_says_what_the_slides_say(built: Project) -> None:
    """Every live number of the page is that of results.json, with its origin."""
    whole = json.loads(built.output["results.json"])
    values = {name: result["values"] for name, result in whole["results"].items()}
    assert whole["title"] == "A small deck"
    assert values["line"] == {
        "error": [0.1, 0.2, 0.3],
        "points": 8,
        "slope": 2.0,
        "y": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0],
    }
    text = re.sub(r"<[^>]*>", "", built.page)
    assert "A line rises by 2.00" in text
    assert "It misses by 0.20\u00a0±\u00a00.10" in text
    assert f"a helper: {values['borrowed']['answer']}" in text
    assert f"a helper imported within a function: {values['lazy']['answer']}" in text
    assert [values["table"][name] for name in ("total", "weight", "shots")] == [6, 0.75, 1]
    assert "files: 6, 0.75, 1" in text
    line = whole["results"]["line"]
    assert line["claim"] == "A line goes up."
    assert line["figures"] == ["line.rising", "line.falling"]
    assert line["provenance"]["device"] == "cpu"
    assert line["provenance"]["versions"]["numpy"] == np.__version__


def test_a_build_with_nothing_to_do_imports_nothing_heavy(built: Project) -> None:
    """It says that the deck is up to date and is gone."""
    command = [sys.executable, "-X", "importtime", "build.py", "--no-pdf"]
    done = built.execute(command)
    assert done.code == 0
    assert done.out == "Nothing has changed: output is up to date.\n"
    assert "livedeck" in imported(done)
    assert not imported(done) & HEAVY


TWIN = '''
    """A claim of its own: {number}."""

    from typing import NamedTuple


    class Result(NamedTuple):
        answer: float


    def run() -> Result:
        return Result(1.0)


    def drawn(fig, result):
        fig.subplots().plot([0, {number}])
'''


def test_experiments_that_compute_the_same_keep_their_own_figures_and_claims(
    project: Project,
) -> None:
    """Though the result is computed once, and the figures bear the same name."""
    for number in (3, 7):
        project.write(f"experiments/twin{number}.py", TWIN.format(number=number))
        figure = f"![Up to {number}](experiment:twin{number}.drawn)"
        project.write(
            f"deck/30-twin{number}.md", f"# Twin\n\n{{{{ twin{number}.answer }}}}\n\n{figure}\n"
        )
    done = project.build()
    assert done.code == 0, done.err
    assert {"twin3.drawn", "twin7.drawn"} <= set(done.made)
    results = json.loads(project.output["results.json"])["results"]
    for number in (3, 7):
        assert results[f"twin{number}"]["claim"] == f"A claim of its own: {number}."
    tables = re.findall(r'download="twin(.)\.drawn\.csv" href="data:[^,]*,([^"]*)"', project.page)
    last = {number: unquote(table).splitlines()[-1] for number, table in tables}
    assert last == {"3": "1,line 1,1,3", "7": "1,line 1,1,7"}


def test_figures_beside_reflection_are_figures_of_their_own(project: Project) -> None:
    """Though all of the module counts for each, and their result and size are the same."""
    figures = ("def one(fig, result):", "    fig.subplots().plot([0, 11])", "def two(fig, result):")
    project.write(
        "experiments/looking.py",
        textwrap.dedent(TWIN.format(number=3))
        + "\n\n"
        + "\n".join((*figures, "    fig.subplots().plot([0, 22])"))
        + "\n\nNAMES = sorted(globals())\n",
    )
    shown = "\n\n".join(f"![{name}](experiment:looking.{name})" for name in ("one", "two"))
    project.write("deck/30-looking.md", f"---\nlayout: grid\n---\n# Two\n\n{shown}\n")
    done = project.build()
    assert done.code == 0, done.err
    tables = re.findall(r'download="looking\.\w+\.csv" href="data:[^,]*,([^"]*)"', project.page)
    assert [unquote(table).splitlines()[-1][-2:] for table in tables] == ["11", "22"]
