"""Three Go players: a network that searches, a greedy one and a random one."""

import jax
import jax.numpy as jnp
import mctx
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from pgx.go import Go, State

HISTORY = 2  # positions the network sees: the present one and the one before, which shows a ko
NEVER = -1e9  # the logit of a move that the rules forbid


def neighbourhoods(x: Float[Array, "*batch n n c"]) -> Float[Array, "*batch n n 9c"]:
    """Puts the 3 x 3 points around each point side by side: a convolution is then a product."""
    n = x.shape[-2]
    x = jnp.pad(x, [(0, 0)] * (x.ndim - 3) + [(1, 1), (1, 1), (0, 0)])
    return jnp.concatenate(
        [x[..., i : i + n, j : j + n, :] for i in range(3) for j in range(3)], axis=-1
    )


class Convolution(nnx.Module):
    def __init__(self, inputs: int, outputs: int, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(9 * inputs, outputs, rngs=rngs)

    def __call__(self, x: Float[Array, "*batch n n inputs"]) -> Float[Array, "*batch n n outputs"]:
        return self.linear(neighbourhoods(x))


class Residual(nnx.Module):
    def __init__(self, width: int, *, rngs: nnx.Rngs):
        self.first = Convolution(width, width, rngs=rngs)
        self.second = Convolution(width, width, rngs=rngs)

    def __call__(self, x: Float[Array, "*batch n n width"]) -> Float[Array, "*batch n n width"]:
        return nnx.relu(x + self.second(nnx.relu(self.first(x))))


class PolicyValueNet(nnx.Module):
    """Looks at a board and says which move is good and who will win."""

    def __init__(self, *, size: int, width: int, blocks: int, rngs: nnx.Rngs):
        self.stem = Convolution(2 * HISTORY + 1, width, rngs=rngs)
        self.blocks = nnx.List([Residual(width, rngs=rngs) for _ in range(blocks)])
        self.point = nnx.Linear(width, 1, rngs=rngs)
        self.passing = nnx.Linear(width, 1, rngs=rngs)
        self.summary = nnx.Linear(width, 2, rngs=rngs)
        self.hidden = nnx.Linear(2 * size**2, width, rngs=rngs)
        self.winner = nnx.Linear(width, 1, rngs=rngs)

    def __call__(
        self, observation: Bool[Array, "*batch n n planes"]
    ) -> tuple[Float[Array, "*batch moves"], Float[Array, "*batch"]]:
        batch = observation.shape[:-3]
        x = nnx.relu(self.stem(observation.astype(jnp.float32)))
        for block in self.blocks:
            x = block(x)
        points = self.point(x).reshape(*batch, -1)
        passing = self.passing(x.mean(axis=(-3, -2)))
        summary = nnx.relu(self.summary(x)).reshape(*batch, -1)
        value = jnp.tanh(self.winner(nnx.relu(self.hidden(summary))))
        return jnp.concatenate([points, passing], axis=-1), value[..., 0]


def search(
    env: Go,
    net: nnx.GraphDef,
    simulations: int,
    params: nnx.State,
    states: State,
    key: Array,
    noise: float,
) -> tuple[Int[Array, "games"], Float[Array, "games moves"], Float[Array, "games"]]:
    """Looks ahead from each state (Gumbel AlphaZero).

    Returns the move, the improved policy and the mover's expected result in [-1, 1].
    """

    def judge(states: State) -> tuple[Float[Array, "games moves"], Float[Array, "games"]]:
        logits, value = nnx.merge(net, params)(states.observation)
        return jnp.where(states.legal_action_mask, logits, NEVER), value

    def imagine(_, key, moves, states):
        mover = states.current_player[:, None]
        states = jax.vmap(env.step)(states, moves)
        logits, value = judge(states)
        step = mctx.RecurrentFnOutput(
            reward=jnp.take_along_axis(states.rewards, mover, axis=1)[:, 0],
            discount=jnp.where(states.terminated, 0.0, -1.0),  # the opponent's gain is my loss
            prior_logits=logits,
            value=jnp.where(states.terminated, 0.0, value),
        )
        return step, states

    logits, value = judge(states)
    output = mctx.gumbel_muzero_policy(
        None,
        key,
        mctx.RootFnOutput(prior_logits=logits, value=value, embedding=states),
        imagine,
        simulations,
        invalid_actions=~states.legal_action_mask,
        gumbel_scale=noise,
    )
    return output.action, output.action_weights, output.search_tree.summary().value


def random_move(state: State, key: Array) -> Int[Array, ""]:
    """Any legal move, each as likely as the next."""
    return jax.random.categorical(key, jnp.where(state.legal_action_mask, 0.0, NEVER))


def greedy_move(env: Go, state: State, key: Array) -> Int[Array, ""]:
    """The move after which it holds most area, so it captures whenever that gains most.

    Wins at once where it can, passes where no move gains anything, and throws dice between
    equals.
    """

    def gain(move: Int[Array, ""]) -> Float[Array, ""]:
        after = env.step(state, move)
        black_to_move = state._x.step_count % 2 == 0
        lead = area_lead(board_of(after))
        return jnp.where(black_to_move, lead, -lead) + 1000 * after.rewards[state.current_player]

    moves = len(state.legal_action_mask)
    gains = jax.vmap(gain)(jnp.arange(moves)) + jax.random.uniform(key, (moves,), maxval=0.4)
    gains = gains.at[-1].add(0.5)
    return jnp.argmax(jnp.where(state.legal_action_mask, gains, -jnp.inf))


def board_of(state: State) -> Int[Array, "n n"]:
    """1 where a black stone is, -1 where a white one is, 0 elsewhere."""
    points = jnp.sign(state._x.board)
    size = round(points.shape[-1] ** 0.5)
    return points.reshape(*points.shape[:-1], size, size)


def area_lead(board: Int[Array, "n n"]) -> Int[Array, ""]:
    """Black's stones and the empty points that only black reaches, less white's."""
    empty = board == 0

    def spread(reached: Bool[Array, "2 n n"]) -> Bool[Array, "2 n n"]:
        wide = jnp.pad(reached, ((0, 0), (1, 1), (1, 1)))
        beside = wide[:, 2:, 1:-1] | wide[:, :-2, 1:-1] | wide[:, 1:-1, 2:] | wide[:, 1:-1, :-2]
        return reached | (beside & empty)

    _, (black, white) = jax.lax.while_loop(
        lambda pair: (pair[0] != pair[1]).any(),
        lambda pair: (pair[1], spread(pair[1])),
        (jnp.zeros((2, *board.shape), bool), jnp.stack([board > 0, board < 0])),
    )
    return (black & ~white).sum() - (white & ~black).sum()
