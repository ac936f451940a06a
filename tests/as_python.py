"""What Python says of experiments, without the engine: `python as_python.py ROOT NAMES`.

Each experiment is imported in a fresh process, whose global generators start where the engine lets
them start; then it runs, then its figure is drawn. Another process draws the figure where nothing
has run: where the two differ, the figure shows what `run` has changed.
"""

import importlib
import json
import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

PROCESSES = 2
SLOW = ("jax", "flax")  # to import, so that it is done once for all


def answer(name: str) -> dict[str, Any]:
    """The result of an experiment, and the heights in its figure after and without a run."""
    ran = fresh(lambda: after_a_run(name))
    if "error" in ran:
        return ran
    return ran | {"apart": fresh(lambda: without_a_run(name, ran["values"]))}


def after_a_run(name: str) -> dict[str, Any]:
    """What `run` returns, and what the figure then shows."""
    module = imported(name)
    result = module.run()
    values = {name: listed(value) for name, value in result._asdict().items()}
    return {"values": values, "heights": drawn(module, result)}


def without_a_run(name: str, values: dict[str, Any]) -> list[float]:
    """What the figure shows of a result that comes from elsewhere."""
    module = imported(name)
    fields = {name: np.array(v) if isinstance(v, list) else v for name, v in values.items()}
    return drawn(module, module.Result(**fields))


def imported(name: str) -> Any:
    """The module of an experiment."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the generator of a careless experiment
    return importlib.import_module(f"experiments.{name}")


def drawn(module: Any, result: Any) -> list[float]:
    """The y values of all lines of the figure, or of the first frame of a sequence."""
    figure = Figure()
    first = [0] if "frame" in module.shown.__code__.co_varnames else []
    module.shown(figure, result, *first)
    lines = [line for axes in figure.axes for line in axes.lines]
    return [float(y) for line in lines for y in line.get_ydata()]


def listed(value: Any) -> Any:
    """A field as JSON has it."""
    return value if isinstance(value, (str, bool, int)) else np.asarray(value).tolist()


def fresh(work: Callable[[], Any]) -> Any:
    """What some work gives in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            text = json.dumps(work())
        except BaseException as error:
            text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(text)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "it died"}


def prepare(names: list[str]) -> None:
    """Imports what takes long, once for all."""
    Figure().add_axes((0, 0, 1, 1)).plot([0, 1])
    texts = [Path("experiments", f"{name}.py").read_text("utf-8") for name in names]
    for package in SLOW:
        if any(f"import {package}" in text or f"from {package}" in text for text in texts):
            importlib.import_module(package)


if __name__ == "__main__":
    root, names = sys.argv[1], json.loads(sys.argv[2])
    os.chdir(root)
    sys.path[0] = root
    prepare(names)
    with ThreadPoolExecutor(PROCESSES) as pool:
        answers = pool.map(answer, names)
        print(json.dumps(dict(zip(names, answers, strict=True))))
