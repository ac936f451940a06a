"""Words that keep the same company get similar vectors, and texts fall into groups, unlabelled.

Question: what can be learnt about meaning when nobody says what a text is about? Data: all words of
the docstrings of three libraries, for the vectors; their prose, for the groups. Model: word vectors
from positive pointwise mutual information, factorised; a text is the mean of its words' vectors,
and k-means finds three groups. Baselines: k-means on tf-idf, on its own factorisation (latent
semantic analysis), and groups at random. The libraries are used only to score: by the adjusted
Rand index, with a bootstrap over files. Expect: about 0.4, tf-idf 0.3, chance 0.
Source: Levy and Goldberg, Neural Word Embedding as Implicit Matrix Factorization, 2014.
About 6 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from matplotlib.figure import Figure

from experiments._data.documents import (
    NAMES,
    Documents,
    count_words,
    read_documents,
    read_everything,
)
from experiments._models.word_vectors import factors, word_vectors


class Result(NamedTuple):
    """Neighbours of some words, and how far groups of texts agree with the libraries."""

    agreement: Float[np.ndarray, " seeds"]  # adjusted Rand index: 0 by chance, 1 when equal
    lsa_agreement: Float[np.ndarray, " seeds"]
    tf_idf_agreement: Float[np.ndarray, " seeds"]
    chance_agreement: Float[np.ndarray, " seeds"]
    unit_agreement: Float[np.ndarray, " seeds"]  # had all word vectors been made equally long
    gain: float  # of the vectors over tf-idf, mean over seeds
    gain_low: float  # 95 % interval, over files
    gain_high: float
    verdict: str  # "beat", "do not clearly beat" or "are worse than"
    lsa_gain: float
    lsa_gain_low: float
    lsa_gain_high: float
    lsa_verdict: str
    seeds: int
    documents: int
    files: int
    tokens: int
    vocabulary: int
    dimensions: int
    sizes: Int[np.ndarray, " groups"]  # of the first seed, the largest first
    shares: Float[np.ndarray, "groups libraries"]
    top_words: tuple[str, ...]  # of each group, joined
    asked: tuple[str, ...]  # the first of them
    nearest: tuple[str, ...]  # the words nearest to it, joined
    libraries: tuple[str, ...]


def run(
    *,
    seeds: int = 8,
    dimensions: int = 64,
    starts: int = 5,
    steps: int = 30,
    shown: int = 5,
    resamples: int = 500,
) -> Result:
    """Learns word vectors, groups texts by them, and scores the groups."""
    everything, documents = read_everything(), read_documents()
    words, vectors = word_vectors(everything.texts, dimensions)
    place = {word: i for i, word in enumerate(words)}
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    vocabulary, counts = count_words(documents.texts)
    values = np.log1p(counts) * (np.log(len(counts) / (counts > 0).sum(axis=0)) + 1)
    values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
    held = [i for i, word in enumerate(vocabulary) if word in place]
    rows = [place[vocabulary[i]] for i in held]
    lsa = factors(values, dimensions)
    points = {
        "vectors": centred(values[:, held] @ vectors[rows]),
        "unit": centred(values[:, held] @ unit[rows]),
        "lsa": lsa / np.maximum(np.linalg.norm(lsa, axis=1, keepdims=True), 1e-9),
        "tf-idf": values,
    }
    found = {name: k_means(x, seeds, starts, steps) for name, x in points.items()}
    found["chance"] = np.random.default_rng(0).integers(len(NAMES), size=found["lsa"].shape)
    tables = {name: count_pairs(documents, labels) for name, labels in found.items()}
    agreement = {name: rand_index(table.sum(axis=1)) for name, table in tables.items()}

    files = documents.files.max() + 1
    drawn = np.random.default_rng(0).multinomial(files, np.full(files, 1 / files), resamples)
    again = {
        name: np.stack([rand_index((t * d[:, None, None]).sum(axis=1)).mean() for d in drawn])
        for name, t in tables.items()
    }
    intervals = {
        name: np.quantile(again["vectors"] - again[name], (0.025, 0.975))
        for name in ("tf-idf", "lsa")
    }
    table = tables["vectors"][0].sum(axis=0).T  # groups x libraries
    order = np.argsort(-table.sum(axis=1), kind="stable")
    typical = values[:, held] - values[:, held].mean(axis=0)
    profiles = [typical[found["vectors"][0] == group].mean(axis=0) for group in order]
    tops = [np.argsort(-profile, kind="stable")[:shown] for profile in profiles]
    tops = [[vocabulary[held[i]] for i in top] for top in tops]
    return Result(
        agreement=agreement["vectors"],
        lsa_agreement=agreement["lsa"],
        tf_idf_agreement=agreement["tf-idf"],
        chance_agreement=agreement["chance"],
        unit_agreement=agreement["unit"],
        gain=float((agreement["vectors"] - agreement["tf-idf"]).mean()),
        gain_low=intervals["tf-idf"][0],
        gain_high=intervals["tf-idf"][1],
        verdict=judge(*intervals["tf-idf"]),
        lsa_gain=float((agreement["vectors"] - agreement["lsa"]).mean()),
        lsa_gain_low=intervals["lsa"][0],
        lsa_gain_high=intervals["lsa"][1],
        lsa_verdict=judge(*intervals["lsa"]),
        seeds=seeds,
        documents=len(documents.texts),
        files=int(files),
        tokens=sum(map(len, everything.texts)),
        vocabulary=len(words),
        dimensions=dimensions,
        sizes=table.sum(axis=1)[order].astype(int),
        shares=(table / table.sum(axis=1, keepdims=True))[order],
        top_words=tuple(", ".join(top) for top in tops),
        asked=tuple(top[0] for top in tops),
        nearest=tuple(", ".join(neighbours(words, unit, place[top[0]], shown)) for top in tops),
        libraries=NAMES,
    )


def judge(low: float, high: float) -> str:
    """What the 95 % interval of a gain says."""
    return "beat" if low > 0 else "are worse than" if high < 0 else "do not clearly beat"


def centred(x: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Directions from the mean: what all texts share tells none of them apart."""
    x = x - x.mean(axis=0)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def neighbours(
    words: list[str], unit: Float[np.ndarray, "words d"], word: int, count: int
) -> list[str]:
    """The words whose vectors point most nearly the same way."""
    return [words[i] for i in np.argsort(-unit @ unit[word], kind="stable")[1 : count + 1]]


def k_means(
    points: Float[np.ndarray, "n d"], seeds: int, starts: int, steps: int
) -> Int[np.ndarray, "seeds n"]:
    """Three groups for each seed: the tightest of some starts from random points."""
    x = jnp.asarray(points, jnp.float32)
    k = len(NAMES)

    def distances(centres: Float[Array, "k d"]) -> Float[Array, "n k"]:
        return (centres**2).sum(axis=1) - 2 * x @ centres.T

    def step(centres: Float[Array, "k d"], _: None) -> tuple[Array, None]:
        member = jax.nn.one_hot(distances(centres).argmin(axis=1), k)
        sizes = member.sum(axis=0)[:, None]
        return jnp.where(sizes > 0, member.T @ x / jnp.maximum(sizes, 1), centres), None

    def once(first: Int[Array, " k"]) -> tuple[Array, Array]:
        apart = distances(jax.lax.scan(step, x[first], length=steps)[0])
        return apart.argmin(axis=1), apart.min(axis=1).sum()

    rngs = [np.random.default_rng(seed) for seed in range(seeds)]
    first = [[rng.choice(len(x), k, replace=False) for _ in range(starts)] for rng in rngs]
    labels, loose = jax.jit(jax.vmap(jax.vmap(once)))(np.array(first))
    return np.asarray(labels)[np.arange(seeds), np.asarray(loose).argmin(axis=1)]


def count_pairs(
    documents: Documents, groups: Int[np.ndarray, "seeds documents"]
) -> Float[np.ndarray, "seeds files libraries groups"]:
    """How many documents of each file are of a library and in a group."""
    tables = np.zeros((len(groups), documents.files.max() + 1, len(NAMES), len(NAMES)))
    for table, found in zip(tables, groups, strict=True):
        np.add.at(table, (documents.files, documents.labels, found), 1)
    return tables


def rand_index(tables: Float[np.ndarray, "seeds libraries groups"]) -> Float[np.ndarray, " seeds"]:
    """Share of pairs on which two partitions agree, adjusted: 0 by chance, 1 when equal.

    Source: Hubert and Arabie, Comparing Partitions, 1985.
    """

    def pairs(n: Float[np.ndarray, "seeds *n"]) -> Float[np.ndarray, " seeds"]:
        return (n * (n - 1) / 2).reshape(len(n), -1).sum(axis=1)

    both, rows, columns = pairs(tables), pairs(tables.sum(axis=2)), pairs(tables.sum(axis=1))
    chance = rows * columns / pairs(tables.sum(axis=(1, 2))[:, None])
    return (both - chance) / ((rows + columns) / 2 - chance)


def groups(fig: Figure, result: Result) -> None:
    """The groups by their typical words, the neighbours of the first, and whose texts they hold."""
    ax = fig.subplots()
    for row, shares in enumerate(result.shares):
        ax.text(0, row - 0.3, result.top_words[row], va="center", weight="bold")
        text = f"nearest to “{result.asked[row]}”: {result.nearest[row]}"
        ax.text(0, row - 0.08, text, va="center", color="muted", size=13.5)
        left = 0.0
        for library, share, colour in zip(
            result.libraries, shares, ("C0", "C1", "C2"), strict=True
        ):
            look = {"color": (colour, 0.35), "edgecolor": colour, "linewidth": 1}
            ax.barh(row + 0.2, share, left=left, height=0.22, **look)
            if share > 0.25:
                text = f"{library} {100 * share:.0f} %"
                ax.text(left + share / 2, row + 0.2, text, ha="center", va="center", size=13.5)
            left += share
    ax.set(xlim=(0, 1), ylim=(len(result.shares) - 0.6, -0.5))
    ax.set_axis_off()


def agreement(fig: Figure, result: Result) -> None:
    """Adjusted Rand index of the groups with the libraries: a dot for every seed."""
    ax = fig.subplots()
    rows = (
        ("word vectors", result.agreement, "accent"),
        ("tf-idf, factorised", result.lsa_agreement, "muted"),
        ("tf-idf", result.tf_idf_agreement, "muted"),
        ("at random", result.chance_agreement, "muted"),
    )
    for row, (_, values, colour) in enumerate(rows):
        mean = values.mean()
        ax.scatter(values, np.full(len(values), row), s=60, color=colour, alpha=0.35, lw=0)
        ax.plot((mean, mean), (row - 0.24, row + 0.24), color=colour, linewidth=3)
        ax.text(
            mean, row - 0.3, f"{round(mean, 2) + 0.0:.2f}", ha="center", va="bottom", color=colour
        )
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set(ylim=(len(rows) - 0.6, -0.7), xlim=(-0.05, 1))
    ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("adjusted Rand index with the libraries")


QUICK = dict(seeds=2, dimensions=16, starts=2, steps=10, resamples=50)
GPU = dict(seeds=64, starts=20, steps=100, resamples=2000)
