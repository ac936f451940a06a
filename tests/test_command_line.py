"""The command line: what its commands print, in a terminal, too, and what it refuses."""

import json
import os
import re
import select
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.projects import environment
from tests.waiting import PATIENCE

LINE = "experiments/line.py"


def test_run_prints_the_values_that_slides_can_cite(project: Project) -> None:
    """Parameters are set on the command line; what is stored is not computed again."""
    done = project.call("run", "line")
    assert (done.code, done.err, done.made) == (0, "", [])
    assert re.search(r"^  line\.slope +2$", done.out, re.MULTILINE)
    assert re.search(r"^  line\.error +0\.2\u00a0±\u00a00\.1$", done.out, re.MULTILINE)
    assert "  ![what the figure shows](experiment:line.rising)" in done.out
    done = project.call("run", "line", "--set", "points=5")
    assert done.made == ["line?points=5"]
    assert re.search(r"^  line\.points +5$", done.out, re.MULTILINE)
    assert "(experiment:line.rising?points=5)" in done.out


def test_run_prints_what_a_slide_can_hold_whatever_the_parameters_are(project: Project) -> None:
    """A text with spaces and brackets comes back from the slide as it was given."""
    project.edit("experiments/line.py", "slope: float = 2.0", "slope: float = 2.0, name: str = ''")
    done = project.call("run", "line", "--set", "name=a (100 %) line?", "--set", "points=5")
    line = next(line.strip() for line in done.out.splitlines() if ".rising" in line)
    project.write("deck/30-new.md", f"# New\n\n{line.replace(')', '#new)')}\n")
    done = project.build()
    assert done.code == 0, done.err
    parameters = json.loads(project.output["results.json"])["results"]["new"]["parameters"]
    assert parameters == {"name": "a (100 %) line?", "points": 5, "slope": 2.0}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "lime"], "no experiment `lime`. Did you mean `line`"),
        (["run", "line", "--set", "point=5"], "`line` has no parameter `point`"),
        (["run", "line", "--set", "points"], "`points` is not NAME=VALUE"),
        (["run", "line", "--set", "points=1", "--set", "points=2"], "`points` is given twice"),
        (["run", "line", "--set", "points=1&slope=2"], "no slide could write a value with `&`"),
        (["run", "line", "--set", "points={1}"], "`{1}` is no plain value"),
        (["--output", "."], "`--output .` is, or holds, `.`, where sources are"),
        (["--output", ".."], "where sources are. Name a folder of its own"),
        (["--output", "deck"], "`--output deck` is, or holds, `deck`"),
        (["--output", "deck/built"], "`--output deck/built` lies in `deck`"),
        (["clean", "--store", "."], "`--store .` is, or holds, `.`"),
        (["clean", "--store", "experiments/kept"], "lies in `experiments`"),
        (["run"], "required: experiment"),
        (["explan"], "unrecognized arguments: explan. Did you mean `explain`?"),
        (["--no-pfd"], "unrecognized arguments: --no-pfd"),
        (["--profile", "fast"], "invalid choice: 'fast'"),
    ],
)
def test_a_wrong_usage_exits_with_2(words: list[str], message: str, built: Project) -> None:
    """It says what is wrong, and nothing runs."""
    done = built.call(*words)
    assert (done.code, done.out, done.traceback) == (2, "", False)
    assert message in done.err


def test_list_shows_every_experiment(built: Project) -> None:
    """With its parameters, claim, figures and values; helpers are none."""
    done = built.call("list")
    assert (done.code, done.err) == (0, "")
    assert "_shared" not in done.out
    assert done.out.startswith("borrowed(number=21)\n  A helper doubles a number.\n")
    start = done.out.index("line(points=8, slope=2.0)")
    assert done.out[start:].splitlines()[:4] == [
        "line(points=8, slope=2.0)",
        "  A line goes up.",
        "  figures: rising, falling",
        "  values:  slope, points, error, y",
    ]


def test_list_shows_brackets_as_they_are(project: Project) -> None:
    """They mean nothing to the terminal."""
    project.edit("experiments/line.py", "slope: float = 2.0", "slope: str = '[red]2[/red]'")
    assert "line(points=8, slope='[red]2[/red]')" in project.call("list").out


def test_help_names_every_command(built: Project) -> None:
    """With examples to copy."""
    done = built.call("--help")
    assert done.code == 0
    for command in ("build", "run", "list", "explain", "verify", "new", "clean"):
        assert re.search(rf"^    {command} ", done.out, re.MULTILINE)
    assert "python build.py run digits" in done.out


def test_a_terminal_shows_which_experiment_runs_and_how_far_it_is(
    project: Project, tmp_path: Path
) -> None:
    """The display is gone at the end, and what was done stays."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    project.edit(LINE, "slope: float = 2.0", "slope: float = 2.5")
    project.edit(LINE, "    return Result(", f"    open({str(gate)!r}).close()\n    return Result(")
    shown = in_terminal(project, project.command("--no-pdf"), r"Compute .*line .*step 8/8", gate)
    assert re.search(r"Compute .*line .*parameter `slope`: 2\.0 → 2\.5", shown)
    assert "\x1b[?25h" in shown  # the cursor is back
    assert re.search(r"Done +\S* in [\d.]+ s\s*$", shown)


def in_terminal(project: Project, command: list[str], awaited: str, gate: Path) -> str:
    """What a command writes when its user watches it, who opens a gate as soon as they see what
    they wait for."""
    own, its = os.openpty()
    child = os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(project.root), *command],
        environment(TERM="xterm", COLUMNS="150"),
        file_actions=[
            (os.POSIX_SPAWN_DUP2, its, 1),
            (os.POSIX_SPAWN_DUP2, its, 2),
            (os.POSIX_SPAWN_CLOSE, own),
        ],
    )
    os.close(its)
    written, opened = b"", -1
    while True:
        ready, _, _ = select.select([own], [], [], PATIENCE)
        assert ready, f"nothing more after {written!r}"
        try:
            written += os.read(own, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if opened < 0 and re.search(awaited, written.decode("utf-8", "replace")):
            opened = os.open(gate, os.O_RDWR)  # waits for nobody to read
    os.close(own)
    os.close(opened)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return written.decode()
