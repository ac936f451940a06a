"""No model here predicts next month's share price reliably better than "same as last month".

Question: does the past of a price tell its next month? Data: matplotlib's `Stocks.csv`, monthly
adjusted closes of eight companies and two indices, January 1990 to May 2022. Models: a linear
autoregression (ridge) and a small network on the last 12 log-returns. Baselines: persistence
("same as last month") and drift (the mean return so far). Walk-forward: refitted every January
on the past alone, tested on the year that follows, from 2000 on.
Expect: errors within one or two per cent of persistence. Source: Fama 1970, efficient markets.
About 6 s on 2 CPU cores.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.figure import Figure

from experiments._data.prices import (
    FIRST_YEAR,
    LAGS,
    LAST_MONTH,
    NAMES,
    Samples,
    make_samples,
    read_prices,
)
from experiments._drawing.number_format import grouped
from livedeck import report

MODELS = ("drift", "linear", "network")


class Result(NamedTuple):
    network_error: Float[Array, "seeds"]  # mean absolute error over persistence's, all series
    linear_error: float
    drift_error: float
    verdict: str  # "No model beats", or which do
    network_verdict: str  # "beats", "does not beat" or "is worse than"
    linear_verdict: str
    drift_verdict: str
    persistence_error: float  # mean absolute log-return of a month
    series: tuple[str, ...]
    months: Int[Array, "series"]  # tested
    skill: Float[Array, "models series"]  # drift, linear, network: error over persistence's
    skill_low: Float[Array, "models series"]  # 95 % interval
    skill_high: Float[Array, "models series"]
    forecasts: int  # series-months tested
    test_months: int
    dates: Float[Array, "window"]  # years of the window shown
    price: Float[Array, "window"]
    predicted: Float[Array, "window"]  # by the network, one month before
    distance_to_truth: float  # mean |prediction / price - 1| in the window
    distance_to_last: float  # the same to the price of the month before


class Network(nnx.Module):
    """Twelve returns in, the next one out."""

    def __init__(self, hidden: int, rngs: nnx.Rngs):
        self.hidden = nnx.Linear(LAGS, hidden, rngs=rngs)
        self.out = nnx.Linear(hidden, 1, rngs=rngs)

    def __call__(self, past: Float[Array, "samples lags"]) -> Float[Array, "samples"]:
        return self.out(nnx.relu(self.hidden(past)))[:, 0]


def run(
    *,
    seeds: int = 4,
    hidden: int = 16,
    steps: int = 200,
    first_year: int = 2000,
    validation_months: int = 36,
    resamples: int = 2000,
) -> Result:
    """Forecasts every month from `first_year` on with models that saw only earlier years."""
    prices = read_prices()
    samples = make_samples(prices)
    years = np.arange(first_year, LAST_MONTH[0] + 1)
    january = (years - FIRST_YEAR) * 12
    test = samples.month >= january[0]
    fold = np.clip(samples.month // 12 - january[0] // 12, 0, None)  # index of the test year

    linear = forecast_linear(samples, january, validation_months)[fold, np.arange(len(fold))]
    network = forecast_network(samples, january, validation_months, seeds, hidden, steps)
    network = network[:, fold, np.arange(len(fold))]

    def error(forecast: Float[np.ndarray, "*seeds samples"]) -> Float[np.ndarray, "samples"]:
        """Absolute error of the log price, mean over seeds."""
        return np.abs(forecast - samples.target).reshape(-1, len(fold)).mean(axis=0)

    persistence = np.abs(samples.target)
    errors = [error(samples.drift), error(linear), error(network)]
    groups = [test & (samples.series == i) for i in range(len(NAMES))]
    relative, low, high = np.array(
        [
            [
                relative_error(e[chosen], persistence[chosen], samples.month[chosen], resamples)
                for chosen in (test, *groups)
            ]
            for e in errors
        ]
    ).transpose(2, 0, 1)
    by_seed = np.abs(network - samples.target)[:, test].mean(axis=1) / persistence[test].mean()

    window = np.flatnonzero(test & (samples.series == 0))[-37:]
    price = prices[samples.month[window], 0]
    last = price / np.exp(samples.target[window])
    predicted = last * np.exp(network[:, window].mean(axis=0))
    verdicts = [judge(lo, hi) for lo, hi in zip(low[:, 0], high[:, 0], strict=True)]
    return Result(
        network_error=by_seed,
        linear_error=relative[1, 0],
        drift_error=relative[0, 0],
        verdict=summarise(verdicts),
        network_verdict=verdicts[2],
        linear_verdict=verdicts[1],
        drift_verdict=verdicts[0],
        persistence_error=persistence[test].mean(),
        series=("all ten", *NAMES.values()),
        months=np.array([len(np.unique(samples.month[c])) for c in (test, *groups)]),
        skill=relative,
        skill_low=low,
        skill_high=high,
        forecasts=int(test.sum()),
        test_months=len(np.unique(samples.month[test])),
        dates=FIRST_YEAR + samples.month[window] / 12,
        price=price,
        predicted=predicted,
        distance_to_truth=float(np.abs(predicted / price - 1).mean()),
        distance_to_last=float(np.abs(predicted / last - 1).mean()),
    )


def forecast_linear(
    samples: Samples, january: Int[np.ndarray, "years"], validation_months: int
) -> Float[np.ndarray, "years samples"]:
    """Ridge regression for each test year; its strength chosen on the last months before."""
    inputs = np.column_stack([samples.past, np.ones(len(samples.past))])
    target = samples.target / samples.scale

    def fit(train: Bool[np.ndarray, "samples"], strength: float) -> Float[np.ndarray, "samples"]:
        x, y = inputs[train], target[train]
        weights = np.linalg.solve(x.T @ x + strength * np.eye(x.shape[1]), x.T @ y)
        return inputs @ weights * samples.scale

    forecasts = []
    for start in january:
        held_out = (samples.month < start) & (samples.month >= start - validation_months)
        errors = {}
        for strength in 10.0 ** np.arange(0, 6):
            forecast = fit(samples.month < start - validation_months, strength)
            errors[strength] = np.abs(forecast - samples.target)[held_out].mean()
        forecasts.append(fit(samples.month < start, min(errors, key=errors.get)))
    return np.array(forecasts)


def forecast_network(
    samples: Samples,
    january: Int[np.ndarray, "years"],
    validation_months: int,
    seeds: int,
    hidden: int,
    steps: int,
) -> Float[np.ndarray, "seeds years samples"]:
    """Networks for each test year and seed, trained at once; stopped where validation is best."""
    past, scale = jnp.asarray(samples.past, jnp.float32), jnp.asarray(samples.scale, jnp.float32)
    target = jnp.asarray(samples.target, jnp.float32)
    train = jnp.asarray(samples.month < january[:, None] - validation_months)
    held_out = jnp.asarray(samples.month < january[:, None]) & ~train
    optimiser = optax.adamw(1e-2, weight_decay=1e-2)
    graph = nnx.graphdef(nnx.eval_shape(lambda: Network(hidden, nnx.Rngs(0))))

    def start(key: Array) -> tuple[Any, ...]:
        params = nnx.state(Network(hidden, nnx.Rngs(key)))
        return params, optimiser.init(params), params, jnp.inf

    def losses(params: Any, train: Array, check: Array) -> tuple[Array, Array]:
        """Mean absolute error of the returns, in units of each window's own scale."""
        error = jnp.abs(nnx.merge(graph, params)(past) - target / scale)
        return jnp.mean(error, where=train), jnp.mean(error, where=check)

    def step(carry: tuple, train: Array, check: Array) -> tuple[Any, ...]:
        params, state, best, best_error = carry
        grads, now = jax.grad(losses, has_aux=True)(params, train, check)
        best = jax.tree.map(lambda new, old: jnp.where(now < best_error, new, old), params, best)
        updates, state = optimiser.update(grads, state, params)
        return optax.apply_updates(params, updates), state, best, jnp.minimum(now, best_error)

    @jax.jit
    def ten_steps(carry: tuple) -> tuple[Any, ...]:
        each = jax.vmap(jax.vmap(step), in_axes=(0, None, None))  # over seeds, over years
        return jax.lax.scan(lambda c, _: (each(c, train, held_out), None), carry, length=10)[0]

    keys = jax.random.split(jax.random.key(0), (seeds, len(january)))
    carry = jax.jit(jax.vmap(jax.vmap(start)))(keys)
    for done in range(10, steps + 10, 10):
        carry = ten_steps(carry)
        report(done, steps, loss=carry[3].mean())

    predict = jax.vmap(jax.vmap(lambda params: nnx.merge(graph, params)(past) * scale))
    return np.asarray(jax.jit(predict)(carry[2]), float)


def relative_error(
    error: Float[np.ndarray, "samples"],
    baseline: Float[np.ndarray, "samples"],
    month: Int[np.ndarray, "samples"],
    resamples: int,
    block: int = 12,
) -> tuple[float, float, float]:
    """Ratio of two mean errors with a 95 % interval, by bootstrap over blocks of 12 months."""
    _, index = np.unique(month, return_inverse=True)
    sums = np.stack([np.bincount(index, e) for e in (error, baseline)])  # 2 x months
    n = sums.shape[1]
    starts = np.random.default_rng(0).integers(n, size=(resamples, -(-n // block)))
    chosen = ((starts[:, :, None] + np.arange(block)) % n).reshape(resamples, -1)[:, :n]
    top, bottom = sums[:, chosen].sum(axis=2)
    low, high = np.quantile(top / bottom, [0.025, 0.975])
    return sums[0].sum() / sums[1].sum(), low, high


def judge(low: float, high: float) -> str:
    """What a 95 % interval of the relative error says about a model against persistence."""
    return "beats" if high < 1 else "is worse than" if low > 1 else "does not beat"


def summarise(verdicts: list[str]) -> str:
    winners = [name for name, verdict in zip(MODELS, verdicts, strict=True) if verdict == "beats"]
    if not winners:
        return "No model beats"
    return f"Only the {' and the '.join(winners)} beat{'s' if len(winners) == 1 else ''}"


def skill(fig: Figure, result: Result) -> None:
    """Each model's error relative to persistence, for all series together and one by one."""
    panels = fig.subplots(1, 3, sharex=True, sharey=True)
    rows = np.arange(len(result.series), dtype=float)
    rows[1:] += 0.5  # a gap between the whole and its parts
    colours = ("muted", "C2", "accent")
    captions = ("mean return so far", "linear model", "network")
    for axes, colour, caption, error, low, high in zip(
        panels, colours, captions, result.skill, result.skill_low, result.skill_high, strict=True
    ):
        axes.axvline(1, color="ink", linewidth=1)
        axes.hlines(rows, low, high, color=colour, linewidth=np.where(rows == 0, 3.5, 2))
        axes.scatter(error, rows, s=np.where(rows == 0, 80, 32), color=colour, zorder=3)
        axes.set_title(caption)
        axes.set_xticks([0.9, 1, 1.1], ["\N{MINUS SIGN}10 %", "0", "+10 %"])
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
    panels[0].set_yticks(rows, result.series)
    panels[0].get_yticklabels()[0].set_fontweight("bold")
    panels[0].invert_yaxis()
    panels[1].set_xlabel("error against “same as last month”")


def forecast(fig: Figure, result: Result) -> None:
    """Three years of one index with the network's forecasts, each drawn from the month before."""
    axes = fig.subplots()
    dates, price, predicted = result.dates, result.price, result.predicted
    axes.plot(dates, price, color="ink")
    axes.plot([dates[:-1], dates[1:]], [price[:-1], predicted[1:]], color="accent", linewidth=1)
    axes.plot(dates[1:], predicted[1:], "o", color="accent", markersize=5)
    lines = ("price", "ink"), ("the network's forecasts, each tied", "accent")
    for row, (text, colour) in enumerate((*lines, ("to the month it was made in", "accent"))):
        axes.text(0.03, 0.97 - 0.09 * row, text, transform=axes.transAxes, color=colour, va="top")
    years = np.arange(np.ceil(dates[0]), np.floor(dates[-1]) + 1)
    axes.set_xticks(years, [f"{year:.0f}" for year in years])
    ticks = np.arange(np.ceil(price.min() / 1000), np.floor(price.max() / 1000) + 1) * 1000
    axes.set_yticks(ticks, [grouped(tick) for tick in ticks])
    axes.set_ylabel("S&P 500, points")


QUICK = dict(seeds=2, steps=10, first_year=2016, resamples=100)
GPU = dict(seeds=32, hidden=64, steps=1000)

if __name__ == "__main__":
    print(run())
