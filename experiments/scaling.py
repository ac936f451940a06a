"""More data and more compute make a network better, as long as both grow.

Question: is it true that "the more data you give and the more computational time you provide, the
better it is"? Data: simulated, so that there is as much as wanted: points and the answers of a
fixed random network of two hidden layers, without noise. Model: networks of one hidden layer of
several widths, trained on n examples, a fifth of which choose when to stop; their errors are fitted
with a power law that levels off, error = a n^-b + c, and the largest n is forecast from the rest.
Baselines: a linear model; for the forecast, that the error stays as it was. Expect: every network
levels off, the wider the later and the lower; a wide one that sees few examples again and again
gets no better either. Source: Hestness et al., Deep Learning Scaling is Predictable, Empirically,
2017; Kaplan et al., Scaling Laws for Neural Language Models, 2020. About 8 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._drawing.number_format import grouped
from experiments._models.training import trainer
from experiments._statistics.power_law import PowerLaw, fit, resample
from livedeck import track

INPUTS = 8
BATCH = 64
UNSEEN = 1000  # examples to test on, and at most as many to choose with


class Result(NamedTuple):
    """Test errors as a share of the variance of the answers, by width, data and compute."""

    widths: Int[np.ndarray, " widths"]
    examples: Int[np.ndarray, " sizes"]
    error: Float[np.ndarray, "widths sizes seeds"]
    linear_error: Float[np.ndarray, "sizes seeds"]
    grid: Float[np.ndarray, " grid"]  # numbers of examples at which the fitted laws are drawn
    law: Float[np.ndarray, "widths grid"]
    floor: Float[np.ndarray, " widths"]  # at which the fit levels off, with 95 % intervals
    floor_low: Float[np.ndarray, " widths"]
    floor_high: Float[np.ndarray, " widths"]
    exponent: Float[np.ndarray, " widths"]
    exponent_low: Float[np.ndarray, " widths"]
    exponent_high: Float[np.ndarray, " widths"]
    compute: Float[np.ndarray, " stages"]  # FLOP that the widest has spent so far
    compute_error: Float[np.ndarray, "sizes stages seeds"]  # and its error by then
    few: int  # examples that the widest is starved with
    most: int  # examples
    small: Float[np.ndarray, " seeds"]  # final errors: narrowest, widest, widest on few, linear
    large: Float[np.ndarray, " seeds"]
    starved: Float[np.ndarray, " seeds"]
    linear: float  # on all examples, so the same for every seed
    forecast: float  # error of the widest at most examples, from all sizes but the last
    forecast_low: float
    forecast_high: float
    persistence: float
    levelling: str  # what the intervals of the floors say
    claim: str  # what holds of more data and more compute
    seeds: int
    steps: int


class Network(nnx.Module):
    """One hidden layer of rectified units."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(INPUTS, width, rngs=rngs)
        self.output = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "b inputs"]) -> Float[Array, " b"]:
        return self.output(nnx.relu(self.hidden(x)))[:, 0]


class Examples(NamedTuple):
    """Points and the answers of the teacher."""

    x: Float[np.ndarray, "n inputs"]
    y: Float[np.ndarray, " n"]


def run(
    *,
    seeds: int = 8,
    widths: tuple[int, ...] = (8, 32, 128),
    sizes: int = 6,
    stages: int = 16,
    steps: int = 60,
) -> Result:
    """Trains each width on 100, 400, 1600, ... examples for `stages` times `steps` steps."""
    examples = 100 * 4 ** np.arange(sizes)
    pool = max(int(examples[-1]), stages * steps * BATCH)
    known, chosen, test = standardised([teach(n, i) for i, n in enumerate((pool, UNSEEN, UNSEEN))])
    orders = [np.random.default_rng(seed).permutation(pool) for seed in range(seeds)]
    few = min(1, sizes - 1)
    error = np.zeros((len(widths), sizes, seeds))
    compute_error = np.zeros((sizes, stages, seeds))
    for i, width in enumerate(track(widths)):
        train = learner(width, chosen, test)
        for j, n in enumerate(examples):
            validation, tested = train(known, batches(orders, int(n), stages, steps))
            held = min(n // 5, UNSEEN)
            best = validation[..., :held].mean(axis=-1).argmin(axis=1)
            error[i, j] = tested[np.arange(seeds), best]
            compute_error[j] = tested.T  # of the last width, in the end
    linear = np.array([[fit_linear(known, order[:n], test) for order in orders] for n in examples])
    laws = [fit(examples[1:], resample(each[1:].T)) for each in error]
    floors, exponents = (np.array([getattr(law, name) for law in laws]) for name in PARTS)
    floor_low, floor_high = np.quantile(floors, (0.025, 0.975), axis=1)
    exponent_low, exponent_high = np.quantile(exponents, (0.025, 0.975), axis=1)
    guesses = fit(examples[1:-1], resample(error[-1, 1:-1].T))(examples[-1:])[:, 0]
    grid = np.geomspace(examples[1], examples[-1], 60)
    flop = 6 * BATCH * steps * np.arange(1, stages + 1)  # Kaplan et al.: 6 per weight and example
    return Result(
        widths=np.array(widths),
        examples=examples,
        error=error,
        linear_error=linear,
        grid=grid,
        law=np.array([PowerLaw(*(part[:1] for part in law))(grid)[0] for law in laws]),
        floor=floors[:, 0],
        floor_low=floor_low,
        floor_high=floor_high,
        exponent=exponents[:, 0],
        exponent_low=exponent_low,
        exponent_high=exponent_high,
        compute=flop * widths[-1] * (INPUTS + 2.0),
        compute_error=compute_error,
        few=int(examples[few]),
        most=int(examples[-1]),
        small=error[0, -1],
        large=error[-1, -1],
        linear=float(linear[-1].mean()),
        starved=error[-1, few],
        forecast=float(guesses[0]),
        forecast_low=float(np.quantile(guesses, 0.025)),
        forecast_high=float(np.quantile(guesses, 0.975)),
        persistence=float(error[-1, -2].mean()),
        levelling="every network levels off"
        if (floor_low > 0).all()
        else "not every network has clearly levelled off",
        claim=judge(error[-1, -1], error[0, -1], error[-1, few], linear[-1]),
        seeds=seeds,
        steps=stages * steps,
    )


PARTS = ("floor", "exponent")


def teach(n: int, part: int) -> Examples:
    """Random points and what a fixed network of two layers of tanh units answers to them."""
    weights = np.random.default_rng(0)
    x = layer = np.random.default_rng((1, part)).normal(size=(n, INPUTS))
    for _ in range(2):
        matrix = weights.normal(size=(layer.shape[1], 32)) * 1.5 / np.sqrt(layer.shape[1])
        layer = np.tanh(layer @ matrix + 0.5 * weights.normal(size=32))
    y = layer @ weights.normal(size=32)
    return Examples(x.astype(np.float32), y)


def standardised(parts: list[Examples]) -> list[Examples]:
    """All answers in one unit, the standard deviation of the first part's, and from its mean."""
    mean, deviation = parts[0].y.mean(), parts[0].y.std()
    return [Examples(x, ((y - mean) / deviation).astype(np.float32)) for x, y in parts]


def batches(
    orders: list[Int[np.ndarray, " pool"]], n: int, stages: int, steps: int
) -> Int[np.ndarray, "seeds stages steps batch"]:
    """Batches from the first four fifths of n examples, each new while there are new ones."""
    total, kept = stages * steps * BATCH, n * 4 // 5
    shuffles = [np.random.default_rng((2, seed)) for seed in range(len(orders))]
    again = [shuffle.integers(kept, size=max(0, total - kept)) for shuffle in shuffles]
    drawn = [np.r_[order[:kept], order[more]] for order, more in zip(orders, again, strict=True)]
    return np.stack([each[:total].reshape(stages, steps, BATCH) for each in drawn])


def learner(width: int, chosen: Examples, test: Examples):
    """A function that trains on batches and returns two kinds of errors after every stage."""

    def loss(network: Network, batch: Examples, key: Array) -> Array:
        return ((network(batch.x) - batch.y) ** 2).mean()

    def watch(network: Network) -> tuple[Array, Array]:
        missed = ((network(chosen.x) - chosen.y) ** 2, (network(test.x) - test.y) ** 2)
        return missed[0], missed[1].mean()

    # Falls without knowing when training will end, so that every stage may be the last.
    optimizer = optax.adam(lambda step: 0.01 / (1 + step / 100) ** 0.5)
    train = trainer(lambda rngs: Network(width, rngs), loss, optimizer, watch)
    return lambda known, indices: train(known, indices).watched


def fit_linear(known: Examples, which: Int[np.ndarray, " n"], test: Examples) -> float:
    """Test error of least squares, which needs no validation."""
    columns = np.c_[known.x[which], np.ones(len(which))]
    weights = np.linalg.lstsq(columns, known.y[which], rcond=None)[0]
    return float(((np.c_[test.x, np.ones(len(test.x))] @ weights - test.y) ** 2).mean())


def judge(both: Float[np.ndarray, " seeds"], *others: Float[np.ndarray, " seeds"]) -> str:
    """Whether much of both beats much of either and a linear model: 95 % bootstrap over seeds."""
    for other in others:
        if np.quantile(resample((other - both)[:, None]), 0.025) <= 0:
            return "More data and compute do not clearly help this network"
    return "More data and compute help a network, if both grow"


def curves(fig: Figure, result: Result) -> None:
    """Error against data for each width; and of the widest against compute, by its data."""
    data, compute = fig.subplots(1, 2, sharey=True)
    colours = ("C3", "C5", "C2", "accent")[-len(result.widths) :]
    for width, errors, law, colour in zip(
        result.widths, result.error, result.law, colours, strict=True
    ):
        mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
        data.plot(result.grid, law, color=colour)
        data.errorbar(result.examples, mean, spread, fmt="o", color=colour, markersize=5)
        _label(data, result.grid[-1], law[-1], f"{width} units", colour)
    linear = result.linear_error.mean(axis=1)
    data.plot(result.examples, linear, "o-", color="muted", markersize=5)
    _label(data, result.examples[-1], linear[-1], "linear", "muted")
    for n, errors in zip(result.examples[1:], result.compute_error[1:], strict=True):
        mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
        share = 0.55 + 0.45 * np.log(n / result.few) / np.log(result.most / result.few)
        compute.fill_between(
            result.compute, mean - spread, mean + spread, color="accent", alpha=0.15 * share
        )
        compute.plot(result.compute, mean, color="accent", alpha=share)
    for j in (1, 2, -1):
        name = f"{grouped(result.examples[j])} examples"
        _label(compute, result.compute[-1], result.compute_error[j, -1].mean(), name, "accent")
    data.set(xscale="log", yscale="log", xlabel="examples", ylabel="error (share of variance)")
    compute.set(xscale="log", xlabel=f"compute spent on {result.widths[-1]} units (GFLOP)")
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5)
    data.yaxis.set_major_locator(FixedLocator(ticks))
    data.yaxis.set_minor_locator(NullLocator())
    data.set_yticklabels([f"{100 * tick:.0f} %" for tick in ticks])
    powers = [n for n in (100, 1000, 10_000, 100_000) if n <= result.most]
    data.set_xticks(powers, [grouped(n) for n in powers])
    low, high = result.compute[0] / 1e9, result.compute[-1] / 1e9
    spent = [10.0**power * digit for power in range(-6, 6) for digit in (1, 2, 5)]
    spent = [flop for flop in spent if low <= flop <= high]
    compute.set_xticks([1e9 * flop for flop in spent], [f"{flop:g}" for flop in spent])
    compute.xaxis.set_minor_locator(NullLocator())


def _label(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    ax.annotate(text, (x, y), (9, 0), textcoords="offset points", va="center", color=colour)


QUICK = dict(seeds=2, widths=(4, 32), sizes=4, stages=4, steps=40)
GPU = dict(seeds=32, widths=(8, 32, 128, 512), sizes=7, stages=64, steps=80)

if __name__ == "__main__":
    print(run())
