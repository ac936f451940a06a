"""No experiment finds what another has left behind in its worker: docs/workers.md."""

import ast
import json
import os
import subprocess
import sys

import pytest

from tests import leaks
from tests.conftest import REPOSITORY, Project

LEAKS = leaks.corpus()
PYTHONPATH = f"{REPOSITORY}{os.pathsep}{leaks.PACKAGES}"


@pytest.fixture(scope="module")
def chosen(request: pytest.FixtureRequest) -> list[leaks.Leak]:
    """The pairs whose tests were chosen, by `-k`, say."""
    asked = {item.name for item in request.session.items}
    return [leak for leak in LEAKS if any(name.endswith(f"[{leak.name}]") for name in asked)]


@pytest.fixture(scope="module")
def left(
    sources: Project, chosen: list[leaks.Leak], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A project with the pairs, not built."""
    project = leaks.clear(sources.copy(tmp_path_factory.mktemp("left")))
    for leak in chosen:
        leak.write(project)
    return project


@pytest.fixture(scope="module")
def after(left: Project) -> Project:
    """The same, built: every victim runs in a worker after all polluters."""
    print(left.build("--keep-going", PYTHONPATH=PYTHONPATH).err)
    return left


@pytest.fixture(scope="module")
def alone(
    sources: Project, chosen: list[leaks.Leak], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """Built with the victims alone."""
    project = leaks.clear(sources.copy(tmp_path_factory.mktemp("alone")))
    for leak in chosen:
        leak.write(project, polluter=False)
    print(project.build("--keep-going", PYTHONPATH=PYTHONPATH).err)
    return project


@pytest.fixture(scope="module")
def together(left: Project, chosen: list[leaks.Leak]) -> dict[str, list[tuple[int, list[str]]]]:
    """What victims tell in plain Python, alone and after their polluter."""
    command = [sys.executable, str(leaks.HERE / "together.py"), *(leak.name for leak in chosen)]
    environment = left.environment(PYTHONPATH=PYTHONPATH, TZ="UTC", LC_ALL="C.UTF-8")
    done = subprocess.run(
        command, cwd=left.root, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    told: dict[str, list[tuple[int, list[str]]]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_an_experiment_finds_nothing_that_another_has_left_behind(
    leak: leaks.Leak, after: Project, alone: Project
) -> None:
    """Its numbers and drawings are those of a build without the other."""
    assert shown(after, f"v_{leak.name}") == shown(alone, f"v_{leak.name}")


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_what_leaves_something_behind_has_its_own_result(leak: leaks.Leak, after: Project) -> None:
    """The engine holds out what an experiment does to its process."""
    assert shown(after, f"p_{leak.name}")


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_in_one_process_the_other_would_be_found(
    leak: leaks.Leak, together: dict[str, list[tuple[int, list[str]]]]
) -> None:
    """So that the tests above can fail: alone and after its polluter a victim tells other things,
    item by item."""
    (ended, before), (ended_together, spoiled) = together[leak.name]
    assert ended == 1 <= ended_together
    if ended_together == 1:
        return  # the victim has failed
    if leak.place == "figures":
        assert before[1] != spoiled[1]
        return
    first, second = ast.literal_eval(before[0]), ast.literal_eval(spoiled[0])
    assert all(one != other for one, other in zip(first, second, strict=True)), (first, second)


def shown(project: Project, name: str) -> dict[str, object]:
    """What the deck shows of an experiment: its values and its figure's files by their digests."""
    built = json.loads((project.root / "output" / "build.json").read_text())["entries"]
    found = {}
    for kind, entry in ((each.partition(" ")[2], built[each]) for each in built):
        if kind == name or kind.startswith(f"{name}."):
            manifest = project.root / ".livedeck" / "entries" / entry / "manifest.json"
            content = json.loads(manifest.read_text())
            found[kind] = content["values"], content["files"]
    assert found, f"{name} has failed"
    return found
