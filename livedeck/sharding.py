"""Spreads a batch or the seeds of an experiment over all devices of its worker."""

import math
from typing import Any, TypeVar

Tree = TypeVar("Tree")


def shard(tree: Tree) -> Tree:
    """The arrays of a tree, divided along their first axis among the local devices.

    What is computed from them by jitted code stays on those devices (computation follows data:
    JAX documentation, "Distributed arrays and automatic parallelization"). All arrays have the
    same length; where it is no multiple of the number of devices, as many are used as divide it.
    With one device the arrays are put there and nothing else happens.

    Raises `ValueError` where the arrays differ in length or have no first axis.
    """
    import jax
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    shapes = [jax.numpy.shape(leaf) for leaf in jax.tree.leaves(tree)]
    lengths = {shape[0] if shape else 0 for shape in shapes}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"arrays of one length can be spread over devices, not {shapes}")
    devices = jax.local_devices()
    count = _divisor(lengths.pop(), len(devices))
    mesh = Mesh(devices[:count], ("examples",))
    along: Any = PartitionSpec
    placed: Tree = jax.device_put(tree, NamedSharding(mesh, along("examples")))
    return placed


def _divisor(length: int, most: int) -> int:
    """The largest divisor of a length that is not above `most`."""
    return max(n for n in range(1, min(length, most) + 1) if math.gcd(length, n) == n)
