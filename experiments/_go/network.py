"""A small residual network that judges a Go board."""

import jax.numpy as jnp
from flax import nnx
from jaxtyping import Array, Bool, Float


class Convolution(nnx.Module):
    """A 3 x 3 convolution, written as a matrix product: on a CPU that loops well."""

    def __init__(self, channels: int, features: int, *, rngs: nnx.Rngs):
        self.weights = nnx.Linear(9 * channels, features, rngs=rngs)

    def __call__(self, x: Float[Array, "games n n channels"]) -> Float[Array, "games n n features"]:
        n = x.shape[1]
        padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        shifts = [padded[:, i : i + n, j : j + n] for i in range(3) for j in range(3)]
        return self.weights(jnp.concatenate(shifts, axis=-1))


class Residual(nnx.Module):
    def __init__(self, width: int, *, rngs: nnx.Rngs):
        self.first = Convolution(width, width, rngs=rngs)
        self.second = Convolution(width, width, rngs=rngs)

    def __call__(self, x: Float[Array, "games n n width"]) -> Float[Array, "games n n width"]:
        return nnx.relu(x + self.second(nnx.relu(self.first(x))))


class PolicyValueNet(nnx.Module):
    """Says which move looks good (one logit a point, the last one for passing) and who will win."""

    HISTORY = 2  # positions seen: the present one and the one before, which shows a ko

    def __init__(self, *, size: int, width: int, blocks: int, rngs: nnx.Rngs):
        self.stem = Convolution(2 * self.HISTORY + 1, width, rngs=rngs)
        self.blocks = nnx.List([Residual(width, rngs=rngs) for _ in range(blocks)])
        self.point = nnx.Linear(width, 1, rngs=rngs)
        self.passing = nnx.Linear(width, 1, rngs=rngs)
        self.summary = nnx.Linear(width, 2, rngs=rngs)
        self.hidden = nnx.Linear(2 * size**2, width, rngs=rngs)
        self.winner = nnx.Linear(width, 1, rngs=rngs)

    def __call__(
        self, observation: Bool[Array, "games n n planes"]
    ) -> tuple[Float[Array, "games moves"], Float[Array, "games"]]:
        """Logits of the moves, and the expected result for the player to move, in [-1, 1]."""
        games = len(observation)
        x = nnx.relu(self.stem(observation.astype(jnp.float32)))
        for block in self.blocks:
            x = block(x)
        points = self.point(x).reshape(games, -1)
        logits = jnp.concatenate([points, self.passing(x.mean(axis=(1, 2)))], axis=-1)
        summary = nnx.relu(self.summary(x)).reshape(games, -1)
        return logits, jnp.tanh(self.winner(nnx.relu(self.hidden(summary)))[:, 0])
