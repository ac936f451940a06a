"""Networks whose techniques are switches, so that one compiled program trains every ablation.

Unlike in `_training`, the optimiser and its step size are compared as well, so they are data too.
All recipes of a seed are trained side by side, from the same first weights, on the same draws of
examples and with the same random numbers: what differs between them comes from the recipe.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int

from experiments._digits import Digits, Split

BATCH = 32


class Recipe(NamedTuple):
    """How a network is built and trained; of several recipes, an array in each field."""

    relu: float  # 1: units rectify; 0: they are sigmoid
    adam: float  # 1: steps by Adam; 0: plain gradient descent
    normalised: float  # 1: the sums of a layer are standardised for each example
    dropped: float  # share of the units that each step leaves out
    rate: float
    share: float  # of the examples that may be seen


class Course(NamedTuple):
    """What the networks of all recipes did with one seed, each time that they were looked at."""

    validation_error: Float[np.ndarray, "looks recipes"]
    wrong: Bool[np.ndarray, "looks recipes n"]  # the test images that are misread


# From a uniform distribution, as in 1986, but scaled to the number of inputs, as today.
Linear = partial(nnx.Linear, kernel_init=nnx.initializers.lecun_uniform())


class Deep(nnx.Module):
    """64 pixels, hidden layers of equal width, ten scores."""

    def __init__(self, depth: int, width: int, rngs: nnx.Rngs) -> None:
        self.first = Linear(64, width, rngs=rngs)
        self.rest = nnx.vmap(lambda rngs: Linear(width, width, rngs=rngs))(rngs.split(depth - 1))
        self.scores = Linear(width, 10, rngs=rngs)

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
        self.scores = Linear(64, 10, rngs=rngs)

    def __call__(
        self, images: Float[Array, "b 8 8"], recipe: Recipe, chance: Float[Array, "depth b width"]
    ) -> Float[Array, "b 10"]:
        return self.scores(images.reshape(len(images), 64))


def trainer(
    model: type[Deep | Flat], split: Split, depth: int, width: int
) -> Callable[[Sequence[Recipe], int, int, Sequence[int]], Course]:
    """A function of recipes, a seed, the steps of a stage, and the stages to look after.

    Called again with equal shapes it is already compiled.
    """
    train, *unseen = (jax.tree.map(jnp.asarray, part) for part in split)
    adam = optax.scale_by_adam()

    @jax.jit
    def start(seed: Int[Array, ""]) -> nnx.Module:
        return model(depth, width, nnx.Rngs(jax.random.key(seed)))

    @partial(jax.vmap, in_axes=(0, 0, None, None))
    def step(carry: tuple, recipe: Recipe, chosen: tuple, chance: Array) -> tuple:
        network, moments = carry
        order, draw = chosen
        # One draw from 0 to 1 picks an example from a tenth of them as well as from all.
        batch = order[(draw * recipe.share * len(order)).astype(int)]

        def loss(network: nnx.Module) -> Array:
            scores = network(train.images[batch], recipe, chance)
            labels = train.labels[batch]
            return optax.softmax_cross_entropy_with_integer_labels(scores, labels).mean()

        slope = jax.grad(loss)(network)
        scaled, moments = adam.update(slope, moments)
        updates = jax.tree.map(
            lambda a, g: -recipe.rate * jnp.where(recipe.adam, a, g), scaled, slope
        )
        return optax.apply_updates(network, updates), moments

    @jax.jit
    def stage(carry: tuple, recipes: Recipe, order: Array, draws: Array, key: Array) -> tuple:
        def one_step(carry: tuple, each: tuple) -> tuple:
            i, draw = each
            chance = jax.random.uniform(jax.random.fold_in(key, i), (depth, BATCH, width))
            return step(carry, recipes, (order, draw), chance), None

        return jax.lax.scan(one_step, carry, (jnp.arange(len(draws)), draws))[0]

    @jax.jit
    def look(networks: nnx.Module, recipes: Recipe) -> tuple[Array, Array]:
        def misread(part: Digits) -> Bool[Array, "recipes n"]:
            nobody = jnp.ones((depth, 1, 1))  # drops out in a test
            answers = jax.vmap(lambda network, recipe: network(part.images, recipe, nobody))
            return answers(networks, recipes).argmax(axis=-1) != part.labels

        validation, test = map(misread, unseen)
        return validation.mean(axis=1), test

    def learn(recipes: Sequence[Recipe], seed: int, steps: int, looks: Sequence[int]) -> Course:
        switches = Recipe(*np.array(recipes, np.float32).T)
        networks = jax.tree.map(lambda a: np.stack([a] * len(recipes)), start(seed))
        carry = networks, jax.vmap(adam.init)(networks)
        shuffle, seen = np.random.default_rng(seed), []
        order = shuffle.permutation(len(train.labels))
        for done in range(1, max(looks) + 1):
            draws = shuffle.random((steps, BATCH), np.float32)
            key = jax.random.fold_in(jax.random.key(seed), done)
            carry = stage(carry, switches, order, draws, key)
            if done in looks:
                seen.append(look(carry[0], switches))
        return Course(*(np.stack(each) for each in zip(*seen, strict=True)))

    return learn
