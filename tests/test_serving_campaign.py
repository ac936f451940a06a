"""No save is missed: after any edits, however they come, browsers show what a fresh build shows.

`SERVE_EDITS=1000` makes it the long campaign; `SERVE_SEED` chooses another.
"""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.conftest import Project
from tests.serving import Served, fresh, serving, shown
from tests.waiting import PATIENCE

EDITS = int(os.environ.get("SERVE_EDITS", "60"))
SEED = int(os.environ.get("SERVE_SEED", "7"))
CHECKS = max(1, EDITS // 30)
NOBODY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null")


class Author:
    """Edits a project as people and programs do."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project, self.random, self.count = project, random.Random(seed), 0
        self.broken: list[tuple[Path, bytes | None]] = []  # to be mended
        self._git("init", "-q", "-b", "main")
        (project.root / ".gitignore").write_text(".livedeck\noutput\n")
        self._commit()
        self._git("checkout", "-q", "-b", "other")
        project.edit("deck/20-inputs/30-inputs.md", "Every kind of input", "Another branch")
        project.edit("experiments/line.py", "WIDTH = 2", "WIDTH = 7")
        project.write("deck/40-only.md", "# Only here\n\nA slide of the other branch.\n")
        self._commit()
        self._git("checkout", "-q", "main")

    def edit(self) -> None:
        """One edit, of any kind."""
        self.count += 1
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._write, 6),
            (self._burst, 3),
            (self._replace, 4),
            (self._write_in_pieces, 3),
            (self._delete_and_put_back, 3),
            (self._rename, 2),
            (self._come_or_go, 3),
            (self._break_markdown, 3),
            (self._break_python, 2),
            (self._break_settings, 1),
            (self._edit_figure, 2),
            (self._edit_experiment, 2),
            (self._edit_data, 2),
            (self._edit_sheet, 1),
            (self._checkout, 2),
            (self._mend, 6),
        ]
        edits, weights = zip(*kinds, strict=True)
        self.random.choices(edits, weights)[0]()
        time.sleep(self.random.choice([0, 0, 0.002, 0.02, 0.1, 0.3]))

    def finish(self) -> None:
        """Mends all that is broken."""
        while self.broken:
            self._mend()

    def _slides(self) -> list[Path]:
        return sorted((self.project.root / "deck").rglob("*.md"))

    def _slide(self) -> Path:
        broken = [path for path, _ in self.broken]
        return self.random.choice([path for path in self._slides() if path not in broken])

    def _said(self) -> str:
        mark = self.random.choice(["é", "ß", "→", "λ", "", ""])
        return f"\nEdit {self.count}{mark}: {self.random.random()}.\n"

    def _text(self, path: Path) -> str:
        return path.read_text().partition("\nEdit ")[0] + self._said()

    def _write(self) -> None:
        path = self._slide()
        path.write_text(self._text(path))

    def _burst(self) -> None:
        path = self._slide()
        for _ in range(10):
            path.write_text(self._text(path))
            time.sleep(self.random.choice([0, 0.001, 0.01]))

    def _replace(self) -> None:
        path = self._slide()
        draft = path.with_name(f".{path.name}.swp")
        draft.write_text(self._text(path))
        os.replace(draft, path)

    def _write_in_pieces(self) -> None:
        path = self._slide()
        text = self._text(path)
        with path.open("w") as file:
            for start in range(0, len(text), 40):
                file.write(text[start : start + 40])
                file.flush()
                time.sleep(0.005)

    def _delete_and_put_back(self) -> None:
        path = self._slide()
        text = self._text(path)
        path.unlink()
        time.sleep(self.random.choice([0, 0.01, 0.2]))
        path.write_text(text)

    def _rename(self) -> None:
        folder = self.project.root / "deck"
        for a, b in (("10-lines", "35-lines"), ("35-lines", "10-lines")):
            if (folder / a).is_dir():
                (folder / a).rename(folder / b)
                moved = [(path, data) for path, data in self.broken if a not in path.parts]
                gone = [(path, data) for path, data in self.broken if a in path.parts]
                self.broken = moved + [(folder / b / p.name, data) for p, data in gone]
                return

    def _come_or_go(self) -> None:
        name = self.random.choice(["15-extra.md", "50-more.md"])  # two of one name are a mistake
        path = self.project.root / "deck" / name
        if path.exists():
            path.unlink()
        else:
            path.write_text(f"# Extra\n\n- one\n- two\n{self._said()}")

    def _break(self, path: Path, data: bytes) -> None:
        if path not in [known for known, _ in self.broken]:
            self.broken.append((path, path.read_bytes()))
            path.write_bytes(data)

    def _break_markdown(self) -> None:
        self._break(self._slide(), b"# Broken {{ line.\n")

    def _break_python(self) -> None:
        self._break(self.project.root / "experiments/line.py", b"def run(:\n")

    def _break_settings(self) -> None:
        self._break(self.project.root / "deck/deck.toml", b'titel = "A typo"\n')

    def _mend(self) -> None:
        if self.broken:
            path, data = self.broken.pop()
            assert data is not None
            path.write_bytes(data)

    def _edit_python(self, name: str, old: str, new: str) -> None:
        path = self.project.root / "experiments" / name
        lines = path.read_text().splitlines()
        path.write_text("\n".join(new if old in line else line for line in lines) + "\n")

    def _edit_figure(self) -> None:
        if not self.broken:
            self._edit_python("line.py", "WIDTH = ", f"WIDTH = {self.random.randint(1, 4)}")

    def _edit_experiment(self) -> None:
        if not self.broken:
            slope = self.random.randint(1, 4)
            new = f"def run(*, points: int = 8, slope: float = {slope}.0) -> Result:"
            self._edit_python("line.py", "def run", new)

    def _edit_data(self) -> None:
        path = self.project.root / "deck/data/points.csv"
        path.write_text(f"x,y\n1,{self.random.randint(1, 3)}\n3,4\n")

    def _edit_sheet(self) -> None:
        with (self.project.root / "templates/css/type.css").open("a") as sheet:
            sheet.write(f":root {{ --tried: {self.count}px; }}\n")

    def _checkout(self) -> None:
        if self.broken:
            return
        branch = "other" if self._git("branch", "--show-current") == "main" else "main"
        self._commit()
        self._git("checkout", "-q", branch)

    def _commit(self) -> None:
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", str(self.count))

    def _git(self, *words: str) -> str:
        command = ["git", *NOBODY, "-C", str(self.project.root), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def served(project: Project) -> Iterator[Served]:
    """The small project, served."""
    if shutil.which("git") is None:
        pytest.fail("this test needs git")
    with serving(project) as served:
        yield served


def test_browsers_come_to_show_what_a_fresh_build_shows(served: Served, browser: Browser) -> None:
    """Bursts, renames, checkouts, files deleted and put back, errors and their repair."""
    author = Author(served.project, SEED)
    with browser.new_context(reduced_motion="reduce") as context:
        page, other = context.new_page(), context.new_page()
        page.goto(f"{served.address}#inputs")
        for _ in range(CHECKS):
            for _ in range(EDITS // CHECKS):
                author.edit()
            author.finish()
            expected = fresh(other, served.project)
            exact = served.project.output["index.html"]
            wait_for(page, expected)
            answer = page.request.get(f"{served.address}deck.html")
            assert answer.body() == exact


def wait_for(page: Page, expected: list[str]) -> None:
    """Waits until the page shows what it must; shows where it does not."""
    end = time.monotonic() + PATIENCE / 2
    while time.monotonic() < end:
        with suppress(Error):  # it is being loaded anew
            if shown(page) == expected:
                return
        time.sleep(0.1)
    assert shown(page) == expected
