"""Sixty years of networks, from the perceptron to attention, retrained on one set of digits.

Question: what was each idea worth, on equal data? Data: scikit-learn's digits, split by form.
Models: six small networks, each with the units, the loss and the optimiser of its year; the
validation forms choose the epoch at which each stops, the test forms are used once. Baselines:
the most frequent digit; the nearest of ten mean images. Expect: large steps up to convolution, and
on about a thousand images little after it: the later ideas were made for more data and more layers.
An idea holds the record if the 95 % interval of its gain on the holder before it lies above 0.
Sources: Rosenblatt 1958; Rumelhart, Hinton and Williams 1986; LeCun et al. 1989; Krizhevsky et al.
2012; He et al. 2015; Vaswani et al. 2017, for images as Dosovitskiy et al. 2020.
About 20 s on 2 CPU cores.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from experiments._data.digits import Digits, Split, load_digits
from experiments._drawing.number_format import grouped
from experiments._models.convolution import Convolution, pool
from experiments._models.training import epochs, parameters, trainer
from experiments._statistics.paired_comparison import crossed_bootstrap
from livedeck import track

Images = Float[Array, "b 8 8"]
Scores = Float[Array, "b 10"]


# A layer that starts at zero needs no random numbers, whose compilation takes the longest here.
Zero = partial(nnx.Linear, kernel_init=nnx.initializers.zeros)


class Perceptron(nnx.Module):
    """Ten weighted sums of the pixels."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.scores = Zero(64, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        return self.scores(images.reshape(len(images), 64))


class Backprop(nnx.Module):
    """One hidden layer of sigmoid units."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(64, 40, rngs=rngs)
        self.scores = Zero(40, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        return self.scores(nnx.sigmoid(self.hidden(images.reshape(len(images), 64))))


class Shared(nnx.Module):
    """Two layers of shared weights, each of which halves the image, then 30 units; all tanh."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first = Convolution(1, 12, rngs)
        self.second = Convolution(12, 24, rngs)
        self.dense = nnx.Linear(2 * 2 * 24, 30, rngs=rngs)
        self.scores = Zero(30, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        x = nnx.tanh(self.first(images[..., None])[:, ::2, ::2])
        x = nnx.tanh(self.second(x)[:, ::2, ::2]).reshape(len(images), -1)
        return self.scores(nnx.tanh(self.dense(x)))


class Rectified(nnx.Module):
    """Convolutions with ReLU and max pooling, then a dense layer between dropouts."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first = Convolution(1, 12, rngs)
        self.second = Convolution(12, 24, rngs)
        self.dense = nnx.Linear(2 * 2 * 24, 48, rngs=rngs)
        self.scores = Zero(48, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        x = pool(nnx.relu(self.first(images[..., None])))
        x = pool(nnx.relu(self.second(x))).reshape(len(images), -1)
        x = nnx.relu(self.dense(dropout(x, key, 0)))
        return self.scores(dropout(x, key, 1))


class Block(nnx.Module):
    """Two convolutions, their result added to their input; normalised over the channels."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first, self.second = Convolution(12, 12, rngs), Convolution(12, 12, rngs)
        self.before, self.between = nnx.LayerNorm(12, rngs=rngs), nnx.LayerNorm(12, rngs=rngs)

    def __call__(self, x: Float[Array, "b h w c"]) -> Float[Array, "b h w c"]:
        inner = self.first(nnx.relu(self.before(x)))
        return x + self.second(nnx.relu(self.between(inner)))


class Residual(nnx.Module):
    """A convolution, two residual blocks, the mean over the image, ten sums."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.first = Convolution(1, 12, rngs)
        self.blocks = nnx.vmap(Block)(rngs.split(2))
        self.scores = Zero(12, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        x = pool(self.first(images[..., None]))
        x = jax.lax.scan(lambda x, block: (block(x), None), x, self.blocks)[0]
        return self.scores(nnx.relu(x).mean(axis=(1, 2)))


class Encoder(nnx.Module):
    """Attention between the patches, then two dense layers, each added to its input."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.mix, self.mixed = nnx.Linear(16, 48, rngs=rngs), Zero(16, 16, rngs=rngs)
        self.up, self.down = nnx.Linear(16, 32, rngs=rngs), Zero(32, 16, rngs=rngs)
        self.before, self.between = nnx.LayerNorm(16, rngs=rngs), nnx.LayerNorm(16, rngs=rngs)

    def __call__(self, x: Float[Array, "b patches c"]) -> Float[Array, "b patches c"]:
        heads = self.mix(self.before(x)).reshape(*x.shape[:2], 3, 2, 8)
        mixed = jax.nn.dot_product_attention(*jnp.unstack(heads, axis=2))
        x = x + self.mixed(mixed.reshape(x.shape))
        return x + self.down(nnx.relu(self.up(self.between(x))))


class Attention(nnx.Module):
    """Sixteen patches of 2 x 2 pixels, each with a learnt place, through two encoder blocks."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.patch = nnx.Linear(4, 16, rngs=rngs)
        self.places = nnx.Param(jnp.zeros((16, 16)))
        self.blocks = nnx.vmap(Encoder)(rngs.split(2))
        self.scores = Zero(16 * 16, 10, rngs=rngs)

    def __call__(self, images: Images, key: Array | None = None) -> Scores:
        patches = images.reshape(-1, 4, 2, 4, 2).swapaxes(2, 3).reshape(-1, 16, 4)
        x = self.patch(patches) + self.places[...]
        x = jax.lax.scan(lambda x, block: (block(x), None), x, self.blocks)[0]
        return self.scores(x.reshape(len(x), -1))


def dropout(x: Float[Array, "b n"], key: Array | None, layer: int) -> Float[Array, "b n"]:
    """Zeros half of the values and doubles the rest; without a key, as in a test, nothing."""
    if key is None:
        return x
    keep = jax.random.bernoulli(jax.random.fold_in(key, layer), shape=x.shape)
    return jnp.where(keep, 2 * x, 0)


def error_correction(scores: Scores, labels: Int[Array, " b"]) -> Array:
    """Its gradient is Rosenblatt's rule: a unit on the wrong side gets the image added."""
    sides = 2 * jax.nn.one_hot(labels, 10) - 1
    return jnp.maximum(0, -sides * scores).sum(axis=1).mean()


def squared_error(scores: Scores, labels: Int[Array, " b"]) -> Array:
    return ((nnx.sigmoid(scores) - jax.nn.one_hot(labels, 10)) ** 2).sum(axis=1).mean() / 2


def cross_entropy(scores: Scores, labels: Int[Array, " b"]) -> Array:
    return optax.softmax_cross_entropy_with_integer_labels(scores, labels).mean()


def divided(rate: float, steps: int) -> optax.Schedule:
    """A rate that is divided by ten after three fifths of the steps, as in 2012 and 2015."""
    return optax.piecewise_constant_schedule(rate, {3 * steps // 5: 0.1})


class Idea(NamedTuple):
    year: int
    name: str
    model: type[nnx.Module]
    loss: Callable[[Scores, Int[Array, " b"]], Array]
    optimizer: Callable[[int], optax.GradientTransformation]  # made for a number of steps
    batch: int


# Rates and batches were chosen on the validation forms, among a few.
IDEAS = (
    Idea(1958, "perceptron", Perceptron, error_correction, lambda _: optax.sgd(1), 1),
    Idea(1986, "backpropagation", Backprop, squared_error, lambda _: optax.sgd(0.1, 0.9), 8),
    Idea(1989, "convolution", Shared, squared_error, lambda _: optax.sgd(0.1, 0.9), 16),
    Idea(
        2012,
        "ReLU, dropout",
        Rectified,
        cross_entropy,
        lambda steps: optax.sgd(divided(0.05, steps), 0.9),
        32,
    ),
    Idea(
        2015,
        "residual blocks",
        Residual,
        cross_entropy,
        lambda steps: optax.sgd(divided(0.05, steps), 0.9),
        16,
    ),
    Idea(2017, "attention", Attention, cross_entropy, lambda _: optax.adam(4e-3), 32),
)


class Result(NamedTuple):
    """What each network answered to every test image, and what each idea gained."""

    years: Int[np.ndarray, " ideas"]
    names: tuple[str, ...]
    errors: Float[np.ndarray, "ideas seeds"]
    error: Float[np.ndarray, " ideas"]  # mean over seeds
    spread: Float[np.ndarray, " ideas"]  # standard deviation over seeds
    weights: Int[np.ndarray, " ideas"]
    epochs: Int[np.ndarray, " ideas"]  # passes after which the validation forms stopped it
    gain: Float[np.ndarray, " ideas"]  # on the holder of the record before it, in error
    gain_low: Float[np.ndarray, " ideas"]  # 95 % interval over seeds and test images
    gain_high: Float[np.ndarray, " ideas"]
    against: Int[np.ndarray, " ideas"]  # that holder; -1 is the nearest mean
    record: int  # the last idea that is clearly better than the holder before it
    record_error: Float[np.ndarray, " seeds"]
    perceptron_error: Float[np.ndarray, " seeds"]
    convolution_error: Float[np.ndarray, " seeds"]
    attention_error: Float[np.ndarray, " seeds"]
    verdict: str  # what came after the record
    means_error: float
    majority_error: float
    train_images: int
    test_images: int
    seeds: int
    passes: int


def run(*, seeds: int = 5, passes: int = 20, stages: int = 10) -> Result:
    """Trains every idea with every seed and compares each with the best before it."""
    split = load_digits()
    train, test = split.train, split.test
    trained = [learn(idea, split, seeds, passes, stages) for idea in track(IDEAS)]
    wrong = np.stack([answers != test.labels for answers, _, _ in trained])
    means = np.stack([train.images[train.labels == digit].mean(axis=0) for digit in range(10)])
    distances = ((test.images[:, None] - means) ** 2).sum(axis=(2, 3))
    nearest = distances.argmin(axis=1) != test.labels
    # The nearest mean holds the record until an idea is clearly better, which then holds it.
    record, held, gains, against = -1, np.broadcast_to(nearest, wrong[0].shape), [], []
    for i in range(len(IDEAS)):
        difference = held.astype(float) - wrong[i]
        low, high = crossed_bootstrap(difference)
        gains.append((difference.mean(), low, high))
        against.append(record)
        if low > 0:
            record, held = i, wrong[i]
    gain, low, high = np.array(gains).T
    majority = np.bincount(train.labels).argmax()
    return Result(
        years=np.array([idea.year for idea in IDEAS]),
        names=tuple(idea.name for idea in IDEAS),
        errors=wrong.mean(axis=2),
        error=wrong.mean(axis=(1, 2)),
        spread=wrong.mean(axis=2).std(axis=1, ddof=1),
        weights=np.array([weights for _, _, weights in trained]),
        epochs=np.array([epoch for _, epoch, _ in trained]),
        gain=gain,
        gain_low=low,
        gain_high=high,
        against=np.array(against),
        record=record,
        record_error=held.mean(axis=1),
        perceptron_error=wrong[0].mean(axis=1),
        convolution_error=wrong[2].mean(axis=1),
        attention_error=wrong[5].mean(axis=1),
        verdict=verdict(record, len(train.labels)),
        means_error=float(nearest.mean()),
        majority_error=float((test.labels != majority).mean()),
        train_images=len(train.labels),
        test_images=len(test.labels),
        seeds=seeds,
        passes=passes,
    )


def learn(
    idea: Idea, split: Split, seeds: int, passes: int, stages: int
) -> tuple[Int[np.ndarray, "seeds n"], int, int]:
    """Test answers of the stage best for the validation forms, its pass, the weights."""
    train, validation, test = split
    seen = jnp.concatenate([validation.images, test.images])  # one compilation for both
    limit = len(validation.labels)

    def loss(network: nnx.Module, examples: Digits, key: Array) -> Array:
        return idea.loss(network(examples.images, key), examples.labels)

    batches = epochs(len(train.labels), seeds, passes, idea.batch)
    batches = batches.reshape(seeds, stages, -1, idea.batch)
    optimizer = optax.flatten(idea.optimizer(stages * batches.shape[2]))
    fit = trainer(idea.model, loss, optimizer, lambda network: network(seen).argmax(axis=1))
    networks, _, answers = fit(train, batches)
    scores = (answers[..., :limit] == validation.labels).mean(axis=(0, 2))
    best = int(scores.argmax())
    return answers[:, best, limit:], (best + 1) * passes // stages, parameters(networks)


def verdict(record: int, images: int) -> str:
    """The title of the comparison: it has to stay true whatever the numbers are."""
    shown = f"{grouped(images)} images"
    if record < 0:
        return f"On {shown} no idea is clearly better than the nearest mean"
    name, year = IDEAS[record].name, IDEAS[record].year
    if record == len(IDEAS) - 1:
        return f"On {shown} {name} ({year}) is clearly better than the best before it"
    return f"Since {name} in {year}, nothing is clearly better on {shown}"


def timeline(fig: Figure, result: Result) -> None:
    """Test error by year: each seed, their mean, and the line of the record."""
    ax = fig.subplots()
    top = 1.12 * max(result.errors.max(), result.means_error)
    first, last = 1953, 2022
    ax.axhline(result.means_error, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    ax.annotate(
        "nearest mean image",
        (last + 9, result.means_error),
        (0, 4),
        textcoords="offset points",
        ha="right",
        color="muted",
    )
    steps = np.unique(result.against[result.against >= 0])
    holders = [i for i in range(len(result.years)) if i in steps or i == result.record]
    xs = [first, *(result.years[i] for i in holders), last]
    ys = [result.means_error, *(result.error[i] for i in holders)]
    ax.step(xs, [*ys, ys[-1]], where="post", color="accent", alpha=0.35, linewidth=6, zorder=1)
    ax.axvline(1969, color="grid", linewidth=1.5, zorder=0)
    ax.annotate(
        "1969: without a hidden layer,\nno XOR (Minsky and Papert)",
        (1969, 0),
        (7, 8),
        textcoords="offset points",
        color="muted",
    )
    sides = ((1, 0), (-1, 0), (1, 0), (-1, 0), (0, -1), (1, 0))
    for year, name, errors, (side, below) in zip(
        result.years, result.names, result.errors, sides, strict=True
    ):
        mean = errors.mean()
        ax.plot(np.full(len(errors), year), errors, "o", color="accent", alpha=0.35, markersize=5)
        ax.plot(year, mean, "o", color="accent", markersize=11)
        ax.annotate(
            f"{name} {year}\n{100 * mean:.1f} %",
            (year, 0 if below else mean),
            (0, 8) if below else (14 * side, 0),
            textcoords="offset points",
            ha={1: "left", -1: "right", 0: "center"}[side],
            va="bottom" if below else "center",
        )
        if below:
            ax.plot((year, year), (0.2 * top, errors.min()), color="ink", linewidth=1, zorder=0)
    ax.set_xlim(first, last + 9)
    ax.set_ylim(0, top)
    ax.set_xticks(range(1960, 2021, 10))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set_ylabel("unseen digits misread")


def gains(fig: Figure, result: Result) -> None:
    """The error that each idea saves against the record before it, with 95 % intervals."""
    ax = fig.subplots()
    rows = np.arange(len(result.names))
    clear = (result.gain_low > 0) | (result.gain_high < 0)
    colours = ["accent" if sure else "muted" for sure in clear]
    low, high = 100 * result.gain_low, 100 * result.gain_high
    ax.axvline(0, color="ink", linewidth=1)
    ax.hlines(rows, low, high, color=colours, linewidth=3)
    ax.scatter(100 * result.gain, rows, s=80, color=colours, zorder=3)
    edge = max(high.max(), 0) + 0.06 * (high.max() - low.min())
    for row, (better, worse) in enumerate(zip(low > 0, high < 0, strict=True)):
        text = "clearly better" if better else "clearly worse" if worse else "no clear difference"
        ax.text(edge, row, text, va="center", color=colours[row])
    ax.set_xlim(right=edge + 0.42 * (high.max() - low.min()))
    before = ["nearest mean" if i < 0 else result.names[i] for i in result.against]
    labels = zip(result.years, result.names, before, strict=True)
    ax.set_yticks(rows, [f"{year} {name}, against {other}" for year, name, other in labels])
    ax.invert_yaxis()
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_xlabel("fewer errors, in percentage points")


QUICK = dict(seeds=2, passes=2, stages=1)
GPU = dict(seeds=32, passes=60, stages=30)
