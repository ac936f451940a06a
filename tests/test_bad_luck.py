"""Full disks, closed folders, interrupted builds: the last deck stays, and the next one goes on."""

import shutil
import signal

import pytest

from tests.conftest import Project, assert_refused, write_experiment
from tests.projects import contents
from tests.waiting import Line


def test_a_file_in_the_place_of_the_output_is_refused(project: Project) -> None:
    """It may be somebody's own."""
    shutil.rmtree(project.root / "output")
    project.write("output", "mine")
    done = project.build("--force")
    assert_refused(done, f"{project.root}/output:", "cannot be written", "untouched")
    assert (project.root / "output").read_bytes() == b"mine"


def test_an_output_on_a_read_only_disk_is_refused(project: Project, confine: list[str]) -> None:
    """The error names the folder, and the deck in it stays."""
    script = """
        mkdir disk && mount -t tmpfs disk disk && cp -a output disk && mount -o remount,ro disk
        "$@"; code=$?; cp -a disk/output after; exit $code
    """
    published = project.output
    command = project.command("--no-pdf", "--force", "--output", "disk/output")
    done = project.execute([*confine, script, "sh", *command])
    assert_refused(
        done, f"{project.root}/disk/output:", "cannot be written: Read-only", "untouched"
    )
    assert contents(project.root / "after") == published


def test_a_full_disk_for_the_output_is_refused(project: Project, confine: list[str]) -> None:
    """The deck that was there stays whole."""
    script = """
        mkdir disk && mount -t tmpfs -o size=1m disk disk && cp -a output disk
        cat /dev/zero > disk/full 2> /dev/null
        "$@"; code=$?; cp -a disk/output after; ls -A disk > left; exit $code
    """
    published = project.output
    command = project.command("--no-pdf", "--force", "--output", "disk/output")
    done = project.execute([*confine, script, "sh", *command])
    message = "cannot be written: No space left on device"
    assert_refused(done, f"{project.root}/disk/output:", message, "untouched")
    assert contents(project.root / "after") == published
    assert (project.root / "left").read_text().split() == ["full", "output"]


def test_a_full_disk_for_the_results_is_refused(project: Project, confine: list[str]) -> None:
    """The error names the disk that is full, not the experiment that met it."""
    script = """
        rm -r .livedeck && mkdir .livedeck && mount -t tmpfs -o size=1m disk .livedeck
        cat /dev/zero > .livedeck/full 2> /dev/null
        exec "$@"
    """
    published = project.output
    done = project.execute([*confine, script, "sh", *project.command("--no-pdf", "--force")])
    assert_refused(done, f"{project.root}/.livedeck", "No space left on device")
    assert project.output == published


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (signal.SIGINT, "interrupted"),
        (signal.SIGTERM, "ended by SIGTERM"),
        (signal.SIGHUP, "ended by SIGHUP"),
        (signal.SIGKILL, ""),
    ],
)
def test_an_interrupted_build_goes_on_where_it_was(
    ending: signal.Signals, said: str, project: Project, line: Line
) -> None:
    """It loses the experiment in flight alone, needs no clearing up, and leaves no process."""
    waits = f"if os.path.exists({str(line.path)!r}): {line.call}; signal.pause()"
    write_experiment(project, "early", "return Result(answer=1.0)")
    write_experiment(project, "late", f"{waits}\n    return Result(answer=2.0)")
    published = project.output
    build = project.start("--no-pdf", "--workers", "1")
    line.wait()
    build.send_signal(ending)
    _, errors = build.communicate()
    line.wait_for_end()
    assert project.output == published
    assert build.returncode == -ending
    kept = "what was finished is kept for the next build"
    assert errors.decode() == (f"error: {said}; {kept}\n" if said else "")
    line.path.unlink()
    done = project.build()
    assert (done.code, done.made) == (0, ["late"])
    assert not list((project.root / ".livedeck" / "staging").iterdir())
