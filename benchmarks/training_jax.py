"""Trains one experiment as the lecture does, with its own functions: JAX, Flax and Optax.

`python benchmarks/training_jax.py digits digits.npz 0` prints times and scores as JSON; the last
argument is the monotonic clock when the process was started.
"""

import sys

from training_clock import Clock

CLOCK = Clock(float(sys.argv[3]))

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from experiments import dialogue, digits, lettering  # noqa: E402
from experiments._data.digits import Digits, Split  # noqa: E402
from experiments._models import training  # noqa: E402

CLOCK.mark("imported")


def train_digits(data: dict) -> tuple:
    names = ("train", "validation", "test")
    fields = Digits._fields
    split = Split(*(Digits(*(data[f"{n}_{f}"] for f in fields)) for n in names))
    training.report = CLOCK.stage
    CLOCK.mark("prepared")
    sizes = (int(data[name]) for name in ("seeds", "passes"))
    answers = digits.learn(digits.Network, int(data["width"]), 3e-3, split, *sizes)
    CLOCK.mark("trained")
    return data["batches"].shape[2:3] * int(data["passes"]), (answers == split.test.labels).mean(1)


def train_dialogue(data: dict) -> tuple:
    steps, *sizes = (int(data[n]) for n in ("steps", "width", "layers", "batch"))
    dialogue.report = CLOCK.stage
    CLOCK.mark("prepared")
    lines, lengths = jnp.array(data["lines"]), jnp.array(data["sizes"])
    talkers = dialogue._train(lines, lengths, data["pieces"], *sizes[:2], steps, sizes[2])
    CLOCK.mark("trained")
    asked = data["tests"].copy()
    asked[:, :, dialogue.SAID + 1 :] = dialogue.PADDING
    written = np.asarray(dialogue._answer(talkers, jnp.array(asked), data["pieces"]))
    right = data["tests"][:, :, dialogue.SAID + 1 :]
    same = ((written == right) | (right == dialogue.PADDING)).all(axis=2)
    chunk = min(steps, 50)
    return [chunk] * (steps // chunk), same.mean(axis=1)


def train_lettering(data: dict) -> tuple:
    def track(frames: list) -> object:
        for frame in frames:
            yield frame
            CLOCK.stage()

    lettering.track = track
    CLOCK.mark("prepared")
    sizes = (int(data[name]) for name in ("seeds", "waves"))
    rest = (float(data["detail"]), int(data["width"]), int(data["batch"]))
    _, psnr = lettering.paint(data["picture"], data["frames"], *sizes, *rest)
    CLOCK.mark("trained")
    return np.diff(data["frames"], prepend=0), psnr


TRAININGS = {"digits": train_digits, "dialogue": train_dialogue, "lettering": train_lettering}

if __name__ == "__main__":
    with np.load(sys.argv[2]) as archive:
        found = TRAININGS[sys.argv[1]](dict(archive))
    CLOCK.finish(*found, f"JAX {jax.__version__}")
