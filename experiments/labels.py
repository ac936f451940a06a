"""Clusters found without labels agree with the classes on some data and not on other.

Question: how much of the labels can be found without them? Data: scikit-learn's iris and wine.
Models: with labels, linear discriminant analysis; without, k-means with the true number of
clusters; both on standardised and on raw measurements, fitted to two thirds of the cases and scored
on the others.
Baseline: the clusters in a random order of the cases. Score: the adjusted Rand index between
answers and classes, 0 by chance and 1 when equal, for both. Every seed splits the cases anew.
Expect: with labels about 0.9 for both data sets in either unit; without, between 0.4 and 0.9,
and the better unit is another one for each. Source: Hubert and Arabie, Comparing partitions, 1985;
Fisher 1936 (iris); Forina et al. 1988 (wine). About 1 s on 2 CPU cores.
"""

import itertools
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import linear_sum_assignment

from experiments._data.small_tables import Table, read_table, standardise
from experiments._models.classical import discriminant, k_means, nearest_centre
from experiments.web_search import contingency, rand_index

DATA = ("iris", "wine")
UNITS = ("standardised", "raw")


class Result(NamedTuple):
    """Agreement with the classes, and one split of the irises."""

    rows: tuple[str, ...]  # data set and unit of each row of the next three
    labelled: Float[np.ndarray, "rows seeds"]
    clustered: Float[np.ndarray, "rows seeds"]
    chance: Float[np.ndarray, "rows seeds"]
    iris_labelled: Float[np.ndarray, " seeds"]
    iris_clustered: Float[np.ndarray, " seeds"]
    iris_raw: Float[np.ndarray, " seeds"]  # clustered
    wine_labelled: Float[np.ndarray, " seeds"]
    wine_clustered: Float[np.ndarray, " seeds"]
    wine_raw: Float[np.ndarray, " seeds"]
    iris_chance: Float[np.ndarray, " seeds"]
    iris_accuracy: Float[np.ndarray, " seeds"]  # of the classifier
    better_units: tuple[str, ...]  # in which the clusters of each data set agree better
    cases: Int[np.ndarray, " data"]
    seeds: int
    places: Float[np.ndarray, "n 2"]  # the standardised irises on their two principal components
    classes: Int[np.ndarray, " n"]
    train: Int[np.ndarray, " a"]  # of the first seed
    test: Int[np.ndarray, " b"]
    answers: Int[np.ndarray, " b"]
    clusters: Int[np.ndarray, " b"]  # numbered as the classes that they match best
    wrong_answers: int
    wrong_clusters: int


def run(*, seeds: int = 32, starts: int = 10) -> Result:
    """Classifies and clusters every split of both data sets, in both units."""
    tables = {"iris": read_table("iris"), "wine": read_table("wine_data")}
    pairs = list(itertools.product(DATA, UNITS))
    scores = np.array(
        [[score(tables[data], unit, seed, starts) for seed in range(seeds)] for data, unit in pairs]
    ).transpose(2, 0, 1)
    labelled, clustered, chance, accuracy = scores
    row = {pair: i for i, pair in enumerate(pairs)}
    means = clustered.mean(axis=1).reshape(len(DATA), len(UNITS))
    better = [UNITS[i] for i in means.argmax(axis=1)]

    irises = tables["iris"]
    classes = irises.target.astype(int)
    train, test, answers, clusters = compare(irises, "standardised", 0, starts)
    x = standardise(irises.inputs, train)
    _, _, axes = np.linalg.svd(x[train], full_matrices=False)
    return Result(
        rows=tuple(f"{data}, {unit}" for data, unit in pairs),
        labelled=labelled,
        clustered=clustered,
        chance=chance,
        iris_labelled=labelled[row["iris", "standardised"]],
        iris_clustered=clustered[row["iris", "standardised"]],
        iris_raw=clustered[row["iris", "raw"]],
        wine_labelled=labelled[row["wine", "standardised"]],
        wine_clustered=clustered[row["wine", "standardised"]],
        wine_raw=clustered[row["wine", "raw"]],
        iris_chance=chance[row["iris", "standardised"]],
        iris_accuracy=accuracy[row["iris", "standardised"]],
        better_units=tuple(better),
        cases=np.array([len(tables[data].target) for data in DATA]),
        seeds=seeds,
        places=x @ axes[:2].T,
        classes=classes,
        train=train,
        test=test,
        answers=answers,
        clusters=clusters,
        wrong_answers=int((answers != classes[test]).sum()),
        wrong_clusters=int((clusters != classes[test]).sum()),
    )


def compare(table: Table, unit: str, seed: int, starts: int) -> tuple[np.ndarray, ...]:
    """Training cases, test cases, and the answers and clusters of the test cases."""
    classes = table.target.astype(int)
    order = np.random.default_rng(seed).permutation(len(classes))
    train, test = np.split(order, [len(order) * 2 // 3])
    x = standardise(table.inputs, train) if unit == "standardised" else table.inputs
    answers = discriminant(x[train], classes[train]).answer(x[test])
    clusters = nearest_centre(x, k_means(x[train], classes.max() + 1, seed, starts))
    # Names for the clusters, so that one can draw and count them; the index needs none.
    names = linear_sum_assignment(-contingency(classes[train], clusters[train]).T)[1]
    return train, test, answers, names[clusters[test]]


def score(table: Table, unit: str, seed: int, starts: int) -> tuple[float, ...]:
    """Agreement with the classes by labels, by clusters and by chance; the share of right answers.

    On the cases that neither the classifier nor the clusters were fitted to.
    """
    _, test, answers, clusters = compare(table, unit, seed, starts)
    truth = table.target[test].astype(int)
    shuffled = np.random.default_rng(seed).permutation(clusters)
    agreement = [rand_index(truth, each) for each in (answers, clusters, shuffled)]
    return *agreement, float((answers == truth).mean())


def points(fig: Figure, result: Result) -> None:
    """What was given and what came out, with labels above and without labels below."""
    panels = fig.subplots(2, 2, sharex=True, sharey=True)
    truth = result.classes[result.test]
    rows = (
        ("with labels", result.classes[result.train], result.answers, "answers"),
        ("without", np.full(len(result.train), -1), result.clusters, "clusters"),
    )
    for (left, right), (name, given, found, kind) in zip(panels, rows, strict=True):
        _scatter(left, result.places[result.train], given)
        _scatter(right, result.places[result.test], found)
        wrong = result.places[result.test][found != truth]
        right.plot(*wrong.T, "o", color="ink", markersize=9, fillstyle="none", markeredgewidth=1.2)
        left.set_title(f"{name}: {len(given)} given")
        right.set_title(f"{kind} for {len(found)} others")
    panels[1, 0].set_xlabel("component 1")
    panels[1, 0].set_ylabel("component 2")


def _scatter(ax: Axes, places: Float[np.ndarray, "n 2"], groups: Int[np.ndarray, " n"]) -> None:
    marks = {-1: ("muted", "o"), 0: ("C0", "o"), 1: ("C1", "s"), 2: ("C2", "^")}
    for group, (colour, marker) in marks.items():
        ax.plot(*places[groups == group].T, marker, color=colour, markersize=4, alpha=0.85)
    ax.set(xticks=[], yticks=[])


def agreement(fig: Figure, result: Result) -> None:
    """Adjusted Rand index of classifier, clusters and chance: the splits and their mean."""
    ax = fig.subplots()
    rows = np.arange(len(result.rows)) + 0.4 * (np.arange(len(result.rows)) // len(UNITS))
    lift = np.linspace(-0.12, 0.12, result.seeds)
    series = (
        (result.labelled, -0.17, "ink", "with labels", (1.02, "right")),
        (result.clustered, 0.17, "accent", "without labels", (0.62, "center")),
        (result.chance, 0.17, "muted", "by chance", (0, "center")),
    )
    for values, offset, colour, name, (x, side) in series:
        for y, each in zip(rows + offset, values, strict=True):
            ax.plot(each, y + lift, "o", color=colour, markersize=2.5, alpha=0.35)
            ax.plot(each.mean(), y, "o", color=colour, markersize=9)
        ax.text(x, rows[0] - 0.45, name, color=colour, ha=side, va="bottom")
    ax.set_yticks(rows, [row.replace(", ", ",\n") for row in result.rows])
    ax.set_ylim(rows[-1] + 0.5, rows[0] - 0.8)
    ax.set_xlim(-0.15, 1.03)
    ax.set_xticks((0, 0.5, 1))
    ax.set_xlabel("adjusted Rand index with the classes")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


QUICK = dict(seeds=4, starts=2)
