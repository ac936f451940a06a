"""What draws a figure or lays out a page is in its key, whatever module of the engine it is in."""

import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from livedeck import engine
from livedeck.pdf import layout_cache
from livedeck.planning.plan import style_inputs
from livedeck.slides.theme import read_theme
from tests.conftest import REPOSITORY, Project, assert_made

DRAWS, LAYS_OUT = "livedeck.execution.worker", "livedeck.pdf.layout_processes"
# Python imports it first of all: it notes which modules a process runs, and all that it forks.
NOTES = """\
import os, sys

program = sys.orig_argv[sys.orig_argv.index("-m") + 1] if "-m" in sys.orig_argv else "build"


def note(event, words):
    if event == "exec" and (file := words[0].co_filename).startswith({engine!r}):
        notes = os.open({place!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(notes, f"{{program}} {{file}}\\n".encode())
        os.close(notes)


sys.addaudithook(note)
"""
EDITS = {
    "drawing/svg.py": {"figure", "page"},  # a key is in the ids of its figure
    "gates/drawings.py": {"figure", "page"},
    "pdf/layout.py": {"page"},
    "serving/hub.py": set(),
    "commands/build.py": set(),
    "checking/verify.py": set(),
    "cli.py": set(),
}


@pytest.fixture(scope="module")
def imported(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The engine's modules that the processes of a build import, by what they run."""
    project = sources.copy(tmp_path_factory.mktemp("noted"))
    project.lay_over("page", "features")
    folder = tmp_path_factory.mktemp("notes")
    notes = folder / "imports"
    (folder / "sitecustomize.py").write_text(
        NOTES.format(engine=str(engine.FOLDER), place=str(notes))
    )
    assert_made(project.call("--pdf", "all", PYTHONPATH=f"{folder}:{REPOSITORY}"))
    found: dict[str, set[str]] = defaultdict(set)
    for program, file in map(str.split, notes.read_text().splitlines()):
        found[program].add(module_of(Path(file), engine.FOLDER))
    return found


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The modules of which a changed constant changes the keys of figures, and those of pages."""
    folder = tmp_path_factory.mktemp("engine") / "livedeck"
    shutil.copytree(engine.FOLDER, folder)
    found: dict[str, set[str]] = {DRAWS: set(), LAYS_OUT: set()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "FOLDER", folder)
        before = keys()
        for path in folder.rglob("*.py"):
            source = path.read_bytes()
            path.write_bytes(source + b"\nCHANGED = 1\n")
            for program, now in keys().items():
                if now != before[program]:
                    found[program].add(module_of(path, folder))
            path.write_bytes(source)
    engine.code.cache_clear()
    return found


def module_of(path: Path, folder: Path) -> str:
    """The name of a module of the engine in a folder."""
    name = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


def keys() -> dict[str, str]:
    """What the engine's code comes to in the key of a figure, and in that of a page."""
    engine.code.cache_clear()
    theme = read_theme([REPOSITORY / "templates" / "theme.toml"])
    return {DRAWS: style_inputs(theme, [])["drawing"], LAYS_OUT: layout_cache.tools()["code"]}


@pytest.mark.parametrize(
    ("program", "module"),
    [(DRAWS, "livedeck.drawing.draw"), (LAYS_OUT, "livedeck.pdf.layout")],
)
def test_what_a_process_imports_is_in_the_keys_of_what_it_makes(
    program: str, module: str, imported: dict[str, set[str]], changing: dict[str, set[str]]
) -> None:
    """A constant changed in any such module makes the figure or the page anew."""
    assert module in imported[program]
    assert imported[program] - changing[program] == set()


@pytest.mark.parametrize("package", ["serving", "commands", "checking", "publishing"])
def test_what_stands_above_is_in_no_key(package: str, changing: dict[str, set[str]]) -> None:
    """What serves and what commands do make nothing anew."""
    above = {module for modules in changing.values() for module in modules}
    assert not [module for module in above if module.startswith(f"livedeck.{package}")]
    assert not above & {"livedeck.cli", "livedeck.build"}


def test_a_build_makes_anew_what_an_edited_engine_made(project: Project, tmp_path: Path) -> None:
    """With a copy of the engine, by whole builds; no edit of it runs an experiment."""
    folder = tmp_path / "engine"
    shutil.copytree(engine.FOLDER, folder / "livedeck")
    shutil.copytree(engine.templates(), folder / "templates")
    assert_made(project.call(PYTHONPATH=str(folder)))
    for name, remade in EDITS.items():
        before = entries(project)
        with (folder / "livedeck" / name).open("a") as module:
            module.write("\nCHANGED = 1\n")
        assert_made(project.call(PYTHONPATH=str(folder)))
        new = entries(project) - before
        assert {kind for kind, _ in new} == remade, name


def entries(project: Project) -> set[tuple[str, Path]]:
    """The store's entries, each with its kind; what was laid out is a `page`."""
    found = (project.root / ".livedeck" / "entries").glob("*/*/manifest.json")
    kinds = {"sheets": "page", "proof": "page"}
    read = ((json.loads(path.read_text())["kind"], path) for path in found)
    return {(kinds.get(kind, kind), path) for kind, path in read}
