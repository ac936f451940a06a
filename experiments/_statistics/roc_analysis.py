"""Alarm or none: thresholds on a score, and what they cost.

Source: Fawcett, An introduction to ROC analysis, 2006.
"""

import numpy as np
from jaxtyping import Bool, Float


def best_measurement(x: Float[np.ndarray, "n f"], sick: Bool[np.ndarray, " n"]) -> tuple[int, int]:
    """The measurement with the largest area under its ROC curve, and the sign of malignant."""
    ranks = x.argsort(axis=0).argsort(axis=0)[sick].mean(axis=0)
    above = ranks - (len(x) - 1) / 2
    feature = int(np.abs(above).argmax())
    return feature, int(np.sign(above[feature]))


def threshold(score: Float[np.ndarray, " n"], sick: Bool[np.ndarray, " n"], cost: int) -> float:
    """The middle of the thresholds with the smallest cost, if a miss costs `cost` false alarms."""
    values = np.sort(score)
    between = (values[1:] + values[:-1]) / 2
    alarm = score > between[:, None]
    price = cost * (~alarm & sick).sum(axis=1) + (alarm & ~sick).sum(axis=1)
    return float(np.median(between[price == price.min()]))


def roc(
    scores: Float[np.ndarray, "models repeats n"],
    sick: Bool[np.ndarray, " n"],
    weights: Float[np.ndarray, "draws n"],
    grid: Float[np.ndarray, " grid"],
) -> tuple[Float[np.ndarray, "draws models grid"], Float[np.ndarray, "draws models"]]:
    """Share of malignant samples found at each share of false alarms, and the area under it."""
    hits = np.zeros((len(weights), *scores.shape[:2], len(grid)))
    areas = np.zeros(hits.shape[:3])
    for model, repeat in np.ndindex(scores.shape[:2]):
        order = np.argsort(-scores[model, repeat])
        found = np.cumsum(weights[:, order] * sick[order], axis=1)
        false = np.cumsum(weights[:, order] * ~sick[order], axis=1)
        up, right = found / found[:, -1:], false / false[:, -1:]
        areas[:, model, repeat] = (up * np.diff(right, prepend=0)).sum(axis=1)
        for draw in range(len(weights)):
            hits[draw, model, repeat] = np.interp(grid, right[draw], up[draw])
    return hits.mean(axis=2), areas.mean(axis=2)
