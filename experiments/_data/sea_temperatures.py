"""Sea-surface temperatures off Ecuador and Peru, month by month, cut into pasts and what followed.

Monthly means of the region Niño 1+2 (0 to 10° S, 90 to 80° W), January 1950 to December 2010, which
statsmodels ships as `elnino`. What the models see are anomalies: what is left when the mean of the
same month in the years before is subtracted.

Data: Smith et al., Improvements to NOAA's Historical Merged Land-Ocean Surface Temperature
Analysis (1880-2006), Journal of Climate 21, 2008 (ERSST.v3b).
"""

import csv
import importlib.util
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

PAST, LEADS = 12, 12  # months that a forecast sees, and months that it looks ahead
FIRST_YEAR, FIRST_FOLD = 1950, 1970


class Samples(NamedTuple):
    """All months as each fold, a year, sees them: with the climatology of the years before it."""

    inputs: Float[np.ndarray, "folds months features"]  # anomalies, the latest last; the season
    labels: Float[np.ndarray, "folds months leads"]  # anomalies; NaN beyond the end of the data


def read_temperatures() -> Float[np.ndarray, "years 12"]:
    """Degrees Celsius by year and month, read without importing statsmodels and its pandas."""
    package = importlib.util.find_spec("statsmodels")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The temperatures come with statsmodels: pip install statsmodels")
    path = Path(package.origin).parent / "datasets" / "elnino" / "elnino.csv"
    with path.open() as file:
        return np.array([row[1:] for row in list(csv.reader(file))[1:]], float)


def cut(table: Float[np.ndarray, "years 12"]) -> Samples:
    """Cuts the series into twelve months and the twelve that follow, for every fold anew."""
    angle = 2 * np.pi * np.arange(PAST - 1, table.size) / 12
    season = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    inputs, labels = [], []
    for years in range(FIRST_FOLD - FIRST_YEAR, len(table)):
        anomaly = (table - table[:years].mean(axis=0)).ravel()
        padded = np.concatenate([anomaly, np.full(LEADS, np.nan)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, PAST + LEADS)
        inputs.append(np.hstack([windows[:, :PAST], season]))
        labels.append(windows[:, PAST:])
    return Samples(np.array(inputs, np.float32), np.array(labels, np.float32))


def split(fold: int) -> tuple[slice, slice]:
    """A fold's samples to learn from, whose labels lie before its year, and those of its year."""
    year = (FIRST_FOLD - FIRST_YEAR + fold) * 12 - PAST + 1
    return slice(year - LEADS), slice(year, year + 12)
