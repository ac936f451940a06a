"""A folder with a deck, and the command line as its users call it."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from livedeck.store import user_cache
from tests import pdf_ua
from tests.waiting import PATIENCE

REPOSITORY = Path(__file__).parent.parent
FIXED = (
    "JAX_",
    "XLA_",
    "PYTHON",
    "LIVEDECK_",
    "SOURCE_DATE_EPOCH",
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
)
SURROUNDINGS = dict(os.environ)  # before tests import what adds to it


@dataclass(frozen=True)
class Done:
    """What a command has done."""

    code: int
    out: str
    err: str

    @property
    def made(self) -> list[str]:
        """The runs and figures that were computed, in order."""
        return re.findall(r"^Compute  (\S+) [\d.]+ s$", self.out, re.MULTILINE)

    @property
    def errors(self) -> list[str]:
        """Each error as it stands in the terminal, with its hint and what it quotes."""
        return re.split(r"^(?=error:)", self.err, flags=re.MULTILINE)[1:]

    @property
    def traceback(self) -> bool:
        """Whether the engine shows a traceback of its own; an experiment's is quoted."""
        lines = (self.out + self.err).splitlines()
        return any("Traceback" in line and "│" not in line for line in lines)


@dataclass(frozen=True)
class Project:
    """A folder with a deck, experiments and templates; after `patience` seconds a command hangs."""

    root: Path
    patience: float = PATIENCE

    @property
    def output(self) -> dict[str, bytes]:
        """The published files by name."""
        return contents(self.root / "output")

    @property
    def page(self) -> str:
        """The text of the HTML page."""
        return (self.root / "output" / "index.html").read_text(encoding="utf-8")

    @property
    def cache(self) -> Path:
        """The folder of what the user's cache holds of it."""
        return user_cache.Cache(user_cache.root(), (self.root / ".livedeck").resolve()).folder

    @property
    def address(self) -> str:
        """The address of the HTML page."""
        return (self.root / "output" / "index.html").as_uri()

    def write(self, name: str, content: str | bytes) -> Path:
        """Writes a file; text loses the indentation that it has in a test."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = textwrap.dedent(content).lstrip("\n").encode()
        path.write_bytes(content)
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces a text that stands in a file once."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def lay_over(self, *names: str) -> None:
        """Adds all that is in some folders of `tests/`."""
        for name in names:
            shutil.copytree(REPOSITORY / "tests" / name, self.root, dirs_exist_ok=True)

    def command(self, *words: str) -> list[str]:
        """How a user calls `build.py`."""
        return [sys.executable, "build.py", *words]

    def call(self, *words: str, **variables: str) -> Done:
        """Calls `build.py` and waits for its end; `variables` are added to the environment."""
        return self.execute(self.command(*words), **variables)

    def build(self, *words: str, **variables: str) -> Done:
        """Builds without the PDF."""
        return self.call("--no-pdf", *words, **variables)

    def execute(self, command: list[str], **variables: str) -> Done:
        """Runs a command in the project's folder."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=self.patience,
            check=False,
        )
        if done.returncode == 0 and b"\nPublish" in done.stdout:
            assert pdf_ua.broken(self.root / "output") == []
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        """Starts `build.py` without waiting for it."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """The environment of its commands."""
        return environment(**variables)

    def manifests(self, name: str) -> list[Path]:
        """The manifests of the stored entries of a name, the oldest first; of a figure's, those at
        every size."""
        found = (self.root / ".livedeck" / "entries").rglob("manifest.json")
        loaded = {path: json.loads(path.read_text()) for path in found}
        names = {path: str(loaded[path]["name"]) for path in loaded}
        named = [path for path in loaded if name in (names[path], names[path].partition(" at ")[0])]
        return sorted(named, key=lambda path: loaded[path]["created"])

    @classmethod
    def of_example(cls, name: str, folder: Path) -> "Project":
        """A copy of an example outside of the repository, which nobody has built."""
        leave = shutil.ignore_patterns(".livedeck", "output", "__pycache__")
        return cls(shutil.copytree(REPOSITORY / "examples" / name, folder / name, ignore=leave))

    def copy(self, root: Path) -> "Project":
        """The same project in another folder, with all that it has stored, published and cached."""
        shutil.copytree(self.root, root, dirs_exist_ok=True, symlinks=True)
        copy = Project(root)
        if self.cache.is_dir():
            leave = shutil.ignore_patterns(user_cache.OWNER)
            shutil.copytree(self.cache, copy.cache, dirs_exist_ok=True, ignore=leave)
        return copy


def environment(**variables: str) -> dict[str, str]:
    """The environment of a command: the tests', but for what changes how a deck comes out."""
    kept = {name: value for name, value in SURROUNDINGS.items() if not name.startswith(FIXED)}
    own = {"PYTHONPATH": str(REPOSITORY), user_cache.VARIABLE: os.environ[user_cache.VARIABLE]}
    return {**kept, **own, **variables}


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
