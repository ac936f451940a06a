"""How signals end a command: as Ctrl-C does, with all that it has started, and then by the signal,
so that a shell, or whoever else waits for the command, is told.

A signal that this process was started to ignore (by `nohup`, or in the background of a script)
stays ignored.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ECHO = 0.5  # seconds in which one end is told twice: `timeout` tells a process, and then its group


class Ended(KeyboardInterrupt):
    """A signal has come that ends this process."""


class Ending:
    """The signal that ends this process, if one has come.

    The first is an `Ended` wherever the process is; one that comes while it clears away ends it at
    once, and is no more than an echo if it comes right after the first.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._since = 0.0
        self._stop: Callable[[], None] | None = None

    def arm(self) -> None:
        """Heeds signals from now on."""
        for number in SIGNALS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, self._heard)

    def disarm(self) -> None:
        """Nothing is left to clear away: a signal ends the process at once."""
        for number in SIGNALS:
            if signal.getsignal(number) == self._heard:
                signal.signal(number, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0)

    @contextmanager
    def calling(self, stop: Callable[[], None]) -> Iterator[None]:
        """Calls `stop` at a signal, for the block to end by itself, which is then an `Ended`."""
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None
        if self.signal is not None:
            self._raise()

    def die(self) -> NoReturn:
        """Ends the process by the signal that has come."""
        number = self.signal or signal.SIGINT
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(128 + number)  # where even that is held back

    def _heard(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self.signal is not None and now - self._since < ECHO:
            return
        again, self.signal, self._since = self.signal, signal.Signals(number), now
        if again is not None:
            self.die()
        if self._stop is None:
            self._raise()
        else:
            self._stop()

    def _raise(self) -> NoReturn:
        signal.signal(signal.SIGALRM, self._remind)
        signal.setitimer(signal.ITIMER_REAL, ECHO, ECHO)
        raise Ended

    def _remind(self, *_: object) -> None:
        """Ends the process again if its `Ended` was lost, as in a finalizer or a callback."""
        error = sys.exc_info()[1]
        while error is not None:
            if isinstance(error, Ended):
                return
            error = error.__context__
        raise Ended


ending = Ending()  # that of this process
