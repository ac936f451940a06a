"""NaN and infinity where they are meant, and what is empty: for figures, not for texts."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from livedeck.checking.differences import differences
from livedeck.store import results
from livedeck.store.entry import Entry
from tests.conftest import Project, assert_made, assert_refused

DIVERGING = """
    \"\"\"A loss that diverges.\"\"\"

    from typing import NamedTuple

    import numpy as np
    from matplotlib.figure import Figure

    NANS = ("losses", "last", "grid")


    class Result(NamedTuple):
        losses: np.ndarray
        last: float
        grid: np.ndarray
        file: np.ndarray
        none: np.ndarray
        words: list
        steps: int


    def run(*, rate: float = 2.0) -> Result:
        losses = np.array([3.0, rate, np.nan, np.inf, -np.inf, 1.0])
        grid = np.array([[1.0, np.nan], [np.inf, 4.0]])
        return Result(losses, float("nan"), grid, np.arange(3), np.zeros((0,)), [], len(losses))


    def curve(fig: Figure, result: Result) -> None:
        line, points, bars, image = fig.subplots(2, 2).ravel()
        line.plot(result.losses, color="accent")
        points.scatter(np.arange(6), result.losses)
        points.scatter([1, 2], np.ma.array([7, 8], mask=[False, True]))
        bars.bar(np.arange(6), result.losses)
        image.imshow(result.grid)
        assert np.isnan(result.last)
        for ax in fig.axes:
            ax.set_axis_off()
"""
MODULE, SLIDE = "experiments/diverging.py", "deck/40-diverging.md"


@pytest.fixture(scope="module")
def diverged(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project with a loss that diverges, and what is empty; not to be changed."""
    project = built.copy(tmp_path_factory.mktemp("diverged"))
    project.write(MODULE, DIVERGING)
    project.write(
        SLIDE, "# {{ diverging.steps }} steps\n\n![It diverges](experiment:diverging.curve)\n"
    )
    assert_made(project.build())
    return project


@pytest.fixture
def diverging(diverged: Project, tmp_path: Path) -> Project:
    """The same of a test's own."""
    return diverged.copy(tmp_path / "diverging")


def test_the_numbers_behind_a_figure_say_where_there_is_none(diverged: Project) -> None:
    """NaN, infinity, and what a mask leaves out, in the page's table and in the CSV."""
    for number in ("NaN", "Infinity", "-Infinity"):
        assert f"<td>{number}" in diverged.page
    (path,) = diverged.manifests("diverging.curve at 1152 x 384")
    rows = (path.parent / "data.csv").read_text().splitlines()
    lines = [row.rpartition("line 1,")[2].rstrip(",") for row in rows if ",line 1," in row]
    assert lines == ["0,3", "1,2", "2,NaN", "3,Infinity", "4,-Infinity", "5,1"]
    masked = [row.rpartition("points 2,")[2].rstrip(",") for row in rows if ",points 2," in row]
    assert masked == ["1,7", "NaN,NaN"]


def test_what_may_be_nan_is_not_among_what_slides_can_cite(diverged: Project) -> None:
    """`run` lists the others, `list` says which they are, and `explain` has no number to show."""
    found = json.loads(diverged.call("run", "diverging", "--json").out)
    assert found["values"] == {"file": [0, 1, 2], "none": [], "words": [], "steps": 6}
    done = diverged.call("run", "diverging")
    assert_made(done)
    assert "losses" not in done.out
    assert "diverging.none                     0 values" in done.out
    listed = diverged.call("list")
    assert "losses (may be NaN), last (may be NaN), grid (may be NaN), file, none" in listed.out
    for field in ("losses", "last"):
        done = diverged.call("explain", f"diverging.{field}")
        assert_made(done)
        assert f"diverging.{field} = none that a text can cite" in done.out


def test_nan_equals_nan_when_a_result_is_made_again(diverged: Project) -> None:
    """And so do the figures drawn from it."""
    done = diverged.call("verify", "diverging", "--figures")
    assert_made(done)
    assert "2 equal" in done.out


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ([1.0, NAN], [1.0, NAN], []),
        ([1.0, NAN], [1.0, -NAN], []),
        ([INF, NAN], [INF, NAN], []),
        ([1.0, NAN], [1.0, 7.0], ["x[1]: nan → 7.0 (1 of 2 differ)"]),
        ([1.0, 7.0, NAN], [2.0, NAN, NAN], ["x[1]: 7.0 → nan (2 of 3 differ)"]),
        ([INF, 1.0], [-INF, 1.5], ["x[0]: inf → -inf (2 of 2 differ)"]),
        ([NAN, INF], [INF, NAN], ["x[0]: nan → inf (2 of 2 differ)"]),
        ([NAN, 1.0], [NAN, 1.5], ["x[1]: 1.0 → 1.5 (1 of 2 differ; by 0.5, relative 0.33)"]),
        (NAN, NAN, []),
        (NAN, 1.0, ["x: nan → 1.0"]),
        ([], [], []),
        ([], [NAN], ["x: shape (0,) → (1,)"]),
    ],
)
def test_nan_is_like_nan_and_like_nothing_else(
    tmp_path: Path, old: Any, new: Any, words: list[str]
) -> None:
    """Two results are compared where numbers are none, too."""
    entries = []
    for i, value in enumerate((old, new)):
        folder = tmp_path / str(i)
        folder.mkdir()
        results.save(folder, {"x": np.array(value, float)})
        entries.append(Entry(folder, {"content": str(i), "values": {}}))
    assert [found.words for found in differences(*entries)] == words


def test_nan_travels_where_it_may_be(diverged: Project, tmp_path: Path) -> None:
    """A pack is taken on another machine, which computes nothing and publishes the same."""
    pack = str(tmp_path / "diverged.zip")
    assert_made(diverged.call("pack", pack, "--figures"))
    other = Project(tmp_path / "other")
    diverged.copy(other.root)
    assert other.call("clean").code == 0
    assert_made(other.call("unpack", pack))
    done = other.build()
    assert (done.code, done.made) == (0, [])
    assert other.page == diverged.page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ diverging.losses }}", "`diverging.losses` may be NaN, as `NANS` says"),
        ("{{ diverging.last | percent }}", "`diverging.last` may be NaN, as `NANS` says"),
        ("{{ diverging.losses[0] }}", "`diverging.losses` may be NaN, as `NANS` says"),
        ("{{ diverging.none }}", "`diverging.none` is empty"),
        ("{{ diverging.none | percent }}", "`diverging.none` is empty"),
        ("{{ diverging.words[0] }}", "`diverging.words` is empty"),
    ],
)
def test_what_is_no_number_cannot_be_cited(diverging: Project, text: str, message: str) -> None:
    """One error, with its line."""
    diverging.write(SLIDE, f"# Steps\n\nAfter {text} steps.\n")
    assert_refused(diverging.build(), "40-diverging.md:3:", message, "Give `Result` a field")


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            '("loses",)',
            "`NANS` names `loses`, which is no field of `Result`",
            "Did you mean `losses`",
        ),
        ('("losses")', "`NANS` is not a tuple of field names", 'Write `NANS = ("losses",)`'),
        ("(1,)", "`NANS` is not a tuple of field names", 'Write `NANS = ("losses",)`'),
        ('tuple(["losses"])', "`NANS` is not a tuple of field names", "Write `NANS"),
        ("None", "`NANS` is not a tuple of field names", "Write `NANS"),
        ('("losses", "last")\nNANS += ("grid",)', "`NANS` is not a tuple", "Write `NANS"),
    ],
)
def test_what_names_no_field_is_refused(
    diverging: Project, written: str, message: str, hint: str
) -> None:
    """It is read without running anything, as all that an experiment declares."""
    diverging.edit(MODULE, 'NANS = ("losses", "last", "grid")', f"NANS = {written}")
    line = 9 if "+=" in written else 8
    assert_refused(diverging.build(), f"diverging.py:{line}:", message, hint)


def test_nan_in_any_other_field_is_an_error(diverging: Project) -> None:
    """A result is kept for what it allows: with less, it is made anew, and refused."""
    diverging.edit(MODULE, '"last", "grid")', '"last")')
    explained = diverging.call("explain", "diverging").out
    assert "constant `NANS`: grid, last, losses → last, losses" in explained
    message = "`grid[0, 1]` is nan and 1 more, where a number was due"
    hint = 'write `NANS = ("grid", "last", "losses")` in the module'
    assert_refused(diverging.build(), "diverging.py:21:", message, hint)


def test_another_named_tuple_is_no_result(diverging: Project) -> None:
    """Its fields are not those that slides and figures know."""
    diverging.edit(
        MODULE,
        "return Result(losses, ",
        "return NamedTuple('Other', [('a', int)])(1)\n    (losses, ",
    )
    message = "`run` returned a named tuple of a, not a `Result`"
    assert_refused(diverging.build(), "diverging.py:21:", message)
