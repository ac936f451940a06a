"""Convolution as a matrix product over patches (im2col), which scans well on a CPU.

Source: Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document
Processing, 2006.
"""

import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Float


class Convolution(nnx.Module):
    """A 3 x 3 convolution with zeros beyond the edges."""

    def __init__(self, channels: int, features: int, rngs: nnx.Rngs) -> None:
        self.weights = nnx.Linear(9 * channels, features, rngs=rngs)

    def __call__(self, x: Float[Array, "b h w c"]) -> Float[Array, "b h w f"]:
        height, width = x.shape[1:3]
        padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        shifts = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
        return self.weights(jnp.concatenate(shifts, axis=-1))


def pool(x: Float[Array, "b h w c"]) -> Float[Array, "b h/2 w/2 c"]:
    """The largest value in each square of 2 x 2."""
    b, h, w, c = x.shape
    return x.reshape(b, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))
