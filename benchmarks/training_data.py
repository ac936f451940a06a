"""What three experiments train on, and for how long: both frameworks read the same file.

`python benchmarks/training_data.py digits digits.npz` writes it.
The settings are the defaults of each experiment's `run`, so that they follow the lecture.
"""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from experiments import dialogue, digits, lettering
from experiments._data import dialogues
from experiments._data.digits import load_digits
from experiments._models.training import epochs


def _digits() -> dict[str, Any]:
    """Images and labels of the three parts, and every batch by the numbers of its images."""
    settings, split = _defaults(digits.run), load_digits()
    batch = _defaults(digits.learn)["batch"]
    parts = zip(("train", "validation", "test"), split, strict=True)
    arrays = {
        f"{name}_{key}": array for name, part in parts for key, array in part._asdict().items()
    }
    batches = epochs(len(split.train.labels), settings["seeds"], settings["passes"], batch)
    return arrays | settings | {"batches": batches, "rate": 3e-3, "decay": 1e-2}


def _dialogue() -> dict[str, Any]:
    """Phrasings to learn from and to be asked, for every seed, and the pieces of the words."""
    settings, topics = _defaults(dialogue.run), dialogues.read_topics()
    vocabulary = dialogues.Vocabulary(topics)
    rngs = map(np.random.default_rng, range(settings["seeds"]))
    splits = [dialogues.set_aside(rng, topics) for rng in rngs]
    trains, tests = (
        [vocabulary.encode(part) for part in parts] for parts in zip(*splits, strict=True)
    )
    sizes = np.array([len(train) for train in trains])
    lines = np.full((len(trains), sizes.max(), dialogue.LENGTH), dialogues.PADDING)
    for seed, train in enumerate(trains):
        lines[seed, : len(train)] = train
    arrays = {
        "lines": lines,
        "sizes": sizes,
        "tests": np.stack(tests),
        "pieces": vocabulary.pieces(),
    }
    return arrays | settings | {"said": dialogues.SAID, "unheard": dialogue.UNHEARD}


def _lettering() -> dict[str, Any]:
    """The picture, and the steps at which it is drawn."""
    settings = _defaults(lettering.run)
    frames = np.unique(np.append(0, np.geomspace(5, settings["steps"], 11).round().astype(int)))
    return settings | {"picture": lettering.rasterise(settings["height"]), "frames": frames}


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in parameters if each.default is not each.empty}


WRITERS = {"digits": _digits, "dialogue": _dialogue, "lettering": _lettering}

if __name__ == "__main__":
    np.savez(sys.argv[2], **WRITERS[sys.argv[1]]())
