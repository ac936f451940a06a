"""Sends the process a signal when it is about to do something to a file for the n-th time."""

import os
import sys

KINDS = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.chmod",
    "shutil.rmtree",
    "fcntl.flock",
    "subprocess.Popen",
    "socket.bind",
    "ctypes.dlsym",
}


def strike(number: int, ending: int) -> None:
    here, left = os.getpid(), number

    def look(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        flags = args[2] if event == "open" else 0
        writes = isinstance(flags, int) and flags & (os.O_RDWR | os.O_WRONLY)
        if (event in KINDS or writes) and os.getpid() == here:
            left -= 1
            if left == 0:
                os.kill(here, ending)

    sys.addaudithook(look)


if moment := os.environ.pop("MOMENT", ""):
    strike(*map(int, moment.split()))
