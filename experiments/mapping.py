"""From a few hundred points a Gaussian process draws a better map than a neural field.

Question: which model fills the map between sparse sensors best? Data: the elevations around a
fault in Tennessee that matplotlib ships, a square of 13 km known everywhere; the sensors are random
cells of it. Model: a neural field, that is, a network from the place to the height, on Fourier
features whose scale is chosen on a fifth of the sensors. Baselines: a Gaussian process (Matérn
kernel, its parameters by marginal likelihood), linear interpolation, the mean of the sensors.
Tested on the cells that are nobody's sensor, for several draws of sensors. Expect: the Gaussian
process errs least. Source: Tancik et al., Fourier Features Let Networks Learn High Frequency
Functions in Low Dimensional Domains, 2020; Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006. About 10 s on 2 CPU cores.
"""

from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator
from scipy.linalg import cho_solve, cholesky
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from experiments._models.training import draws, trainer
from experiments._statistics.intervals import bootstrap

ROWS, COLUMNS = slice(90, 234), slice(130, 310)  # the part of the file that is mapped
CELL = 111.2 / 1200 * np.array([np.cos(np.radians(36.6)), 1])  # 3 arc seconds, in km east, south
SCALES = np.array([0.05, 0.1, 0.2])  # of the Fourier features, in periods per km
LENGTHS = np.geomspace(0.5, 4, 7)  # of the kernel, in km
NOISES = 10.0 ** np.arange(-4, -1)  # shares of the kernel's variance: relief finer than a cell
MODELS = ("linear interpolation", "Gaussian process", "neural field")


class Result(NamedTuple):
    """Errors in metres by draw of the sensors, and the maps of the first draw."""

    mean_error: Float[np.ndarray, " seeds"]  # root mean square, in metres
    linear_error: Float[np.ndarray, " seeds"]
    gaussian_error: Float[np.ndarray, " seeds"]
    field_error: Float[np.ndarray, " seeds"]
    field_excess: float  # the neural field's error beyond the Gaussian process's, in metres
    field_excess_low: float  # 95 %, bootstrap over the draws
    field_excess_high: float
    field_verdict: str  # the neural field against the Gaussian process
    linear_verdict: str  # the neural field against linear interpolation
    likeness: float  # correlation of their errors, first draw
    length: float  # of the first draw's kernel, in km
    scale: float  # of the Fourier features, in periods per km
    sensors: int
    cells: int
    share: float  # of cells that have a sensor
    tested: int  # cells that are a sensor in no draw
    side: float  # of the map, in km
    lowest: float  # metres
    highest: float
    seeds: int
    places: Float[np.ndarray, "sensors 2"]  # of the first draw, columns and rows of the map
    terrain: Float[np.ndarray, "south east"]
    linear: Float[np.ndarray, "south east"]
    gaussian: Float[np.ndarray, "south east"]
    field: Float[np.ndarray, "south east"]


class Points(NamedTuple):
    """Where, and how high."""

    places: Float[np.ndarray, "*n 2"]  # east and south, in km; for a field, in periods
    heights: Float[np.ndarray, "*n"]  # in metres; for a field, standardised


class Field(nnx.Module):
    """A network from a place, seen as waves of many directions and lengths, to its height."""

    def __init__(self, waves: int, hidden: int, rngs: nnx.Rngs) -> None:
        self.waves = nnx.Param(rngs.normal((2, waves)))
        self.first = nnx.Linear(2 * waves, hidden, rngs=rngs)
        self.second = nnx.Linear(hidden, hidden, rngs=rngs)
        self.height = nnx.Linear(hidden, 1, rngs=rngs)

    def __call__(self, places: Float[Array, "*n 2"]) -> Float[Array, "*n"]:
        phase = 2 * np.pi * places @ jax.lax.stop_gradient(self.waves[...])  # drawn, not trained
        x = np.sqrt(2) * jnp.concatenate([jnp.sin(phase), jnp.cos(phase)], axis=-1)
        x = nnx.relu(self.second(nnx.relu(self.first(x))))
        return self.height(x)[..., 0]


def run(
    *,
    seeds: int = 8,
    sensors: int = 500,
    waves: int = 32,
    hidden: int = 48,
    steps: int = 600,
    batch: int = 64,
) -> Result:
    """Maps the terrain from `seeds` draws of sensors with every model."""
    terrain = read_terrain()
    south, east = np.indices(terrain.shape)
    everywhere = np.column_stack([east.ravel(), south.ravel()]) * CELL
    shuffles = [np.random.default_rng(seed).permutation(terrain.size) for seed in range(seeds)]
    chosen = np.array([order[:sensors] for order in shuffles])
    known = Points(everywhere[chosen], terrain.ravel()[chosen])
    each_draw = [Points(*draw) for draw in zip(*known, strict=True)]

    mean = known.heights.mean(axis=1, keepdims=True)
    # For matrices of this size, threads that wait for each other cost more than they bring.
    with threadpool_limits(1):
        linear = np.stack([interpolate(draw, everywhere) for draw in each_draw])
        gaussian, lengths = zip(*(gaussian_process(d, everywhere) for d in each_draw), strict=True)
    field, scale = neural_field(known, everywhere, waves, hidden, steps, batch)

    tested = np.setdiff1d(np.arange(terrain.size), chosen)
    off = [np.asarray(each) - terrain.ravel() for each in (mean, linear, gaussian, field)]
    errors = [np.sqrt(np.mean(each[:, tested] ** 2, axis=1)) for each in off]
    excess = bootstrap(errors[3] - errors[2])
    return Result(
        *errors,
        field_excess=float((errors[3] - errors[2]).mean()),
        field_excess_low=excess[0],
        field_excess_high=excess[1],
        field_verdict=judge(*excess),
        linear_verdict=judge(*bootstrap(errors[3] - errors[1])),
        likeness=float(np.corrcoef(off[2][0, tested], off[3][0, tested])[0, 1]),
        length=float(lengths[0]),
        scale=scale,
        sensors=sensors,
        cells=terrain.size,
        share=sensors / terrain.size,
        tested=len(tested),
        side=float(CELL[1] * terrain.shape[0]),
        lowest=float(terrain.min()),
        highest=float(terrain.max()),
        seeds=seeds,
        places=np.column_stack([east.ravel(), south.ravel()])[chosen[0]].astype(float),
        terrain=terrain,
        linear=linear[0].reshape(terrain.shape),
        gaussian=gaussian[0].reshape(terrain.shape),
        field=field[0].reshape(terrain.shape),
    )


def read_terrain() -> Float[np.ndarray, "south east"]:
    """Elevations in metres, the northernmost row first."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "jacksboro_fault_dem.npz"
    with np.load(path) as file:
        return file["elevation"][ROWS, COLUMNS].astype(float)


def interpolate(known: Points, places: Float[np.ndarray, "cells 2"]) -> Float[np.ndarray, " cells"]:
    """Flat triangles between the sensors; outside of them all, the nearest sensor's height."""
    heights = LinearNDInterpolator(*known)(places)
    return np.where(np.isnan(heights), NearestNDInterpolator(*known)(places), heights)


def gaussian_process(
    known: Points, places: Float[np.ndarray, "cells 2"]
) -> tuple[Float[np.ndarray, " cells"], float]:
    """The mean of the process under which the sensors' heights are most likely; its length."""
    mean = known.heights.mean()
    distances = cdist(known.places, known.places)
    best = (-np.inf, np.zeros(0), 0.0)
    for length in LENGTHS:
        kernel = matern(distances / length)
        for noise in NOISES:
            root = cholesky(kernel + noise * np.eye(len(mean_free := known.heights - mean)), True)
            weights = cho_solve((root, True), mean_free)
            # The best variance of the kernel is known in closed form and put in already.
            likelihood = -len(weights) / 2 * np.log(mean_free @ weights)
            likelihood -= np.log(np.diag(root)).sum()
            best = max(best, (likelihood, weights, length), key=lambda each: each[0])
    _, weights, length = best
    return mean + matern(cdist(places, known.places) / length) @ weights, length


def matern(distance: Float[np.ndarray, "a b"]) -> Float[np.ndarray, "a b"]:
    """Matérn's covariance of smoothness 3/2: surfaces with slopes, but without curvature."""
    return (1 + np.sqrt(3) * distance) * np.exp(-np.sqrt(3) * distance)


def neural_field(
    known: Points,
    places: Float[np.ndarray, "cells 2"],
    waves: int,
    hidden: int,
    steps: int,
    batch: int,
) -> tuple[Float[np.ndarray, "seeds cells"], float]:
    """A field for every draw of sensors; their scale was chosen on sensors held out before."""
    seeds, sensors = known.heights.shape
    mean = known.heights.mean(axis=1, keepdims=True)
    spread = known.heights.std(axis=1, keepdims=True)
    known = Points(known.places.astype(np.float32), (known.heights - mean) / spread)

    def loss(field: Field, examples: Points, key: Array) -> Array:
        return optax.l2_loss(field(examples.places), examples.heights).mean()

    optimizer = optax.adam(optax.cosine_decay_schedule(1e-2, steps))
    train = trainer(lambda rngs: Field(waves, hidden, rngs), loss, optimizer)
    heights_at = jax.jit(jax.vmap(lambda field, places: field(places)))

    def fit(draw: Int[np.ndarray, " fields"], scale: np.ndarray, learn_from: int) -> Field:
        examples = Points(known.places[draw] * scale[:, None, None], known.heights[draw])
        examples = Points(*(f.reshape(-1, *f.shape[2:]).astype(np.float32) for f in examples))
        batches = draws(learn_from, len(draw), 4, steps // 4, batch)
        return train(
            examples, batches + sensors * np.arange(len(draw))[:, None, None, None]
        ).networks

    # A field for every draw and scale, then as many again at the best scale, averaged by draw:
    # equal shapes, so that nothing is compiled twice.
    draw, scale = np.tile(np.arange(seeds), len(SCALES)), np.repeat(SCALES, seeds)
    kept = sensors * 4 // 5
    found = heights_at(fit(draw, scale, kept), known.places[draw, kept:] * scale[:, None, None])
    errors = ((found - known.heights[draw, kept:]) ** 2).mean(axis=1)
    best = SCALES[errors.reshape(len(SCALES), seeds).mean(axis=1).argmin()]
    fields = fit(draw, np.full(len(draw), best), sensors)
    found = heights_at(fields, np.broadcast_to(places * best, (len(draw), *places.shape)))
    found = np.asarray(found).reshape(len(SCALES), seeds, -1).mean(axis=0)
    return found * spread + mean, float(best)


def judge(low: float, high: float) -> str:
    """What the 95 % interval of an excess error says."""
    return "beats" if high < 0 else "is worse than" if low > 0 else "does not beat"


def maps(fig: Figure, result: Result) -> None:
    """The terrain with the sensors, and what three models make of their heights."""
    panels = fig.subplots(1, 4)
    shown = (result.terrain, result.linear, result.gaussian, result.field)
    titles = ("the terrain and its sensors", *MODELS)
    for ax, heights, title in zip(panels, shown, titles, strict=True):
        base = colormaps["sequential"]((heights - result.lowest) / np.ptp(result.terrain))
        lit = base[..., :3] * _light(heights)[..., None]
        _square(ax, title).imshow(np.clip(lit, 0, 1), aspect="auto", interpolation="none")
    panels[0].scatter(*result.places.T, s=12, color="C1", edgecolors="paper", linewidths=0.75)


def errors(fig: Figure, result: Result) -> None:
    """Where two of the maps are too high or too low."""
    panels = fig.subplots(1, 2)
    for ax, heights, title in zip(panels, (result.gaussian, result.field), MODELS[1:], strict=True):
        image = _square(ax, title).imshow(
            heights - result.terrain,
            cmap="diverging",
            vmin=-150,
            vmax=150,
            aspect="auto",
            interpolation="none",
        )
    bar = fig.colorbar(image, ax=panels, orientation="horizontal", aspect=40, extend="both")
    bar.set_ticks((-150, 0, 150), labels=("150 m too low", "0", "150 m too high"))
    bar.outline.set_visible(False)


def scores(fig: Figure, result: Result) -> None:
    """Each model's error, a line for every draw of sensors and dots for the mean."""
    ax = fig.subplots()
    models = np.stack([result.linear_error, result.gaussian_error, result.field_error])
    ax.plot(models, color="grid", linewidth=1.5, zorder=1)
    for place, (each, colour) in enumerate(zip(models, ("muted", "muted", "accent"), strict=True)):
        ax.scatter(np.full(len(each), place), each, s=16, color=colour, alpha=0.6, linewidths=0)
        ax.scatter(place, each.mean(), s=90, color=colour, zorder=3)
        ax.annotate(
            f"{each.mean():.1f} m",
            (place, each.mean()),
            (12, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            weight="bold",
            size=14,
        )
    ax.set_xticks(range(3), [name.replace(" ", "\n", 1) for name in MODELS])
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.4, 2.6)
    ax.yaxis.set_major_locator(MultipleLocator(5))
    ax.set_ylabel("error of the map (m)")


def _light(heights: Float[np.ndarray, "south east"]) -> Float[np.ndarray, "south east"]:
    """Light from the north-west on slopes drawn twice as steep; 1 where it is flat."""
    south, east = np.gradient(2 * heights, *1000 * CELL[::-1])
    return (1 + (south + east) / np.sqrt(2)) / np.sqrt(1 + south**2 + east**2)


def _square(ax: Axes, title: str) -> Axes:
    """The square mapped, without axes."""
    ax.set_title(title)
    ax.set(xticks=[], yticks=[])
    ax.set_box_aspect(1)
    ax.spines[:].set_visible(False)
    return ax


QUICK = dict(seeds=2, sensors=200, waves=16, hidden=24, steps=200)
GPU = dict(seeds=16, sensors=1000, waves=128, hidden=256, steps=4000, batch=256)
