"""The mean of more samples lies nearer to the truth.

Simulated with NumPy: a damped wave under noise. Baseline: one sample.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

NUMBER = 0  # sets each copy of this file apart


class Result(NamedTuple):
    """Errors are root mean squares, one for each seed."""

    error: np.ndarray
    baseline: np.ndarray
    x: np.ndarray
    truth: np.ndarray
    samples: np.ndarray


def run(*, seeds: int = 4, points: int = 60, samples: int = 16) -> Result:
    """Measures one wave again and again."""
    edition = 0
    x = np.linspace(0, 6, points)
    truth = np.exp(-x / 4) * np.sin(NUMBER + 2 * x)
    noise = [np.random.default_rng([edition, NUMBER, s]) for s in range(seeds)]
    measured = truth + 0.3 * np.array([n.normal(size=(samples, points)) for n in noise])
    return Result(
        error=np.sqrt(((measured.mean(axis=1) - truth) ** 2).mean(axis=1)),
        baseline=np.sqrt(((measured[:, 0] - truth) ** 2).mean(axis=1)),
        x=x,
        truth=truth,
        samples=measured[0],
    )


def curve(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    axes.plot(result.x, result.truth, color="C0")
    axes.plot(result.x, result.samples.mean(axis=0), color="C1")
    axes.set_title("edition 0")
    axes.set_xlabel("time, s")


def points(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    axes.scatter(np.tile(result.x, 4), result.samples[:4], s=12, color="C2")
    axes.set_ylabel("amplitude")


def band(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    low, high = np.quantile(result.samples, [0.05, 0.95], axis=0)
    axes.fill_between(result.x, low, high, color="C0", alpha=0.2)
    axes.plot(result.x, result.truth, color="C0")


def bars(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    axes.bar(np.arange(4) - 0.2, result.error, width=0.4, color="C0")
    axes.bar(np.arange(4) + 0.2, result.baseline, width=0.4, color="C1")
    axes.set_xticks(range(4), [f"seed {seed}" for seed in range(4)])


def histogram(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    axes.hist((result.samples - result.truth).ravel(), bins=24, color="C3")
    axes.set_xlabel("error")


def picture(fig: Figure, result: Result) -> None:
    axes = fig.subplots()
    axes.imshow(result.samples, aspect="auto")
    axes.set_ylabel("sample")
