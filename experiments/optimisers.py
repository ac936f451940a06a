"""Down a narrow valley of the loss, every remedy for the valley is faster than gradient descent.

Question: which way down one loss surface is short, from many starting points? Data: 569 cell
samples of scikit-learn's breast cancer set, two measurements in their own units: the mean radius
of the nuclei and its standard error. Model: logistic regression with two weights, so that its loss
is a surface one can draw; the units make it a valley, steep across and flat along. Optimisers:
momentum, RMSProp and Adam (Optax). Baseline: gradient descent; for reference gradient descent on
standardised inputs, and Newton's method. Every learning rate is the best of one grid, on other
starts than those that count. Expect: each needs fewer steps than gradient descent, Newton's method
fewest. Source: Polyak 1964; Tieleman and Hinton, Lecture 6.5 (RMSProp), 2012; Kingma and Ba, Adam,
2015. About 5 s on 2 CPU cores.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._statistics.intervals import wilson
from livedeck import track

RATES = 10.0 ** (np.arange(-6, 7) / 3)  # three to a decade
NEAR = 0.001  # above the least loss: whoever is there has arrived
LOW, HIGH = np.array([0, -3], np.float32), np.array([2, 17], np.float32)  # runs start at its edge
Optimiser = Callable[[float], optax.GradientTransformation]
OPTIMISERS: dict[str, Optimiser] = {
    "gradient descent": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "RMSProp": optax.rmsprop,
    "Adam": optax.adam,
}
SCALED = len(OPTIMISERS)  # the place of gradient descent on standardised inputs
LEVELS = (0.01, 0.03, 0.1, 0.3, 1, 2, 4)
COLOURS = ("muted", "C1", "C2", "accent", "muted", "ink")  # the two references come last


class Result(NamedTuple):
    """How long each optimiser takes, and one race."""

    names: tuple[str, ...]  # four optimisers and two references
    steps: Int[np.ndarray, "names starts"]  # until the loss is near its least value
    medians: Float[np.ndarray, " names"]
    early: Float[np.ndarray, " names"]  # the first and the last decile
    late: Float[np.ndarray, " names"]
    rates: Float[np.ndarray, " chosen"]  # learning rates; Newton's method has none
    fastest: str  # of the four
    fastest_median: float
    quicker: float  # share of starts from which it arrives before gradient descent
    quicker_low: float  # 95 %, Wilson
    quicker_high: float
    starts: int
    choosing: int  # other starts, on which the rates were chosen
    budget: int  # steps that each may take
    near: float
    lowest_rate: float  # of the grid
    highest_rate: float
    grid_rates: int
    cells: int
    least: float  # loss
    accuracy: float  # of the best weights, on the same cells
    condition: float  # steepest curvature over flattest, at the minimum
    scaled_condition: float  # the same with standardised inputs
    minimum: Float[np.ndarray, "2"]  # weights of the radius and of its standard error
    surface: Float[np.ndarray, "radius error"]  # loss above the least one
    frames: tuple[str, ...]
    frame_steps: Int[np.ndarray, " frames"]
    paths: Float[np.ndarray, "names times 2"]  # from the first start
    heights: Float[np.ndarray, "names times"]  # loss above the least one


class Cells(NamedTuple):
    """Radius and its standard error in each sample, centred, and whether it is malignant."""

    x: Float[np.ndarray, "cells 2"]
    y: Float[np.ndarray, " cells"]


def run(*, starts: int = 130, steps: int = 250, grid: int = 80) -> Result:
    """Sends every optimiser down the same surface from the same starts."""
    cells = read_cells()
    choosing = starts // len(RATES)  # so that choosing and racing have one shape: compiled once
    trial_starts, race_starts = edge(choosing, 0), edge(choosing * len(RATES), 1)
    minimum = newton(cells, np.zeros((1, 2), np.float32), 20)[0][0, -1]
    least, spread = float(loss(minimum, cells)), cells.x.std(axis=0)
    ways = {name: descender(make, steps) for name, make in OPTIMISERS.items()}
    ways["standardised"] = ways["gradient descent"]
    rates, paths, heights = [], [], []
    for name, descend in track(list(ways.items())):
        unit = spread if name == "standardised" else np.ones(2, np.float32)
        scaled = Cells(cells.x / unit, cells.y)
        trials = np.tile(trial_starts, (len(RATES), 1)) * unit, np.repeat(RATES, choosing)
        taken = arrival(descend(scaled, *trials)[1] - least).reshape(len(RATES), choosing)
        rates.append(float(RATES[taken.mean(axis=1).argmin()]))
        path, height = descend(scaled, race_starts * unit, np.full(len(race_starts), rates[-1]))
        paths.append(path / unit)
        heights.append(height - least)
    path, height = newton(cells, race_starts, steps)
    paths.append(path)
    heights.append(height - least)

    names = (*OPTIMISERS, "gradient descent,\nstandardised inputs", "Newton’s method")
    taken = np.stack([arrival(height) for height in heights])
    medians = np.median(taken, axis=1)
    fastest = int(medians[: len(OPTIMISERS)].argmin())
    quicker = float((taken[fastest] < taken[0]).mean())
    low, high = wilson(quicker, len(race_starts))
    frame_steps = np.unique(np.append(0, np.geomspace(1, steps, 11).round())).astype(int)
    axes = _axes(grid)
    plane = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)
    surface = jax.jit(jax.vmap(jax.vmap(loss, (0, None)), (0, None)))(plane, cells)
    curvature = np.asarray(jax.hessian(loss)(minimum, cells))
    return Result(
        names=names,
        steps=taken,
        medians=medians,
        early=np.quantile(taken, 0.1, axis=1),
        late=np.quantile(taken, 0.9, axis=1),
        rates=np.array(rates),
        fastest=names[fastest],
        fastest_median=float(medians[fastest]),
        quicker=quicker,
        quicker_low=float(low),
        quicker_high=float(high),
        starts=len(race_starts),
        choosing=choosing,
        budget=steps,
        near=NEAR,
        lowest_rate=float(RATES[0]),
        highest_rate=float(RATES[-1]),
        grid_rates=len(RATES),
        cells=len(cells.y),
        least=least,
        accuracy=float(((cells.x @ minimum > 0) == (cells.y > 0.5)).mean()),
        condition=float(np.linalg.cond(curvature)),
        scaled_condition=float(np.linalg.cond(curvature / np.outer(spread, spread))),
        minimum=minimum,
        surface=np.asarray(surface) - least,
        frames=tuple(f"step {step}" for step in frame_steps),
        frame_steps=frame_steps,
        paths=np.stack([path[0] for path in paths]),
        heights=np.stack([height[0] for height in heights]),
    )


def read_cells() -> Cells:
    """Reads two of the thirty measurements without importing scikit-learn."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The cells come with scikit-learn: pip install scikit-learn")
    path = Path(package.origin).parent / "datasets" / "data" / "breast_cancer.csv"
    table = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32)
    measured = table[:, [0, 10]]
    return Cells(measured - measured.mean(axis=0), 1 - table[:, 30])  # the file says 1 for benign


def edge(starts: int, seed: int) -> Float[np.ndarray, "starts 2"]:
    """Random weights on the edge of a rectangle around the valley."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(LOW, HIGH, size=(starts, 2))
    axis, side = rng.integers(2, size=(2, starts))
    points[np.arange(starts), axis] = np.where(side, HIGH[axis], LOW[axis])
    return points.astype(np.float32)


def loss(weights: Float[Array, "2"], cells: Cells) -> Float[Array, ""]:
    """Mean cross-entropy of logistic regression; centred inputs need no constant."""
    return optax.sigmoid_binary_cross_entropy(cells.x @ weights, cells.y).mean()


def descender(make: Optimiser, steps: int) -> Callable[..., tuple]:
    """Compiles an optimiser's way down: from starts and rates to weights and losses by step."""

    def one(cells: Cells, start: Float[Array, "2"], rate: Array) -> tuple:
        optimiser = make(rate)

        def step(carry: tuple, _: None) -> tuple:
            weights, state = carry
            height, slope = jax.value_and_grad(loss)(weights, cells)
            updates, state = optimiser.update(slope, state, weights)
            return (optax.apply_updates(weights, updates), state), (weights, height)

        return jax.lax.scan(step, (start, optimiser.init(start)), length=steps + 1)[1]

    descend = jax.jit(jax.vmap(one, (None, 0, 0)))
    return lambda *arguments: jax.tree.map(np.asarray, descend(*arguments))


def newton(cells: Cells, starts: Float[np.ndarray, "starts 2"], steps: int) -> tuple:
    """Newton's method: to the bottom of the parabola that fits here, or part of the way."""
    parts = 2.0 ** -jnp.arange(8)

    def step(weights: Float[Array, "2"], _: None) -> tuple:
        height, slope = jax.value_and_grad(loss)(weights, cells)
        curvature = jax.hessian(loss)(weights, cells) + 1e-6 * jnp.eye(2)
        tries = weights - parts[:, None] * jnp.linalg.solve(curvature, slope)
        return tries[jax.vmap(loss, (0, None))(tries, cells).argmin()], (weights, height)

    descend = jax.jit(jax.vmap(lambda start: jax.lax.scan(step, start, length=21)[1]))
    # Twenty steps are plenty; from there on it stays where it is.
    kept = np.minimum(np.arange(steps + 1), 20)
    return jax.tree.map(lambda record: np.asarray(record)[:, kept], descend(starts))


def arrival(heights: Float[np.ndarray, "*n times"]) -> Int[np.ndarray, "*n"]:
    """The step from which on the loss stays near its least value, or the budget if it never does.

    Who only comes past has not arrived.
    """
    times = heights.shape[-1]
    away = ~(heights <= NEAR)  # also where it is not a number any more
    since = np.where(away.any(axis=-1), times - away[..., ::-1].argmax(axis=-1), 0)
    return np.minimum(since, times - 1)


def race(fig: Figure, result: Result, frame: int) -> None:
    """The surface from above with every path so far, and how far down each has come."""
    now = result.frame_steps[frame]
    small = fig.bbox.height / fig.dpi < 3  # inches: one of several panels on paper
    racing = [i for i in range(len(result.names)) if i != SCALED]
    surface, track = fig.subplots(2, height_ratios=(1, 1.4 if small else 0.8))
    radius, error = _axes(len(result.surface))
    extent = (*error[[0, -1]], *radius[[0, -1]])
    shades = np.log10(result.surface + 0.003)
    surface.imshow(
        shades,
        cmap="sequential",
        vmax=3 * shades.max() - 2 * shades.min(),
        extent=extent,
        origin="lower",
        interpolation="none",
    )
    surface.contour(error, radius, result.surface, LEVELS, colors="muted", linewidths=0.6)
    for i in racing:
        x, y = result.paths[i, : now + 1, ::-1].T
        surface.plot(x, y, color=COLOURS[i], linewidth=2)
        surface.plot(x[-1], y[-1], "o", color=COLOURS[i], markeredgecolor="paper", markersize=9)
    surface.set(aspect="equal", xlim=extent[:2], ylim=extent[2:])
    start, finish = 1.5 * result.heights[0, 0], NEAR / 3
    for row, i in enumerate(racing):
        height = np.clip(result.heights[i, now], finish, start)
        track.plot((start, height), (row, row), color=COLOURS[i], linewidth=3)
        track.plot(height, row, "o", color=COLOURS[i], markersize=9)
    track.axvline(NEAR, color="ink", linewidth=1.2)
    track.set_yticks(range(len(racing)), [result.names[i] for i in racing])
    track.set(xscale="log", xlim=(start * 1.1, finish * 0.8), ylim=(len(racing) - 0.4, -0.6))
    track.tick_params(axis="y", length=0)
    track.spines["left"].set_visible(False)
    track.xaxis.set_minor_locator(NullLocator())
    if small:
        for ax in (surface, track):
            ax.set_xticks(())
        surface.set_yticks(())
        track.spines["bottom"].set_visible(False)
        return
    ticks = [tick for tick in (1, 0.1, 0.01, NEAR) if tick < start]
    track.set_xticks(ticks, [f"{tick:g}" + " (arrived)" * (tick == NEAR) for tick in ticks])
    track.set_xlabel("loss above its least value")
    surface.set(xticks=(0, 5, 10, 15), yticks=(0, 3))
    surface.set_xlabel("weight of the radius’s standard error", labelpad=0)
    surface.set_ylabel("weight of\nthe radius")


def steps(fig: Figure, result: Result) -> None:
    """Steps that each one takes: a tick for every start, the median, the middle 80 %."""
    ax = fig.subplots()
    rows = np.arange(len(result.names)) + 0.4 * (np.arange(len(result.names)) >= SCALED)
    for i, (row, colour) in enumerate(zip(rows, COLOURS, strict=True)):
        taken, median = result.steps[i], result.medians[i]
        ax.plot(taken, np.full(len(taken), row), "|", color=colour, markersize=9, alpha=0.35)
        ax.plot((result.early[i], result.late[i]), (row, row), color=colour, linewidth=2)
        ax.plot(median, row, "o", color=colour, markersize=8)
        ax.text(median, row - 0.3, f"{median:.0f}", color=colour, ha="center", weight="bold")
        rate = f"rate {result.rates[i]:.2g}" if i < len(result.rates) else "no rate"
        ax.text(1.01, row, rate, transform=ax.get_yaxis_transform(), va="center", size=13.5)
    ax.set_yticks(rows, result.names)
    ax.set(xscale="log", xlim=(1, result.budget * 1.05), ylim=(rows[-1] + 0.5, -0.85))
    ax.xaxis.set_major_locator(FixedLocator([1, 3, 10, 30, 100]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(f"steps until the loss stays within {NEAR} of its least value")


def _axes(grid: int) -> tuple[Float[np.ndarray, " radius"], Float[np.ndarray, " error"]]:
    """The weights of the map: the rectangle of the starts, and a margin."""
    return tuple(np.linspace(a - 1.5, b + 1.5, grid) for a, b in zip(LOW, HIGH, strict=True))


QUICK = dict(starts=26, steps=200, grid=40)
GPU = dict(starts=5200)
