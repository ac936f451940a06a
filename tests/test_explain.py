"""`explain` says of everything in a deck what a build would do, and which input changed."""

import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from livedeck.keys.edits import code_words, diff, file_words
from tests.conftest import Project, imported, write_experiment
from tests.projects import contents

LINE = "experiments/line.py"
SLIDE = "deck/10-lines/20-line.md"
HEAVY = {"jax", "matplotlib", "weasyprint", "pikepdf", "flax", "scipy", "sklearn"}
HEIGHT = """\
total = 0.0
    for _ in range(x):
        total += slope  # step by step
    return total"""
THREE = "`A, B = (1, 2)` → `A, B = (1, 3)`, `C = 1` → `C = 2`, `D = 1` is gone, and 1 more"
WORDS = [
    ("NOISE = 0.5", "NOISE = 1.0", "`NOISE = 0.5` → `NOISE = 1.0`"),
    ("A = 1", "A = 1\nB = 2", "`B = 2` is new"),
    ("A = 1\nB = 2", "A = 1", "`B = 2` is gone"),
    ("import os", "import sys", "`import os` is gone, `import sys` is new"),
    ("A = 1\nB = 2", "B = 2\nA = 1", "its statements have another order"),
    ("def f():\n    return 1", "def f():\n    return 2", "`return 1` → `return 2` in `f`"),
    ("def f():\n    return 1", "def f():\n    x = 1\n    return x", "`f` was edited"),
    ("def f():\n    return 1", "def g():\n    return 1", "`f` is gone, `g` is new"),
    (f"A = {list(range(50))}", f"A = {list(range(51))}", "`… 49]` → `… 49, 50]` in `A`"),
    (
        "A = 1\nB = 1\nC = 1\nD = 1\nE = 1",
        "",
        "`A = 1` is gone, `B = 1` is gone, `C = 1` is gone, and 2 more",
    ),
]
LINES = [
    ("a\fb\u2028c\nd\n", "a\fb\u2028c\ne\n", "was edited in line 2: `d` → `e`"),
    ("x,y\n1,2\n", "x,y\n1,3\n", "was edited in line 2: `1,2` → `1,3`"),
    ("x\n1\n", "x\n1\n2\n", "has a new line 3: `2`"),
    ("x\n1\n2\n", "x\n2\n", "lacks its line 2: `1`"),
    ("1\n2\n3\n", "3\n2\n1\n", "was edited"),
    ("1\n2\n", "1\r\n2\r\n", "was edited: how its lines end"),
    ("a\x1b[2Jb\n", "a\n", "was edited in line 1: `a\ufffd[2Jb` → `a`"),
]


@pytest.fixture(scope="session")
def edited(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project with an input of every kind edited since its build; not to be changed."""
    project = built.copy(tmp_path_factory.mktemp("edited"))
    project.edit(LINE, "slope: float = 2.0", "slope: float = 2.5")
    project.edit(LINE, "return slope * x", HEIGHT)
    project.edit("experiments/_shared.py", "2 * number", "number + number")
    project.edit("deck/data/points.csv", "3,4", "3,5")
    project.write("deck/data/shots/b.txt", "second")
    np.save(project.root / "deck" / "data" / "weights.npy", np.array([0.25, 0.5, 1.0]))
    return project


def explained(project: Project, *words: str, **variables: str) -> list[str]:
    """The lines that `explain` prints."""
    done = project.call("explain", *words, **variables)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def rows(project: Project, *words: str) -> dict[str, dict]:
    """What `explain --json` says, by name."""
    return {row["name"]: row for row in json.loads(project.call("explain", *words, "--json").out)}


def test_a_line_for_each_thing_names_what_changed(edited: Project) -> None:
    """Old against new; where a piece of code has no short words, its name."""
    double = "experiments/_shared.py: `return 2 * number` → `return number + number` in `double`"
    files = (
        "deck/data/points.csv was edited in line 3: `3,4` → `3,5`",
        "deck/data/weights.npy was edited: 144 → 152 bytes",
        "deck/data/shots: `b.txt` is new",
    )
    assert explained(edited) == [
        "runs    line  parameter `slope`: 2.0 → 2.5; `_height` was edited",
        "waits     line.rising  for its result",
        "waits     line.falling  for its result",
        f"runs    borrowed  {double}",
        f"runs    lazy  {double}",
        f"runs    table  {'; '.join(files)}",
    ]


def test_what_was_edited_is_shown_without_what_does_not_count(edited: Project) -> None:
    """With the name of a figure: its result, where that came from, and the lines of code, in
    which comments do not stand, for they change nothing."""
    lines = explained(edited, "line.rising")
    assert re.fullmatch(
        r" {10}before: made with points=8, slope=2.0 · CPU · .* · key \w{8}", lines[1]
    )
    del lines[1]
    assert lines == [
        "runs    line  2 inputs changed",
        "          parameter `slope`: 2.0 → 2.5",
        "          `_height` was edited",
        "             def _height(x, slope):",
        "            -    return slope * x",
        "            +    total = 0.0",
        "            +    for _ in range(x):",
        "            +        total += slope",
        "            +    return total",
        "waits     line.rising  for its result  (deck/10-lines/20-line.md:7)",
    ]


def test_a_number_is_told_with_its_value_and_its_origin(edited: Project) -> None:
    """The value is the last one; one element of a value over seeds has a name too."""
    result, *_, number = explained(edited, "line.error[1]")
    assert result == "runs    line  2 inputs changed"
    assert number == "waits     line.error[1] = 0.2"
    assert rows(edited, "line.error[1]")["line.error[1]"]["value"] == 0.2
    assert explained(edited, "borrowed.answer")[2] == "waits     borrowed.answer = 42"


def test_a_slide_is_told_with_all_that_is_on_it(built: Project) -> None:
    """By its id, its path or its file's name: numbers in title, alternative text and body as they
    read there, and figures, each with its line."""
    told = explained(built, "--slide", "line")
    assert re.fullmatch(r" {10}made with points=8, slope=2.0 · CPU · .* · key \w{8}", told[2])
    assert [told[0], told[1], *told[3:]] == [
        "line  deck/10-lines/20-line.md",
        "reused  line",
        "reused    line.slope = 2.00  (line 5)",
        "reused    line.rising  (line 7)",
        "reused    line.points = 8  (line 7)",
        "reused    line.error = 0.20\u00a0±\u00a00.10  (line 9)",
    ]
    assert explained(built, "--slide", SLIDE) == told
    assert explained(built, "--slide", "20-line.md") == told
    assert explained(built, "--slide", "start")[1:] == ["Nothing on this slide is computed."]


def test_a_run_with_another_parameter_has_two_names(project: Project) -> None:
    """The one that its slide gives it and its address; the experiment's name means all its runs."""
    figure = "![A longer line](experiment:line.rising?points=12#wide)"
    project.write("deck/30-wide.md", f"# {{{{ wide.points }}}}\n\n{figure}\n")
    wide = rows(project, "wide")
    assert set(wide) == {"wide", "wide.rising"}
    assert wide["wide"]["why"] == "nothing like it is in the store"
    assert rows(project, "line?points=12") == wide
    assert rows(project, "experiment:line.rising?points=12#wide") == wide
    assert {"line", "line.falling", "wide", "wide.rising"} <= set(rows(project, "line"))
    assert set(rows(project, "line.points")) == {"line", "line.points"}
    assert rows(project, "wide.points")["wide.points"]["value"] is None


def test_machines_are_told_the_same(edited: Project) -> None:
    """Every field that the manual names."""
    told = rows(edited, "line.rising")
    assert set(told["line"]) == {
        *("kind", "name", "state", "why", "changes", "compared_with", "experiment", "origin"),
        "said",
    }
    slope, height = told["line"]["changes"]
    assert slope == {
        "input": "parameter slope",
        "old": "2.0",
        "new": "2.5",
        "words": "parameter `slope`: 2.0 → 2.5",
        "diff": [],
    }
    assert (height["input"], len(height["old"]), height["words"]) == (
        "source _height",
        64,
        "`_height` was edited",
    )
    assert "-    return slope * x" in height["diff"]
    origin = told["line"]["origin"]
    assert origin["key"] == told["line"]["compared_with"]
    assert origin["parameters"] == {"points": 8, "slope": 2.0}
    assert (origin["device"], origin["versions"]["numpy"]) == ("CPU", np.__version__)
    assert told["line.rising"] == {
        "kind": "figure",
        "name": "line.rising",
        "state": "waits",
        "why": "waits for its result",
        "changes": [],
        "compared_with": None,
        "size": [662, 480],
        "slide": SLIDE,
        "line": 7,
    }


def test_figures_have_reasons_of_their_own(project: Project) -> None:
    """Constants, colours, the size of the place; each old against new."""
    project.edit(LINE, "WIDTH = 2", "WIDTH = 3")
    project.edit("templates/theme.toml", '"#2c5dbd"', '"#2c5dbe"')
    project.edit(SLIDE, '"Made up")', '"Made up"){width=500}')
    told = rows(project, "line")
    assert told["line"]["state"] == "reused"
    assert told["line.rising"]["why"] == (
        "`WIDTH = 2` → `WIDTH = 3`; size: 662 x 480 → 500 x 480; "
        "colour `light series-1`: #2c5dbd → #2c5dbe"
    )
    assert told["line.falling"]["why"] == "colour `light series-1`: #2c5dbd → #2c5dbe"


def test_a_build_says_why_in_the_same_words(edited: Project, tmp_path: Path) -> None:
    """They are kept with the published deck."""
    project = edited.copy(tmp_path / "project")
    told = {row["name"]: row["why"] for row in rows(project).values() if row["state"] == "runs"}
    assert project.build().code == 0
    made = json.loads(project.output["build.json"])["made"]
    assert {name: made[f"result {name}"] for name in told} == told


def test_the_deck_that_was_published_is_what_counts(project: Project) -> None:
    """Not what somebody has tried out since; what is as it was once is simply reused."""
    project.edit("deck/data/points.csv", "3,4", "3,5")
    assert project.call("run", "table").made == ["table"]
    assert rows(project, "table")["table"]["state"] == "reused"
    project.edit("deck/data/points.csv", "3,5", "3,6")
    assert "`3,4` → `3,6`" in rows(project, "table")["table"]["why"]
    shutil.rmtree(project.root / "output")
    assert "`3,5` → `3,6`" in rows(project, "table")["table"]["why"]
    project.edit("deck/data/points.csv", "3,6", "3,4")
    assert rows(project, "table")["table"]["state"] == "reused"


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("WIDTH = 1")])
def test_texts_that_are_gone_or_altered_are_not_shown(spoil, project: Project) -> None:
    """What changed is still named, and a build needs none of them."""
    for path in (project.root / ".livedeck" / "sources").iterdir():
        spoil(path)
    project.edit(LINE, "WIDTH = 2", "WIDTH = 3")
    project.edit("deck/data/points.csv", "3,4", "3,5")
    told = rows(project)
    assert told["line.rising"]["why"] == "the code outside of its definitions was edited"
    assert told["table"]["why"] == "deck/data/points.csv was edited"
    done = project.build()
    assert (done.code, done.made) == (0, ["line.rising", "table"])


def test_hidden_files_and_those_from_elsewhere_are_not_copied(
    project: Project, tmp_path: Path
) -> None:
    """They may hold what nobody else is to read; only how large they are is kept."""
    files = [tmp_path / "elsewhere.txt", project.root / ".token"]
    for path in files:
        path.write_text("first secret")
    names = (str(files[0]), ".token")
    body = f"return Result(answer=sum(len(open(name).read()) for name in {names!r}))"
    write_experiment(project, "secret", body)
    (tmp_path / "temporary").mkdir()  # else all of this lay among files that do not count
    assert project.build(TMPDIR=str(tmp_path / "temporary")).made == ["secret"]
    kept = contents(project.root / ".livedeck" / "sources").values()
    assert not any(b"first secret" in data for data in kept)
    for path in files:
        path.write_text("the second secret")
    why = rows(project, "secret")["secret"]["why"]
    assert why == "; ".join(f"{n} was edited: 12 → 17 bytes" for n in sorted((".token", names[0])))


def test_explain_touches_nothing(edited: Project, tmp_path: Path) -> None:
    """Not even an entry that is damaged, which it names."""
    project = edited.copy(tmp_path / "project")
    (lazy,) = [
        path.parent
        for path in (project.root / ".livedeck" / "entries").rglob("manifest.json")
        if json.loads(path.read_text())["name"] == "lazy"
    ]
    project.edit("experiments/_shared.py", "number + number", "2 * number")
    (lazy / "arrays.npz").write_bytes(b"damaged")
    before = contents(project.root)
    assert rows(project, "lazy")["lazy"]["why"] == "its entry in the store was damaged"
    assert {n: d for n, d in contents(project.root).items() if "/templates/" not in n} == {
        n: d for n, d in before.items() if "/templates/" not in n
    }


def test_a_result_of_an_accelerator_is_told_as_a_build_takes_it(project: Project) -> None:
    """Without a profile it is kept on a machine without that device."""
    project.edit(LINE, "QUICK = dict(points=3)", "GPU = dict(points=12)")
    assert project.build("--profile", "gpu").code == 0
    done = project.call("explain", "line", "--json", JAX_PLATFORMS="cpu")
    line, *_ = json.loads(done.out)
    assert (line["state"], line["origin"]["parameters"]["points"]) == ("reused", 12)


def test_a_narrow_terminal_wraps_and_needs_no_colour(edited: Project) -> None:
    """Nothing reaches over its edge, and no state is told by colour alone."""
    for words in ([], ["line"], ["--slide", "inputs"]):
        lines = explained(edited, *words, FORCE_COLOR="1", COLUMNS="40")
        plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]
        assert max(map(len, plain)) <= 40
        assert any(line.startswith(("waits ", "runs ")) for line in plain)
    bare = "".join(explained(edited, FORCE_COLOR="1", NO_COLOR="1"))
    assert not re.search(r"\x1b\[3\d", bare)


def test_a_new_deck_has_nothing_to_compare_with(new_project: Project) -> None:
    """Nothing is computed to say so."""
    told = explained(new_project)
    assert "runs    line  nothing like it is in the store" in told
    assert not any("reused" in line for line in told)
    assert "          before: no result" in explained(new_project, "line")
    assert explained(new_project, "line.slope")[-1] == "waits     line.slope = none yet"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lime"], "the deck has no experiment `lime`. Did you mean `line`"),
        (
            ["line.raising"],
            "no figure and no value `raising`. Did you mean `line.rising`",
        ),
        (["line?points=3"], "the deck has no run `line?points=3`"),
        (["line?points"], "`points` is not a parameter and its value"),
        (["no such thing"], "`no such thing` names nothing in a deck"),
        (["--slide", "lime"], "the deck has no slide `lime`. Did you mean `line`"),
        (["line", "--slide", "line"], "the name of something or `--slide`, not both"),
    ],
)
def test_what_the_deck_does_not_have_is_a_wrong_usage(
    words: list[str], message: str, built: Project
) -> None:
    """With the nearest names."""
    done = built.call("explain", *words)
    assert (done.code, done.out, done.traceback) == (2, "", False)
    assert message in done.err


def test_explain_imports_nothing_heavy(edited: Project) -> None:
    """It looks things up and computes nothing."""
    done = edited.execute([sys.executable, "-X", "importtime", "build.py", "explain", "line"])
    assert "livedeck" in imported(done)
    assert not imported(done) & HEAVY


@pytest.mark.parametrize(("old", "new", "words"), WORDS)
def test_edited_code_in_words(old: str, new: str, words: str) -> None:
    """Constants old against new, definitions by name."""
    assert code_words(old, new) == words


@pytest.mark.parametrize(("old", "new", "words"), LINES)
def test_edited_text_in_words(old: str, new: str, words: str) -> None:
    """One line old against new; nothing in it can move a terminal's cursor."""
    assert file_words(old, new) == words


def test_a_diff_of_texts_that_have_nothing_in_common_is_made_at_once() -> None:
    """Looking for what stayed the same could take minutes."""
    old, new = (
        "\n".join(["head", *(f"{word} {i % 7}" for i in range(20_000))]) for word in ("a", "b")
    )
    lines = diff(old, new)
    assert lines[0] == "@@ -2,20000 +2,20000 @@"
    assert len(lines) == 40_001
