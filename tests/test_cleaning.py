"""Cleaning with a policy removes what nobody uses, oldest first, and says what went."""

import time
from pathlib import Path

import pytest

from livedeck.cli import main
from tests.conftest import Project, date
from tests.projects import contents

DAY = 86400.0
LINE = "experiments/line.py"


@pytest.fixture(scope="module")
def grown(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project after some edits: four results of a line, one more each day."""
    project = built.copy(tmp_path_factory.mktemp("grown"))
    for old, new in (("2.0", "2.5"), ("2.5", "3.0"), ("3.0", "3.5")):
        project.edit(LINE, f"slope: float = {old}", f"slope: float = {new}")
        assert project.call("run", "line").code == 0
    for days, manifest in enumerate(reversed(project.manifests("line"))):
        date(manifest, time.time() - days * DAY - 60)
    return project


@pytest.fixture
def old(grown: Project, tmp_path: Path) -> Project:
    """The same for a test's own, with the deck as it stood first: it uses the oldest."""
    project = grown.copy(tmp_path / "project")
    project.edit(LINE, "slope: float = 3.5", "slope: float = 2.0")
    return project


def clean(project: Project, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a cleaning prints, after which the deck as it stands needs nothing computed."""
    assert main(["clean", *words], root=project.root) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert main(["explain"], root=project.root) == 0
    assert capsys.readouterr().out.count("reused") == 6
    assert not list(project.root.glob(".livedeck/staging/*"))
    return out


def slopes(project: Project) -> list[float]:
    """The slopes of the lines that are stored, in the order in which they were made."""
    texts = [manifest.read_text() for manifest in project.manifests("line")]
    return [float(text.partition('"slope": ')[2].partition(",")[0]) for text in texts]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--keep", "0"], [2.0]),
        (["--keep", "1"], [2.0, 3.5]),
        (["--keep", "2"], [2.0, 3.0, 3.5]),
        (["--older-than", "36h"], [2.0, 3.0, 3.5]),
        (["--older-than", "1w"], [2.0, 2.5, 3.0, 3.5]),
        (["--keep", "2", "--older-than", "0h"], [2.0, 3.0, 3.5]),
        (["--keep", "1", "--size", "0B"], [2.0, 3.5]),
        (["--size", "1GB"], [2.0, 2.5, 3.0, 3.5]),
    ],
)
def test_a_policy_removes_what_the_deck_does_not_use(
    words: list[str], left: list[float], old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it uses stays, however old it is; so do its figures, pages and fonts."""
    others = {path: path.read_bytes() for path in old.root.rglob("entries/*/*/*.svg")}
    out = clean(old, capsys, *words)
    assert slopes(old) == left
    gone = 4 - len(left)
    assert (f"Removed  {gone} result" in out) == bool(gone)
    assert all(path.read_bytes() == data for path, data in others.items())


def test_the_oldest_go_until_the_store_is_small_enough(
    old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more of them than need to."""
    kept = *contents(old.root / ".livedeck").values(), *contents(old.cache).values()
    size = sum(map(len, kept))
    out = clean(old, capsys, "--size", f"{size - 10}B")
    assert slopes(old) == [2.0, 3.0, 3.5]
    assert "Removed  1 result (" in out
    assert "): line\n" in out
    assert "Freed    " in out
    out = clean(old, capsys, "--size", "1B")
    assert slopes(old) == [2.0]
    assert " kept digests (" in out
    assert "more cannot go: the deck as it stands uses the rest" in out


def test_what_any_profile_of_the_deck_uses_stays(
    old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result that a GPU made is not lost to a laptop that cleans."""
    old.edit(LINE, "QUICK = dict(points=3)", "QUICK = dict(points=3)\nGPU = dict(points=4)")
    for profile in ("quick", "gpu"):
        assert old.build("--profile", profile).code == 0
    clean(old, capsys, "--keep", "0")
    for profile in ("quick", "gpu"):
        assert old.call("run", "line", "--profile", profile).made == []


def test_damaged_entries_and_leftovers_go_with_any_policy(
    old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """They count as much as what is whole."""
    old.write(".livedeck/damaged/0123-4/arrays.npz", bytes(3_000_000))
    old.write(".livedeck/staging/17-dead/arrays.npz", bytes(2_000_000))
    out = clean(old, capsys, "--older-than", "10w")
    assert "Removed  1 damaged entry (3" in out
    assert "Removed  1 leftover (2" in out
    assert "Freed    5" in out
    assert not (old.root / ".livedeck" / "damaged").exists()


def test_a_dry_run_says_the_same_and_removes_nothing(
    old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a policy and without one."""
    before = contents(old.root)
    told = clean(old, capsys, "--keep", "1", "--dry-run")
    assert "Would go 2 results (" in told
    assert main(["clean", "--dry-run"], root=old.root) == 0
    assert "Would go output: the deck\nWould go .livedeck (" in capsys.readouterr().out
    assert contents(old.root) == before
    done = clean(old, capsys, "--keep", "1")
    assert done == told.replace("Would go", "Removed ").replace("Frees ", "Freed ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--older-than", "5m"], "`--older-than 5m` is no age. Write hours, days or weeks"),
        (["--size", "500"], "`--size 500` is no size. Write it as 500MB or 2GB"),
        (["--keep", "-1"], "`--keep` takes a number of entries"),
        (["--keep", "1", "--output-only"], "`--output-only` keeps every result"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(
    words: list[str], message: str, built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is removed."""
    before = contents(built.root / ".livedeck" / "entries")
    assert main(["clean", *words], root=built.root) == 2
    assert message in capsys.readouterr().err
    assert contents(built.root / ".livedeck" / "entries") == before


def test_a_deck_with_mistakes_is_not_cleaned_by_a_policy(
    old: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody can tell what it uses."""
    old.edit("deck/20-inputs/30-inputs.md", "lazy.answer", "lazy.anwser")
    assert main(["clean", "--keep", "0"], root=old.root) == 1
    assert "lazy.anwser" in capsys.readouterr().err
    assert len(slopes(old)) == 4


def test_the_sources_of_what_goes_go_too(old: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that what stays was made from stay, so that edits of it can still be named."""
    sources = old.root / ".livedeck" / "sources"
    before = {path.name for path in sources.iterdir()}
    assert "3 kept sources" in clean(old, capsys, "--keep", "0")
    left = {path.name for path in sources.iterdir()}
    assert (left < before, len(before - left)) == (True, 3)  # the three other versions of `run`
    old.edit(LINE, "WIDTH = 2", "WIDTH = 3")
    assert main(["explain", "line.rising"], root=old.root) == 0
    assert "`WIDTH = 2` → `WIDTH = 3`" in capsys.readouterr().out
