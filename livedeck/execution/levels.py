"""Which imports a worker has ready for a job."""

from collections.abc import Sequence

TABLES = ("B_A_S_E_", "O_S_2f_2", "_g_a_s_p", "_g_l_y_f", "_h_h_e_a", "_l_o_c_a")  # of fonts
# What each level imports besides those below it.
LEVELS: Sequence[Sequence[str]] = (
    ("numpy", "numpy.random", "livedeck.store.results"),
    (
        *("matplotlib.backends.backend_pdf", "matplotlib.style", "livedeck.drawing.draw"),
        *(f"fontTools.ttLib.tables.{name}" for name in TABLES),
    ),
    ("jax", "jax.numpy"),
    ("flax.nnx", "optax"),
)
JAX = {"chex", "diffrax", "distrax", "equinox", "jax", "jaxlib", "jaxtyping", "mctx", "pgx"}
FLAX = {"flax", "optax", "orbax"}


def level_of(packages: set[str], *, draws: bool) -> int:
    """The level at which a job starts that may import some packages, or that draws."""
    if packages & FLAX:
        return 3
    return 2 if packages & JAX else int(draws or "matplotlib" in packages)
