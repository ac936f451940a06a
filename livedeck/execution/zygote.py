"""Has the imports ready that most experiments need, and forks a process for each job from them.

So every run and every drawing starts from the same state, whatever ran before, and pays for no
import twice. A zygote has one thread and no device: those come after the fork.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from livedeck import distributions
from livedeck.execution import kernel, supervisor
from livedeck.execution.audit_hooks import Hooks
from livedeck.execution.levels import LEVELS
from livedeck.execution.observer import Record
from livedeck.keys import packages

LOOK = 0.05  # seconds between two looks whether a job has ended, where the system does not tell

# Made before any experiment can replace what it is made of.
_encoded = json.JSONEncoder(separators=(",", ":")).encode

Answer = dict[str, Any]
Work = Callable[[dict[str, Any], Hooks], Answer]


class Zygote:
    """A process that forks others: for jobs, and for the next level of imports.

    `work` answers a job in a forked process; answers go to the descriptor `answers` as lines of
    JSON.
    """

    def __init__(
        self, settings: dict[str, Any], line: socket.socket, answers: int, work: Work
    ) -> None:
        self.root = Path(settings["root"])
        self.ignored = [Path(path) for path in settings["ignored"]]
        self.environment: str = settings["environment"]
        self.line, self.answers, self.work = line, answers, work
        self.level = -1
        self.seen: dict[str, str] = {}  # the inputs of the imports
        self.hooks = Hooks(self.root, settings["fixed"])
        self._next: tuple[int, int] | None = None

    def serve(self, jobs: int, done: int | None = None) -> None:
        """Answers jobs, a line each, until nobody can send one; tells `done` of each."""
        supervisor.stay(self.line)
        self._import()
        for line in os.fdopen(jobs, encoding="utf-8"):
            job = json.loads(line)
            if min(job["level"], len(LEVELS) - 1) > self.level:
                self._hand_on(line)
            else:
                self._answer(job)
            if done is not None:
                os.write(done, b".")

    def _import(self) -> None:
        """Imports what the next level has; a package that is not installed is none of it."""
        self.level += 1
        record = Record(self.root, self.ignored, self.environment)
        self.hooks.tell = record.note
        for name in LEVELS[self.level]:
            with suppress(ImportError):
                importlib.import_module(name)
        self.hooks.tell = None
        self.seen |= {n: v for n, v in record.seen.items() if n.startswith("environment ")}
        self.before = frozenset(sys.modules)

    def _hand_on(self, line: str) -> None:
        """Lets the zygote of the next level do a job."""
        if self._next is None:
            self._next = self._descend()
        jobs, done = self._next
        with suppress(BrokenPipeError):
            os.write(jobs, line.encode())
        if not os.read(done, 1):  # it has died, and left its job
            self._next = None
            self._say({"event": "died", "status": -signal.SIGKILL})

    def _descend(self) -> tuple[int, int]:
        jobs, to_it = os.pipe()
        from_it, done = os.pipe()
        if _forked():
            os.close(jobs)
            os.close(done)
            return to_it, from_it
        os.close(to_it)
        os.close(from_it)
        self._next = None
        self.serve(jobs, done)
        os._exit(0)

    def _answer(self, job: dict[str, Any]) -> None:
        answers, answer = os.pipe()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        child = _forked()
        if not child:
            os.close(answers)
            here.close()
            self._be_job(job, there, answer)
        os.close(answer)
        there.close()
        distributions.provided()  # while the job begins
        heard = _Job(self, child, here, answers)
        told = heard.hear()
        supervisor.sweep(self.line)
        place = {"file": Path(job["path"]).relative_to(self.root).as_posix(), "line": job["line"]}
        for number, text in enumerate(heard.record.unseen):
            words = {"kind": "Unseen", "text": text, "times": 1, "from": [0, number]}
            self._say({"event": "said", **place, **words})
        self._say(told)

    def _be_job(self, job: dict[str, Any], there: socket.socket, answer: int) -> None:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.hooks.assigned.clear()  # what packages have set when they were imported
        channel = _Channel(there, self.hooks)
        told = self.work(job, self.hooks)
        self.hooks.tell = None
        told["imported"] = packages.imported(told.pop("asked", ()), self.before)
        told["missed"] = [name for name in self.hooks.asked if name not in sys.modules]
        data = _encoded(told).encode()
        channel.close()
        _write(answer, len(data).to_bytes(8, "big") + data)
        os._exit(0)

    def _say(self, message: Answer) -> None:
        _write(self.answers, (json.dumps(message) + "\n").encode())


class _Channel:
    """A job's line to its zygote: what its hooks hear goes there, one message each."""

    def __init__(self, there: socket.socket, hooks: Hooks) -> None:
        self.there, self.process = there, os.getpid()
        listener = kernel.install()
        self._sees = hooks.kernel = listener is not None
        if listener is None:
            there.send(b"blind")
        else:
            socket.send_fds(there, [b"kernel"], [listener])
            os.close(listener)
        hooks.tell = self.tell
        os.register_at_fork(after_in_child=self._own)
        self._own()

    def tell(self, kind: str, what: str, value: str | None) -> None:
        """Sends what was heard. Where the kernel sees nothing, it waits until it is digested, for a
        file may change before it is read."""
        with suppress(OSError):
            self.there.send(_encoded([kind, what, value]).encode())
            if kind in ("file", "folder") and not self._sees and os.getpid() == self.process:
                self.there.recv(1)

    def close(self) -> None:
        """Ends it."""
        self.there.close()

    def _own(self) -> None:
        with suppress(OSError):
            self.there.send(_encoded(["own", str(os.getpid()), None]).encode())


class _Job:
    """A job as its zygote hears of it: from its hooks, from the kernel, and at its end."""

    def __init__(self, zygote: Zygote, child: int, here: socket.socket, answers: int) -> None:
        self.zygote, self.child, self.here, self.answers = zygote, child, here, answers
        self.record = Record(zygote.root, zygote.ignored, zygote.environment)
        self.record.seen |= zygote.seen
        if "matplotlib" in zygote.before:  # which looks there for its settings
            self.record.heard(kernel.Event(0, "look", str(zygote.root / "matplotlibrc")))
        self.listener: kernel.Listener | None = None
        self.received = b""

    def hear(self) -> Answer:
        """The answer, with what the job was seen to use; or how it died."""
        self._greet()
        poll = select.poll()
        sources = [self.here.fileno(), self.answers]
        sources += [] if self.listener is None else [self.listener.descriptor]
        ended = os.pidfd_open(self.child) if hasattr(os, "pidfd_open") else None
        for descriptor in [*sources, *([] if ended is None else [ended])]:
            poll.register(descriptor, select.POLLIN)
        status = None
        while status is None:
            for descriptor, events in poll.poll(None if ended is not None else LOOK * 1000):
                if descriptor == self.here.fileno():
                    self._messages()
                elif descriptor == self.answers:
                    self._receive(poll)
                elif descriptor != ended and events & select.POLLIN:
                    self._call()
                elif descriptor != ended:
                    poll.unregister(descriptor)
            found, how = os.waitpid(self.child, os.WNOHANG)
            status = how if found else None
        os.set_blocking(self.answers, False)
        with suppress(BlockingIOError):
            while chunk := os.read(self.answers, 1 << 20):
                self.received += chunk
        self._messages()
        told = self._told(status)
        for descriptor in filter(None, (ended, self.answers)):
            os.close(descriptor)
        self.here.close()
        if self.listener is not None:
            self.listener.close()
        return told

    def _greet(self) -> None:
        _, descriptors, _, _ = socket.recv_fds(self.here, 16, 1)
        self.listener = kernel.Listener(descriptors[0]) if descriptors else None
        self.record.sees = self.listener is not None
        self.here.setblocking(False)

    def _told(self, status: int) -> Answer:
        size, data = int.from_bytes(self.received[:8], "big"), self.received[8:]
        if len(self.received) < 8 or len(data) < size:
            return {"event": "died", "status": os.waitstatus_to_exitcode(status)}
        try:
            told: Answer = json.loads(data[:size])
        except ValueError:  # the experiment has replaced what writes JSON
            return {"event": "died", "status": 1}
        used, missed = told.pop("imported"), told.pop("missed")
        for file in packages.strays(used):
            self.record.stray(file)
        self.record.missed(missed)
        self.record.note("shadows", " ".join(packages.from_elsewhere(used)))
        if told["event"] == "done":
            told["changed"] = self.record.finish(packages.counted(used))
            told["observed"] = self.record.seen
        return told

    def _call(self) -> None:
        assert self.listener is not None
        call = self.listener.next()
        if call is None:
            return
        number, event = call
        self._messages()  # what hooks said of this call before it was made
        if event is not None:
            self.record.heard(event)
        self.listener.let_go_on(number)

    def _messages(self) -> None:
        """Takes in what hooks have said."""
        with suppress(BlockingIOError, ConnectionResetError):
            while message := self.here.recv(1 << 20):
                kind, what, value = json.loads(message)
                if kind == "own":
                    self.record.own.add(int(what))
                    continue
                self.record.note(kind, what, value)
                if self.listener is None and kind in ("file", "folder"):
                    self.here.send(b".")

    def _receive(self, poll: select.poll) -> None:
        chunk = os.read(self.answers, 1 << 20)
        self.received += chunk
        if not chunk:
            poll.unregister(self.answers)


def _forked() -> int:
    """Forks: the child's number, or 0 in the child. JAX warns of forks that come too late."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
