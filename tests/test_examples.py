"""The deck in `examples/`: another subject and another theme, with the same engine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, environment

EXAMPLES = sorted(path.parent.name for path in (REPOSITORY / "examples").glob("*/build.py"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_builds_outside_of_the_repository(name: str, tmp_path: Path) -> None:
    """With the templates that livedeck comes with, its own theme, and a PDF of as many pages."""
    folder = tmp_path / name
    leave = shutil.ignore_patterns(".livedeck", "output", "__pycache__")
    shutil.copytree(REPOSITORY / "examples" / name, folder, ignore=leave)
    command = [sys.executable, "build.py", "--quiet"]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (folder / "output" / "index.html").read_text()
    assert page.count('<section class="slide') == len(list((folder / "deck").glob("*.md")))
    assert "--paper:#fbf7ee" in page
    info = ["pdfinfo", str(folder / "output" / "deck.pdf")]
    pages = subprocess.run(info, capture_output=True, text=True, check=True).stdout
    assert "Pages:           3" in pages


def test_the_pendulum_is_as_late_as_theory_says(tmp_path: Path) -> None:
    """At 90 degrees 1.18034 small-angle periods, which Legendre's tables give."""
    folder = tmp_path / "pendulum"
    shutil.copytree(REPOSITORY / "examples" / "pendulum", folder)
    command = [sys.executable, "build.py", "--quiet", "--no-pdf", "--store", "new"]
    subprocess.run(command, cwd=folder, env=environment(), check=True)
    results = json.loads((folder / "output" / "results.json").read_text())["results"]
    values = results["pendulum"]["values"]
    at_90 = values["periods"][values["amplitudes"].index(90)]
    assert at_90 == pytest.approx(1.18034, abs=1e-5)
