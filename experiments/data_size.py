"""Each further tenfold of data of the same kind is worth less than the one before.

Question: how much is another tenfold of data worth, and can one tell before collecting it? Data:
scikit-learn's digits, split by form; n images from 10 to all, drawn anew for every seed. Model: a
network of one hidden layer; validation forms choose when training stops. Its error is fitted with
a power law that levels off, error = a n^-b + c, on a tenth of the images, and forecast for all of
them. Baselines: logistic regression, trained alike; for the forecast, that the error stays as it
was. Then the same number of images is taken from one form, from two, ..., from all. Intervals:
95 % bootstrap over seeds and test images. Expect: the first tenfold divides the error by about 4,
the second by less than 2, because new images on the same forms bring little that is new; the
forecast is too optimistic. Source: Hestness et al., Deep Learning Scaling is Predictable,
Empirically, 2017; Rosenfeld et al., 2020. About 9 s on 2 CPU cores.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._data.digits import Digits, Split, load_digits
from experiments._models.training import trainer
from experiments._statistics.power_law import fit
from livedeck import track

BATCH = 32


class Result(NamedTuple):
    """Errors on unseen forms by number of images and of forms; laws, forecasts, intervals."""

    examples: Int[np.ndarray, " sizes"]
    error: Float[np.ndarray, "sizes seeds"]
    linear_error: Float[np.ndarray, "sizes seeds"]
    grid: Float[np.ndarray, " grid"]  # numbers of images at which the law is drawn
    law: Float[np.ndarray, " grid"]  # fitted to `known` images and fewer, with its 95 % band
    law_low: Float[np.ndarray, " grid"]
    law_high: Float[np.ndarray, " grid"]
    first: int  # images: the fewest, ten times as many, all
    known: int
    most: int
    at_first: Float[np.ndarray, " seeds"]  # errors of the network with so many
    at_known: Float[np.ndarray, " seeds"]
    at_most: Float[np.ndarray, " seeds"]
    linear_at_most: Float[np.ndarray, " seeds"]
    tenfold: Float[np.ndarray, "2"]  # by what the first and the second tenfold divide the error
    tenfold_low: Float[np.ndarray, "2"]
    tenfold_high: Float[np.ndarray, "2"]
    linear_tenfold: Float[np.ndarray, "2"]
    tenfold_verdict: str
    forecast: float  # error with all images, from `known`
    miss: float  # the measured error in units of the forecast one, 95 % interval
    miss_low: float
    miss_high: float
    forecast_verdict: str
    beyond: int  # ten times more images than there are
    beyond_forecast: float  # error with so many, from all sizes
    beyond_low: float
    beyond_high: float
    forms: Int[np.ndarray, " choices"]  # among which `shared` images are divided
    forms_error: Float[np.ndarray, "choices seeds"]
    shared: int
    one_form: Float[np.ndarray, " seeds"]
    all_forms: Float[np.ndarray, " seeds"]
    forms_gain: float  # error with images of one form less that with images of all
    forms_gain_low: float
    forms_gain_high: float
    forms_verdict: str
    test_images: int
    seeds: int


class Network(nnx.Module):
    """64 pixels, one layer of rectified units, ten scores."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(64, width, rngs=rngs)
        self.scores = nnx.Linear(width, 10, rngs=rngs)

    def __call__(self, images: Float[Array, "b 8 8"]) -> Float[Array, "b 10"]:
        return self.scores(nnx.relu(self.hidden(images.reshape(-1, 64))))


class Linear(nnx.Module):
    """Logistic regression: ten weighted sums of the pixels."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.scores = nnx.Linear(64, 10, rngs=rngs)

    def __call__(self, images: Float[Array, "b 8 8"]) -> Float[Array, "b 10"]:
        return self.scores(images.reshape(-1, 64))


def run(
    *, seeds: int = 8, sizes: int = 9, stages: int = 8, steps: int = 50, width: int = 64
) -> Result:
    """Trains both models on more and more images, and the network on more and more forms."""
    split = load_digits()
    total = len(split.train.labels)
    examples = np.unique(np.geomspace(10, total, sizes).round().astype(int))
    tenth = int(abs(np.log(examples / 10 / examples[0])).argmin())
    learn, learn_linear = (
        learner(m, width, r, split) for m, r in ((Network, 3e-3), (Linear, 1e-2))
    )
    orders = [np.random.default_rng(seed).permutation(total) for seed in range(seeds)]
    chosen = [draw([order[:n] for order in orders], stages, steps) for n in examples]
    wrong = np.stack([learn(batches) for batches in track(chosen)])
    linear_wrong = np.stack([learn_linear(batches) for batches in chosen])
    most = len(np.unique(split.train.forms))
    forms = np.unique(np.geomspace(1, most, 4).round().astype(int))
    shared = int(np.bincount(split.train.forms).min()) * 9 // 10
    few = [[some(split.train, seed, k, shared) for seed in range(seeds)] for k in forms]
    by_forms = np.stack([learn(draw(each, stages, steps)) for each in few])

    curves, linear_curves = resample(wrong), resample(linear_wrong)
    tenfolds, linear_tenfolds = (
        np.stack([each[:, 0] / each[:, tenth], each[:, tenth] / each[:, -1]], axis=1)
        for each in (curves, linear_curves)
    )
    low, high = np.quantile(tenfolds, (0.025, 0.975), axis=0)
    law = fit(examples[: tenth + 1], curves[:, : tenth + 1])
    grid = np.geomspace(examples[0], examples[-1], 60)
    drawn = law(grid)
    forecasts = law(examples[-1:])[:, 0]
    beyond = fit(examples, curves)(10 * examples[-1:])[:, 0]
    gains = np.subtract(*resample(by_forms)[:, [0, -1]].T)
    misses = curves[:, -1] / forecasts
    miss_low, miss_high = np.quantile(misses, (0.025, 0.975))
    beyond_low, beyond_high = np.quantile(beyond, (0.025, 0.975))
    gain_low, gain_high = np.quantile(gains, (0.025, 0.975))
    error, linear_error = wrong.mean(axis=2), linear_wrong.mean(axis=2)
    return Result(
        examples=examples,
        error=error,
        linear_error=linear_error,
        grid=grid,
        law=drawn[0],
        law_low=np.quantile(drawn, 0.025, axis=0),
        law_high=np.quantile(drawn, 0.975, axis=0),
        first=int(examples[0]),
        known=int(examples[tenth]),
        most=int(examples[-1]),
        at_first=error[0],
        at_known=error[tenth],
        at_most=error[-1],
        linear_at_most=linear_error[-1],
        tenfold=tenfolds[0],
        tenfold_low=low,
        tenfold_high=high,
        linear_tenfold=linear_tenfolds[0],
        tenfold_verdict="less than"
        if np.quantile(tenfolds[:, 0] - tenfolds[:, 1], 0.025) > 0
        else "not clearly less than",
        forecast=float(forecasts[0]),
        miss=float(misses[0]),
        miss_low=float(miss_low),
        miss_high=float(miss_high),
        forecast_verdict=judge(misses),
        beyond=int(10 * examples[-1]),
        beyond_forecast=float(beyond[0]),
        beyond_low=float(beyond_low),
        beyond_high=float(beyond_high),
        forms=forms,
        forms_error=by_forms.mean(axis=2),
        shared=shared,
        one_form=by_forms[0].mean(axis=1),
        all_forms=by_forms[-1].mean(axis=1),
        forms_gain=float(gains[0]),
        forms_gain_low=float(gain_low),
        forms_gain_high=float(gain_high),
        forms_verdict="teach more" if gain_low > 0 else "do not clearly teach more",
        test_images=len(split.test.labels),
        seeds=seeds,
    )


def some(train: Digits, seed: int, forms: int, images: int) -> Int[np.ndarray, " images"]:
    """Images of so many forms, both drawn at random."""
    shuffle = np.random.default_rng((1, seed))
    chosen = shuffle.permutation(np.unique(train.forms))[:forms]
    return shuffle.permutation(np.flatnonzero(np.isin(train.forms, chosen)))[:images]


def draw(
    chosen: list[Int[np.ndarray, " n"]], stages: int, steps: int
) -> Int[np.ndarray, "seeds stages steps batch"]:
    """Batches drawn with replacement from the images that each seed may see."""
    shuffles = [np.random.default_rng((2, seed)) for seed in range(len(chosen))]
    shape = (stages, steps, BATCH)
    return np.stack(
        [each[s.integers(len(each), size=shape)] for each, s in zip(chosen, shuffles, strict=True)]
    )


def learner(
    model: type[nnx.Module], width: int, rate: float, split: Split
) -> Callable[[Int[np.ndarray, "seeds stages steps batch"]], Bool[np.ndarray, "seeds n"]]:
    """A function from batches to the test images that each seed gets wrong.

    The stage at which training stops is the one that serves the validation forms best.
    """
    train, validation, test = split

    def loss(network: nnx.Module, batch: Digits, key: Array) -> Array:
        scores = network(batch.images)
        return optax.softmax_cross_entropy_with_integer_labels(scores, batch.labels).mean()

    def watch(network: nnx.Module) -> tuple[Array, Array]:
        missed = [network(part.images).argmax(1) != part.labels for part in (validation, test)]
        return missed[0].mean(), missed[1]

    optimizer = optax.adamw(rate, weight_decay=1e-2)
    learn = trainer(lambda rngs: model(width, rngs), loss, optimizer, watch)

    def wrong(batches: Int[np.ndarray, "seeds stages steps batch"]) -> Bool[np.ndarray, "seeds n"]:
        validated, tested = learn(train, batches).watched
        return tested[:, validated.mean(axis=0).argmin()]

    return wrong


def resample(
    wrong: Bool[np.ndarray, "sizes seeds n"], resamples: int = 500
) -> Float[np.ndarray, "resamples sizes"]:
    """Mean errors for seeds and test images drawn anew; the first are the measured ones."""
    seeds, images = wrong.shape[1:]
    shuffle = np.random.default_rng(0)
    by_seed = shuffle.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
    by_image = shuffle.multinomial(images, np.full(images, 1 / images), size=resamples) / images
    by_seed[0], by_image[0] = 1 / seeds, 1 / images
    mixed = np.einsum("bs,zsn->bzn", by_seed, wrong, optimize=True)
    errors = np.einsum("bzn,bn->bz", mixed, by_image, optimize=True)
    return np.maximum(errors, 0.5 / images)  # a logarithm is taken of them


def judge(misses: Float[np.ndarray, " resamples"]) -> str:
    """What the 95 % interval of the measured over the forecast error says of the forecast."""
    low, high = np.quantile(misses, (0.025, 0.975))
    return "too optimistic" if low > 1 else "too pessimistic" if high < 1 else "not contradicted"


def worth(fig: Figure, result: Result) -> None:
    """Error against the number of images, and the law fitted to a tenth of them, carried on."""
    ax = fig.subplots()
    ax.fill_between(result.grid, result.law_low, result.law_high, color="C1", alpha=0.15)
    seen = result.grid <= result.known * 1.01
    ax.plot(result.grid[seen], result.law[seen], color="C1")
    ax.plot(result.grid[~seen], result.law[~seen], color="C1", linestyle=(0, (4, 3)))
    ends = [(result.law[-1], f"forecast\nfrom {result.known}", "C1")]
    for errors, name, colour, shape in (
        (result.linear_error, "linear", "muted", "s"),
        (result.error, "network", "accent", "o"),
    ):
        mean, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1)
        ax.errorbar(result.examples, mean, spread, fmt=shape, color=colour, markersize=5)
        ends.append((mean[-1], name, colour))
    models = sorted(ends[1:])
    for (error, name, colour), align in (
        *zip(models, ("top", "bottom"), strict=True),
        (ends[0], "center"),
    ):
        ax.annotate(
            name,
            (result.most, error),
            (12, {"top": 3, "bottom": -2, "center": 0}[align]),
            textcoords="offset points",
            va=align,
            color=colour,
        )
    ax.set(xscale="log", yscale="log", xlabel="labelled images", ylabel="error on unseen forms")
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5, 1)
    ax.set_ylim(min(0.03, 0.8 * result.law_low[-1]), 1)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticklabels([f"{100 * tick:.0f} %" for tick in ticks])
    ax.set_xticks((10, 30, 100, 300, 1000), ("10", "30", "100", "300", "1000"))
    ax.xaxis.set_minor_locator(NullLocator())


def forms(fig: Figure, result: Result) -> None:
    """The same number of images, divided among more and more forms; a dot for every seed."""
    ax = fig.subplots()
    places = np.arange(len(result.forms))
    for place, errors in zip(places, result.forms_error, strict=True):
        spots = place + np.linspace(-0.12, 0.12, len(errors))
        ax.plot(spots, errors, "o", color="accent", alpha=0.45, markersize=5)
        ax.hlines(errors.mean(), place - 0.25, place + 0.25, color="accent", linewidth=3)
        ax.annotate(
            f"{100 * errors.mean():.0f} %",
            (place + 0.25, errors.mean()),
            (8, 0),
            textcoords="offset points",
            va="center",
            color="accent",
            weight="bold",
        )
    most = result.at_most.mean()
    ax.axhline(most, color="muted", linestyle=(0, (4, 3)), linewidth=1.2)
    ax.annotate(
        f"all {result.most} images",
        (0, most),
        (4, -5),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="top",
        color="muted",
    )
    ax.set_xticks(places, [f"{count}" for count in result.forms])
    ax.set(xlabel=f"forms of the {result.shared} images", ylabel="error on unseen forms")
    ax.set(xlim=(-0.5, len(places) - 0.3), ylim=(0, None))
    ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    ax.tick_params(axis="x", length=0)


QUICK = dict(seeds=2, sizes=5, stages=2, steps=40, width=32)
GPU = dict(seeds=64, sizes=13, stages=16, steps=100, width=256)

if __name__ == "__main__":
    print(run())
