"""The results of an ambiguous query fall into its meanings when they are clustered by their words.

Question: can "race" be sorted into its meanings without a label? Data: 78 search results written
for this lecture (`deck/data/race_results.toml`); their meanings serve for scoring alone. Model:
TF-IDF, its k leading singular vectors, spherical k-means from random starts; the mean silhouette
chooses k. Baselines for the same k: k-means on raw counts, one frequent word a cluster, chance.
Expect: adjusted Rand index about 0.8 against 0.6, 0.4 and 0. Source: Deerwester et al., Indexing
by latent semantic analysis, 1990; Zamir and Etzioni, Web document clustering, 1998.
About 4 s on 2 CPU cores.
"""

import re
import tomllib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure

from experiments._drawing.search_page import (
    blank_page,
    draw_clusters,
    draw_results,
    draw_search_box,
)

RESULTS = Path(__file__).parents[1] / "deck" / "data" / "race_results.toml"
COMMON = re.compile(
    "about|after|all|also|and|another|any|are|because|been|before|but|can|could|did|does|each|for"
    "|from|had|has|have|her|his|how|into|its|least|less|like|may|more|most|near|need|new|not|now"
    "|off|one|only|other|our|out|over|own|same|say|she|should|some|still|such|than|that|the|their"
    "|them|then|there|these|they|this|those|too|two|three|under|until|use|used|was|were|what|when"
    "|where|which|who|whose|why|will|with|without|would|you|your"
)
TOP_WORDS = 8  # that name a cluster and are marked in its results


class Result(NamedTuple):
    """The clusters of one run, as a search page would show them, and how all runs score."""

    agreement: Float[np.ndarray, " seeds"]  # adjusted Rand index with the meanings
    purity: Float[np.ndarray, " seeds"]
    counts_agreement: Float[np.ndarray, " seeds"]  # k-means on raw counts
    counts_purity: Float[np.ndarray, " seeds"]
    random_agreement: Float[np.ndarray, " seeds"]
    random_purity: Float[np.ndarray, " seeds"]
    word_agreement: float  # clusters of the results that hold one frequent word each
    word_purity: float
    query: str
    results: int
    meanings: int
    clusters: int
    seeds: int
    tried: Int[np.ndarray, " tried"]  # numbers of clusters
    silhouette: Float[np.ndarray, "tried seeds"]
    best_silhouette: float  # mean over seeds, for the number of clusters chosen
    names: tuple[str, ...]  # of the clusters of the best run, the largest first
    sizes: Int[np.ndarray, " clusters"]
    opened: int
    opened_name: str
    opened_size: int
    keywords: tuple[str, ...]  # of the opened cluster
    titles: tuple[str, ...]  # of its results, the most typical first
    sites: tuple[str, ...]
    texts: tuple[str, ...]


def run(*, seeds: int = 20, most: int = 12, steps: int = 30, wanted: str = "human") -> Result:
    """Clusters the results for every number of clusters; opens the cluster of a wanted word."""
    corpus = tomllib.loads(RESULTS.read_text(encoding="utf-8"))
    results, query = corpus["result"], corpus["query"]
    meanings = np.unique([result["sense"] for result in results], return_inverse=True)[1]
    words, counts = count_words(results, query)
    weights = weigh(counts)
    keys = jax.random.split(jax.random.key(0), seeds)
    k_means = partial(cluster, keys=keys, most=most, steps=steps)

    tried = np.arange(2, most + 1)
    left, values, _ = np.linalg.svd(weights, full_matrices=False)
    found = k_means(left * values, tried, tried)
    quality = np.array([[silhouette(weights, labels) for labels in row] for row in found])
    best = int(quality.mean(axis=1).argmax())
    k, labels = int(tried[best]), found[best]

    partitions = {
        "clusters": labels,
        "counts": k_means(counts, tried[[best]], np.array([len(words)]))[0],
        "chance": np.random.default_rng(0).integers(k, size=(seeds, len(results))),
        "words": [by_frequent_words(counts, k)],
    }
    agreement = {n: np.array([rand_index(meanings, x) for x in p]) for n, p in partitions.items()}
    pure = {n: np.array([purity(meanings, x) for x in p]) for n, p in partitions.items()}

    shown = by_size(labels[quality[best].argmax()])
    profiles = np.array([weights[shown == c].mean(axis=0) for c in range(k)])
    forms = common_forms(results)
    spoken = [forms[word] for word in words]
    tops = [
        [spoken[w] for w in np.argsort(-row, kind="stable")[:TOP_WORDS]]
        for row in profiles - weights.mean(axis=0)
    ]
    opened = int(profiles[:, words.index(stem(wanted))].argmax())
    typical = np.argsort(-(weights @ profiles[opened]) * (shown == opened), kind="stable")
    listed = [results[i] for i in typical[: min(6, (shown == opened).sum())]]
    return Result(
        agreement=agreement["clusters"],
        purity=pure["clusters"],
        counts_agreement=agreement["counts"],
        counts_purity=pure["counts"],
        random_agreement=agreement["chance"],
        random_purity=pure["chance"],
        word_agreement=float(agreement["words"][0]),
        word_purity=float(pure["words"][0]),
        query=query,
        results=len(results),
        meanings=len(np.unique(meanings)),
        clusters=k,
        seeds=seeds,
        tried=tried,
        silhouette=quality,
        best_silhouette=float(quality[best].mean()),
        names=tuple(", ".join(row[:3]) for row in tops),
        sizes=np.bincount(shown),
        opened=opened,
        opened_name=tops[opened][0],
        opened_size=int((shown == opened).sum()),
        keywords=tuple(tops[opened]),
        titles=tuple(result["title"] for result in listed),
        sites=tuple(result["site"] for result in listed),
        texts=tuple(result["text"] for result in listed),
    )


def count_words(
    results: list[dict[str, str]], query: str
) -> tuple[list[str], Float[np.ndarray, "results words"]]:
    """How often each word occurs in each title and text; words of one result alone tell nothing."""
    texts = [Counter(map(stem, words_of(result))) for result in results]
    spread = Counter(word for text in texts for word in text)
    words = sorted(
        w for w in spread if spread[w] > 1 and not COMMON.fullmatch(w) and w != stem(query)
    )
    return words, np.array([[text[word] for word in words] for text in texts], float)


def weigh(counts: Float[np.ndarray, "results words"]) -> Float[np.ndarray, "results words"]:
    """TF-IDF: a word counts for more the fewer results hold it; every result has length 1."""
    rarity = np.log(len(counts) / (counts > 0).sum(axis=0)) + 1
    return unit(np.log1p(counts) * rarity)


def unit(x: Array) -> Array:
    """Vectors of length 1 in the same directions."""
    return x / (1e-9 + (x**2).sum(axis=-1, keepdims=True) ** 0.5)


def cluster(
    points: Float[np.ndarray, "results d"],
    ks: Int[np.ndarray, " tried"],
    used: Int[np.ndarray, " tried"],
    *,
    keys: Array,
    most: int,
    steps: int,
) -> Int[np.ndarray, "tried seeds results"]:
    """Spherical k-means on the leading coordinates, from random results as first centres.

    All numbers of clusters run at once: centres beyond the k-th stay closed.
    """

    def once(k: Array, used: Array, key: Array) -> Int[Array, " results"]:
        x = unit(jnp.where(jnp.arange(points.shape[1]) < used, jnp.asarray(points), 0))

        def assign(centres: Float[Array, "most d"]) -> Int[Array, " results"]:
            return jnp.where(jnp.arange(most) < k, x @ centres.T, -jnp.inf).argmax(axis=1)

        def step(centres: Float[Array, "most d"], _: None) -> tuple[Array, None]:
            member = jax.nn.one_hot(assign(centres), most)
            empty = member.sum(axis=0)[:, None] == 0
            return jnp.where(empty, centres, unit(member.T @ x)), None

        first = x[jax.random.permutation(key, len(x))[:most]]
        return assign(jax.lax.scan(step, first, length=steps)[0])

    each = jax.vmap(jax.vmap(once, in_axes=(None, None, 0)), in_axes=(0, 0, None))
    return np.asarray(jax.jit(each)(jnp.asarray(ks), jnp.asarray(used), keys))


def silhouette(weights: Float[np.ndarray, "results words"], labels: np.ndarray) -> float:
    """Mean of (b - a) / max(a, b): cosine distances to the next cluster and to one's own."""
    distance = 1 - weights @ weights.T
    member = np.eye(labels.max() + 1)[labels]
    member = member[:, member.any(axis=0)]
    sizes = member.sum(axis=0)
    to_cluster = distance @ member
    inside = (to_cluster * member).sum(axis=1) / np.maximum((member @ sizes) - 1, 1)
    outside = np.where(member > 0, np.inf, to_cluster / sizes).min(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9)
    return float(np.where(member @ sizes > 1, score, 0).mean())


def by_frequent_words(counts: Float[np.ndarray, "results words"], k: int) -> np.ndarray:
    """One cluster for each of the k - 1 most widespread words, and one for the results without."""
    words = np.argsort(-(counts > 0).sum(axis=0), kind="stable")[: k - 1]
    holds = counts[:, words] > 0
    return np.where(holds.any(axis=1), holds.argmax(axis=1), k - 1)


def by_size(labels: np.ndarray) -> np.ndarray:
    """The same clusters, numbered from the largest to the smallest."""
    order = np.argsort(-np.bincount(labels), kind="stable")
    return np.argsort(order)[labels]


def contingency(truth: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.array(
        [
            [((truth == t) & (labels == c)).sum() for c in range(labels.max() + 1)]
            for t in range(truth.max() + 1)
        ]
    )


def rand_index(truth: np.ndarray, labels: np.ndarray) -> float:
    """Share of pairs on which two partitions agree, adjusted: 0 by chance, 1 when equal."""
    table = contingency(truth, labels)

    def pairs(n: np.ndarray) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / pairs(table.sum())
    return (both - chance) / ((rows + columns) / 2 - chance)


def purity(truth: np.ndarray, labels: np.ndarray) -> float:
    """Share of results that have the most frequent meaning of their cluster."""
    return float(contingency(truth, labels).max(axis=0).sum() / len(truth))


def words_of(result: dict[str, str]) -> list[str]:
    """The words of a result's title and text."""
    return re.findall(r"[a-z]{3,}", f"{result['title']} {result['text']}".lower())


def stem(word: str) -> str:
    """The word without a plural's s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def common_forms(results: list[dict[str, str]]) -> dict[str, str]:
    """For each stem the form in which it occurs most."""
    forms = Counter(word for result in results for word in words_of(result))
    rising = sorted(forms.items(), key=lambda form: (form[1], form[0]))
    return {stem(word): word for word, _ in rising}


def page(fig: Figure, result: Result) -> None:
    """The search page: the query, the clusters with their sizes, the results of one of them."""
    axes, width, height = blank_page(fig)
    name = result.names[int(result.opened)]
    note = f"Cluster “{name}”: {result.opened_size} of {result.results} results"
    draw_search_box(axes, result.query, note)
    draw_clusters(axes, result.names, result.sizes, int(result.opened), top=62)
    listed = zip(result.titles, result.sites, result.texts, strict=True)
    draw_results(axes, list(listed), list(result.keywords), result.query, 62, width, height)


QUICK = dict(seeds=2, most=6)
GPU = dict(seeds=200, most=20)

if __name__ == "__main__":
    print(run())
