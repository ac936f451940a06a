"""What lies in the deck's folder counts."""

import csv
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).parent.parent / "deck" / "data"


class Result(NamedTuple):
    total: int
    weight: float
    shots: int


def run() -> Result:
    with open(DATA / "points.csv", encoding="utf-8", newline="") as file:
        total = sum(int(row["y"]) for row in csv.DictReader(file))
    weight = float(np.load(DATA / "weights.npy").sum())
    return Result(total=total, weight=weight, shots=len(os.listdir(DATA / "shots")))
