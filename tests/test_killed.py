"""Commands that are killed or told to end, at whatever moment: nothing of theirs stays anywhere.

`LIVEDECK_FAULTS=300 python -m pytest tests/test_killed.py` is a campaign; without it, each test
tries a few moments that its number decides.
"""

import fcntl
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from livedeck import staging
from livedeck.execution import processes
from tests.conftest import REPOSITORY, Done, Project, write_experiment
from tests.projects import environment
from tests.waiting import PATIENCE, Line

FAULTS = int(os.environ.get("LIVEDECK_FAULTS", "7"))
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
STAMP = "build.json"
COMMANDS = {
    "build": ["--no-pdf", "--force"],
    "pdf": ["--pdf", "all", "--force"],
    "serve": ["serve", "--port", "0"],
    "verify": ["verify", "--figures"],
    "run": ["run", "line", "--set", "slope=5"],
    "pack": ["pack", "results.zip", "--figures"],
    "unpack": ["unpack", "../pack.zip"],
}
FROM_NOTHING = ("build", "pdf", "unpack")
WORDS = re.compile(r"error: (interrupted|ended by SIG\w+); what was finished is kept for .*\n")
STRIKING = str(Path(__file__).parent / "striking")  # strikes at the `MOMENT` that it is told
FIXED = {
    "SOURCE_DATE_EPOCH": "0",
    "HOME": "/nowhere",  # so that files have one name, though this repository lies in the home
    "PYTHONPATH": os.pathsep.join([STRIKING, str(REPOSITORY)]),
}
ON_A_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True)
class Trial:
    """A project with surroundings of its own: a temporary folder and a home."""

    project: Project
    place: Path

    @classmethod
    def of(cls, project: Project, place: Path) -> "Trial":
        """A trial in a copy of a project."""
        for name in ("tmp", "home"):
            (place / name).mkdir()
        return cls(project.copy(place / "project"), place)

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of all its commands, by which their processes can be told."""
        folders = {"TMPDIR": str(self.place / "tmp"), "HOME": str(self.place / "home")}
        return {**FIXED, **folders, "TRIAL": str(self.place)}

    def start(self, command: str, **more: str) -> subprocess.Popen[bytes]:
        """Starts a command in a session of its own."""
        return subprocess.Popen(
            self.project.command(*COMMANDS[command]),
            cwd=self.project.root,
            env=environment(**self.surroundings, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def family(self) -> list[psutil.Process]:
        """The processes that it has started and that live."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get("TRIAL") == str(self.place) and processes.lives(process):
                    found.append(process)
        return found

    def wait_for_silence(self) -> None:
        """Nothing that belongs to a command may outlive it."""
        end = time.monotonic() + PATIENCE
        while left := self.family():
            assert time.monotonic() < end, [process.cmdline() for process in left]
            time.sleep(0.1)

    def left(self) -> list[str]:
        """What lies where nothing of a command may lie when it has ended."""
        root = self.project.root
        known = {"deck", "experiments", "templates", "build.py", "output", ".livedeck"}
        found = [path for name in ("tmp", "home") for path in (self.place / name).rglob("*")]
        found += [path for path in root.iterdir() if path.name not in {*known, "results.zip"}]
        found += (root / ".livedeck" / "staging").glob("*")
        for folder, name in (("pages", "*.html"), ("digests", "?" * 64)):
            there = (root / ".livedeck" / folder).glob("*")
            found += [path for path in there if not path.match(name)]
        return sorted(str(path.relative_to(self.place)) for path in found)

    def published(self) -> dict[str, bytes]:
        """The deck that stands in its output folder."""
        return {name: data for name, data in self.project.output.items() if name != STAMP}

    def make_up(self) -> Done:
        """The next build."""
        return self.project.build(**self.surroundings)


@pytest.fixture(scope="module")
def decks(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with everything built."""
    project = sources.copy(tmp_path_factory.mktemp("decks"))
    assert project.build("--pdf", "all", **FIXED).code == 0
    return project


@pytest.fixture(scope="module")
def pack_of_it(decks: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of all that it needs."""
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    assert decks.call("pack", str(path), "--figures").code == 0
    return path


@pytest.fixture(scope="module")
def lengths(
    decks: Project, pack_of_it: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, float]:
    """About how long each command takes here; of `serve`, until all is there."""
    found = {"serve": 8.0}
    for command in COMMANDS.keys() - found:
        trial = Trial.of(decks, tmp_path_factory.mktemp("timed"))
        prepare(trial, command, pack_of_it)
        began = time.monotonic()
        with trial.start(command) as process:
            _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        assert trial.left() == []
        found[command] = time.monotonic() - began
    return found


def prepare(trial: Trial, command: str, pack: Path) -> None:
    shutil.copy(pack, trial.place / "pack.zip")
    if command in FROM_NOTHING:
        shutil.rmtree(trial.project.root / ".livedeck")


def strike(
    trial: Trial, command: str, how: signal.Signals, chance: random.Random, length: float
) -> tuple[int, str]:
    """Sends a command a signal at some time, or at something that it does to a file; gives how it
    has ended and what it said of that."""
    at_a_file = chance.random() < 0.5
    moment = int(1.5 ** chance.uniform(0, 14.5))  # up to 350; most of it is early
    wait = length if at_a_file else length * chance.uniform(0, 1.1)
    told = {"MOMENT": f"{moment} {int(how)}"} if at_a_file else {}
    with trial.start(command, **told) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(wait)
        if process.poll() is None and (command == "serve" or not at_a_file):
            process.send_signal(how)
        _, errors = process.communicate(timeout=PATIENCE)
    trial.wait_for_silence()
    return process.returncode, errors.decode()


@pytest.mark.parametrize("number", range(FAULTS))
def test_what_a_killed_command_has_left_goes_with_the_next_build(
    number: int, decks: Project, pack_of_it: Path, lengths: dict[str, float], tmp_path: Path
) -> None:
    """Wherever it lay; and the deck is whole."""
    command = list(COMMANDS)[number % len(COMMANDS)]
    trial = Trial.of(decks, tmp_path)
    prepare(trial, command, pack_of_it)
    before = trial.published()
    strike(trial, command, signal.SIGKILL, random.Random(number), lengths[command])
    assert trial.published().keys() | {"deck.pdf", "handout.pdf", "article.pdf"} == before.keys()
    done = trial.make_up()
    assert (done.code, done.err) == (0, "")
    assert trial.left() == []
    assert trial.published().items() <= before.items()


@pytest.mark.parametrize("number", range(3 * FAULTS))
def test_a_command_that_is_told_to_end_leaves_nothing(
    number: int, decks: Project, pack_of_it: Path, lengths: dict[str, float], tmp_path: Path
) -> None:
    """It says so in one line and ends by that signal; a server ends well by Ctrl-C."""
    command = list(COMMANDS)[number % len(COMMANDS)]
    how = ENDINGS[number % len(ENDINGS)]
    trial = Trial.of(decks, tmp_path)
    prepare(trial, command, pack_of_it)
    code, said = strike(trial, command, how, random.Random(-1 - number), lengths[command])
    assert trial.left() == []
    well = code == 0  # it was through, or is a server
    assert well or code == -how, said
    assert well or WORDS.fullmatch(said) or ", in run\n" not in said  # or still began
    done = trial.make_up()
    assert (done.code, done.err) == (0, "")
    assert trial.left() == []


@pytest.mark.parametrize("how", ENDINGS)
def test_a_signal_that_is_ignored_stays_ignored(
    how: signal.Signals, project: Project, line: Line
) -> None:
    """As under `nohup`, in the background of a script, or with a runner of tests."""
    body = f"{line.call}; import time; time.sleep(1)\n    return Result(answer=1.0)"
    write_experiment(project, "slow", body)
    command = ["sh", "-c", f'trap "" {how.name[3:]}; exec "$@"', "sh", *project.command("--no-pdf")]
    with subprocess.Popen(command, cwd=project.root, env=project.environment()) as build:
        line.wait()
        build.send_signal(how)
        assert build.wait(PATIENCE) == 0


SLOW = """
import sys, time
from livedeck.signals import ending
ending.arm()
try:
    print("ready", flush=True)
    time.sleep(600)
finally:
    print("ending", flush=True)
    time.sleep(600)
"""


def test_a_second_signal_ends_at_once_and_an_echo_does_not() -> None:
    """`timeout` sends two at the same moment, and means one."""
    with subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == b"ending\n"
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == -signal.SIGINT


LOST = """
import time
from livedeck.signals import ending

class Swallows:
    def __del__(self):
        print("ready", flush=True)
        time.sleep(600)

ending.arm()
Swallows()
time.sleep(600)
"""


def test_an_end_that_is_lost_comes_again() -> None:
    """Python drops what is raised in a finalizer, and the program would go on."""
    with subprocess.Popen(
        [sys.executable, "-c", LOST], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode != 0


@pytest.mark.parametrize("beside", [True, False])
def test_what_somebody_holds_or_owns_is_not_swept_away(
    beside: bool, project: Project, tmp_path: Path
) -> None:
    """A name like ours is no sign; a lock that nobody holds is."""
    folder, before = (project.root, ".output-") if beside else (tmp_path / "tmp", "livedeck-")
    folder.mkdir(exist_ok=True)
    kept, gone = set(), set()
    for name in ("notes", "0123456789abcdef", "more.livedeck", "a.lock"):
        kept.add(folder / f"{before}{name}")
    for name in ("held", "left"):
        (kept if name == "held" else gone).update(
            {folder / f"{before}{name}.livedeck", folder / f"{before}{name}.livedeck.lock"}
        )
    for path in sorted(kept | gone):
        if path.suffix == ".lock":
            path.touch()
        else:
            path.mkdir()
            (path / "own").write_text("words")
    with (folder / f"{before}held.livedeck.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert project.build(TMPDIR=str(tmp_path / "tmp")).code == 0
    assert {path for path in kept | gone if path.exists()} == kept


def test_a_store_that_cannot_be_written_to_is_verified(
    project: Project, tmp_path: Path, confine: list[str]
) -> None:
    """What it takes goes into the temporary folder, and from there."""
    (tmp_path / "tmp").mkdir()
    script = """
        mount --bind .livedeck .livedeck && mount -o remount,bind,ro .livedeck && exec "$@"
    """
    command = [*confine, script, "sh", *project.command("verify", "line")]
    done = project.execute(command, TMPDIR=str(tmp_path / "tmp"))
    assert (done.code, done.err) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_store_that_is_mounted_apart_is_no_hindrance(
    project: Project, confine: list[str]
) -> None:
    """Nothing can be renamed out of it, although it is on the same disk."""
    script = """
        mkdir kept && mount --bind kept .livedeck && "$@" && "$0" build.py pack results.zip
    """
    published = project.output
    done = project.execute(
        [*confine, script, sys.executable, *project.command("--no-pdf", "--force")]
    )
    assert (done.code, done.err) == (0, "")
    assert project.output.keys() == published.keys()
    names = {path.name for path in project.root.iterdir()}
    assert "results.zip" in names
    assert not [name for name in names if name.startswith((".output", ".results"))]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_build_needs_no_standard_streams(closed: str, project: Project) -> None:
    """What is printed does not go into whatever file is opened instead."""
    published = project.output
    command = ["sh", "-c", f'"$@" {closed}', "sh", *project.command("--no-pdf", "--force")]
    done = project.execute(command)
    assert (done.code, done.traceback) == (0, False)
    assert project.output.keys() == published.keys()
    assert project.output["index.html"] == published["index.html"]


def test_a_build_whose_reader_has_gone_goes_on(project: Project) -> None:
    """As in `python build.py | head -1`."""
    project.edit("deck/20-inputs/30-inputs.md", "Every kind", "Every sort")
    with project.start("--no-pdf") as build:
        assert build.stdout is not None
        build.stdout.close()
        assert build.wait(PATIENCE) == 0
    assert "Every sort" in project.page


def test_a_build_ends_with_its_terminal(project: Project, line: Line) -> None:
    """Although it can say nothing any more."""
    body = f"{line.call}; signal.pause()\n    return Result(answer=1.0)"
    write_experiment(project, "late", body)
    published = project.output
    terminal, its_end = pty.openpty()
    taking = [sys.executable, "-c", ON_A_TERMINAL, *project.command("--no-pdf")]
    with subprocess.Popen(
        taking,
        cwd=project.root,
        env=project.environment(),
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
    ) as build:
        os.close(its_end)
        line.wait()
        os.close(terminal)
        line.wait_for_end()
    assert build.returncode == -signal.SIGHUP
    assert project.output == published
    assert not list((project.root / ".livedeck" / "staging").iterdir())


def test_what_a_process_holds_it_can_let_go_at_once(tmp_path: Path) -> None:
    """Wherever it is when it is ended."""
    with staging.folder(tmp_path / "staging") as one, staging.scratch(tmp_path) as two:
        (one / "file").write_text("half")
        staging.release()
        assert not one.exists()
        assert not two.exists()
    assert list((tmp_path / "staging").iterdir()) == []
