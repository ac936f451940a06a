"""Where the deck is written: after every change a new edition, and work for whatever is missing."""

import gc
import queue
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Protocol

from livedeck import stamp
from livedeck.console import Terminal
from livedeck.errors import AuthorError, LivedeckError
from livedeck.execution.pool import Pool
from livedeck.html import page
from livedeck.keys.inputs import locate
from livedeck.memo import COARSE
from livedeck.options import Options
from livedeck.planning.compute import Computer
from livedeck.project import Project
from livedeck.serving import sayings
from livedeck.serving.activity import Activity
from livedeck.serving.background_jobs import BackgroundJobs, Job
from livedeck.serving.drafts import Draft, Drafts
from livedeck.serving.edition import Edition, edition
from livedeck.serving.live_page import SHEET, Style
from livedeck.serving.mistakes import flat, told
from livedeck.serving.watch import View, Watch
from livedeck.store.entry import LostEntry
from livedeck.store.remote import Remote, address
from livedeck.store.store import Store

LOOK = 1.0  # seconds between two looks at the files, whatever the system has told
SHEETS = (*page.SHEETS, SHEET)


class Readers(Protocol):
    """Whoever shows the deck; called from any thread."""

    def show(self, shown: Edition) -> None:
        """There is a new edition."""

    def restyle(self, digest: str) -> None:
        """There is a new style sheet."""

    def tell(self) -> None:
        """The state has changed."""

    def hear(self, name: str, told: dict[str, Any]) -> None:
        """A job has reported how far it is."""


class Session:
    """One thread that looks at the files and makes editions, and the background jobs beside it.

    `settled` is called with the number of an edition that is whole, for nothing is missing and
    nothing is wrong, and with none when that is over.
    """

    def __init__(
        self,
        project: Project,
        options: Options,
        terminal: Terminal,
        readers: Readers,
        settled: Callable[[int | None], None],
    ) -> None:
        self.project, self.options = project, options
        self.edition: Edition | None = None
        self.draft: Draft | None = None
        self.style: Style | None = None
        self.ready = threading.Event()  # there is an edition, or a reason why there is none
        self.refused: list[AuthorError] = []  # by what a build looks at besides, of this edition
        self._terminal, self._readers, self._settled = terminal, readers, settled
        self.activity = Activity(terminal, readers.tell, readers.hear)
        self._drafts = Drafts(project, options, self.activity)
        self._events: queue.SimpleQueue[bool] = queue.SimpleQueue()  # False: the end
        self._watch = Watch(project.folders, lambda: self._events.put(True))
        self._view: View = {}
        self._wrong: list[AuthorError] = []  # with the sources
        self._again = False  # whether to look anew although nothing has changed
        self._wanted: dict[Hashable, int] = {}  # jobs, and the world in which they were wanted
        self._failed: dict[Hashable, tuple[AuthorError, int]] = {}
        self._given_up: dict[Hashable, int] = {}  # the same of jobs that the author has cancelled
        self._endings: queue.SimpleQueue[tuple[Job, AuthorError | None]] = queue.SimpleQueue()
        self._over: set[Hashable] = set()  # jobs that have ended since the last draft
        self._background: tuple[Hashable, BackgroundJobs] | None = None
        self._said: set[str] = set()
        self._said_beside: list[dict[str, Any]] = []  # their results, by experiments and figures
        self._whole: tuple[int, int] | None = None  # the edition that is, and the files' state
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)

    def start(self) -> None:
        """Makes the first edition, and then one after every change."""
        self._thread.start()

    def close(self) -> None:
        """Ends everything that was started."""
        self._events.put(False)
        self._watch.close()
        if self._thread.is_alive():
            self._thread.join()
        if self._background is not None:
            self._background[1].close()

    def cancel(self, name: str) -> None:
        """Gives a job up until something is changed that it may depend on."""
        if self._background is not None and self.draft is not None:
            given_up = {job.identity for job in self.draft.jobs if job.name == name}
            self._given_up |= dict.fromkeys(given_up, self._world)
            self._background[1].cancel(name)
            self.activity.dropped(self._waiting)
            self._readers.tell()

    def refuse(self, number: int, errors: list[AuthorError]) -> None:
        """Takes in what a build would refuse of an edition."""
        if self.edition is not None and self.edition.number == number:
            self.refused = errors
            self._say()
            self._readers.tell()

    @property
    def store(self) -> Store:
        """The store, as the drafts know it."""
        return self._drafts.store

    @property
    def errors(self) -> list[AuthorError]:
        """All that is wrong now."""
        failed = [self._failed[name][0] for name in self._wanted if name in self._failed]
        return [*self._wrong, *failed, *self.refused]

    def state(self) -> dict[str, Any]:
        """What runs, waits, was reused and is wrong, for browsers."""
        work = self.activity.told()
        running = {each["name"] for each in work["running"]}
        draft = self.draft
        return {
            "do": "state",
            "errors": told(self.errors, draft, self.project.root),
            **work,
            "waiting": [name for name in self._waiting if name not in running],
            "said": self._said_beside,
            "stale": {} if draft is None else draft.stale,
            "reused": 0 if draft is None else draft.reused,
            "device": self.options.device.upper(),
        }

    @property
    def _waiting(self) -> list[str]:
        """The names of the jobs that are to be done."""
        jobs = [] if self.draft is None else self.draft.jobs
        over = self._over | self._failed.keys() | self._given_up.keys()
        return [job.name for job in jobs if job.identity not in over]

    @property
    def _world(self) -> int:
        """All that a job may depend on; prose is not."""
        return hash(frozenset(item for item in self._view.items() if item[0][-3:] != ".md"))

    def _run(self) -> None:
        self._revise(self._watch.look())
        gc.freeze()  # what is here stays, and need not be looked through again and again
        while True:
            try:
                going_on = self._events.get(timeout=1.2 * COARSE if self._unsettled else LOOK)
                while going_on and not self._events.empty():
                    going_on = self._events.get()
                if not going_on:
                    return
            except queue.Empty:
                pass
            view, ended = self._watch.look(), not self._endings.empty()
            if ended or self._again or self._unsettled or view != self._view:
                self._revise(view)

    @property
    def _unsettled(self) -> bool:
        return self._drafts.memo.unsettled

    def _revise(self, view: View) -> None:
        """Makes a draft of the files as they are; what changes after the `view` of them is seen at
        the next look.

        With anything wrong, the last good deck stays.
        """
        began = time.perf_counter()
        self._take_endings()
        self._view = self._drafts.memo.view = view
        before, self._again = self._wrong, False
        try:
            draft, self._wrong = self._draft(), []
            self._apply(draft, began)
        except LivedeckError as error:
            self._wrong = flat(error)
        except Exception as error:  # such as a file that goes while it is read
            self._wrong = [AuthorError(f"{type(error).__name__}: {error}")]
            self._again = isinstance(error, OSError)
        if self._wrong:
            self._settle(None)
        if before or self._wrong:
            self._readers.tell()
        self._say()
        self.ready.set()

    def _draft(self) -> Draft:
        try:
            return self._drafts.draft()
        except LostEntry:  # somebody cleans the store: once more, and nothing from memory
            self._drafts.forget()
            return self._drafts.draft()

    def _apply(self, draft: Draft, began: float) -> None:
        last, self.draft = self.edition, draft
        self._said_beside = sayings.summary(draft, self.project.root)
        number = 1 if last is None else last.number + 1
        self.edition = edition(draft, last, number)
        if self.edition is not last:
            self.refused = []
            self._readers.show(self.edition)
            self._report(last, began)
        self._restyle(draft)
        self._employ(draft)
        self._readers.tell()
        observed = self._drafts.observed()
        kinds = ("file ", "path ", "module ", "folder ")
        files = {name.partition(" ")[2] for name in observed if name.startswith(kinds)}
        paths = {str(locate(self.project.root, name)) for name in files}
        own = tuple(f"{folder}/" for folder in self.project.folders)
        self._watch.watch_also(path for path in paths if not path.startswith(own))
        # By the files, too: style sheets and what only paper shows are in no edition.
        files_now = hash(frozenset(self._view.items()))
        self._settle(None if draft.jobs else (self.edition.number, files_now))

    def _settle(self, whole: tuple[int, int] | None) -> None:
        """Says that an edition is whole, or that it no longer is, once."""
        if whole != self._whole:
            self._whole = whole
            self._settled(whole and whole[0])

    def _report(self, last: Edition | None, began: float) -> None:
        assert self.edition is not None
        spent = f"{1000 * (time.perf_counter() - began):.0f} ms"
        if last is None:
            self._terminal.step("Read", f"{len(self.edition.sections)} slides in {spent}")
            return
        names = [n for n in self.edition.sections if self.edition.since[f"slide {n}"] > last.number]
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        self._terminal.step("Changed", f"{shown or 'the frame of the deck'} ({spent})")

    def _restyle(self, draft: Draft) -> None:
        memo, store = self._drafts.memo, self._drafts.store
        css = page.style(draft.prepared, draft.rendering, draft.body, store, memo, SHEETS)
        if self.style is None or css != self.style.css:
            first = self.style is None
            self.style = Style(css)
            if not first:
                self._readers.restyle(self.style.digest)

    def _employ(self, draft: Draft) -> None:
        """Lets background jobs do what is missing, but for what has failed in this very world."""
        world = self._world
        self._given_up = {name: then for name, then in self._given_up.items() if then == world}
        again = {name for name, (_, then) in self._failed.items() if then != world}
        known = {name: then for name, then in self._wanted.items() if name not in again}
        self._wanted = {job.identity: known.get(job.identity, world) for job in draft.jobs}
        self._over = set()
        kept = self._wanted.keys() - again
        self._failed = {name: failed for name, failed in self._failed.items() if name in kept}
        idle = self._failed.keys() | self._given_up.keys()
        wanted = [job for job in draft.jobs if job.identity not in idle]
        if wanted or self._background is not None:
            self._employed(draft).want(wanted)
            self.activity.dropped(job.name for job in wanted)

    def _employed(self, draft: Draft) -> BackgroundJobs:
        """The background jobs, others after their settings have changed."""
        from livedeck.planning.computation import workers  # with all else that a build needs

        prepared, options = draft.prepared, self.options
        hired = workers(self.project, prepared.deck.settings, options)
        terms = repr([(w.variables, w.time_limit, w.memory_limit) for w in hired])
        if self._background is not None and self._background[0] == terms:
            return self._background[1]
        if self._background is not None:
            threading.Thread(target=self._background[1].close, daemon=True).start()
        store = Store(self.project.store, stamp.shown(self.project.output))
        self.project.sweep()
        if url := address(options.remote, prepared.deck.settings.remote):
            store.remote = Remote(url, self.project.root, self._terminal.remark)

        def computer(pool: Pool) -> Computer:
            assert self.draft is not None
            draft, inputs = self.draft, self.project.inputs()
            return self._drafts.computer(draft.prepared, draft.style, store, inputs, pool)

        self._background = terms, BackgroundJobs(hired, computer, self._ended)
        return self._background[1]

    def _ended(self, job: Job, failure: AuthorError | None) -> None:
        """A job has ended: its result is in the store, or it has failed."""
        self._endings.put((job, failure))
        self._events.put(True)

    def _take_endings(self) -> None:
        """Notes what has failed, with the world in which it was wanted."""
        failed, over = dict(self._failed), set(self._over)
        while not self._endings.empty():
            job, failure = self._endings.get()
            if failure is not None:
                failed[job.identity] = failure, self._wanted.get(job.identity, 0)
            over.add(job.identity)
        self._failed, self._over = failed, over

    def _say(self) -> None:
        """Tells the terminal of errors that are new, and when all are mended."""
        errors = {str(error): error for error in self.errors}
        for text, error in errors.items():
            if text not in self._said:
                self._terminal.error(error)
        if self._said and not errors:
            self._terminal.step("Mended", "nothing is wrong any more")
        self._said = set(errors)
