"""A small convolutional network names handwritten digits on forms that it never saw.

Question: f(image) = digit, on forms not met in training. Data: scikit-learn's digits, split by
form. Model: two convolutions and two dense layers, trained once per seed. Baseline: logistic
regression on the pixels, trained the same way. For each model the validation forms choose the
epoch at which training stops; the test forms are used once. The interval of the difference is a
paired bootstrap over seeds and test images. One test form may be by a writer of the training
forms: the result without it is given too. Expect: about 93 % against 91 %, and more between forms.
Source: LeCun et al., Backpropagation Applied to Handwritten Zip Code Recognition, 1989.
About 10 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure

from experiments._data.digits import Digits, Split, load_digits
from experiments._models.convolution import Convolution, pool
from experiments._models.training import epochs, trainer
from experiments._statistics.paired_comparison import crossed_bootstrap


class Result(NamedTuple):
    """What both models answered to every test image."""

    accuracy: Float[np.ndarray, " seeds"]
    linear_accuracy: Float[np.ndarray, " seeds"]
    majority_accuracy: float
    gain: float  # mean accuracy of the network less that of the linear model
    gain_low: float  # its 95 % interval over seeds and test images
    gain_high: float
    verdict: str
    familiar_share: float  # of the test form most like a training form: images nearest to that one
    strange_accuracy: Float[np.ndarray, " seeds"]  # without that form
    strange_linear: Float[np.ndarray, " seeds"]
    test_images: int
    train_images: int
    seeds: int
    errors: int  # of the network with the first seed
    easiest_form: float  # the network's mean error on the form that it reads best, and worst
    hardest_form: float
    test_forms: int
    confused: int  # the digit most often taken for another one, over all seeds
    confused_for: int
    confused_share: float  # of the images of that digit
    shown: int  # the test image of the summary
    shown_answer: int
    images: Float[np.ndarray, "n 8 8"]
    labels: Int[np.ndarray, " n"]
    answers: Int[np.ndarray, "seeds n"]


class Network(nnx.Module):
    """Two convolutions, each halving the image, then two dense layers."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.first = Convolution(1, width, rngs)
        self.second = Convolution(width, 2 * width, rngs)
        self.dense = nnx.Linear(2 * 2 * 2 * width, 4 * width, rngs=rngs)
        self.scores = nnx.Linear(4 * width, 10, rngs=rngs)

    def __call__(self, images: Float[Array, "b 8 8"]) -> Float[Array, "b 10"]:
        x = pool(nnx.relu(self.first(images[..., None])))
        x = pool(nnx.relu(self.second(x)))
        return self.scores(nnx.relu(self.dense(x.reshape(len(x), -1))))


class Linear(nnx.Module):
    """Logistic regression: ten weighted sums of the pixels."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.scores = nnx.Linear(64, 10, rngs=rngs)

    def __call__(self, images: Float[Array, "b 8 8"]) -> Float[Array, "b 10"]:
        return self.scores(images.reshape(len(images), 64))


def run(*, seeds: int = 8, passes: int = 30, width: int = 16) -> Result:
    """Trains both models with every seed and compares them on the test forms."""
    split = load_digits()
    train, test = split.train, split.test
    answers = {}
    for model, rate in ((Linear, 1e-2), (Network, 3e-3)):
        answers[model] = learn(model, width, rate, split, seeds, passes)
    correct = {model: answers[model] == test.labels for model in answers}
    gains = correct[Network].astype(float) - correct[Linear]
    missed = 1 - correct[Network].mean(axis=0)
    by_form = [missed[test.forms == form].mean() for form in np.unique(test.forms)]
    familiar, familiar_share = most_familiar(train, test)
    strange = test.forms != familiar
    share = confusion_share(test.labels, answers[Network])
    confused, confused_for = divmod(int((share * ~np.eye(10, dtype=bool)).argmax()), 10)
    low, high = crossed_bootstrap(gains)
    return Result(
        accuracy=correct[Network].mean(axis=1),
        linear_accuracy=correct[Linear].mean(axis=1),
        majority_accuracy=float((test.labels == np.bincount(train.labels).argmax()).mean()),
        gain=float(gains.mean()),
        gain_low=low,
        gain_high=high,
        verdict="beats" if low > 0 else "does not clearly beat",
        familiar_share=familiar_share,
        strange_accuracy=correct[Network][:, strange].mean(axis=1),
        strange_linear=correct[Linear][:, strange].mean(axis=1),
        test_images=len(test.labels),
        train_images=len(train.labels),
        seeds=seeds,
        errors=int((~correct[Network][0]).sum()),
        easiest_form=float(min(by_form)),
        hardest_form=float(max(by_form)),
        test_forms=len(by_form),
        confused=confused,
        confused_for=confused_for,
        confused_share=float(share[confused, confused_for]),
        shown=0,
        shown_answer=int(answers[Network][0, 0]),
        images=test.images,
        labels=test.labels,
        answers=answers[Network],
    )


def learn(
    model: type[nnx.Module],
    width: int,
    rate: float,
    split: Split,
    seeds: int,
    passes: int,
    batch: int = 64,
) -> Int[np.ndarray, "seeds n"]:
    """Answers to the test images from the epoch that served the validation forms best."""
    train, validation, test = split
    unseen = jnp.concatenate([validation.images, test.images])  # one compilation for both
    limit = len(validation.labels)

    def loss(network: nnx.Module, examples: Digits, key: Array) -> Array:
        scores = network(examples.images)
        return optax.softmax_cross_entropy_with_integer_labels(scores, examples.labels).mean()

    def watch(network: nnx.Module) -> Int[Array, " m"]:
        return network(unseen).argmax(axis=1)

    optimizer = optax.flatten(optax.adamw(rate, weight_decay=1e-2))
    fit = trainer(lambda rngs: model(width, rngs), loss, optimizer, watch)
    answers = fit(train, epochs(len(train.labels), seeds, passes, batch)).watched
    scores = (answers[..., :limit] == validation.labels).mean(axis=(0, 2))
    return answers[:, scores.argmax(), limit:]


def most_familiar(train: Digits, test: Digits) -> tuple[int, float]:
    """The test form most like a training form: its writer may have filled in both.

    Returns its number, and the share of its images whose nearest training image is on that form.
    """
    squares = [(part.images.reshape(-1, 64) ** 2).sum(axis=1) for part in (test, train)]
    products = test.images.reshape(-1, 64) @ train.images.reshape(-1, 64).T
    distances = squares[0][:, None] + squares[1] - 2 * products
    nearest = train.forms[distances.argmin(axis=1)]
    forms = np.unique(test.forms)
    shares = [np.bincount(nearest[test.forms == form]).max() for form in forms]
    shares /= np.bincount(test.forms)[forms]
    return int(forms[shares.argmax()]), float(shares.max())


def confusion_share(
    labels: Int[np.ndarray, " n"], answers: Int[np.ndarray, "seeds n"]
) -> Float[np.ndarray, "10 10"]:
    """The share of each digit's images (rows) that was given each answer (columns)."""
    counts = np.zeros((10, 10))
    np.add.at(counts, (np.broadcast_to(labels, answers.shape), answers), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def predictions(fig: Figure, result: Result) -> None:
    """The first unseen digits, then mistakes, each with the answer of the first network."""
    answers, columns = result.answers[0], 8
    wrong = np.flatnonzero(answers != result.labels)
    rows = (range(columns), wrong[:columns], wrong[columns : 2 * columns])
    page, ax = np.zeros((47, 10 * columns)), fig.subplots()
    for row, top in zip(rows, (4, 22, 35), strict=True):
        for column, i in enumerate(row):
            left, right = 10 * column + 1, answers[i] == result.labels[i]
            page[top : top + 8, left : left + 8] = result.images[i]
            ax.text(
                left + 4,
                top + 10,
                f"{answers[i]}" if right else f"{answers[i]}, is {result.labels[i]}",
                ha="center",
                va="center",
                color="accent" if right else "C1",
                weight="bold",
            )
    ax.imshow(page, cmap="ink", vmin=0, vmax=1, extent=(0, page.shape[1], len(page), 0))
    ax.text(1, 2, "the first unseen digits and its answers", va="center")
    ax.text(1, 20, f"its first mistakes, of {len(wrong)} among {len(answers)}", va="center")
    ax.set_axis_off()


def confusion(fig: Figure, result: Result) -> None:
    """How often each digit is taken for each other one, in percent, over all seeds."""
    ax = fig.subplots()
    share = 100 * confusion_share(result.labels, result.answers)
    right = np.eye(10, dtype=bool)
    wrong = np.maximum(-3.6 * share, -42)  # on deeper colours the numbers could not be read
    ax.imshow(np.where(right, 55, wrong), cmap="diverging", vmin=-100, vmax=100)
    for truth, answer in np.argwhere(share >= 0.5):
        text = f"{share[truth, answer]:.0f}"
        ax.text(answer, truth, text, ha="center", va="center", size=13.5)
    ax.set_xticks(range(10))
    ax.set_yticks(range(10))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("answer (percent of each digit)")
    ax.set_ylabel("digit written")


def summary(fig: Figure, result: Result) -> None:
    """One unseen digit and the answer of the first network."""
    ax = fig.subplots()
    ax.imshow(result.images[result.shown], cmap="ink", vmin=0, vmax=1, extent=(0, 8, 8, 0))
    ax.annotate("", (15, 4), (9.5, 4), arrowprops={"arrowstyle": "-|>", "color": "muted", "lw": 2})
    answer = f"{result.shown_answer}"
    ax.text(18.5, 4, answer, ha="center", va="center_baseline", size=96, color="accent")
    ax.set(xlim=(-0.5, 21.5), ylim=(8.5, -0.5))
    ax.set_axis_off()


QUICK = dict(seeds=2, passes=8)
GPU = dict(seeds=32, passes=100, width=64)
