"""What experiments share may lie in folders: what is used counts, and none is an experiment."""

import json
from pathlib import Path

import pytest

from tests.conftest import Project, assert_made

HELPERS = {
    "_data/points.py": "COUNT = 4\n",
    "_data/readings/sensor.py": "SCALE = 10\n",
    "_models/line.py": """
        from .._data.readings.sensor import SCALE
        from ._parts import slope


        def total(count):
            return SCALE * slope(count)
        """,
    "_models/_parts.py": "OFFSET = 2\n\n\ndef slope(count):\n    return count + OFFSET\n",
    "_packed/__init__.py": "EXTRA = 5\n",
    "_packed/inner/__init__.py": "from .. import EXTRA\n",
    "_packed/inner/deep.py": "from . import EXTRA\nMORE = EXTRA + 1\n",
    "_drawing/strokes.py": "WIDE = 4\n",
    "unnamed/tools.py": "FACTOR = 1\n",
}
EXPERIMENT = '''
    """A sum of what lies in folders."""

    from typing import NamedTuple

    from experiments import _packed
    from experiments._data.points import COUNT
    from experiments._drawing import strokes
    from experiments._models.line import total
    from experiments._packed.inner.deep import MORE
    from experiments.unnamed import tools


    class Result(NamedTuple):
        answer: float


    def run() -> Result:
        return Result(float(total(COUNT) + MORE + _packed.EXTRA + tools.FACTOR))


    def drawn(fig, result):
        fig.subplots().plot([0, 1], linewidth=strokes.WIDE)
'''
USED = [
    ("_data/points.py", "COUNT = 4", "COUNT = 5"),
    ("_data/readings/sensor.py", "SCALE = 10", "SCALE = 20"),
    ("_models/line.py", "SCALE *", "SCALE + 1 +"),
    ("_models/_parts.py", "OFFSET = 2", "OFFSET = 3"),
    ("_packed/__init__.py", "EXTRA = 5", "EXTRA = 6"),
    ("_packed/inner/deep.py", "EXTRA + 1", "EXTRA + 2"),
    ("unnamed/tools.py", "FACTOR = 1", "FACTOR = 2"),
]


@pytest.fixture(scope="module")
def shared(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built project with an experiment that imports from folders; not to be changed."""
    project = built.copy(tmp_path_factory.mktemp("shared"))
    for name, text in HELPERS.items():
        project.write(f"experiments/{name}", text)
    project.write("experiments/sums.py", EXPERIMENT)
    project.write("deck/30-sums.md", "# {{ sums.answer }}\n\n![Sums](experiment:sums.drawn)\n")
    done = project.build()
    assert_made(done)
    assert done.made == ["sums", "sums.drawn"]
    return project


@pytest.fixture
def project(shared: Project, tmp_path: Path) -> Project:
    """The same project of a test's own."""
    return shared.copy(tmp_path / "project")


def changed(project: Project) -> dict[str, list[str]]:
    """What would be computed, and which inputs of it have changed."""
    rows = json.loads(project.call("explain", "--json").out)
    return {
        row["name"]: [change["input"] for change in row["changes"]]
        for row in rows
        if row["state"] == "runs"
    }


@pytest.mark.parametrize(("file", "old", "new"), USED, ids=[file for file, *_ in USED])
def test_a_run_depends_on_what_it_imports_from_folders(
    file: str, old: str, new: str, project: Project
) -> None:
    """At any depth, with and without an `__init__.py`, by its whole name or a relative one."""
    project.edit(f"experiments/{file}", old, new)
    assert changed(project) == {"sums": [f"module experiments/{file}"]}


def test_a_run_is_repeated_for_what_it_imports_from_folders(project: Project) -> None:
    """And what it then says is what the helpers now hold."""
    for file, old, new in USED:
        project.edit(f"experiments/{file}", old, new)
    done = project.build()
    assert_made(done)
    assert done.made == ["sums", "sums.drawn"]
    assert f">{20 + 1 + (5 + 3) + (6 + 2) + 6 + 2}</span>" in project.page


def test_a_figure_alone_depends_on_what_draws_it(project: Project) -> None:
    """Nothing is computed for a folder that only a figure imports from."""
    project.edit("experiments/_drawing/strokes.py", "WIDE = 4", "WIDE = 5")
    assert changed(project) == {"sums.drawn": ["module experiments/_drawing/strokes.py"]}
    assert project.build().made == ["sums.drawn"]


def test_what_is_not_used_of_folders_does_not_count(project: Project) -> None:
    """Neither a comment, nor a module beside those that are imported, nor one in their package."""
    for name in HELPERS:
        path = project.root / "experiments" / name
        path.write_text(f"{path.read_text()}\n# nothing more\n")
    for folder in sorted({Path(name).parent for name in HELPERS}):
        project.write(f"experiments/{folder}/another.py", "raise ValueError\n")
    assert project.build().made == []


@pytest.mark.parametrize("name", ["_data/points", "unnamed/tools", "./line", "points", "_data"])
def test_a_helper_in_a_folder_is_no_experiment(name: str, shared: Project) -> None:
    """It isn't listed, and who runs it is told what can be run."""
    listed = {row["name"] for row in json.loads(shared.call("list", "--json").out)}
    assert listed == {"borrowed", "lazy", "line", "sums", "table"}
    done = shared.call("run", name)
    assert (done.code, done.traceback) == (2, False)
    assert f"no experiment `{name}`" in done.err
