"""For any edit of anything, a build reruns exactly what depends on it, shows what is true, and
gives the bytes of a build from nothing."""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livedeck.cli import main
from tests.conftest import Project
from tests.generated import World, edits, worlds
from tests.pdfs import assert_same
from tests.test_faults import FIXED, published


def made(root: Path) -> set[str]:
    """What the last build computed."""
    return set(json.loads(stamped(root))["made"])


def stamped(root: Path) -> bytes:
    """The file that a build leaves, which one with nothing to do leaves alone."""
    path = root / "output" / "build.json"
    return path.read_bytes() if path.exists() else b""


def build(root: Path, world: World, pdf: str = "--no-pdf") -> None:
    """Writes the project as it is now and builds it."""
    world.write(root)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**FIXED, **world.variables()}.items():
            patch.setenv(name, value)
        assert main(["build", pdf, "--quiet"], root) == 0


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds(), st.lists(st.lists(edits(), min_size=1, max_size=2), min_size=1, max_size=4))
def test_every_build_runs_what_changed_and_shows_what_is_true(
    world: World, rounds: list[list[Callable[[World], None]]]
) -> None:
    """Helpers, also imported late and through each other; data that is opened, loaded, listed or
    only asked for; variables, parameters, figures; comments and prose rerun nothing, and what
    comes back as it once was is found again."""
    results: set[str] = set()
    figures: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for changes in [[], *rounds]:
            for change in changes:
                change(world)
            numbers = range(len(world.experiments))
            runs = {f"result e{n}" for n in numbers if world.result(n) not in results}
            drawn = {f"figure e{n}.line" for n in numbers if world.figure(n) not in figures}
            before = stamped(root)
            build(root, world)
            now = set() if stamped(root) == before else made(root)
            assert {name.partition(" at ")[0] for name in now} == runs | drawn
            page = re.sub(r"<[^>]*>", "", (root / "output" / "index.html").read_text())
            for n in numbers:
                assert f"Slide {world.prose}: {world.answer(n)}" in page
            results |= {world.result(n) for n in numbers}
            figures |= {world.figure(n) for n in numbers}
        build(root, world, "--pdf=all")
        build(root / "anew", world, "--pdf=all")
        assert_same(published(Project(root)), published(Project(root / "anew")))
