"""Features learnt from examples against features that a person designed.

Question: how many examples does it take until learnt features are as good as designed ones? Data:
scikit-learn's digits, split by form. Models: ten weighted sums of the pixels; ten weighted sums
of gradient histograms, which are features by hand; a small convolutional network, which learns its
features. Baselines: the pixels without features; always the most frequent digit; and, for the
filters, the same network with its filters left as they started, at random. Every seed has its own
order of the images; intervals of differences are paired bootstraps over seeds and test images.
Expect: both kinds of features ahead of the pixels once there are 300 images, and too close to each
other to call; random filters far behind learnt ones.
Source: Dalal and Triggs, Histograms of Oriented Gradients for Human Detection, CVPR 2005; LeCun et
al., Gradient-Based Learning Applied to Document Recognition, 1998.
About 14 s on 2 CPU cores.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from experiments._data.digits import load_digits
from experiments._drawing.diagram import draw_arrow, draw_image
from experiments._drawing.number_format import grouped
from experiments._drawing.search_page import blank_page
from experiments._models.convolution import Convolution, pool
from experiments._models.oriented_gradients import FEATURES, histograms
from experiments._models.training import Trained, parameters, trainer
from livedeck import track

DESIGNED = {  # Sobel's filters: ink that rises to the right, downwards, and between the two
    "→": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "↓": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "↘": ((-2, -1, 0), (-1, 0, 1), (0, 1, 2)),
    "↗": ((0, 1, 2), (-1, 0, 1), (-2, -1, 0)),
}


class Result(NamedTuple):
    """Errors on unseen forms by model, number of examples and seed, and the filters learnt."""

    examples: Int[np.ndarray, " sizes"]
    pixels_error: Float[np.ndarray, "sizes seeds"]
    designed_error: Float[np.ndarray, "sizes seeds"]
    learnt_error: Float[np.ndarray, "sizes seeds"]
    majority_error: float
    few: int  # the smallest number of examples, and the errors there
    few_pixels: Float[np.ndarray, " seeds"]
    few_designed: Float[np.ndarray, " seeds"]
    few_learnt: Float[np.ndarray, " seeds"]
    few_gain: float  # error by hand less error learnt
    few_low: float  # 95 % interval over seeds and test images
    few_high: float
    few_verdict: str  # learnt features against features by hand
    all: int  # the largest number, and the same
    all_pixels: Float[np.ndarray, " seeds"]
    all_designed: Float[np.ndarray, " seeds"]
    all_learnt: Float[np.ndarray, " seeds"]
    all_gain: float
    all_low: float
    all_high: float
    all_verdict: str
    pixels_gain: float  # error of the pixels less error of learnt features, from all examples
    pixels_low: float
    pixels_high: float
    pixels_verdict: str
    random_error: Float[np.ndarray, " seeds"]  # from all examples, the filters left at random
    random_gain: float  # that error less the error of learnt filters
    random_low: float
    random_high: float
    random_verdict: str
    gradient_share: Float[np.ndarray, " seeds"]  # of the filters' squared weights: within gradients
    random_share: Float[np.ndarray, " seeds"]  # the same for the filters before learning
    test_images: int
    seeds: int
    weights: int  # of the network
    width: int  # filters in its first layer
    digit: Float[np.ndarray, "8 8"]  # the first test image, under each filter
    filters: Float[np.ndarray, "width 3 3"]  # learnt from all images, first seed
    maps: Float[np.ndarray, "width 8 8"]
    designed_maps: Float[np.ndarray, "4 8 8"]


class Examples(NamedTuple):
    inputs: Float[np.ndarray, "n ..."]
    labels: Int[np.ndarray, " n"]
    learning: Float[np.ndarray, " n"]  # 1 where the filters may learn from it, 0 where not


class Linear(nnx.Module):
    """Ten weighted sums of what it is given, starting from nothing."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.sums = nnx.Linear(FEATURES, 10, kernel_init=nnx.initializers.zeros, rngs=rngs)

    def __call__(
        self, features: Float[Array, "n features"], learning: Float[Array, " n"]
    ) -> Float[Array, "n 10"]:
        return self.sums(features)


class Network(nnx.Module):
    """Two convolutions, each halving the image, then ten weighted sums of what they found."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.first = Convolution(1, width, rngs)
        self.second = Convolution(width, 2 * width, rngs)
        self.sums = nnx.Linear(8 * width, 10, rngs=rngs)

    def __call__(
        self, images: Float[Array, "n 8 8"], learning: Float[Array, " n"]
    ) -> Float[Array, "n 10"]:
        x = pool(nnx.relu(self.first(images[..., None])))
        x = pool(nnx.relu(self.second(x))).reshape(len(images), -1)
        return self.sums(jnp.where(learning[:, None] > 0, x, jax.lax.stop_gradient(x)))


Model = Linear | Network


def run(*, seeds: int = 6, sizes: int = 4, steps: int = 500, width: int = 12) -> Result:
    """Trains the three models with `sizes` numbers of examples, and once with random filters."""
    train, _, test = load_digits()
    n = len(train.labels)
    shuffles = [np.random.default_rng(seed) for seed in range(seeds)]
    orders = np.stack([shuffle.permutation(n) for shuffle in shuffles])
    sizes_used = np.geomspace(30, n, sizes).round().astype(int)
    batches = []
    for size in sizes_used:
        drawn = np.stack([shuffle.integers(size, size=(steps, 16)) for shuffle in shuffles])
        batches.append(np.take_along_axis(orders[:, None], drawn, axis=2)[:, None])

    linear = learner(Linear, 2e-2, steps)
    convolutional = learner(lambda rngs: Network(width, rngs), 5e-3, steps)
    everything = np.ones(n, np.float32)
    wrong = {}
    for name, fit, features in (
        ("pixels", linear, pixels),
        ("designed", linear, gradients),
        ("learnt", convolutional, lambda images: images),
    ):
        inputs = Examples(features(train.images), train.labels, everything)
        trained = [fit(inputs, each).networks for each in track(batches)]
        asked = features(test.images)
        wrong[name] = np.stack([answers(each, asked) for each in trained]) != test.labels
    networks = trained[-1]
    random = fit(inputs._replace(learning=0 * everything), batches[-1]).networks
    wrong["random"] = np.asarray(answers(random, asked))[None] != test.labels

    filters = first_filters(networks)
    digit, bias = test.images[0], np.asarray(networks.first.weights.bias)[0]
    few, few_low, few_high = compare(wrong["designed"][0], wrong["learnt"][0])
    all_, all_low, all_high = compare(wrong["designed"][-1], wrong["learnt"][-1])
    pixel, pixel_low, pixel_high = compare(wrong["pixels"][-1], wrong["learnt"][-1])
    chance, chance_low, chance_high = compare(wrong["random"][-1], wrong["learnt"][-1])
    error = {name: each.mean(axis=2) for name, each in wrong.items()}
    return Result(
        examples=sizes_used,
        pixels_error=error["pixels"],
        designed_error=error["designed"],
        learnt_error=error["learnt"],
        majority_error=float((test.labels != np.bincount(train.labels).argmax()).mean()),
        few=int(sizes_used[0]),
        few_pixels=error["pixels"][0],
        few_designed=error["designed"][0],
        few_learnt=error["learnt"][0],
        few_gain=few,
        few_low=few_low,
        few_high=few_high,
        few_verdict=judge(few_low, few_high),
        all=n,
        all_pixels=error["pixels"][-1],
        all_designed=error["designed"][-1],
        all_learnt=error["learnt"][-1],
        all_gain=all_,
        all_low=all_low,
        all_high=all_high,
        all_verdict=judge(all_low, all_high),
        pixels_gain=pixel,
        pixels_low=pixel_low,
        pixels_high=pixel_high,
        pixels_verdict=judge(pixel_low, pixel_high),
        random_error=error["random"][0],
        random_gain=chance,
        random_low=chance_low,
        random_high=chance_high,
        random_verdict=judge(chance_low, chance_high),
        gradient_share=gradient_share(filters),
        random_share=gradient_share(first_filters(random)),
        test_images=len(test.labels),
        seeds=seeds,
        weights=parameters(networks),
        width=width,
        digit=digit,
        filters=filters[0],
        maps=np.maximum(apply_filters(digit, filters[0]) + bias[:, None, None], 0),
        designed_maps=apply_filters(digit, np.array(list(DESIGNED.values()), np.float32)),
    )


def pixels(images: Float[np.ndarray, "n 8 8"]) -> Float[np.ndarray, "n features"]:
    """The ink, and zeros up to the number of gradients."""
    return np.pad(images.reshape(len(images), 64), ((0, 0), (0, FEATURES - 64)))


def gradients(images: Float[np.ndarray, "n 8 8"]) -> Float[np.ndarray, "n features"]:
    return histograms(images).reshape(len(images), FEATURES)


def learner(
    make: Callable[[nnx.Rngs], Model], rate: float, steps: int
) -> Callable[[Examples, Int[np.ndarray, "seeds stages steps batch"]], Trained]:
    """A trainer for one kind of model, compiled once for all numbers of examples."""

    def loss(model: Model, examples: Examples, key: Array) -> Array:
        scores = model(examples.inputs, examples.learning)
        return optax.softmax_cross_entropy_with_integer_labels(scores, examples.labels).mean()

    return trainer(make, loss, optax.adam(optax.cosine_decay_schedule(rate, steps)))


@jax.jit
def answers(networks: Model, inputs: Float[Array, "n ..."]) -> Int[Array, "seeds n"]:
    """The digits that the models of all seeds name."""
    return jax.vmap(lambda model: model(inputs, jnp.ones(len(inputs))).argmax(axis=1))(networks)


def compare(
    wrong: Bool[np.ndarray, "seeds n"], wrong_learnt: Bool[np.ndarray, "seeds n"]
) -> tuple[float, float, float]:
    """How much lower the second error is, and the 95 % bootstrap interval of that difference.

    Seeds and test images are both drawn again, each pair of models together: one network differs
    from the next as much as one image from another.
    """
    gains = wrong * 1.0 - wrong_learnt
    seeds, n = gains.shape
    rng = np.random.default_rng(0)
    of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), 2000) / seeds
    of_images = rng.multinomial(n, np.full(n, 1 / n), 2000) / n
    low, high = np.quantile((of_seeds @ gains * of_images).sum(axis=1), (0.025, 0.975))
    return float(gains.mean()), float(low), float(high)


def judge(low: float, high: float) -> str:
    """In words what the 95 % interval of a difference says."""
    return "beat" if low > 0 else "lose to" if high < 0 else "do not clearly beat"


def first_filters(networks: Network) -> Float[np.ndarray, "seeds width 3 3"]:
    """The filters of the first convolutions, which look at the image itself."""
    kernels = np.asarray(networks.first.weights.kernel)
    return kernels.transpose(0, 2, 1).reshape(len(kernels), -1, 3, 3)


def gradient_share(filters: Float[np.ndarray, "seeds width 3 3"]) -> Float[np.ndarray, " seeds"]:
    """Share of the filters' squared weights that some gradient filter of Sobel accounts for."""
    plane = np.linalg.qr(np.reshape([DESIGNED["→"], DESIGNED["↓"]], (2, 9)).T)[0]
    flat = filters.reshape(*filters.shape[:2], 9)
    return ((flat @ plane) ** 2).sum(axis=(1, 2)) / (flat**2).sum(axis=(1, 2))


def apply_filters(
    image: Float[np.ndarray, "8 8"], filters: Float[np.ndarray, "width 3 3"]
) -> Float[np.ndarray, "width 8 8"]:
    """What each filter finds at each pixel; beyond the edge is paper."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 1), (3, 3))
    return np.einsum("yxij,fij->fyx", windows, filters)


def errors(fig: Figure, result: Result) -> None:
    """Error against the number of examples: mean and spread over seeds of the three models."""
    ax = fig.subplots()
    models = (
        (result.pixels_error, "muted", "the pixels themselves"),
        (result.designed_error, "C1", "features by hand"),
        (result.learnt_error, "accent", "features learnt"),
    )
    for values, colour, _ in models:
        mean, spread = values.mean(axis=1), values.std(axis=1, ddof=1)
        ax.fill_between(
            result.examples, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0
        )
        ax.plot(result.examples, mean, color=colour, marker="o", markersize=6)
    for i, (_, colour, name) in enumerate(models):
        y = 0.94 - 0.075 * i
        ax.plot((0.5, 0.56), (y, y), color=colour, transform=ax.transAxes)
        ax.text(0.58, y, name, color=colour, va="center", transform=ax.transAxes)
    shown = [n for n in (30, 100, 300, 1000) if n <= result.examples[-1]]
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _: grouped(value))
    ax.yaxis.set_major_locator(FixedLocator([0, 0.1, 0.2, 0.3, 0.4]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set_ylim(0, max(0.4, result.pixels_error[0].max()))
    ax.set_xlabel("labelled images to learn from")
    ax.set_ylabel("unseen digits named wrongly")


def filters(fig: Figure, result: Result) -> None:
    """Filters by hand and learnt ones, and below each what it finds in one digit."""
    axes, _, _ = blank_page(fig)
    size, step, first = 84, 95, 400
    draw_image(axes, result.digit, 0, 118, 184)
    axes.text(0, 102, "an unseen digit", va="center")
    rows = (
        (8, "by hand", "C1", np.array(list(DESIGNED.values())), result.designed_maps),
        (232, "learnt", "accent", result.filters[:8], result.maps[:8]),
    )
    for top, name, colour, filters, maps in rows:
        draw_arrow(axes, (194, 210), (222, 210), (222, top + 92), (250, top + 92))
        axes.text(266, top + size / 2, f"filters\n{name}", va="center", color=colour)
        axes.text(266, top + 98 + size / 2, "what they\nfind", va="center", color="muted")
        for i, (kernel, found) in enumerate(zip(filters, maps, strict=True)):
            x = first + step * i
            draw_image(axes, kernel, x, top, size, "diverging", np.abs(kernel).max())
            strongest = max(np.abs(found).max(), 1e-6)
            draw_image(axes, found, x, top + 98, size, "diverging", strongest)
    axes.text(first + 4 * step + 12, 8 + size / 2, "a gradient each: →, ↓, ↘, ↗", va="center")
    axes.text(
        first + 4 * step + 12, 149, "blue: ink rises, orange: falls", va="center", color="muted"
    )


QUICK = dict(seeds=2, sizes=2, steps=150, width=8)
GPU = dict(seeds=32, sizes=8, steps=2000, width=32)
