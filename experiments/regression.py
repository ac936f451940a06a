"""Share prices look predictable and their changes are not; a disease's course is, in part.

Question: how well can a number be predicted, and how wide is the honest interval around it? Data:
the S&P 500, month by month, and scikit-learn's 442 diabetes patients. Models: for the index a
linear regression of next month's log price on this month's, refitted every month on the past; for
the patients ridge regression and a small network, on repeated five folds. Baselines: the same price
as last month; the mean of the patients. Intervals for 90 %: the size of error that as many earlier
forecasts, or held-out patients, stayed below (split conformal prediction); coverage is measured.
Expect: R2 near 1 for prices, near 0 for the same forecasts as returns, near 0.5 for patients, and
no gain from the network. Source: Vovk, Gammerman and Shafer, Algorithmic learning in a random
world, 2005; Granger and Newbold, Spurious regressions in econometrics, 1974; Efron et al., Least
angle regression, 2004 (diabetes). About 3 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._data.prices import FIRST_YEAR, read_prices
from experiments._data.small_tables import Fold, read_table, rotating_folds, standardise
from experiments._drawing.number_format import grouped
from experiments._models.classical import ridge
from experiments._models.training import trainer
from experiments._statistics.intervals import bootstrap
from experiments.stocks import relative_error

FOLDS, LEVEL = 5, 0.9
LEARN, CALIBRATE = 60, 120  # months before the first forecast; forecasts before the first interval


class Result(NamedTuple):
    """Forecasts of an index and predictions for patients, with R2 and intervals."""

    months: int  # tested
    first_year: int  # of them
    level: float  # of all intervals
    price: Float[np.ndarray, " months"]
    price_forecast: Float[np.ndarray, " months"]
    change: Float[np.ndarray, " months"]  # price over last month's, less 1
    change_forecast: Float[np.ndarray, " months"]
    half_width: Float[np.ndarray, " months"]  # of the interval of the change
    price_r2: float
    persistence_r2: float  # of prices: the same as last month
    change_r2: float
    change_r2_low: float  # 95 %, blocks of 12 months
    change_r2_high: float
    change_verdict: str
    price_coverage: float
    typical_half_width: float
    patients: int
    repeats: int
    ridge_r2: Float[np.ndarray, " repeats"]
    network_r2: Float[np.ndarray, " repeats"]
    mean_r2: Float[np.ndarray, " repeats"]  # a bit below 0: the mean is that of other patients
    change_of_error: float  # squared error of the network over ridge regression's, less 1
    change_low: float  # 95 %, over patients
    change_high: float
    network_verdict: str
    mean_verdict: str  # ridge regression against the mean
    ridge_coverage: Float[np.ndarray, " repeats"]
    network_coverage: Float[np.ndarray, " repeats"]
    mean_coverage: Float[np.ndarray, " repeats"]
    ridge_half: float  # of the interval, to either side
    network_half: float
    mean_half: float
    truth: Float[np.ndarray, " patients"]
    predicted: Float[np.ndarray, " patients"]  # by ridge regression, first repeat
    reach: Float[np.ndarray, " patients"]  # half the width of its interval


class Network(nnx.Module):
    """Ten measurements in, one layer of tanh units, one number out."""

    def __init__(self, inputs: int, width: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(inputs, width, rngs=rngs)
        self.out = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "*b f"]) -> Float[Array, "*b"]:
        return self.out(nnx.tanh(self.hidden(x)))[..., 0]


def run(*, repeats: int = 8, steps: int = 200, width: int = 16, resamples: int = 2000) -> Result:
    """Forecasts the index month by month; predicts every patient once a repeat."""
    prices = read_prices()[:, 0]
    forecast = walk_forward(np.log(prices))
    errors = np.abs(np.log(prices[LEARN:]) - forecast)
    half = np.array([conformal(errors[:i]) for i in range(CALIBRATE, len(errors))])
    first = LEARN + CALIBRATE
    price, last = prices[first:], prices[first - 1 : -1]
    price_forecast = np.exp(forecast[CALIBRATE:])
    change, change_forecast = price / last - 1, price_forecast / last - 1
    ratio, low, high = relative_error(
        (change - change_forecast) ** 2,
        (change - change.mean()) ** 2,
        np.arange(len(change)),
        resamples,
    )

    inputs, target = read_table("diabetes")
    folds = [
        fold
        for seed in range(repeats)
        for fold in rotating_folds(np.zeros(len(target)), seed, FOLDS)
    ]
    by_model = {
        "ridge": np.stack(
            [ridge(standardise(inputs, fold.train), target, fold.train) for fold in folds]
        ),
        "network": networks(inputs, target, folds, steps, width),
        "mean": [np.full(len(target), target[fold.train].mean()) for fold in folds],
    }
    predicted, reach = {}, {}
    for name, answers in by_model.items():
        predicted[name], reach[name] = np.zeros((2, repeats, len(target)))
        for i, (answer, fold) in enumerate(zip(answers, folds, strict=True)):
            far = conformal(np.abs(target - answer)[fold.held_out])
            predicted[name][i // FOLDS, fold.test] = answer[fold.test]
            reach[name][i // FOLDS, fold.test] = far
    square = {name: ((predicted[name] - target) ** 2).mean(axis=0) for name in by_model}
    gain_low, gain_high = bootstrap(square["ridge"] - square["network"])
    over_mean = bootstrap(square["mean"] - square["ridge"])
    r2s = {name: np.array([r2(target, each) for each in predicted[name]]) for name in by_model}
    inside = {
        name: (np.abs(predicted[name] - target) <= reach[name]).mean(axis=1) for name in reach
    }
    return Result(
        months=len(price),
        first_year=FIRST_YEAR + first // 12,
        level=LEVEL,
        price=price,
        price_forecast=price_forecast,
        change=change,
        change_forecast=change_forecast,
        half_width=np.expm1(half[: len(price)]),
        price_r2=r2(price, price_forecast),
        persistence_r2=r2(price, last),
        change_r2=1 - ratio,
        change_r2_low=1 - high,
        change_r2_high=1 - low,
        change_verdict=(
            "better than" if high < 1 else "worse than" if low > 1 else "no better than"
        ),
        price_coverage=float((errors[CALIBRATE:] <= half).mean()),
        typical_half_width=float(np.expm1(np.median(half))),
        patients=len(target),
        repeats=repeats,
        ridge_r2=r2s["ridge"],
        network_r2=r2s["network"],
        mean_r2=r2s["mean"],
        change_of_error=float(square["network"].mean() / square["ridge"].mean() - 1),
        change_low=-gain_high / float(square["ridge"].mean()),
        change_high=-gain_low / float(square["ridge"].mean()),
        network_verdict=judge(gain_low, gain_high),
        mean_verdict=judge(*over_mean),
        ridge_coverage=inside["ridge"],
        network_coverage=inside["network"],
        mean_coverage=inside["mean"],
        ridge_half=reach["ridge"].mean(),
        network_half=reach["network"].mean(),
        mean_half=reach["mean"].mean(),
        truth=target,
        predicted=predicted["ridge"][0],
        reach=reach["ridge"][0],
    )


def walk_forward(level: Float[np.ndarray, " months"]) -> Float[np.ndarray, " forecasts"]:
    """Forecasts of every month after the first ones, from a line through the months before it."""
    forecasts = []
    for now in range(LEARN, len(level)):
        slope, start = np.polyfit(level[: now - 1], level[1:now], 1)
        forecasts.append(start + slope * level[now - 1])
    return np.array(forecasts)


def conformal(errors: Float[np.ndarray, " n"]) -> float:
    """How far an interval has to reach: the error of rank (n + 1) `LEVEL`, rounded up."""
    rank = min(int(np.ceil((len(errors) + 1) * LEVEL)), len(errors))
    return float(np.sort(errors)[rank - 1])


def r2(truth: Float[np.ndarray, " n"], predicted: Float[np.ndarray, " n"]) -> float:
    """The share of the variance that a prediction explains; below 0, the mean does better."""
    return float(1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def judge(low: float, high: float) -> str:
    """What the interval of a difference of errors says."""
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not beat"


def networks(
    inputs: Float[np.ndarray, "n f"],
    target: Float[np.ndarray, " n"],
    folds: list[Fold],
    steps: int,
    width: int,
) -> Float[np.ndarray, "folds n"]:
    """A network for each fold, in units of its training patients."""

    def loss(network: Network, batch: tuple, key: Array) -> Array:
        return ((network(batch[0]) - batch[1]) ** 2).mean()

    x = np.stack([standardise(inputs, fold.train) for fold in folds]).astype(np.float32)
    middle = np.array([[target[fold.train].mean()] for fold in folds])
    spread = np.array([[target[fold.train].std()] for fold in folds])
    draw = np.random.default_rng(0)
    batches = np.stack([draw.choice(fold.train, (1, steps, 32)) for fold in folds])
    own = len(target) * np.arange(len(folds))[:, None, None, None]  # each fold has its own scale
    optimizer = optax.adamw(optax.cosine_decay_schedule(3e-3, steps), weight_decay=0.1)
    fit = trainer(lambda rngs: Network(x.shape[2], width, rngs), loss, optimizer)
    y = ((target - middle) / spread).astype(np.float32)
    trained = fit((x.reshape(-1, x.shape[2]), y.ravel()), batches + own).networks
    answers = jax.jit(jax.vmap(lambda network, x: network(x)))(trained, x)
    return middle + spread * np.asarray(answers, float)


def trap(fig: Figure, result: Result) -> None:
    """The same forecasts and intervals twice: as prices, and as changes since the month before."""
    left, right = fig.subplots(1, 2)
    low, high = 0.9 * result.price.min(), 1.08 * result.price.max()
    edge = 1.12 * np.abs(result.change).max()
    half = result.typical_half_width
    ends = np.array([low, high])
    _interval(left, ends, ends / (1 + half), ends * (1 + half))
    _interval(
        right,
        np.array([-edge, edge]),
        np.array([-edge, edge]) - half,
        np.array([-edge, edge]) + half,
    )
    dots = {"color": "accent", "markersize": 4, "alpha": 0.8}
    left.plot(result.price_forecast, result.price, "o", **dots)
    right.plot(result.change_forecast, result.change, "o", **dots)
    ticks = [tick for tick in range(1000, 9000, 1000) if tick < high]
    left.set_xticks(ticks, [grouped(tick) for tick in ticks])
    left.set_yticks(ticks, [grouped(tick) for tick in ticks])
    left.set_xlabel("price forecast one month ahead (points)")
    left.set_ylabel("price that came (points)")
    for set_ticks in (right.set_xticks, right.set_yticks):
        set_ticks((-0.1, 0, 0.1), ("\N{MINUS SIGN}10 %", "0", "+10 %"))
    right.set_xlabel("the same forecast, as a change on last month")
    right.set_ylabel("change that came")
    for ax, value in ((left, result.price_r2), (right, result.change_r2)):
        text = f"R² = {value:.2f}".replace("-", "\N{MINUS SIGN}")
        ax.text(0.04, 0.96, text, transform=ax.transAxes, va="top", size=18, color="accent")


def patients(fig: Figure, result: Result) -> None:
    """What came against what ridge regression predicted, with the interval around it."""
    ax = fig.subplots()
    ends = np.array([0, 1.03 * result.truth.max()])
    _interval(ax, ends, ends - result.reach.mean(), ends + result.reach.mean())
    outside = np.abs(result.truth - result.predicted) > result.reach
    for chosen, colour in ((~outside, "accent"), (outside, "C1")):
        x, y = result.predicted[chosen], result.truth[chosen]
        ax.plot(x, y, "o", color=colour, markersize=4, alpha=0.8)
    ax.text(0.03, 0.97, "outside of its interval", transform=ax.transAxes, va="top", color="C1")
    ax.set(xticks=(0, 100, 200, 300), yticks=(0, 100, 200, 300))
    ax.set_xlabel("progression predicted")
    ax.set_ylabel("progression after a year")


def _interval(ax: Axes, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """The line on which predictions are right, and the band of the interval around it."""
    ax.fill_between(x, low, high, color="accent", alpha=0.12, linewidth=0)
    ax.plot(x, x, color="ink", linewidth=1)
    ax.set(xlim=x, ylim=x)


QUICK = dict(repeats=2, steps=60, resamples=200)
GPU = dict(repeats=32, resamples=10_000)
