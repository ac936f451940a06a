"""A function that JAX compiles with what holds when it is called first."""

import jax

import kit


@jax.jit
def scaled(x: jax.Array) -> jax.Array:
    """Some number times the package's factor."""
    return kit.FACTOR * x
