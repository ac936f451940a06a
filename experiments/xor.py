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
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
    linear_correct: int  # cases of 4 that the best network without a hidden layer gets right
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
    low, high = wilson(solved, seeds)
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
        linear_correct=int(correct[0].max()),
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
    optimizer = optax.adam(0.02)

    def loss(network: Network) -> Array:
        return optax.sigmoid_binary_cross_entropy(network(CASES), ANSWERS).mean()

    def step(carry: tuple, _: None) -> tuple:
        network, moments = carry
        updates, moments = optimizer.update(jax.grad(loss)(network), moments)
        return (optax.apply_updates(network, updates), moments), None

    def one_seed(network: Network) -> Network:
        carry = network, optimizer.init(network)
        (network, _), _ = jax.lax.scan(step, carry, length=steps)
        return network

    @jax.jit
    def all_seeds(keys: Array) -> Network:
        # Not vmapped: compiling the random numbers for many seeds at once takes far longer.
        networks = jax.lax.map(lambda key: Network(hidden, nnx.Rngs(key)), keys)
        return jax.vmap(one_seed)(networks)

    return all_seeds(jax.vmap(jax.random.key)(jnp.arange(seeds)))


def cases_correct(network: Network) -> Int[Array, ""]:
    """How many of the four cases the network answers on the right side of one half."""
    return ((network(CASES) > 0) == (ANSWERS > 0)).sum()


def wilson(successes: Int[np.ndarray, " n"], trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % interval of a success rate."""
    z = 1.96
    rate = successes / trials
    centre = (rate + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(rate * (1 - rate) / trials + (z / (2 * trials)) ** 2)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


QUICK = dict(seeds=8, steps=200, grid=16)
GPU = dict(seeds=4096, hidden=(0, 2, 3, 4, 6, 8, 16), grid=128)
