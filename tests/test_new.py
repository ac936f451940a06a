"""`new`: decks, slides and experiments to begin with; and what other programs ask of commands."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import Done, Project, assert_refused


def test_a_new_deck_builds(project: Project) -> None:
    """In a folder of its own, with the templates that livedeck comes with."""
    done = project.call("new", "deck", "talk")
    assert (done.code, done.err) == (0, "")
    assert "Wrote    talk/deck/deck.toml" in done.out
    assert "Next: cd talk && python build.py" in done.out
    talk = Project(project.root / "talk")
    assert (talk.root / ".gitignore").read_text().splitlines()[0] == "/.livedeck/"
    done = talk.build("--profile", "quick")
    assert (done.code, done.err) == (0, "")
    assert done.made == ["first_thing", "first_thing.fit"]
    assert re.search("Simulated data: .*40.* points, noise .*0.5", talk.page)


def test_a_new_slide_comes_behind_all_but_the_last(project: Project) -> None:
    """Of its folder; the file's name becomes its address."""
    project.write("deck/99-end.md", "# The end\n")
    assert "Wrote    deck/21-my-slide.md" in project.call("new", "slide", "my-slide").out
    assert "Wrote    deck/10-lines/26-next.md" in project.call("new", "slide", "10-lines/next").out
    done = project.build()
    assert (done.code, done.err, done.made) == (0, "", [])
    places = [project.page.index(f'id="{name}"') for name in ("next", "my-slide", "end")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["slide"], "the new slide has no name: python build.py new slide NAME"),
        (["slide", "My slide"], "`My slide` is not a name for a slide: write it like my-slide"),
        (["slide", "../notes"], "`../notes` is not in deck"),
        (["slide", "30-part/first"], "no folder deck/30-part: make it"),
        (["deck", "deck"], "deck exists already, and is no empty folder"),
        (["deck", "build.py"], "build.py exists already, and is no empty folder"),
        (["experiment", "a-b"], "`a-b` is not a name for an experiment: write it like my_thing"),
    ],
)
def test_what_cannot_be_made_is_refused(words: list[str], message: str, project: Project) -> None:
    """With what to do; nothing is written."""
    before = sorted(project.root.rglob("*"))
    assert_refused(project.call("new", *words), message, "", code=2)
    assert sorted(project.root.rglob("*")) == before


def test_list_and_run_speak_json(project: Project) -> None:
    """And nothing else, also where something is computed."""
    listed = {each["name"]: each for each in json.loads(project.call("list", "--json").out)}
    assert listed["line"]["parameters"] == {"points": 8, "slope": 2.0}
    assert listed["line"]["values"] == ["slope", "points", "error", "y"]
    done = project.call("run", "line", "--set", "points=5", "--json", FORCE_COLOR="1")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert found["parameters"] == {"points": 5, "slope": 2.0}
    assert (found["values"]["points"], len(found["values"]["y"])) == (5, 5)
    assert found["figures"] == ["falling", "rising"]


def test_list_says_which_experiments_cannot_be_read(project: Project) -> None:
    """With file and line, behind all that can; the exit code tells too."""
    project.write("experiments/broken.py", "def run(:\n")
    done = project.call("list")
    assert_refused(done, "experiments/broken.py:1:", "not valid Python")
    assert "line(points=8, slope=2.0)" in done.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("build.py ru", {"run "}),
        ("build.py run l", {"lazy", "line"}),
        ("build.py explain --js", {"--json "}),
        ("build.py build --profile ", {"cpu", "gpu", "tpu", "quick"}),
    ],
)
def test_the_shell_is_told_what_could_come_next(
    line: str, offered: set[str], built: Project, tmp_path: Path
) -> None:
    """As argcomplete asks for it: commands, options, and the names of experiments."""
    answer = tmp_path / "answer"
    variables = {"COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_IFS": "\n"}
    done: Done = built.call(
        _ARGCOMPLETE="1", _ARGCOMPLETE_STDOUT_FILENAME=os.fspath(answer), **variables
    )
    assert (done.code, done.out) == (0, "")
    assert set(answer.read_text().splitlines()) == offered
