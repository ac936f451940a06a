"""The lecture, built with every experiment at its smallest."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def build(folder: Path, hash_seed: str) -> Path:
    """Builds the lecture in a store of its own, from nothing."""
    command = [sys.executable, "build.py", "--profile", "quick", "--pdf", "all", "--quiet"]
    places = ["--store", str(folder / "store"), "--output", str(folder / "output")]
    variables = {"PYTHONHASHSEED": hash_seed, "SOURCE_DATE_EPOCH": "0"}
    variables["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # nearly all of the time is compilation
    done = subprocess.run(
        [*command, *places],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "output"


def results(output: Path) -> dict[str, dict]:
    """Every run of a built deck by name."""
    return json.loads((output / "results.json").read_text())["results"]


@pytest.fixture(scope="session")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built lecture's folder."""
    return build(tmp_path_factory.mktemp("lecture"), "1")


@pytest.fixture(scope="session")
def computed(lecture: Path) -> Callable[[str], dict[str, Any]]:
    """The values that slides can cite of a run, by name; lists are arrays."""
    runs = results(lecture)

    def values(name: str) -> dict[str, Any]:
        cited = runs[name]["values"]
        return {k: np.array(v) if isinstance(v, list) else v for k, v in cited.items()}

    return values
