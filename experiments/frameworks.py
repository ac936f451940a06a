"""Frameworks differ in waiting and in writing, hardly in what the network learns.

Question: what does it cost to train the same small network in different libraries? Data:
scikit-learn's digits, split by form. Model: the network of `why_keras`, in JAX with Optax, Flax NNX
with Optax, and Keras 3 on JAX. Baseline: scikit-learn's MLPClassifier, of the same size, which
starts from weights of its own. Measured, in turns: the first epoch, which has to compile, and each
of those after it; imports and the drawing of first weights are left out. Beside it a ranking of
2018 from `deck/data/power_scores.toml`. Expect: up to a second to compile, then milliseconds an
epoch. Times differ from run to run. Source: Hale, Deep Learning Framework Power Scores 2018.
About 9 s on 2 CPU cores.
"""

import inspect
import time
import tomllib
from collections.abc import Callable
from operator import call
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from flax import nnx
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from sklearn.neural_network import MLPClassifier

from experiments._data.digits import load_digits
from experiments._models import lazy_keras as keras
from experiments.why_keras import (
    adam,
    batches,
    flax_network,
    jax_network,
    jax_scores,
    keras_compile,
    keras_network,
    keras_train,
    step,
    train,
    training_data,
)
from livedeck import report

TABLE = Path(__file__).parents[1] / "deck" / "data" / "power_scores.toml"


class Result(NamedTuple):
    """What was measured of each version, and what was published about frameworks in 2018."""

    names: tuple[str, ...]
    first: Float[np.ndarray, "versions repeats"]  # seconds of the first epoch
    later: Float[np.ndarray, "versions repeats"]  # seconds of an epoch after it
    first_median: Float[np.ndarray, " versions"]
    later_median: Float[np.ndarray, " versions"]
    accuracy: Float[np.ndarray, "versions repeats"]
    jax_accuracy: Float[np.ndarray, " repeats"]  # the same, one by one
    flax_accuracy: Float[np.ndarray, " repeats"]
    keras_accuracy: Float[np.ndarray, " repeats"]
    sklearn_accuracy: Float[np.ndarray, " repeats"]
    accuracy_range: float  # between the versions' means
    network_lines: Int[np.ndarray, " versions"]
    training_lines: Int[np.ndarray, " versions"]
    lines: Int[np.ndarray, " versions"]
    train_images: int
    test_images: int
    repeats: int
    epochs: int  # after the first
    ranked: tuple[str, ...]
    scores: Float[np.ndarray, " ranked"]
    leader: str
    year: int
    source: str
    heaviest: str  # the measure with the largest weight
    heaviest_weight: float
    measures: int


def sklearn_network(seed):
    return MLPClassifier(
        hidden_layer_sizes=(64, 64),
        learning_rate_init=3e-3,
        batch_size=64,
        alpha=0,
        random_state=seed,
    )


def sklearn_train(network, data, epochs):
    for _ in range(epochs):
        network.partial_fit(*data, classes=range(10))


CODE = {  # by version: the functions that make the network, and those that train it
    "JAX, Optax": ((jax_network, jax_scores), (batches, adam, step, train)),
    "Flax NNX": ((flax_network,), (batches, adam, step, train)),
    "Keras 3": ((keras_network,), (keras_compile, keras_train)),
    "scikit-learn": ((sklearn_network,), (sklearn_train,)),
}


def run(*, repeats: int = 3, epochs: int = 8) -> Result:
    """Trains every version `repeats` times, in turns, each time from a network not yet compiled."""
    data, test = training_data(), load_digits().test
    first, later, accuracy = np.zeros((3, len(CODE), repeats))
    stored_after = jax.config.jax_persistent_cache_min_compile_time_secs
    # What one repeat compiles must not be on the disk for the next.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", np.inf)
    for repeat in range(repeats):
        for row, (make, learn, answer) in enumerate(versions(data)):
            network = make(repeat)
            step.clear_cache()
            network, first[row, repeat] = timed(learn, network, 1)
            network, rest = timed(learn, network, epochs)
            later[row, repeat] = rest / epochs
            answers = answer(network, test.images.reshape(-1, 64))
            accuracy[row, repeat] = (np.asarray(answers) == test.labels).mean()
        report(repeat + 1, repeats)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", stored_after)
    table = tomllib.loads(TABLE.read_text())
    ranked = sorted(table["framework"], key=lambda entry: -entry["score"])
    heaviest = max(table["weights"], key=table["weights"].get)
    counts = np.array([[code_lines(part) for part in parts] for parts in CODE.values()])
    return Result(
        names=tuple(CODE),
        first=first,
        later=later,
        first_median=np.median(first, axis=1),
        later_median=np.median(later, axis=1),
        accuracy=accuracy,
        jax_accuracy=accuracy[0],
        flax_accuracy=accuracy[1],
        keras_accuracy=accuracy[2],
        sklearn_accuracy=accuracy[3],
        accuracy_range=float(np.ptp(accuracy.mean(axis=1))),
        network_lines=counts[:, 0],
        training_lines=counts[:, 1],
        lines=counts.sum(axis=1),
        train_images=len(data[1]),
        test_images=len(test.labels),
        repeats=repeats,
        epochs=epochs,
        ranked=tuple(entry["name"] for entry in ranked),
        scores=np.array([entry["score"] for entry in ranked]),
        leader=ranked[0]["name"],
        year=table["year"],
        source=table["source"],
        heaviest=heaviest,
        heaviest_weight=table["weights"][heaviest] / 100,
        measures=len(table["weights"]),
    )


def versions(data: tuple) -> list[tuple[Callable, Callable, Callable]]:
    """In the order of `CODE`: how to make a network from a seed, train it, and let it answer."""

    def make_keras(seed: int) -> Any:
        keras.utils.set_random_seed(seed)
        network = keras_network()
        keras_compile(network)
        return network

    def with_loop(scores: Callable) -> Callable[[Any, int], Any]:
        return lambda network, epochs: train(scores, network, batches(data, epochs, epochs))

    def in_place(fit: Callable) -> Callable[[Any, int], Any]:
        return lambda network, epochs: fit(network, data, epochs) or network

    def best(scores: Callable) -> Callable[[Any, np.ndarray], np.ndarray]:
        return lambda network, images: np.asarray(scores(network, images)).argmax(axis=1)

    def keras_scores(network: Any, images: Float[np.ndarray, "n 64"]) -> np.ndarray:
        return network.predict_on_batch(images)

    return [
        (lambda seed: jax_network(jax.random.key(seed)), with_loop(jax_scores), best(jax_scores)),
        (lambda seed: flax_network(nnx.Rngs(seed)), with_loop(call), best(call)),
        (make_keras, in_place(keras_train), best(keras_scores)),
        (sklearn_network, in_place(sklearn_train), lambda network, images: network.predict(images)),
    ]


def timed(learn: Callable[[Any, int], Any], network: Any, epochs: int) -> tuple[Any, float]:
    """What training returns, and its seconds on the clock."""
    started = time.perf_counter()
    trained = jax.block_until_ready(learn(network, epochs))
    return trained, time.perf_counter() - started


def code_lines(functions: tuple[Callable, ...]) -> int:
    """Lines of source that are neither empty nor a comment."""
    lines = [line.strip() for each in functions for line in inspect.getsource(each).splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def ranking(fig: Figure, result: Result) -> None:
    """The scores of 2018 as bars, the largest first."""
    ax = fig.subplots()
    rows = range(len(result.ranked))
    colours = ["accent" if name == "Keras" else "muted" for name in result.ranked]
    ax.barh(rows, result.scores, height=0.62, color=colours, alpha=0.8)
    for row, score in zip(rows, result.scores, strict=True):
        ax.annotate(
            f"{score:.2f}", (score, row), (6, 0), textcoords="offset points", va="center_baseline"
        )
    ax.set_yticks(rows, result.ranked)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 106)
    ax.set_axisbelow(True)
    ax.tick_params(length=0)
    ax.set_xticks([])
    ax.spines[:].set_visible(False)


def times(fig: Figure, result: Result) -> None:
    """Median and range of the first epoch and of those after it, on a logarithmic axis."""
    ax = fig.subplots()
    rows = np.arange(len(result.names))
    ax.hlines(rows, result.later_median, result.first_median, color="grid", zorder=0)
    for values, colour, offset, name in (
        (result.later, "muted", -8, "after that "),
        (result.first, "accent", 8, "first epoch "),
    ):
        middle = np.median(values, axis=1)
        ax.hlines(rows, values.min(axis=1), values.max(axis=1), color=colour)
        ax.scatter(middle, rows, s=44, color=colour, zorder=3)
        for row, seconds in enumerate(middle):
            ax.annotate(
                ("" if row else name) + _duration(seconds),
                (seconds, row),
                (0, offset),
                textcoords="offset points",
                ha="center",
                va="bottom" if offset > 0 else "top",
                color=colour,
            )
    _rows(ax, result.names)
    ax.set_xscale("log")
    ax.set_xlim(result.later.min() / 2.5, result.first.max() * 2.5)
    ax.xaxis.set_major_locator(LogLocator(10))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda seconds, _: _duration(seconds))
    ax.set_xlabel("time for one epoch")


def lines(fig: Figure, result: Result) -> None:
    """Lines of code as bars: of the network, and of what trains it."""
    ax = fig.subplots()
    rows, network = np.arange(len(result.names)), result.network_lines
    colours = ["accent" if name.startswith("Keras") else "muted" for name in result.names]
    ax.barh(rows, network, height=0.56, color=colours, alpha=0.9)
    look = {"color": [(colour, 0.4) for colour in colours], "edgecolor": colours, "linewidth": 1}
    ax.barh(rows, result.training_lines, left=network, height=0.56, **look)
    for row, total in enumerate(result.lines):
        ax.annotate(
            f"{total}", (total, row), (6, 0), textcoords="offset points", va="center_baseline"
        )
    for start, name in ((0, "network"), (network[0], "training")):
        ax.annotate(name, (start, -0.3), (1, 3), textcoords="offset points", color="muted")
    _rows(ax, result.names)
    ax.set_xlim(0, 1.1 * result.lines.max())
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)


def _duration(seconds: float) -> str:
    """Seconds or milliseconds, to two digits."""
    value, unit = (seconds, "s") if seconds >= 0.995 else (1000 * seconds, "ms")
    return f"{value:.{0 if value >= 9.95 else 1}f} {unit}".replace(".0 ", " ")


def _rows(ax: Axes, names: tuple[str, ...]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.8)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


TIMED = True  # no two runs measure the same
QUICK = dict(repeats=1, epochs=3)
GPU = dict(repeats=9)
