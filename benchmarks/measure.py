"""Runs a command as a cold process and measures its time and memory; describes the machine."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO

PACKAGES = (
    "numpy",
    "matplotlib",
    "markdown-it-py",
    "jinja2",
    "django-static-mathjax",
    "quickjs-ng",
    "weasyprint",
    "pikepdf",
)
LOOK = 0.01  # seconds between two looks at the memory of a process and its children
IDLE = 0.2  # processors that may be busy on a machine that is called idle


@dataclass(frozen=True)
class Time:
    """Seconds on the clock, and of processors (which other work on the machine stretches less)."""

    clock: float
    processors: float


@dataclass(frozen=True)
class Memory:
    """Peaks of resident memory in bytes: of the process that was started, of the largest of its
    descendants, and of all of them at one moment (pages that they share counted for each)."""

    process: int
    child: int
    together: int


class FailedError(Exception):
    """A measured command that ended with an error."""


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What a command finds that is measured: what is here, but for a setting under which Python
    compiles every module at every start, as few users have it."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | variables


def seconds(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Time:
    """How long a command takes, from its start to its end, with all that it starts."""
    with tempfile.TemporaryFile() as printed:
        began = time.perf_counter()
        process = _start(command, folder, variables, printed.fileno())
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - began
        _require_success(process, status, printed)
    return Time(taken, usage.ru_utime + usage.ru_stime)


def output(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> str:
    """What a command prints that measures by itself."""
    made = subprocess.run(
        command,
        cwd=folder,
        env=environment(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise FailedError(f"{command!r} ended with {made.returncode}\n{made.stderr}")
    return made.stdout


def memory(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Memory:
    """How much memory a command takes; where there is no /proc, of single processes only."""
    peaks: dict[int, int] = {}
    together = 0
    with tempfile.TemporaryFile() as printed:
        process = _start(command, folder, variables, printed.fileno())
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            now = {pid: _status(pid) for pid in _family(process.pid)}
            for pid, (_, peak) in now.items():
                peaks[pid] = max(peak, peaks.get(pid, 0))
            together = max(together, sum(resident for resident, _ in now.values()))
            time.sleep(LOOK)
        _require_success(process, status, printed)
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    own = peaks.pop(process.pid, largest)
    return Memory(own, max(peaks.values(), default=0), max(together, largest))


def busy() -> float:
    """Seconds that all processors of the machine have worked since it started; 0 without /proc."""
    try:
        with Path("/proc/stat").open(encoding="ascii") as file:
            user, nice, system, _idle, _waiting, *interrupts = map(
                int, file.readline().split()[1:8]
            )
    except OSError:
        return 0.0
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def wait_for_idle(end: float) -> None:
    """Waits until other work on the machine pauses, or the monotonic clock is at `end`."""
    while time.monotonic() < end:
        before, began = busy(), time.monotonic()
        time.sleep(1)
        if busy() - before < IDLE * (time.monotonic() - began):
            break


def machine() -> str:
    """The machine in one line: its processor, its cores, and the versions that matter."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    load = f"load {os.getloadavg()[0]:.1f} before the first run"
    return f"{_processor()}, {cores} cores, {load}; {', '.join(versions)}"


def _start(
    command: Sequence[str], folder: Path, variables: Mapping[str, str], output: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def _require_success(process: subprocess.Popen[bytes], status: int, printed: IO[bytes]) -> None:
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        printed.seek(0)
        text = printed.read().decode(errors="replace")
        raise FailedError(f"{process.args!r} ended with {process.returncode}\n{text}")


def _family(pid: int) -> list[int]:
    """A process and all of its descendants."""
    found = [pid]
    for parent in found:  # grows on the way
        with suppress(OSError):  # it may end at any moment
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found += map(int, children.read_text().split())
    return found


def _status(pid: int) -> tuple[int, int]:
    """The resident memory of a process now and at its peak."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {name: text for name, _, text in (line.partition(":") for line in lines)}
    now, peak = (int(sizes.get(name, "0 kB").split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
