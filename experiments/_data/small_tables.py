"""Small tables of real measurements that scikit-learn ships, and folds to test on each of them.

They are read from its files, as importing scikit-learn takes longer than reading all of them.

Data: Fisher, The use of multiple measurements in taxonomic problems, 1936 (iris); Forina et al.,
PARVUS, 1988 (wine); Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor
diagnosis, 1993 (cells); Efron et al., Least angle regression, 2004 (diabetes).
"""

import gzip
import importlib.util
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Table(NamedTuple):
    """One row of measurements for every case, and its class or value."""

    inputs: Float[np.ndarray, "n features"]
    target: Float[np.ndarray, " n"]


class Fold(NamedTuple):
    """The cases that a model learns from, those it is adjusted on, those it is tested on once."""

    train: Int[np.ndarray, " a"]
    held_out: Int[np.ndarray, " b"]
    test: Int[np.ndarray, " c"]


def read_table(name: str) -> Table:
    """Reads "iris", "wine_data", "breast_cancer" or "diabetes", each distinct case once."""
    if name == "diabetes":
        inputs = np.loadtxt(_data("diabetes_data_raw.csv.gz"))
        target = np.loadtxt(_data("diabetes_target.csv.gz"))
    else:
        rows = np.loadtxt(_data(f"{name}.csv"), delimiter=",", skiprows=1)
        inputs, target = rows[:, :-1], rows[:, -1]
    # A case that is listed twice could otherwise be learnt from and tested on.
    first = np.sort(np.unique(np.column_stack([inputs, target]), axis=0, return_index=True)[1])
    return Table(inputs[first], target[first])


def _data(file: str) -> list[str]:
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The data comes with scikit-learn: pip install scikit-learn")
    path = Path(package.origin).parent / "datasets" / "data" / file
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as opened:
        return opened.readlines()


def rotating_folds(classes: np.ndarray, seed: int, folds: int = 5) -> list[Fold]:
    """Each fold in turn is tested on, the next one held out, the others learnt from.

    The cases are dealt out class by class, so that every fold has its share of each (stratified).
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(classes))
    order = order[np.argsort(classes[order], kind="stable")]
    number = np.empty(len(classes), int)
    number[order] = np.arange(len(classes)) % folds
    ahead = [(number - fold) % folds for fold in range(folds)]
    return [Fold(*(np.flatnonzero(part) for part in (a > 1, a == 1, a == 0))) for a in ahead]


def standardise(
    inputs: Float[np.ndarray, "n features"], train: Int[np.ndarray, " a"]
) -> Float[np.ndarray, "n features"]:
    """Every measurement with mean 0 and standard deviation 1 over the training cases."""
    return (inputs - inputs[train].mean(axis=0)) / inputs[train].std(axis=0)
