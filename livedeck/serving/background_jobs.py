"""Runs experiments and draws figures in the background: what is wanted now, and nothing else.

A job that is still wanted after an edit goes on; one that is not is killed with its worker. So a
newer edit cancels the run of an older one, and an edit of prose cancels nothing.
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from livedeck.errors import AuthorError, LivedeckError
from livedeck.execution.pool import AbandonedError, Pool
from livedeck.execution.worker_client import Worker, WorkerError
from livedeck.planning.compute import Computed, Computer
from livedeck.planning.plan import Drawing, Run
from livedeck.store.entry import Entry

AGAIN = 0.2  # seconds after which a worker that was killed while it started is killed again


@dataclass(frozen=True)
class Job:
    """A run, or a figure of a result; `identity` is equal as long as all that it is made from is
    known to be."""

    name: str
    identity: Hashable
    run: Run
    drawing: Drawing | None = None
    result: Entry | None = None

    def do(self, computer: Computer) -> Entry | AuthorError:
        """Does the job, whose result then is in the store."""
        if self.drawing is None or self.result is None:
            return computer.run(self.run, Computed())
        return computer.draw(self.drawing, self.result, Computed())


@dataclass
class Bench:
    """A worker and the job that it does."""

    worker: Worker
    job: Job | None = None
    cancelled: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Apprentice(Pool):
    """A pool of one worker, whose failures are none once its job was cancelled."""

    def __init__(self, bench: Bench) -> None:
        super().__init__([])
        self._bench = bench

    def work(self, job: dict[str, Any], heard: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """The worker's answer to a job."""
        if self._bench.cancelled:
            raise AbandonedError
        try:
            return self._bench.worker.work(job, heard)
        except WorkerError:
            if self._bench.cancelled:
                raise AbandonedError from None
            raise


class BackgroundJobs:
    """Workers that take the first wanted job whenever they are idle.

    `computer` makes what a job is done with, around a pool; `done` is called with each job that
    has ended, and its failure if it failed.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        computer: Callable[[Pool], Computer],
        done: Callable[[Job, AuthorError | None], None],
    ) -> None:
        self._computer, self._done = computer, done
        self._wanted: list[Job] = []
        self._changed = threading.Condition()
        self._closed = False
        self._benches = [Bench(worker) for worker in workers]
        self._threads = [
            threading.Thread(target=self._serve, args=(bench,), name="background jobs", daemon=True)
            for bench in self._benches
        ]
        for thread in self._threads:
            thread.start()

    def want(self, jobs: Sequence[Job]) -> None:
        """Lets these jobs be done, in this order, and no others."""
        identities = {job.identity for job in jobs}
        with self._changed:
            self._wanted = list(jobs)
            for bench in self._benches:
                if bench.job is not None and bench.job.identity not in identities:
                    self._cancel(bench, bench.job)
            self._changed.notify_all()

    def cancel(self, name: str) -> None:
        """Cancels the job of a name; it is not done again before it is wanted anew."""
        with self._changed:
            self._wanted = [job for job in self._wanted if job.name != name]
            for bench in self._benches:
                if bench.job is not None and bench.job.name == name:
                    self._cancel(bench, bench.job)

    def close(self) -> None:
        """Ends all workers and everything that they have started."""
        self.want([])
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)
        for bench in self._benches:
            bench.worker.stop()

    def _cancel(self, bench: Bench, job: Job) -> None:
        if not bench.cancelled:
            bench.cancelled = True
            threading.Thread(target=self._kill, args=(bench, job), daemon=True).start()

    def _kill(self, bench: Bench, job: Job) -> None:
        """Kills a worker, which takes a while, unless it has another job by now."""
        while True:
            with bench.lock:
                if bench.job is not job:
                    return
                bench.worker.kill()
            time.sleep(AGAIN)

    def _serve(self, bench: Bench) -> None:
        while True:
            with self._changed:
                while (job := self._next()) is None and not self._closed:
                    self._changed.wait()
                if job is None:
                    return
                with bench.lock:
                    bench.job, bench.cancelled = job, False
            failure, abandoned = None, False
            try:
                made = job.do(self._computer(Apprentice(bench)))
                failure = made if isinstance(made, AuthorError) else None
            except AbandonedError:
                abandoned = True
            except LivedeckError as error:
                failure = error if isinstance(error, AuthorError) else AuthorError(str(error))
            except Exception as error:  # a disk that is full must not end the thread
                failure = AuthorError(f"`{job.name}`: {type(error).__name__}: {error}")
                bench.worker.stop()  # which may still be at it
            with self._changed:
                with bench.lock:
                    bench.job = None
                if not abandoned:  # else it stays for whoever wants it again meanwhile
                    self._wanted = [one for one in self._wanted if one.identity != job.identity]
                self._changed.notify_all()
            if not abandoned:
                self._done(job, failure)

    def _next(self) -> Job | None:
        """The first job that nobody does; one that measures time runs alone."""
        busy = [bench.job for bench in self._benches if bench.job is not None]
        doing = {job.identity for job in busy}
        if any(job.run.experiment.timed and job.drawing is None for job in busy):
            return None
        for job in self._wanted:
            timed = job.run.experiment.timed and job.drawing is None
            if job.identity not in doing and not (timed and busy):
                return job
        return None
