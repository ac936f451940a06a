"""What lies in the store and in the user's cache is damaged in every way: a build publishes the
right bytes all the same, or says in one error why it cannot.

`LIVEDECK_FAULTS=300 python -m pytest tests/test_damage.py` is a campaign.
"""

import os
import random
import shutil
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from jinja2 import Environment, FileSystemBytecodeCache

from tests.conftest import Done, Project, assert_made
from tests.serving import Served, serving
from tests.test_faults import FAULTS, FIXED, published
from tests.test_serving_again import AT_ONCE
from tests.waiting import PATIENCE

KINDS = ("flipped", "cut", "emptied", "exchanged", "a folder", "a link", "a pipe", "huge", "gone")
HUGE = 2**31  # bytes

COMPILES = '''
    """Adds up on a device."""

    from typing import NamedTuple

    import jax.numpy as jnp


    class Result(NamedTuple):
        total: float


    def run(*, count: int = 4) -> Result:
        return Result(float(jnp.arange(count).sum()))
'''


@pytest.fixture(scope="module")
def whole(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose store and cache hold something of every kind; not to be changed."""
    project = sources.copy(tmp_path_factory.mktemp("whole"))
    project.write("experiments/adds.py", COMPILES)
    project.write("deck/90-adds.md", "# {{ adds.total }}\n\n$x^2$\n\n```python\nx = 1\n```\n")
    assert_made(project.call("--pdf", "all", **FIXED))
    return project


def parts(project: Project) -> list[Path]:
    """All files and folders of the store and the cache, but for what is on its way."""
    folders = project.root / ".livedeck", project.cache
    found = sorted(path for folder in folders for path in folder.rglob("*"))
    return [path for path in found if not path.is_symlink() and "staging" not in path.parts]


def damage(path: Path, places: list[Path], elsewhere: Path, how: str, chance: random.Random) -> str:
    """Damages a file or a folder in one way, or in one that it can be; in words."""
    if path.is_dir() and how in ("flipped", "cut", "a folder"):
        how = "emptied"
    if how == "exchanged":
        return f"exchanged with {exchange(path, places, chance)}"
    data = b"" if path.is_dir() else path.read_bytes()
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    if how == "a folder":
        path.mkdir()
    elif how == "a link":
        path.symlink_to(chance.choice(["nowhere", path.name, elsewhere, elsewhere / "file"]))
    elif how == "a pipe":
        os.mkfifo(path)
    elif how == "flipped" and data:
        place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
    elif how != "gone":
        path.write_bytes(data[: chance.randrange(len(data))] if how == "cut" and data else b"")
        os.truncate(path, HUGE if how == "huge" else path.stat().st_size)
    return how


def exchange(path: Path, places: list[Path], chance: random.Random) -> Path:
    """Puts a file or folder into the place of another, and that into its place."""
    alike = [one for one in places if one.is_dir() == path.is_dir() and os.path.lexists(one)]
    apart = [o for o in alike if not o.is_relative_to(path) and not path.is_relative_to(o)]
    other, aside = chance.choice(apart), path.with_name("aside")
    for old, new in ((path, aside), (other, path), (aside, other)):
        os.rename(old, new)
    return other


def assert_told(done: Done) -> None:
    """Nothing went wrong, or one thing, in words for an author."""
    assert not done.traceback, done.err
    assert done.code == (1 if done.errors else 0), done.err
    assert len(done.errors) <= 1, done.err


@pytest.mark.parametrize("number", range(2 * FAULTS))
def test_no_damage_reaches_what_is_published(number: int, whole: Project, tmp_path: Path) -> None:
    """In one place or in some; a result is missing now and then, so that programs are loaded."""
    chance = random.Random(number)
    project = whole.copy(tmp_path / "project")
    if chance.random() < 0.4:
        for name in chance.sample(["adds", "line", "line.rising at 680 x 500"], 2):
            for manifest in project.manifests(name):
                shutil.rmtree(manifest.parent)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / ("0" * 64)).mkdir(parents=True)
    (elsewhere / "file").write_text("somebody's own")
    places = parts(project)
    for path in chance.sample(places, chance.choice([1, 1, 3])):
        if os.path.lexists(path):
            print(path, damage(path, places, elsewhere, chance.choice(KINDS), chance))
    assert_told(project.call("explain", **FIXED))
    built = project.call("--pdf", "all", "--force", **FIXED)
    assert_told(built)
    assert published(project) == published(whole)
    if built.code == 0:
        assert_made(project.call("--pdf", "all", "--force", **FIXED))
    assert_told(project.call("clean", *chance.choice([(), ("--keep", "0"), ("--size", "1B")])))
    assert {path.name for path in elsewhere.iterdir()} == {"0" * 64, "file"}


@pytest.fixture(scope="module")
def printed(whole: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same project after it was served, with its PDF; not to be changed."""
    project = whole.copy(tmp_path_factory.mktemp("printed"))
    with serving(project, pdf=True, **FIXED) as served:
        assert pdf_of(served) == project.output["deck.pdf"]
    return project


def pdf_of(served: Served) -> bytes:
    """The PDF of a server, once there is one."""
    for _ in range(PATIENCE * 10):
        with suppress(HTTPError), urlopen(f"{served.address}deck.pdf") as answer:
            found: bytes = answer.read()
            return found
        time.sleep(0.1)
    pytest.fail("there is no PDF")


@pytest.mark.parametrize("how", ["", "flipped", "a folder", "a pipe"])
def test_a_server_shows_nothing_that_is_not_as_it_was_written(
    how: str, printed: Project, tmp_path: Path
) -> None:
    """No page at once, and no PDF until there is another; undamaged, they are shown."""
    project = printed.copy(tmp_path / "project")
    shutil.rmtree(project.cache / "pages")
    assert_made(project.call("--pdf", "all", "--force", **FIXED))
    places = [*(project.cache / "pages").iterdir(), project.cache / "served" / "deck.pdf"]
    for path in places if how else ():
        damage(path, places, tmp_path, how, random.Random(0))
    with serving(project, pdf=True, **FIXED) as served:
        with urlopen(served.address) as answer:
            assert (AT_ONCE in answer.read()) == (how == "")
        assert pdf_of(served) == printed.output["deck.pdf"]


def test_a_store_from_elsewhere_runs_nothing(whole: Project, tmp_path: Path) -> None:
    """Neither what livedeck keeps there, nor what earlier versions did."""
    project = whole.copy(tmp_path / "project")
    store, seen = project.root / ".livedeck", tmp_path / "seen"
    assert {path.name for path in store.iterdir()} <= {"entries", "sources", "digests", "staging"}
    code = compile(f"open({str(seen)!r}, 'w')", "template", "exec")
    for path in (project.root / "templates").rglob("*.j2"):
        name = path.relative_to(project.root / "templates").as_posix()
        cache = FileSystemBytecodeCache(str(project.root / ".livedeck" / "templates"))
        (store / "templates").mkdir(exist_ok=True)
        bucket = cache.get_bucket(Environment(), name, str(path), path.read_text())
        bucket.code = code
        cache.set_bucket(bucket)
    project.write(".livedeck/matplotlib/matplotlibrc", "lines.linewidth: 40")
    shutil.rmtree(project.cache)
    for manifest in project.manifests("line.rising at 680 x 500"):
        shutil.rmtree(manifest.parent)
    assert_made(project.call("--pdf", "all", "--force", **FIXED))
    assert published(project) == published(whole)
    assert not seen.exists()
