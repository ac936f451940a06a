"""The same network learns the same in JAX with Optax, in Flax and in Keras.

Question: does it matter for the result in which library a network is written? Data: scikit-learn's
digits, split by form. Model: 64 pixels, two layers of 64 rectified units, ten scores; Glorot's
initial weights, zero biases, Adam, batches of 64; written in JAX with Optax, in Flax NNX with
Optax, and in Keras 3 on its JAX backend. Each draws its own random numbers from the same
distributions. Baselines: JAX with Optax, and the most frequent digit. Intervals of the differences
are Welch's, over seeds; everything was set beforehand, so no validation data. Expect: 92 % three
times; with Keras's weights, JAX gives Keras's answers to rounding. Source: Chollet, Keras, 2015.
About 10 s on 2 CPU cores.
"""

from functools import partial
from operator import call
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from optax import softmax_cross_entropy_with_integer_labels as cross_entropy
from scipy.stats import ttest_ind

from experiments._data.digits import load_digits
from experiments._models import lazy_keras as keras
from livedeck import track

MARGIN = 0.02  # differences of accuracy below this one count as none


class Result(NamedTuple):
    """Accuracy of each version with each seed, and how far the versions differ."""

    names: tuple[str, ...]
    accuracy: Float[np.ndarray, "versions seeds"]
    jax_accuracy: Float[np.ndarray, " seeds"]
    flax_accuracy: Float[np.ndarray, " seeds"]
    keras_accuracy: Float[np.ndarray, " seeds"]
    majority_accuracy: float
    difference: Float[np.ndarray, " others"]  # Keras less JAX, Keras less Flax
    difference_low: Float[np.ndarray, " others"]  # 95 % intervals
    difference_high: Float[np.ndarray, " others"]
    margin: float
    one_image: float  # of the test set, as a share
    verdict: str
    agreed_decimals: int  # of Keras's probabilities and JAX's, from the same weights
    parameters: int
    train_images: int
    test_images: int
    seeds: int
    epochs: int


# Shown on slides, in columns of 47 characters, and hence without annotations. `scores(network, x)`
# is what a network of JAX or Flax answers; `data` are images as rows of pixels, and their labels.


def keras_network():
    network = keras.Sequential()
    network.add(keras.Input((64,)))
    network.add(keras.layers.Dense(64, "relu"))
    network.add(keras.layers.Dense(64, "relu"))
    network.add(keras.layers.Dense(10, "softmax"))
    return network


def keras_compile(network):
    adam = keras.optimizers.Adam(3e-3)
    loss = "sparse_categorical_crossentropy"
    network.compile(adam, loss)


def keras_train(network, data, epochs):
    network.fit(*data, 64, epochs, verbose=0)


def flax_network(rngs):
    init = nnx.initializers.glorot_uniform()
    dense = partial(nnx.Linear, kernel_init=init)
    return nnx.Sequential(
        dense(64, 64, rngs=rngs),
        nnx.relu,
        dense(64, 64, rngs=rngs),
        nnx.relu,
        dense(64, 10, rngs=rngs),
    )


def jax_network(key):
    keys = jax.random.split(key, 3)
    glorot = jax.nn.initializers.glorot_uniform()
    shapes = (64, 64), (64, 64), (64, 10)
    kernels = map(glorot, keys, shapes)
    biases = [jnp.zeros(n) for _, n in shapes]
    return list(zip(kernels, biases, strict=True))


def jax_scores(network, x):
    *hidden, (kernel, bias) = network
    for w, b in hidden:
        x = jax.nn.relu(x @ w + b)
    return x @ kernel + bias


def batches(data, seed, epochs):
    draw = np.random.default_rng(seed)
    for _ in range(epochs):
        order = draw.permutation(len(data[1]))
        for i in order.reshape(-1, 64):
            yield data[0][i], data[1][i]


# With the `eps` of Keras, which adds it earlier.
def adam():
    return optax.adam(3e-3, eps=1e-7)


@partial(jax.jit, static_argnums=0)
def step(scores, state, images, labels):
    network, moments = state

    def loss(network):
        x = scores(network, images)
        return cross_entropy(x, labels).mean()

    g = jax.grad(loss)(network)
    change, moments = adam().update(g, moments)
    new = optax.apply_updates(network, change)
    return new, moments


def train(scores, network, batches):
    state = network, adam().init(network)
    for x, labels in batches:
        state = step(scores, state, x, labels)
    return state[0]


def run(*, seeds: int = 8, epochs: int = 20) -> Result:
    """Trains all three versions with every seed and compares their accuracies."""
    data, test = training_data(), load_digits().test
    images, labels = test.images.reshape(-1, 64), test.labels
    right, jax_answer = [], jax.jit(jax_scores)
    for seed in track(range(seeds)):
        plain = train(jax_scores, jax_network(jax.random.key(seed)), batches(data, seed, epochs))
        flax = train(call, flax_network(nnx.Rngs(seed)), batches(data, seed, epochs))
        scores = jax_answer(plain, images), flax(images)
        right.append([np.asarray(each).argmax(axis=1) == labels for each in scores])
    probabilities, weights = keras_seeds(data, images, seeds, epochs)
    accuracy = np.stack(
        [*np.mean(right, axis=2).T, (probabilities.argmax(axis=2) == labels).mean(axis=1)]
    )
    tests = [ttest_ind(accuracy[2], other, equal_var=False) for other in accuracy[:2]]
    intervals = [each.confidence_interval() for each in tests]
    low, high = (np.array(ends) for ends in zip(*intervals, strict=True))
    adopted = jax.nn.softmax(jax_answer(weights, images))
    return Result(
        names=("JAX, Optax", "Flax NNX", "Keras 3"),
        accuracy=accuracy,
        jax_accuracy=accuracy[0],
        flax_accuracy=accuracy[1],
        keras_accuracy=accuracy[2],
        majority_accuracy=float((labels == np.bincount(data[1]).argmax()).mean()),
        difference=accuracy[2].mean() - accuracy[:2].mean(axis=1),
        difference_low=low,
        difference_high=high,
        margin=MARGIN,
        one_image=1 / len(labels),
        verdict=compare(low, high),
        agreed_decimals=int(-np.log10(max(np.abs(adopted - probabilities[-1]).max(), 1e-9))),
        parameters=sum(kernel.size + bias.size for kernel, bias in weights),
        train_images=len(data[1]),
        test_images=len(labels),
        seeds=seeds,
        epochs=epochs,
    )


def training_data() -> tuple[Float[np.ndarray, "n 64"], Int[np.ndarray, " n"]]:
    """Images and labels on the forms to train on, as many as make whole batches."""
    learn = load_digits().train
    n = len(learn.labels) // 64 * 64
    return learn.images[:n].reshape(-1, 64), learn.labels[:n]


def keras_seeds(
    data: tuple, images: Float[np.ndarray, "m 64"], seeds: int, epochs: int
) -> tuple[Float[np.ndarray, "seeds m 10"], list[tuple[np.ndarray, np.ndarray]]]:
    """What Keras answers to `images` with each seed, and the last network's weights."""
    # One compiled network, reset for each seed: a new one would be compiled again each time.
    network = keras_network()
    keras_compile(network)
    network.optimizer.build(network.trainable_variables)
    # Copies, because training reuses the memory of what it starts from.
    untouched = jax.tree.map(np.array, network.get_state_tree()["optimizer_variables"])
    answers = []
    for seed in track(range(seeds)):
        keras.utils.set_random_seed(seed)
        network.set_weights([weight.copy() for weight in keras_network().get_weights()])
        network.set_state_tree({"optimizer_variables": untouched})
        keras_train(network, data, epochs)
        answers.append(network.predict_on_batch(images))
    weights = network.get_weights()
    return np.stack(answers), list(zip(weights[::2], weights[1::2], strict=True))


def compare(low: Float[np.ndarray, " others"], high: Float[np.ndarray, " others"]) -> str:
    """Says what the intervals of the differences allow to say about equality."""
    if max(abs(low).max(), abs(high).max()) < MARGIN:
        return f"the same to within {100 * MARGIN:.0f} points"
    elif (low < 0).all() and (high > 0).all():
        return "not clearly different"
    return "not the same"


def equality(fig: Figure, result: Result) -> None:
    """Every seed's accuracy in each version, and what Keras gains or loses."""
    dots, gaps = fig.subplots(2, 1, height_ratios=(3, 2))
    spread = (np.arange(result.seeds) - (result.seeds - 1) / 2) * 0.5 / result.seeds
    colours = ("muted", "muted", "accent")
    for row, (values, colour) in enumerate(zip(result.accuracy, colours, strict=True)):
        dots.scatter(values, row + spread, s=26, color=colour, alpha=0.6, linewidth=0)
        dots.vlines(values.mean(), row - 0.36, row + 0.36, color=colour)
    low = np.floor(50 * result.accuracy.min()) / 50
    _rows(dots, result.names, 0.02)
    dots.set_xlim(low, max(low + 0.04, np.ceil(50 * result.accuracy.max()) / 50))
    dots.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    dots.set_xlabel("unseen digits named correctly")
    gaps.axvspan(-100 * result.margin, 100 * result.margin, color="grid", alpha=0.6, linewidth=0)
    gaps.axvline(0, color="muted", linewidth=1.2)
    ends = zip(result.difference_low, result.difference_high, strict=True)
    for row, (start, end) in enumerate(ends):
        gaps.hlines(row, 100 * start, 100 * end, color="accent")
        gaps.plot(100 * result.difference[row], row, "o", color="accent", markersize=6)
    _rows(gaps, ("Keras − JAX", "Keras − Flax"), 1)
    reach = max(3, np.ceil(100 * np.abs([result.difference_low, result.difference_high]).max()))
    gaps.set_xlim(-reach, reach)
    gaps.set_xlabel("difference (points)")


def _rows(ax: Axes, names: tuple[str, ...], step: float) -> None:
    """One row for each name, from the top, and a tick for each `step` across."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MultipleLocator(step))


QUICK = dict(seeds=3, epochs=3)
GPU = dict(seeds=32, epochs=40)
