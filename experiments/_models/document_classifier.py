"""Two classifiers of documents by their words: logistic regression on tf-idf, and naive Bayes.

The score of a label is a weighted sum over the document's words, so what a word adds to a decision
is exactly its weight times its value. Weights begin at zero: a word that no document in training
holds keeps a weight of zero and decides nothing.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int

from experiments._data.documents import NAMES, Fold
from livedeck import report


class Words(NamedTuple):
    """tf-idf by its factors, of which only the large one is shared by all splits."""

    counts: Float[np.ndarray, "documents words"]  # dampened: twice the word is not twice the sign
    rarity: Float[np.ndarray, "splits words"]  # the fewer training documents hold it, the more
    lengths: Float[np.ndarray, "splits documents"]  # of the products; they are divided by it


class Learnt(NamedTuple):
    """One model per split, as it was when it served the validation documents best."""

    weights: Float[np.ndarray, "splits words labels"]  # of a dampened count, rarity included
    probabilities: Float[np.ndarray, "splits documents labels"]


class Linear(nnx.Module):
    """Multinomial logistic regression on tf-idf."""

    def __init__(self, words: int) -> None:
        self.kernel = nnx.Param(jnp.zeros((words, len(NAMES))))
        self.bias = nnx.Param(jnp.zeros(len(NAMES)))

    def __call__(self, words: Words) -> Float[Array, "documents labels"]:
        weights = words.rarity[:, None] * self.kernel
        return words.counts @ weights / words.lengths[:, None] + self.bias


def tf_idf(counts: Float[np.ndarray, "documents words"], folds: list[Fold]) -> Words:
    """What a word counts for is found on the training documents of each split."""
    dampened, train = np.log1p(counts), np.stack([fold.train for fold in folds])
    held = train.astype(int) @ (counts > 0)
    rarity = np.log((1 + train.sum(axis=1, keepdims=True)) / (1 + held)) + 1
    lengths = np.sqrt(rarity**2 @ (dampened**2).T)
    return Words(dampened, rarity.astype(np.float32), np.maximum(lengths, 1e-9).astype(np.float32))


def learn(
    words: Words, labels: Int[np.ndarray, " documents"], folds: list[Fold], steps: int
) -> Learnt:
    """Trains on all documents of each split at once, all splits side by side."""
    optimizer = optax.sgd(3.0, momentum=0.9, nesterov=True)

    def losses(model: Linear, words: Words, train: Array, validation: Array) -> tuple:
        scores = model(words)
        each = optax.softmax_cross_entropy_with_integer_labels(scores, labels)
        return jnp.mean(each, where=train), (scores, jnp.mean(each, where=validation))

    def step(carry: tuple, words: Words, fold: Fold) -> tuple:
        model, moments, best, least = carry
        gradient = jax.grad(losses, has_aux=True)
        slope, (scores, error) = gradient(model, words, fold.train, fold.validation)
        now = words.rarity[:, None] * model.kernel, jax.nn.softmax(scores)
        best = jax.tree.map(lambda new, old: jnp.where(error < least, new, old), now, best)
        updates, moments = optimizer.update(slope, moments, model)
        return optax.apply_updates(model, updates), moments, best, jnp.minimum(error, least)

    @jax.jit
    def train(words: Words, parts: Fold) -> tuple:
        model = Linear(words.counts.shape[1])
        nothing = model.kernel[...], jnp.zeros((len(labels), len(NAMES)))
        carry = model, optimizer.init(model), nothing, jnp.inf
        carry = jax.tree.map(lambda a: jnp.broadcast_to(a, (len(folds), *jnp.shape(a))), carry)
        each = jax.vmap(step, in_axes=(0, Words(None, 0, 0), 0))
        return jax.lax.scan(lambda c, _: (each(c, words, parts), None), carry, length=steps)[0]

    parts = Fold(*map(np.stack, zip(*folds, strict=True)))
    _, _, best, error = train(jax.tree.map(jnp.asarray, words), parts)
    report(steps, steps, loss=error.mean())
    return Learnt(*map(np.asarray, best))


def naive_bayes(
    counts: Float[np.ndarray, "documents words"],
    labels: Int[np.ndarray, " documents"],
    folds: list[Fold],
) -> Int[np.ndarray, "splits documents"]:
    """The label whose words, as frequent as in training, make each document most probable."""
    answers = []
    for fold in folds:
        own = [counts[fold.train & (labels == label)] for label in range(len(NAMES))]
        likely = np.stack([rows.sum(axis=0) + 1 for rows in own])  # Laplace's rule
        logs = np.log(likely / likely.sum(axis=1, keepdims=True))
        prior = np.log([len(rows) for rows in own])
        answers.append((counts @ logs.T + prior).argmax(axis=1))
    return np.stack(answers)
