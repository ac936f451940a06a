"""Networks whose techniques are switches, so that one compiled program trains every ablation.

Unlike in `training`, the optimiser and its step size are compared as well, so they are data too.
All recipes of a seed are trained side by side, from the same first weights, on the same draws of
examples and with the same random numbers: what differs between them comes from the recipe. The
numbers are drawn by NumPy; to compile their drawing would take longer than to train.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float

from experiments._data.digits import Split

BATCH = 32
STAGES = 10  # random numbers for all steps at once would take much memory


class Recipe(NamedTuple):
    """How a network is built and trained; of several recipes, an array in each field."""

    relu: float  # 1: units rectify; 0: they are sigmoid
    adam: float  # 1: steps by Adam; 0: plain gradient descent
    normalised: float  # 1: the sums of a layer are standardised for each example
    dropped: float  # share of the units that each step leaves out
    data: float  # share of the examples that may be seen
    steps: float  # share of the steps that may be taken
    rate: float  # of the first step; falls evenly to nothing at the last one


class Deep(nnx.Module):
    """64 pixels, hidden layers of equal width, ten scores."""

    def __init__(self, depth: int, width: int, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(64, width, rngs=rngs)
        layers = rngs.split(depth - 1)
        self.rest = nnx.vmap(lambda rngs: nnx.Linear(width, width, rngs=rngs))(layers)
        self.scores = nnx.Linear(width, 10, rngs=rngs)

    def __call__(
        self, images: Float[Array, "b 8 8"], recipe: Recipe, chance: Float[Array, "depth b width"]
    ) -> Float[Array, "b 10"]:
        """The scores; a unit whose chance, from 0 to 1, is below the share dropped is left out."""

        def units(sums: Float[Array, "b width"], chance: Float[Array, "b width"]) -> Array:
            sums = jnp.where(recipe.normalised, jax.nn.standardize(sums), sums)
            x = jnp.where(recipe.relu, nnx.relu(sums), nnx.sigmoid(sums))
            kept = jnp.where(chance < recipe.dropped, 0, x / (1 - recipe.dropped))
            return jnp.where(chance < 1, kept, x)

        def layer(x: Float[Array, "b width"], each: tuple) -> tuple[Array, None]:
            linear, chance = each
            return units(linear(x), chance), None

        x = units(self.first(images.reshape(len(images), 64)), chance[0])
        return self.scores(jax.lax.scan(layer, x, (self.rest, chance[1:]))[0])


class Flat(nnx.Module):
    """The baseline: ten weighted sums of the pixels, whatever the recipe says of hidden layers."""

    def __init__(self, depth: int, width: int, rngs: nnx.Rngs) -> None:
        self.scores = nnx.Linear(64, 10, rngs=rngs)

    def __call__(
        self, images: Float[Array, "b 8 8"], recipe: Recipe, chance: Float[Array, "depth b width"]
    ) -> Float[Array, "b 10"]:
        return self.scores(images.reshape(len(images), 64))


def trainer(
    model: type[Deep | Flat], split: Split, depth: int, width: int
) -> Callable[[Sequence[Recipe], int, int], tuple[Bool[Array, "recipes n"], ...]]:
    """A function of recipes, a seed and the number of steps: which validation images and which
    test images the network of each recipe misreads in the end.

    Called again with equal shapes it is already compiled.
    """
    train, *unseen = (jax.tree.map(jnp.asarray, part) for part in split)
    adam = optax.scale_by_adam()

    @partial(jax.vmap, in_axes=(0, 0, None, None, None))
    def step(
        carry: tuple, recipe: Recipe, done: Float[Array, ""], chosen: tuple, chance: Array
    ) -> tuple:
        network, moments = carry
        order, draw = chosen
        # One draw from 0 to 1 picks an example from a tenth of them as well as from all.
        batch = order[(draw * recipe.data * len(order)).astype(int)]

        def loss(network: nnx.Module) -> Array:
            scores = network(train.images[batch], recipe, chance)
            labels = train.labels[batch]
            return optax.softmax_cross_entropy_with_integer_labels(scores, labels).mean()

        slope = jax.grad(loss)(network)
        scaled, moments = adam.update(slope, moments)
        rate = recipe.rate * jnp.maximum(1 - done / recipe.steps, 0)
        updates = jax.tree.map(lambda a, g: -rate * jnp.where(recipe.adam, a, g), scaled, slope)
        return optax.apply_updates(network, updates), moments

    @jax.jit
    def stage(carry: tuple, recipes: Recipe, order: Array, each: tuple) -> tuple:
        def one_step(carry: tuple, each: tuple) -> tuple:
            done, draw, chance = each
            return step(carry, recipes, done, (order, draw), chance), None

        return jax.lax.scan(one_step, carry, each)[0]

    @jax.jit
    def misread(networks: nnx.Module, recipes: Recipe) -> tuple[Bool[Array, "recipes n"], ...]:
        nobody = jnp.ones((depth, 1, 1))  # drops out any more
        return tuple(
            jax.vmap(lambda network, recipe, part=part: network(part.images, recipe, nobody))(
                networks, recipes
            ).argmax(axis=-1)
            != part.labels
            for part in unseen
        )

    def learn(
        recipes: Sequence[Recipe], seed: int, steps: int
    ) -> tuple[Bool[Array, "recipes n"], ...]:
        shuffle = np.random.default_rng(seed)
        network = first_weights(nnx.eval_shape(lambda: model(depth, width, nnx.Rngs(0))), shuffle)
        networks = jax.tree.map(lambda each: np.stack([each] * len(recipes)), network)
        carry = networks, jax.vmap(adam.init)(networks)
        switches = Recipe(*np.array(recipes, np.float32).T)
        order = shuffle.permutation(len(train.labels))
        for done in np.split(np.arange(steps, dtype=np.float32) / steps, STAGES):
            draws = shuffle.random((len(done), BATCH), np.float32)
            chances = shuffle.random((len(done), depth, BATCH, width), np.float32)
            carry = stage(carry, switches, order, (done, draws, chances))
        return misread(carry[0], switches)

    return learn


def first_weights(shapes: nnx.Module, shuffle: np.random.Generator) -> nnx.Module:
    """Uniform, as in 1986, but scaled by the number of inputs, as today; biases are zero."""

    def draw(path: tuple, leaf: jax.ShapeDtypeStruct) -> Float[np.ndarray, "..."]:
        kernel = "kernel" in jax.tree_util.keystr(path)
        limit = np.sqrt(3 / leaf.shape[-2]) if kernel else 0
        return shuffle.uniform(-limit, limit, leaf.shape).astype(np.float32)

    return jax.tree_util.tree_map_with_path(draw, shapes)
