"""Operations with what they compute and move, and how long they take on the clock."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from livedeck import track


class Operation(NamedTuple):
    """Something to time. Source of the counting: Williams et al., CACM 52(4), 2009."""

    step: Callable[[], object]
    flops: float  # additions and multiplications of a step
    moved: float  # bytes that a step has to read or write once, however large the caches
    counted_flops: float  # both by XLA's own count; 0 where it gives none
    counted_moved: float


def operation(
    function: Callable, arguments: list[Any], flops: float, moved: float, reuse: int | None = None
) -> Operation:
    """Compiles a function of JAX; `reuse` numbers the argument that its result replaces.

    That argument lends its memory to the result: a fresh buffer would be timed together with the
    operating system handing out its pages, which takes long on a CPU. The result takes its place
    in the list, so that operations that are given the same list go on from each other.
    """
    lent = () if reuse is None else (reuse,)
    compiled = jax.jit(function, donate_argnums=lent).lower(*arguments).compile()

    def step() -> None:
        result = jax.block_until_ready(compiled(*arguments))
        if reuse is not None:
            arguments[reuse] = result

    told = compiled.cost_analysis() or {}
    counts = (max(0.0, float(told.get(name, 0))) for name in ("flops", "bytes accessed"))
    return Operation(step, flops, moved, *counts)


def negation(megabytes: int) -> Operation:
    """Negates an array in place: every number is read and written."""
    array = jnp.ones(megabytes * 2**20 // 4, jnp.float32)
    return operation(jnp.negative, [array], array.size, 2 * array.nbytes, reuse=0)


def product(size: int, dtype: jnp.dtype = jnp.float32) -> Operation:
    """Multiplies two square matrices."""
    # "highest" keeps a GPU from rounding float32 to TF32 on the way.
    precision = "highest" if dtype == jnp.float32 else "default"
    left, right = jax.random.normal(jax.random.key(0), (2, size, size)).astype(dtype)

    def multiply(left: jax.Array, right: jax.Array) -> jax.Array:
        return jnp.matmul(left, right, precision=precision)

    return operation(multiply, [left, right], 2 * size**3, 3 * left.nbytes)


def seconds(step: Callable[[], object], repeats: int) -> Float[np.ndarray, " repeats"]:
    """Wall-clock time of each of several calls, after one that warms up."""
    step()
    return np.array([_clock(step) for _ in range(repeats)])


def seconds_in_turns(
    steps: Sequence[Callable[[], object]], repeats: int
) -> Float[np.ndarray, "steps repeats"]:
    """The same of several steps, one after the other and then again.

    Whatever else the machine does meanwhile slows all of them, not the one that had bad luck.
    """
    for step in steps:
        step()
    return np.array([[_clock(step) for step in steps] for _ in track(range(repeats))]).T


def _clock(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start
