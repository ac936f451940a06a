"""Runs jobs in a worker process and copes with whatever happens to it."""

import contextlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from livedeck import engine
from livedeck.execution import processes
from livedeck.execution.hearing import Hearing
from livedeck.keys.inputs import environment_value
from livedeck.store.compiled_programs import Loan, Programs

ENGINE = ("JAX_", "XLA_", "PYTHONWARNINGS")  # starts of variables whose say the engine has
PULSE = 0.25  # seconds between two looks at a worker that is silent
FAREWELL = 5.0  # seconds that a killed worker has to go: one that reads from a hung disk does not
GRACE = 0.2  # seconds in which a worker's last words may still arrive


class WorkerError(Exception):
    """A job that failed: in its own code, or because its worker died or ran too long; `path` and
    `hint` are those of data that it could not read."""

    def __init__(
        self,
        message: str,
        line: int | None = None,
        detail: str = "",
        *,
        path: str | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.detail = message, line, detail
        self.path, self.hint = path, hint


@dataclass
class Worker:
    """One worker process at a time, started when first needed and again after a death.

    `settings` are the project's root and the folders whose files are no inputs; `variables`
    fix the numerics and say which devices it may use; the limits are seconds for a job, and bytes
    of memory for the process with all that it has started. It is lent the `programs` that others
    have compiled, and leaves its own.
    """

    settings: dict[str, Any]
    variables: dict[str, str]
    time_limit: float
    memory_limit: float
    programs: Programs

    _mark: str = field(default_factory=lambda: secrets.token_hex(8))
    _loan: Loan = field(init=False)
    _process: subprocess.Popen[bytes] | None = None
    _answers: int = -1
    _output: int = -1

    def work(self, job: dict[str, Any], heard: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """The answer to a job, with what it has said; calls `heard` with each progress message
        meanwhile.

        Raises `WorkerError` when the job fails, kills its process, or outgrows a limit.
        """
        process = self._started()
        assert process.stdin is not None
        deadline = time.monotonic() + self.time_limit
        hearing = Hearing(Path(self.settings["root"]), job)
        lines = _Lines()
        sources = [self._answers, self._output]
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write((json.dumps(job) + "\n").encode())
            process.stdin.flush()
        looked = time.monotonic()
        while True:
            now = time.monotonic()
            if now - looked >= PULSE:
                looked = now
                self._require_memory(hearing)
            left = deadline - now
            if left <= 0:
                self.stop()
                limit = f"{self.time_limit:g} s"
                late = f"ran longer than its limit of {limit}"
                hint = "Let it do less, or raise `time_limit` (in seconds) in deck.toml."
                raise WorkerError(late, None, hearing.tail(), hint=hint)
            wait = min(left, PULSE)
            ready, _, _ = select.select(sources, [], [], wait)
            if self._output in ready and not self._hear(hearing):
                sources.remove(self._output)  # its end, which would always be ready
            chunk = os.read(self._answers, 65536) if self._answers in ready else b""
            if self._answers in ready and not chunk:
                sources.remove(self._answers)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(wait)  # it goes, unless an experiment has closed what is not its
            if (not ready or self._answers not in sources) and process.poll() is not None:
                raise WorkerError(self._ended(hearing), None, hearing.tail())
            for message in lines.feed(chunk):
                if message["event"] == "progress":
                    heard(message)
                    continue
                if message["event"] == "said":
                    hearing.take(message)
                    continue
                if message["event"] == "done":
                    self._loan.settle()
                    if select.select([self._output], [], [], 0)[0]:
                        self._hear(hearing)  # what a pipe holds, which was printed before
                    return {**message, "said": hearing.said().to_json()}
                self._drain(hearing)
                if message["event"] == "died":
                    raise WorkerError(_obituary(message["status"]), None, hearing.tail())
                detail = "\n".join(filter(None, [hearing.tail(), message["detail"]]))
                raise WorkerError(
                    message["message"],
                    message["line"],
                    "" if message["path"] else detail,
                    path=message["path"],
                    hint=message["hint"],
                )

    def kill(self) -> None:
        """Ends the worker from another thread; the one that waits for it notices."""
        process = self._process
        if process is not None:
            self._end(process)

    def stop(self) -> None:
        """Ends the worker and everything that it has started."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self._end(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL)
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        os.close(self._answers)
        os.close(self._output)
        self._loan.close()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.returncode is None:
            processes.end(process.pid, self._mark)
        else:
            processes.end_marked(self._mark)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            self._loan.renew()
            return self._process
        self.stop()
        self._loan = self.programs.lend()
        self._answers, answers = os.pipe()
        self._output, output = os.pipe()
        environment = self._environment()
        ignored = [*self.settings["ignored"], str(self._loan.folder)]
        fixed = [*self.variables, *self._loan.variables, "PYTHONPATH", processes.MARK]
        own = {"fixed": fixed, "environment": environment_value(os.environ)}
        settings = {**self.settings, "ignored": ignored, **own}
        program = [sys.executable, "-m", "livedeck.execution.worker"]
        command = [*program, str(answers), json.dumps(settings)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=(answers,),
            cwd=self.settings["root"],
            env=environment,
            start_new_session=True,  # a group of its own, to be killed as one
        )
        os.close(answers)
        os.close(output)
        return self._process

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ENGINE)}
        paths = [str(engine.SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {"PYTHONPATH": os.pathsep.join(paths), processes.MARK: self._mark}
        return {**kept, **self.variables, **self._loan.variables, **own}

    def _require_memory(self, hearing: Hearing) -> None:
        assert self._process is not None
        used = processes.memory(self._process.pid)
        if used <= self.memory_limit:
            return
        self.stop()
        message = f"used {used / 1e9:.1f} GB of memory; its limit is {self.memory_limit / 1e9:.1f}"
        hint = "Let it hold less at once, or raise `memory_limit` (in GB) in deck.toml."
        raise WorkerError(message, None, hearing.tail(), hint=hint)

    def _ended(self, hearing: Hearing) -> str:
        """How the worker itself has ended."""
        self._drain(hearing)
        assert self._process is not None
        status = self._process.wait()
        self.stop()
        return _obituary(status)

    def _drain(self, hearing: Hearing) -> None:
        """Reads what was printed before now."""
        while select.select([self._output], [], [], GRACE)[0] and self._hear(hearing):
            pass

    def _hear(self, hearing: Hearing) -> bool:
        """Takes in some output; says whether there was any."""
        chunk = os.read(self._output, 65536)
        hearing.printed.feed(chunk)
        return bool(chunk)


def _obituary(status: int) -> str:
    if status < 0:
        name = signal.Signals(-status).name
        memory = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"its process was killed by {name}{memory}"
    return f"its process ended with exit status {status}"


class _Lines:
    """Puts JSON lines together from the pieces in which a pipe delivers them."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, chunk: bytes) -> list[dict[str, Any]]:
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        return [json.loads(line) for line in whole]
