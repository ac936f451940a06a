"""Whatever happened to a deck before, the next build gives the same bytes: page, results and PDFs.

`LIVEDECK_FAULTS=300 python -m pytest tests/test_histories.py` is a campaign.
"""

import json
import random
import shutil
import time
from collections.abc import Callable

import pytest

from tests.conftest import Project, assert_made
from tests.pdfs import assert_same
from tests.test_faults import ALL, FAULTS, FIXED, published

LINE = "experiments/line.py"

Event = Callable[[Project, random.Random], None]


def build(project: Project, *words: str, **variables: str) -> None:
    """Builds with all PDFs, also where nothing has changed."""
    assert_made(project.call(*ALL, "--force", *words, **{**FIXED, **variables}))


def workers(project: Project, chance: random.Random) -> None:
    """Built by another number of workers."""
    build(project, "--workers", chance.choice("234"))


def lose(kind: str) -> Event:
    """Some entries of a kind went from the store; what is made anew has no other bytes."""

    def lost(project: Project, chance: random.Random) -> None:
        build(project)
        manifests = sorted((project.root / ".livedeck" / "entries").glob("*/*/manifest.json"))
        of_kind = [path for path in manifests if json.loads(path.read_text())["kind"] == kind]
        for path in chance.sample(of_kind, chance.randint(1, len(of_kind))):
            shutil.rmtree(path.parent)

    return lost


def another_order(project: Project, chance: random.Random) -> None:
    """The figures were drawn for slides that stood in another order, or only some of them."""
    slides = sorted(project.root.glob("deck/*.md"))[1:]
    hidden = {path: path.read_bytes() for path in chance.sample(slides, len(slides) // 2)}
    for path in hidden:
        path.unlink()
    shown = "![falls](experiment:line.falling)\n\n![rises](experiment:line.rising){height=200}"
    project.write("deck/02-first.md", f"---\nallow: overflow\n---\n# First\n\n{shown}\n")
    assert project.call(*ALL, "--keep-going", "--workers", "1", **FIXED).code in (0, 1)
    (project.root / "deck" / "02-first.md").unlink()
    for path, text in hidden.items():
        path.write_bytes(text)


def an_edit_undone(project: Project, chance: random.Random) -> None:
    """A figure and a result were others for a while."""
    project.edit(LINE, "slope: float = 2.0", "slope: float = 2.5")
    project.edit(LINE, "WIDTH = 2", "WIDTH = 3")
    build(project, "--workers", chance.choice("12"))
    project.edit(LINE, "slope: float = 2.5", "slope: float = 2.0")
    project.edit(LINE, "WIDTH = 3", "WIDTH = 2")


def killed(project: Project, chance: random.Random) -> None:
    """A build was killed at any moment."""
    process = project.start(*ALL, "--force", "--workers", chance.choice("12"), **FIXED)
    time.sleep(chance.uniform(0, 10))
    process.kill()
    process.communicate()


def cleaned(project: Project, chance: random.Random) -> None:
    """What the deck does not use was cleaned away, or all."""
    build(project)
    policy = chance.choice([(), ("--keep", "0"), ("--older-than", "0h"), ("--size", "1B")])
    assert_made(project.call("clean", *policy))


def forgotten(project: Project, chance: random.Random) -> None:
    """The user's cache is gone, or the digests of sources."""
    build(project)
    shutil.rmtree(chance.choice([project.cache, project.root / ".livedeck" / "digests"]))


def hashed(project: Project, chance: random.Random) -> None:
    """Built by a Python that hashes otherwise."""
    build(project, PYTHONHASHSEED=str(chance.randint(1, 1000)))


EVENTS: list[Event] = [
    *(workers, another_order, an_edit_undone, killed, cleaned, forgotten, hashed),
    *(lose("figure"), lose("result"), lose("sheets"), lose("font")),
]


@pytest.fixture(scope="module")
def new(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck with all kinds of slides and figures, never built; not to be changed."""
    project = sources.copy(tmp_path_factory.mktemp("new"))
    project.lay_over("page")
    return project


@pytest.fixture(scope="module")
def plain(new: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is published by a first build, by one worker."""
    project = new.copy(tmp_path_factory.mktemp("plain"))
    build(project, "--workers", "1")
    return published(project)


@pytest.mark.parametrize("number", range(len(EVENTS) + FAULTS // 2))
def test_what_happened_before_decides_no_byte(
    number: int, new: Project, plain: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each event by itself, then some together; in another folder, or with another store."""
    chance = random.Random(number)
    project = new.copy(tmp_path_factory.mktemp("x" * chance.randint(1, 40)))
    events = [EVENTS[number]] if number < len(EVENTS) else chance.sample(EVENTS, 3)
    for event in events:
        event(project, chance)
    store = ("--store", "elsewhere") if chance.random() < 0.25 else ()
    build(project, "--workers", chance.choice("12"), *store)
    assert_same(published(project), plain)
