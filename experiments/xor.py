"""A hidden layer computes exclusive or; without one no network can.

Question: which networks learn the four cases of XOR, from how many of their random starts? Model:
a layer of tanh units and one output unit, trained on all four cases, which are the whole problem:
there is nothing to hold out. Baseline: no hidden layer, which is logistic regression. Expect: never
without a hidden layer, mostly with 2 units, nearly always with 8.
Source: Minsky and Papert, Perceptrons, 1969; Rumelhart, Hinton and Williams, 1986.
About 3 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from experiments._models.training import trainer
from experiments._statistics.intervals import wilson
from livedeck import track

CASES = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], np.float32)
ANSWERS = np.array([0, 1, 1, 0], np.float32)


class Result(NamedTuple):
    """How often each size learns XOR, and one trained network of two hidden units."""

    hidden: Int[np.ndarray, " sizes"]
    solved: Int[np.ndarray, " sizes"]  # of `seeds`
    solved_low: Float[np.ndarray, " sizes"]  # 95 % interval of the success rate
    solved_high: Float[np.ndarray, " sizes"]
    seeds: int
    steps: int
    cases: int
    line_bound: int  # cases of 4 that a straight line can get right at most
    drawn_seed: int  # the first of the networks with two hidden units that learnt XOR
    input_weights: Float[np.ndarray, "2 2"]  # from, to
    input_biases: Float[np.ndarray, " 2"]
    output_weights: Float[np.ndarray, " 2"]
    output_bias: float
    shown: Float[np.ndarray, " 2"]  # the input whose activations are drawn
    activations: Float[np.ndarray, " 2"]
    output: float  # probability of "exactly one"
    linear_surface: Float[np.ndarray, "grid grid"]  # what units answer over the plane of inputs
    first_surface: Float[np.ndarray, "grid grid"]
    second_surface: Float[np.ndarray, "grid grid"]
    output_surface: Float[np.ndarray, "grid grid"]


class Network(nnx.Module):
    """A layer of `hidden` tanh units, if any, and one output unit."""

    def __init__(self, hidden: int, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(2, hidden, rngs=rngs) if hidden else None
        self.output = nnx.Linear(hidden or 2, 1, rngs=rngs)

    def __call__(self, x: Float[Array, "*b 2"]) -> Float[Array, "*b"]:
        return self.output(self.activations(x))[..., 0]

    def activations(self, x: Float[Array, "*b 2"]) -> Float[Array, "*b units"]:
        """What the output unit receives: the hidden units' values, or the input itself."""
        return x if self.hidden is None else nnx.tanh(self.hidden(x))


def run(
    *, seeds: int = 64, hidden: tuple[int, ...] = (0, 2, 4, 8), steps: int = 1000, grid: int = 64
) -> Result:
    """Trains `seeds` networks of each size and looks into one of two hidden units."""
    trained = {units: train(units, seeds, steps) for units in track(hidden)}
    correct = {
        units: np.asarray(jax.jit(jax.vmap(cases_correct))(networks))
        for units, networks in trained.items()
    }
    solved = np.array([(correct[units] == 4).sum() for units in hidden])
    low, high = wilson(solved / seeds, seeds)
    chosen = int((correct[2] == 4).argmax())
    pair, linear = (jax.tree.map(lambda w: w[chosen], trained[units]) for units in (2, 0))
    axis = np.linspace(-1.6, 1.6, grid, dtype=np.float32)
    plane = np.stack(np.meshgrid(axis, axis), axis=-1)
    shown = CASES[2]
    surfaces = pair.activations(plane)
    return Result(
        hidden=np.array(hidden),
        solved=solved,
        solved_low=low,
        solved_high=high,
        seeds=seeds,
        steps=steps,
        cases=len(CASES),
        line_bound=most_by_a_line(),
        drawn_seed=chosen,
        input_weights=pair.hidden.kernel[...],
        input_biases=pair.hidden.bias[...],
        output_weights=pair.output.kernel[:, 0],
        output_bias=float(pair.output.bias[0]),
        shown=shown,
        activations=pair.activations(shown),
        output=float(nnx.sigmoid(pair(shown))),
        linear_surface=nnx.sigmoid(linear(plane)),
        first_surface=surfaces[..., 0],
        second_surface=surfaces[..., 1],
        output_surface=nnx.sigmoid(pair(plane)),
    )


def train(hidden: int, seeds: int, steps: int) -> Network:
    """Trains one network per seed; their weights are stacked along a first axis."""

    def loss(network: Network, cases: tuple, key: Array) -> Array:
        inputs, answers = cases
        return optax.sigmoid_binary_cross_entropy(network(inputs), answers).mean()

    train = trainer(lambda rngs: Network(hidden, rngs), loss, optax.adam(0.02))
    all_cases = np.broadcast_to(np.arange(len(CASES)), (seeds, 1, steps, len(CASES)))
    return train((CASES, ANSWERS), all_cases).networks


def cases_correct(network: Network) -> Int[Array, ""]:
    """How many of the four cases the network answers on the right side of one half."""
    return ((network(CASES) > 0) == (ANSWERS > 0)).sum()


def most_by_a_line() -> int:
    """The most cases that a straight line gets right, of all lines and both sides.

    How a line can part the cases depends only on their order across it, and the order changes only
    at the directions between two cases: 64 directions, none of them one of these, meet all orders.
    """
    turns = 2 * np.pi * (np.arange(64) + 0.5) / 64
    across = np.stack([np.cos(turns), np.sin(turns)], axis=1) @ np.asarray(CASES).T
    ordered = np.asarray(ANSWERS)[across.argsort(axis=1)] > 0
    cuts = np.arange(len(CASES)) >= np.arange(len(CASES) + 1)[:, None]  # beyond the line: on
    return int((ordered[:, None] == cuts).sum(axis=2).max())


def network(fig: Figure, result: Result) -> None:
    """The trained network: lines as wide as its weights, units filled with their values."""
    ax = fig.subplots()
    ends = {"x1": (0, 1.5), "x2": (0, -0.5), "h1": (5, 1.5), "h2": (5, -0.5), "out": (10, 0.5)}
    ends |= {"b1": (2.5, -1.9), "b2": (7.5, -1.9)}
    weights = {
        ("x1", "h1"): result.input_weights[0, 0],
        ("x1", "h2"): result.input_weights[0, 1],
        ("x2", "h1"): result.input_weights[1, 0],
        ("x2", "h2"): result.input_weights[1, 1],
        ("b1", "h1"): result.input_biases[0],
        ("b1", "h2"): result.input_biases[1],
        ("h1", "out"): result.output_weights[0],
        ("h2", "out"): result.output_weights[1],
        ("b2", "out"): result.output_bias,
    }
    widest = max(abs(weight) for weight in weights.values())
    for (start, end), weight in weights.items():
        (x, y), (to_x, to_y) = ends[start], ends[end]
        width, colour = 1 + 9 * abs(weight) / widest, "accent" if weight > 0 else "C1"
        ax.plot((x, to_x), (y, to_y), color=colour, linewidth=width, alpha=0.8, zorder=1)
        at = {"x": 0.28, "b": 0.33, "h": 0.45}[start[0]]
        ax.text(
            x + at * (to_x - x),
            y + at * (to_y - y),
            _signed(weight, 1),
            ha="center",
            va="center",
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "paper", "edgecolor": "none"},
        )
    values = dict(zip(("x1", "x2"), result.shown, strict=True), b1=1, b2=1)
    values |= dict(zip(("h1", "h2"), result.activations, strict=True))
    for name, value in values.items():
        _unit(ax, *ends[name], value, _signed(value, 0 if name[0] in "xb" else 2))
    _unit(ax, *ends["out"], 2 * result.output - 1, f"{result.output:.2f}")
    for name, text in (("x1", "input 1"), ("x2", "input 2")):
        ax.text(-0.6, ends[name][1], text, ha="right", va="center")
    for name in ("b1", "b2"):
        ax.text(ends[name][0] - 0.6, ends[name][1], "always", ha="right", va="center")
    ax.text(5, 2.35, "hidden layer: tanh of the weighted sum", ha="center", va="center")
    ax.text(10.65, 0.5, "probability of\n“exactly one”", va="center")
    ax.set(xlim=(-1.9, 12.6), ylim=(-2.5, 2.6), aspect="equal")
    ax.set_axis_off()


def success(fig: Figure, result: Result) -> None:
    """How many starts end in a network that answers all four cases, with 95 % intervals."""
    ax = fig.subplots()
    rate, places = result.solved / result.seeds, np.arange(len(result.hidden))
    colours = ["muted" if units == 0 else "accent" for units in result.hidden]
    faces = [(colour, 0.35) for colour in colours]
    ax.bar(places, rate, width=0.62, color=faces, edgecolor=colours, linewidth=1)
    ax.vlines(places, result.solved_low, result.solved_high, color=colours)
    ax.scatter(places, rate, color=colours, s=36, zorder=3)
    for place, solved, high in zip(places, result.solved, result.solved_high, strict=True):
        text = f"{solved} of {result.seeds}"
        ax.annotate(text, (place, high), (0, 5), textcoords="offset points", ha="center")
    ax.set_xticks(places, [f"{units}" if units else "0\n(linear)" for units in result.hidden])
    ax.set_yticks((0, 0.5, 1), ("0 %", "50 %", "100 %"))
    ax.set_ylim(0, 1.12)
    ax.spines["left"].set_bounds(0, 1)
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel("hidden units")
    ax.set_ylabel("starts that learn XOR")


def surfaces(fig: Figure, result: Result) -> None:
    """What a linear unit, both hidden units and the output answer over the plane of inputs."""
    panels = (
        ("no hidden layer: output", 2 * result.linear_surface - 1),
        ("hidden unit 1", result.first_surface),
        ("hidden unit 2", result.second_surface),
        ("two hidden units: output", 2 * result.output_surface - 1),
    )
    axis = np.linspace(-1.6, 1.6, len(result.linear_surface))
    low, high = result.linear_surface.min(), result.linear_surface.max()
    for ax, (title, surface) in zip(
        fig.subplots(2, 2, sharex=True, sharey=True).flat, panels, strict=True
    ):
        ax.imshow(
            surface,
            cmap="diverging",
            vmin=-1.6,
            vmax=1.6,
            origin="lower",
            extent=(-1.6, 1.6, -1.6, 1.6),
            aspect="auto",
        )
        if np.ptp(surface) > 0.1:
            ax.contour(axis, axis, surface, levels=[0], colors="ink", linewidths=1.5)
        else:
            same = f"{low:.2f}" == f"{high:.2f}"
            text = f"{low:.2f} everywhere" if same else f"{low:.2f} to {high:.2f}"
            ax.text(0, 0, text, ha="center", va="center")
        for case, answer in zip(CASES, ANSWERS, strict=True):
            face = "ink" if answer else "paper"
            ax.plot(*case, "o", color=face, markeredgecolor="ink", markersize=9)
        ax.set_title(title)
        ax.set(xticks=(-1, 1), yticks=(-1, 1))
        ax.spines[:].set_visible(True)
    fig.supxlabel("input 1", size=13.5)
    fig.supylabel("input 2", size=13.5)


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _unit(ax: Axes, x: float, y: float, value: float, text: str) -> None:
    """A unit filled by its value: the paper at 0, the ends of the diverging map at -1 and 1."""
    for colour in ("paper", colormaps["diverging"](0.5 + 0.24 * value)):
        ax.add_patch(Circle((x, y), 0.48, facecolor=colour, edgecolor="ink", linewidth=1.5))
    ax.text(x, y, text, ha="center", va="center")


QUICK = dict(seeds=8, steps=200, grid=16)
GPU = dict(seeds=4096, grid=128)
