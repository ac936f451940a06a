"""Stands above a worker: ends all that it has started when the build goes, and what an experiment
has left behind when it is done.

On Linux a process that loses its parent falls to the supervisor, whatever environment, group or
session it gave itself; so all that lives below it belongs to the worker.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from livedeck.execution import processes

SUBREAPER: Final = 36  # of prctl
LOOK = 0.5  # seconds between two looks at who has died, where no signal tells


def supervise(worker: Callable[[socket.socket], None], build: int) -> NoReturn:
    """Runs `worker` in a process of its own, which is given a line to its supervisor, until it ends
    or nobody holds the other end of the pipe `build` any more; ends as the worker has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        here.close()
        worker(there)
        os._exit(0)
    there.close()
    status = _watch(child, here, build)
    processes.end_below(os.getpid(), ())
    if os.WIFSIGNALED(status):
        with contextlib.suppress(OSError):  # SIGKILL has no other handler
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)


def stay(line: socket.socket) -> None:
    """Tells the supervisor that this process stays when a job is done."""
    _ask(line, f"stay {os.getpid()}")


def sweep(line: socket.socket) -> None:
    """Asks the supervisor to end all below it but what stays, and waits until it has."""
    _ask(line, "sweep")


def _ask(line: socket.socket, words: str) -> None:
    line.sendall(f"{words}\n".encode())
    line.recv(1)


def _watch(child: int, line: socket.socket, build: int) -> int:
    staying: set[int] = set()
    poll = select.poll()
    poll.register(build, 0)  # no event but that nobody can write to it any more
    poll.register(line, select.POLLIN)
    asked = b""
    while True:
        for descriptor, _ in poll.poll(LOOK * 1000):
            if descriptor == build:
                processes.end_below(os.getpid(), ())
                os._exit(0)
            received = line.recv(4096)
            if not received:
                poll.unregister(line)
            asked += received
            if asked.endswith(b"\n"):  # nobody asks again before the answer
                what, *number = asked.split()
                if what == b"stay":
                    staying.add(int(number[0]))
                else:
                    processes.end_below(os.getpid(), staying)
                asked = b""
                line.sendall(b".")
        while True:  # the dead, of whom nobody else asks how they died
            with contextlib.suppress(ChildProcessError):
                found, status = os.waitpid(-1, os.WNOHANG)
                if found == child:
                    return status
                if found:
                    continue
            break
