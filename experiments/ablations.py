"""Data, techniques and computing time: each is taken away from one network that has all three.

Question: why did deep learning come only now, and which of its three causes would be missed most?
Data: scikit-learn's digits, split by writer; how much data there was around 2012, as quoted at the
time (`deck/data/volumes.toml`). Model: four hidden layers, trained with rectified units, Adam,
normalisation and dropout. Taken away: nine tenths of the images; each technique, and all four,
which leaves the sigmoid units and the plain gradient descent of 1986; nine tenths of the steps,
which is what a machine ten times slower does in the same time. For every row the validation
writers choose the rate among three. Baselines: a linear model of the same data and steps; always
the most frequent digit. Differences: 95 % bootstrap over seeds and test images, paired. Expect: no
technique much missed alone, nothing learnt without all four, and a network that needs more data
than the linear model. How much is taken away is our choice, and so is the order of the three.
Sources: Rumelhart, Hinton and Williams 1986; Nair and Hinton 2010; Srivastava et al. 2014; Kingma
and Ba 2015; Ba, Kiros and Hinton 2016. About 15 s on 2 CPU cores.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, PercentFormatter

from experiments._digits import load_digits
from experiments._paired import crossed_bootstrap
from experiments._recipe import Deep, Flat, Recipe, trainer
from livedeck import track

TABLE = Path(__file__).parents[1] / "deck" / "data" / "volumes.toml"
TECHNIQUES = ("ReLU", "Adam", "normalisation", "dropout")
SHARES = (0.1, 0.3, 1.0)  # of the images, and of the steps
DROPPED = 0.05
ADAM_RATES, PLAIN_RATES, LINEAR_RATES = (1e-3, 3e-3, 1e-2), (0.1, 0.3, 1.0), (0.01, 0.03, 0.1)


class Result(NamedTuple):
    """Errors on unseen writers of the whole recipe and of what is left without a part of it."""

    whole: Float[np.ndarray, " seeds"]
    data: Float[np.ndarray, "shares seeds"]  # with so much of the images
    steps: Float[np.ndarray, "shares seeds"]  # with so much of the steps
    removed: Float[np.ndarray, "techniques seeds"]  # without one technique
    alone: Float[np.ndarray, "techniques seeds"]  # with one technique alone
    none: Float[np.ndarray, " seeds"]  # without any
    linear_data: Float[np.ndarray, "shares seeds"]
    linear_steps: Float[np.ndarray, "shares seeds"]
    linear: Float[np.ndarray, " seeds"]
    majority_error: float
    tenth_data: Float[np.ndarray, " seeds"]  # to be cited
    tenth_steps: Float[np.ndarray, " seeds"]
    linear_tenth_data: Float[np.ndarray, " seeds"]
    data_cost: Float[np.ndarray, "shares 3"]  # error more than of the whole, with its interval
    steps_cost: Float[np.ndarray, "shares 3"]
    removed_cost: Float[np.ndarray, "techniques 3"]
    alone_gain: Float[np.ndarray, "techniques 3"]  # error less than without any
    none_cost: Float[np.ndarray, "3"]
    verdict: str  # what is missed most
    lead: Float[np.ndarray, "3"]  # by how much: error more than with the runner-up taken away
    removed_error: Float[np.ndarray, " techniques"]  # means over seeds, to be cited
    alone_error: Float[np.ndarray, " techniques"]
    removed_mean: Float[np.ndarray, " techniques"]  # costs, to be cited
    removed_low: Float[np.ndarray, " techniques"]
    removed_high: Float[np.ndarray, " techniques"]
    missed: str  # which technique is missed when it goes alone
    learnt: str  # what is learnt without all four
    best_alone: str  # the technique that brings most when it comes alone
    gap_tenth: Float[np.ndarray, "3"]  # network less linear model, with a tenth of the images
    gap_all: Float[np.ndarray, "3"]  # and with all
    gap_tenth_verdict: str
    gap_all_verdict: str
    photographs_a_day: float
    photographs_source: str
    photographs_seconds: float  # until as many as there are training images
    purchases_bytes: float  # an hour
    purchases_source: str
    purchase_bytes: float  # each, if that were so
    stored_source: str
    transactions: float  # an hour
    video_hours: float  # a minute
    video_source: str
    video_years: float  # a day
    names: tuple[str, ...]  # of the techniques
    shares: Float[np.ndarray, " shares"]
    train_images: int
    test_images: int
    depth: int
    seeds: int


def run(*, seeds: int = 5, steps: int = 600, width: int = 32, depth: int = 4) -> Result:
    """Trains every recipe with three rates and all seeds; what is compared shares its seed."""
    split = load_digits()
    whole, none = (1, 1, 1, DROPPED), (0, 0, 0, 0)
    recipes = [(*whole, share) for share in SHARES]
    for present, absent in ((whole, none), (none, whole)):
        recipes += [(*present[:i], absent[i], *present[i + 1 :], 1.0) for i in range(len(whole))]
    recipes.append((*none, 1.0))
    learn = trainer(Deep, split, depth, width), trainer(Flat, split, 1, 1)
    rates = [ADAM_RATES if adam else PLAIN_RATES for _, adam, *_ in recipes]
    wrong = choose(learn[0], recipes, rates, seeds, steps)
    linear = choose(learn[1], recipes[:3], [LINEAR_RATES] * 3, seeds, steps)
    full = len(SHARES) - 1
    data, removed, alone, old = np.split(wrong[full], (3, 7, 11))
    by_steps, all_ = wrong[:, full], wrong[full, full]
    constant = split.test.labels != np.bincount(split.train.labels).argmax()

    candidates = {"data are": data[0], "techniques are": old[0], "steps are": by_steps[0]}
    ranked = sorted(candidates, key=lambda name: -candidates[name].mean())
    lead = compare(candidates[ranked[0]], candidates[ranked[1]])
    costs = np.array([compare(each, all_) for each in removed])
    gap_tenth, gap_all = compare(data[0], linear[full, 0]), compare(all_, linear[full, full])
    facts = tomllib.loads(TABLE.read_text())
    photographs, purchases, video = facts["photographs"], facts["purchases"], facts["video"]
    return Result(
        whole=all_.mean(axis=1),
        data=data.mean(axis=2),
        steps=by_steps.mean(axis=2),
        removed=removed.mean(axis=2),
        alone=alone.mean(axis=2),
        none=old[0].mean(axis=1),
        linear_data=linear[full].mean(axis=2),
        linear_steps=linear[:, full].mean(axis=2),
        linear=linear[full, full].mean(axis=1),
        majority_error=float(constant.mean()),
        tenth_data=data[0].mean(axis=1),
        tenth_steps=by_steps[0].mean(axis=1),
        linear_tenth_data=linear[full, 0].mean(axis=1),
        data_cost=np.array([compare(each, all_) for each in data]),
        steps_cost=np.array([compare(each, all_) for each in by_steps]),
        removed_cost=costs,
        alone_gain=np.array([compare(old[0], each) for each in alone]),
        none_cost=compare(old[0], all_),
        verdict=f"the {ranked[0]} missed most" if lead[1] > 0 else "none is clearly missed most",
        lead=lead,
        removed_error=removed.mean(axis=(1, 2)),
        alone_error=alone.mean(axis=(1, 2)),
        removed_mean=costs[:, 0],
        removed_low=costs[:, 1],
        removed_high=costs[:, 2],
        missed=missed(costs),
        learnt="nothing is learnt"
        if compare(np.broadcast_to(constant, old[0].shape), old[0])[1] <= 0
        else "little is learnt",
        best_alone=TECHNIQUES[alone.mean(axis=(1, 2)).argmin()],
        gap_tenth=gap_tenth,
        gap_all=gap_all,
        gap_tenth_verdict=judge(gap_tenth),
        gap_all_verdict=judge(gap_all),
        photographs_a_day=photographs["a_day"],
        photographs_source=photographs["source"],
        photographs_seconds=86_400 * len(split.train.labels) / photographs["a_day"],
        purchases_bytes=purchases["bytes_an_hour"],
        purchases_source=purchases["source"],
        purchase_bytes=purchases["bytes_an_hour"] / purchases["transactions_an_hour"],
        stored_source=purchases["stored_source"],
        transactions=purchases["transactions_an_hour"],
        video_hours=video["hours_a_minute"],
        video_source=video["source"],
        video_years=video["hours_a_minute"] * 60 / 365.25,
        names=TECHNIQUES,
        shares=np.array(SHARES),
        train_images=len(split.train.labels),
        test_images=len(split.test.labels),
        depth=depth,
        seeds=seeds,
    )


def choose(
    learn: object, recipes: Sequence[tuple], rates: Sequence[tuple], seeds: int, steps: int
) -> Bool[np.ndarray, "shares recipes seeds n"]:
    """Which test images are misread after each share of the steps, at the rates that served the
    validation writers best.
    """
    grid = [
        Recipe(*recipe[:-1], rate, recipe[-1])
        for recipe, row in zip(recipes, rates, strict=True)
        for rate in row
    ]
    looks = [round(10 * share) for share in SHARES]
    courses = [learn(grid, seed, steps // 10, looks) for seed in track(range(seeds))]
    validation = np.mean([course.validation_error for course in courses], axis=0)
    best = validation.reshape(len(looks), len(recipes), -1).argmin(axis=2)
    wrong = np.stack([course.wrong for course in courses], axis=2)
    wrong = wrong.reshape(len(looks), len(recipes), -1, *wrong.shape[2:])
    return np.take_along_axis(wrong, best[..., None, None, None], axis=2)[:, :, 0]


def compare(
    wrong: Bool[np.ndarray, "seeds n"], other: Bool[np.ndarray, "seeds n"]
) -> Float[np.ndarray, "3"]:
    """How much larger the first error is, and the 95 % interval of that difference."""
    difference = wrong.astype(float) - other
    return np.array([difference.mean(), *crossed_bootstrap(difference, 2000)])


def judge(gap: Float[np.ndarray, "3"]) -> str:
    """In words: the network's error less that of the linear model."""
    return (
        "clearly worse than" if gap[1] > 0 else "clearly better than" if gap[2] < 0 else "level with"
    )


def missed(costs: Float[np.ndarray, "techniques 3"]) -> str:
    """The techniques that are clearly missed if they alone go, as the start of a sentence."""
    names = [name for name, (_, low, _) in zip(TECHNIQUES, costs, strict=True) if low > 0]
    if not names:
        return "No technique is clearly missed alone"
    if len(names) == len(TECHNIQUES):
        return "Each of the techniques is missed"
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"Alone, only {listed} {'is' if len(names) == 1 else 'are'} missed"


QUICK = dict(seeds=2, steps=200, width=16)
GPU = dict(seeds=32, steps=3000, width=256)

if __name__ == "__main__":
    print(run())
