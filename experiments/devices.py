"""The same training step on every device at hand, and what that means for training in 1986 or 2012.

Question: what does hardware do for one and the same step of training? Data: scikit-learn's digits,
all training images as one batch. Model: two wide hidden layers of rectified units; a step is the
forward and backward pass and plain gradient descent in float32, about 6 operations for each weight
and image. Baseline: the step written in NumPy, on one thread; then on all. Against it: the step
compiled by JAX for the CPU and for each kind of accelerator that JAX finds. All take turns, from
equal weights, and their losses are compared. Compiling is timed apart. Intervals: 95 % bootstrap
over rounds. Scale: what training AlexNet took (`deck/data/compute.toml`), at the rates measured.
Expect: small factors between programs on a CPU, tens to thousands on a GPU. Several threads wait
for the slowest of them, so they lose most where other programs run. Times differ from run to run.
Source: Raina, Madhavan and Ng, Large-scale Deep Unsupervised Learning using Graphics Processors,
2009; Krizhevsky et al. 2012. About 5 s on 2 CPU cores.
"""

import itertools
import os
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from threadpoolctl import threadpool_info, threadpool_limits

from experiments._data.digits import Digits, load_digits
from experiments._drawing.number_format import grouped
from experiments._statistics.intervals import bootstrap
from livedeck import track

TABLE = Path(__file__).parents[1] / "deck" / "data" / "compute.toml"
RATE = 0.1
Weights = list[tuple[Float[Array, "inputs outputs"], Float[Array, " outputs"]]]


class Result(NamedTuple):
    """Images a second of each way to run the step, the slowest kind of machine first."""

    names: tuple[str, ...]
    rate: Float[np.ndarray, "ways rounds"]  # images a second
    median: Float[np.ndarray, " ways"]
    compiling: Float[np.ndarray, " ways"]  # seconds; 0 where nothing is compiled
    best: str  # the way with the largest median
    best_operations: float  # a second
    best_alexnet: str  # how long AlexNet's training takes at that rate
    best_old: float  # seconds for that of the network of 1986
    alexnet: tuple[str, ...]  # how long, with every way
    growth: float  # operations for AlexNet over those for that network
    last: str  # the way on the fastest kind of device, and its rate over that of NumPy on one
    speedup: float  # thread: geometric mean over rounds, with its interval
    speedup_low: float
    speedup_high: float
    last_compiling: float  # seconds
    title: str
    present: str  # which accelerators there were, in a sentence
    difference: float  # largest one between the final losses, in units of the loss
    weights: int
    images: int
    rounds: int


def run(*, rounds: int = 11, width: int = 1024) -> Result:
    """Times one step of every way in turns, `rounds` times, and compares where they have led."""
    train = load_digits().train
    weights = first_weights(width)
    threads = int(os.environ.get("NPROC") or os.cpu_count() or 1)
    ways, compiling = {"NumPy, one thread": limited(1)}, [0.0]
    pool = max((info["num_threads"] for info in threadpool_info()), default=1)
    if pool > 1:
        ways[f"NumPy, {pool} threads"], compiling = limited(pool), [0.0, 0.0]
    for device in kinds():
        on_cpu = device.platform == "cpu"
        step, seconds = compiled(device, train, weights)
        ways[f"JAX, CPU, {threads} threads" if on_cpu else f"JAX, {device.device_kind}"] = step
        compiling.append(seconds)
    states = dict.fromkeys(ways, weights)
    losses, times = np.zeros((2, len(ways), rounds + 1))
    for round_ in track(range(rounds + 1)):
        for i, (name, step) in enumerate(ways.items()):
            began = time.perf_counter()
            states[name], losses[i, round_] = step(train, states[name])
            times[i, round_] = time.perf_counter() - began

    count = sum(matrix.size + shift.size for matrix, shift in weights)
    rate = len(train.labels) / times[:, 1:]  # the first round warms up
    median = np.median(rate, axis=1)
    facts = {row["name"]: row["flop"] for row in tomllib.loads(TABLE.read_text())["model"]}
    alexnet, old = facts["AlexNet"], facts["Backpropagation"]
    days = alexnet / (6 * count * median) / 86_400
    ratio = np.log(rate[-1] / rate[0])
    low, high = np.exp(bootstrap(ratio))
    best = int(median.argmax())
    accelerators = [device.device_kind for device in kinds() if device.platform != "cpu"]
    return Result(
        names=tuple(ways),
        rate=rate,
        median=median,
        compiling=np.array(compiling),
        best=list(ways)[best],
        best_operations=float(6 * count * median[best]),
        best_alexnet=duration(days[best]),
        best_old=float(old / (6 * count * median[best])),
        alexnet=tuple(duration(each) for each in days),
        growth=alexnet / old,
        last=list(ways)[-1],
        speedup=float(np.exp(ratio.mean())),
        speedup_low=float(low),
        speedup_high=float(high),
        last_compiling=compiling[-1],
        title=headline(accelerators, days),
        present=f"Of accelerators there was {' and '.join(accelerators)}."
        if accelerators
        else "No GPU was there to be measured.",
        difference=float(np.ptp(losses[:, -1]) / losses[:, -1].mean()),
        weights=count,
        images=len(train.labels),
        rounds=rounds,
    )


def kinds() -> list[jax.Device]:
    """The CPU, then one device of each other kind that JAX finds."""
    first = {device.device_kind: device for device in jax.devices()[::-1]}
    try:
        cpu = jax.devices("cpu")[:1]
    except RuntimeError:  # JAX_PLATFORMS names other platforms alone
        cpu = []
    return [*cpu, *(device for device in first.values() if device.platform != "cpu")]


def first_weights(width: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of two hidden layers and ten scores, scaled by the number of inputs."""
    shuffle, sizes = np.random.default_rng(0), (64, width, width, 10)
    return [
        (
            (shuffle.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32),
            np.zeros(outputs, np.float32),
        )
        for inputs, outputs in itertools.pairwise(sizes)
    ]


def numpy_step(digits: Digits, weights: Weights) -> tuple[Weights, float]:
    """The step with its derivatives by hand."""
    layers = [digits.images.reshape(-1, 64)]
    for matrix, shift in weights[:-1]:
        layers.append(np.maximum(layers[-1] @ matrix + shift, 0))
    scores = layers[-1] @ weights[-1][0] + weights[-1][1]
    scores -= scores.max(axis=1, keepdims=True)
    shares = np.exp(scores)
    shares /= shares.sum(axis=1, keepdims=True)
    rows = np.arange(len(shares))
    loss = -np.log(shares[rows, digits.labels]).mean()
    shares[rows, digits.labels] -= 1
    slope, updated = shares / len(shares), []
    for (matrix, shift), inputs in zip(weights[::-1], layers[::-1], strict=True):
        step = RATE * (inputs.T @ slope), RATE * slope.sum(axis=0)
        if inputs is not layers[0]:
            slope = (slope @ matrix.T) * (inputs > 0)
        updated.append((matrix - step[0], shift - step[1]))
    return updated[::-1], float(loss)


def jax_step(
    images: Float[Array, "n 8 8"], labels: Int[Array, " n"], weights: Weights
) -> tuple[Weights, Array]:
    """The same step, its derivatives by JAX."""

    def loss(weights: Weights) -> Array:
        x = images.reshape(-1, 64)
        for matrix, shift in weights[:-1]:
            x = jax.nn.relu(x @ matrix + shift)
        scores = jax.nn.log_softmax(x @ weights[-1][0] + weights[-1][1])
        return -jnp.take_along_axis(scores, labels[:, None], axis=1).mean()

    error, slope = jax.value_and_grad(loss)(weights)
    return jax.tree.map(lambda value, change: value - RATE * change, weights, slope), error


def limited(threads: int) -> Callable[[Digits, Weights], tuple[Weights, float]]:
    """The step in NumPy with so many threads for its matrix products."""

    def step(digits: Digits, weights: Weights) -> tuple[Weights, float]:
        with threadpool_limits(threads):
            return numpy_step(digits, weights)

    return step


def compiled(
    device: jax.Device, digits: Digits, weights: Weights
) -> tuple[Callable[[Digits, Weights], tuple[Weights, float]], float]:
    """The step in JAX on a device that holds the images already, and the seconds to compile it."""
    images, labels, on_device = jax.device_put((digits.images, digits.labels, weights), device)
    stored_after = jax.config.jax_persistent_cache_min_compile_time_secs
    # What is compiled must not come from the disk, today or the next time.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", np.inf)
    # A GPU would else round float32 to fewer digits on the way into its matrix units.
    with jax.default_matmul_precision("highest"):
        began = time.perf_counter()
        program = jax.jit(jax_step).lower(images, labels, on_device).compile()
        seconds = time.perf_counter() - began
    jax.config.update("jax_persistent_cache_min_compile_time_secs", stored_after)

    def step(_: Digits, weights: Weights) -> tuple[Weights, float]:
        updated, loss = program(images, labels, jax.device_put(weights, device))
        return updated, float(jax.block_until_ready((updated, loss))[1])

    return step, seconds


def headline(accelerators: list[str], days: Float[np.ndarray, " ways"]) -> str:
    """How long AlexNet's training takes here, and without the accelerator, if there is one."""
    if not accelerators:
        return f"Without a GPU, AlexNet would train for {duration(days.min())} here"
    on_cpu = days[: -len(accelerators)].min()
    return f"AlexNet would train for {duration(on_cpu)} without a GPU, {duration(days[-1])} with it"


def rates(fig: Figure, result: Result) -> None:
    """Images a second on a logarithmic axis: each round, the median, and what it means."""
    ax = fig.subplots()
    for y, rate in enumerate(result.rate):
        colour = "accent" if result.names[y].startswith("JAX") else "muted"
        ax.plot(rate, np.full(len(rate), y), "o", color=colour, alpha=0.35, markersize=7)
        ax.plot(result.median[y], y, "|", color=colour, markersize=24, markeredgewidth=3)
        text = f"{grouped(result.median[y])} images a second; AlexNet in {result.alexnet[y]}"
        offset = {"textcoords": "offset points", "va": "center", "color": colour}
        ax.annotate(text, (rate.max(), y), (14, 0), **offset)
    ax.set_yticks(range(len(result.names)), result.names)
    slowest, fastest = result.rate.min(), result.rate.max()
    span = max(np.log10(fastest / slowest), 0.5)
    ax.set(xscale="log", ylim=(len(result.names) - 0.5, -0.5))
    ax.set_xlim(slowest / 10 ** (0.08 * span), fastest * 10 ** (0.75 * span))  # room for words
    steps = (1, 2, 3, 4, 5, 6, 8) if span < 1 else (1,)
    ticks = np.array([step * 10**power for power in range(12) for step in steps])
    ticks = ticks[(ticks >= slowest / 10 ** (0.08 * span)) & (ticks <= fastest * 1.2)]
    ax.set_xticks(ticks, [grouped(tick) for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("images learnt from in a second")


def duration(days: float) -> str:
    """Days, or years or hours where those are fewer than a thousand or more than one."""
    for unit, size in (("years", 365.25), ("days", 1), ("hours", 1 / 24), ("minutes", 1 / 1440)):
        if days >= 1.95 * size:
            return f"{grouped(days / size)} {unit}"
    return "less than two minutes"


TIMED = True  # no two runs measure the same
QUICK = dict(rounds=3, width=128)
GPU = dict(rounds=7, width=4096)

if __name__ == "__main__":
    print(run())
