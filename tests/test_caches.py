"""What a package keeps of a file that it has read is no way round the file: two experiments in one
worker read the same file through it, and both are computed anew when it is edited."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from tests import leaks
from tests.conftest import REPOSITORY, Project
from tests.dependencies.making import catalogue
from tests.serving import serving

READERS = {
    "a_cached_function": ("import kit", "kit.read('data/n')"),
    "a_dictionary": ("import kit", "kit.looked_up('data/n')"),
    "linecache": ("import linecache", "linecache.getline('data/n', 1)"),
    "gettext": ("import gettext", "gettext.translation('n', 'data', ['de']).gettext('n')"),
    "an_archive": ("import sys; sys.path.append('data/n.zip'); import zipped", "zipped.N"),
    "a_module_on_the_path": ("import loose", "loose.N"),
    "a_mapped_array": ("import kit", "kit.mapped('data/n.npy')[0]"),
    "what_was_not_there": ("import kit", "kit.read_if_there('data/late')"),
}
EXPERIMENT = '''\
"""It reads."""

from typing import NamedTuple


class Result(NamedTuple):
    answer: float


def run() -> Result:
    {first}
    assert __name__.endswith({name!r})  # so that no two are the same
    return Result(float({number}))
'''


@pytest.fixture
def readers(sources: Project, tmp_path: Path) -> Project:
    """A project with two experiments for each reader, never built."""
    project = leaks.clear(sources.copy(tmp_path / "project"))
    for reader, (first, number) in READERS.items():
        for which in ("first", "second"):
            name = f"{which}_{reader}"
            project.write(
                f"experiments/{name}.py", EXPERIMENT.format(first=first, number=number, name=name)
            )
            project.write(f"deck/{name}.md", f"# {reader}\n\n{{{{ {name}.answer }}}}\n")
    fill(project, 1)
    return project


def fill(project: Project, number: int) -> None:
    """Writes the number into all that is read."""
    project.write("data/n", f"{number}\n")
    project.write("data/de/LC_MESSAGES/n.mo", catalogue("n", str(number)))
    module = project.write("data/packages/loose.py", f"N = {number}\n")
    os.utime(module, (number, number))  # by which Python knows an edit
    with zipfile.ZipFile(project.root / "data" / "n.zip", "w") as archive:
        archive.writestr("zipped.py", f"N = {number}\n")
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    project.write("data/n.npy", b"\x93NUMPY\1\0v\0" + header + bytes([number]))
    if number > 1:
        project.write("data/late", f"{number}\n")


def variables(project: Project) -> dict[str, str]:
    """The import path with the packages that cache."""
    places = REPOSITORY, leaks.PACKAGES, project.root / "data" / "packages"
    return {"PYTHONPATH": os.pathsep.join(map(str, places))}


def answers(project: Project) -> dict[str, float]:
    """What the experiments have answered."""
    results = json.loads(project.output["results.json"])["results"]
    return {name: results[name]["values"]["answer"] for name in sorted(results)}


def told(number: float) -> dict[str, float]:
    """What they should answer."""
    return {f"{which}_{reader}": number for which in ("first", "second") for reader in READERS}


def test_an_edit_of_a_file_that_a_package_keeps_in_mind_is_seen(readers: Project) -> None:
    """By the next build, of both experiments."""
    assert readers.build(**variables(readers)).code == 0
    assert answers(readers) == told(1)
    fill(readers, 2)
    assert readers.build(**variables(readers)).code == 0
    assert answers(readers) == told(2)


def test_what_a_server_stores_is_not_what_a_package_had_in_mind(readers: Project) -> None:
    """A build after it publishes the numbers of the files as they are."""
    last = list(told(1))[-1]
    with serving(readers, "--workers", "1", **variables(readers)) as served:
        served.read(rf"Compute +{last} ")
        fill(readers, 2)
        served.read(rf"Compute +first_{next(iter(READERS))} ")
        served.end()
    assert readers.build(**variables(readers)).code == 0
    assert answers(readers) == told(2)
    fill(readers, 3)
    assert readers.build(**variables(readers)).code == 0
    assert answers(readers) == told(3)
