"""The training loop that the experiments share: many seeds at once, minibatches, one compilation.

Networks are Flax NNX modules, which are pytrees: gradients, optimisers and `vmap` take them as
they are. Every seed has its own initial weights and its own order of the examples.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int

from livedeck import report

Examples = Any  # arrays with an example on each place of the first axis
Loss = Callable[[Any, Examples, Array], Array]


class Trained(NamedTuple):
    """What training leaves behind."""

    networks: Any  # one module whose arrays have a first axis for the seeds
    losses: Float[np.ndarray, "seeds stages"]  # the mean of each stage
    watched: Any  # what `watch` returned after each stage; arrays of seeds x stages x ...


def trainer(
    make: Callable[[nnx.Rngs], nnx.Module],
    loss: Loss,
    optimizer: optax.GradientTransformation,
    watch: Callable[[Any], Any] = lambda _: None,
) -> Callable[[Examples, Int[np.ndarray, "seeds stages steps batch"]], Trained]:
    """Returns a function that trains a network per seed; called again, it is already compiled.

    `make(rngs)` creates a network, `loss(network, batch, key)` is the mean error of a batch of
    examples, with a random key for dropout or noise, and `watch(network)` is looked at after each
    stage. The function takes all examples and, for each seed, the examples of every step by their
    index (see `epochs`), and reports its progress once a stage.

    An optimiser that treats all weights alike compiles faster as `optax.flatten(optimizer)`: to one
    loop over all of them, instead of one for each array.
    """

    def step(carry: tuple, indices: Int[Array, " batch"], key: Array, examples: Examples) -> tuple:
        network, moments = carry
        batch = jax.tree.map(lambda array: array[indices], examples)
        error, slope = jax.value_and_grad(loss)(network, batch, key)
        updates, moments = optimizer.update(slope, moments, network)
        return (optax.apply_updates(network, updates), moments), error

    @jax.jit
    def start(seeds: Int[Array, " seeds"]) -> tuple:
        # Not vmapped: compiling the random numbers for many seeds at once takes far longer.
        networks = jax.lax.map(lambda seed: make(nnx.Rngs(jax.random.key(seed))), seeds)
        return networks, jax.vmap(optimizer.init)(networks)

    @jax.jit
    def stage(carry: tuple, batches: Array, done: Array, examples: Examples) -> tuple:
        def one_seed(carry: tuple, batches: Int[Array, "steps batch"], seed: Array) -> tuple:
            key = jax.random.fold_in(jax.random.key(seed), done)

            def one_step(carry: tuple, chosen: tuple) -> tuple:
                i, indices = chosen
                # Folded in here, so that the compiler drops it where `loss` needs no key.
                return step(carry, indices, jax.random.fold_in(key, i), examples)

            steps = jnp.arange(len(batches))
            carry, errors = jax.lax.scan(one_step, carry, (steps, batches))
            return carry, (errors.mean(), watch(carry[0]))

        return jax.vmap(one_seed)(carry, batches, jnp.arange(len(batches)))

    def train(examples: Examples, batches: Int[np.ndarray, "seeds stages steps batch"]) -> Trained:
        examples = jax.tree.map(jnp.asarray, examples)
        seeds, stages = batches.shape[:2]
        carry, records = start(np.arange(seeds)), []
        for done in range(stages):
            carry, record = stage(carry, batches[:, done], done, examples)
            records.append(record)
            report(done + 1, stages, loss=np.mean(record[0]))
        losses, watched = jax.tree.map(lambda *each: np.stack(each, axis=1), *records)
        return Trained(carry[0], losses, watched)

    return train


def epochs(
    examples: int, seeds: int, stages: int, batch: int
) -> Int[np.ndarray, "seeds stages steps batch"]:
    """Batches that go through all examples once a stage, in another order for every seed."""
    steps = examples // batch
    shuffles = [np.random.default_rng(seed) for seed in range(seeds)]
    orders = [[shuffle.permutation(examples) for _ in range(stages)] for shuffle in shuffles]
    return np.array(orders)[..., : steps * batch].reshape(seeds, stages, steps, batch)


def draws(
    examples: int, seeds: int, stages: int, steps: int, batch: int
) -> Int[np.ndarray, "seeds stages steps batch"]:
    """Batches drawn with replacement, for as many steps as wanted from however few examples."""
    shuffles = [np.random.default_rng(seed) for seed in range(seeds)]
    return np.stack(
        [shuffle.integers(examples, size=(stages, steps, batch)) for shuffle in shuffles]
    )


def parameters(networks: nnx.Module) -> int:
    """The number of weights of one of the networks that a trainer returned."""
    return sum(array.size // len(array) for array in jax.tree.leaves(nnx.state(networks)))
