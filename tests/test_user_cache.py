"""The user's cache: whose it is, what is kept in it, and builds that have none."""

import os
from pathlib import Path

import pytest

from livedeck.store import user_cache
from livedeck.store.compiled_programs import Programs
from livedeck.store.user_cache import Cache
from tests.conftest import Project, assert_made
from tests.projects import contents

WORDS = "is not kept in"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """The cache of a store."""
    return Cache(tmp_path / "caches", tmp_path / "store")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LIVEDECK_CACHE": "/c"}, "/c"),
        ({"LIVEDECK_CACHE": "", "XDG_CACHE_HOME": "/x"}, "/x/livedeck"),
        ({"LIVEDECK_CACHE": "", "XDG_CACHE_HOME": "x", "HOME": "/h"}, "/h/.cache/livedeck"),
        ({"LIVEDECK_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/livedeck"),
    ],
)
def test_it_lies_where_the_system_keeps_caches(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless its own variable says otherwise; a relative `XDG_CACHE_HOME` counts as none."""
    monkeypatch.setattr("sys.platform", "linux")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert user_cache.root() == Path(expected)


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/cache", "shared"])
def test_a_build_goes_on_without_and_says_so_once(
    place: str, project: Project, tmp_path: Path
) -> None:
    """Where there can be none, or others may write: the deck is the same."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    project.edit("experiments/line.py", "WIDTH = 2", "WIDTH = 3")
    done = project.build(LIVEDECK_CACHE=str(tmp_path / place), SOURCE_DATE_EPOCH="0")
    assert_made(done)
    assert done.made == ["line.rising"]
    assert done.out.count(WORDS) == 1
    assert not contents(shared)
    here = project.output
    assert WORDS not in project.build("--force", SOURCE_DATE_EPOCH="0").out
    assert {**project.output, "build.json": b""} == {**here, "build.json": b""}


def test_nobody_else_may_look(cache: Cache) -> None:
    """The folder is made for its user alone."""
    assert not cache.lack
    assert (cache.root.stat().st_mode & 0o777, cache.folder.stat().st_mode & 0o777) == (0o700,) * 2


def test_what_a_job_compiled_is_kept_when_it_is_done(cache: Cache) -> None:
    """Not while it is at it, not if it failed, and nothing that it left besides."""
    programs = Programs(cache)
    first, second = programs.lend(), programs.lend()
    for name in ("compiled/one", "matplotlib/matplotlibrc"):
        path = first.folder / name
        path.parent.mkdir()
        path.write_bytes(b"half")
    first.renew()  # the job has failed
    assert not contents(first.folder)
    (first.folder / "compiled/one").write_bytes(b"whole")
    (first.folder / "matplotlib/matplotlibrc").write_bytes(b"another's")
    second.renew()
    assert not contents(second.folder)
    first.settle()
    second.renew()
    assert contents(second.folder) == {"compiled/one": b"whole"}
    first.close()
    second.close()
    assert contents(Programs(cache).lend().folder) == {"compiled/one": b"whole"}


def test_what_was_killed_is_swept_and_what_works_is_not(cache: Cache) -> None:
    """A loan's folder belongs to whoever holds its lock."""
    held = Programs(cache).lend()
    dead = cache.folder / "staging" / "dead"
    dead.mkdir()
    Programs(cache).known()
    assert held.folder.is_dir()
    assert not dead.exists()


def test_it_is_cleaned_with_its_store_and_so_are_those_of_stores_that_are_gone(
    project: Project, tmp_path: Path
) -> None:
    """Those of other stores stay."""
    kept, gone = (Cache(user_cache.root(), tmp_path / name) for name in ("kept", "gone"))
    (tmp_path / "kept").mkdir()
    assert (kept.lack, gone.lack) == ("", "")
    assert contents(project.cache)
    done = project.call("clean")
    assert f"Removed  {project.cache} (" in done.out
    assert [os.path.lexists(each) for each in (project.cache, kept.folder, gone.folder)] == [
        False,
        True,
        False,
    ]
