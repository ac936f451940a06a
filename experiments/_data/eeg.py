"""Ten seconds of a real EEG, cut into pasts and what followed.

Data: `eeg.dat`, which matplotlib ships: 800 samples of four electrodes as 8-byte numbers. The
electrodes' names and the duration, and so the 80 samples a second, are those of matplotlib's
example "MRI with EEG", the only description there is. Unit, filters and reference are not known;
every electrode has mean 0 and standard deviation about 1 over the ten seconds.
"""

from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from jaxtyping import Float

ELECTRODES = ("PG3", "PG5", "PG7", "PG9")
SECONDS = 10
RATE = 80  # samples a second
PAST, LEADS = 16, 16  # samples that a forecast sees, and samples that it looks ahead: 200 ms each
FIRST_FOLD, FOLD = 2 * RATE, RATE  # the models are refitted every second
GAP = RATE // 4  # samples before a fold that nobody learns from; by then the waves have passed


class Samples(NamedTuple):
    """All moments as each fold, a second, sees them: standardised with what lies before it.

    The electrodes stand one after another, so that one model learns from all of them.
    """

    inputs: Float[np.ndarray, "folds moments electrodes past"]  # the latest last
    labels: Float[np.ndarray, "folds moments electrodes leads"]  # NaN beyond the end of the data


class Scales(NamedTuple):
    """What a fold subtracts and divides by."""

    mean: Float[np.ndarray, "folds 1 electrodes 1"]
    deviation: Float[np.ndarray, "folds 1 electrodes 1"]


def read_eeg() -> Float[np.ndarray, "samples electrodes"]:
    """The stream in the file's own unit."""
    path = Path(matplotlib.get_data_path()) / "sample_data" / "eeg.dat"
    return np.fromfile(path).reshape(SECONDS * RATE, len(ELECTRODES))


def windows(stream: Float[np.ndarray, "samples electrodes"]) -> Samples:
    """Cuts the stream into pasts and what followed, in its own unit; one fold, all moments."""
    padded = np.concatenate([stream, np.full((LEADS, stream.shape[1]), np.nan)])
    cut = np.lib.stride_tricks.sliding_window_view(padded, PAST + LEADS, axis=0)[None]
    return Samples(cut[..., :PAST], cut[..., PAST:])


def standardise(stream: Float[np.ndarray, "samples electrodes"]) -> tuple[Samples, Scales]:
    """The windows of every fold, with mean and deviation of what this fold may learn from."""
    inputs, labels = windows(stream)
    ends = range(FIRST_FOLD - GAP, len(stream) - GAP, FOLD)
    scales = Scales(
        *(
            np.stack([moment(stream[:end], axis=0) for end in ends])[:, None, :, None]
            for moment in (np.mean, np.std)
        )
    )
    scaled = [(part - scales.mean) / scales.deviation for part in (inputs, labels)]
    return Samples(*(part.astype(np.float32) for part in scaled)), scales


def split(fold: int) -> tuple[slice, slice]:
    """The moments that a fold learns from, whose labels end before the gap, and its own.

    Moments are counted from the first that has a past, so moment m is issued with sample
    m + PAST - 1 and is about the `LEADS` samples that follow.
    """
    start = FIRST_FOLD + fold * FOLD
    first = start - PAST  # its first label is the first sample of the fold
    return slice(start - GAP - LEADS - PAST + 1), slice(first, first + FOLD)


def own(windows: Float[np.ndarray, "folds moments *n"]) -> Float[np.ndarray, "own *n"]:
    """The moments of each fold's own second, one fold after another."""
    folds = range((SECONDS * RATE - FIRST_FOLD) // FOLD)
    return np.concatenate([windows[min(fold, len(windows) - 1), split(fold)[1]] for fold in folds])


def slow_share(stream: Float[np.ndarray, "samples electrodes"], limit: float) -> float:
    """The share of the power below `limit` Hz, mean over electrodes, in their periodograms."""
    power = np.abs(np.fft.rfft(stream - stream.mean(axis=0), axis=0)) ** 2
    slow = np.fft.rfftfreq(len(stream), 1 / RATE) < limit
    return float((power[slow].sum(axis=0) / power.sum(axis=0)).mean())
