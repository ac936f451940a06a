"""An experiment that fails, whatever way it finds, costs itself alone, and its author reads why."""

from dataclasses import dataclass

import pytest

from tests.conftest import Done, Project, assert_refused, write_experiment
from tests.waiting import Line

LIMIT = 2  # seconds that an experiment may take here


@dataclass(frozen=True)
class Failure:
    """What `run` does, and what the error must say; `last` is quoted from its output, and `hint`
    says what to do."""

    name: str
    body: str
    line: int
    message: str
    last: str = ""
    hint: str = ""


FAILURES = [
    Failure(
        "raises",
        "raise RuntimeError('no such luck')",
        12,
        "RuntimeError: no such luck",
        "no such luck",
    ),
    Failure(
        "raises_deeper",
        "return Result(answer=_deeper())\n\n\ndef _deeper() -> float:\n    return 1 / 0",
        16,
        "ZeroDivisionError: division by zero",
        "_deeper",
    ),
    Failure(
        "finds_by_itself",
        "import experiments\n    module = getattr(experiments, 'finds_by_itself')\n"
        "    return Result(answer=module.spare())\n\n\ndef spare() -> float:\n    return 1.0",
        14,
        "AttributeError: module 'experiments.finds_by_itself' has no attribute 'spare'",
        hint="name `spare` in the code that needs it",
    ),
    Failure(
        "nan",
        "return Result(answer=float('nan'))",
        11,
        "`answer` is nan, where a number was due",
        hint='write `NANS = ("answer",)` in the module',
    ),
    Failure(
        "infinite",
        "return Result(answer=[1.0, float('inf'), float('inf')])",
        11,
        "`answer[1]` is inf and 1 more, where a number was due",
        hint='write `NANS = ("answer",)` in the module',
    ),
    Failure(
        "objects",
        "return Result(answer={'a': 1})",
        11,
        "`answer` is a value of type `dict`, which cannot be stored: its keys or its values would "
        "be lost",
        hint="Give each of its values a field of `Result`.",
    ),
    Failure(
        "masked",
        "import numpy as np; return Result(answer=np.ma.array([0.85, 100.0], mask=[0, 1]))",
        11,
        "`answer` is a value of type `MaskedArray` of float64 and shape (2,), which cannot be "
        "stored: its mask would be lost",
        hint="Return `x.compressed()`, or `x.filled(...)`",
    ),
    Failure(
        "half_a_character",
        "return Result(answer='\\ud800')",
        11,
        "`answer` holds half a character, which cannot be stored: 'utf-8' codec can't encode "
        "character '\\ud800' in position 0: surrogates not allowed",
        hint="a `?` stands in its place",
    ),
    Failure(
        "half_a_character_in_a_list",
        "return Result(answer=['a', '\\ud800'])",
        11,
        "`answer` holds half a character, which cannot be stored: 'utf-8' codec can't encode "
        "character '\\ud800' in position 1: surrogates not allowed",
        hint="a `?` stands in its place",
    ),
    Failure(
        "too_many_digits",
        "return Result(answer=10**5000)",
        11,
        "`answer` is a whole number of more than 4300 digits, which cannot be stored",
        hint="Return its logarithm.",
    ),
    Failure("nothing", "return None", 11, "`run` returned None, not a named tuple `Result`"),
    Failure("exits", "sys.exit(3)", 12, "called sys.exit(3)"),
    Failure("exits_silently", "os._exit(3)", 11, "its process ended with exit status 3"),
    Failure(
        "killed",
        "print('my last words', flush=True); os.kill(os.getpid(), signal.SIGKILL)",
        11,
        "its process was killed by SIGKILL (often: out of memory)",
        "my last words",
    ),
    Failure(
        "crashes",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        11,
        "its process was killed by SIGSEGV",
    ),
    Failure(
        "prints_and_raises",
        "print('x' * 8_000_000); raise RuntimeError('after megabytes')",
        12,
        "RuntimeError: after megabytes",
        "xxxxxxxx",
    ),
    Failure(
        "asks",
        "return Result(answer=float(input('How many? ')))",
        12,
        "EOFError: EOF when reading a line",
    ),
    Failure(
        "imports", "import nosuchmodule", 12, "ModuleNotFoundError: No module named 'nosuchmodule'"
    ),
]


@dataclass(frozen=True)
class Failed:
    """A build in which all of these experiments failed, and what was published before and after."""

    project: Project
    done: Done
    before: dict[str, bytes]
    after: dict[str, bytes]


@pytest.fixture(scope="module")
def failed(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Failed:
    """One build with every failing experiment, and two that succeed after them."""
    project = built.copy(tmp_path_factory.mktemp("failed"))
    for failure in FAILURES:
        write_experiment(project, failure.name, failure.body)
    write_experiment(project, "talks", "print('x' * 8_000_000); return Result(answer=1.0)")
    extended = (
        "import livedeck, numpy as np\n    livedeck.report(5, np.int64(5), loss=np.float32(1))"
    )
    write_experiment(project, "works", f"{extended}; return Result(np.longdouble(2.0))")
    before = project.output
    done = project.build()
    return Failed(project, done, before, project.output)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_an_experiment_that_fails_is_one_error_with_its_place(
    failure: Failure, failed: Failed
) -> None:
    """The error names the experiment's file and line and quotes its last output, in measure."""
    place = f"experiments/{failure.name}.py:{failure.line}: "
    (error,) = [error for error in failed.done.errors if place in error.partition("\n")[0]]
    first, *quoted = error.splitlines()
    if failure.hint:
        assert failure.hint in quoted.pop(0)
    assert first.endswith(f"the run `{failure.name}` failed: {failure.message}")
    assert all(line.startswith("       │ ") for line in quoted)
    assert failure.last in "\n".join(quoted)
    assert len(error) < 10_000


def test_a_failed_build_leaves_the_last_deck(failed: Failed) -> None:
    """Its exit code is 1, each failure is one error, and what was published stays."""
    assert failed.done.code == 1
    assert len(failed.done.errors) == len(FAILURES)
    assert not failed.done.traceback
    assert failed.after == failed.before


def test_a_failure_costs_its_experiment_alone(failed: Failed) -> None:
    """What succeeded beside the failures, even with megabytes of output, is not run again."""
    assert failed.done.made == ["talks", "works"]
    project = failed.project
    for failure in FAILURES:
        (project.root / f"deck/30-{failure.name}.md").unlink()
    done = project.build()
    assert (done.code, done.made) == (0, [])


def test_an_experiment_that_never_ends_is_stopped(project: Project, line: Line) -> None:
    """After deck.toml's `time_limit` it is killed, together with what it has started."""
    child = "subprocess.Popen(['sleep', '1000'], pass_fds=[line])"
    body = f"import subprocess; {line.call}; print('still here', flush=True); {child}"
    write_experiment(project, "endless", f"{body}\n    while True: pass")
    project.write("deck/deck.toml", f'title = "A small deck"\ntime_limit = {LIMIT}\n')
    published = project.output
    done = project.build()
    line.wait()
    line.wait_for_end()
    message = f"the run `endless` failed: ran longer than its limit of {LIMIT} s"
    assert_refused(done, "experiments/endless.py:11:", message, "│ still here")
    assert project.output == published


@pytest.mark.parametrize("closed", ["range(1, 3)", "range(3, 64)", "range(64)"])
def test_an_experiment_that_closes_what_is_not_its_own_is_stopped_as_well(
    closed: str, project: Project
) -> None:
    """A worker that nothing more is heard of has no more time than others."""
    body = f"import contextlib\n    for number in {closed}:"
    body += "\n        with contextlib.suppress(OSError): os.close(number)"
    write_experiment(project, "silent", f"{body}\n    while True: pass")
    project.write("deck/deck.toml", f'title = "A small deck"\ntime_limit = {LIMIT}\n')
    message = f"the run `silent` failed: ran longer than its limit of {LIMIT} s"
    assert_refused(project.build(), "experiments/silent.py:11:", message, "raise `time_limit`")


def test_the_last_lines_of_an_experiment_are_shown_however_it_printed_them(
    project: Project,
) -> None:
    """Also where each came alone."""
    loop = "for number in range(20): print(f'step {number}', flush=True); time.sleep(0.02)"
    write_experiment(project, "stepwise", f"import time\n    {loop}\n    raise ValueError")
    (error,) = project.build().errors
    assert all(f"│ step {number}\n" in error for number in range(20))


def test_a_figure_that_fails_is_an_error_with_its_place(project: Project) -> None:
    """The run that it draws is kept."""
    project.edit("experiments/line.py", "ax.plot(result.y, ", "ax.plot(result.z, ")
    published = project.output
    done = project.build()
    message = "the figure `line.rising` failed: AttributeError"
    assert_refused(done, "experiments/line.py:30:", message, "has no attribute 'z'")
    assert done.made == []
    assert project.output == published


def test_what_could_not_be_drawn_does_not_count_as_reused(project: Project) -> None:
    """A run that fails takes its figures with it."""
    project.edit("experiments/line.py", "    y = np", "    raise ValueError\n    y = np")
    assert "Compute  0 made, 3 reused" in project.build().out


def test_a_figure_that_draws_nothing_is_an_error(project: Project) -> None:
    """An empty frame on a slide helps nobody."""
    project.edit(
        "experiments/line.py", 'ax.plot(result.y, color="accent", linewidth=WIDTH)', "ax.remove()"
    )
    done = project.build()
    assert_refused(done, "experiments/line.py:27:", "draw on `fig`, not on pyplot's")


def test_data_that_an_experiment_cannot_read_is_shown_with_its_own_place(
    project: Project,
) -> None:
    """The file, the line and what to do: the mistake is not in the experiment."""
    path = project.write("deck/data/prices.csv", "month,price\n2020-01,x\n")
    body = f"raise AuthorError('`x` is no price', {str(path)!r}, 2, hint='Write a number.')"
    write_experiment(project, "prices", body)
    project.edit(
        "experiments/prices.py", "import os", "from livedeck import AuthorError\nimport os"
    )
    done = project.build()
    assert_refused(done, "prices.csv:2", "`x` is no price", "Write a number.")
    assert "│" not in done.err
