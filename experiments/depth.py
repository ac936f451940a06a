"""Layers alone stop learning at some depth; layers that add to their input go on.

Question: what does depth bring, and what does it take? Data: scikit-learn's digits, split by
form. Models: narrow networks with 1, 2, 4, ... hidden layers, each normalised and rectified;
plain, where a layer's result replaces its input, and residual, where it is added to it. Nothing
else differs: both start from the same weights and see the same batches, and for every depth the
validation forms choose the learning rate, for either kind by itself. Baselines: no hidden layer,
which is a linear model, trained alike; naming the most frequent digit. Intervals: 95 % bootstrap
over seeds and images. Expect: beyond about 4 layers plain networks fit even their training images
worse, so it is not overfitting, and at 32 hardly at all; residual ones fit them at every depth, but
on a thousand images the deepest reads unseen forms no better than one layer.
Source: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, CVPR 2016; layers in
the order of their Identity Mappings in Deep Residual Networks, ECCV 2016.
About 15 s on 2 CPU cores.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from experiments._data.digits import Split, load_digits
from experiments._models.training import epochs
from experiments._statistics.paired_comparison import crossed_bootstrap, judge
from livedeck import track

# Neither 0.3 nor 0.003 trains a deep plain network either.
RATES = (0.1, 0.03, 0.01)
BATCH = 64


class Result(NamedTuple):
    """Errors by kind, depth and seed, on the images learnt from and on those on unseen forms."""

    depths: Int[np.ndarray, " depths"]  # hidden layers; the linear model has none
    plain_train: Float[np.ndarray, "depths seeds"]
    plain_test: Float[np.ndarray, "depths seeds"]
    plain_rate: Float[np.ndarray, " depths"]  # as the validation forms chose it
    residual_train: Float[np.ndarray, "depths seeds"]
    residual_test: Float[np.ndarray, "depths seeds"]
    residual_rate: Float[np.ndarray, " depths"]
    gap: Float[np.ndarray, " depths"]  # training error, plain less residual
    gap_low: Float[np.ndarray, " depths"]  # 95 % interval over seeds and images
    gap_high: Float[np.ndarray, " depths"]
    limit: int  # up to which depth plain networks are not clearly behind on training images
    finding: str
    deepest: int
    deep_plain_train: Float[np.ndarray, " seeds"]
    deep_plain_test: Float[np.ndarray, " seeds"]
    deep_residual_train: Float[np.ndarray, " seeds"]
    deep_residual_test: Float[np.ndarray, " seeds"]
    shallow_test: Float[np.ndarray, " seeds"]  # one hidden layer, where both kinds are the same
    linear_train: Float[np.ndarray, " seeds"]
    linear_test: Float[np.ndarray, " seeds"]
    depth_gain: float  # test error of one layer less that of the deepest residual network
    depth_low: float
    depth_high: float
    depth_verdict: str
    linear_gain: float  # test error of the linear model less that of the deepest residual network
    linear_low: float
    linear_high: float
    linear_verdict: str
    guess_error: float
    rates: int
    width: int
    train_images: int
    test_images: int
    seeds: int


class Layer(nnx.Module):
    """Normalises, rectifies, and sums with weights."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        # He's initial weights keep the size of the values from layer to layer.
        he = nnx.initializers.he_normal()
        self.sums = nnx.Linear(width, width, kernel_init=he, rngs=rngs)

    def __call__(self, x: Float[Array, "n width"]) -> Float[Array, "n width"]:
        return self.sums(rectify(x))


class Network(nnx.Module):
    """As many hidden layers as wanted, up to `deepest`; with 0 of them, a linear model."""

    def __init__(self, deepest: int, width: int, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(64, width, rngs=rngs)
        self.layers = nnx.vmap(lambda rngs: Layer(width, rngs))(rngs.split(deepest - 1))
        self.scores = nnx.Linear(width, 10, kernel_init=nnx.initializers.zeros, rngs=rngs)

    def __call__(
        self, images: Float[Array, "n 8 8"], depth: Array, shortcut: Array
    ) -> Float[Array, "n 10"]:
        """Adds each layer's input to its result where `shortcut` is 1, and not where it is 0."""

        def go_on(x: Array, numbered: tuple[Array, Layer]) -> tuple[Array, None]:
            number, layer = numbered
            # A branch in a scan, so that one compiled program serves every depth.
            deeper = jax.lax.cond(number < depth, lambda: shortcut * x + layer(x), lambda: x)
            return deeper, None

        x = self.first(images.reshape(len(images), 64))
        numbers = jnp.arange(1, 1 + len(self.layers.sums.bias[...]))
        # To compute a layer again on the way back is faster here than to keep what it found.
        x = jax.lax.scan(jax.checkpoint(go_on), x, (numbers, self.layers))[0]
        return self.scores(jax.lax.cond(depth > 0, lambda: rectify(x), lambda: x))


class Wrong(NamedTuple):
    """Which images are misread, with the learning rate that the validation forms chose."""

    train: Bool[np.ndarray, "seeds a"]
    test: Bool[np.ndarray, "seeds c"]
    rate: float


def run(*, seeds: int = 4, deepest: int = 32, passes: int = 15, width: int = 24) -> Result:
    """Trains both kinds with 1, 2, 4, ... up to `deepest` hidden layers, and a linear model."""
    split = load_digits()
    learn = learner(split, seeds, deepest, passes, width)
    depths = 2 ** np.arange(int(np.log2(deepest)) + 1)
    linear, plain, residual = learn(0, 0), [learn(1, 0)], []
    residual.append(plain[0])  # nothing to add to yet
    for depth in track([int(depth) for depth in depths[1:]]):
        plain.append(learn(depth, 0))
        residual.append(learn(depth, 1))

    gaps = [compare(a.train, b.train) for a, b in zip(plain, residual, strict=True)]
    gap, low, high = np.array(gaps).T
    behind = np.flatnonzero(low > 0)
    limit = int(depths[behind[0] - 1] if len(behind) else depths[-1])
    depth_gain, depth_low, depth_high = compare(residual[0].test, residual[-1].test)
    linear_gain, linear_low, linear_high = compare(linear.test, residual[-1].test)
    guess = np.bincount(split.train.labels).argmax()
    plain_train, plain_test, residual_train, residual_test = (
        np.stack([getattr(each, part).mean(axis=1) for each in kind])
        for kind in (plain, residual)
        for part in ("train", "test")
    )
    return Result(
        depths=depths,
        plain_train=plain_train,
        plain_test=plain_test,
        plain_rate=np.array([each.rate for each in plain]),
        residual_train=residual_train,
        residual_test=residual_test,
        residual_rate=np.array([each.rate for each in residual]),
        gap=gap,
        gap_low=low,
        gap_high=high,
        limit=limit,
        finding=finding(limit, int(depths[-1])),
        deepest=int(depths[-1]),
        deep_plain_train=plain_train[-1],
        deep_plain_test=plain_test[-1],
        deep_residual_train=residual_train[-1],
        deep_residual_test=residual_test[-1],
        shallow_test=residual_test[0],
        linear_train=linear.train.mean(axis=1),
        linear_test=linear.test.mean(axis=1),
        depth_gain=depth_gain,
        depth_low=depth_low,
        depth_high=depth_high,
        depth_verdict=helps(depth_low, depth_high),
        linear_gain=linear_gain,
        linear_low=linear_low,
        linear_high=linear_high,
        linear_verdict=judge(linear_low, linear_high),
        guess_error=float((split.test.labels != guess).mean()),
        rates=len(RATES),
        width=width,
        train_images=len(split.train.labels),
        test_images=len(split.test.labels),
        seeds=seeds,
    )


def rectify(x: Float[Array, "n width"]) -> Float[Array, "n width"]:
    """Gives each row mean 0 and variance 1, then keeps what is positive."""
    x = x - x.mean(axis=1, keepdims=True)
    return nnx.relu(x * jax.lax.rsqrt((x**2).mean(axis=1, keepdims=True) + 1e-5))


def learner(
    split: Split, seeds: int, deepest: int, passes: int, width: int
) -> Callable[[int, int], Wrong]:
    """A function of depth and shortcut that trains with all seeds and rates, compiled once."""
    # Not the shared trainer, which knows no value that is the same for all seeds, as depth is.
    images, labels = jnp.asarray(split.train.images), jnp.asarray(split.train.labels)
    everything = jnp.concatenate([part.images for part in split])
    answers = np.concatenate([part.labels for part in split])
    bounds = np.cumsum([len(part.labels) for part in split])[:-1]
    batches = epochs(len(labels), seeds, passes, BATCH).reshape(seeds, -1, BATCH)
    optimizer = optax.sgd(optax.cosine_decay_schedule(1.0, batches.shape[1]), momentum=0.9)

    @jax.jit
    def start(seeds: Int[Array, " seeds"]) -> Network:
        return jax.lax.map(lambda s: Network(deepest, width, nnx.Rngs(jax.random.key(s))), seeds)

    @jax.jit
    def read(networks: Network, rates: Array, depth: Array, shortcut: Array) -> Array:
        def loss(network: Network, batch: Int[Array, " batch"]) -> Array:
            scores = network(images[batch], depth, shortcut)
            return optax.softmax_cross_entropy_with_integer_labels(scores, labels[batch]).mean()

        def train_one(network: Network, batches: Int[Array, "steps batch"], rate: Array) -> Array:
            def step(carry: tuple, batch: Int[Array, " batch"]) -> tuple:
                network, moments = carry
                updates, moments = optimizer.update(jax.grad(loss)(network, batch), moments)
                updates = jax.tree.map(lambda update: rate * update, updates)
                return (optax.apply_updates(network, updates), moments), None

            network = jax.lax.scan(step, (network, optimizer.init(network)), batches)[0][0]
            return network(everything, depth, shortcut).argmax(axis=1)

        each_seed = jax.vmap(train_one, in_axes=(0, 0, None))
        return jax.vmap(each_seed, in_axes=(None, None, 0))(networks, batches, rates)

    networks = start(np.arange(seeds))

    def learn(depth: int, shortcut: int) -> Wrong:
        wrong = read(networks, np.array(RATES), depth, float(shortcut)) != answers
        train, validation, test = np.split(wrong, bounds, axis=2)
        best = validation.mean(axis=(1, 2)).argmin()
        return Wrong(train[best], test[best], RATES[best])

    return learn


def compare(
    wrong: Bool[np.ndarray, "seeds n"], other: Bool[np.ndarray, "seeds n"]
) -> tuple[float, float, float]:
    """How much lower the other error is, with its 95 % interval over seeds and images."""
    differences = wrong * 1.0 - other
    return float(differences.mean()), *crossed_bootstrap(differences, resamples=2000)


def finding(limit: int, deepest: int) -> str:
    """What the training errors say, whatever they are."""
    if limit == deepest:
        return (
            f"Up to {deepest} layers, plain networks do not clearly fit their training digits worse"
        )
    more = f"Beyond {limit} layers" if limit > 1 else "Beyond one layer"
    return f"{more}, plain networks fit even their own training digits worse: no overfitting"


def helps(low: float, high: float) -> str:
    """What the interval of depth's gain says."""
    return "clearly helps" if low > 0 else "clearly hurts" if high < 0 else "does not clearly help"


def ladder(fig: Figure, result: Result) -> None:
    """Error against depth, on the images learnt from and on unseen forms: a dot a seed."""
    panels = fig.subplots(1, 2, sharey=True)
    draw_ladder(panels[0], result, result.linear_train, result.plain_train, result.residual_train)
    draw_ladder(panels[1], result, result.linear_test, result.plain_test, result.residual_test)
    panels[0].set_title("the digits learnt from")
    panels[1].set_title("digits on unseen forms")
    panels[0].set_ylabel("misread")


def draw_ladder(
    ax: Axes,
    result: Result,
    linear: Float[np.ndarray, " seeds"],
    plain: Float[np.ndarray, "depths seeds"],
    residual: Float[np.ndarray, "depths seeds"],
) -> None:
    """The models of one panel; depth is on a logarithmic scale, with the linear model at 0."""
    places, names = np.arange(1, 1 + len(result.depths)), dict(textcoords="offset points")
    ax.axhline(result.guess_error, color="muted", linestyle=(0, (1, 3)), linewidth=1.2)
    ax.annotate("guessing", (0, result.guess_error), (-5, -5), va="top", color="muted", **names)
    for errors, colour in ((plain, "C1"), (residual, "accent")):
        ax.plot([0, *places], [linear.mean(), *errors.mean(axis=1)], color=colour)
        for place, each in zip(places, errors, strict=True):
            ax.plot(np.full(len(each), place), each, "o", color=colour, alpha=0.4, markersize=5)
    rise = abs(plain.mean(axis=1) - result.guess_error / 2).argmin()
    beside, end = (places[rise], plain[rise].mean()), (places[-1], residual[-1].mean())
    ax.annotate("plain", beside, (-14, 8), ha="right", color="C1", **names)
    ax.annotate("residual", end, (6, 9), ha="right", color="accent", **names)
    ax.plot(np.zeros(len(linear)), linear, "s", color="muted", alpha=0.4, markersize=5)
    ax.plot(0, linear.mean(), "s", color="muted", markersize=8)
    ax.annotate("linear", (0, linear.mean()), (-5, 9), color="muted", **names)
    ax.set_xticks([0, *places], ["0", *(f"{depth}" for depth in result.depths)])
    ax.set(xlabel="hidden layers", ylim=(0, 1), xlim=(-0.3, places[-1] + 0.3))
    ax.yaxis.set_major_formatter(PercentFormatter(1, 0, " %"))


QUICK = dict(seeds=2, deepest=16, passes=4, width=16)
GPU = dict(seeds=16, deepest=64, passes=30, width=64)

if __name__ == "__main__":
    print(run())
