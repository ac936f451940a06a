"""Which imports a worker has ready for a job."""

from collections.abc import Sequence

# What each level imports besides those below it.
LEVELS: Sequence[Sequence[str]] = (
    ("numpy", "matplotlib.figure", "livedeck.results", "livedeck.draw"),
    ("jax", "jax.numpy"),
    ("flax.nnx", "optax"),
)
JAX = {"chex", "diffrax", "distrax", "equinox", "jax", "jaxlib", "jaxtyping", "mctx", "pgx"}
FLAX = {"flax", "optax", "orbax"}


def level_of(packages: set[str]) -> int:
    """The level at which a job starts that may import some packages."""
    return 2 if packages & FLAX else 1 if packages & JAX else 0
