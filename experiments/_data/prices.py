"""Monthly share prices from matplotlib's `Stocks.csv`, cut into pasts and what followed."""

import csv
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from jaxtyping import Float, Int

LAGS = 12
FIRST_YEAR, LAST_MONTH = 1990, (2022, 5)  # the file ends in the middle of June 2022
NAMES = {
    "^GSPC": "S&P 500",
    "^IXIC": "Nasdaq",
    "IBM": "IBM",
    "XRX": "Xerox",
    "MSFT": "Microsoft",
    "GOOGL": "Alphabet",
    "AAPL": "Apple",
    "ADBE": "Adobe",
    "DELL": "Dell",
    "AMZN": "Amazon",
}


class Samples(NamedTuple):
    """All months of all series that have twelve returns before them."""

    past: Float[np.ndarray, "samples lags"]  # log-returns, in units of `scale`
    scale: Float[np.ndarray, "samples"]  # root mean square of the twelve returns
    target: Float[np.ndarray, "samples"]  # the log-return that followed
    drift: Float[np.ndarray, "samples"]  # mean log-return of the series up to the month before
    month: Int[np.ndarray, "samples"]  # since January of the first year
    series: Int[np.ndarray, "samples"]


def read_prices() -> Float[np.ndarray, "months series"]:
    """Monthly closes, adjusted for splits and dividends; NaN before a company was listed."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "Stocks.csv"
    with path.open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    # Rows in the midst of a month are dividends and splits, without prices.
    rows = [row for row in rows if row["Date"].endswith("-01")]
    rows = [row for row in rows if tuple(map(int, row["Date"].split("-")[:2])) <= LAST_MONTH]
    return np.array([[float(row[name] or "nan") for name in NAMES] for row in rows])


def make_samples(prices: Float[np.ndarray, "months series"]) -> Samples:
    """Cuts the log-returns into windows of twelve and the return that follows each."""
    returns = np.diff(np.log(prices), axis=0)  # returns[t] leads to month t + 1
    windows = np.lib.stride_tricks.sliding_window_view(returns, LAGS + 1, axis=0)
    start, series = np.nonzero(np.isfinite(windows).all(axis=2))
    chosen = windows[start, series]
    scale = np.sqrt(np.mean(chosen[:, :LAGS] ** 2, axis=1))
    known = np.isfinite(returns)
    totals, counts = np.cumsum(np.where(known, returns, 0), axis=0), np.cumsum(known, axis=0)
    last = start + LAGS - 1
    return Samples(
        past=chosen[:, :LAGS] / scale[:, None],
        scale=scale,
        target=chosen[:, LAGS],
        drift=totals[last, series] / counts[last, series],
        month=start + LAGS + 1,
        series=series,
    )
