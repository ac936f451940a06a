"""The winners of the ImageNet challenge halved their error about every two years, and got deeper.

Question: how fast did the error fall, and what came with it? Data: top-5 errors of the winners and
of the best other team, 2010 to 2017, and of one practised person, with the depth of the networks
where it is published; cited facts, each with its source, in `deck/data/imagenet.toml`. Model: a
line through the logarithms of the errors, with a 95 % bootstrap interval over the years. Baselines:
the second-best team of each year, the person. Intervals of shares: Wilson's, 95 %. Expect: a
halving in about two years; in 2012 a wide lead on a method without a deep network; in 2015 the
first winner clearly below the person, and no clear lead on the second.
Source: Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015.
Less than 1 s on 2 CPU cores.
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from experiments._data.cited_facts import rows
from experiments._statistics.exponential_growth import Facts, grow
from experiments._statistics.intervals import wilson
from livedeck import AuthorError

TABLE = Path(__file__).parents[1] / "deck" / "data" / "imagenet.toml"
NEEDED = ("year", "name", "error", "second", "deep", "test_images", "source")


class Result(NamedTuple):
    """The table, as shares and with intervals, and what it says."""

    names: tuple[str, ...]
    years: Int[np.ndarray, " years"]
    errors: Float[np.ndarray, " years"]
    low: Float[np.ndarray, " years"]  # 95 % interval, for the number of test images
    high: Float[np.ndarray, " years"]
    seconds: Float[np.ndarray, " years"]  # error of the best other team
    deep: Bool[np.ndarray, " years"]  # whether the winner was a deep network
    layers: Int[np.ndarray, " years"]  # of the winner's deepest network, 0 where none is published
    first_error: float
    last_error: float
    first_year: int
    last_year: int
    halving: float  # years, with its 95 % interval
    halving_low: float
    halving_high: float
    line_years: Float[np.ndarray, " grid"]
    line: Float[np.ndarray, " grid"]
    line_low: Float[np.ndarray, " grid"]
    line_high: Float[np.ndarray, " grid"]
    fewest_layers: int
    most_layers: int
    turn: int  # the year of the first deep winner
    turn_name: str
    turn_error: float
    turn_second: float
    turn_factor: float  # by what the error of the year before was divided
    largest_factor: float  # the same, of the year in which it was largest
    largest_year: int
    human: float
    human_low: float
    human_high: float
    human_images: int
    beaten: str  # which winner was the first clearly below the person, in words
    closest: int  # the year in which the second-best team was closest
    closest_lead: float  # in error
    closest_low: float
    closest_high: float
    closest_verdict: str


def run(*, resamples: int = 10_000) -> Result:
    """Reads the table and fits the fall of the error."""
    rows, person = read_table(TABLE)
    years, images = (np.array([row[key] for row in rows]) for key in ("year", "test_images"))
    errors, seconds = (np.array([row[key] / 100 for row in rows]) for key in ("error", "second"))
    deep = np.array([row["deep"] for row in rows])
    layers = np.array([row.get("layers", 0) for row in rows])
    names = tuple(row["name"] for row in rows)
    low, high = np.array([wilson(*each) for each in zip(errors, images, strict=True)]).T

    # What doubles is the number of images to one error.
    growth = grow(Facts(names, years.astype(float), 1 / errors), resamples)
    turn = int(np.flatnonzero(deep)[0])
    factors = errors[:-1] / errors[1:]
    human_low, human_high = (
        float(end) for end in wilson(person["error"] / 100, person["test_images"])
    )
    below = np.flatnonzero(high < human_low)
    beaten = f"{names[below[0]]} in {years[below[0]]}" if len(below) else "none"
    closest = int((seconds / errors).argmin())
    lead = seconds - errors
    # As if on different images: on the same ones, as here, the interval is narrower.
    reach = 1.96 * np.sqrt((errors * (1 - errors) + seconds * (1 - seconds)) / images)
    return Result(
        names=names,
        years=years,
        errors=errors,
        low=low,
        high=high,
        seconds=seconds,
        deep=deep,
        layers=layers,
        first_error=float(errors[0]),
        last_error=float(errors[-1]),
        first_year=int(years[0]),
        last_year=int(years[-1]),
        halving=growth.doubling,
        halving_low=growth.low,
        halving_high=growth.high,
        line_years=growth.years,
        line=1 / growth.line,
        line_low=1 / growth.line_high,
        line_high=1 / growth.line_low,
        fewest_layers=int(layers[layers > 0].min()),
        most_layers=int(layers.max()),
        turn=int(years[turn]),
        turn_name=names[turn],
        turn_error=float(errors[turn]),
        turn_second=float(seconds[turn]),
        turn_factor=float(factors[turn - 1]),
        largest_factor=float(factors.max()),
        largest_year=int(years[factors.argmax() + 1]),
        human=person["error"] / 100,
        human_low=human_low,
        human_high=human_high,
        human_images=person["test_images"],
        beaten=beaten,
        closest=int(years[closest]),
        closest_lead=float(lead[closest]),
        closest_low=float((lead - reach)[closest]),
        closest_high=float((lead + reach)[closest]),
        closest_verdict="a clear lead" if (lead > reach)[closest] else "no clear lead",
    )


def read_table(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The winners in the order of their years, and the person."""
    found = []
    for row, line in rows(path, "winner", NEEDED):
        if not 0 < row["error"] <= row["second"] < 100:
            raise AuthorError(
                f"The errors {row['error']} and {row['second']} are not those of a winner and of "
                "the second-best team",
                path,
                line,
                hint="Give both in percent, the winner's the lower one.",
            )
        found.append(row)
    person = tomllib.loads(path.read_text(encoding="utf-8"))["human"]
    return sorted(found, key=lambda row: row["year"]), person


def winners(fig: Figure, result: Result) -> None:
    """Top-5 errors by year on a logarithmic axis, with the second-best teams and the person."""
    ax = fig.subplots()
    ax.fill_between(
        result.line_years, result.line_low, result.line_high, color="accent", alpha=0.12
    )
    ax.plot(result.line_years, result.line, color="accent", linewidth=1, alpha=0.6)
    edges = (result.first_year - 0.6, result.last_year + 0.6)
    ax.fill_between(edges, result.human_low, result.human_high, color="muted", alpha=0.06)
    ax.plot(edges, (result.human, result.human), color="muted", linestyle=(0, (4, 3)))
    ax.annotate(
        f"a practised person: {100 * result.human:.1f} %",
        (edges[0], result.human),
        (6, 5),
        textcoords="offset points",
        color="muted",
    )
    ax.plot(result.years, result.seconds, "o", color="muted", markerfacecolor="paper", markersize=7)
    trend = np.interp(result.years, result.line_years, result.line)
    for i, (year, error) in enumerate(zip(result.years, result.errors, strict=True)):
        colour, above = "accent" if result.deep[i] else "ink", error > trend[i]
        ax.plot(year, error, "o", color=colour, markersize=10)
        ax.annotate(
            f"{100 * error:.1f} %",
            (year, error),
            (10, -2) if above else (-9, -4),  # away from the line
            textcoords="offset points",
            ha="left" if above else "right",
            va="center" if above else "top",
            color=colour,
        )
    ax.annotate(
        "second-best team",
        (result.years[1], result.seconds[1]),
        (12, 0),
        textcoords="offset points",
        va="center",
        color="muted",
    )
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(FixedLocator([0.02, 0.05, 0.1, 0.2, 0.4]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    ax.set(xlim=edges, ylim=(0.015, 0.45), ylabel="all five guesses wrong")
    ax.set_xticks(result.years, [label(result, i) for i in range(len(result.years))])
    ax.tick_params(axis="x", length=0)


def label(result: Result, i: int) -> str:
    """Year, name and depth of a winner, below the axis."""
    depth = f"{result.layers[i]} layers" if result.layers[i] else "mixed depths"
    return f"{result.years[i]}\n{result.names[i]}\n{depth if result.deep[i] else 'not deep'}"


QUICK = dict(resamples=200)

if __name__ == "__main__":
    print(run())
