"""A sensor's next samples can be foretold; a network makes no more of them than a line does.

Question: how far ahead does an EEG's past tell its future, and does a network gain anything over a
linear predictor? Data: matplotlib's `eeg.dat`, ten seconds of four electrodes (see `_data/eeg.py`).
Models: ridge regression (a linear autoregressive predictor) and a small network; both see the last
200 ms of one electrode, name its next 200 ms, and are the same for all four. Baselines: the mean of
the past, and persistence. Refitted every second on the past alone, less a gap of 250 ms that none
learns from, and standardised with it; forecasts for seconds 2 to 4 choose the settings, those from
second 4 on test. Intervals: 95 % bootstrap over half-second blocks, and over seeds for the network.
Expect: skill for some 50 ms; the network does not beat ridge. Source: matplotlib's example "MRI
with EEG"; Yule, On a Method of Investigating Periodicities in Disturbed Series, 1927: forecasts
from a series' own past. About 6 s on 2 CPU cores.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from experiments._data.eeg import (
    ELECTRODES,
    FIRST_FOLD,
    FOLD,
    GAP,
    LEADS,
    PAST,
    RATE,
    SECONDS,
    Samples,
    Scales,
    own,
    read_eeg,
    slow_share,
    split,
    standardise,
    windows,
)
from experiments._models.training import parameters, trainer

TYPING = Path(__file__).parents[1] / "deck" / "data" / "typing.toml"
FIRST_TEST = 4 * RATE  # samples
STRENGTHS = 10.0 ** np.arange(5)  # of ridge
BLOCK = RATE // 2  # samples; the autocorrelation is spent after about half of it
SHOWN = RATE  # samples of the test drawn, from its start
SLOW = 8  # Hz, where the alpha rhythm begins


class Result(NamedTuple):
    """The stream, its volume, errors by lead, and the forecasts for the first test seconds."""

    stream: Float[np.ndarray, "samples electrodes"]  # in the file's unit
    electrodes: tuple[str, ...]
    rate: int  # samples a second
    duration: int  # seconds
    sample_bytes: int
    day: int  # bytes that the stream fills
    words: int  # a minute, typed by an average volunteer
    typed_day: int  # bytes typed without a pause
    typists: float  # who fill as much
    slow: float  # share of the power below `slow_limit`, mean over electrodes
    slow_limit: int  # Hz
    leads: Float[np.ndarray, " leads"]  # milliseconds
    mean_error: Float[np.ndarray, " leads"]  # root mean square, in the file's unit
    persistence_error: Float[np.ndarray, " leads"]
    ridge_error: Float[np.ndarray, " leads"]
    network_error: Float[np.ndarray, " leads"]  # root of the mean square over seeds, too
    skill: Float[np.ndarray, "models leads"]  # share of the mean's squared error removed by
    skill_low: Float[np.ndarray, "models leads"]  # persistence, ridge, network; and 95 %
    skill_high: Float[np.ndarray, "models leads"]
    ridge_skill: Float[np.ndarray, " leads"]
    network_skill: Float[np.ndarray, " leads"]
    reach: float  # milliseconds: up to there ridge beats the mean at every lead
    later: str  # whether it does anywhere beyond
    extra: float  # squared error of the network beyond ridge's, all leads, as a share of ridge's
    extra_low: float
    extra_high: float
    network_verdict: str  # the network against ridge
    next_extra: float  # the same for the next sample alone
    next_extra_low: float
    next_extra_high: float
    next_verdict: str
    gain: float  # squared error that ridge saves of persistence's at the next sample
    gain_low: float
    gain_high: float
    ridge_verdict: str  # ridge against persistence there
    worse: int  # leads at which the interval says that the network is worse than ridge
    better: int
    past: float  # milliseconds that a forecast sees
    gap: float
    step: float
    weights: int  # of the network
    ridge_weights: int
    first_test: int  # seconds
    test_seconds: int
    blocks: int
    seeds: int
    shown_from: Int[np.ndarray, " origins"]  # the sample with which each forecast is issued
    shown_ridge: Float[np.ndarray, "origins electrodes leads"]
    shown_network: Float[np.ndarray, "origins electrodes leads"]  # mean over seeds


class Network(nnx.Module):
    """The past of one electrode in, its next samples out; beside the hidden layer a linear path.

    So it can do all that ridge does, and it need only learn what a line misses. Both paths begin
    at zero, which is the forecast "the mean".
    """

    def __init__(self, hidden: int, rngs: nnx.Rngs) -> None:
        zeros = nnx.initializers.zeros
        self.hidden = nnx.Linear(PAST, hidden, rngs=rngs)
        self.out = nnx.Linear(hidden, LEADS, kernel_init=zeros, rngs=rngs)
        self.linear = nnx.Linear(PAST, LEADS, kernel_init=zeros, rngs=rngs)

    def __call__(self, x: Float[Array, "*b past"]) -> Float[Array, "*b leads"]:
        return self.linear(x) + self.out(nnx.relu(self.hidden(x)))


def run(*, seeds: int = 8, hidden: int = 32, stages: int = 8, steps: int = 100) -> Result:
    """Forecasts every sample from second 2 on with models that saw only what lies before."""
    stream = read_eeg()
    samples, scales = standardise(stream)
    truth = own(windows(stream).labels)  # moments x electrodes x leads, as all that follows
    last = own(windows(stream).inputs)[..., -1:]
    due = FIRST_FOLD + np.arange(len(truth))[:, None, None] + np.arange(LEADS)
    due = np.broadcast_to(due, truth.shape)  # the sample that each label is about
    test = (due >= FIRST_TEST) & (due < len(stream))

    def best(candidates: Float[np.ndarray, "n *seeds moments electrodes leads"]) -> np.ndarray:
        """For every lead the candidate with the least squared error before the test."""
        wrong = np.square(candidates - truth).mean(
            axis=tuple(range(1, candidates.ndim - 1)), where=due < FIRST_TEST
        )
        return np.stack([candidates[i, ..., h] for h, i in enumerate(wrong.argmin(axis=0))], -1)

    ridge = best(forecast_ridge(samples, scales))
    forecasts, weights = forecast_network(samples, scales, seeds, hidden, stages, steps)
    network = best(forecasts)
    mean = np.broadcast_to(scales.mean.repeat(FOLD, axis=0).reshape(-1, 4, 1), truth.shape)
    squared = {
        "mean": np.square(mean - truth)[None],
        "persistence": np.square(last - truth)[None],
        "ridge": np.square(ridge - truth)[None],
        "network": np.square(network - truth),
    }
    error = {name: np.sqrt(e.mean(axis=(0, 1, 2), where=test[None])) for name, e in squared.items()}

    def saved(by: str, over: str, where: np.ndarray) -> tuple[float, float, float]:
        """Squared error that one model saves, as a share of the other's, with a 95 % interval."""
        return share_saved(
            *(squared[name][:, where] for name in (by, over)),
            (due[where] - FIRST_TEST) // BLOCK,
        )

    each_lead = [test & (np.arange(LEADS) == lead) for lead in range(LEADS)]
    models = ("persistence", "ridge", "network")
    skill = np.array([[saved(name, "mean", where) for where in each_lead] for name in models])
    against = np.array([saved("network", "ridge", where) for where in each_lead])
    overall, gain = saved("network", "ridge", test), saved("ridge", "persistence", each_lead[0])
    reliable = skill[1, :, 1] > 0
    reach = LEADS if reliable.all() else int(reliable.argmin())
    late = int(reliable[reach:].sum())

    typing = tomllib.loads(TYPING.read_text(encoding="utf-8"))
    day = stream.nbytes // SECONDS * 24 * 3600
    typed_day = typing["words_per_minute"] * typing["characters_per_word"] * 24 * 60
    shown = np.arange(FIRST_TEST - 1, FIRST_TEST + SHOWN - LEADS, LEADS)
    return Result(
        stream=stream,
        electrodes=ELECTRODES,
        rate=RATE,
        duration=SECONDS,
        sample_bytes=stream.itemsize,
        day=day,
        words=typing["words_per_minute"],
        typed_day=typed_day,
        typists=day / typed_day,
        slow=slow_share(stream, SLOW),
        slow_limit=SLOW,
        leads=np.arange(1, LEADS + 1) * 1000 / RATE,
        mean_error=error["mean"],
        persistence_error=error["persistence"],
        ridge_error=error["ridge"],
        network_error=error["network"],
        skill=skill[..., 0],
        skill_low=skill[..., 1],
        skill_high=skill[..., 2],
        ridge_skill=skill[1, :, 0],
        network_skill=skill[2, :, 0],
        later=f"reliably at {late} of {LEADS - reach} samples" if late else "nothing reliably",
        reach=reach * 1000 / RATE,
        extra=-overall[0],
        extra_low=-overall[2],
        extra_high=-overall[1],
        network_verdict=judge(overall),
        next_extra=-against[0, 0],
        next_extra_low=-against[0, 2],
        next_extra_high=-against[0, 1],
        next_verdict=judge(against[0]),
        gain=gain[0],
        gain_low=gain[1],
        gain_high=gain[2],
        ridge_verdict=judge(gain),
        worse=int((against[:, 2] < 0).sum()),
        better=int((against[:, 1] > 0).sum()),
        past=PAST * 1000 / RATE,
        gap=GAP * 1000 / RATE,
        step=1000 / RATE,
        weights=weights,
        ridge_weights=PAST * LEADS,
        first_test=FIRST_TEST // RATE,
        test_seconds=SECONDS - FIRST_TEST // RATE,
        blocks=len(np.unique(due[test] // BLOCK)),
        seeds=seeds,
        shown_from=shown,
        shown_ridge=ridge[shown - FIRST_FOLD + 1],
        shown_network=network.mean(axis=0)[shown - FIRST_FOLD + 1],
    )


def forecast_ridge(
    samples: Samples, scales: Scales
) -> Float[np.ndarray, "strengths own electrodes leads"]:
    """Ridge regression for every strength, in the file's unit; one model for all electrodes."""
    forecasts = []
    for fold, (inputs, labels) in enumerate(zip(*samples, strict=True)):
        past, second = split(fold)
        x, y = (part[past].reshape(-1, part.shape[-1]) for part in (inputs, labels))
        squares, products = x.T @ x, x.T @ y
        # No intercept: what the fold learns from has mean 0.
        each = [
            inputs[second] @ np.linalg.solve(squares + strength * np.eye(PAST), products)
            for strength in STRENGTHS
        ]
        forecasts.append(np.stack(each) * scales.deviation[fold] + scales.mean[fold])
    return np.concatenate(forecasts, axis=1)


def forecast_network(
    samples: Samples, scales: Scales, seeds: int, hidden: int, stages: int, steps: int
) -> tuple[Float[np.ndarray, "stages seeds own electrodes leads"], int]:
    """A network for every seed and fold, all trained at once; its forecasts, and its weights."""
    folds, moments, electrodes, _ = samples.inputs.shape
    rng = np.random.default_rng(0)
    batches = [
        fold * moments * electrodes
        + rng.integers(split(fold)[0].stop * electrodes, size=(stages, steps, 128))
        for _ in range(seeds)
        for fold in range(folds)
    ]
    seconds = own(samples.inputs)

    def loss(network: Network, batch: Samples, key: Array) -> Array:
        return optax.l2_loss(network(batch.inputs), batch.labels).mean()

    def hidden_path(network: Network) -> Network:
        """Which weights decay: a penalty on the linear path would favour ridge."""
        return jax.tree_util.tree_map_with_path(
            lambda path, _: "linear" not in jax.tree_util.keystr(path), network
        )

    rate = optax.cosine_decay_schedule(1e-2, stages * steps, 0.05)
    train = trainer(
        lambda rngs: Network(hidden, rngs),
        loss,
        optax.adamw(rate, weight_decay=3, mask=hidden_path),
        watch=lambda network: network(seconds),
    )
    every = Samples(*(field.reshape(-1, field.shape[-1]) for field in samples))
    trained = train(every, np.stack(batches))
    shape = (seeds, folds, stages, folds, FOLD, electrodes, LEADS)
    # Of what each fold's network says of every second, only the fold's own counts.
    said = np.einsum("sfkfmel->ksfmel", trained.watched.reshape(shape))
    said = said * scales.deviation[:] + scales.mean[:]
    return said.reshape(stages, seeds, folds * FOLD, electrodes, LEADS), parameters(
        trained.networks
    )


def share_saved(
    error: Float[np.ndarray, "seeds cases"],
    baseline: Float[np.ndarray, "1 cases"],
    block: Int[np.ndarray, " cases"],
    resamples: int = 10_000,
) -> tuple[float, float, float]:
    """What a model saves of another's squared error, with a 95 % bootstrap interval.

    Whole blocks are drawn, as neighbouring samples resemble one another, and both errors together,
    so that a spike counts, or is missing, in both; the seeds are drawn as well.
    """
    sums, base = (
        np.stack([np.bincount(block, seed) for seed in errors]) for errors in (error, baseline)
    )
    random, (seeds, blocks) = np.random.default_rng(0), sums.shape
    by_seed = random.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
    by_block = random.multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples)
    top = ((by_seed @ sums) * by_block).sum(axis=1)
    low, high = np.quantile(1 - top / (by_block @ base[0]), (0.025, 0.975))
    return 1 - sums.mean(axis=0).sum() / base.sum(), low, high


def judge(saved: tuple[float, float, float]) -> str:
    """What a 95 % interval of the squared error saved says."""
    _, low, high = saved
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not beat"


def stream(fig: Figure, result: Result) -> None:
    """The ten seconds of the four electrodes, one above another."""
    ax = fig.subplots()
    levels = -6.5 * np.arange(len(result.electrodes))  # of the file's units
    ax.plot(np.arange(len(result.stream)) / result.rate, result.stream + levels, lw=1.2, c="ink")
    # A scale stands in for an axis, as the traces share none.
    right = result.duration + 0.15
    ax.plot((right, right), levels[-1] + np.array((-2, 2)), color="muted")
    ax.text(right + 0.1, levels[-1], "4 units", color="muted", va="center")
    ax.set_yticks(levels, result.electrodes)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set(xlim=(0, right + 0.8), xticks=range(0, result.duration + 1, 2), xlabel="seconds")
    ax.spines["bottom"].set_bounds(0, result.duration)


def moments(fig: Figure, result: Result) -> None:
    """The first test second: forecasts issued at the dots, with the stretch that holds shaded."""
    axes = fig.subplots(len(result.electrodes), 1, sharex=True)
    first, last = result.shown_from[0] - PAST // 2, result.shown_from[-1] + LEADS
    time = np.arange(first, last + 1)
    for i, (ax, name) in enumerate(zip(axes, result.electrodes, strict=True)):
        truth = result.stream[:, i]
        ax.plot(time / result.rate, truth[time], color="ink", linewidth=1.2)
        for start, *both in zip(
            result.shown_from, result.shown_ridge, result.shown_network, strict=True
        ):
            now = start / result.rate
            ax.axvspan(now, now + result.reach / 1000, color="grid", linewidth=0)
            at = now + np.arange(LEADS + 1) / result.rate
            for said, colour, width in zip(both, ("C2", "accent"), (4, 2), strict=True):
                ax.plot(at, np.append(truth[start], said[i]), color=colour, linewidth=width)
            ax.plot(now, truth[start], "o", color="ink", markersize=5)
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
        ax.set(yticks=[], xlim=(first / result.rate, last / result.rate))
        ax.spines["left"].set_visible(False)
        if ax is not axes[-1]:
            ax.spines["bottom"].set_visible(False)
            ax.tick_params(axis="x", length=0)
    names = (("what came", "ink"), ("linear", "C2"), (f"network, mean of {result.seeds}", "accent"))
    for x, (text, colour) in zip((0.08, 0.2, 0.28), names, strict=True):
        axes[0].text(x, 1.05, text, color=colour, va="bottom", transform=axes[0].transAxes)
    axes[-1].xaxis.set_major_locator(MultipleLocator(0.2))
    axes[-1].set_xlabel("seconds")


def skill(fig: Figure, result: Result) -> None:
    """The share of the mean's squared error that each model removes, by lead."""
    ax = fig.subplots()
    persistence, ridge, network = result.skill
    ax.axhline(0, color="muted", linewidth=1.2)
    ax.fill_between(result.leads, result.skill_low[1], result.skill_high[1], color="C2", alpha=0.2)
    ax.plot(result.leads, persistence, "o", color="muted", linestyle=(0, (4, 3)), markersize=4)
    ax.plot(result.leads, ridge, color="C2", linewidth=4)
    ax.plot(result.leads, network, color="accent")
    for row, (text, colour) in enumerate((("linear, 95 % band", "C2"), ("network", "accent"))):
        y = 0.93 - 0.1 * row
        ax.plot((0.45, 0.51), (y, y), color=colour, lw=4 - 2 * row, transform=ax.transAxes)
        ax.text(0.53, y, text, color=colour, va="center", transform=ax.transAxes)
    at = np.interp(0.35, -persistence, result.leads)
    ax.text(at + 6, -0.35, "persistence", color="muted", ha="left", va="center")
    ax.text(result.leads[-1], -0.03, "mean of the past", color="muted", ha="right", va="top")
    ax.set(ylim=(-0.6, 1), xlim=(0, result.leads[-1]), xlabel="milliseconds ahead")
    ax.xaxis.set_major_locator(MultipleLocator(50))
    ax.yaxis.set_major_locator(MultipleLocator(0.5))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.set_ylabel("squared error removed")


QUICK = dict(seeds=2, stages=4, steps=40)
GPU = dict(seeds=32, hidden=128, steps=200)

if __name__ == "__main__":
    print(run())
