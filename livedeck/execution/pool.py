"""The workers of a build: one for each accelerator, on a CPU as many as are worth it."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from livedeck.execution.worker_client import Worker, WorkerError

T = TypeVar("T")
AGAIN = 0.2  # seconds between two rounds of killing


class AbandonedError(Exception):
    """A job that nobody waits for any more."""


@dataclass
class Pool:
    """Hands jobs to whichever worker is idle."""

    workers: Sequence[Worker]
    _idle: "queue.SimpleQueue[Worker]" = field(default_factory=queue.SimpleQueue)
    _mine: threading.local = field(default_factory=threading.local)
    _abandoned: bool = False

    def __post_init__(self) -> None:
        for worker in self.workers:
            self._idle.put(worker)

    def each(
        self,
        do: Callable[[T], None],
        items: Sequence[T],
        *,
        alone: bool = False,
        beside: "Future[None] | None" = None,
    ) -> None:
        """Calls `do` for every item, side by side unless `alone`. What one call asks of `work` goes
        to one worker. What goes on `beside` ends all if it fails."""
        if not items:
            return
        threads = ThreadPoolExecutor(1 if alone else len(self.workers))
        futures: list[Future[None]] = []
        try:
            futures += [threads.submit(self._with_worker, do, item) for item in items]
            more = [] if beside is None else [beside]
            done, _ = wait([*futures, *more], return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            self._abandoned = True
            self._kill_until_done(futures)
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def work(self, job: dict[str, Any], heard: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """The answer of this thread's worker to a job, as `Worker.work` gives it."""
        if self._abandoned:
            raise AbandonedError
        worker: Worker = self._mine.worker
        try:
            return worker.work(job, heard)
        except WorkerError:
            if self._abandoned:
                raise AbandonedError from None
            raise

    def stop(self) -> None:
        """Ends all workers and everything that they have started."""
        for worker in self.workers:
            worker.stop()

    def _kill_until_done(self, futures: list["Future[None]"]) -> None:
        """Lets what threads wait for end at once; again, for one may just be starting a worker."""
        for future in futures:
            future.cancel()
        for worker in self.workers:
            worker.kill()
        while wait(futures, AGAIN).not_done:
            for worker in self.workers:
                worker.kill()

    def _with_worker(self, do: Callable[[T], None], item: T) -> None:
        self._mine.worker = self._idle.get()
        try:
            do(item)
        finally:
            self._idle.put(self._mine.worker)
