"""Without any label, text teaches how probable each word is: Zipf's law, and what comes next.

Question: f(text) = p(word). Data: all words in the docstrings of 60 files of three libraries.
Models: the law p(r) = c / (r + b)^a of the r-th most frequent word, by maximum likelihood, its
ranks from one half of the files and its frequencies from the other, because one sample for both
would flatter it; each word's own frequency; and its frequency after the word before it
(Kneser-Ney). Baseline: all words alike. Perplexity is measured on files held out in five folds;
intervals are over files, by jackknife and bootstrap. Expect: an exponent a little above 1, and a
perplexity that falls from thousands to some 150. Source: Zipf 1949; Mandelbrot 1953; Piantadosi,
Zipf's word frequency law, 2014; Chen and Goodman 1999. About 5 s on 2 CPU cores.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._data.documents import Documents, folds, read_everything
from experiments._drawing.number_format import grouped
from experiments._models.word_probabilities import fit_laws, law_logs, score_models
from experiments._statistics.intervals import bootstrap


class Result(NamedTuple):
    """The law of word frequencies, and how well four models expect the words of unseen files."""

    exponent: float
    exponent_low: float  # 95 % interval, over files, by the jackknife
    exponent_high: float
    shift: float
    tokens: int
    types: int
    files: int
    unranked: float  # share of the second half's words that the first half does not hold
    half_covered: int  # so many of the most frequent words make up half of the text
    splits: int
    unknown: float  # share of unseen text that is no word of the training vocabulary
    uniform_perplexity: Float[np.ndarray, " splits"]
    law_perplexity: Float[np.ndarray, " splits"]
    unigram_perplexity: Float[np.ndarray, " splits"]
    bigram_perplexity: Float[np.ndarray, " splits"]
    law_cost: float  # bits a word by which the law is worse than each word's own frequency
    law_cost_low: float  # 95 % interval, over files
    law_cost_high: float
    bigram_gain: float  # bits a word that the word before it is worth
    bigram_gain_low: float
    bigram_gain_high: float
    bigram_verdict: str  # "beats", "does not clearly beat" or "is worse than"
    ranks: Float[np.ndarray, " points"]  # means of the ranks of a bin
    shares: Float[np.ndarray, " points"]  # of the second half, means over the words of a bin
    law: Float[np.ndarray, " points"]
    zipf: Float[np.ndarray, " points"]  # the law with a = 1 and b = 0
    marked: Int[np.ndarray, " marks"]  # ranks whose words are shown
    marked_shares: Float[np.ndarray, " marks"]
    marked_words: tuple[str, ...]


def run(*, splits: int = 5, bins: int = 40) -> Result:
    """Counts words, fits the law, and tests four models on the words of unseen files."""
    documents = read_everything()
    vocabulary, counts = count_by_file(documents)
    files = len(counts)
    order = np.random.default_rng(0).permutation(files)
    halves = order[::2], order[1::2]
    words, ranked = by_rank(counts, *halves)
    without = [[half[half != file] for half in halves] for file in range(files)]
    laws = fit_laws([ranked, *(by_rank(counts, *rest)[1] for rest in without)])
    exponent, shift = laws[0]
    error = jackknife(laws[1:, 0])

    parts = [score_models(documents, fold.test) for fold in folds(documents, splits)]
    perplexity = np.array([2 ** part.bits.mean(axis=1) for part in parts])
    bits = np.concatenate([part.bits for part in parts], axis=1)
    of_file = np.concatenate([part.files for part in parts])
    cost, gain = bits[1] - bits[2], bits[2] - bits[3]
    cost_interval, gain_interval = bootstrap(cost, of_file, 2000), bootstrap(gain, of_file, 2000)

    ranks = np.arange(1, len(ranked) + 1)
    shares = ranked / ranked.sum()
    edges = np.unique(np.geomspace(1, len(ranks) + 1, bins).astype(int))[:-1]
    sizes = np.diff(np.append(edges, len(ranks) + 1))
    places = np.add.reduceat(ranks, edges - 1) / sizes
    marked = 10 ** np.arange(int(np.log10(len(ranks))) + 1)
    total = np.cumsum(np.sort(counts.sum(axis=0))[::-1])
    return Result(
        exponent=exponent,
        exponent_low=exponent - 1.96 * error,
        exponent_high=exponent + 1.96 * error,
        shift=shift,
        tokens=int(total[-1]),
        types=len(vocabulary),
        files=files,
        unranked=1 - ranked.sum() / counts[halves[1]].sum(),
        half_covered=int((total < total[-1] / 2).sum()) + 1,
        splits=splits,
        unknown=float(np.mean(np.concatenate([part.unknown for part in parts]))),
        uniform_perplexity=perplexity[:, 0],
        law_perplexity=perplexity[:, 1],
        unigram_perplexity=perplexity[:, 2],
        bigram_perplexity=perplexity[:, 3],
        law_cost=float(cost.mean()),
        law_cost_low=cost_interval[0],
        law_cost_high=cost_interval[1],
        bigram_gain=float(gain.mean()),
        bigram_gain_low=gain_interval[0],
        bigram_gain_high=gain_interval[1],
        bigram_verdict=judge(*gain_interval),
        ranks=places,
        shares=np.add.reduceat(shares, edges - 1) / sizes,
        law=np.exp(law_logs(places, len(ranks), exponent, shift)),
        zipf=np.exp(law_logs(places, len(ranks), 1, 0)),
        marked=marked,
        marked_shares=shares[marked - 1],
        marked_words=tuple(vocabulary[words[rank - 1]] for rank in marked),
    )


def judge(low: float, high: float) -> str:
    """What the 95 % interval of a gain says."""
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not clearly beat"


def jackknife(estimates: Float[np.ndarray, " files"]) -> float:
    """Standard error from estimates without one file each. Source: Tukey, 1958."""
    n = len(estimates)
    return float(np.sqrt((n - 1) / n * ((estimates - estimates.mean()) ** 2).sum()))


def count_by_file(documents: Documents) -> tuple[list[str], Int[np.ndarray, "files words"]]:
    """How often each word occurs in each file."""
    every = [Counter[str]() for _ in range(documents.files.max() + 1)]
    for text, file in zip(documents.texts, documents.files, strict=True):
        every[file].update(text)
    vocabulary = sorted(set().union(*every))
    return vocabulary, np.array([[counter[word] for word in vocabulary] for counter in every])


def by_rank(
    counts: Int[np.ndarray, "files words"], first: np.ndarray, second: np.ndarray
) -> tuple[Int[np.ndarray, " ranked"], Int[np.ndarray, " ranked"]]:
    """The words of some files by falling frequency, and how often others hold each of them."""
    ranking = counts[first].sum(axis=0)
    words = np.argsort(-ranking, kind="stable")[: (ranking > 0).sum()]
    return words, counts[second].sum(axis=0)[words]


def zipf(fig: Figure, result: Result) -> None:
    """Share of the text against rank, both logarithmic: words, the fitted law, Zipf's own."""
    ax = fig.subplots()
    seen = result.shares > 0
    ax.plot(result.ranks, result.zipf, color="muted", linestyle=(0, (4, 3)), linewidth=1.5)
    ax.plot(result.ranks, result.law, color="accent", linewidth=2.5)
    ax.plot(result.ranks[seen], result.shares[seen], "o", color="ink", markersize=5)
    for rank, share, word in zip(
        result.marked, result.marked_shares, result.marked_words, strict=True
    ):
        top = max(share, np.interp(rank, result.ranks, result.law))
        ax.annotate(f"“{word}”", (rank, top), (6, 6), textcoords="offset points", va="bottom")
    ax.set(xscale="log", yscale="log")
    ticks = [10.0**n for n in range(int(np.floor(np.log10(result.law[-1]))), 0)]
    ax.set_yticks(ticks, [f"{100 * tick:.4f}".rstrip("0").rstrip(".") + " %" for tick in ticks])
    ax.set_xticks(result.marked, [grouped(rank) for rank in result.marked])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_locator(NullLocator())
    text = f"$c\\,/\\,(r + {result.shift:.1f})^{{{result.exponent:.2f}}}$"
    ax.text(0.03, 0.16, text, color="accent", transform=ax.transAxes)
    ax.text(0.03, 0.05, "$c\\,/\\,r$", color="muted", transform=ax.transAxes)
    ax.set_xlabel("rank $r$ of the word")
    ax.set_ylabel("share of the text")


def perplexity(fig: Figure, result: Result) -> None:
    """How many equally likely words each model's uncertainty is worth; dots for the splits."""
    ax = fig.subplots()
    rows = (
        ("all words alike", result.uniform_perplexity, "muted"),
        ("the law", result.law_perplexity, "accent"),
        ("each word’s\nfrequency", result.unigram_perplexity, "accent"),
        ("after the\nword before", result.bigram_perplexity, "accent"),
    )
    for row, (_, values, colour) in enumerate(rows):
        middle = np.exp(np.log(values).mean())
        ax.scatter(values, np.full(len(values), row), s=60, color=colour, alpha=0.35, lw=0)
        ax.plot((middle, middle), (row - 0.24, row + 0.24), color=colour, linewidth=3)
        ax.text(middle, row - 0.3, grouped(middle), ha="center", va="bottom", color=colour)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set(xscale="log", ylim=(len(rows) - 0.6, -0.7), xlim=(50, 10_000))
    ax.xaxis.set_major_locator(FixedLocator([100, 1000, 10_000]))
    ax.xaxis.set_major_formatter(lambda value, _: grouped(value))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("perplexity on unseen files (lower is better)")


QUICK = dict(splits=2)
