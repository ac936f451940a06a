"""A network answers many examples at once in little more time than one.

Question: how does the speed of a network grow with the batch, and where does it stop? Measured, in
turns: examples a second of a network's forward pass and of a training step (vmap over a batch,
gradient descent), for growing batches. Baseline: one example at a time, called from Python, and as
a loop in one compiled program, which has no calls left to save. The knee, in each repeat: the batch
that reaches half of the best speed (Hockney's half-performance length). Beside it the roofline,
from memory and matrix products measured in the same turns: what it allows, and where it has its
knee by the same rule. The examples are random; the time does not depend on them. Expect: several
times faster together; the knee some ten examples on a CPU. Times differ from run to run.
Source: Hockney and Jesshope, Parallel Computers, 1981; Williams et al., CACM 52(4), 2009.
About 8 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from experiments._drawing.number_format import grouped
from experiments._hardware.benchmarking import (
    Operation,
    negation,
    operation,
    product,
    seconds_in_turns,
)
from experiments._hardware.processors import device_name

LOOP = 16  # examples in the compiled loop
RATE = 1e-3  # of learning

Weights = list[Float[Array, "width width"]]


class Result(NamedTuple):
    """Examples a second by batch, the knees, and what the roofline allows."""

    device: str
    kind: str  # "CPU", "GPU" or "TPU"
    batches: Int[np.ndarray, " batches"]
    forward: Float[np.ndarray, "batches repeats"]  # examples a second
    training: Float[np.ndarray, "batches repeats"]
    loop: Float[np.ndarray, " repeats"]  # one after the other in one compiled program
    grid: Float[np.ndarray, " grid"]  # batches at which the roof is drawn
    roof: Float[np.ndarray, " grid"]  # examples a second that it allows the forward pass
    alone: float  # forward, examples a second, medians
    together: float
    loop_median: float
    best_batch: int
    largest: int  # batch
    gain: float  # the best speed over one at a time, median over repeats, with its range
    gain_low: float
    gain_high: float
    loop_gain: float  # the best speed over the compiled loop
    knee: float
    knee_low: float
    knee_high: float
    roof_knee: float
    knee_verdict: str
    training_alone: float  # examples a second, medians
    training_together: float
    training_gain: float
    training_gain_low: float
    training_gain_high: float
    training_knee: float
    step_alone: float  # seconds of a training step with one example and with the largest batch
    step_largest: float
    width: int
    layers: int
    parameters: int
    weight_bytes: int
    repeats: int


def run(
    *,
    width: int = 2048,
    layers: int = 3,
    batches: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256),
    megabytes: int = 256,
    size: int = 1024,
    repeats: int = 5,
) -> Result:
    """Times both steps for every batch, the loop, and what the roof is made of, in turns."""
    forward, training, loop = network_operations(width, layers, batches)
    operations = [*forward, *training, loop, negation(megabytes), product(size)]
    seconds = seconds_in_turns([each.step for each in operations], repeats)

    count = np.array(batches)
    answered, learnt = count[:, None] / np.split(seconds[: 2 * len(count)], 2)
    looped = LOOP / seconds[-3]
    # The roof is what the best of them computes and moves.
    peak, bandwidth = (
        (np.array(amounts)[:, None] / seconds).max()
        for amounts in zip(*((each.flops, each.moved) for each in operations), strict=True)
    )
    grid = np.geomspace(count[0], count[-1], 121)
    allowed = roof(grid, width, layers, peak, bandwidth)

    median, learnt_median = np.median(answered, axis=1), np.median(learnt, axis=1)
    gains, learnt_gains = answered.max(axis=0) / answered[0], learnt.max(axis=0) / learnt[0]
    knees = np.array([half_batch(count, each) for each in answered.T])
    roof_knee = half_batch(grid, allowed)
    return Result(
        device=device_name(),
        kind=jax.default_backend().upper(),
        batches=count,
        forward=answered,
        training=learnt,
        loop=looped,
        grid=grid,
        roof=allowed,
        alone=float(median[0]),
        together=float(median.max()),
        loop_median=float(np.median(looped)),
        best_batch=int(count[median.argmax()]),
        largest=int(count[-1]),
        gain=float(np.median(gains)),
        gain_low=float(gains.min()),
        gain_high=float(gains.max()),
        loop_gain=float(np.median(answered.max(axis=0) / looped)),
        knee=float(np.median(knees)),
        knee_low=float(knees.min()),
        knee_high=float(knees.max()),
        roof_knee=roof_knee,
        knee_verdict=judge(knees, roof_knee),
        training_alone=float(learnt_median[0]),
        training_together=float(learnt_median.max()),
        training_gain=float(np.median(learnt_gains)),
        training_gain_low=float(learnt_gains.min()),
        training_gain_high=float(learnt_gains.max()),
        training_knee=float(np.median([half_batch(count, each) for each in learnt.T])),
        step_alone=float(1 / learnt_median[0]),
        step_largest=float(count[-1] / learnt_median[-1]),
        width=width,
        layers=layers,
        parameters=layers * width**2,
        weight_bytes=4 * layers * width**2,
        repeats=repeats,
    )


def answer(weights: Weights, example: Float[Array, " width"]) -> Float[Array, " width"]:
    """Layers of rectified units."""
    for layer in weights:
        example = jax.nn.relu(jnp.matmul(layer, example, precision="highest"))
    return example


def train(
    weights: Weights, examples: Float[Array, "b width"], targets: Float[Array, "b width"]
) -> Weights:
    """One step of gradient descent on the squared error."""

    def loss(weights: Weights) -> Float[Array, ""]:
        answers = jax.vmap(answer, in_axes=(None, 0))(weights, examples)
        return jnp.mean((answers - targets) ** 2)

    return jax.tree.map(lambda w, slope: w - RATE * slope, weights, jax.grad(loss)(weights))


def network_operations(
    width: int, layers: int, batches: tuple[int, ...]
) -> tuple[list[Operation], list[Operation], Operation]:
    """The forward pass and the training step for every batch, and the loop of single examples."""
    keys = jax.random.split(jax.random.key(0), layers + 2)
    weights = [jax.random.normal(key, (width, width)) * (2 / width) ** 0.5 for key in keys[:layers]]
    most = max(*batches, LOOP)
    examples, targets = (jax.random.normal(key, (most, width)) for key in keys[layers:])
    learning = [jax.tree.map(jnp.copy, weights), examples, targets]  # all steps train one network

    def together(weights: Weights, examples: Float[Array, "b width"]) -> Float[Array, "b width"]:
        return jax.vmap(answer, in_axes=(None, 0))(weights, examples)

    def in_loop(weights: Weights, examples: Float[Array, "b width"]) -> Float[Array, "b width"]:
        return jax.lax.map(lambda example: answer(weights, example), examples)

    def forward(batch: int) -> Operation:
        flops, moved = cost(batch, width, layers)
        return operation(together, [weights, examples[:batch]], flops, moved)

    def training(batch: int) -> Operation:
        def step(weights: Weights, examples: Array, targets: Array) -> Weights:
            return train(weights, examples[:batch], targets[:batch])

        # To the weights of all layers lead as many operations as forward, to the inputs of all
        # but the first as well; then every weight is moved. Bytes: weights, read and written.
        flops = 2 * width**2 * ((3 * layers - 1) * batch + layers)
        return operation(step, learning, flops, 8 * layers * width**2, reuse=0)

    flops, moved = cost(1, width, layers)
    loop = operation(in_loop, [weights, examples[:LOOP]], LOOP * flops, LOOP * moved)
    return [forward(batch) for batch in batches], [training(batch) for batch in batches], loop


def cost(batch: float, width: int, layers: int) -> tuple[float, float]:
    """Operations and bytes of a forward pass: weights read once, a vector in and out a layer."""
    return 2 * layers * width**2 * batch, 4 * layers * (width**2 + 2 * width * batch)


def roof(
    batches: Float[np.ndarray, " grid"], width: int, layers: int, peak: float, bandwidth: float
) -> Float[np.ndarray, " grid"]:
    """Examples a second at which the slower one, of arithmetic and memory, is never idle."""
    flops, moved = cost(batches, width, layers)
    return batches / np.maximum(flops / peak, moved / bandwidth)


def half_batch(batches: np.ndarray, speed: Float[np.ndarray, " batches"]) -> float:
    """The first batch with half of the best speed, read off between those measured."""
    above = speed >= speed.max() / 2
    i = int(above.argmax())
    if i == 0:
        return float(batches[0])
    share = np.log(speed.max() / 2 / speed[i - 1]) / np.log(speed[i] / speed[i - 1])
    return float(batches[i - 1] * (batches[i] / batches[i - 1]) ** share)


def judge(knees: Float[np.ndarray, " repeats"], forecast: float) -> str:
    """Where the knees of the repeats lie, seen from the roof's."""
    if knees.min() > forecast:
        return "later than"
    return "earlier than" if knees.max() < forecast else "about where"


def throughput(fig: Figure, result: Result) -> None:
    """Examples a second against the batch, both logarithmic, with the knee and the roof."""
    ax = fig.subplots()
    ax.plot(result.grid, result.roof, color="ink", linewidth=1.2)
    ax.axhline(result.loop_median, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    for speed, colour, marker in (
        (result.training, "C1", "s"),
        (result.forward, "accent", "o"),
    ):
        middle = np.median(speed, axis=1)
        span = [middle - speed.min(axis=1), speed.max(axis=1) - middle]
        look = {"color": colour, "markersize": 6, "linewidth": 1.5}
        ax.errorbar(result.batches, middle, span, fmt=f"-{marker}", **look)
    ax.set(xscale="log", yscale="log")
    ax.set_xlim(result.batches[0] / 1.3, result.batches[-1] * 2.6)
    # A repeat in which the machine did something else may reach out of the frame.
    bottom = max(result.training.min(), np.median(result.training, axis=1).min() / 4) / 1.6
    ax.set_ylim(bottom, 2 * result.roof.max())
    ax.vlines(result.knee, bottom, result.together / 2, color="accent", linestyle=":")
    ticks = result.batches[:: max(1, len(result.batches) // 5)]
    ax.set_xticks(ticks, [grouped(tick) for tick in ticks])
    ax.yaxis.set_major_formatter(lambda value, _: grouped(value))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
    ax.set(xlabel="examples in a batch", ylabel="examples a second")
    _name_curves(ax, result)


def _name_curves(ax: Axes, result: Result) -> None:
    beside = {"textcoords": "offset points"}
    last, roof = result.batches[-1], result.roof[-1]
    forward, training = np.median(result.forward[-1]), np.median(result.training[-1])
    for text, place, offset, across, up, colour in (
        ("roofline", (last, roof), (0, 5), "right", "bottom", "ink"),
        ("forward", (last, forward), (9, 0), "left", "center", "accent"),
        ("training", (last, training), (9, 0), "left", "center", "C1"),
        ("one by one, in a loop", (last, result.loop_median), (0, -5), "right", "top", "muted"),
    ):
        ax.annotate(text, place, offset, ha=across, va=up, color=colour, **beside)
    ax.annotate(
        f"knee: {result.knee:.0f}",
        (result.knee, ax.get_ylim()[0]),
        (6, 6),
        color="accent",
        fontweight="bold",
        **beside,
    )


TIMED = True  # no two runs measure the same
QUICK = dict(width=256, batches=(1, 4, 16, 64), megabytes=16, size=256, repeats=3)
GPU = dict(
    width=8192,
    layers=4,
    batches=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192),
    megabytes=2048,
    size=8192,
    repeats=15,
)

if __name__ == "__main__":
    print(run())
