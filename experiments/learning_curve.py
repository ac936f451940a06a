"""Skill at naming digits grows with every labelled example, up to a limit.

Question: how much is experience worth? A network with one hidden layer learns from the first n
images of a random order, n from 10 to all, and is tested on forms it never saw. Data:
scikit-learn's digits, split by form. Baselines: the most frequent digit; the nearest of the ten
mean images, from the same n examples. Expect: from about 50 % with 10 examples to 94 % with all.
Source: Mitchell, Machine Learning, 1997, chapter 1. About 4 s on 2 CPU cores.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from experiments._data.digits import Digits, load_digits
from experiments._models.training import Trained, trainer
from livedeck import track


class Result(NamedTuple):
    """Test accuracy by model, number of examples and seed."""

    examples: Int[np.ndarray, " sizes"]
    accuracy: Float[np.ndarray, "sizes seeds"]
    means_accuracy: Float[np.ndarray, "sizes seeds"]
    majority_accuracy: float
    first_accuracy: Float[np.ndarray, " seeds"]
    last_accuracy: Float[np.ndarray, " seeds"]
    first_means: Float[np.ndarray, " seeds"]
    last_means: float  # all images: the seed makes no difference
    first_examples: int
    last_examples: int
    test_images: int
    seeds: int
    digit: Float[np.ndarray, "8 8"]  # an unseen image, to say what the task is
    digit_label: int
    hidden_weights: Float[np.ndarray, "64 width"]  # of the first network that saw all images
    hidden_biases: Float[np.ndarray, " width"]
    score_weights: Float[np.ndarray, "width 10"]
    score_biases: Float[np.ndarray, " 10"]
    unseen: Float[np.ndarray, "n 8 8"]  # the first test images, to try it with


class Network(nnx.Module):
    """64 pixels, one layer of rectified units, ten scores."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(64, width, rngs=rngs)
        self.scores = nnx.Linear(width, 10, rngs=rngs)

    def __call__(self, pixels: Float[Array, "batch 64"]) -> Float[Array, "batch 10"]:
        return self.scores(nnx.relu(self.hidden(pixels)))


def run(*, seeds: int = 8, sizes: int = 8, steps: int = 800, width: int = 64) -> Result:
    """Trains `seeds` networks for each of `sizes` numbers of examples."""
    train, _, test = load_digits()
    shuffles = [np.random.default_rng(seed) for seed in range(seeds)]
    orders = np.stack([shuffle.permutation(len(train.labels)) for shuffle in shuffles])
    examples = np.unique(np.geomspace(10, len(train.labels), sizes).round().astype(int))
    learn = learner(train, test, width)
    accuracy = []
    for n in track(list(examples)):
        draws = np.stack([shuffle.integers(n, size=(steps, 32)) for shuffle in shuffles])
        batches = np.take_along_axis(orders[:, None], draws, axis=2)
        trained = learn(batches)
        accuracy.append(trained.watched[:, -1])
    network = jax.tree.map(lambda weights: weights[0], trained.networks)
    means = np.array([[nearest_mean(train, order[:n], test) for order in orders] for n in examples])
    majority = np.bincount(train.labels).argmax()
    return Result(
        examples=examples,
        accuracy=np.stack(accuracy),
        means_accuracy=means,
        majority_accuracy=float((test.labels == majority).mean()),
        first_accuracy=accuracy[0],
        last_accuracy=accuracy[-1],
        first_means=means[0],
        last_means=float(means[-1].mean()),
        first_examples=int(examples[0]),
        last_examples=int(examples[-1]),
        test_images=len(test.labels),
        seeds=seeds,
        digit=test.images[0],
        digit_label=int(test.labels[0]),
        hidden_weights=network.hidden.kernel[...],
        hidden_biases=network.hidden.bias[...],
        score_weights=network.scores.kernel[...],
        score_biases=network.scores.bias[...],
        unseen=test.images[:24],
    )


def learner(train: Digits, test: Digits, width: int) -> Callable[[np.ndarray], Trained]:
    """A function from the images that each step sees to the networks of every seed."""

    def loss(network: Network, examples: Digits, key: Array) -> Array:
        scores = network(examples.images.reshape(-1, 64))
        return optax.softmax_cross_entropy_with_integer_labels(scores, examples.labels).mean()

    def watch(network: Network) -> Array:
        return (network(test.images.reshape(-1, 64)).argmax(1) == test.labels).mean()

    optimizer = optax.adamw(3e-3, weight_decay=0.05)
    fit = trainer(lambda rngs: Network(width, rngs), loss, optimizer, watch)
    return lambda batches: fit(train, batches[:, None])


def nearest_mean(train: Digits, chosen: Int[np.ndarray, " n"], test: Digits) -> float:
    """Test accuracy of answering with the digit whose mean image is nearest."""
    images, labels = train.images[chosen].reshape(-1, 64), train.labels[chosen]
    seen = np.unique(labels)
    means = np.stack([images[labels == digit].mean(axis=0) for digit in seen])
    distances = ((test.images.reshape(-1, 1, 64) - means) ** 2).sum(axis=2)
    return float((seen[distances.argmin(axis=1)] == test.labels).mean())


def skill(fig: Figure, result: Result) -> None:
    """Accuracy against the number of examples: mean and spread over seeds, both baselines."""
    ax = fig.subplots()
    _axes(ax, result)
    network, means = result.accuracy[-1].mean(), result.means_accuracy[-1].mean()
    for values, name, colour, other in (
        (result.means_accuracy, "nearest\nmean image", "muted", network),
        (result.accuracy, "network", "accent", means),
    ):
        mean, spread = values.mean(axis=1), values.std(axis=1, ddof=1)
        ax.fill_between(result.examples, mean - spread, mean + spread, color=colour, alpha=0.2)
        ax.plot(result.examples, mean, color=colour, marker="o", markersize=5)
        ax.annotate(
            name,
            (result.examples[-1], mean[-1]),
            (10, 4 if mean[-1] > other else 6),
            textcoords="offset points",
            va="bottom" if mean[-1] > other else "top",
            color=colour,
        )
    ax.axhline(result.majority_accuracy, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    ax.annotate(
        "always the most frequent digit",
        (1, result.majority_accuracy),
        (0, 4),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        color="muted",
    )
    ax.set_xlabel("labelled images seen")
    ax.set_ylabel("unseen digits named correctly")


def definition(fig: Figure, result: Result) -> None:
    """Mitchell's three letters on one learning curve, a thin line for every seed."""
    ax = fig.subplots()
    _axes(ax, result)
    mean = result.accuracy.mean(axis=1)
    ax.plot(result.examples, result.accuracy, color="accent", alpha=0.3, linewidth=1)
    ax.plot(result.examples, mean, color="accent", linewidth=3)
    for at, offset, side in ((0, (10, -12), "left"), (-1, (0, -18), "right")):
        ax.plot(result.examples[at], mean[at], "o", color="accent", markersize=9)
        ax.annotate(
            f"{100 * mean[at]:.0f} %",
            (result.examples[at], mean[at]),
            offset,
            textcoords="offset points",
            ha=side,
            va="top" if at else "center",
            color="accent",
            weight="bold",
        )
    ax.set_xlabel("experience E: labelled images seen")
    ax.set_ylabel("performance P:\ncorrect")
    task = ax.inset_axes((0.66, 0.08, 0.2, 0.38))
    task.imshow(result.digit, cmap="ink")
    task.set(xticks=[], yticks=[])
    task.spines[:].set_visible(True)
    ax.text(0.66, 0.27, "task T:", transform=ax.transAxes, ha="right", va="center")
    ax.text(0.86, 0.27, f"→ {result.digit_label}", transform=ax.transAxes, va="center")


def _axes(ax: Axes, result: Result) -> None:
    """Examples on a logarithmic axis with the counts themselves as ticks, accuracy from 0 to 1."""
    shown = [n for n in (10, 30, 100, 300, 1000) if n <= result.examples[-1]]
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set_ylim(0, 1)


QUICK = dict(seeds=2, sizes=3, steps=50)
GPU = dict(seeds=64, sizes=14, steps=2000, width=256)
