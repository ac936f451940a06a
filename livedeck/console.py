"""What the author sees while a deck is built."""

import threading
import time
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from livedeck.errors import AuthorError, AuthorErrors, LivedeckError, legible, shown
from livedeck.lasting_console import LastingConsole

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

BESIDE = 48  # columns that a line of progress needs besides the name and the words
CALM = 30.0  # seconds between lines about what runs, in a log
MIN_SPEED_WINDOW = 3600.0  # seconds over which the time left is estimated


class Terminal:
    """Shows a build's steps, the experiment that runs, and errors with their place.

    Where there is no terminal, it tells of what runs every `pace` seconds.
    """

    def __init__(self, *, quiet: bool = False, pace: float = CALM) -> None:
        plain: dict[str, Any] = {"highlight": False, "emoji": False, "soft_wrap": True}
        self.out = LastingConsole(quiet=quiet, **plain)
        self.err = LastingConsole(stderr=True, **plain)
        self._pace = pace
        self._running: dict[str, tuple[float, str]] = {}  # since when, and how far
        self._over: threading.Event | None = None
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.RLock()
        self._began = time.perf_counter()

    def step(self, name: str, text: str) -> None:
        """One step of the pipeline, done."""
        self.out.print(f"[bold]{name:<8}[/] {escape(text)}")

    def remark(self, text: str) -> None:
        """Something that the author should know."""
        self.out.print(f"[dim]         {escape(text)}[/]")

    def started(self, name: str, why: str) -> None:
        """A run or drawing begins, for a reason given in words."""
        if not self.out.is_terminal:
            self._note(name, "")
            return
        with self._lock:
            self._end_task(name)  # begun anew, for it was edited
            progress = self._progress = self._progress or self._new_progress()
            described = escape(f"{name} ")
            room = max(0, self.out.width - len(name) - BESIDE)
            words = escape(why if len(why) <= room else why[:room] + "…")
            self._tasks[name] = progress.add_task(described, total=None, values=f"[dim]{words}")

    def _new_progress(self) -> "Progress":
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        progress = Progress(
            TextColumn("[bold]Compute [/] {task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[values]}"),
            TimeRemainingColumn(compact=True),
            console=self.out,
            transient=True,
            speed_estimate_period=MIN_SPEED_WINDOW,
        )
        progress.start()
        return progress

    def heard(self, name: str, message: dict[str, Any]) -> None:
        """An experiment has reported how far it is."""
        values = "  ".join(f"{name} {value:.4g}" for name, value in message["values"].items())
        step = f"step {message['step']}" + (f"/{message['total']}" if message["total"] else "")
        with self._lock:
            if name in self._running:
                self._note(name, f"{step}  {values}")
            if self._progress is None or name not in self._tasks:
                return
            self._progress.update(
                self._tasks[name],
                completed=message["step"],
                total=message["total"],
                values=escape(f"{step}  {values}"),
            )

    def finished(self, name: str, seconds: float) -> None:
        """A run or drawing is done."""
        self._end_task(name)
        self.out.print(f"[bold]Compute [/] {escape(name)} [dim]{seconds:.1f} s[/]")

    def failed(self, name: str, error: AuthorError) -> None:
        """A run or drawing has failed; the error itself is shown at the end."""
        self._end_task(name)
        self.out.print(f"[bold red]Failed  [/] {escape(name)}: {escape(error.message)}")

    def cancelled(self, name: str) -> None:
        """A run or drawing was given up, for what it would have made is no longer wanted."""
        self._end_task(name)
        self.out.print(f"[dim]Dropped  {escape(name)}[/]")

    def error(self, error: LivedeckError) -> None:
        """Shows an error, or each of several."""
        self._end_progress()
        for one in error.errors if isinstance(error, AuthorErrors) else [error]:
            self._one_error(one)

    def close(self) -> None:
        """Leaves the terminal as it was."""
        for name in list(self._running):
            self._end_task(name)
        self._end_progress()

    @property
    def seconds(self) -> float:
        """How long the command has run."""
        return time.perf_counter() - self._began

    def _one_error(self, error: LivedeckError) -> None:
        if not isinstance(error, AuthorError):
            self.err.print(f"[bold red]error:[/] {escape(str(error))}")
            return
        place = "" if error.path is None else shown(error.path)
        if place and error.line is not None:
            place += f":{error.line}"
        head = f"[bold]{escape(place)}:[/] " if place else ""
        self.err.print(f"[bold red]error:[/] {head}{escape(error.message)}")
        if error.hint:
            self.err.print(f"       {escape(error.hint)}")
        for line in error.detail.splitlines():
            self.err.print(f"       [dim]│ {escape(legible(line))}[/]")

    def _note(self, name: str, how_far: str) -> None:
        """Notes how far a run is, for who reads a log."""
        with self._lock:
            begun, _ = self._running.get(name, (time.perf_counter(), ""))
            self._running[name] = begun, how_far
            if self._over is None and not self.out.quiet:
                self._over = threading.Event()
                threading.Thread(target=self._tell, args=(self._over,), daemon=True).start()

    def _tell(self, over: threading.Event) -> None:
        while not over.wait(self._pace):
            with self._lock:
                now = time.perf_counter()
                for name, (begun, how_far) in self._running.items():
                    text = f"{name}, for {now - begun:.0f} s{', ' * bool(how_far)}{how_far}"
                    self.out.print(f"Running  {escape(text)}")

    def _end_task(self, name: str) -> None:
        with self._lock:
            self._running.pop(name, None)
            if not self._running and self._over is not None:
                self._over.set()
                self._over = None
            task = self._tasks.pop(name, None)
            if self._progress is not None and task is not None:
                self._progress.remove_task(task)
            if not self._tasks:
                self._end_progress()

    def _end_progress(self) -> None:
        with self._lock:
            if self._progress is not None:
                self._progress.stop()
                self._progress = None
                self._tasks.clear()
