"""A sea's past foretells its temperature for months; a network makes no more of it than a line.

Question: how far ahead does the past of a sea's temperature tell its future, and does a network
gain anything over a linear model? Data: statsmodels' `elnino`, monthly means off Ecuador and Peru,
1950 to 2010. Models: ridge regression and a small network on the last 12 anomalies (what remains
when the mean of the month so far is subtracted) and the season. Baselines: climatology (anomaly
0), persistence of the anomaly, and damped persistence (a share of it). Refitted every January on
the past alone; forecasts for months before 1981 choose the settings, those from 1981 on test.
Expect: skill for some months; the network does not beat ridge.
Source: Smith et al., Improvements to NOAA's Historical Merged Land-Ocean Surface Temperature
Analysis (1880-2006), Journal of Climate 21, 2008: the data. About 5 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from experiments._data.sea_temperatures import (
    FIRST_FOLD,
    FIRST_YEAR,
    LEADS,
    PAST,
    Samples,
    cut,
    read_temperatures,
    split,
)
from experiments._models.training import trainer

FIRST_TEST = 1981
STRENGTHS = 10.0 ** np.arange(5)  # of ridge
BLOCK = 24  # months; an El Niño lasts about one year
MONTHS = "January February March April May June July August September October November December"


class Result(NamedTuple):
    """Errors by lead, what the intervals say of them, and some of the forecasts."""

    climatology_error: Float[np.ndarray, " leads"]  # root mean square, in degrees
    persistence_error: Float[np.ndarray, " leads"]
    damped_error: Float[np.ndarray, " leads"]
    ridge_error: Float[np.ndarray, " leads"]
    network_error: Float[np.ndarray, " leads"]  # root of the mean square over seeds, too
    leads: Int[np.ndarray, " leads"]  # months
    skill: Float[np.ndarray, "models leads"]  # share of climatology's squared error removed by
    skill_low: Float[np.ndarray, "models leads"]  # persistence, damped, ridge, network; and 95 %
    skill_high: Float[np.ndarray, "models leads"]
    ridge_skill: Float[np.ndarray, " leads"]
    reach: int  # months: up to there ridge beats climatology at every lead
    extra: float  # squared error of the network beyond ridge's, all leads, as a share of ridge's
    extra_low: float
    extra_high: float
    network_verdict: str  # the network against ridge
    ridge_verdict: str  # ridge against damped persistence
    strength: float  # of ridge, chosen before the test years
    steps: int  # of training, chosen before the test years
    train_months: int  # known when the first forecast for the test years is made
    first_test: int  # year
    test_months: int
    blocks: int
    seeds: int
    warmest: str  # the month of the test years furthest above its climatology
    warmest_anomaly: float
    issued: str  # the forecast shown: six months before
    shown_month: int  # of the year, January is 0
    shown_year: int
    shown_past: Float[np.ndarray, " past"]  # anomalies
    shown_truth: Float[np.ndarray, " leads"]
    shown_ridge: Float[np.ndarray, " leads"]
    shown_network: Float[np.ndarray, "seeds leads"]


class Network(nnx.Module):
    """Twelve months and the season in, twelve months out; beside the hidden layer a linear path.

    So it can do all that ridge does, and it need only learn what a line misses.
    """

    def __init__(self, hidden: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(PAST + 2, hidden, rngs=rngs)
        self.out = nnx.Linear(hidden, LEADS, rngs=rngs)
        self.linear = nnx.Linear(PAST + 2, LEADS, rngs=rngs)

    def __call__(self, x: Float[Array, "*b features"]) -> Float[Array, "*b leads"]:
        return self.linear(x) + self.out(nnx.relu(self.hidden(x)))


def run(*, seeds: int = 8, hidden: int = 16, stages: int = 8, steps: int = 25) -> Result:
    """Forecasts every month from 1970 on with models that saw only earlier years."""
    table = read_temperatures()
    samples = cut(table)
    issued = np.arange((FIRST_FOLD - FIRST_YEAR) * 12, table.size)  # months since January 1950
    fold, row = issued // 12 - issued[0] // 12, issued - PAST + 1
    truth, last = samples.labels[fold, row], samples.inputs[fold, row, PAST - 1 : PAST]
    due = issued[:, None] + np.arange(1, LEADS + 1)  # the month that each label is about
    test_start = (FIRST_TEST - FIRST_YEAR) * 12
    test = (due >= test_start) & (due < table.size)

    def choose(candidates: Float[np.ndarray, "n *seeds origins leads"]) -> int:
        """The candidate with the least squared error before the test years."""
        return int(
            np.argmin([np.mean((c - truth) ** 2, where=due < test_start) for c in candidates])
        )

    ridges = forecast_ridge(samples, PAST + 2)
    networks = forecast_network(samples, seeds, hidden, stages, steps)
    strength, stage = choose(ridges), choose(networks)
    network = networks[stage]
    damped = forecast_ridge(samples, 1)[0]
    squared = {
        "climatology": truth**2,
        "persistence": (last - truth) ** 2,
        "damped": (damped - truth) ** 2,
        "ridge": (ridges[strength] - truth) ** 2,
        "network": ((network - truth) ** 2).mean(axis=0),
    }
    error = {name: np.sqrt(e.mean(axis=0, where=test)) for name, e in squared.items()}

    def saved(by: str, over: str, where: np.ndarray) -> tuple[float, float, float]:
        """Squared error that one model saves, as a share of the other's, with a 95 % interval."""
        return share_saved(
            squared[by][where], squared[over][where], (due[where] - test_start) // BLOCK
        )

    each_lead = [test & (np.arange(LEADS) == lead) for lead in range(LEADS)]
    models = ("persistence", "damped", "ridge", "network")
    skill = np.array([[saved(name, "climatology", w) for w in each_lead] for name in models])
    network_saves, ridge_saves = saved("network", "ridge", test), saved("ridge", "damped", test)
    reliable = skill[2, :, 1] > 0

    # The forecast shown is the one made six months before the warmest month of the test.
    warmest = issued[0] + int(np.argmax(np.where(issued >= test_start, last[:, 0], -np.inf)))
    shown = warmest - 6 - issued[0]
    return Result(
        climatology_error=error["climatology"],
        persistence_error=error["persistence"],
        damped_error=error["damped"],
        ridge_error=error["ridge"],
        network_error=error["network"],
        leads=np.arange(1, LEADS + 1),
        skill=skill[..., 0],
        skill_low=skill[..., 1],
        skill_high=skill[..., 2],
        ridge_skill=skill[2, :, 0],
        reach=LEADS if reliable.all() else int(reliable.argmin()),
        extra=-network_saves[0],
        extra_low=-network_saves[2],
        extra_high=-network_saves[1],
        network_verdict=judge(network_saves),
        ridge_verdict=judge(ridge_saves),
        strength=float(STRENGTHS[strength]),
        steps=(stage + 1) * steps,
        train_months=test_start - LEADS,
        first_test=FIRST_TEST,
        test_months=table.size - test_start,
        blocks=len(np.unique((due[test] - test_start) // BLOCK)),
        seeds=seeds,
        warmest=_name(warmest),
        warmest_anomaly=float(last[warmest - issued[0], 0]),
        issued=_name(warmest - 6),
        shown_month=(warmest - 6) % 12,
        shown_year=FIRST_YEAR + (warmest - 6) // 12,
        shown_past=samples.inputs[fold[shown], row[shown], :PAST],
        shown_truth=truth[shown],
        shown_ridge=ridges[strength, shown],
        shown_network=network[:, shown],
    )


def forecast_ridge(samples: Samples, features: int) -> Float[np.ndarray, "strengths origins leads"]:
    """Ridge regression for every strength and lead; with one feature it is damped persistence."""
    start = 0 if features > 1 else PAST - 1
    forecasts = []
    for fold, (inputs, labels) in enumerate(zip(*samples, strict=True)):
        past, year = split(fold)
        x = np.column_stack([inputs[:, start : start + features], np.ones(len(inputs))])
        squares, products = x[past].T @ x[past], x[past].T @ labels[past]
        penalty = np.diag([1.0] * features + [0])
        forecasts.append(
            [x[year] @ np.linalg.solve(squares + s * penalty, products) for s in STRENGTHS]
        )
    return np.concatenate(forecasts, axis=1)


def forecast_network(
    samples: Samples, seeds: int, hidden: int, stages: int, steps: int
) -> Float[np.ndarray, "stages seeds origins leads"]:
    """A network for every seed and fold, all trained at once; what each forecasts in its year."""
    folds, months, _ = samples.inputs.shape
    rng = np.random.default_rng(0)
    batches = [
        fold * months + rng.integers(split(fold)[0].stop, size=(stages, steps, 64))
        for _ in range(seeds)
        for fold in range(folds)
    ]
    years = np.concatenate([samples.inputs[fold, split(fold)[1]] for fold in range(folds)])

    def loss(network: Network, batch: Samples, key: Array) -> Array:
        return optax.l2_loss(network(batch.inputs), batch.labels).mean()

    train = trainer(
        lambda rngs: Network(hidden, rngs),
        loss,
        optax.adamw(1e-2, weight_decay=0.1),
        watch=lambda network: network(years),
    )
    every = Samples(*(field.reshape(folds * months, -1) for field in samples))
    watched = train(every, np.stack(batches)).watched
    watched = watched.reshape(seeds, folds, stages, folds, 12, LEADS)
    return np.einsum("sfkfml->ksfml", watched).reshape(stages, seeds, folds * 12, LEADS)


def share_saved(
    error: Float[np.ndarray, " cases"],
    baseline: Float[np.ndarray, " cases"],
    block: Int[np.ndarray, " cases"],
) -> tuple[float, float, float]:
    """What a model saves of another's squared error, and 95 % of 10,000 draws of whole blocks.

    Both errors are drawn together, so that a great El Niño counts, or is missing, in both.
    """
    sums = np.stack([np.bincount(block, error), np.bincount(block, baseline)])
    drawn = np.random.default_rng(0).integers(sums.shape[1], size=(10_000, sums.shape[1]))
    top, bottom = sums[:, drawn].sum(axis=2)
    low, high = np.quantile(1 - top / bottom, (0.025, 0.975))
    return 1 - sums[0].sum() / sums[1].sum(), low, high


def judge(saved: tuple[float, float, float]) -> str:
    """What a 95 % interval of the squared error saved says."""
    _, low, high = saved
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not beat"


def _name(month: int) -> str:
    return f"{MONTHS.split()[month % 12]} {FIRST_YEAR + month // 12}"


def question(fig: Figure, result: Result) -> None:
    """One forecast: the twelve months that it sees, and the twelve that it has to name."""
    ax = fig.subplots()
    before, after = np.arange(1 - PAST, 1), result.leads
    past, truth = result.shown_past, result.shown_truth
    ridge, networks = result.shown_ridge, result.shown_network
    ax.axvspan(0.5 - PAST, 0.5, color="grid", alpha=0.25, linewidth=0)
    ax.axhline(0, color="muted", linewidth=1.2)
    ax.plot(before, past, color="ink", marker="o", markersize=5)
    ax.plot(after, truth, color="ink", marker="o", markersize=5, markerfacecolor="paper")
    ax.plot(after, networks.T, color="accent", alpha=0.3, linewidth=1)
    ax.plot(after, networks.mean(axis=0), color="accent", linewidth=2.5)
    ax.plot(after, ridge, color="C2", linewidth=2.5)
    bottom, top = min(past.min(), networks.min(), ridge.min()) - 0.5, truth.max() + 1.2
    for x, text in ((0.5 - PAST / 2, "features X"), (0.5 + LEADS / 2, "labels Y")):
        ax.text(x, top - 0.1, text, ha="center", va="top", weight="bold")
    ax.text(0.2, -0.1, "climatology", color="muted", ha="right", va="top")
    ax.text(7.3, truth[6], "what came", va="bottom")
    ax.text(5, (truth[4] + ridge[4]) / 2, "ridge", color="C2", ha="center", va="center")
    name = f"network,\n{result.seeds} seeds"
    ax.text(0.8, networks[:, :3].min() / 2, name, color="accent", va="center")
    issued = 12 * (result.shown_year - FIRST_YEAR) + result.shown_month
    januaries = np.arange(-result.shown_month - 12, LEADS + 1, 6)
    ticks = januaries[(januaries >= 1 - PAST) & (januaries <= LEADS)]
    names = [_name(issued + int(tick)) for tick in ticks]
    ax.set_xticks(ticks, [f"{name[:3]} {name[-4:]}" for name in names])
    ax.set(xlim=(0.5 - PAST, LEADS + 0.6), ylim=(bottom, top))
    ax.yaxis.set_major_locator(MultipleLocator(1))
    ax.set_ylabel("anomaly (°C)")


def skill(fig: Figure, result: Result) -> None:
    """The share of climatology's squared error that each model removes, by lead."""
    ax = fig.subplots()
    persistence, damped, ridge, network = result.skill
    ax.axhline(0, color="muted", linewidth=1.2)
    ax.fill_between(result.leads, result.skill_low[2], result.skill_high[2], color="C2", alpha=0.2)
    ax.plot(result.leads, persistence, color="muted", linestyle=(0, (4, 3)))
    ax.plot(result.leads, ridge, color="C2", linewidth=4)
    ax.plot(result.leads, damped, color="muted")
    ax.plot(result.leads, network, color="accent")
    for row, (text, colour) in enumerate(
        (("ridge, 95 % band", "C2"), ("damped persistence", "muted"), ("network", "accent"))
    ):
        y = 0.93 - 0.1 * row
        ax.plot((0.49, 0.55), (y, y), color=colour, lw=4 if row == 0 else 2, transform=ax.transAxes)
        ax.text(0.57, y, text, color=colour, va="center", transform=ax.transAxes)
    at = np.interp(0.45, -persistence, result.leads)
    ax.text(at - 0.5, -0.45, "persistence", color="muted", ha="right", va="center")
    above = result.skill_high[2, -4:].max() + 0.02
    ax.text(12, above, "climatology", color="muted", ha="right", va="bottom")
    ax.set_xticks((1, 3, 6, 9, 12))
    ax.set(ylim=(-0.6, 1), xlabel="months ahead")
    ax.yaxis.set_major_locator(MultipleLocator(0.5))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set_ylabel("squared error removed")


QUICK = dict(seeds=2, stages=4, steps=40)
GPU = dict(seeds=64, hidden=64)
