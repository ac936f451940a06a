"""The size of landmark networks has grown exponentially for sixty years.

Question: what is the trend? Data: an export of Google Trends, where the lecturer has put one into
`deck/data/multiTimeline.csv`; its curves are then shown. Without one, facts of another kind, never
invented curves: parameter counts from the papers of landmark networks (`deck/data/models.toml`).
Model: a line through logarithms by least squares; its doubling time with a 95 % bootstrap interval
over models. Baselines: from the earlier half of the models, cut between two years, Moore's law
(doubling in two years) and no growth (the last known year's mean) forecast the later half beside
the line. Expect: a doubling in about two years.
Source: Sevilla et al., Compute Trends Across Three Eras of Machine Learning, 2022, for the method.
Less than 1 s on 2 CPU cores.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._data.google_trends import DATA, describe_interest, read_interest
from experiments._drawing.growth import draw_facts, draw_growth
from experiments._drawing.number_format import times
from experiments._drawing.search_interest import draw_interest
from experiments._statistics.exponential_growth import (
    MOORE,
    Facts,
    Forecast,
    Growth,
    forecast,
    grow,
    read_facts,
)

# Where the names of models fit beside their dots; the others have none.
SIDES = {
    "Perceptron": "right",
    "ADALINE": "right",
    "Zip code net": "below",
    "LSTM": "below",
    "LeNet-5": "right",
    "Neural LM": "left",
    "Deep belief net on GPUs": "left",
    "AlexNet": "below right",
    "GoogLeNet": "below",
    "Seq2seq": "left",
    "BERT": "right",
    "T5": "left",
    "GPT-3": "left",
    "PaLM": "left",
}


class Result(NamedTuple):
    """What is shown, and what the slide says of it: words, since it depends on what there is."""

    shown: str  # "searches" or "sizes"
    title: str
    finding: str
    caption: str
    description: str  # for the alt text
    names: tuple[str, ...]  # the terms, or the models
    years: Float[np.ndarray, " points"]
    values: Float[np.ndarray, "points series"]  # interest by term; or parameters, in one column
    trend_years: Float[np.ndarray, " grid"]  # of the models' sizes in either case
    trend: Float[np.ndarray, " grid"]
    trend_low: Float[np.ndarray, " grid"]
    trend_high: Float[np.ndarray, " grid"]
    doubling: float  # years, and its 95 % interval
    doubling_low: float
    doubling_high: float
    trend_miss: float  # factor by which the forecast of the later half misses, at the median
    moore_miss: float
    persistence_miss: float
    known_until: int  # the last year that the forecast knows
    models: int
    first_year: int
    last_year: int


def run(*, export: str = "multiTimeline.csv", resamples: int = 10_000) -> Result:
    """Fits the sizes of models, and reads the export if there is one."""
    interest = read_interest(DATA / export)
    facts = read_facts(DATA / "models.toml", "parameters")
    growth, test = grow(facts, resamples), forecast(facts)
    first, last = int(facts.years[0]), int(facts.years[-1])
    if interest:
        words = describe_interest(interest, DATA / export)
    else:
        words = describe_sizes(facts, growth, test)
    return Result(
        shown="searches" if interest else "sizes",
        **words,
        names=interest.terms if interest else facts.names,
        years=interest.years if interest else facts.years,
        values=interest.values if interest else facts.values[:, None],
        trend_years=growth.years,
        trend=growth.line,
        trend_low=growth.line_low,
        trend_high=growth.line_high,
        doubling=growth.doubling,
        doubling_low=growth.low,
        doubling_high=growth.high,
        trend_miss=test.trend,
        moore_miss=test.moore,
        persistence_miss=test.persistence,
        known_until=test.known_until,
        models=len(facts.names),
        first_year=first,
        last_year=last,
    )


def describe_sizes(facts: Facts, growth: Growth, test: Forecast) -> dict[str, str]:
    """What a slide says of the models: the doubling time, its interval, and three forecasts."""
    span = f"{facts.years[0]:.0f} to {facts.years[-1]:.0f}"
    return {
        "title": f"Landmark networks have doubled in size every {growth.doubling:.1f} years",
        "finding": f"95\u202f% interval: {growth.low:.1f} to {growth.high:.1f} years. A line "
        f"fitted to the models until {test.known_until} misses the size of the later ones by a "
        f"factor of {times(test.trend)} at the median; Moore’s law, by {times(test.moore)}; “as "
        f"in {test.known_until}”, by {times(test.persistence)}.",
        "caption": f"Parameters of {len(facts.names)} networks, {span}, each from its paper "
        "(models.toml); band: 95\u202f% bootstrap over models",
        "description": f"Parameter counts of {len(facts.names)} landmark networks on a "
        f"logarithmic axis, {span}: from {facts.values.min():.0f} to "
        f"{facts.values.max() / 1e9:.0f} billion. The fitted line doubles every "
        f"{growth.doubling:.1f} years, Moore’s law every {MOORE:.0f}.",
    }


def trend(fig: Figure, result: Result) -> None:
    """Search interest over time; or the sizes of models with the fitted line and Moore's law."""
    ax = fig.subplots()
    if result.shown == "searches":
        draw_interest(ax, result.names, result.years, result.values)
        return
    draw_growth(ax, result.trend_years, result.trend, result.trend_low, result.trend_high)
    middle = len(result.trend) // 2
    moore = result.trend[middle] * 2 ** ((result.trend_years - result.trend_years[middle]) / MOORE)
    ax.plot(result.trend_years, moore, color="muted", linestyle=(0, (4, 3)), zorder=2.5)
    draw_facts(ax, result.names, result.years, result.values[:, 0], SIDES)
    ends = [(result.trend[-1], f"doubling in\n{result.doubling:.1f} years", "accent")]
    ends.append((moore[-1], f"Moore’s law:\n{MOORE:.0f} years", "muted"))
    ends.sort(key=lambda end: end[0])
    for (value, text, colour), align in zip(ends, ("top", "bottom"), strict=True):
        ax.annotate(
            text,
            (result.trend_years[-1], value),
            (12, 0),
            textcoords="offset points",
            va=align,
            color=colour,
        )
    powers = (0, 3, 6, 9, 12)
    ticks = ("1", "1 thousand", "1 million", "1 billion", "1 trillion")
    ax.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticklabels(ticks)
    ax.set(ylim=(1, 4e12), ylabel="parameters")
    ax.set_xticks(range(1960, 2025, 10))


QUICK = dict(resamples=200)

if __name__ == "__main__":
    print(run())
