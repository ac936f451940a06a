"""Whatever a run or a figure depends on counts, in whatever way it learns of it; and nothing else:
docs/workers.md."""

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import dependencies
from tests.conftest import Project, write_experiment
from tests.dependencies import Ground, Way

WAYS = dependencies.ways(*dependencies.KINDS)
UNUSED = dependencies.ways("unused")
EVERY = bool(os.environ.get("LIVEDECK_INPUTS"))  # compares with plain Python what is slow, too
TAKE_ALL = ("surroundings",)  # what depends on the whole environment
BUILD = ("build.py", "--no-pdf")
GIVE_ALL = ("programs", "outside", "figures")  # what may start a program, which has all of it


@dataclass
class Story:
    """The numbers of all ways in a project that is built again and again, and what was made."""

    ways: list[Way]
    ground: Ground
    numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    plain: dict[str, dict[str, float | None]] = field(default_factory=dict)
    made: dict[str, set[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def build(self, chapter: str, *words: str, compare: bool = False, **variables: str) -> None:
        """Builds the deck as it is now, and asks plain Python for the same."""
        variables = self.ground.variables(self.ways) | variables
        done = self.ground.project.build("--keep-going", "--workers", "2", *words, **variables)
        self.errors[chapter] = done.errors
        self.made[chapter] = {name.partition(".")[0] for name in done.made}
        self.numbers[chapter] = {way.name: n for way in self.ways if (n := self._shown(way))}
        if compare:
            names = [way.name for way in self.ways if EVERY or not way.slow]
            fixed = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
            printed = subprocess.run(
                dependencies.command(names),
                cwd=self.ground.project.root,
                env=self.ground.project.environment(**variables, **fixed),
                check=True,
                stdout=subprocess.PIPE,
            ).stdout
            self.plain[chapter] = json.loads(printed)

    def _shown(self, way: Way) -> float:
        """The number that the deck shows; 0 if there is none."""
        project = self.ground.project
        built = json.loads((project.root / "output" / "build.json").read_text())["entries"]
        kind = "figure" if way.kind == "figures" else "result"
        for name, entry in built.items():
            if name == f"result {way.name}" == f"{kind} {way.name}":
                return _manifest(project, entry)["values"]["answer"]
            if kind == "figure" and name.startswith(f"figure {way.name}."):
                folder = project.root / ".livedeck" / "entries" / entry
                return float((folder / "data.csv").read_text().splitlines()[-1].split(",")[-1])
        return 0


@pytest.fixture(scope="module")
def story(
    request: pytest.FixtureRequest, sources: Project, tmp_path_factory: pytest.TempPathFactory
) -> Story:
    """The ways whose tests were chosen, by `-k`, say, in one project: built, built again when
    nothing that counts has changed, and built again when all was edited."""
    asked = {item.name for item in request.session.items}
    chosen = [w for w in WAYS + UNUSED if any(name.endswith(f"[{w.name}]") for name in asked)]
    folder = tmp_path_factory.mktemp("ways")
    ground = Ground.clear(sources.copy(folder / "project"), folder)
    story = Story(chosen, ground)
    for way in chosen:
        ground.write(way)
        ground.make(way, 1)
    variables = ground.variables(chosen)
    story.build("first", compare=True)
    story.build("again", "--force")
    elsewhere = f"{os.environ['PATH']}:/nowhere"
    path = variables["PATH"].replace(os.environ["PATH"], elsewhere)
    unused = [way for way in chosen if way.kind == "unused"]
    for way in unused:
        ground.make(way, 2)
    terminal = {"PATH": path, "TERM": "dumb", "SHLVL": "7", "PWD": "/", "OLDPWD": "/"}
    before = {name: text for name, text in variables.items() if name.startswith("UNUSED_")}
    story.build("unused", **before | terminal)
    story.build("variables", ANOTHER="1", **terminal)
    for way in chosen:
        if way.kind != "unused":
            ground.make(way, 2)
    story.build("edited", compare=True)
    return story


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_an_edit_of_what_an_experiment_depends_on_is_seen(way: Way, story: Story) -> None:
    """The number is that of the present, without a word from the author."""
    assert story.numbers["first"].get(way.name) == 1, _about(way, story, "first")
    assert story.numbers["edited"].get(way.name) == 2, _about(way, story, "edited")


@pytest.mark.parametrize("way", WAYS + UNUSED, ids=lambda way: way.name)
def test_what_is_as_it_was_runs_once(way: Way, story: Story) -> None:
    """Whatever the packages that it imports do to their process."""
    assert way.name not in story.made["again"]


@pytest.mark.parametrize("way", WAYS + UNUSED, ids=lambda way: way.name)
def test_an_edit_of_what_an_experiment_does_not_depend_on_reruns_nothing(
    way: Way, story: Story
) -> None:
    """Comments, files beside those that are read, variables that nobody reads, the terminal."""
    if way.kind not in TAKE_ALL:
        assert way.name not in story.made["unused"]
    if way.kind not in TAKE_ALL + GIVE_ALL and "program" not in way.title:
        assert way.name not in story.made["variables"]
    if way.kind == "unused":
        assert story.numbers["edited"].get(way.name) == 1, _about(way, story, "first")
        assert way.name not in story.made["edited"] or "program" in way.title


@pytest.mark.parametrize("way", WAYS + UNUSED, ids=lambda way: way.name)
def test_python_itself_gives_these_numbers(way: Way, story: Story) -> None:
    """So that what is expected above is right; `LIVEDECK_INPUTS=1` asks the slow ones too."""
    if EVERY or not way.slow:
        assert story.plain["first"][way.name] == 1
        assert story.plain["edited"][way.name] == (1 if way.kind == "unused" else 2)


def test_a_run_that_uses_no_time_zone_does_not_depend_on_their_data(story: Story) -> None:
    """Though pandas requires them."""
    for way in story.ways:
        if "import pandas" in way.body:
            built = json.loads(story.ground.project.output["results.json"])["results"]
            assert "package pandas" in built[way.name]["inputs"]
            assert "package tzdata" not in built[way.name]["inputs"]


STARTS_PYTHON = """\
    import multiprocessing, subprocess, sys
    told = int(subprocess.check_output([sys.executable, "-c", "print(1)"]))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return Result(told + pool.apply(abs, [-1]))
"""


def test_the_interpreter_of_a_clone_is_no_input(sources: Project, tmp_path: Path) -> None:
    """Each clone has a `.venv` of its own, in which Python is a link here and a copy there, of
    another build."""
    first = sources.copy(tmp_path / "first")
    write_experiment(first, "starts", STARTS_PYTHON.strip())
    second = first.copy(tmp_path / "second")
    for project, links in ((first, True), (second, False)):
        venv.create(project.root / ".venv", symlinks=links)
        [packages] = (project.root / ".venv").glob("lib/*/site-packages")
        (packages / "others.pth").write_text("\n".join(sys.path))
    for binary in (second.root / ".venv" / "bin").glob("python*"):
        binary.write_bytes(binary.read_bytes() + b"another")
    assert (first.root / ".venv" / "bin" / "python").is_symlink()
    assert "starts" in first.execute([".venv/bin/python", *BUILD]).made
    shutil.copytree(first.root / ".livedeck", second.root / ".livedeck")
    done = second.execute([".venv/bin/python", *BUILD])
    assert (done.code, done.made) == (0, [])


def _manifest(project: Project, entry: str) -> dict[str, dict[str, float]]:
    path = project.root / ".livedeck" / "entries" / entry / "manifest.json"
    found: dict[str, dict[str, float]] = json.loads(path.read_text())
    return found


def _about(way: Way, story: Story, chapter: str) -> str:
    """What a build has said of a way."""
    return "\n".join(error for error in story.errors[chapter] if f"`{way.name}" in error)
