"""Seven algorithms draw seven boundaries on the same points, each in the style of its assumptions.

Question: what does each algorithm assume about the boundary, and what does that cost? Data: two
half-moons in noise, simulated, 200 points to learn from and 2,000 fresh ones to test on; every seed
draws its own. Models: nearest neighbours, logistic regression, naive Bayes, a support vector
machine, a decision tree, a random forest, all as scikit-learn sets them, and a small network.
Baseline: logistic regression, a straight line. Best possible: Bayes' rule with the true densities.
The network's boundary is also shown as it trains. Differences are paired over the draws (95 %).
Expect: best possible 91 %; the bent boundaries 88 to 91 %, a straight line 85 %. Source: Hastie,
Tibshirani and Friedman, The Elements of Statistical Learning, 2nd edition, 2009, chapter 2.
About 8 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from experiments._data.moons import draw_moons, log_odds
from experiments._models.training import draws, trainer
from experiments._statistics.intervals import bootstrap
from livedeck import track

NAMES = (
    "logistic regression",
    "naive Bayes",
    "decision tree",
    "random forest",
    "nearest neighbours",
    "support vectors",
    "network",
    "best possible",
)
TEST = 2000
WIDE, HIGH = 2.4, 1.7  # of the drawn plane, from its middle


class Result(NamedTuple):
    """Test accuracies, boundaries of the first draw, and the network's boundary as it trains."""

    names: tuple[str, ...]
    accuracy: Float[np.ndarray, "models seeds"]
    network_accuracy: Float[np.ndarray, " seeds"]
    line_accuracy: Float[np.ndarray, " seeds"]
    tree_accuracy: Float[np.ndarray, " seeds"]
    best_accuracy: Float[np.ndarray, " seeds"]  # possible
    leader: str  # the algorithm with the highest mean
    leader_accuracy: Float[np.ndarray, " seeds"]
    level: str  # other algorithms that the leader does not clearly beat
    tree_train_accuracy: float  # on the points that it learnt from
    line_verdict: str  # the network against the straight line
    points: int
    test_points: int
    seeds: int
    inputs: Float[np.ndarray, "points 2"]  # of the first seed
    classes: Int[np.ndarray, " points"]
    surfaces: Float[np.ndarray, "models rows columns"]  # share or probability of class 1
    frames: tuple[str, ...]  # step, loss on the points to learn from, accuracy on fresh ones
    frame_surfaces: Float[np.ndarray, "frames rows columns"]
    steps: int
    first_loss: float
    last_loss: float
    first_right: float  # on fresh points, by the first seed's network untrained, and at the end
    last_right: float


class Network(nnx.Module):
    """Two coordinates in, two layers of tanh units, one logit out."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(2, width, rngs=rngs)
        self.second = nnx.Linear(width, width, rngs=rngs)
        self.logit = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "*b 2"]) -> Float[Array, "*b"]:
        return self.logit(nnx.tanh(self.second(nnx.tanh(self.first(x)))))[..., 0]


def run(*, seeds: int = 10, points: int = 200, stages: int = 60, columns: int = 120) -> Result:
    """Fits every algorithm to every draw."""
    train = [draw_moons(seed, points) for seed in range(seeds)]
    test = [draw_moons(seed + 10_000, TEST) for seed in range(seeds)]
    rows = round(columns * HIGH / WIDE)
    across, up = np.linspace(-WIDE, WIDE, columns), np.linspace(-HIGH, HIGH, rows)
    plane = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float32)
    accuracy, surfaces = np.zeros((len(NAMES), seeds)), np.zeros((len(NAMES), rows, columns))
    learnt = 0.0
    for seed in track(range(seeds)):
        (x, y), (fresh, truth) = train[seed], test[seed]
        for i, model in enumerate(classical(seed)):
            model.fit(x, y)
            accuracy[i, seed] = model.score(fresh, truth)
            if seed == 0:
                surfaces[i] = surface_of(model, plane).reshape(rows, columns)
            if NAMES[i] == "decision tree":
                learnt += model.score(x, y) / seeds
        accuracy[-1, seed] = ((log_odds(fresh) > 0) == truth).mean()
    surfaces[-1] = 1 / (1 + np.exp(-log_odds(plane))).reshape(rows, columns)

    steps, networks, losses = learn(train, stages)
    answer = jax.jit(jax.vmap(jax.vmap(lambda network, x: network(x), (0, None))))
    logits = np.asarray(answer(networks, np.stack([x for x, _ in test])))
    right = (logits > 0) == np.stack([truth for _, truth in test])[:, None]
    accuracy[-2] = right[:, -1].mean(axis=1)
    first = jax.tree.map(lambda array: array[:1], networks)
    over_time = 1 / (1 + np.exp(-np.asarray(answer(first, plane[None]))[0]))
    over_time = over_time.reshape(-1, rows, columns)
    surfaces[-2] = over_time[-1]

    means = accuracy[:-1].mean(axis=1)
    leader = int(means.argmax())
    level = [
        name
        for i, name in enumerate(NAMES[:-1])
        if i != leader and bootstrap(accuracy[leader] - accuracy[i])[0] <= 0
    ]
    gain_low, gain_high = bootstrap(accuracy[-2] - accuracy[0])
    shown = np.unique(np.geomspace(1, stages + 1, 10).round().astype(int)) - 1
    return Result(
        names=NAMES,
        accuracy=accuracy,
        network_accuracy=accuracy[-2],
        line_accuracy=accuracy[0],
        tree_accuracy=accuracy[NAMES.index("decision tree")],
        best_accuracy=accuracy[-1],
        leader=NAMES[leader],
        leader_accuracy=accuracy[leader],
        level=", ".join(level) or "none",
        tree_train_accuracy=learnt,
        line_verdict=(
            "beats" if gain_low > 0 else "is worse than" if gain_high < 0 else "does not beat"
        ),
        points=points,
        test_points=TEST,
        seeds=seeds,
        inputs=train[0][0],
        classes=train[0][1],
        surfaces=surfaces,
        frames=tuple(
            f"step {steps[i]}, loss {losses[i]:.2f}, {100 * right[0, i].mean():.0f} % right"
            for i in shown
        ),
        frame_surfaces=over_time[shown],
        steps=int(steps[-1]),
        first_loss=losses[0],
        last_loss=losses[-1],
        first_right=right[0, 0].mean(),
        last_right=right[0, -1].mean(),
    )


def classical(seed: int) -> list[ClassifierMixin]:
    """The algorithms in the order of their names, with scikit-learn's own settings."""
    return [
        LogisticRegression(),
        GaussianNB(),
        DecisionTreeClassifier(random_state=seed),
        RandomForestClassifier(random_state=seed),
        KNeighborsClassifier(),
        SVC(),
    ]


def surface_of(model: ClassifierMixin, plane: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " n"]:
    """Between 0 and 1, one half at the boundary."""
    if isinstance(model, SVC):
        return 1 / (1 + np.exp(-2 * model.decision_function(plane)))
    return model.predict_proba(plane)[:, 1]


def learn(
    train: list[tuple[np.ndarray, np.ndarray]], stages: int
) -> tuple[Int[np.ndarray, " stages+1"], Network, Float[np.ndarray, " stages+1"]]:
    """Networks of every seed before and after each stage of ten steps; the losses of the first."""

    def make(rngs: nnx.Rngs) -> Network:
        return Network(16, rngs)

    def loss(network: Network, batch: tuple, key: Array) -> Array:
        return optax.sigmoid_binary_cross_entropy(network(batch[0]), batch[1]).mean()

    seeds, points = len(train), len(train[0][0])
    examples = tuple(np.concatenate(each) for each in zip(*train, strict=True))
    own = points * np.arange(seeds)[:, None, None, None]  # each seed sees only its own points
    batches = draws(points, seeds, stages, 10, 50) + own
    fit = trainer(make, loss, optax.adamw(1e-2, weight_decay=1e-2), watch=lambda network: network)
    after = fit(examples, batches).watched
    begin = jax.jit(lambda keys: jax.lax.map(lambda key: make(nnx.Rngs(key)), keys))
    before = begin(jax.vmap(jax.random.key)(np.arange(seeds)))  # where the trainer began too
    networks = jax.tree.map(lambda a, b: np.concatenate([a[:, None], b], 1), before, after)
    of_first = jax.tree.map(lambda array: array[0], networks)
    losses = jax.jit(jax.vmap(lambda network: loss(network, train[0], jax.random.key(0))))(of_first)
    return 10 * np.arange(stages + 1), networks, np.asarray(losses, float)


def gallery(fig: Figure, result: Result) -> None:
    """Every algorithm's boundary on the points of the first draw, with its test accuracy."""
    panels = fig.subplots(2, 4)
    for ax, name, surface, scores in zip(
        panels.flat, result.names, result.surfaces, result.accuracy, strict=True
    ):
        best = name == "best possible"
        _plane(ax, result, surface, "ink" if best else "accent")
        score = f"{100 * scores.mean():.1f} ± {100 * scores.std(ddof=1):.1f}"
        ax.set_title(f"{name} {score}", color="ink" if best else "accent")


def boundary(fig: Figure, result: Result, frame: int) -> None:
    """The network's boundary after some steps; the best possible one beside it."""
    ax = fig.subplots()
    _plane(ax, result, result.frame_surfaces[frame], "accent")
    rows, columns = result.surfaces[-1].shape
    x, y = np.linspace(-WIDE, WIDE, columns), np.linspace(-HIGH, HIGH, rows)
    ax.contour(x, y, result.surfaces[-1], levels=[0.5], colors="ink", linewidths=1)


def _plane(
    ax: Axes, result: Result, surface: Float[np.ndarray, "rows columns"], colour: str
) -> None:
    rows, columns = surface.shape
    x, y = np.linspace(-WIDE, WIDE, columns), np.linspace(-HIGH, HIGH, rows)
    # A few shades and raw pixels: a dozen frames would be large otherwise.
    shades = np.round(20 * (0.5 - surface)) / 20
    look = {"cmap": "diverging", "vmin": -2.5, "vmax": 2.5, "interpolation": "none"}
    extent = (-WIDE, WIDE, -HIGH, HIGH)
    ax.imshow(shades, origin="lower", extent=extent, aspect="auto", **look)
    for group, (dot, marker) in enumerate((("C0", "o"), ("C1", "s"))):
        chosen = result.inputs[result.classes == group]
        ax.plot(*chosen.T, marker, color=dot, markersize=2.5)
    ax.contour(x, y, surface, levels=[0.5], colors=colour, linewidths=2)
    ax.set(xlim=(-WIDE, WIDE), ylim=(-HIGH, HIGH), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


QUICK = dict(seeds=3, stages=20, columns=40)
GPU = dict(seeds=50)
