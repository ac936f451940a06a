"""A small real project: its own folder, the real templates, and the command line as its users
call it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

from livedeck.store import user_cache
from livedeck.store.entry import seal, unseal
from tests.projects import REPOSITORY, Done, Project
from tests.visiting import Visit, visiting
from tests.waiting import Line

# Who runs the tests may ignore what ends a command (`nohup`, a job in the background), and all that
# a process starts would ignore it as well; what it handles, they do not.
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, lambda *_: None)
SMALL = Path(__file__).parent / "project"
SLIDES = ["start", "line", "back", "inputs", "steps", "code", "growth", "words", "end"]
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def printed(program: str, **variables: str) -> str:
    """What a program prints in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | variables,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def imported(done: Done) -> set[str]:
    """The packages that were imported, as `python -X importtime` says."""
    modules = (line.rpartition("|")[2].strip() for line in done.err.splitlines())
    return {module.partition(".")[0] for module in modules}


EXAMPLES = sorted(path.parent.name for path in (REPOSITORY / "examples").glob("*/build.py"))
EXPERIMENT = """\
\"\"\"An experiment that {name}.\"\"\"

import os, signal, sys
from typing import NamedTuple


class Result(NamedTuple):
    answer: float


def run() -> Result:
    {body}
"""


def write_experiment(project: Project, name: str, body: str) -> None:
    """An experiment of one value, and a slide that shows it."""
    text = EXPERIMENT.format(name=name, body=body)
    project.write(f"experiments/{name}.py", text)
    project.write(f"deck/30-{name}.md", f"# {name}: {{{{ {name}.answer }}}}\n")


def assert_made(done: Done) -> None:
    """All is well, and there is nothing to say about it."""
    assert (done.code, done.err) == (0, "")


def assert_refused(done: Done, place: str, message: str, hint: str = "", code: int = 1) -> None:
    """Exactly one error, in words for an author."""
    assert done.code == code
    assert not done.traceback, done.err
    assert len(done.errors) == 1, done.err
    assert done.err.startswith("error:"), done.err
    first, *rest = done.errors[0].splitlines()
    assert place in first
    assert message in first
    assert hint in "\n".join(rest)


def give_up(lack: str) -> NoReturn:
    """Skips a test that this machine cannot run; where every test must run, it fails."""
    if os.environ.get("CI"):
        pytest.fail(lack)
    pytest.skip(lack)


def date(manifest: Path, created: float) -> None:
    """Lets an entry have been made at another time."""
    manifest.write_bytes(seal(unseal(manifest.read_bytes()) | {"created": created}))


def built_with(base: Project, folder: str, paths: pytest.TempPathFactory) -> Project:
    """Another project, with the files of a folder laid over it."""
    project = base.copy(paths.mktemp(folder))
    project.lay_over(folder)
    assert_made(project.build())
    return project


class Together(LoadFileScheduling):
    """Where tests run side by side, those of a file share what they build, and so do all of the
    lecture's."""

    def _split_scope(self, nodeid: str) -> str:
        return "lecture" if "/lecture/" in nodeid else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder of the tests' own: none touches the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(user_cache.VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a machine without it fails these tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "chromium", args=CHROMIUM
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project before its first build; not to be changed."""
    project = Project(tmp_path_factory.mktemp("sources"))
    shutil.copytree(SMALL, project.root, dirs_exist_ok=True)
    shutil.copytree(REPOSITORY / "templates", project.root / "templates")
    shutil.copy(REPOSITORY / "build.py", project.root)
    np.save(project.root / "deck" / "data" / "weights.npy", np.array([0.25, 0.5]))
    return project


@pytest.fixture(scope="session")
def built(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project after its first build; not to be changed."""
    project = sources.copy(tmp_path_factory.mktemp("built"))
    assert_made(project.build())
    return project


@pytest.fixture(scope="session")
def varied(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built deck with every kind of slide, those of `SLIDES`; not to be changed."""
    return built_with(built, "page", tmp_path_factory)


@pytest.fixture(scope="session")
def featured(varied: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built deck that shows everything that a slide can hold; not to be changed."""
    return built_with(varied, "features", tmp_path_factory)


@pytest.fixture(scope="session")
def readable(varied: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same as `varied` with a picture, and a figure of many numbers; not to be changed."""
    return built_with(varied, "reading", tmp_path_factory)


@pytest.fixture(scope="session")
def talk(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built deck with a figure in layers, notes and planned times; not to be changed."""
    project = built.copy(tmp_path_factory.mktemp("talk"))
    project.lay_over("talk")
    project.edit("deck/deck.toml", "workers", 'duration = "7 min"\nworkers')
    assert_made(project.call())
    return project


@pytest.fixture
def problems() -> list[str]:
    """What the pages of a test complain of, and whom they ask."""
    return []


@pytest.fixture
def visit(browser: Browser, varied: Project, problems: list[str]) -> Iterator[Visit]:
    """Opens the page of `varied` at a place; a module about another deck has one of its own."""
    with visiting(browser, varied.address, problems) as visit:
        yield visit


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page at its first slide."""
    return visit()


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """The small project of a test's own, built: its deck is the last good one."""
    return built.copy(tmp_path / "project")


@pytest.fixture(scope="session")
def pack(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of all that the small deck needs."""
    path = tmp_path_factory.mktemp("packs") / "results.zip"
    done = built.call("pack", str(path), "--figures")
    assert_made(done)
    assert f"Packed   {path}: 4 results and 2 figures (" in done.out
    return path


@pytest.fixture
def elsewhere(built: Project, tmp_path: Path) -> Project:
    """The same project on a machine that has computed nothing."""
    project = built.copy(tmp_path / "elsewhere")
    shutil.rmtree(project.root / ".livedeck")
    shutil.rmtree(project.root / "output")
    return project


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """A line from an experiment to its test."""
    line = Line.lay(tmp_path / "line")
    yield line
    os.close(line.end)


@pytest.fixture
def confine(tmp_path: Path) -> list[str]:
    """How to run a command whose mounts nobody else sees, and which end with it."""
    own = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c"]
    trial = [*own, 'mount -t tmpfs trial "$0"', str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(trial, capture_output=True).returncode:
        give_up("this machine lets no test mount anything")
    return own


@pytest.fixture
def new_project(sources: Project, tmp_path: Path) -> Project:
    """The small project of a test's own, never built."""
    return sources.copy(tmp_path / "project")
