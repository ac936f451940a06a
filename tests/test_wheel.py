"""livedeck installed from its wheel, by somebody who has nothing else."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Project, assert_made
from tests.waiting import LONG

LECTURE = ["espeakng_loader", "keras", "mctx", "pgx", "sklearn", "statsmodels", "threadpoolctl"]
THERE = f"import importlib.util as u; print(*filter(u.find_spec, {LECTURE}))"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """The wheel of this very source."""
    source, wheels = tmp_path / "source", tmp_path / "wheels"
    for name in ("livedeck", "templates"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, source / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source)
    made = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index"]
    made += ["--no-build-isolation", "--wheel-dir", str(wheels), str(source)]
    assert Project(tmp_path).execute(made).code == 0
    (wheel,) = wheels.glob("*.whl")
    return wheel


@pytest.fixture
def environment(wheel: Path, tmp_path: Path) -> Path:
    """A new environment's programs, into which pip has installed the wheel and what it needs: from
    wherever pip takes packages, in the versions that are locked."""
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(re.findall(r"^\S+==.*(?= \\)", lock, re.MULTILINE)))
    programs = tmp_path / "environment" / "bin"
    here = Project(tmp_path, LONG)
    assert here.execute([sys.executable, "-m", "venv", str(programs.parent)]).code == 0
    installed = [str(programs / "python"), "-m", "pip", "install", "--constraint", str(constraints)]
    done = here.execute([*installed, str(wheel)], PYTHONPATH="")
    assert done.code == 0, done.err
    return programs


def test_a_wheel_brings_all_that_a_new_deck_needs(environment: Path, tmp_path: Path) -> None:
    """In an empty folder, without a checkout of livedeck or any of the lecture's own packages."""
    place = Project(tmp_path / "empty")
    place.root.mkdir()
    asked = place.execute([str(environment / "python"), "-c", THERE], PYTHONPATH="")
    assert (asked.code, asked.out.split()) == (0, [])
    livedeck = str(environment / "livedeck")
    assert_made(place.execute([livedeck, "new", "deck", "talk"], PYTHONPATH=""))
    talk = Project(place.root / "talk")
    assert_made(talk.execute([livedeck, "--profile", "quick"], PYTHONPATH=""))
    assert {"index.html", "deck.pdf"} <= {path.name for path in (talk.root / "output").iterdir()}
