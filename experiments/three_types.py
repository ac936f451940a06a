"""From answers, from nothing, from rewards: three learners come close to the best possible.

Question: what can be learnt from points with their classes, from points alone, and from rewards?
Data: simulated, so that the best possible is known: a disc inside a ring, three normal clouds, and
the 4 x 3 grid world. Models: a small network; a Gaussian mixture fitted by expectation-
maximisation; Q-learning. Baselines: a linear discriminant; k-means; random moves. Best possible:
Bayes' rule with the true densities; dynamic programming. Every seed draws its own points and moves;
scores are on fresh points, and exact expectations of the return.
Expect: within a few per cent of the best possible. Source: Dempster, Laird and Rubin, Maximum
likelihood from incomplete data, 1977; Watkins and Dayan, Q-learning, 1992.
About 7 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from experiments._drawing.grid_map import draw_world
from experiments._models.classical import discriminant, k_means, nearest_centre
from experiments._models.gaussian_mixture import Mixture, expectation_maximisation, log_joint
from experiments._models.grid_world import MOVES, expected_return, greedy, q_learning
from experiments._models.training import draws, trainer
from experiments._statistics.intervals import bootstrap
from experiments.web_search import rand_index

TEST = 2000  # fresh points for every seed
REACH = 4  # of the drawn plane, from its middle
RING, WIDTH, DISC = 2.2, 0.5, 0.9  # the ring's radius and spread, the disc's spread


CLOUDS = Mixture(
    weights=np.array([1, 1, 1]) / 3,
    centres=np.array([[-1.6, 0.2], [0.9, 1.5], [1.0, -1.2]]),
    covariances=np.array([[[0.12, 0], [0, 1.6]], [[1.0, 0.5], [0.5, 0.4]], [[1.0, 0], [0, 0.15]]]),
)


class Result(NamedTuple):
    """Scores of the three learners, their baselines and their bounds; an example of each."""

    accuracy: Float[np.ndarray, " seeds"]
    linear_accuracy: Float[np.ndarray, " seeds"]
    best_accuracy: Float[np.ndarray, " seeds"]
    agreement: Float[np.ndarray, " seeds"]  # adjusted Rand index with the clouds of origin
    kmeans_agreement: Float[np.ndarray, " seeds"]
    best_agreement: Float[np.ndarray, " seeds"]
    final_return: Float[np.ndarray, " seeds"]  # exact mean return of the moves learnt
    first_return: Float[np.ndarray, " seeds"]  # the same after the first stage
    first_moves: int
    random_return: float
    best_return: float
    verdict: str  # how many of the three beat their baseline
    seeds: int
    points: int
    test_points: int
    moves: int
    inputs: Float[np.ndarray, "points 2"]  # of the first seed, as all that follows
    classes: Int[np.ndarray, " points"]
    surface: Float[np.ndarray, "grid grid"]  # logit of the ring
    cloud: Float[np.ndarray, "points 2"]
    clusters: Int[np.ndarray, " points"]
    centres: Float[np.ndarray, "k 2"]
    covariances: Float[np.ndarray, "k 2 2"]
    best_moves: Int[np.ndarray, " cells"]
    moves_made: Int[np.ndarray, " stages"]
    returns: Float[np.ndarray, "seeds stages"]


class Network(nnx.Module):
    """Two coordinates in, two layers of tanh units, one logit out."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(2, width, rngs=rngs)
        self.second = nnx.Linear(width, width, rngs=rngs)
        self.logit = nnx.Linear(width, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "*b 2"]) -> Float[Array, "*b"]:
        return self.logit(nnx.tanh(self.second(nnx.tanh(self.first(x)))))[..., 0]


def run(
    *, seeds: int = 16, points: int = 300, steps: int = 400, moves: int = 6000, grid: int = 96
) -> Result:
    """Trains every learner with every seed."""
    supervised = learn_classes(seeds, points, steps, grid)
    unsupervised = [learn_clusters(seed, points) for seed in range(seeds)]
    scores = np.array([score for score, _, _ in unsupervised]).T
    _, cloud, mixture = unsupervised[0]

    stages = 60
    policies = greedy(q_learning(seeds, stages, moves // stages))
    returns = np.array([[expected_return(policy) for policy in seed] for seed in policies])
    random_return = expected_return(np.full_like(policies[0, 0], 1 / len(MOVES)))

    gains = (
        supervised["accuracy"] - supervised["linear_accuracy"],
        scores[0] - scores[1],
        returns[:, -1] - random_return,
    )
    ahead = sum(bootstrap(gain)[0] > 0 for gain in gains)
    return Result(
        **supervised,
        agreement=scores[0],
        kmeans_agreement=scores[1],
        best_agreement=scores[2],
        final_return=returns[:, -1],
        first_return=returns[:, 0],
        first_moves=moves // stages,
        random_return=random_return,
        best_return=expected_return(),
        verdict=("none beats", "one beats", "two beat", "all three beat")[ahead],
        seeds=seeds,
        points=points,
        test_points=TEST,
        moves=moves,
        cloud=cloud,
        clusters=log_joint(mixture, cloud).argmax(axis=1),
        centres=mixture.centres,
        covariances=mixture.covariances,
        best_moves=policies[0, -1].argmax(axis=-1),
        moves_made=moves // stages * np.arange(1, stages + 1),
        returns=returns,
    )


def draw_ring(seed: int, points: int) -> tuple[Float[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    """Points of the disc (0) and of the ring around it (1), equally often."""
    rng = np.random.default_rng(seed)
    angle, classes = rng.uniform(0, 2 * np.pi, points), rng.integers(2, size=points)
    radius = np.where(
        classes, rng.normal(RING, WIDTH, points), DISC * np.sqrt(2 * rng.exponential(size=points))
    )
    inputs = np.abs(radius)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return inputs.astype(np.float32), classes


def best_class(inputs: Float[np.ndarray, "n 2"]) -> Int[np.ndarray, " n"]:
    """Bayes' rule: the class whose density at that radius is larger."""
    r = np.linalg.norm(inputs, axis=1)
    disc = r / DISC**2 * np.exp(-((r / DISC) ** 2) / 2)
    bells = np.exp(-(((r - RING) / WIDTH) ** 2) / 2) + np.exp(-(((r + RING) / WIDTH) ** 2) / 2)
    return (bells / (WIDTH * np.sqrt(2 * np.pi)) > disc).astype(int)


def learn_classes(seeds: int, points: int, steps: int, grid: int) -> dict[str, np.ndarray]:
    """Supervised: a network for each seed, on the points of that seed."""
    train = [draw_ring(seed, points) for seed in range(seeds)]
    test = [draw_ring(seed + 10_000, TEST) for seed in range(seeds)]

    def loss(network: Network, batch: tuple, key: Array) -> Array:
        return optax.sigmoid_binary_cross_entropy(network(batch[0]), batch[1]).mean()

    fit = trainer(lambda rngs: Network(16, rngs), loss, optax.adamw(1e-2, weight_decay=1e-2))
    own = points * np.arange(seeds)[:, None, None, None]  # each seed sees only its own points
    examples = tuple(np.concatenate(each) for each in zip(*train, strict=True))
    networks = fit(examples, draws(points, seeds, 1, steps, 64) + own).networks
    axis = np.linspace(-REACH, REACH, grid, dtype=np.float32)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1)
    answer = jax.jit(jax.vmap(lambda network, x: network(x)))
    logits = answer(networks, np.stack([x for x, _ in test]))
    first = answer(networks, np.broadcast_to(plane, (seeds, *plane.shape)))[0]
    lines = [discriminant(*pair) for pair in train]
    right = [
        [((logit > 0) == y).mean(), (line.answer(x) == y).mean(), (best_class(x) == y).mean()]
        for logit, line, (x, y) in zip(np.asarray(logits), lines, test, strict=True)
    ]
    names = ("accuracy", "linear_accuracy", "best_accuracy")
    example = {"inputs": train[0][0], "classes": train[0][1], "surface": np.asarray(first)}
    return dict(zip(names, np.array(right).T, strict=True)) | example


def learn_clusters(seed: int, points: int) -> tuple[list[float], np.ndarray, Mixture]:
    """Unsupervised: agreement with the true clouds of the mixture, of k-means, of Bayes' rule."""
    rng = np.random.default_rng(seed)
    origin = rng.integers(len(CLOUDS.weights), size=points + TEST)
    spread = np.linalg.cholesky(CLOUDS.covariances)[origin]
    normal = rng.standard_normal((len(origin), 2))
    x = CLOUDS.centres[origin] + np.einsum("nij,nj->ni", spread, normal)
    middles = k_means(x[:points], len(CLOUDS.weights), seed)
    mixture = expectation_maximisation(x[:points], nearest_centre(x[:points], middles))
    fresh = x[points:]
    partitions = (
        log_joint(mixture, fresh).argmax(axis=1),
        nearest_centre(fresh, middles),
        log_joint(CLOUDS, fresh).argmax(axis=1),
    )
    return [rand_index(origin[points:], each) for each in partitions], x[:points], mixture


def learners(fig: Figure, result: Result) -> None:
    """A decision boundary, clusters, and an agent's moves with its learning curve."""
    panels = fig.subplots(1, 4, width_ratios=(1, 1, 1, 1.15))
    titles = (
        "supervised: with answers",
        "unsupervised: without",
        "reinforcement: with rewards",
        "",
    )
    for ax, title in zip(panels, titles, strict=True):
        ax.set_title(title)
        ax.set_anchor("N")
    _plane(panels[0])
    axis = np.linspace(-REACH, REACH, len(result.surface))
    panels[0].contourf(axis, axis, result.surface, levels=[0, 1e9], colors=["C1"], alpha=0.12)
    panels[0].contour(axis, axis, result.surface, levels=[0], colors="accent")
    for group, (colour, marker) in enumerate((("C0", "o"), ("C1", "s"))):
        chosen = result.inputs[result.classes == group]
        panels[0].plot(*chosen.T, marker, color=colour, markersize=3, alpha=0.8)

    _plane(panels[1])
    marks = (("C0", "o"), ("C1", "s"), ("C2", "^"))
    for group, (colour, marker) in enumerate(marks):
        chosen = result.cloud[result.clusters == group]
        panels[1].plot(*chosen.T, marker, color=colour, markersize=3, alpha=0.8)
        sizes, axes = np.linalg.eigh(result.covariances[group])
        angle = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
        width, height = 4 * np.sqrt(sizes[::-1])  # two standard deviations to either side
        outline = {"facecolor": "none", "edgecolor": "accent", "linewidth": 1.5}
        centre = result.centres[group]
        panels[1].add_patch(Ellipse(centre, width, height, angle=angle, **outline))
    draw_world(panels[2], result.best_moves)
    _curve(panels[3], result)


def _plane(ax: Axes) -> None:
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color("grid")


def _curve(ax: Axes, result: Result) -> None:
    """Mean return of the moves learnt so far: every agent and their mean."""
    thousands = result.moves_made / 1000
    ax.plot(thousands, result.returns.T, color="accent", alpha=0.25, linewidth=1)
    ax.plot(thousands, result.returns.mean(axis=0), color="accent", linewidth=2.5)
    ax.axhline(result.best_return, color="ink", linewidth=1)
    ax.axhline(result.random_return, color="muted", linewidth=1, linestyle=(0, (4, 3)))
    right = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "right"}
    ax.annotate("best possible", (1, result.best_return), (0, 4), **right)
    ax.annotate("random moves", (1, result.random_return), (0, 4), color="muted", **right)
    low = min(result.random_return, result.returns.min())
    ax.set(ylim=(low - 0.3, 1.3), yticks=[tick for tick in (-4, -3, -2, -1, 0, 1) if tick > low])
    ax.set_xlim(0, thousands[-1])
    ax.set_xlabel("thousand moves")
    ax.set_ylabel("mean reward of a game")


QUICK = dict(seeds=4, steps=100, moves=3000, grid=32)
GPU = dict(seeds=64, moves=30_000)
