"""Runs pairs of experiments in plain Python, without the engine: each victim alone, and after its
polluter in one process. `python together.py NAME...` prints as JSON how many of the experiments
came to their end, and the last answer."""

import ast
import hashlib
import importlib
import io
import json
import os
import random
import sys
import traceback

import jax  # noqa: F401 - what takes long to import
import matplotlib
import numpy as np
import psutil
from matplotlib.figure import Figure

STYLE = {"axes.linewidth": 3}  # as a deck has one


def use(name: str) -> tuple[str, str]:
    """What an experiment's run answers, and its figure's pixels."""
    module = importlib.import_module(f"experiments.{name}")
    result = module.run()
    fig, pixels = Figure(), io.BytesIO()
    module.drawn(fig, result)
    fig.savefig(pixels, format="raw")
    return result.answer, hashlib.sha256(pixels.getvalue()).hexdigest()


def apart(*names: str) -> tuple[int, list[str]]:
    """How many of some experiments, one after the other in a process of their own, came to their
    end, and what the last of these gave."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            matplotlib.rcParams.update(STYLE)
            random.seed(0)
            np.random.seed(0)  # noqa: NPY002 - what a careless experiment uses
            for name in names:
                os.write(writing, f"{use(name)!r}\n".encode())
        except BaseException:
            traceback.print_exc()
        finally:
            for each in psutil.Process().children(recursive=True):
                each.kill()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        lines = answers.read().splitlines()
    os.waitpid(child, 0)
    return len(lines), list(ast.literal_eval(lines[-1])) if lines else []


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    both = {name: (apart(f"v_{name}"), apart(f"p_{name}", f"v_{name}")) for name in sys.argv[1:]}
    print(json.dumps(both))
