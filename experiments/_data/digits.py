"""Handwritten digits that scikit-learn ships, split so that no form is on both sides.

The file holds one form after another: the same list of 130 digits, with a few missing, recurs 14
times. A form is in one hand; but the source names 13 writers, so one of them may have filled in two
forms, and these may be on both sides (`digits` tells how much that could matter). More than half
the images have their nearest neighbour on their own form, so that a random split would put
near-duplicates into training and test at once and flatter every model. The blocks here are
contiguous and end where a form ends: 8 forms to train on, 2 to choose with, 4 to test on once.

Data: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI repository, 1998.
"""

import gzip
import importlib.util
import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

FORMS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667, 1797)
PARTS = (0, 8, 10, 14)  # the forms at which training, validation and test begin, and the end


class Digits(NamedTuple):
    """Images of 8 x 8 pixels from 0 (paper) to 1 (ink), the digit that each shows, its form."""

    images: Float[np.ndarray, "n 8 8"]
    labels: Int[np.ndarray, " n"]
    forms: Int[np.ndarray, " n"]


class Split(NamedTuple):
    """Digits by what they may be used for; no form is in two parts."""

    train: Digits
    validation: Digits
    test: Digits


def load_digits() -> Split:
    """Reads the digits without importing scikit-learn, which would take longer than the rest."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The digits come with scikit-learn: pip install scikit-learn")
    path = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.int32)
    digits = Digits(
        images=(table[:, :64] / 16).astype(np.float32).reshape(-1, 8, 8),
        labels=table[:, 64],
        forms=np.repeat(np.arange(len(FORMS) - 1, dtype=np.int32), np.diff(FORMS)),
    )
    bounds = [FORMS[form] for form in PARTS]
    parts = [slice(start, end) for start, end in itertools.pairwise(bounds)]
    return Split(*(Digits(*(field[part] for field in digits)) for part in parts))
