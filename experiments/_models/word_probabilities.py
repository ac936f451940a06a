"""Models of how probable a word is: a law of ranks, its own frequency, the word before it."""

from collections import Counter
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from experiments._data.documents import Documents


class Tested(NamedTuple):
    """What the words of unseen files cost."""

    bits: Float[np.ndarray, "models words"]  # uniform, law, unigram, bigram
    files: Int[np.ndarray, " words"]
    unknown: Bool[np.ndarray, " words"]


def fit_laws(counts: list[Int[np.ndarray, " ranked"]]) -> Float[np.ndarray, "fits 2"]:
    """Exponent and shift of the most likely law for each list of counts by rank."""
    most = 1 << max(map(len, counts)).bit_length()  # mostly the same, so compiled once
    padded = np.stack([np.pad(row, (0, most - len(row))) for row in counts]).astype(np.float32)
    sizes = np.array([len(row) for row in counts])
    return np.asarray(jax.lax.map(fit_law, (padded, sizes)), float)


@jax.jit
def fit_law(ranked: tuple[Float[Array, " most"], Int[Array, ""]]) -> Float[Array, " 2"]:
    """Exponent and shift by Newton's method, from a law near Zipf's."""
    counts, size = ranked
    share, ranks = counts / counts.sum(), jnp.arange(1.0, len(counts) + 1)

    def error(law: Float[Array, " 2"]) -> Array:
        logs = jnp.where(ranks <= size, -law[0] * jnp.log(ranks + jnp.exp(law[1])), -jnp.inf)
        return jax.nn.logsumexp(logs) - jnp.where(ranks <= size, share * logs, 0).sum()

    def newton(law: Array, _: None) -> tuple[Array, None]:
        step = jnp.linalg.solve(jax.hessian(error)(law), jax.grad(error)(law))
        return law - step.clip(-0.5, 0.5), None

    exponent, log_shift = jax.lax.scan(newton, jnp.array([1.0, 1.0]), length=12)[0]
    return jnp.stack([exponent, jnp.exp(log_shift)])


def law_logs(
    ranks: Float[np.ndarray, " n"], most: int, exponent: float, shift: float
) -> Float[np.ndarray, " n"]:
    """Logarithms of the law's probabilities, the sum over all ranks being 1."""
    every = -exponent * np.log(np.arange(1, most + 1) + shift)
    return -exponent * np.log(ranks + shift) - np.log(np.exp(every).sum())


def score_models(documents: Documents, test: Bool[np.ndarray, " documents"]) -> Tested:
    """What each word of the unseen files costs under four models of the other files, in bits."""
    learnt = [text for text, held_out in zip(documents.texts, test, strict=True) if not held_out]
    seen = Counter(word for text in learnt for word in text)
    # Words seen once become the unknown word, whose probability unseen words then have.
    known = [word for word, count in seen.most_common() if count > 1]
    number = {word: i + 1 for i, word in enumerate(known)}  # 0 is the unknown word
    size = len(known) + 1

    def pairs(texts: list[list[str]]) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
        ids = [[size, *(number.get(word, 0) for word in text)] for text in texts]  # with a start
        before = np.concatenate([np.array(row[:-1], int) for row in ids])
        return before, np.concatenate([np.array(row[1:], int) for row in ids])

    before, word = pairs(learnt)
    share = np.bincount(word, minlength=size) / len(word)
    by_frequency = np.argsort(-share, kind="stable")
    (exponent, shift) = fit_laws([(share[by_frequency] * len(word)).round().astype(int)])[0]
    law = np.empty(size)
    law[by_frequency] = np.exp(law_logs(np.arange(1, size + 1), size, exponent, shift))

    unseen = [text for text, held_out in zip(documents.texts, test, strict=True) if held_out]
    before_it, it = pairs(unseen)
    after = kneser_ney(before, word, size, before_it, it)
    chances = np.stack([np.full(len(it), 1 / size), law[it], share[it], after])
    files = np.repeat(documents.files[test], [len(text) for text in unseen])
    return Tested(-np.log2(chances), files, it == 0)


def kneser_ney(
    before: Int[np.ndarray, " n"],
    word: Int[np.ndarray, " n"],
    size: int,
    before_it: Int[np.ndarray, " m"],
    it: Int[np.ndarray, " m"],
) -> Float[np.ndarray, " m"]:
    """Probability of a word after another: counts less a discount, which pays for unseen pairs.

    A word's share of the unseen is by how many different words it has followed.
    """
    pair, count = np.unique(before * size + word, return_counts=True)
    once, twice = (count == 1).sum(), (count == 2).sum()
    discount = once / (once + 2 * twice)
    follows = np.bincount(pair % size, minlength=size) / len(pair)
    total = np.bincount(before, minlength=size + 1)
    kinds = np.bincount(pair // size, minlength=size + 1)
    place = np.searchsorted(pair, before_it * size + it).clip(max=len(pair) - 1)
    seen = np.where(pair[place] == before_it * size + it, count[place] - discount, 0)
    of = np.maximum(total[before_it], 1)
    rest = np.where(total[before_it] > 0, discount * kinds[before_it] / of, 1)
    return seen / of + rest * follows[it]
