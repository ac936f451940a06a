"""How long JAX compiles, as it tells whoever listens."""

import sys
import time


class Compilation:
    """Adds up the seconds that JAX spends on tracing, lowering and compiling."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float]] = []
        self._listening = False

    def start(self) -> None:
        """Counts from now on, if JAX has been imported."""
        self._spans.clear()
        if not self._listening and "jax" in sys.modules:
            sys.modules["jax"].monitoring.register_event_duration_secs_listener(self._heard)
            self._listening = True

    def seconds(self) -> float:
        """The time since the start in which something was compiled; a function that is traced
        within another one counts once."""
        total, end = 0.0, 0.0
        for first, last in sorted(self._spans):
            total += max(0.0, last - max(first, end))
            end = max(end, last)
        return total

    def _heard(self, event: str, duration: float, **_: object) -> None:
        if event.startswith("/jax/core/compile/"):
            now = time.monotonic()
            self._spans.append((now - duration, now))
