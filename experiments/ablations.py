"""Data, techniques and computing time: each is taken away from one network that has all three.

Question: why did deep learning come only now, and which of its three causes would be missed most?
Data: scikit-learn's digits, split by form; how much data there was around 2012, as quoted at the
time (`deck/data/volumes.toml`). Model: four hidden layers, trained with rectified units, Adam,
normalisation and dropout. Taken away: nine tenths of the images; each technique, and all four,
which leaves sigmoid units and plain gradient descent (1986 had momentum); nine tenths of the steps,
which is what a machine ten times slower does in the same time. For every row the validation
forms choose the rate among three. Baselines: a linear model of the same data and steps; always
the most frequent digit. Differences: 95 % bootstrap over seeds and test images, paired. Expect: a
technique that goes alone is missed little, ReLU most; without all four nothing is learnt. How deep
the network is and how much is taken away is our choice, and with it the order of the three.
Sources: Rumelhart, Hinton and Williams 1986; Nair and Hinton 2010; Srivastava et al. 2014; Kingma
and Ba 2015; Ba, Kiros and Hinton 2016. About 16 s on 2 CPU cores.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, NullLocator, PercentFormatter

from experiments._data.digits import load_digits
from experiments._models.ablation_networks import Deep, Flat, Recipe, trainer
from experiments._statistics.paired_comparison import crossed_bootstrap, judge
from livedeck import track

TABLE = Path(__file__).parents[1] / "deck" / "data" / "volumes.toml"
TECHNIQUES = ("ReLU", "Adam", "normalisation", "dropout")
SHARES = (0.3, 0.1)  # of the images, and of the steps
WHOLE, NONE = (1, 1, 1, 0.05), (0, 0, 0, 0)  # the techniques; of the units, dropout drops a share
# Given more choice, 0.0003 to 0.03 and 0.03 to 3, no network that learns chose a rate beyond these.
ADAM_RATES, PLAIN_RATES, LINEAR_RATES = (3e-3, 1e-2, 3e-2), (0.1, 0.3, 1.0), (0.01, 0.03, 0.1)
# Rows of the result: the whole recipe, less data, fewer steps, without one technique, without any,
# with one alone. The linear model has the first five.
DATA, STEPS, REMOVED, OLD, ALONE = slice(1, 3), slice(3, 5), slice(5, 9), 9, slice(10, 14)


class Result(NamedTuple):
    """Errors on unseen forms of the whole recipe, and of what is left without a part of it."""

    errors: Float[np.ndarray, "rows seeds"]
    error: Float[np.ndarray, " rows"]  # their means, to be cited
    cost: Float[np.ndarray, " rows"]  # error more than of the whole, with its 95 % interval
    cost_low: Float[np.ndarray, " rows"]
    cost_high: Float[np.ndarray, " rows"]
    linear_errors: Float[np.ndarray, "5 seeds"]
    whole: Float[np.ndarray, " seeds"]
    tenth_data: Float[np.ndarray, " seeds"]
    tenth_steps: Float[np.ndarray, " seeds"]
    without_any: Float[np.ndarray, " seeds"]
    linear: Float[np.ndarray, " seeds"]
    linear_tenth: Float[np.ndarray, " seeds"]  # with a tenth of the images
    majority_error: float
    verdict: str  # what is missed most
    lead: Float[np.ndarray, "3"]  # error more than with the second of the three taken away
    missed: str  # which technique is missed when it goes alone
    learnt: str  # what is learnt without all four
    best_alone: str  # the technique that brings most when it comes alone
    best_alone_error: float
    factor: float  # by which a tenth of the images multiplies the error, and the linear model's
    linear_factor: float
    gap_tenth: Float[np.ndarray, "3"]  # network less linear model, with a tenth of the images
    gap_all: Float[np.ndarray, "3"]  # and with all
    gap_tenth_verdict: str
    gap_all_verdict: str
    photographs: float  # a day
    photographs_source: str
    photographs_seconds: float  # until as many have come as there are training images
    purchases: float  # bytes an hour
    purchases_source: str
    purchase: float  # bytes of each, if that were so
    stored_source: str
    video_hours: float  # a minute
    video_source: str
    video_years: float  # a day
    tenth_images: int
    train_images: int
    test_images: int
    dropped: float  # share of the units that dropout leaves out at each step
    depth: int
    steps: int
    seeds: int


def run(*, seeds: int = 6, steps: int = 600, width: int = 32, depth: int = 4) -> Result:
    """Trains every recipe with three rates and all seeds; what is compared shares its seed."""
    split = load_digits()
    parts = [(1, 1), *((share, 1) for share in SHARES), *((1, share) for share in SHARES)]
    recipes = [(*WHOLE, *part) for part in parts]
    recipes += [(*without, 1, 1) for without in swap(WHOLE, NONE)]
    recipes += [(*each, 1, 1) for each in (NONE, *swap(NONE, WHOLE))]
    rates = [ADAM_RATES if adam else PLAIN_RATES for _, adam, *_ in recipes]
    wrong = learn(Deep, recipes, rates, seeds, steps, width, depth)
    linear = learn(Flat, recipes[:5], [LINEAR_RATES] * 5, seeds, steps)
    constant = split.test.labels != np.bincount(split.train.labels).argmax()
    constant = np.broadcast_to(constant, wrong[OLD].shape)

    costs = np.array([compare(each, wrong[0]) for each in wrong])
    causes = {"data are": wrong[DATA][-1], "machine is": wrong[STEPS][-1]}
    causes["techniques are"] = wrong[OLD]
    first, second, _ = sorted(causes, key=lambda cause: -causes[cause].mean())
    lead = compare(causes[first], causes[second])
    gap_tenth, gap_all = (compare(wrong[row], linear[row]) for row in (DATA.stop - 1, 0))
    error, linear_error = wrong.mean(axis=(1, 2)), linear.mean(axis=(1, 2))
    facts = tomllib.loads(TABLE.read_text())
    photographs, purchases, video = facts["photographs"], facts["purchases"], facts["video"]
    return Result(
        errors=wrong.mean(axis=2),
        error=error,
        cost=costs[:, 0],
        cost_low=costs[:, 1],
        cost_high=costs[:, 2],
        linear_errors=linear.mean(axis=2),
        whole=wrong[0].mean(axis=1),
        tenth_data=wrong[DATA][-1].mean(axis=1),
        tenth_steps=wrong[STEPS][-1].mean(axis=1),
        without_any=wrong[OLD].mean(axis=1),
        linear=linear[0].mean(axis=1),
        linear_tenth=linear[DATA][-1].mean(axis=1),
        majority_error=float(constant.mean()),
        verdict=f"the {first} missed most" if lead[1] > 0 else "none is clearly missed most",
        lead=lead,
        missed=missed(costs[REMOVED, 1]),
        learnt="nothing" if compare(constant, wrong[OLD])[1] <= 0 else "something, but little",
        best_alone=TECHNIQUES[error[ALONE].argmin()],
        best_alone_error=float(error[ALONE].min()),
        factor=float(error[DATA][-1] / error[0]),
        linear_factor=float(linear_error[DATA][-1] / linear_error[0]),
        gap_tenth=gap_tenth,
        gap_all=gap_all,
        gap_tenth_verdict=judge(-gap_tenth[2], -gap_tenth[1]),
        gap_all_verdict=judge(-gap_all[2], -gap_all[1]),
        photographs=photographs["a_day"],
        photographs_source=photographs["source"],
        photographs_seconds=86_400 * len(split.train.labels) / photographs["a_day"],
        purchases=purchases["bytes_an_hour"],
        purchases_source=purchases["source"],
        purchase=purchases["bytes_an_hour"] / purchases["transactions_an_hour"],
        stored_source=purchases["stored_source"],
        video_hours=video["hours_a_minute"],
        video_source=video["source"],
        video_years=video["hours_a_minute"] * 60 / 365.25,
        tenth_images=round(SHARES[-1] * len(split.train.labels)),
        train_images=len(split.train.labels),
        test_images=len(split.test.labels),
        dropped=WHOLE[3],
        depth=depth,
        steps=steps,
        seeds=seeds,
    )


def swap(techniques: tuple, others: tuple) -> list[tuple]:
    """The techniques with one after another taken from the others."""
    return [(*techniques[:i], other, *techniques[i + 1 :]) for i, other in enumerate(others)]


def learn(
    model: type[Deep | Flat],
    recipes: Sequence[tuple],
    rates: Sequence[tuple],
    seeds: int,
    steps: int,
    width: int = 1,
    depth: int = 1,
) -> Bool[np.ndarray, "recipes seeds n"]:
    """Which test images are misread, at the rates that serve the validation forms best."""
    rows = zip(recipes, rates, strict=True)
    grid = [Recipe(*recipe, rate) for recipe, choice in rows for rate in choice]
    train = trainer(model, load_digits(), depth, width)
    unseen = [train(grid, seed, steps) for seed in track(range(seeds))]
    validation, wrong = (np.stack(each, axis=1) for each in zip(*unseen, strict=True))
    best = validation.mean(axis=(1, 2)).reshape(len(recipes), -1).argmin(axis=1)
    return wrong.reshape(len(recipes), -1, *wrong.shape[1:])[np.arange(len(recipes)), best]


def compare(
    wrong: Bool[np.ndarray, "seeds n"], other: Bool[np.ndarray, "seeds n"]
) -> Float[np.ndarray, "3"]:
    """How much larger the first error is, and the 95 % interval of that difference."""
    difference = wrong.astype(float) - other
    return np.array([difference.mean(), *crossed_bootstrap(difference, 2000)])


def missed(low: Float[np.ndarray, " techniques"]) -> str:
    """Which techniques are missed, by the lower ends of the intervals of what their lack costs."""
    names = [name for name, cost in zip(TECHNIQUES, low, strict=True) if cost > 0]
    if len(names) == len(TECHNIQUES):
        return "each of four techniques is missed"
    if not names:
        return "no technique is clearly missed"
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"only {listed} {'is' if len(names) == 1 else 'are'} clearly missed"


def causes(fig: Figure, result: Result) -> None:
    """Error of the whole recipe as a line, and of what is left without a part of each cause."""
    ax = fig.subplots()
    worst = int(result.cost[REMOVED].argmax())
    parts = [f"{100 * share:.0f} %" for share in SHARES]
    groups = (
        ("Data", DATA.start, [f"{part} of the images" for part in parts]),
        ("Techniques", REMOVED.start + worst, [f"without {TECHNIQUES[worst]}", "without all four"]),
        ("Machine", STEPS.start, [f"{part} of the steps" for part in parts]),
    )
    place = {"transform": ax.get_yaxis_transform(), "va": "center"}
    for number, (name, start, labels) in enumerate(groups):
        corner = (0, 2.5 * number), (-200, 0), ax.get_yaxis_transform(), "offset points"
        ax.annotate(name, *corner, va="center", fontweight="bold")
        for i, label in enumerate(labels):
            y, row = 2.5 * number + i, OLD if label == "without all four" else start + i
            ax.text(-0.015, y, label, ha="right", **place)
            draw_error(ax, result, row, y, "accent")
            if row < len(result.linear_errors):
                ax.plot(result.linear_errors[row].mean(), y, "s", color="muted", markersize=6)
    finish(ax, result, 6.6, "all three", "linear model, squares")


def techniques(fig: Figure, result: Result) -> None:
    """For each technique: the error with the other three, and with this one alone."""
    ax = fig.subplots()
    for y, name in enumerate(TECHNIQUES):
        place = {"transform": ax.get_yaxis_transform(), "va": "center"}
        ax.text(-0.015, y, name, ha="right", **place)
        names = (" without it", " with it alone") if y == 0 else ("", "")
        draw_error(ax, result, REMOVED.start + y, y - 0.2, "accent", names[0])
        draw_error(ax, result, ALONE.start + y, y + 0.2, "C1", names[1])
    finish(ax, result, len(TECHNIQUES) - 0.4, "all four", "linear model")


def draw_error(ax: Axes, result: Result, row: int, y: float, colour: str, name: str = "") -> None:
    """Error as a dot, with the interval of its difference from the whole recipe's, and a label."""
    low, high = result.error[0] + (result.cost_low[row], result.cost_high[row])
    ax.hlines(y, low, high, color=colour, linewidth=3, alpha=0.45)
    ax.plot(result.error[row], y, "o", color=colour, markersize=9)
    text = f"{100 * result.error[row]:.0f} %{name}"
    offset = {"textcoords": "offset points", "va": "center", "color": colour}
    ax.annotate(text, (high, y), (10, 0), **offset)


def finish(ax: Axes, result: Result, bottom: float, whole: str, linear: str) -> None:
    """Draws the lines of the whole recipe and of both baselines, and the logarithmic axis."""
    for error, name, colour, side in (
        (result.error[0], f"{whole} ", "accent", "right"),
        (result.linear.mean(), f" {linear}", "muted", "left"),
        (result.majority_error, "always one digit ", "muted", "right"),
    ):
        ax.axvline(error, color=colour, linestyle=(0, (4, 3)), linewidth=1.2, zorder=0)
        ax.text(error, -0.85, name, color=colour, ha=side, va="center")
    ax.set(xscale="log", xlim=(0.75 * result.error[0], 1.2), ylim=(bottom, -1.2))
    ticks = [tick for tick in (0.05, 0.1, 0.2, 0.4, 0.8) if tick > 0.75 * result.error[0]]
    ax.set_xticks(ticks, [f"{100 * tick:.0f} %" for tick in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("unseen digits misread")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def data(fig: Figure, result: Result) -> None:
    """Error of both models against the number of images; a dot for every seed."""
    ax = fig.subplots()
    order = [*range(DATA.start, DATA.stop)[::-1], 0]
    images = result.train_images * np.array([*SHARES[::-1], 1])
    for errors, name, colour, shift, side in (
        (result.linear_errors, "linear model", "muted", 1.03, "bottom"),
        (result.errors, "network", "accent", 0.97, "top"),
    ):
        means = errors[order].mean(axis=1)
        ax.plot(images * shift, means, color=colour)
        for x, row in zip(images * shift, order, strict=True):
            ax.plot(np.full(result.seeds, x), errors[row], "o", color=colour, alpha=0.4)
        ax.annotate(
            f"{name} {100 * means[-1]:.0f} %",
            (images[-1], means[-1]),
            (12, 4 if side == "bottom" else -4),
            textcoords="offset points",
            va=side,
            color=colour,
        )
    ax.set(xscale="log", xlabel="labelled images", ylabel="unseen digits misread")
    ax.set(ylim=(0, None), xlim=(0.85 * images[0], 1.1 * images[-1]))
    ax.set_xticks(images, [f"{n:.0f}" for n in images])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_locator(MultipleLocator(0.05))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))


QUICK = dict(seeds=2, steps=200, width=16)
GPU = dict(seeds=32, steps=3000, width=256)

if __name__ == "__main__":
    print(run())
