"""A network that only learnt to remove noise draws new digits out of nothing but noise.

Question: can p(image) be learnt without a label, and how good are samples of it? Data:
scikit-learn's digits, split by form, labels unused. Model: a perceptron that sees an image mixed
with noise, and how much, and guesses the clean image; sampling starts from noise and follows its
guesses in small steps. Baseline: a Gaussian with the mean and covariance of the training images.
Ceiling: the training images themselves. Measures, against forms never met: precision and coverage
by nearest neighbours, a two-sample test, and the distance to the nearest training image, which
would betray copies. Expect: between the Gaussian and the real images. Source: Ho, Jain and Abbeel,
Denoising Diffusion Probabilistic Models, 2020; Naeem and others, Reliable Fidelity and Diversity
Metrics for Generative Models, 2020. About 10 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure

from experiments._data.digits import load_digits
from experiments._models.training import draws, parameters, trainer
from experiments._statistics.intervals import bootstrap
from experiments._statistics.sample_quality import distances, reached, two_samples

NEAREST = 0.01  # of the unseen digits


class Result(NamedTuple):
    """Samples on their way from noise to digits, and how they compare with real ones."""

    precision: Float[np.ndarray, " seeds"]  # share of samples within reach of unseen digits
    coverage: Float[np.ndarray, " seeds"]  # share of unseen digits with a sample within reach
    gaussian_precision: Float[np.ndarray, " seeds"]
    gaussian_coverage: Float[np.ndarray, " seeds"]
    real_precision: Float[np.ndarray, " seeds"]  # of training images, in place of samples
    real_coverage: Float[np.ndarray, " seeds"]
    precision_gain: float  # over the Gaussian
    precision_gain_low: float  # 95 % interval, over samples
    precision_gain_high: float
    coverage_gain: float
    coverage_gain_low: float  # 95 % interval, over unseen digits
    coverage_gain_high: float
    verdict: str  # whether the model beats the Gaussian, in both or in one
    recall: Float[np.ndarray, " seeds"]  # the other way round: unseen digits in reach of samples
    gaussian_recall: Float[np.ndarray, " seeds"]
    told_apart: Float[np.ndarray, " seeds"]  # accuracy of the two-sample test; one half is ideal
    gaussian_told_apart: Float[np.ndarray, " seeds"]
    real_told_apart: Float[np.ndarray, " seeds"]
    distance: Float[np.ndarray, " seeds"]  # of samples to the nearest training image, median
    real_distance: float  # the same for unseen digits
    nearest: float  # share of unseen digits that count as near to a training image
    copies: Float[np.ndarray, " seeds"]  # share of samples as near as these
    seeds: int
    steps: int  # of denoising
    training_steps: int
    parameters: int
    shown: int
    train_images: int
    test_images: int
    frames: Int[np.ndarray, " frames"]  # steps of denoising done
    images: Float[np.ndarray, "frames shown 8 8"]  # of the first seed


class Denoiser(nnx.Module):
    """A noisy image and the amount of noise to the clean image, by two residual layers."""

    def __init__(self, width: int, rngs: nnx.Rngs) -> None:
        self.enter = nnx.Linear(64 + 16, width, rngs=rngs)
        self.first = nnx.Linear(width, width, rngs=rngs)
        self.second = nnx.Linear(width, width, rngs=rngs)
        self.leave = nnx.Linear(width, 64, rngs=rngs)

    def __call__(self, x: Float[Array, "b 64"], time: Float[Array, " b"]) -> Float[Array, "b 64"]:
        angles = time[:, None] * 2.0 ** jnp.arange(8) * jnp.pi / 2
        h = self.enter(jnp.concatenate([x, jnp.sin(angles), jnp.cos(angles)], axis=1))
        h = h + self.first(nnx.silu(h))
        h = h + self.second(nnx.silu(h))
        return self.leave(nnx.silu(h))


def run(
    *,
    seeds: int = 3,
    training_steps: int = 1500,
    batch: int = 64,
    width: int = 192,
    steps: int = 50,
    shown: int = 24,
) -> Result:
    """Trains denoisers, draws as many samples as there are unseen digits, and compares."""
    split = load_digits()
    # From -1 (paper) to 1 (ink), so that images and noise are of like size.
    train, test = (2 * part.images.reshape(-1, 64) - 1 for part in (split.train, split.test))
    networks = learn(train, seeds, training_steps, batch, width)
    frames = np.unique(np.linspace(0, steps, min(steps + 1, 11)).round().astype(int))
    path = sample(networks, seeds, len(test), steps)[:, frames]
    samples = path[:, -1]
    rngs = [np.random.default_rng(seed) for seed in range(seeds)]
    mean, covariance = train.mean(axis=0), np.cov(train.T)
    gaussian = np.stack(
        [rng.multivariate_normal(mean, covariance, len(test)).clip(-1, 1) for rng in rngs]
    )
    real = np.stack([train[rng.permutation(len(train))[: len(test)]] for rng in rngs])
    sets = {"model": samples, "gaussian": gaussian, "real": real}
    lies, covers, apart = {}, {}, {}
    for name, images in sets.items():
        within = np.stack([reached(x, test) for x in images])  # seeds x images x unseen digits
        lies[name], covers[name] = within.any(axis=2), within.any(axis=1)
        apart[name] = np.array([two_samples(x, test) for x in images])
    finer = lies["model"].mean(axis=0) - lies["gaussian"].mean(axis=0)
    wider = covers["model"].mean(axis=0) - covers["gaussian"].mean(axis=0)
    finer_interval, wider_interval = bootstrap(finer), bootstrap(wider)
    recall = {
        name: np.array([reached(test, x).any(axis=1).mean() for x in sets[name]])
        for name in ("model", "gaussian")
    }
    nearest = np.array([distances(x, train).min(axis=1) for x in samples])
    unseen = distances(test, train).min(axis=1)
    return Result(
        precision=lies["model"].mean(axis=1),
        coverage=covers["model"].mean(axis=1),
        gaussian_precision=lies["gaussian"].mean(axis=1),
        gaussian_coverage=covers["gaussian"].mean(axis=1),
        real_precision=lies["real"].mean(axis=1),
        real_coverage=covers["real"].mean(axis=1),
        precision_gain=float(finer.mean()),
        precision_gain_low=finer_interval[0],
        precision_gain_high=finer_interval[1],
        coverage_gain=float(wider.mean()),
        coverage_gain_low=wider_interval[0],
        coverage_gain_high=wider_interval[1],
        verdict=judge(finer_interval[0] > 0, wider_interval[0] > 0),
        recall=recall["model"],
        gaussian_recall=recall["gaussian"],
        told_apart=apart["model"],
        gaussian_told_apart=apart["gaussian"],
        real_told_apart=apart["real"],
        distance=np.median(nearest, axis=1),
        real_distance=float(np.median(unseen)),
        copies=(nearest < np.quantile(unseen, NEAREST)).mean(axis=1),
        nearest=NEAREST,
        seeds=seeds,
        steps=steps,
        training_steps=training_steps,
        parameters=parameters(networks),
        shown=shown,
        train_images=len(train),
        test_images=len(test),
        frames=frames,
        images=path[0, :, :shown].reshape(len(frames), -1, 8, 8),
    )


def learn(
    train: Float[np.ndarray, "n 64"], seeds: int, steps: int, batch: int, width: int
) -> Denoiser:
    """Mixes images with random amounts of noise and asks for the images."""

    def loss(network: Denoiser, images: Float[Array, "b 64"], key: Array) -> Array:
        key, other = jax.random.split(key)
        time = jax.random.uniform(key, (len(images),))
        angle = jnp.pi / 2 * time[:, None]
        noise = jax.random.normal(other, images.shape)
        error = network(jnp.cos(angle) * images + jnp.sin(angle) * noise, time) - images
        # The less noise there was, the more an error counts.
        return ((error / jnp.sin(angle).clip(0.1)) ** 2).mean()

    stages = 10
    optimizer = optax.adam(optax.cosine_decay_schedule(3e-3, steps))
    fit = trainer(lambda rngs: Denoiser(width, rngs), loss, optimizer)
    return fit(train, draws(len(train), seeds, stages, steps // stages, batch)).networks


def sample(
    networks: Denoiser, seeds: int, count: int, steps: int
) -> Float[np.ndarray, "seeds path count 64"]:
    """Guesses the image, takes a little of the noise away, and guesses again (DDIM).

    Source: Song, Meng and Ermon, Denoising Diffusion Implicit Models, 2021.
    """
    angle = jnp.pi / 2 / steps

    @jax.jit
    @jax.vmap
    def turn(network: Denoiser, seed: Int[Array, ""]) -> Float[Array, "path count 64"]:
        noise = jax.random.normal(jax.random.key(seed), (count, 64))

        def step(x: Float[Array, "count 64"], done: Array) -> tuple[Array, Array]:
            now = jnp.pi / 2 - done * angle
            image = network(x, jnp.full(count, 1 - done / steps))
            noise = (x - jnp.cos(now) * image) / jnp.sin(now)
            x = jnp.cos(now - angle) * image + jnp.sin(now - angle) * noise
            return x, x

        path = jax.lax.scan(step, noise, jnp.arange(steps))[1]
        return jnp.concatenate([noise[None], path])

    return np.asarray(turn(networks, 1000 + jnp.arange(seeds))).clip(-1, 1)


def judge(finer: bool, wider: bool) -> str:
    """In which of the two measures the model surely beats the Gaussian."""
    if finer and wider:
        return "beats a Gaussian in both"
    if finer or wider:
        return f"beats a Gaussian only in {'precision' if finer else 'coverage'}"
    return "beats a Gaussian in neither"


def denoising(fig: Figure, result: Result, frame: int) -> None:
    """The first samples of the first network after some steps."""
    ax, images, columns = fig.subplots(), result.images[frame], 6
    rows = -(-len(images) // columns)
    page = np.full((10 * rows - 2, 10 * columns - 2), -1.0)
    for i, image in enumerate(images):
        top, left = 10 * (i // columns), 10 * (i % columns)
        page[top : top + 8, left : left + 8] = image
    # Sixteen shades and raw pixels: frames of noise hardly compress otherwise.
    ax.imshow((8 * page).round() / 8, cmap="ink", vmin=-1, vmax=1, interpolation="none")
    ax.set_axis_off()


def quality(fig: Figure, result: Result) -> None:
    """Precision against coverage, a dot for every seed."""
    ax = fig.subplots()
    for name, precision, coverage, colour in (
        ("real digits,\nother forms", result.real_precision, result.real_coverage, "ink"),
        ("Gaussian", result.gaussian_precision, result.gaussian_coverage, "muted"),
        ("diffusion", result.precision, result.coverage, "accent"),
    ):
        ax.scatter(coverage, precision, s=80, color=colour, alpha=0.8, lw=0)
        up = 1 if name == "diffusion" else -1
        ax.annotate(
            name,
            (coverage.mean(), precision.max() if up > 0 else precision.min()),
            (0, 10 * up),
            textcoords="offset points",
            ha="center",
            va="bottom" if up > 0 else "top",
            color=colour,
        )
    ticks, labels = (0, 0.5, 1), ("0 %", "50 %", "100 %")
    ax.set_xticks(ticks, labels)
    ax.set_yticks(ticks, labels)
    ax.set(xlim=(0, 1.05), ylim=(0, 1.05))
    ax.set_xlabel("coverage: unseen digits with a sample nearby")
    ax.set_ylabel("precision: samples\nnear unseen digits")


QUICK = dict(seeds=2, training_steps=100, width=64, steps=10)
GPU = dict(seeds=8, training_steps=50_000, batch=256, width=512, steps=200)
