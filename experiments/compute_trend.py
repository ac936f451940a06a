"""Since deep learning began, its training runs have grown far faster than Moore's law.

Question: what is the trend, and did it change around 2012? Data: an export of Google Trends, where
the lecturer has put one into `deck/data/multiTimeline_deep_learning.csv`; its curves are then
shown. Without one: operations (FLOP) spent on training landmark networks, from published tables
(`deck/data/compute.toml`). Model: a line through logarithms on each side of 2012, the year of
AlexNet, set beforehand; doubling times with 95 % bootstrap intervals over models. Baseline: Moore's
law, a doubling in two years; and the old trend as a forecast. Expect: about 20 months before, 6 to
7 months after. Source: Amodei and Hernandez, AI and Compute, 2018; Sevilla et al., 2022.
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
    Growth,
    fit,
    grow,
    read_facts,
)

# Where the names of models fit beside their dots; the others have none.
SIDES = {
    "Perceptron": "right",
    "ADALINE": "right",
    "Neocognitron": "below",
    "Backpropagation": "right",
    "NETtalk": "left",
    "TD-Gammon": "left",
    "LeNet-5": "below right",
    "Neural LM": "left",
    "Deep big simple net": "below right",
    "AlexNet": "left",
    "VGG": "left",
    "GNMT": "left",
    "AlphaGo Zero": "left",
    "Transformer": "below right",
    "PaLM": "left",
    "Llama 3.1": "left",
}
MONTHS = 12


class Result(NamedTuple):
    """What is shown, and what the slide says of it: words, since it depends on what there is."""

    shown: str  # "searches" or "compute"
    title: str
    finding: str
    caption: str
    description: str  # for the alt text
    names: tuple[str, ...]  # the terms, or the models
    years: Float[np.ndarray, " points"]
    values: Float[np.ndarray, "points series"]  # interest by term; or FLOP, in one column
    line_years: Float[np.ndarray, "eras grid"]  # the fitted lines, before and after
    line: Float[np.ndarray, "eras grid"]
    line_low: Float[np.ndarray, "eras grid"]
    line_high: Float[np.ndarray, "eras grid"]
    months_before: float  # to double, with 95 % intervals; of compute in either case
    months_before_low: float
    months_before_high: float
    months_after: float
    months_after_low: float
    months_after_high: float
    verdict: str  # what the two intervals say
    against_moore: str  # what the later one says
    miss_old: float  # factor by which forecasts miss the models after the split, at the median
    miss_moore: float
    models: int
    split: int
    first_year: int
    last_year: int


def run(
    *,
    export: str = "multiTimeline_deep_learning.csv",
    split: int = 2012,
    resamples: int = 10_000,
) -> Result:
    """Fits the compute of models before `split` and from then on; reads the export if any."""
    interest = read_interest(DATA / export)
    facts = read_facts(DATA / "compute.toml", "flop")
    parts = [choose(facts, facts.years < split), choose(facts, facts.years >= split)]
    before, after = (grow(part, resamples) for part in parts)
    old, moore = misses(*parts)
    faster = after.high < before.low
    verdict = "fell" if faster else "rose" if after.low > before.high else "did not clearly change"
    beats = "faster than" if after.high < MOORE else "not clearly faster than"
    first, last = int(facts.years[0]), int(facts.years[-1])
    if interest:
        words = describe_interest(interest, DATA / export)
    else:
        words = describe_compute(facts, split, before, after, (verdict, beats, old, moore))
    return Result(
        shown="searches" if interest else "compute",
        **words,
        names=interest.terms if interest else facts.names,
        years=interest.years if interest else facts.years,
        values=interest.values if interest else facts.values[:, None],
        line_years=np.stack([before.years, after.years]),
        line=np.stack([before.line, after.line]),
        line_low=np.stack([before.line_low, after.line_low]),
        line_high=np.stack([before.line_high, after.line_high]),
        months_before=MONTHS * before.doubling,
        months_before_low=MONTHS * before.low,
        months_before_high=MONTHS * before.high,
        months_after=MONTHS * after.doubling,
        months_after_low=MONTHS * after.low,
        months_after_high=MONTHS * after.high,
        verdict=verdict,
        against_moore=beats,
        miss_old=old,
        miss_moore=moore,
        models=len(facts.names),
        split=split,
        first_year=first,
        last_year=last,
    )


def describe_compute(
    facts: Facts, split: int, before: Growth, after: Growth, found: tuple[str, str, float, float]
) -> dict[str, str]:
    """What a slide says of the models: two doubling times, their intervals, and two forecasts."""
    verdict, beats, old, moore = found
    span = f"{facts.years[0]:.0f} to {facts.years[-1]:.0f}"
    (slow, slow_low, slow_high), (fast, fast_low, fast_high) = (
        [f"{MONTHS * years:.0f}" for years in growth[:3]] for growth in (before, after)
    )
    return {
        "title": f"Training compute doubled in {slow} months; since {split}, in {fast}",
        "finding": f"The doubling time {verdict}: 95\u202f% intervals {slow_low} to {slow_high} "
        f"and {fast_low} to {fast_high} months; now {beats} Moore’s law. The old trend, carried "
        f"on, misses the later models by a factor of {times(old)} at the median; a doubling in "
        f"two years, by {times(moore)}.",
        "caption": f"{len(facts.names)} networks, {span}; Amodei and Hernandez 2018, Sevilla et "
        "al. 2022, authors’ papers; bands: 95\u202f% bootstrap",
        "description": f"Training compute of {len(facts.names)} landmark networks on a "
        f"logarithmic axis, {span}. Until {split} the fitted line doubles every {slow} months, "
        f"from then on every {fast} months.",
    }


def choose(facts: Facts, which: np.ndarray) -> Facts:
    """Some of the models."""
    names = tuple(name for name, chosen in zip(facts.names, which, strict=True) if chosen)
    return Facts(names, facts.years[which], facts.values[which])


def misses(known: Facts, asked: Facts) -> tuple[float, float]:
    """By which factor the old trend and Moore's law miss the later models, at the median."""
    slope, year, log = fit(known.years, known.values)
    distances = asked.years - year
    guesses = (log + slope * distances, log + distances / MOORE)
    old, moore = (np.median(abs(guess - np.log2(asked.values))) for guess in guesses)
    return float(2**old), float(2**moore)


def trend(fig: Figure, result: Result) -> None:
    """Search interest over time; or training compute with a fitted line for each era."""
    ax = fig.subplots()
    if result.shown == "searches":
        draw_interest(ax, result.names, result.years, result.values)
        return
    months = (result.months_before, result.months_after)
    lines = (result.line_years, result.line, result.line_low, result.line_high)
    for era, colour in enumerate(("muted", "accent")):
        draw_growth(ax, *(line[era] for line in lines), colour)
    draw_facts(ax, result.names, result.years, result.values[:, 0], SIDES)
    for era, colour, at, offset, align in (
        (0, "muted", 14, (4, -30), "left"),
        (1, "accent", -1, (12, 0), "left"),
    ):
        text = "doubling in\n" if era else "doubling in "
        ax.annotate(
            f"{text}{months[era]:.0f} months",
            (result.line_years[era, at], result.line[era, at]),
            offset,
            textcoords="offset points",
            ha=align,
            va="center",
            color=colour,
        )
    powers = range(5, 26, 5)
    ax.yaxis.set_major_locator(FixedLocator([10.0**power for power in powers]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_yticklabels([f"$10^{{{power}}}$" for power in powers])
    ax.set(ylim=(1e3, 1e27), ylabel="training compute (FLOP)")
    ax.set_xticks(range(1960, 2025, 10))


QUICK = dict(resamples=200)

if __name__ == "__main__":
    print(run())
