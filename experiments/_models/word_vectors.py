"""Word vectors from the company that words keep: co-occurrences, factorised.

Source: Levy and Goldberg, Neural Word Embedding as Implicit Matrix Factorization, 2014.
"""

from collections import Counter

import numpy as np
from jaxtyping import Float

WINDOW, LEAST = 5, 10  # words on either side; occurrences of a word that gets a vector


def word_vectors(
    texts: list[list[str]], dimensions: int
) -> tuple[list[str], Float[np.ndarray, "words d"]]:
    """Words by falling frequency, and a vector for each from the words around it."""
    seen = Counter(word for text in texts for word in text)
    words = [word for word, count in seen.most_common() if count >= LEAST]
    place = {word: i for i, word in enumerate(words)}
    ids = [np.array([place[word] for word in text if word in place], int) for text in texts]
    pairs = np.zeros(len(words) ** 2)
    for apart in range(1, WINDOW + 1):
        before = np.concatenate([text[:-apart] for text in ids])
        after = np.concatenate([text[apart:] for text in ids])
        pairs += np.bincount(before * len(words) + after, minlength=len(pairs))
    pairs = pairs.reshape(len(words), -1).astype(np.float32)
    pairs += pairs.T
    alone = pairs.sum(axis=1, keepdims=True)
    context = alone.T**0.75  # rare words count for more, as in word2vec
    with np.errstate(divide="ignore"):
        information = np.log(pairs * context.sum() / (alone * context))
    return words, factors(np.maximum(information, 0), dimensions, power=0.5)


def factors(
    matrix: Float[np.ndarray, "n m"], dimensions: int, power: float = 1
) -> Float[np.ndarray, "n d"]:
    """Left singular vectors times a power of the singular values, by subspace iteration.

    Source: Halko, Martinsson and Tropp, SIAM Review 53, 2011.
    """
    found = np.random.default_rng(0).normal(size=(matrix.shape[1], dimensions + 16))
    found = found.astype(np.float32)
    for _ in range(4):
        found = np.linalg.qr(matrix.T @ (matrix @ found))[0]
    left, values, _ = np.linalg.svd(matrix @ found, full_matrices=False)
    return (left * values**power)[:, :dimensions]
