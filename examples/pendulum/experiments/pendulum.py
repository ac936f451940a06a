"""A pendulum's period grows with its amplitude; the small-angle formula says that it does not.

Question: how late is a pendulum that swings wide? Model: the pendulum's equation without friction,
simulated by the classical Runge-Kutta method. Baseline: the small-angle period, 2 pi sqrt(l / g).
Expect: 4 % late at 45 degrees, 18 % at 90. The exact period is that of the baseline divided by the
arithmetic-geometric mean of 1 and cos(amplitude / 2).
Source: Gauss 1799; Carvalhaes and Suppes, American Journal of Physics 76, 2008.
Less than a second on a CPU core.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure


class Result(NamedTuple):
    """Angles in degrees, times in small-angle periods."""

    amplitudes: np.ndarray  # n
    periods: np.ndarray  # n: simulated
    exact: np.ndarray  # n
    error: float  # the largest difference of the two, in billionths of a small-angle period
    shown_degrees: float
    late: float  # at the amplitude shown, as a share of the small-angle period
    last_degrees: float
    last_late: float
    times: np.ndarray  # of the swing shown
    angles: np.ndarray


def run(*, shown: float = 60.0, amplitudes: int = 16, steps: int = 2000) -> Result:
    """Lets go of pendulums at rest at angles up to 160 degrees."""
    degrees = np.linspace(10, 160, amplitudes)
    periods = np.array([period_of(np.radians(angle), steps) for angle in degrees])
    exact = np.array([1 / agm(1, np.cos(np.radians(angle) / 2)) for angle in degrees])
    times, angles = fall(np.radians(shown), steps, periods=2)
    return Result(
        amplitudes=degrees,
        periods=periods,
        exact=exact,
        error=float(np.abs(periods - exact).max()) * 1e9,
        shown_degrees=shown,
        late=period_of(np.radians(shown), steps) - 1,
        last_degrees=float(degrees[-1]),
        last_late=float(periods[-1] - 1),
        times=times,
        angles=np.degrees(angles),
    )


def fall(amplitude: float, steps: int, periods: float) -> tuple[np.ndarray, np.ndarray]:
    """Times and angles (radians) of a pendulum let go at rest; `steps` to a small-angle period."""

    def slope(state: np.ndarray) -> np.ndarray:
        return 2 * np.pi * np.array([state[1], -np.sin(state[0])])

    state, h = np.array([amplitude, 0.0]), 1 / steps
    angles = [amplitude]
    for _ in range(round(periods * steps)):
        first = slope(state)
        second = slope(state + h / 2 * first)
        third = slope(state + h / 2 * second)
        fourth = slope(state + h * third)
        state = state + h / 6 * (first + 2 * second + 2 * third + fourth)
        angles.append(state[0])
    return np.arange(len(angles)) * h, np.array(angles)


def period_of(amplitude: float, steps: int) -> float:
    """The period: four times the time of the first fall, found by interpolation."""
    times, angles = fall(amplitude, steps, periods=1)
    after = int((angles < 0).argmax())
    return float(4 * np.interp(0, angles[[after, after - 1]], times[[after, after - 1]]))


def agm(a: float, b: float) -> float:
    """The arithmetic-geometric mean."""
    while abs(a - b) > 1e-15 * a:
        a, b = (a + b) / 2, np.sqrt(a * b)
    return a


def swing(fig: Figure, result: Result) -> None:
    """The pendulum's angle over time, and the small-angle formula's."""
    axes = fig.subplots()
    wave = result.shown_degrees * np.cos(2 * np.pi * result.times)
    axes.plot(result.times, wave, color="muted")
    axes.plot(result.times, result.angles, color="accent")
    axes.axhline(0, color="grid", linewidth=1)
    axes.annotate("formula", (result.times[-1], wave[-1]), color="muted", **_BESIDE)
    axes.annotate("pendulum", (result.times[-1], result.angles[-1]), color="accent", **_BESIDE)
    axes.set_yticks([-result.shown_degrees, 0, result.shown_degrees])
    axes.yaxis.set_major_formatter("{x:.0f}°")
    axes.set(xticks=[0, 1, 2], xlabel="time (small-angle periods)", ylabel="angle")


def period(fig: Figure, result: Result) -> None:
    """Period against amplitude, simulated and exact, beside the formula's."""
    axes = fig.subplots()
    axes.axhline(1, color="muted")
    axes.plot(result.amplitudes, result.exact, color="ink")
    axes.plot(result.amplitudes, result.periods, "o", color="accent")
    end = dict(xycoords=("axes fraction", "data"), color="muted")
    axes.annotate("formula", (1, 1), **end, **_BESIDE)
    axes.set_xticks([0, 45, 90, 135])
    axes.xaxis.set_major_formatter("{x:.0f}°")
    axes.set(xlim=(0, None), xlabel="amplitude", ylabel="period (small-angle periods)")


_BESIDE = dict(xytext=(10, 0), textcoords="offset points", va="center", annotation_clip=False)

QUICK = dict(amplitudes=4, steps=500)
