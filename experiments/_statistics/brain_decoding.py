"""Decoding from trials by voxels: leave-one-run-out, permutation test and searchlight.

Source: Kriegeskorte et al., Information-based functional brain mapping, 2006; Ojala and Garriga,
Permutation tests for studying classifier performance, 2010.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

MAPS = 25  # labellings permuted for the map, which are combined over subjects


class Study(NamedTuple):
    """One subject; the first labelling is the true one, the others are permuted."""

    answers: Int[np.ndarray, " trials"]
    accuracy: Float[np.ndarray, " labellings"]
    means_accuracy: Float[np.ndarray, ""]
    maps: Float[np.ndarray, "labellings voxels"]  # of the first `1 + MAPS`
    weights: Float[np.ndarray, " voxels"]


def relabel(
    seed: int, labels: Int[np.ndarray, "runs trials"], permutations: int
) -> Int[np.ndarray, "labellings runs trials"]:
    """The true labels, then permutations within each run, so that every run stays balanced."""
    copies = np.broadcast_to(labels, (permutations, *labels.shape))
    shuffled = np.random.default_rng((seed, 1)).permuted(copies, axis=2)
    return np.concatenate([labels[None], shuffled])


def neighbours(brain: Bool[np.ndarray, "n n"], radius: int) -> Int[np.ndarray, "voxels disc"]:
    """The voxels of the disc around each; `voxels` stands for a place outside the brain."""
    number = np.full(np.add(brain.shape, 2 * radius), brain.sum())
    number[radius:-radius, radius:-radius][brain] = np.arange(brain.sum())
    steps = np.indices((2 * radius + 1,) * 2).reshape(2, -1).T
    steps = steps[((steps - radius) ** 2).sum(axis=1) <= radius**2]
    places = np.argwhere(brain)[:, None] + steps
    return number[places[..., 0], places[..., 1]]


def examine(
    responses: Float[Array, "runs trials voxels"],
    labellings: Int[Array, "labellings runs trials"],
    discs: Int[np.ndarray, "voxels disc"],
    categories: int,
    strength: float,
) -> Study:
    """Leaves out every run once, with all voxels and with the disc around each."""
    runs, trials, voxels = responses.shape
    flat = responses.reshape(-1, voxels)
    gram = flat @ flat.T
    gram /= jnp.diag(gram).mean()
    truth = jax.nn.one_hot(labellings, categories).reshape(-1, runs * trials, categories)
    order = np.arange(runs * trials).reshape(runs, trials)
    rest = np.stack([np.delete(order, run, axis=0).ravel() for run in range(runs)])

    def fold(test: Int[Array, " trials"], train: Int[Array, " others"]) -> Int[Array, "l trials"]:
        coefficients = fit(gram[train][:, train], truth[:, train], strength)
        return (gram[test][:, train] @ coefficients).argmax(axis=2)

    answers = jax.lax.map(lambda each: fold(*each), (order, rest))  # runs x labellings x trials
    correct = answers.swapaxes(0, 1) == labellings
    ones = jnp.arange(voxels)[None]
    weights = flat.T @ fit(gram, truth[:1], strength)[0]
    return Study(
        answers=answers[:, 0].ravel(),
        accuracy=correct.mean(axis=(1, 2)),
        means_accuracy=nearest_mean(responses, truth[0], ones, rest)[0],
        maps=jax.lax.map(lambda t: nearest_mean(responses, t, discs, rest), truth[: 1 + MAPS]),
        weights=jnp.linalg.norm(weights, axis=1),
    )


def fit(
    gram: Float[Array, "n n"], truth: Float[Array, "l n k"], strength: float, steps: int = 20
) -> Float[Array, "l n k"]:
    """Multinomial logistic regression with a ridge penalty, for many labellings at once.

    The best weights are sums of trials; these are the coefficients. Every step minimises Boehning's
    quadratic upper bound (1992), the same for all labellings, so that one inverse serves them all.
    """
    inverse = jnp.linalg.inv(gram / 2 + strength * jnp.eye(len(gram)))

    def step(coefficients: Array, _: None) -> tuple[Array, None]:
        missing = truth - jax.nn.softmax(gram @ coefficients, axis=2)
        return coefficients + inverse @ (missing - strength * coefficients), None

    return jax.lax.scan(step, jnp.zeros_like(truth), length=steps)[0]


def nearest_mean(
    responses: Float[Array, "runs trials voxels"],
    truth: Float[Array, "all k"],
    discs: Int[Array, "places disc"],
    rest: Int[Array, "runs others"],
) -> Float[Array, " places"]:
    """Accuracy of choosing the category whose mean is nearest, in every disc of voxels."""
    runs, trials, voxels = responses.shape
    flat, others = responses.reshape(-1, voxels), truth[rest]  # runs x others x k
    means = jnp.einsum("rok,rov->rkv", others / others.sum(axis=1, keepdims=True), flat[rest])
    # |x - m|^2 without |x|^2, which is the same for all categories
    distance = (means**2)[:, None] - 2 * responses[:, :, None] * means[:, None]
    by_voxel = jnp.moveaxis(jnp.pad(distance, ((0, 0),) * 3 + ((0, 1),)), 3, 0)
    total = by_voxel[discs].sum(axis=1)  # places x runs x trials x k
    return (total.argmin(axis=3) == truth.argmax(axis=1).reshape(runs, trials)).mean(axis=(1, 2))


def ranking(score: Float[np.ndarray, " n"], chosen: Bool[np.ndarray, " n"]) -> float:
    """Area under the ROC curve: the chance that a chosen one scores above another, ties half."""
    above = score[chosen][:, None] - score[~chosen]
    return float((above > 0).mean() + (above == 0).mean() / 2)
