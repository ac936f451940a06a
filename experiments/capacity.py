"""A model that is too simple and one that is too flexible both fail on new points.

Question: how does error depend on capacity? Data: simulated, points on a sine with normal noise of
known size, as in Bishop's book; many data sets, each with points to learn from, others to choose
with and others again to be tested on. Model: polynomials of growing degree, least squares.
Baseline: the mean of the answers (degree 0); the noise is the floor that nobody can beat. The
validation points choose the degree. Expect: training error only falls; test error falls to near the
noise at degree 3 to 5 and then rises. Source: Bishop, Pattern Recognition and Machine Learning,
2006, section 1.1; Geman, Bienenstock and Doursat, Neural Networks and the Bias/Variance Dilemma,
1992.
About 1 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.polynomial import legendre

NOISE = 0.3  # standard deviation
TEST_POINTS = 1000


class Result(NamedTuple):
    """Errors (root mean square) by degree and data set, and three fits of the first data set."""

    degrees: Int[np.ndarray, " degrees"]
    train_error: Float[np.ndarray, "degrees sets"]
    test_error: Float[np.ndarray, "degrees sets"]
    typical_error: Float[np.ndarray, " degrees"]  # median test error
    typical_train: Float[np.ndarray, " degrees"]  # median training error
    sets: int  # data sets
    points: int  # of each, to learn from; as many again to choose with
    noise: float
    best_degree: int  # with the lowest median test error
    best_error: float
    highest_degree: int
    typical_choice: int  # median of the degrees that validation chose
    chosen_error: float  # median test error of the chosen degrees
    chosen_low: float  # middle half of the data sets
    chosen_high: float
    line_error: float  # median test error of a straight line
    flexible_error: float  # and of the highest degree
    line_cost: float  # median of (test error of a straight line / of the chosen degree)
    flexible_cost: float  # the same for the highest degree
    chosen_better_than_mean: float  # share of data sets
    shown_degrees: Int[np.ndarray, " 3"]  # straight line, chosen for the first data set, highest
    shown_errors: Float[np.ndarray, " 3"]
    x: Float[np.ndarray, " points"]  # the first data set
    y: Float[np.ndarray, " points"]
    grid: Float[np.ndarray, " grid"]
    truth: Float[np.ndarray, " grid"]
    fits: Float[np.ndarray, "3 grid"]


def run(*, sets: int = 400, points: int = 16, highest: int = 10) -> Result:
    """Fits polynomials of every degree up to `highest` to each of `sets` simulated data sets."""
    degrees = np.arange(highest + 1)
    errors = np.zeros((3, len(degrees), sets))  # training, validation, test
    for i in range(sets):
        rng = np.random.default_rng(i)
        parts = [sample(rng, size) for size in (points, points, TEST_POINTS)]
        for degree in degrees:
            weights = fit(*parts[0], degree)
            errors[:, degree, i] = [root_mean_square(weights, *part) for part in parts]
    train_error, validation_error, test_error = errors
    chosen = validation_error.argmin(axis=0)
    chosen_error = test_error[chosen, np.arange(sets)]
    typical = np.median(test_error, axis=1)

    x, y = sample(np.random.default_rng(0), points)
    grid = np.linspace(-1, 1, 301)
    shown = np.array([1, chosen[0], highest])
    return Result(
        degrees=degrees,
        train_error=train_error,
        test_error=test_error,
        typical_error=typical,
        typical_train=np.median(train_error, axis=1),
        sets=sets,
        points=points,
        noise=NOISE,
        best_degree=int(typical.argmin()),
        best_error=float(typical.min()),
        highest_degree=highest,
        typical_choice=int(np.median(chosen)),
        chosen_error=float(np.median(chosen_error)),
        chosen_low=float(np.quantile(chosen_error, 0.25)),
        chosen_high=float(np.quantile(chosen_error, 0.75)),
        line_error=float(typical[1]),
        flexible_error=float(typical[-1]),
        line_cost=float(np.median(test_error[1] / chosen_error)),
        flexible_cost=float(np.median(test_error[-1] / chosen_error)),
        chosen_better_than_mean=float((chosen_error < test_error[0]).mean()),
        shown_degrees=shown,
        shown_errors=test_error[shown, 0],
        x=x,
        y=y,
        grid=grid,
        truth=truth(grid),
        fits=np.stack([legendre.legval(grid, fit(x, y, degree)) for degree in shown]),
    )


def truth(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    return np.sin(np.pi * x)


def sample(
    rng: np.random.Generator, points: int
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Points anywhere between -1 and 1, each with the true value plus noise."""
    x = rng.uniform(-1, 1, points)
    return x, truth(x) + NOISE * rng.standard_normal(points)


def fit(
    x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"], degree: int
) -> Float[np.ndarray, " weights"]:
    """Least squares in Legendre polynomials, which are the same curves, better conditioned."""
    return np.linalg.lstsq(legendre.legvander(x, degree), y, rcond=None)[0]


def root_mean_square(
    weights: Float[np.ndarray, " weights"], x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]
) -> float:
    return float(np.sqrt(np.mean((legendre.legval(x, weights) - y) ** 2)))


def curves(fig: Figure, result: Result) -> None:
    """Training and test error against the degree: median and middle half of the data sets."""
    ax = fig.subplots()
    for errors, colour, name, place in (
        (result.train_error, "C1", "on the points learnt from", (0.4, 0.1)),
        (result.test_error, "accent", "on new points", (0.42, 0.68)),
    ):
        low, middle, high = np.quantile(errors, (0.25, 0.5, 0.75), axis=1)
        ax.fill_between(result.degrees, low, high, color=colour, alpha=0.2, linewidth=0)
        ax.plot(result.degrees, middle, color=colour, marker="o", markersize=5)
        ax.text(*place, name, transform=ax.transAxes, color=colour)
    ax.axhline(result.noise, color="ink", linestyle=(0, (4, 3)), linewidth=1.2)
    ax.annotate(
        "the noise alone",
        (1, result.noise),
        (0, 4),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
    )
    ax.annotate(
        "the mean of all answers",
        (0, result.typical_error[0]),
        (2, 10),
        textcoords="offset points",
        color="muted",
    )
    ax.plot(0, result.typical_error[0], "o", color="muted", markersize=9)
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(FixedLocator([0.1, 0.3, 1, 3, 10]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_ylim(0.06, 10)
    ax.set_xticks(range(0, int(result.degrees[-1]) + 1, 2))
    ax.set_xlabel("capacity: degree of the polynomial")
    ax.set_ylabel("error (root mean square)")


def fits(fig: Figure, result: Result) -> None:
    """The first data set under a straight line, the chosen degree and the highest one."""
    names = ("too simple", "chosen", "too flexible")
    for ax, name, degree, error, curve in zip(
        fig.subplots(1, 3, sharey=True),
        names,
        result.shown_degrees,
        result.shown_errors,
        result.fits,
        strict=True,
    ):
        ax.plot(result.grid, result.truth, color="ink", linewidth=1, linestyle=(0, (4, 3)))
        ax.plot(result.x, result.y, "o", color="muted", markersize=5)
        ax.plot(result.grid, curve, color="accent", linewidth=2.5)
        ax.set_title(f"{name}\ndegree {degree}\nerror {error:.2f}", linespacing=1.25, y=1.02)
        ax.set(xlim=(-1.05, 1.05), ylim=(-2, 2), xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        ax.spines[:].set_color("grid")


QUICK = dict(sets=60)
