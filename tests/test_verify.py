"""`verify` runs experiments again, apart from the store, and compares the results bit by bit."""

import json
import os
import re
from pathlib import Path

import pytest

from livedeck.store.entry import digest
from tests.conftest import Project, assert_refused, write_experiment
from tests.projects import contents

LINE = "experiments/line.py"
DRIFTING = """\
    import numpy as np
    again = os.path.getmtime({flag!r}) > 0  # times are no inputs
    close = np.array([0.5, 0.973, 0.25], np.float32)
    close[1] += again * np.float32(0.001)
    return Result(
        answer=100.0 * (1 + again),
        close=close,
        zero=np.array([1.0, -0.0 if again else 0.0]),
        word="late" if again else "early",
        size=np.zeros((2, 3 + again)),
        same=np.arange(3),
    )
"""
FIELDS = "close: object\n    zero: object\n    word: str\n    size: object\n    same: object"


@pytest.fixture
def drifting(project: Project, tmp_path: Path) -> tuple[Project, Path]:
    """A project with an experiment whose result is another once a file exists, which no run is
    seen to open."""
    flag = tmp_path / "again"
    flag.touch()
    os.utime(flag, (0, 0))
    body = DRIFTING.format(flag=str(flag)).strip()
    write_experiment(project, "drifting", body)
    project.edit("experiments/drifting.py", "answer: float", f"answer: float\n    {FIELDS}")
    assert project.build().code == 0
    return project, flag


def untouched(project: Project) -> dict[str, bytes]:
    """All that a check must leave as it was."""
    return contents(project.root / ".livedeck") | contents(project.root / "output")


def test_what_comes_out_the_same_is_equal(project: Project) -> None:
    """Results, and with `--figures` every file of every figure; the store, the deck and the
    folder for temporary files are as before."""
    before = untouched(project)
    folder = project.root / "temporary"
    folder.mkdir()
    done = project.call("verify", "--figures", TMPDIR=str(folder))
    assert (done.code, done.err) == (0, "")
    lines = [re.sub(r"  [\d.]+\s(s|ms)$", "", line) for line in done.out.splitlines()]
    assert lines == [
        "equal       line",
        "equal         line.rising at 662 x 480",
        "equal         line.falling at 1152 x 384",
        "equal       borrowed",
        "equal       lazy",
        "equal       table",
        "Verify   6 equal",
    ]
    assert untouched(project) == before
    assert list(folder.iterdir()) == []


def test_what_differs_is_named_the_largest_first(drifting: tuple[Project, Path]) -> None:
    """With the place of the largest difference, its size, and the exit code for CI; a zero's sign
    counts as well, and what is the same is not mentioned."""
    project, flag = drifting
    assert project.call("verify", "drifting").code == 0
    flag.touch()
    before = untouched(project)
    done = project.call("verify", "drifting", "line")
    assert (done.code, done.err) == (1, "error: 1 of 2 did not come out the same\n")
    first, *lines = done.out.splitlines()
    assert first.startswith("differs     drifting")
    assert lines[:5] == [
        "              drifting.size: shape (2, 3) → (2, 4)",
        "              drifting.word: 'early' → 'late'",
        "              drifting.answer: 100.0 → 200.0 (by 1e+02, relative 0.5)",
        "              drifting.close[1]: 0.973 → 0.974 (1 of 3 differ; by 0.001, relative 0.001)",
        "              drifting.zero[1]: 0.0 → -0.0 (1 of 2 differ; by 0, relative 0)",
    ]
    assert lines[5].startswith("equal       line")
    assert lines[6:] == ["Verify   1 equal, 1 differs"]
    assert untouched(project) == before
    done = project.call("verify", "drifting", "--json")
    told = json.loads(done.out)
    (check,) = told["checks"]
    assert (done.code, told["seed"]) == (1, None)
    assert (check["kind"], check["name"], check["state"]) == ("result", "drifting", "differs")
    close = check["differences"][3]
    assert abs(close.pop("absolute") - 0.001) < 1e-6
    assert abs(close.pop("relative") - 0.001 / 0.974) < 1e-6
    assert close == {
        "field": "close",
        "index": [1],
        "old": "0.973",
        "new": "0.974",
        "count": 1,
        "size": 3,
        "what": "",
        "words": lines[3].strip(),
    }
    assert check["differences"][0]["absolute"] is None


def test_a_figure_that_comes_out_another_is_named_with_its_files(project: Project) -> None:
    """Its result is equal all the same."""
    project.edit(LINE, "import numpy as np\n", "import os\n\nimport numpy as np\n")
    late = "result.y * os.path.getmtime(__file__), color"
    project.edit(LINE, "result.y[::-1], color", late)
    assert project.build().code == 0
    os.utime(project.root / LINE, (1, 1))
    done = project.call("verify", "line", "--figures")
    assert done.code == 1
    result, rising, falling, total = done.out.splitlines()
    assert result.startswith("equal       line  ")
    assert rising.startswith("equal         line.rising at 662 x 480")
    assert "at 1152 x 384  data.csv, figure.pdf, frame-000.svg" in falling
    assert falling.startswith("differs ")
    assert total == "Verify   2 equal, 1 differs"


def test_a_sample_is_repeated_by_its_seed(project: Project) -> None:
    """Which is printed, also for machines."""
    done = project.call("verify", "--sample", "2")
    head, *rest = done.out.splitlines()
    (seed,) = re.findall(r"^Sample   2 of 4, repeated by --seed (\d+)$", head)
    assert (done.code, rest[-1]) == (0, "Verify   2 equal")
    told = json.loads(project.call("verify", "--sample", "2", "--seed", seed, "--json").out)
    assert told["seed"] == int(seed)
    names = [check["name"] for check in told["checks"]]
    assert names == [line.split()[1] for line in rest[:-1]]


def test_what_measures_time_is_not_compared(project: Project) -> None:
    """Its module says so, which is no part of what it computes; and if that was all, nothing has
    been verified."""
    project.edit(LINE, "WIDTH = 2", "WIDTH = 2\nTIMED = True")
    assert project.build().made == []
    done = project.call("verify", "line", "lazy")
    assert done.code == 0
    assert done.out.splitlines()[0] == "not checked line  measures time, not compared"
    assert done.out.splitlines()[-1] == "Verify   1 equal, 1 not checked"
    done = project.call("verify", "line")
    assert (done.code, done.err) == (1, "error: nothing was compared\n")


@pytest.mark.parametrize("line", ["TIMED = 1", "TIMED: bool = WIDTH > 1", "TIMED |= True"])
def test_whether_time_is_measured_is_said_plainly(line: str, project: Project) -> None:
    """It is read without running the module."""
    project.edit(LINE, "WIDTH = 2", f"WIDTH = 2\n{line}")
    done = project.build()
    assert_refused(done, "line.py:43:", "`TIMED` is not True or False", "TIMED = True")


def test_a_result_of_a_device_that_is_not_here_is_not_checked(project: Project) -> None:
    """It says which device made it; it does not pass in silence."""
    for path in (project.root / ".livedeck" / "entries").rglob("manifest.json"):
        manifest = json.loads(path.read_text())
        if manifest["name"] == "lazy":
            manifest.pop("digest")
            manifest["provenance"] |= {"device": "gpu", "device name": "Imaginary 9000"}
            path.write_text(json.dumps({**manifest, "digest": digest(manifest)}))
    done = project.call("verify", "lazy", "borrowed", JAX_PLATFORMS="cpu")
    first, second, total = done.out.splitlines()
    assert first == "not checked lazy  made on a GPU (Imaginary 9000), which is not here"
    assert second.startswith("equal       borrowed")
    assert (done.code, total) == (0, "Verify   1 equal, 1 not checked")


def test_a_second_store_is_neither_asked_nor_written(project: Project, tmp_path: Path) -> None:
    """Else its result would be compared with itself."""
    remote = (tmp_path / "remote").as_uri()
    project.edit("experiments/borrowed.py", "21", "22")
    assert project.build("--remote", remote).code == 0
    before = contents(tmp_path / "remote")
    assert before
    done = project.call("verify", "borrowed", "lazy", LIVEDECK_REMOTE=remote)
    assert (done.code, done.out.splitlines()[-1]) == (0, "Verify   2 equal")
    assert contents(tmp_path / "remote") == before


def test_what_is_not_in_the_store_must_be_built_first(project: Project) -> None:
    """Nothing runs; the profile belongs to the advice."""
    project.edit("experiments/borrowed.py", "21", "22")
    assert_refused(
        project.call("verify"), "", "not in the store: `borrowed`", "Build first: python build.py"
    )
    done = project.call("verify", "line", "--profile", "quick")
    assert_refused(done, "", "not in the store: `line`", "python build.py --profile quick")


def test_an_experiment_that_fails_this_time_fails_the_check(
    drifting: tuple[Project, Path],
) -> None:
    """With its error, file and line; the others have their turn."""
    project, flag = drifting
    old = "    return Result(\n"
    new = "    if again: raise RuntimeError('no <luck>')\n    return Result(\n"
    project.edit("experiments/drifting.py", old, new)
    assert project.build().code == 0
    flag.touch()
    done = project.call("verify", "drifting", "lazy")
    assert "failed      drifting  the run `drifting` failed: RuntimeError: no <luck>" in done.out
    assert "equal       lazy" in done.out
    assert_refused(done, "experiments/drifting.py:", "no <luck>")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lime"], "the deck has no experiment `lime`. Did you mean `line`"),
        (["--seed", "1"], "`--seed` chooses a sample"),
        (["--sample", "0"], "`--sample` takes a number from 1 on"),
        (["--sample", "some"], "invalid int value: 'some'"),
    ],
)
def test_a_wrong_usage_runs_nothing(words: list[str], message: str, built: Project) -> None:
    """It exits with 2."""
    done = built.call("verify", *words)
    assert (done.code, done.out, done.traceback) == (2, "", False)
    assert message in done.err
