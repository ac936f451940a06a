"""A straight line fitted by gradient descent beats guessing the mean.

Question: how far from the truth is a fitted line? Data: simulated, y = 2x + 1 + noise.
Model: least squares by gradient descent. Baseline: the mean of the training targets.
Expect: an error near the noise of 0.5. Source: Gauss 1809. About 1 s on 2 CPU cores.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PRNGKeyArray
from matplotlib.figure import Figure

from livedeck import report

NOISE = 0.5


class Result(NamedTuple):
    """Errors are root mean squares on unseen points, one for each seed."""

    error: Float[Array, "seeds"]
    mean_error: Float[Array, "seeds"]
    x: Float[Array, "points"]
    y: Float[Array, "points"]
    line: Float[Array, "points"]
    shown: int
    noise: float


def run(*, seeds: int = 8, points: int = 40, steps: int = 200) -> Result:
    """Fits one line for each seed, and tests it on points that it has not seen."""
    optimiser = optax.adam(0.1)
    keys = jax.random.split(jax.random.key(0), (2, seeds))
    x, y = jax.vmap(lambda key: _sample(key, points))(keys[0])
    unseen_x, unseen_y = jax.vmap(lambda key: _sample(key, points))(keys[1])
    weights = jnp.zeros((seeds, 2))
    state = jax.vmap(optimiser.init)(weights)

    @jax.jit
    @jax.vmap
    def step(weights, state, x, y):
        loss, gradient = jax.value_and_grad(_squared_error)(weights, x, y)
        change, state = optimiser.update(gradient, state)
        return optax.apply_updates(weights, change), state, loss

    for number in range(steps):
        weights, state, loss = step(weights, state, x, y)
        report(number + 1, steps, loss=float(loss.mean()))
    predicted = weights[:, :1] * unseen_x + weights[:, 1:]
    return Result(
        error=_root_mean_square(predicted - unseen_y),
        mean_error=_root_mean_square(y.mean(axis=1, keepdims=True) - unseen_y),
        x=unseen_x[0],
        y=unseen_y[0],
        line=predicted[0],
        shown=points,
        noise=NOISE,
    )


def fit(fig: Figure, result: Result) -> None:
    """The unseen points of the first seed, and the line fitted to others."""
    ax = fig.subplots()
    order = np.argsort(result.x)
    ax.plot(result.x, result.y, "o", color="ink", label="unseen points")
    ax.plot(result.x[order], result.line[order], color="accent", label="fitted line")
    last = order[-1]
    ax.text(result.x[last], result.line[last], "  fitted line", color="accent", va="center")
    ax.set_xlabel("x")
    ax.set_ylabel("y")


def _sample(
    key: PRNGKeyArray, points: int
) -> tuple[Float[Array, "points"], Float[Array, "points"]]:
    """Points on a line with Gaussian noise."""
    x_key, noise_key = jax.random.split(key)
    x = jax.random.uniform(x_key, (points,))
    return x, 2 * x + 1 + NOISE * jax.random.normal(noise_key, (points,))


def _squared_error(
    weights: Float[Array, "2"], x: Float[Array, "points"], y: Float[Array, "points"]
) -> Float[Array, ""]:
    return jnp.mean((weights[0] * x + weights[1] - y) ** 2)


def _root_mean_square(error: Float[Array, "seeds points"]) -> Float[Array, "seeds"]:
    return jnp.sqrt(jnp.mean(error**2, axis=1))


QUICK = dict(seeds=2, steps=20)
GPU = dict(seeds=256, points=1000, steps=2000)
