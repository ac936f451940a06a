"""Opens a source file in the author's editor: by an address that the browser hands on, or by a
command."""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from livedeck.errors import UsageError, did_you_mean

ADDRESSES = {
    "vscode": "vscode://file{path}:{line}",
    "vscode-insiders": "vscode-insiders://file{path}:{line}",
    "vscodium": "vscodium://file{path}:{line}",
    "cursor": "cursor://file{path}:{line}",
    "windsurf": "windsurf://file{path}:{line}",
    "zed": "zed://file{path}:{line}",
    "idea": "idea://open?file={path}&line={line}",
    "pycharm": "pycharm://open?file={path}&line={line}",
    "sublime": "subl://open?url=file://{path}&line={line}",
    "textmate": "txmt://open?url=file://{path}&line={line}",
    "macvim": "mvim://open?url=file://{path}&line={line}",
}
NONE = "none"


@dataclass(frozen=True)
class Editor:
    """An editor by its name, or by an address or a command with `{path}` and `{line}` in it."""

    asked: str

    def __post_init__(self) -> None:
        if self.asked in (*ADDRESSES, NONE):
            return
        more = "Write its command or address with `{path}` and `{line}` in it."
        if "{path}" not in self.asked:
            hint = did_you_mean(self.asked, [*ADDRESSES, NONE])
            raise UsageError(f"unknown editor `{self.asked}`. {hint} Or w{more[1:]}")
        try:
            words = self._words("", 1)
        except (ValueError, LookupError) as error:
            raise UsageError(
                f"the editor `{self.asked}` cannot be read: {error}. {more}"
            ) from error
        if self.is_command and not shutil.which(words[0]):
            raise UsageError(f"the editor's command `{words[0]}` is not installed.")

    @property
    def is_command(self) -> bool:
        """Whether this machine opens the editor, and not the browser."""
        return "{path}" in self.asked and "://" not in self.asked

    def address(self, path: Path, line: int) -> str:
        """What a browser opens; empty if it is a command's to do, or nobody's."""
        if self.asked == NONE or self.is_command:
            return ""
        shape = ADDRESSES.get(self.asked, self.asked)
        return shape.format(path=quote(path.as_posix()), line=line)

    def open(self, path: Path, line: int) -> None:
        """Starts the command, if it is one; no shell reads it."""
        if self.is_command:
            subprocess.Popen(
                self._words(str(path), line),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ,
            )

    def _words(self, path: str, line: int) -> list[str]:
        return [word.format(path=path, line=line) for word in shlex.split(self.asked)]


def source(root: Path, folders: list[Path], name: str) -> Path | None:
    """A source file of the project that a page asks for; None for any other file."""
    path = (root / name).resolve()
    inside = any(path.is_relative_to(folder.resolve()) for folder in folders)
    return path if inside and path.is_file() else None
