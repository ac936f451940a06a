"""Past the width at which a network fits every example, its error on new ones falls again.

Question: does a network that can fit all its examples generalise worse and worse as it grows? Data:
scikit-learn's digits, split by form; each seed learns from a few of the training images. Model:
one hidden layer of random rectified units of which only the output weights are learnt, by least
squares (of all solutions the smallest). Baselines: the most frequent digit; a linear model of the
pixels; the same networks with a ridge penalty, its strength chosen on the validation forms.
Expect: a valley, a peak where units and examples are equally many, then a second, lower valley;
with the penalty, no peak. Source: Belkin, Hsu, Ma and Mandal, Reconciling modern machine-learning
practice and the classical bias-variance trade-off, PNAS 2019; Nakkiran, Venkat, Kakade and Ma,
Optimal Regularization Can Mitigate Double Descent, 2021.
About 5 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from experiments._data.digits import load_digits
from experiments._drawing.number_format import grouped
from experiments._statistics.paired_comparison import crossed_bootstrap
from livedeck import track

WIDTHS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4, 8, 16, 32, 64)
STRENGTHS = (1e-3, 1e-2, 1e-1, 1)  # of the penalty, over the mean sum of squares of an example


class Result(NamedTuple):
    """Shares of images named wrongly, by width of the network and seed."""

    units: Int[np.ndarray, " widths"]
    train_error: Float[np.ndarray, "widths seeds"]
    test_error: Float[np.ndarray, "widths seeds"]
    ridge_error: Float[np.ndarray, "widths seeds"]
    linear_error: Float[np.ndarray, " seeds"]  # ridge regression on the pixels
    majority_error: float
    examples: int  # images learnt from; the peak is where there are as many units
    test_images: int
    seeds: int
    narrow_units: int  # the best width below `examples`, chosen on the test images, and its error
    narrow_error: Float[np.ndarray, " seeds"]
    peak_error: Float[np.ndarray, " seeds"]  # with as many units as examples
    widest_units: int
    widest_error: Float[np.ndarray, " seeds"]
    peak_ridge: Float[np.ndarray, " seeds"]  # error with the penalty there
    widest_ridge: Float[np.ndarray, " seeds"]
    gain: float  # error of the best narrow network less that of the widest
    gain_low: float  # 95 % interval over seeds and test images
    gain_high: float
    verdict: str


def run(*, seeds: int = 8, examples: int = 200, widest: int = 8) -> Result:
    """Solves for the output weights of networks up to `widest` times as wide as the examples."""
    train, validation, test = load_digits()
    units = np.array([round(share * examples) for share in WIDTHS if share <= widest])
    shape = len(units), seeds, len(test.labels)
    wrong, wrong_ridge = np.zeros(shape, bool), np.zeros(shape, bool)
    train_error, linear = np.zeros(shape[:2]), np.zeros(shape[1:], bool)
    for seed in track(range(seeds)):
        rng = np.random.default_rng(seed)
        chosen = rng.permutation(len(train.labels))[:examples]
        labels = train.labels[chosen], validation.labels, test.labels
        images = train.images[chosen], validation.images, test.images
        pixels = [part.reshape(-1, 64) - images[0].mean(axis=0).ravel() for part in images]
        weights, biases = rng.normal(0, 0.25, (64, units[-1])), rng.normal(0, 0.5, units[-1])
        layer = [np.maximum(part @ weights + biases, 0) for part in pixels]
        for i, width in enumerate(units):
            plain, ridge = mistakes([part[:, :width] for part in layer], labels)
            train_error[i, seed] = plain[0].mean()
            wrong[i, seed], wrong_ridge[i, seed] = plain[2], ridge
        linear[seed] = mistakes(pixels, labels)[1]

    peak = list(units).index(examples)
    narrow = int(wrong[:peak].mean(axis=(1, 2)).argmin())
    gains = wrong[narrow].astype(float) - wrong[-1]
    low, high = crossed_bootstrap(gains)
    return Result(
        units=units,
        train_error=train_error,
        test_error=wrong.mean(axis=2),
        ridge_error=wrong_ridge.mean(axis=2),
        linear_error=linear.mean(axis=1),
        majority_error=float((test.labels != np.bincount(train.labels).argmax()).mean()),
        examples=examples,
        test_images=len(test.labels),
        seeds=seeds,
        narrow_units=int(units[narrow]),
        narrow_error=wrong[narrow].mean(axis=1),
        peak_error=wrong[peak].mean(axis=1),
        widest_units=int(units[-1]),
        widest_error=wrong[-1].mean(axis=1),
        peak_ridge=wrong_ridge[peak].mean(axis=1),
        widest_ridge=wrong_ridge[-1].mean(axis=1),
        gain=float(gains.mean()),
        gain_low=low,
        gain_high=high,
        verdict="beats" if low > 0 else "loses to" if high < 0 else "does not clearly beat",
    )


def mistakes(
    features: list[Float[np.ndarray, "n features"]], labels: tuple[Int[np.ndarray, " n"], ...]
) -> tuple[list[Bool[np.ndarray, " n"]], Bool[np.ndarray, " n"]]:
    """What is named wrongly by a linear model of the features of training, validation and test.

    Returns the mistakes on all three without a penalty, and those on the test images with the
    penalty that serves the validation images best.
    """
    answers = np.eye(10)[labels[0]] - 0.1
    scale, axes = np.linalg.eigh(features[0] @ features[0].T)
    scale, axes = scale[scale > 1e-12 * scale[-1]], axes[:, scale > 1e-12 * scale[-1]]
    along = [part @ features[0].T @ axes for part in features]

    def wrong(penalty: float) -> list[Bool[np.ndarray, " n"]]:
        weights = axes.T @ answers / (scale + penalty)[:, None]
        scores = [part @ weights for part in along]
        return [score.argmax(1) != truth for score, truth in zip(scores, labels, strict=True)]

    penalised = [wrong(strength * scale.sum() / len(answers)) for strength in STRENGTHS]
    best = min(penalised, key=lambda each: each[1].mean())
    return wrong(0), best[2]


def curves(fig: Figure, result: Result) -> None:
    """Error against width: mean and spread over seeds, without and with the penalty.

    Layers: `wider`, what happens beyond as many units as examples, and `penalty`.
    """
    ax = fig.subplots()
    ax.axvline(result.examples, color="grid", linewidth=1.2)
    narrow, wide = result.units <= result.examples, result.units >= result.examples
    for errors, colour, part, layer in (
        (result.train_error, "C1", narrow | wide, None),
        (result.ridge_error, "C2", narrow | wide, "penalty"),
        (result.test_error, "accent", narrow, None),
        (result.test_error, "accent", wide, "wider"),
    ):
        units, mean = result.units[part], errors[part].mean(axis=1)
        spread = errors[part].std(axis=1, ddof=1)
        low, high = mean - spread, mean + spread
        ax.fill_between(units, low, high, color=colour, alpha=0.2, linewidth=0, gid=layer)
        ax.plot(units, mean, color=colour, marker="o", markersize=5, gid=layer)
    linear = result.linear_error.mean()
    ax.axhline(linear, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    ax.axhline(result.majority_error, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    peak, right = result.examples, result.units[-1]
    for x, y, text, colour, side in (
        (0.9 * peak, 0.6, "new images", "accent", "right"),
        (0.9 * peak, 0.055, "new images, with a penalty", "C2", "right"),
        (result.units[0], 0.055, "images learnt from", "C1", "left"),
        (1.04 * peak, 0.83, "as many units as images learnt from", "muted", "left"),
        (right, linear + 0.02, "linear, with a penalty", "muted", "right"),
        (right, result.majority_error + 0.02, "always the most frequent digit", "muted", "right"),
    ):
        ax.text(x, y, text, color=colour, ha=side, gid="penalty" if colour == "C2" else None)
    ax.set_xscale("log")
    shown = [n for n in (10, 30, 100, 300, 1000, 3000, 10_000) if n <= result.units[-1]]
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _: grouped(value))
    ax.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set(xlim=(0.93 * result.units[0], 1.05 * right), ylim=(-0.01, 1.01))
    ax.set_xlabel("hidden units")
    ax.set_ylabel("named wrongly")


QUICK = dict(seeds=2, examples=100)
GPU = dict(seeds=32, widest=64)
