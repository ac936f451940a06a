"""Builds that are killed, race each other or run out of disk: the next one makes up for it.

`LIVEDECK_FAULTS=300 python -m pytest tests/test_faults.py` is a campaign; without it, each test
tries a few faults at moments that its number decides.
"""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.conftest import Project, assert_made
from tests.pdfs import assert_same
from tests.projects import contents
from tests.waiting import PATIENCE

FAULTS = int(os.environ.get("LIVEDECK_FAULTS", "4"))
FIXED = {"SOURCE_DATE_EPOCH": "0"}  # no seconds on the pages
ALL = ("--pdf", "all")
STAMP = "build.json"  # tells what a build computed, and so differs


def published(project: Project) -> dict[str, bytes]:
    """The files of the deck that stands in the output folder."""
    return {name: data for name, data in project.output.items() if name != STAMP}


def stored(project: Project) -> set[str]:
    """What the store holds, as the stamp of a build names it."""
    paths = (project.root / ".livedeck" / "entries").glob("*/*/manifest.json")
    manifests = [json.loads(path.read_text()) for path in paths]
    return {f"{m['kind']} {m['name']}" for m in manifests if m["kind"] in ("result", "figure")}


@pytest.fixture(scope="module")
def undisturbed(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project built in peace, from nothing."""
    project = sources.copy(tmp_path_factory.mktemp("undisturbed"))
    assert project.call(*ALL, **FIXED).code == 0
    return project


@pytest.fixture(scope="module")
def duration(undisturbed: Project, tmp_path_factory: pytest.TempPathFactory) -> float:
    """About how long such a build takes here, so that faults fall into all of it."""
    project = undisturbed.copy(tmp_path_factory.mktemp("timed"))
    shutil.rmtree(project.root / ".livedeck" / "entries")
    began = time.monotonic()
    assert project.call(*ALL, "--force", **FIXED).code == 0
    return time.monotonic() - began


def family(project: Project) -> Iterator[psutil.Process]:
    """The processes that work on a project."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(str(project.root) in word for word in process.cmdline()):
                yield process


def wait_for_silence(project: Project) -> None:
    """Nothing that belongs to a build may outlive it."""
    left = []
    for _ in range(PATIENCE * 10):
        left = list(family(project))
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {[process.cmdline() for process in left]}")


def make_up(project: Project, undisturbed: Project) -> None:
    """The next build computes what the store lacks and no more, and publishes the same bytes."""
    there = stored(project)
    assert_made(project.call(*ALL, "--force", **FIXED))
    made = set(json.loads(project.output[STAMP])["made"])
    assert made == stored(undisturbed) - there
    assert_same(published(project), published(undisturbed))
    assert not list((project.root / ".livedeck" / "staging").glob("*"))


@pytest.mark.parametrize("number", range(FAULTS))
def test_a_build_killed_at_any_moment_loses_what_was_in_flight(
    number: int, sources: Project, undisturbed: Project, duration: float, tmp_path: Path
) -> None:
    """By a signal that it cannot catch, or one that it can; from nothing, or with a deck there."""
    chance = random.Random(number)
    project = (sources if chance.random() < 0.5 else undisturbed).copy(tmp_path / "project")
    shutil.rmtree(project.root / ".livedeck", ignore_errors=True)
    before = published(project) if (project.root / "output").exists() else {}
    build = project.start(*ALL, "--force", "--workers", chance.choice("12"), **FIXED)
    time.sleep(chance.uniform(0, 1.1 * duration))
    build.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
    build.communicate(timeout=PATIENCE)
    wait_for_silence(project)
    after = published(project) if (project.root / "output").exists() else {}
    assert after in (before, published(undisturbed))
    make_up(project, undisturbed)


@pytest.mark.parametrize("number", range(FAULTS))
def test_a_worker_that_dies_at_any_moment_costs_one_job(
    number: int, sources: Project, undisturbed: Project, duration: float, tmp_path: Path
) -> None:
    """Whatever the signal; the build says what died, and what it published before stays."""
    chance = random.Random(-1 - number)
    project = sources.copy(tmp_path / "project")
    build = project.start(*ALL, **FIXED)
    time.sleep(chance.uniform(0.2, 1) * duration)
    workers = [each for each in family(project) if "livedeck.execution.worker" in each.cmdline()]
    death = chance.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGBUS])
    for each in workers[:1]:
        with suppress(psutil.Error):
            each.send_signal(death)
    _, errors = build.communicate(timeout=PATIENCE)
    if build.returncode:
        assert build.returncode == 1
        assert f"its process was killed by {death.name}" in errors.decode()
        assert errors.count(b"error:") == 1
        assert not (project.root / "output").exists()
    wait_for_silence(project)
    make_up(project, undisturbed)


@pytest.mark.parametrize("number", range(max(1, FAULTS // 3)))
def test_builds_that_race_publish_one_whole_deck(
    number: int, sources: Project, undisturbed: Project, duration: float, tmp_path: Path
) -> None:
    """Three of them in one folder, from nothing: all succeed, and nothing is damaged."""
    chance = random.Random(number)
    project = sources.copy(tmp_path / "project")
    builds = []
    for _ in range(3):
        builds.append(project.start(*ALL, "--force", **FIXED))
        time.sleep(chance.uniform(0, duration / 4))
    ends = [(build.communicate(timeout=PATIENCE), build.returncode) for build in builds]
    assert [code for _, code in ends] == [0, 0, 0], ends
    assert not any(errors for (_, errors), _ in ends)
    assert published(project) == published(undisturbed)
    assert stored(project) == stored(undisturbed)
    assert not (project.root / ".livedeck" / "damaged").exists()


ON_A_SMALL_DISK = """
set -e
mkdir disk && mount -t tmpfs -o size=64m disk disk && cp -a project/. disk
used=$(du -sk disk | cut -f1)
mount -o remount,size=$((used + $1))k disk
cd disk
shift
set +e
"$@"; code=$?
set -e
rm -rf ../after && cp -a output ../after 2> /dev/null || true
mount -o remount,size=64m .
cd .. && rm -rf project && cp -a disk project
exit $code
"""


@pytest.mark.parametrize("number", range(FAULTS))
def test_a_disk_that_is_full_at_any_write_leaves_the_last_deck(
    number: int,
    sources: Project,
    undisturbed: Project,
    confine: list[str],
    tmp_path: Path,
) -> None:
    """The error names the disk, not an experiment; with room again, the next build goes on."""
    project = undisturbed.copy(tmp_path / "project")
    shutil.rmtree(project.root / ".livedeck")
    needed = sum(len(data) for data in contents(undisturbed.root / ".livedeck").values())
    needed += 2 * sum(len(data) for data in undisturbed.output.values())
    room = int((number + 0.5) / FAULTS * 1.2 * needed / 1000)
    before = published(project)
    outside = Project(tmp_path)
    command = project.command(*ALL, "--force", "--quiet")
    done = outside.execute([*confine, ON_A_SMALL_DISK, "sh", str(room), *command], **FIXED)
    if done.code:
        assert done.code == 1, done.err
        assert len(done.errors) == 1, done.err
        assert "No space left on device" in done.err
        assert not done.traceback
    after = {name: data for name, data in contents(tmp_path / "after").items() if name != STAMP}
    assert after == before
    make_up(project, undisturbed)


def test_a_clock_that_moves_changes_nothing(undisturbed: Project, tmp_path: Path) -> None:
    """Builds in 2040, then in 2001, then now: each reruns what was edited, and names it."""
    assert shutil.which("faketime"), "Debian's package `faketime` is needed"
    project = undisturbed.copy(tmp_path / "project")
    slope = 2.0
    for year in ("2040-01-01", "2001-01-01", ""):
        project.edit(
            "experiments/line.py", f"slope: float = {slope}", f"slope: float = {slope + 1}"
        )
        clock = ["faketime", year] if year else []
        command = [*clock, *project.command(*ALL)]
        told = project.execute([*clock, *project.command("explain")], **FIXED)
        assert f"runs    line  parameter `slope`: {slope} → {slope + 1}" in told.out
        done = project.execute(command, **FIXED)
        assert (done.code, done.made) == (0, ["line", "line.rising", "line.falling"]), done.err
        assert project.execute(command, **FIXED).made == []
        slope += 1
