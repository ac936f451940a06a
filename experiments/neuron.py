"""A simulated nerve cell answers with spikes, and an artificial unit keeps only their rate.

Question: what does an artificial neuron keep of a real one? Model: the equations of Hodgkin and
Huxley, with their constants, by Runge-Kutta steps: a patch of membrane at 6.3 degrees for spikes
and rates, an axon at 18.5 degrees for the spike that travels; both repeated with halved steps.
Artificial units: a rectified and a logistic one, fitted by least squares to the firing rates at
every second current, judged at the currents between. Baselines: a constant rate, a straight line;
for the axon, the velocity that the authors computed and the one that they measured (1952). Expect:
silence up to about 6 microampere per cm2, then at once about 50 spikes a second; 18.8 m/s.
Source: Hodgkin and Huxley, A quantitative description of membrane current and its application to
conduction and excitation in nerve, 1952. About 5 s on 2 CPU cores.
"""

import pathlib
import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._drawing.nerve_cell import draw_cell
from experiments._models.hodgkin_huxley import (
    RADIUS,
    RESISTIVITY,
    WARM,
    Membrane,
    from_neighbours,
    resting,
    runge_kutta,
    slope,
)
from experiments._statistics.intervals import bootstrap
from livedeck import report

FACTS = pathlib.Path(__file__).parents[1] / "deck" / "data" / "neuron.toml"
LENGTH, POINTS = 8.0, (2.0, 6.0)  # cm: of the axon; between which its velocity is taken
SHOWN = 10.0  # microampere per cm2, of the trace
SETTLING = 0.4  # share of the time after which spikes count towards the rate


class Result(NamedTuple):
    """An axon's spike, a patch's spikes, and its firing rate beside artificial units."""

    velocity: float  # m/s, of the spike along the axon
    velocity_change: float  # share by which twice the spacing and four times the step change it
    velocity_calculated: float  # by the authors in 1952
    velocity_measured: float  # by the authors, on an axon
    places: Float[np.ndarray, " places"]  # cm from the cell body
    axon: Float[np.ndarray, "frames places"]  # mV
    axon_peak: float  # of them, as drawn
    axon_trough: float
    axon_celsius: float
    frames: tuple[str, ...]
    time: Float[np.ndarray, " times"]  # ms
    voltage: Float[np.ndarray, " times"]  # mV
    gates: Float[np.ndarray, "3 times"]  # m, h, n
    shown_current: float
    shown_spikes: int
    shown_duration: float
    peak: float  # mV
    trough: float
    current: Float[np.ndarray, " currents"]  # microampere per cm2
    rate: Float[np.ndarray, " currents"]  # spikes a second
    fits: Float[np.ndarray, "models currents"]  # of the models in `MODELS`
    fit_error: Float[np.ndarray, " models"]  # mean absolute, at the currents not fitted
    best: int  # the artificial unit that fits best where it was fitted
    best_name: str
    best_error: float
    best_verdict: str  # against the straight line
    best_low: float  # 95 % bootstrap interval over currents of its error less the line's
    best_high: float
    line_error: float
    rectified_error: float
    held_out: int
    single: float  # current from which a resting cell spikes at least once
    lasting: float  # current from which it goes on
    resolution: float  # of both
    lasting_rate: float  # there
    last_current: float
    last_rate: float  # at the largest current
    heights: Float[np.ndarray, " currents"]  # mV that the steady voltage reaches
    weak_current: float  # the least of the currents under which the cell goes on firing
    weak_height: float  # how far its spikes reach there, and at the largest current
    last_height: float
    height_verdict: str  # spikes under the largest current, against those under the weakest
    rate_change: float  # largest change of a rate by half the step, spikes a second


def run(
    *, currents: int = 81, duration: float = 300, step: float = 0.02, cells: int = 160
) -> Result:
    """Sends a spike along an axon of `cells` pieces and stimulates a patch with all currents."""
    facts = tomllib.loads(FACTS.read_text())
    velocity, places, times, axon = conduct(cells)
    reached = times[(axon[:, -1] > 0).argmax()] if (axon[:, -1] > 0).any() else times[-1]
    moments = np.searchsorted(times, np.linspace(0.1, 1, 12) * reached).clip(0, len(times) - 1)
    report(1, 3)

    current = np.linspace(0, 40, currents)
    rates = jax.jit(fire)
    spikes, rate, heights = (np.asarray(x, float) for x in rates(current, duration, step))
    _, finer, _ = rates(current, duration, step / 2)
    weak = int((rate > 0).argmax())
    report(2, 3)
    time, voltage, gates = trace(SHOWN, 60.0, step)
    return Result(
        velocity=velocity,
        velocity_change=abs(conduct(cells // 2)[0] / velocity - 1),
        velocity_calculated=facts["calculated"]["metres_per_second"],
        velocity_measured=facts["measured"]["metres_per_second"],
        places=places,
        axon=axon[moments],
        axon_peak=float(axon[moments].max()),
        axon_trough=float(axon[moments].min()),
        axon_celsius=WARM,
        frames=tuple(f"{times[moment]:.1f} ms" for moment in moments),
        time=time,
        voltage=voltage,
        gates=gates,
        shown_current=SHOWN,
        shown_spikes=int(((voltage[:-1] < 0) & (voltage[1:] >= 0)).sum()),
        shown_duration=60.0,
        peak=float(voltage.max()),
        trough=float(voltage.min()),
        current=current,
        rate=rate,
        **thresholds(rates, current, spikes, rate, duration, step),
        **fit_units(current, rate),
        last_current=float(current[-1]),
        last_rate=float(rate[-1]),
        heights=heights,
        weak_current=float(current[weak]),
        weak_height=float(heights[weak]),
        last_height=float(heights[-1]),
        height_verdict="smaller" if heights[-1] < heights[weak] else "no smaller",
        rate_change=float(np.abs(rate - finer).max()),
    )


def conduct(
    cells: int, duration: float = 6.0
) -> tuple[float, Float[np.ndarray, " n"], Float[np.ndarray, " t"], Float[np.ndarray, "t n"]]:
    """Velocity of a spike (m/s), places (cm), times (ms) and the voltage along the axon."""
    spacing = LENGTH / cells
    places = (np.arange(cells) + 0.5) * spacing
    inner = 8  # steps between times that are kept
    kept = round(duration / inner / (0.55 * RESISTIVITY / RADIUS * spacing**2))
    step = duration / (kept * inner)  # explicit steps blow up beyond 0.7 instead of 0.55
    struck = jnp.asarray(places < 0.25)

    def advance(state: Membrane, i: Array) -> tuple[Membrane, None]:
        push = jnp.where(struck & (i * step < 0.2), 300.0, 0.0)

        def change(state: Membrane) -> Membrane:
            inflow = push + from_neighbours(state.voltage, spacing)
            return slope(state, inflow, WARM)

        return runge_kutta(change, state, step), None

    @jax.jit
    def travel() -> Float[Array, "t n"]:
        def keep(state: Membrane, i: Array) -> tuple[Membrane, Array]:
            return jax.lax.scan(advance, state, i)[0], state.voltage

        steps = jnp.arange(kept * inner).reshape(kept, inner)
        return jax.lax.scan(keep, resting(cells), steps)[1]

    voltage = np.asarray(travel(), float)
    times = np.arange(kept) * inner * step
    passed = [arrival(times, voltage[:, np.searchsorted(places, point)]) for point in POINTS]
    ends = [places[np.searchsorted(places, point)] for point in POINTS]
    return 10 * (ends[1] - ends[0]) / (passed[1] - passed[0]), places, times, voltage


def arrival(times: Float[np.ndarray, " t"], voltage: Float[np.ndarray, " t"]) -> float:
    """When the voltage first rises through 0 mV."""
    after = (voltage > 0).argmax()
    low, high = voltage[after - 1 : after + 1]
    return float(times[after - 1] - low / (high - low) * (times[after] - times[after - 1]))


def trace(
    current: float, duration: float, step: float
) -> tuple[Float[np.ndarray, " t"], Float[np.ndarray, " t"], Float[np.ndarray, "3 t"]]:
    """Time, voltage and gates of a patch at rest that receives a current from 5 ms on."""

    def advance(state: Membrane, i: Array) -> tuple[Membrane, Membrane]:
        pushed = partial(slope, current=jnp.where(i * step < 5, 0.0, current))
        return runge_kutta(pushed, state, step), state

    steps = jnp.arange(round(duration / step))
    seen = jax.jit(lambda: jax.lax.scan(advance, resting(), steps)[1])()
    thin = slice(None, None, 5)
    gates = np.stack([np.asarray(gate)[thin, 0] for gate in seen.gates])
    return np.asarray(steps * step, float)[thin], np.asarray(seen.voltage)[thin, 0], gates


class Firing(NamedTuple):
    """Spikes so far: upward crossings of 0 mV after settling, the first and the last of them."""

    spikes: Float[Array, " n"]  # all, from the start
    counted: Float[Array, " n"]
    first: Float[Array, " n"]  # ms
    last: Float[Array, " n"]
    height: Float[Array, " n"]  # mV, the highest voltage after settling


def fire(
    currents: Float[Array, " n"], duration: Array, step: Array
) -> tuple[Float[Array, " n"], ...]:
    """Number of spikes, steady rate (per second) and height of resting cells under currents."""

    def advance(i: Array, carry: tuple[Membrane, Firing]) -> tuple[Membrane, Firing]:
        state, firing = carry
        after = runge_kutta(partial(slope, current=currents), state, step)
        up = (state.voltage < 0) & (after.voltage >= 0)
        at = step * (i + state.voltage / (state.voltage - after.voltage))
        settled = i * step > SETTLING * duration
        counts = up & settled
        higher = settled & (after.voltage > firing.height)
        return after, Firing(
            spikes=firing.spikes + up,
            counted=firing.counted + counts,
            first=jnp.where(counts & (firing.counted == 0), at, firing.first),
            last=jnp.where(counts, at, firing.last),
            height=jnp.where(higher, after.voltage, firing.height),
        )

    none = jnp.zeros(len(currents))
    start = resting(len(currents)), Firing(none, none, none, none, none - 100)
    steps = jnp.round(duration / step).astype(int)
    _, firing = jax.lax.fori_loop(0, steps, advance, start)
    # A cell that has fallen silent by the end, after a burst, has no rate.
    lasting = (firing.counted > 2) & (firing.last > 0.8 * duration)
    span = jnp.where(lasting, firing.last - firing.first, 1)
    rate = jnp.where(lasting, 1000 * (firing.counted - 1) / span, 0)
    return firing.spikes, rate, firing.height


def thresholds(
    rates: Callable,
    current: Float[np.ndarray, " n"],
    spikes: Float[np.ndarray, " n"],
    rate: Float[np.ndarray, " n"],
    duration: float,
    step: float,
) -> dict[str, float]:
    """The currents from which a cell spikes once, and for ever; two gaps of the grid refined."""
    one, many = int((spikes > 0).argmax()), int((rate > 0).argmax())
    half = len(current) // 2
    near_one = np.linspace(current[one - 1], current[one], half + 1)
    near_many = np.linspace(current[many - 1], current[many], len(current) - half)
    spikes, rate, _ = rates(np.concatenate([near_one[1:], near_many]), duration, step)
    lasting = half + int((rate[half:] > 0).argmax())
    return dict(
        single=float(near_one[1:][int((spikes[:half] > 0).argmax())]),
        lasting=float(near_many[lasting - half]),
        resolution=float(near_one[1] - near_one[0]),
        lasting_rate=float(rate[lasting]),
    )


MODELS = ("constant", "straight line", "threshold", "rectified", "logistic")
UNITS = slice(2, None)  # those that artificial neurons use


def fit_units(current: Float[np.ndarray, " n"], rate: Float[np.ndarray, " n"]) -> dict[str, Any]:
    """Least squares at every second current, by grid and gain, and the errors at the others."""
    x, bias = current, np.linspace(-40, 40, 321)[:, None]
    width = np.geomspace(0.1, 40, 50)[:, None, None]
    shapes = (
        np.ones((1, len(x))),
        x + np.append(bias, np.linspace(41, 400, 360))[:, None],
        (x > bias).astype(float),
        np.maximum(x - bias, 0),
        (1 / (1 + np.exp(np.clip((bias - x) / width, -50, 50)))).reshape(-1, len(x)),
    )
    fits = []
    for shape in shapes:
        seen = shape[:, ::2]
        gain = seen @ rate[::2] / np.maximum((seen**2).sum(axis=1), 1e-9)
        missed = ((gain[:, None] * seen - rate[::2]) ** 2).sum(axis=1)
        best = missed.argmin()
        fits.append(gain[best] * shape[best])
    errors = np.abs(np.array(fits) - rate)[:, 1::2]
    mean = errors.mean(axis=1)
    chosen = 2 + int(((np.array(fits) - rate)[UNITS, ::2] ** 2).sum(axis=1).argmin())
    low, high = bootstrap(errors[chosen] - errors[1])
    return dict(
        fits=np.array(fits),
        fit_error=mean,
        best=chosen,
        best_name=MODELS[chosen],
        best_error=float(mean[chosen]),
        best_low=low,
        best_high=high,
        best_verdict="beats" if high < 0 else "is worse than" if low > 0 else "does not beat",
        line_error=float(mean[1]),
        rectified_error=float(mean[3]),
        held_out=errors.shape[1],
    )


def axon(fig: Figure, result: Result, frame: int) -> None:
    """A nerve cell, not to scale, and the voltage along its axon at one moment."""
    large = fig.bbox.height > 3 * fig.dpi
    curve, cell = fig.subplots(2, 1, sharex=True, height_ratios=(1, 1) if large else (2.2, 1))
    x, voltage = result.places, result.axon[frame]
    lowest, highest = result.axon.min(), result.axon.max()
    curve.plot(x, voltage, color="accent")
    curve.fill_between(x, voltage, lowest, color="accent", alpha=0.15, linewidth=0)
    curve.set(ylim=(lowest - 5, highest + 5), yticks=(-65, 0, 40) if large else ())
    curve.spines[["bottom", "left"]].set_visible(large)
    curve.spines["bottom"].set_bounds(0, LENGTH)
    draw_cell(cell, voltage, LENGTH, (lowest, highest))
    cell.set_axis_off()
    if large:
        curve.set_xticks((0, 2, 4, 6, 8), ("0", "2", "4", "6", "8 cm"))
        curve.tick_params(axis="x", labelbottom=True)
        curve.set_ylabel("voltage inside (mV)")
        for place, name in ((-2.3, "dendrites"), (0, "cell body"), (4, "axon"), (9.2, "endings")):
            cell.text(place, -1.75, name, ha="center", va="top", color="muted")
    else:
        curve.tick_params(bottom=False, labelbottom=False)


def spikes(fig: Figure, result: Result) -> None:
    """The voltage under a constant current, and the gates whose opening and shutting makes it."""
    top, bottom = fig.subplots(2, 1, sharex=True)
    top.plot(result.time, result.voltage, color="ink")
    top.set_yticks((-65, 0, 40))
    top.set_ylabel("mV")
    names = ("m: sodium opens", "h: sodium shuts", "n: potassium opens")
    colours = ("C1", "C2", "C0")
    for gate, colour in zip(result.gates, colours, strict=True):
        bottom.plot(result.time, gate, color=colour)
    bottom.set_yticks((0, 1))
    bottom.set_ylabel("gates open")
    bottom.set_xlabel("time (ms)")
    for row, (name, colour) in enumerate(zip(names, colours, strict=True)):
        bottom.text(
            1.02, 0.85 - 0.33 * row, name, transform=bottom.transAxes, color=colour, va="center"
        )


def rates(fig: Figure, result: Result) -> None:
    """Firing rate against input current: the cell, the artificial units, a straight line."""
    ax = fig.subplots()
    best = int(result.best)
    for i in (MODELS.index("straight line"), best):
        colour, name = ("accent" if i == best else "muted"), MODELS[i]
        ax.plot(result.current, result.fits[i], color=colour)
        _name(ax, result, name, result.fits[i][-1], colour)
    ax.plot(result.current, result.rate, "o", color="ink", markersize=3.5)
    _name(ax, result, "the cell", result.rate[-1], "ink")
    ax.set_xlabel("input current (µA/cm²)")
    ax.set_ylabel("spikes a second")


def _name(ax: Axes, result: Result, name: str, height: float, colour: str) -> None:
    """Writes a name beside the end of its line."""
    end = result.current[-1], height
    beside = dict(xytext=(10, 0), textcoords="offset points", va="center", annotation_clip=False)
    ax.annotate(name, end, color=colour, **beside)


QUICK = dict(currents=21, duration=150, step=0.04, cells=60)
GPU = dict(currents=321, duration=1000, step=0.01, cells=320)
