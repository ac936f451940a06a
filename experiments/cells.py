"""A small network and logistic regression tell malignant from benign cells about equally well.

Question: does a network beat simple models at a diagnosis from measurements of cell nuclei? Data:
scikit-learn's breast-cancer data, 569 samples of 30 measurements. Model: one hidden layer of tanh
units. Baselines: logistic regression; the best single measurement with a threshold. Five folds,
stratified and dealt anew for every repeat: three learn, one chooses when to stop and where to put
the threshold, one tests. A threshold is chosen for the cost of a miss in false alarms. Intervals
are bootstraps over the samples, paired for differences.
Expect: areas under the ROC curve of 0.99, 0.99 and 0.97. Source: Street, Wolberg and Mangasarian,
Nuclear feature extraction for breast tumor diagnosis, 1993; Elkan, The foundations of
cost-sensitive learning, 2001. About 4 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float
from matplotlib.figure import Figure

from experiments._data.small_tables import Fold, read_table, rotating_folds, standardise
from experiments._models.classical import logistic_regression
from experiments._models.training import trainer
from experiments._statistics.intervals import bootstrap
from experiments._statistics.roc_analysis import best_measurement, roc, threshold

FOLDS = 5
MODELS = ("network", "logistic regression", "one measurement")
KINDS = ("mean", "standard error", "worst")
MEASURES = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)
FEATURES = [f"{kind} {name}" for kind in KINDS for name in MEASURES]


class Result(NamedTuple):
    """ROC curves of three models, and their errors at two thresholds."""

    samples: int
    malignant: int
    benign: int
    measurements: int
    repeats: int
    network_area: float  # under the ROC curve, mean over repeats
    logistic_area: float
    rule_area: float
    areas: Float[np.ndarray, " models"]
    areas_low: Float[np.ndarray, " models"]  # 95 % intervals over samples
    areas_high: Float[np.ndarray, " models"]
    verdict: str  # the network against logistic regression
    rule_verdict: str  # the network against one measurement
    gain: float  # of area, over logistic regression
    gain_low: float
    gain_high: float
    rule: str  # the measurement most often chosen
    rule_share: float  # of folds
    miss_cost: int  # in false alarms
    misses: Float[np.ndarray, "models thresholds"]  # for equal costs, for costly misses
    alarms: Float[np.ndarray, "models thresholds"]
    network_misses: Float[np.ndarray, " thresholds"]
    network_alarms: Float[np.ndarray, " thresholds"]
    misses_low: Float[np.ndarray, "models thresholds"]
    misses_high: Float[np.ndarray, "models thresholds"]
    alarms_low: Float[np.ndarray, "models thresholds"]
    alarms_high: Float[np.ndarray, "models thresholds"]
    threshold_verdict: str  # whether a threshold for costly misses makes them cost less
    cost_equal: float  # of the network, per 100 samples, in false alarms
    cost_chosen: float
    alarm_rate: Float[np.ndarray, " grid"]
    hit_rate: Float[np.ndarray, "models grid"]
    hit_low: Float[np.ndarray, "models grid"]
    hit_high: Float[np.ndarray, "models grid"]


class Network(nnx.Module):
    """Measurements in, a layer of tanh units, the logit of malignant out."""

    def __init__(self, inputs: int, width: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(inputs, width, rngs=rngs)
        self.logit = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "*b f"]) -> Float[Array, "*b"]:
        return self.logit(nnx.tanh(self.hidden(x)))[..., 0]


def run(
    *,
    repeats: int = 6,
    stages: int = 12,
    width: int = 16,
    miss_cost: int = 10,
    resamples: int = 1000,
) -> Result:
    """Scores every sample once a repeat, by models that had not seen it."""
    inputs, target = read_table("breast_cancer")
    sick = target == 0
    folds = [fold for seed in range(repeats) for fold in rotating_folds(target, seed, FOLDS)]
    scaled = np.stack([standardise(inputs, fold.train) for fold in folds]).astype(np.float32)
    logits = network_logits(scaled, sick, folds, stages, width)
    scores = np.zeros((len(MODELS), repeats, len(sick)))
    alarms = np.zeros((len(MODELS), 2, repeats, len(sick)), bool)
    chosen = []
    for i, (x, fold) in enumerate(zip(scaled, folds, strict=True)):
        weights = logistic_regression(x[fold.train], sick[fold.train])
        feature, sign = best_measurement(x[fold.train], sick[fold.train])
        chosen.append(feature)
        answers = (logits[i], x @ weights[:-1] + weights[-1], sign * x[:, feature])
        for model, score in enumerate(answers):
            scores[model, i // FOLDS, fold.test] = score[fold.test]
            for k, cost in enumerate((1, miss_cost)):
                least = threshold(score[fold.held_out], sick[fold.held_out], cost)
                alarms[model, k, i // FOLDS, fold.test] = score[fold.test] > least

    n, grid = len(sick), np.linspace(0, 1, 201)
    everyone, drawn = (
        np.ones((1, n)),
        np.random.default_rng(0).multinomial(n, np.ones(n) / n, resamples),
    )
    hits, areas = (values[0] for values in roc(scores, sick, everyone, grid))
    drawn_hits, drawn_areas = roc(scores, sick, drawn, grid)
    area_low, area_high = quantiles(drawn_areas)
    hit_low, hit_high = quantiles(drawn_hits)
    gain_low, gain_high = quantiles(drawn_areas[:, 0] - drawn_areas[:, 1])
    over_rule = quantiles(drawn_areas[:, 0] - drawn_areas[:, 2])
    missed = (~alarms & sick).mean(axis=2)  # models x thresholds x samples, mean over repeats
    false = (alarms & ~sick).mean(axis=2)
    misses_low, misses_high = quantiles(np.einsum("rn,mtn->rmt", drawn, missed))
    alarms_low, alarms_high = quantiles(np.einsum("rn,mtn->rmt", drawn, false))
    costs = miss_cost * missed[0] + false[0]  # of the network
    saved_low, saved_high = bootstrap(costs[0] - costs[1])
    most = max(set(chosen), key=chosen.count)
    return Result(
        samples=n,
        malignant=int(sick.sum()),
        benign=int((~sick).sum()),
        measurements=inputs.shape[1],
        repeats=repeats,
        network_area=areas[0],
        logistic_area=areas[1],
        rule_area=areas[2],
        areas=areas,
        areas_low=area_low,
        areas_high=area_high,
        verdict=judge(gain_low, gain_high),
        rule_verdict=judge(*over_rule),
        gain=areas[0] - areas[1],
        gain_low=float(gain_low),
        gain_high=float(gain_high),
        rule=FEATURES[most],
        rule_share=chosen.count(most) / len(chosen),
        miss_cost=miss_cost,
        misses=missed.sum(axis=2),
        alarms=false.sum(axis=2),
        network_misses=missed[0].sum(axis=1),
        network_alarms=false[0].sum(axis=1),
        misses_low=misses_low,
        misses_high=misses_high,
        alarms_low=alarms_low,
        alarms_high=alarms_high,
        threshold_verdict=(
            "a clear saving"
            if saved_low > 0
            else "a clear loss"
            if saved_high < 0
            else "no clear saving"
        ),
        cost_equal=100 * float(costs[0].mean()),
        cost_chosen=100 * float(costs[1].mean()),
        alarm_rate=grid,
        hit_rate=hits,
        hit_low=hit_low,
        hit_high=hit_high,
    )


def network_logits(
    scaled: Float[np.ndarray, "folds n f"],
    sick: Bool[np.ndarray, " n"],
    folds: list[Fold],
    stages: int,
    width: int,
) -> Float[np.ndarray, "folds n"]:
    """A network for each fold, from the stage that served its held-out samples best."""

    def loss(network: Network, batch: tuple, key: Array) -> Array:
        return optax.sigmoid_binary_cross_entropy(network(batch[0]), batch[1]).mean()

    count, n, f = scaled.shape
    draw = np.random.default_rng(0)
    batches = np.stack([draw.choice(fold.train, (stages, 20, 32)) for fold in folds])
    own = n * np.arange(count)[:, None, None, None]  # each fold has its own scale
    fit = trainer(
        lambda rngs: Network(f, width, rngs),
        loss,
        optax.adamw(3e-3, weight_decay=1e-2),
        watch=lambda network: network,
    )
    examples = scaled.reshape(-1, f), np.tile(sick, count).astype(np.float32)
    networks = fit(examples, batches + own).watched
    answer = jax.vmap(jax.vmap(lambda network, x: network(x), (0, None)))
    logits = np.asarray(jax.jit(answer)(networks, scaled), float)  # folds x stages x samples
    best = []
    for of_fold, fold in zip(logits, folds, strict=True):
        signed = np.where(sick, 1, -1) * of_fold
        best.append(np.logaddexp(0, -signed[:, fold.held_out]).mean(axis=1).argmin())
    return logits[np.arange(count), best]


def quantiles(drawn: Float[np.ndarray, "draws *n"]) -> Float[np.ndarray, "2 *n"]:
    """The ends of the 95 % intervals of whatever was computed from every bootstrap draw."""
    return np.quantile(drawn, (0.025, 0.975), axis=0)


def judge(low: float, high: float) -> str:
    """What the interval of a difference says."""
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not beat"


def curves(fig: Figure, result: Result) -> None:
    """ROC curves with bands, in the part of the plane where they differ."""
    ax = fig.subplots()
    looks = (("accent", "-", 2.5), ("ink", (0, (1, 1.5)), 2), ("muted", "-", 2))
    for model in (2, 1, 0):
        colour, style, width = looks[model]
        x = result.alarm_rate
        band = {"color": colour, "alpha": 0.18, "linewidth": 0}
        ax.fill_between(x, result.hit_low[model], result.hit_high[model], **band)
        ax.plot(x, result.hit_rate[model], color=colour, linestyle=style, linewidth=width)
        ax.text(
            0.99,
            0.12 + 0.11 * (2 - model),
            f"{MODELS[model]}: {result.areas[model]:.3f}",
            color=colour,
            ha="right",
            transform=ax.transAxes,
        )
    ax.text(0.99, 0.45, "area under the whole curve", ha="right", transform=ax.transAxes)
    ax.set(xlim=(0, 0.3), ylim=(0.7, 1.003))
    ax.set_xticks((0, 0.1, 0.2, 0.3), ("0", "10 %", "20 %", "30 %"))
    ax.set_yticks((0.7, 0.8, 0.9, 1), ("70 %", "80 %", "90 %", "100 %"))
    ax.set_xlabel("false alarms, of the benign samples")
    ax.set_ylabel("found, of the malignant")


def errors(fig: Figure, result: Result) -> None:
    """Misses to the left, false alarms to the right, for two thresholds of each model."""
    ax = fig.subplots()
    rows = np.array([1, 2, 3, 5.4, 6.4, 7.4])
    sides = (
        (-1, result.misses, result.misses_low, result.misses_high),
        (1, result.alarms, result.alarms_low, result.alarms_high),
    )
    for y, (k, model) in zip(rows, np.ndindex(2, len(MODELS)), strict=True):
        colour = "accent" if model == 0 else "muted"
        for side, values, low, high in sides:
            look = {"color": (colour, 0.35), "edgecolor": colour, "linewidth": 1}
            ax.barh(y, side * values[model, k], height=0.6, **look)
            ends = side * np.array([low[model, k], high[model, k]])
            ax.plot(ends, (y, y), color=colour, linewidth=2)
            ax.annotate(
                f"{values[model, k]:.0f}",
                (ends[1], y),
                (5 * side, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
            )
    ax.vlines((0, 0), (0.55, 4.95), (3.45, 7.85), color="ink", linewidth=1)
    costs = ("one false alarm", f"{result.miss_cost} false alarms")
    for top, cost in zip((0, 4.4), costs, strict=True):
        text = f"if a miss costs {cost}"
        ax.text(1, top, text, ha="right", va="center", transform=ax.get_yaxis_transform())
    ax.set_yticks(rows, [*MODELS, *MODELS])
    ax.tick_params(axis="y", length=0)
    left, right = result.misses_high.max(), result.alarms_high.max()
    ax.set_xlim(-left - 0.12 * (left + right), right + 0.12 * (left + right))
    ax.set_ylim(8, -0.5)
    ax.set_xticks((-left / 2, right / 2), ("misses", "false alarms"))
    ax.tick_params(axis="x", length=0, labelsize=13.5)
    ax.spines[:].set_visible(False)


QUICK = dict(repeats=2, stages=4, resamples=100)
GPU = dict(repeats=20)
