"""A second store gives what the first lacks, and a build goes on when it cannot."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.projects import contents

ALL = ["line", "line.rising", "line.falling", "borrowed", "lazy", "table"]


@pytest.fixture(scope="module")
def filled(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A remote store that the first build of the small project has filled."""
    folder = tmp_path_factory.mktemp("shared") / "results"
    project = sources.copy(tmp_path_factory.mktemp("first"))
    done = project.build("--remote", f"file://{folder}")
    assert (done.code, done.err, done.made) == (0, "", ALL)
    assert f"the remote store file://{folder}: 6 entries went to it\n" in done.out
    return folder


@pytest.fixture
def remote(filled: Path, tmp_path: Path) -> Path:
    """A remote store of a test's own."""
    return Path(shutil.copytree(filled, tmp_path / "remote"))


def test_what_one_machine_has_computed_another_takes(filled: Path, new_project: Project) -> None:
    """A build that has nothing takes all; the next one finds it in its own store."""
    before = contents(filled)
    done = new_project.build("--remote", f"file://{filled}")
    assert (done.code, done.err, done.made) == (0, "", [])
    assert "6 entries came from it\n" in done.out
    assert contents(filled) == before
    done = new_project.build("--force")
    assert (done.code, done.made) == (0, [])


def test_only_what_fits_is_taken_and_what_was_computed_is_given(
    remote: Path, new_project: Project
) -> None:
    """A result whose data differs is of no use, and the new one stands beside it."""
    new_project.edit("deck/data/points.csv", "3,4", "3,5")
    run = ["run", "table", "--remote", str(remote)]
    done = new_project.call(*run)
    assert (done.code, done.made) == (0, ["table"])
    assert f"the remote store {remote}: 1 entry went to it" in done.out
    shutil.rmtree(new_project.root / ".livedeck")
    assert new_project.call(*run).made == []
    new_project.edit("deck/data/points.csv", "3,5", "3,4")
    done = new_project.call(*run)
    assert done.made == []
    assert "1 entry came from it" in done.out


def test_the_command_line_wins_over_the_environment_and_that_over_the_deck(
    filled: Path, new_project: Project
) -> None:
    """A folder is relative to the project; an empty text means none."""
    with (new_project.root / "deck" / "deck.toml").open("a") as file:
        file.write('remote = "../in-the-deck"\n')
    run = ["run", "lazy"]
    done = new_project.call(*run, "--remote", f"file://{filled}", LIVEDECK_REMOTE="elsewhere")
    assert f"file://{filled}: 1 entry came from it" in done.out
    shutil.rmtree(new_project.root / ".livedeck")
    done = new_project.call(*run, LIVEDECK_REMOTE="elsewhere")
    assert f"{new_project.root}/elsewhere: 1 entry went to it" in done.out
    shutil.rmtree(new_project.root / ".livedeck")
    assert "remote" not in new_project.call(*run, "--remote", "").out
    shutil.rmtree(new_project.root / ".livedeck")
    done = new_project.call(*run)
    assert f"{new_project.root.parent}/in-the-deck: 1 entry went to it" in done.out


def spoil(path: Path, how: str) -> None:
    """Damages a file of a remote store."""
    if how == "cut off":
        path.write_bytes(path.read_bytes()[:-100])
    elif how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"garbage")


@pytest.mark.parametrize(
    ("suffix", "how", "message"),
    [
        (".json", "garbage", "Expecting value"),
        (".json", "cut off", "Unterminated string"),
        (".zip", "garbage", "it is no pack that can be read"),
        (".zip", "cut off", "it is no pack that can be read"),
        (".zip", "gone", ".zip` is missing"),
    ],
)
def test_a_damaged_entry_is_said_once_and_made_anew(
    suffix: str, how: str, message: str, remote: Path, new_project: Project
) -> None:
    """The new one stands in for it."""
    (manifest,) = [p for p in remote.rglob("*.json") if json.loads(p.read_text())["name"] == "lazy"]
    spoil(manifest.with_suffix(suffix), how)
    run = ["run", "lazy", "--remote", str(remote)]
    done = new_project.call(*run)
    assert (done.code, done.err, done.made) == (0, "", ["lazy"])
    remarks = [line for line in done.out.splitlines() if "is of no use" in line]
    assert len(remarks) == 1
    assert f"an entry of lazy in the remote store {remote} is of no use: " in remarks[0]
    assert message in remarks[0]
    assert "1 entry went to it" in done.out
    shutil.rmtree(new_project.root / ".livedeck")
    assert new_project.call(*run).made == []


def test_an_entry_of_another_task_is_of_no_use(remote: Path, new_project: Project) -> None:
    """Wherever somebody has put it."""
    named = {json.loads(p.read_text())["name"]: p.parent for p in remote.rglob("*.json")}
    shutil.rmtree(named["lazy"])
    shutil.copytree(named["borrowed"], named["lazy"])
    done = new_project.call("run", "lazy", "--remote", str(remote))
    assert (done.code, done.made) == (0, ["lazy"])
    assert "belongs to another task" in done.out


@pytest.fixture
def mute() -> Iterator[str]:
    """The URL of a server that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"ftp://127.0.0.1:{server.getsockname()[1]}/store"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://bucket/store", "cannot be read: Install s3fs to access S3;"),
        ("s4://bucket/store", "cannot be read: Protocol not known: s4;"),
        ("http://127.0.0.1:1/store", "cannot be read: "),
        ("ftp://somebody:secret@127.0.0.1:1/store", "cannot be read: Connection refused;"),
        ("file:///dev/null", "cannot be read: Not a directory;"),
        ("/proc/nowhere", "cannot be written to: "),
    ],
)
def test_a_build_goes_on_without_a_store_that_is_of_no_use(
    url: str, message: str, new_project: Project
) -> None:
    """It says so once, in words, with the package to install, and without a password."""
    done = new_project.call("run", "lazy", "--remote", url)
    assert (done.code, done.err, done.made) == (0, "", ["lazy"])
    assert done.out.count("the remote store") == 1
    assert message in done.out
    assert "the build goes on without it" in done.out
    assert "secret" not in done.out


def test_a_build_does_not_wait_for_a_store_that_never_answers(mute: str, project: Project) -> None:
    """It gives up after some seconds, for the whole build."""
    project.edit("experiments/_shared.py", "2 * number", "number + number")
    done = project.build("--remote", mute)
    assert (done.code, done.err, done.made) == (0, "", ["borrowed", "lazy"])
    assert done.out.count("the remote store") == 1
    assert f"the remote store {mute} cannot be read: it did not answer in 10 s" in done.out
