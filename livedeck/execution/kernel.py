"""Lets Linux itself tell which files a process and all that it starts ask for.

A filter of system calls (seccomp, Linux 5.5) holds each call that names a file until a listener
has seen it; then the call goes on as if nothing had been. What reads does not matter: Python, a
library of C, another program. See `man 2 seccomp_unotify`.
"""

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if sys.platform == "linux":
    import fcntl

SET_NO_NEW_PRIVS, SET_FILTER, NEW_LISTENER = 38, 1, 8  # of prctl and seccomp
UNINTERRUPTED = 32  # a call that the listener looks at ends by no signal (Linux 5.19)
NOTIFY, ALLOW, REFUSE = 0x7FC00000, 0x7FFF0000, 0x00050000 | 38  # 38: there is no such call
RECEIVE, SEND = 0xC0502100, 0xC0182101  # requests of the listener's ioctl
CONTINUE = 1
AT_FDCWD, AT_SYMLINK_NOFOLLOW = -100, 0x100
LONGEST = 4096  # bytes of a path
IO_URING_SETUP = 425  # files could be opened through it unseen; programs do without


@dataclass(frozen=True)
class Call:
    """Where a system call has its arguments: the folder's descriptor (-1: none), the path, flags
    (-1: none), and, of one that moves a file, where to."""

    name: str
    folder: int
    path: int
    flags: int = -1
    to_folder: int = -1
    to_path: int = -1


_AT: Final = {
    "openat": Call("open", 0, 1, 2),
    "openat2": Call("open2", 0, 1, 2),
    "newfstatat": Call("look", 0, 1, 3),
    "statx": Call("look", 0, 1, 2),
    "faccessat": Call("look", 0, 1),
    "faccessat2": Call("look", 0, 1),
    "readlinkat": Call("link", 0, 1),
    "execve": Call("start", -1, 0),
    "execveat": Call("start", 0, 1),
    "renameat": Call("move", 0, 1, -1, 2, 3),
    "renameat2": Call("move", 0, 1, -1, 2, 3),
    "connect": Call("connect", -1, 1),
    "mkdirat": Call("make", 0, 1),
    "linkat": Call("move", 0, 1, -1, 2, 3),
    "symlinkat": Call("make", 1, 2),
    "getdents64": Call("list", 0, -1),
}
_OLD: Final = {
    "open": Call("open", -1, 0, 1),
    "creat": Call("create", -1, 0),
    "stat": Call("look", -1, 0),
    "lstat": Call("link", -1, 0),
    "access": Call("look", -1, 0),
    "readlink": Call("link", -1, 0),
    "rename": Call("move", -1, 0, -1, -1, 1),
    "link": Call("move", -1, 0, -1, -1, 1),
    "mkdir": Call("make", -1, 0),
    "symlink": Call("make", -1, 1),
}
_NUMBERS: Final = {
    "x86_64": dict(
        openat=257, openat2=437, newfstatat=262, statx=332, faccessat=269, faccessat2=439,
        readlinkat=267, execve=59, execveat=322, renameat=264, renameat2=316, connect=42,
        open=2, creat=85, stat=4, lstat=6, access=21, readlink=89, rename=82, link=86,
        mkdir=83, symlink=88, mkdirat=258, linkat=265, symlinkat=266, getdents64=217,
    ),
    "aarch64": dict(
        openat=56, openat2=437, newfstatat=79, statx=291, faccessat=48, faccessat2=439,
        readlinkat=78, execve=221, execveat=281, renameat=38, renameat2=276, connect=203,
        mkdirat=34, linkat=37, symlinkat=36, getdents64=61,
    ),
}  # fmt: skip
_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 317), "aarch64": (0xC00000B7, 277)}


def install() -> int | None:
    """Puts the filter on this process and all that it will start; the listener's descriptor, or
    None where the system does not allow it. No filter is taken off again."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _NUMBERS:
        return None
    architecture, seccomp = _ARCHITECTURES[machine]
    program = _program(architecture, [*_NUMBERS[machine].values()])
    code = ctypes.create_string_buffer(program)
    filter_ = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for flags in (NEW_LISTENER | UNINTERRUPTED, NEW_LISTENER):
        if (descriptor := libc.syscall(seccomp, SET_FILTER, flags, filter_)) >= 0:
            return int(descriptor)
    return None


@dataclass(frozen=True)
class Event:
    """What a process asks for: to `open` a file, to `list` a folder, to `look` at one, to follow a
    `link`, to `start` a program, to `move` or link a file to the path `to`, to `make` a folder or
    link, to `connect` to an address (in `path`). Where it is `unread`, `path` says why."""

    process: int
    name: str
    path: str
    flags: int = 0
    to: str = ""


class Listener:
    """Hears of each call that the filter holds."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._calls = {n: (_AT | _OLD)[c] for c, n in _NUMBERS[platform.machine()].items()}

    def next(self) -> tuple[int, Event | None] | None:
        """The next call, by a number to let it go on with, and what it asks for, if that can be
        read; None if its process has gone meanwhile."""
        notification = bytearray(80)
        try:
            fcntl.ioctl(self.descriptor, RECEIVE, notification)
        except OSError:
            return None
        number, task, _, call, _, _, *arguments = struct.unpack("=QIIiIQ6Q", notification)
        try:
            memory = os.open(f"/proc/{task}/mem", os.O_RDONLY)
        except (FileNotFoundError, ProcessLookupError):
            return number, None
        except OSError as error:  # it may not be read, or there is no descriptor for it
            return number, Event(task, "unread", os.strerror(error.errno or 0))
        try:
            return number, self._event(task, memory, self._calls[call], arguments)
        except (OSError, ValueError):  # an address or descriptor that is none: the call will fail
            return number, None
        finally:
            os.close(memory)

    def let_go_on(self, number: int) -> None:
        """Lets a call do what it would have done."""
        with suppress(OSError):  # its process has gone
            fcntl.ioctl(self.descriptor, SEND, struct.pack("=QqiI", number, 0, 0, CONTINUE))

    def close(self) -> None:
        """Ends it; a call that is held from now on fails."""
        os.close(self.descriptor)

    def _event(self, task: int, memory: int, call: Call, arguments: list[int]) -> Event | None:
        if call.name == "connect":
            return Event(task, "connect", _address(memory, arguments))
        if call.name == "list":
            return Event(task, "list", os.readlink(f"/proc/{task}/fd/{arguments[0]}"))
        path = _path(memory, task, call.folder, call.path, arguments)
        if not path:
            return None
        to = ""
        if call.name == "move":
            to = _path(memory, task, call.to_folder, call.to_path, arguments)
        flags = arguments[call.flags] if call.flags >= 0 else 0
        if call.name == "open2":
            flags = struct.unpack("=Q", os.pread(memory, 8, flags))[0]
        names = {"open2": "open", "create": "open"}
        if call.name == "look" and flags & AT_SYMLINK_NOFOLLOW:
            return Event(task, "link", path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC if call.name == "create" else flags
        return Event(task, names.get(call.name, call.name), path, flags & 0xFFFFFFFF, to)


def process_of(task: int) -> int:
    """The process that a thread belongs to."""
    with suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{task}/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("\nTgid:")[2].split()[0])
    return task


def is_python(task: int) -> bool:
    """Whether a process is another Python, which lists the folders that it imports from."""
    with suppress(OSError):
        return os.path.basename(os.readlink(f"/proc/{task}/exe")).startswith("python")
    return False


def _path(memory: int, task: int, folder: int, place: int, arguments: list[int]) -> str:
    """The absolute path that a call names; empty if it names a descriptor alone."""
    text = _text(memory, arguments[place])
    if text.startswith("/proc/"):  # perhaps by a descriptor, of which each process has its own
        text = text.replace("/proc/self/", f"/proc/{task}/")
        return os.path.realpath(text) if "/fd/" in text or "/cwd" in text else text
    if not text or text.startswith("/"):
        return text
    number = AT_FDCWD if folder < 0 else ctypes.c_int(arguments[folder] & 0xFFFFFFFF).value
    base = "cwd" if number == AT_FDCWD else f"fd/{number}"
    return os.path.normpath(os.path.join(os.readlink(f"/proc/{task}/{base}"), text))


def _text(memory: int, address: int) -> str:
    """A text in another process's memory, read page by page, for the next may not be there."""
    read = b""
    while len(read) < LONGEST and b"\0" not in read:
        size = LONGEST - (address + len(read)) % LONGEST
        if not (page := os.pread(memory, size, address + len(read))):
            raise ValueError("the process has gone")
        read += page
    return os.fsdecode(read.partition(b"\0")[0])


def _address(memory: int, arguments: list[int]) -> str:
    """The internet address that a call connects to; empty for all that stays on this machine."""
    data = os.pread(memory, min(arguments[2], 28), arguments[1])
    family = struct.unpack("=H", data[:2])[0]
    if family == 2 and data[4] != 127:
        return ".".join(map(str, data[4:8]))
    if family == 10 and data[8:24] != bytes(15) + b"\1":
        return data[8:24].hex(":", 2)
    return ""


def _program(architecture: int, numbers: list[int]) -> bytes:
    """The filter, in the kernel's language for it (BPF)."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    load, equal, end = 0x20, 0x15, 0x06
    count = len(numbers)
    steps = [step(load, 4), step(equal, architecture, 1), step(end, ALLOW), step(load, 0)]
    steps += [step(equal, IO_URING_SETUP, count + 2)]
    steps += [step(equal, number, count - i) for i, number in enumerate(numbers)]
    return b"".join([*steps, step(end, ALLOW), step(end, NOTIFY), step(end, REFUSE)])
