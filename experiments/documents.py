"""From its words alone, a linear classifier tells which library a text describes, mostly.

Question: f(words) = topic, for texts from files never met in training. Data: the prose of
docstrings of NumPy, Matplotlib and scikit-learn, read from their installed sources, balanced,
without near-duplicates and without the libraries' names. Model: multinomial logistic regression on
tf-idf, stopped where it serves the validation files best. Baselines: naive Bayes; the best single
keyword; the most frequent label. Every file is tested on by two of ten splits; the intervals of
differences are paired bootstraps over files. Expect: about 80 %, naive Bayes as good, a keyword
50 %. Source: Ng and Jordan, On Discriminative vs. Generative Classifiers, 2001.
About 6 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, PercentFormatter

from experiments._data.documents import NAMES, Fold, count_words, folds, read_documents
from experiments._models.document_classifier import Words, learn, naive_bayes, tf_idf
from experiments._statistics.intervals import bootstrap


class Result(NamedTuple):
    """How well each rule names the library, by split, and what the model goes by."""

    accuracy: Float[np.ndarray, " splits"]
    bayes_accuracy: Float[np.ndarray, " splits"]
    keyword_accuracy: Float[np.ndarray, " splits"]
    majority_accuracy: Float[np.ndarray, " splits"]
    bayes_gain: float  # mean accuracy of the model less that of naive Bayes
    bayes_gain_low: float  # its 95 % interval, over files
    bayes_gain_high: float
    bayes_verdict: str  # "beats", "does not clearly beat" or "is worse than"
    keyword_gain: float
    keyword_gain_low: float
    keyword_gain_high: float
    keyword_verdict: str
    keyword: str  # the one most often chosen
    libraries: tuple[str, ...]
    confused: str  # the library most often taken for another one
    confused_for: str
    confused_share: float
    documents: int
    each: int  # documents of a library
    files: int
    splits: int
    vocabulary: int
    words: tuple[str, ...]  # that say most for each library, one library after the other
    pulls: Float[np.ndarray, "libraries words"]  # mean contribution to the score, in its texts
    leading: tuple[str, ...]  # the first three words for each library


def run(*, seeds: int = 10, steps: int = 150, top: int = 7) -> Result:
    """Trains and tests on `seeds` splits by file."""
    documents = read_documents()
    labels, splits = documents.labels, folds(documents, seeds)
    test = np.stack([fold.test for fold in splits])
    vocabulary, counts = count_words(documents.texts)
    inputs = tf_idf(counts, splits)
    learnt = learn(inputs, labels, splits, steps)
    model = learnt.probabilities.argmax(axis=2)
    bayes = naive_bayes(counts, labels, splits)
    found = [one_keyword(counts > 0, labels, fold) for fold in splits]
    keyword = np.stack([answers for _, answers in found])
    majority = [np.bincount(labels[fold.train]).argmax() for fold in splits]

    def accuracy(answers: Int[np.ndarray, "splits #documents"]) -> Float[np.ndarray, " splits"]:
        return ((answers == labels) & test).sum(axis=1) / test.sum(axis=1)

    def gain(baseline: Int[np.ndarray, "splits documents"]) -> tuple[float, float, float]:
        """Mean over documents, each tested on by some of the splits, with its interval."""
        difference = ((model == labels) * 1.0 - (baseline == labels)) * test
        tested = test.any(axis=0)
        each = difference.sum(axis=0)[tested] / test.sum(axis=0)[tested]
        return float(each.mean()), *bootstrap(each, documents.files[tested])

    bayes_gain, keyword_gain = gain(bayes), gain(keyword)
    confusion = confusion_share(labels, model, test)
    wrong = confusion * (1 - np.eye(len(NAMES)))
    confused, confused_for = divmod(int(wrong.argmax()), len(NAMES))
    pulls = contributions(inputs, learnt.weights, labels, test)
    first = np.argsort(-pulls, axis=1, kind="stable")[:, :top]
    words = [[vocabulary[i] for i in row] for row in first]
    numbers = [number for number, _ in found]
    return Result(
        accuracy=accuracy(model),
        bayes_accuracy=accuracy(bayes),
        keyword_accuracy=accuracy(keyword),
        majority_accuracy=accuracy(np.array(majority)[:, None]),
        bayes_gain=bayes_gain[0],
        bayes_gain_low=bayes_gain[1],
        bayes_gain_high=bayes_gain[2],
        bayes_verdict=judge(*bayes_gain[1:]),
        keyword_gain=keyword_gain[0],
        keyword_gain_low=keyword_gain[1],
        keyword_gain_high=keyword_gain[2],
        keyword_verdict=judge(*keyword_gain[1:]),
        keyword=vocabulary[max(numbers, key=numbers.count)],
        libraries=NAMES,
        confused=NAMES[confused],
        confused_for=NAMES[confused_for],
        confused_share=float(confusion[confused, confused_for]),
        documents=len(labels),
        each=len(labels) // len(NAMES),
        files=int(documents.files.max()) + 1,
        splits=seeds,
        vocabulary=len(vocabulary),
        words=tuple(word for row in words for word in row),
        pulls=np.take_along_axis(pulls, first, axis=1),
        leading=tuple(", ".join(f"“{word}”" for word in row[:3]) for row in words),
    )


def judge(low: float, high: float) -> str:
    """What the 95 % interval of a gain says."""
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not clearly beat"


def one_keyword(
    held: Bool[np.ndarray, "documents words"], labels: Int[np.ndarray, " documents"], fold: Fold
) -> tuple[int, Int[np.ndarray, " documents"]]:
    """The best rule of one word, by training: a label for texts with it, another for the rest.

    Source: Holte, Very Simple Classification Rules Perform Well, 1993.
    """
    each = np.eye(len(NAMES), dtype=int)[labels[fold.train]]  # documents x labels
    with_it = held[fold.train].T @ each  # words x labels
    without = each.sum(axis=0) - with_it
    word = int((with_it.max(axis=1) + without.max(axis=1)).argmax())
    return word, np.where(held[:, word], with_it[word].argmax(), without[word].argmax())


def confusion_share(
    labels: Int[np.ndarray, " documents"],
    answers: Int[np.ndarray, "splits documents"],
    test: Bool[np.ndarray, "splits documents"],
) -> Float[np.ndarray, "labels labels"]:
    """The share of each label's test documents (rows) that was given each answer (columns)."""
    counts = np.zeros((len(NAMES), len(NAMES)))
    np.add.at(counts, (np.broadcast_to(labels, test.shape)[test], answers[test]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def contributions(
    inputs: Words,
    weights: Float[np.ndarray, "splits words labels"],
    labels: Int[np.ndarray, " documents"],
    test: Bool[np.ndarray, "splits documents"],
) -> Float[np.ndarray, "labels words"]:
    """What each word adds to the score of a label against the others, on average over its texts."""
    # Only differences between the labels' weights matter, so their mean is taken off.
    weights = weights - weights.mean(axis=2, keepdims=True)
    pulls = np.zeros(weights.shape[:0:-1])
    for chosen, lengths, weight in zip(test, inputs.lengths, weights, strict=True):
        for label in range(len(NAMES)):
            own = chosen & (labels == label)
            values = (inputs.counts[own] / lengths[own, None]).mean(axis=0)
            pulls[label] += values * weight[:, label]
    return pulls / len(test)


def words(fig: Figure, result: Result) -> None:
    """The words that add most to the score of each library in its own texts."""
    panels, count = fig.subplots(1, len(result.libraries), sharex=True), result.pulls.shape[1]
    highest = result.pulls.max()
    tick = 0.5 if highest > 0.5 else 0.1
    for i, (ax, library, pulls) in enumerate(
        zip(panels, result.libraries, result.pulls, strict=True)
    ):
        ax.barh(range(count), pulls, height=0.24, color="accent")
        for place, word in enumerate(result.words[i * count : (i + 1) * count]):
            ax.text(0, place - 0.2, word, va="bottom")
        ax.set_title(library, loc="left", weight="bold")
        ax.set(xlim=(0, 1.05 * highest), ylim=(count - 0.7, -1), yticks=[])
        ax.set_xticks([0, tick], ["0", f"{tick}"])
        ax.spines["left"].set_visible(False)
    panels[1].set_xlabel("mean contribution to the score of the library")


def scores(fig: Figure, result: Result) -> None:
    """Accuracy of the model and its baselines: a dot for every split, a bar for the mean."""
    ax = fig.subplots()
    rows = (
        ("tf-idf, linear", result.accuracy, "accent"),
        ("naive Bayes", result.bayes_accuracy, "muted"),
        (f"one keyword:\n“{result.keyword}”", result.keyword_accuracy, "muted"),
        ("most frequent\nlabel", result.majority_accuracy, "muted"),
    )
    for row, (_, accuracy, colour) in enumerate(rows):
        mean = accuracy.mean()
        ax.scatter(accuracy, np.full(len(accuracy), row), s=60, color=colour, alpha=0.35, lw=0)
        ax.plot((mean, mean), (row - 0.24, row + 0.24), color=colour, linewidth=3)
        ax.text(mean, row - 0.3, f"{100 * mean:.0f} %", ha="center", va="bottom", color=colour)
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    ax.set(ylim=(len(rows) - 0.6, -0.7), xlim=(0, 1))
    ax.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    ax.xaxis.set_major_formatter(PercentFormatter(1, 0, " %"))
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("unseen documents named correctly")


QUICK = dict(seeds=5, steps=10)
GPU = dict(seeds=100, steps=600)
