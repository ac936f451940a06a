"""Supervised learning is one task, whatever X and Y are; how well it can be done is another matter.

Question: given X, predict Y: the words of a text and its topic, or twelve monthly returns of a
share and the next one. Data: docstrings of three libraries, split by file; matplotlib's
`Stocks.csv`, split by time. Models: logistic regression on tf-idf; ridge regression on returns,
fitted before 1997, its strength chosen on 1997 to 1999, tested from 2000 on. Baselines: the most
frequent topic; "same as last month". The intervals are paired bootstraps over files and over
years. Expect: about 80 % against 31 % for texts, no gain for prices.
Source: Murphy, Machine Learning: A Probabilistic Perspective, 2012, chapter 1.
About 4 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from experiments._data.documents import NAMES, count_words, folds, read_documents
from experiments._data.prices import FIRST_YEAR, LAGS, Samples, make_samples, read_prices
from experiments._drawing.highlighted_text import draw_words
from experiments._drawing.number_format import grouped
from experiments._models.document_classifier import learn, tf_idf
from experiments._statistics.intervals import bootstrap

VALIDATION, TEST = (1997 - FIRST_YEAR) * 12, (2000 - FIRST_YEAR) * 12  # first months
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Result(NamedTuple):
    """One example of each task, and how well each is done on all unseen examples."""

    summary: str  # where learning beats the baseline
    text_accuracy: Float[np.ndarray, " splits"]
    text_baseline: Float[np.ndarray, " splits"]
    text_gain: float
    text_gain_low: float  # 95 % interval, over files
    text_gain_high: float
    text_verdict: str  # "beats", "does not beat" or "is worse than"
    texts: int
    libraries: tuple[str, ...]
    text_words: tuple[str, ...]  # distinct, in order of appearance
    text_counts: Int[np.ndarray, " words"]
    text_pulls: Float[np.ndarray, " words"]  # what a word adds to the answer's score
    probabilities: Float[np.ndarray, " libraries"]
    answer: str
    certainty: float  # the probability of the answer
    truth: str
    price_error: float  # mean absolute error of a month's log-return
    price_baseline: float
    price_excess: float  # the one over the other, less 1
    price_excess_low: float  # 95 % interval, over years
    price_excess_high: float
    price_verdict: str
    forecasts: int
    month: str  # that the shown forecast is about
    returns: Float[np.ndarray, " lags"]  # of the twelve months before, as shares
    last_price: float
    predicted_price: float
    true_price: float


def run(*, seeds: int = 5, steps: int = 150) -> Result:
    """Solves both tasks and picks the first text of some 30 words and the last month to show."""
    text, price = classify(seeds, steps), forecast()
    works = [text["text_verdict"] == "beats", price["price_verdict"] == "beats"]
    summary = {
        (True, True): "it works for texts and for prices",
        (True, False): "it works for texts, not for prices",
        (False, True): "it works for prices, not for texts",
        (False, False): "it works neither for texts nor for prices",
    }
    return Result(summary=summary[tuple(works)], **text, **price)


def classify(seeds: int, steps: int) -> dict:
    """The topics of texts from files that the model has not seen."""
    documents = read_documents()
    labels, splits = documents.labels, folds(documents, seeds)
    vocabulary, counts = count_words(documents.texts)
    inputs = tf_idf(counts, splits)
    learnt = learn(inputs, labels, splits, steps)
    test = np.stack([fold.test for fold in splits])
    frequent = [np.bincount(labels[fold.train]).argmax() for fold in splits]
    right = learnt.probabilities.argmax(axis=2) == labels
    baseline = np.array(frequent)[:, None] == labels
    # With five splits, or a multiple, every document is tested on equally often.
    gains = ((right * 1.0 - baseline) * test).sum(axis=0) / np.maximum(test.sum(axis=0), 1)
    low, high = bootstrap(gains, documents.files)

    sizes = np.array([len(text) for text in documents.texts])
    shown = int(np.flatnonzero(test[0] & (sizes >= 25) & (sizes <= 35))[0])
    words = [word for word in dict.fromkeys(documents.texts[shown]) if word in set(vocabulary)]
    columns = [vocabulary.index(word) for word in words]
    answer = int(learnt.probabilities[0, shown].argmax())
    weights = learnt.weights[0] - learnt.weights[0].mean(axis=1, keepdims=True)
    pulls = inputs.counts[shown] / inputs.lengths[0, shown] * weights[:, answer]
    return dict(
        text_accuracy=(right & test).sum(axis=1) / test.sum(axis=1),
        text_baseline=(baseline & test).sum(axis=1) / test.sum(axis=1),
        text_gain=float(gains.mean()),
        text_gain_low=low,
        text_gain_high=high,
        text_verdict=judge(low, high),
        texts=len(labels),
        libraries=NAMES,
        text_words=tuple(words),
        text_counts=counts[shown, columns].astype(int),
        text_pulls=pulls[columns],
        probabilities=learnt.probabilities[0, shown],
        answer=NAMES[answer],
        certainty=float(learnt.probabilities[0, shown].max()),
        truth=NAMES[labels[shown]],
    )


def forecast() -> dict:
    """Next month's returns of ten series from the twelve before."""
    prices = read_prices()
    samples = make_samples(prices)
    test = samples.month >= TEST
    early = samples.month < VALIDATION
    errors = {}
    for strength in 10.0 ** np.arange(6):
        error = np.abs(ridge(samples, early, strength) - samples.target)
        errors[strength] = error[~early & ~test].mean()
    returns = ridge(samples, ~test, min(errors, key=errors.get))
    error, baseline = np.abs(returns - samples.target)[test], np.abs(samples.target)[test]
    scale = baseline.mean()
    low, high = bootstrap((error - baseline) / scale, samples.month[test] // 12)
    shown = np.flatnonzero(test & (samples.series == 0))[-1]
    month = samples.month[shown]
    last = prices[month - 1, 0]
    return dict(
        price_error=float(error.mean()),
        price_baseline=float(scale),
        price_excess=float(error.mean() / scale - 1),
        price_excess_low=low,
        price_excess_high=high,
        price_verdict=judge(-high, -low),
        forecasts=int(test.sum()),
        month=f"{MONTHS[month % 12]} {FIRST_YEAR + month // 12}",
        returns=np.expm1(samples.past[shown] * samples.scale[shown]),
        last_price=float(last),
        predicted_price=float(last * np.exp(returns[shown])),
        true_price=float(prices[month, 0]),
    )


def ridge(samples: Samples, train: np.ndarray, strength: float) -> Float[np.ndarray, " samples"]:
    """Forecasts of a linear model fitted on some of the samples, in each one's own scale."""
    inputs = np.column_stack([samples.past, np.ones(len(samples.past))])
    x, y = inputs[train], (samples.target / samples.scale)[train]
    weights = np.linalg.solve(x.T @ x + strength * np.eye(x.shape[1]), x.T @ y)
    return inputs @ weights * samples.scale


def judge(low: float, high: float) -> str:
    """What the 95 % interval of a gain says."""
    return "beats" if low > 0 else "is worse than" if high < 0 else "does not beat"


def spaces(fig: Figure, result: Result) -> None:
    """Two examples, each with its X, the learnt function's score, and its Y."""
    width, height = fig.get_size_inches() * 96
    middle = height / 2 + 14
    page = fig.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, width), ylim=(height, 0))
    page.set_axis_off()
    fig.set_layout_engine("none")
    for x, text in ((0, "$X$: what is given"), (545, "$f$: learnt"), (800, "$Y$: what is asked")):
        page.text(x, 10, text, va="center", weight="bold")
    page.plot((0, width), (middle, middle), color="grid", linewidth=1)

    strongest = np.abs(result.text_pulls).max()
    counted = [
        word if n == 1 else f"{word} × {n}"
        for word, n in zip(result.text_words, result.text_counts, strict=True)
    ]
    page.text(0, 46, "the words of a text", color="muted", va="center")
    draw_words(page, counted, list(-result.text_pulls / strongest), 4, 82, 490)
    page.text(0, middle + 24, "a year of returns of the S&P 500", color="muted", va="center")
    bars = fig.add_axes((64 / width, 34 / height, 400 / width, 1 - (middle + 90) / height))
    bars.bar(range(LAGS), result.returns, color="ink", width=0.6)
    bars.axhline(0, color="ink", linewidth=1)
    bars.set_xticks([0, LAGS - 1], ["12 months ago", "last month"])
    bars.set_yticks([-0.05, 0, 0.05], ["\N{MINUS SIGN}5 %", "0", "+5 %"])
    bars.tick_params(axis="x", length=0)
    bars.spines["bottom"].set_visible(False)

    text = (
        f"{100 * result.text_accuracy.mean():.0f} % right",
        f"always the same: {100 * result.text_baseline.mean():.0f} %",
    )
    price = (
        f"{100 * result.price_error:.1f} % off",
        f"same as last month: {100 * result.price_baseline:.1f} %",
    )
    for y, (score, baseline) in (((middle + 26) / 2, text), ((middle + height) / 2, price)):
        _arrow(page, 545, 755, y)
        page.text(650, y - 22, score, ha="center", va="center", color="accent", weight="bold")
        page.text(650, y + 22, baseline, ha="center", va="center", color="muted")

    _simplex(fig.add_axes((800 / width, 1 - middle / height + 0.02, 352 / width, 0.44)), result)
    line = fig.add_axes((930 / width, 36 / height, 210 / width, 1 - (middle + 80) / height))
    _price(line, result)
    page.text(800, middle + 24, f"its value in {result.month}", color="muted", va="center")


def _arrow(ax: Axes, start: float, end: float, y: float) -> None:
    style = {"arrowstyle": "-|>", "color": "muted", "lw": 2, "mutation_scale": 16}
    ax.annotate("", (end, y), (start, y), arrowprops=style)


def _simplex(ax: Axes, result: Result) -> None:
    """All probabilities of three labels make a triangle; the answer is one point in it."""
    corners = np.array([[0.5, 0.866], [0, 0], [1, 0]])
    ax.add_patch(Polygon(corners, facecolor="none", edgecolor="grid", linewidth=2))
    places = ((0, 8, "center", "bottom"), (-10, 0, "right", "center"), (10, 0, "left", "center"))
    for corner, name, (dx, dy, ha, va) in zip(corners, result.libraries, places, strict=True):
        true = name == result.truth
        ax.annotate(
            f"{name} (truth)" if true else name,
            corner,
            (dx, dy),
            textcoords="offset points",
            ha=ha,
            va=va,
            weight="bold" if true else "normal",
        )
        ax.plot(*corner, "o", color="ink" if true else "grid", markersize=9)
    at = result.probabilities @ corners
    ax.plot(*at, "o", color="accent", markersize=11)
    text = f"{100 * result.certainty:.0f} % {result.answer}"
    ax.text(0.5, -0.2, text, ha="center", va="center", color="accent")
    ax.set(xlim=(-0.75, 1.75), ylim=(-0.3, 1.1), aspect="equal")
    ax.set_axis_off()


def _price(ax: Axes, result: Result) -> None:
    rows = (
        ("predicted", result.predicted_price, "accent"),
        ("last month", result.last_price, "muted"),
        ("truth", result.true_price, "ink"),
    )
    for row, (_, price, colour) in enumerate(rows):
        ax.plot(price, row, "o", color=colour, markersize=11)
        ax.annotate(grouped(price), (price, row), (9, 0), textcoords="offset points", va="center")
    prices = [price for _, price, _ in rows]
    room = max(np.ptp(prices), 0.01 * prices[0])
    ax.set(xlim=(min(prices) - 0.3 * room, max(prices) + 0.9 * room), ylim=(2.6, -0.6), xticks=[])
    ax.set_yticks(range(3), [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)
    for label, (_, _, colour) in zip(ax.get_yticklabels(), rows, strict=True):
        label.set_color(colour)
    ax.spines[:].set_visible(False)


QUICK = dict(steps=10)
GPU = dict(seeds=50)
