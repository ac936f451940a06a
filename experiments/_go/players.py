"""Go on many boards at once; its players: a network that searches, a greedy and a random one."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import mctx
import numpy as np
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from pgx.go import Go, State

from experiments._go.network import PolicyValueNet

OPENING = 6  # moves at the start of a game against itself, of which half are left to chance
NEVER = -1e9  # the logit of a move that the rules forbid

Player = Callable[[State, Array], tuple[Int[Array, "games"], Float[Array, "games"]]]


class Club:
    """The rules and the players, compiled for a number of games side by side."""

    def __init__(self, size: int, komi: float, games: int, simulations: int, net: nnx.GraphDef):
        env = Go(size=size, komi=komi, history_length=PolicyValueNet.HISTORY)
        self.size, self.games = size, games
        self.start = jax.jit(jax.vmap(env.init))
        self.step = jax.jit(jax.vmap(env.step))
        self.stray = jax.jit(jax.vmap(stray))
        self.renew = jax.jit(jax.vmap(partial(renew, env)))
        self.search = jax.jit(partial(search, env, net, simulations))
        self.greedy = jax.jit(jax.vmap(partial(greedy_move, env)))
        self.random = jax.jit(jax.vmap(random_move))

    def keys(self, key: Array) -> Array:
        return jax.random.split(key, self.games)


def search(
    env: Go,
    net: nnx.GraphDef,
    simulations: int,
    params: nnx.State,
    states: State,
    key: Array,
    noise: float,
) -> tuple[Int[Array, "games"], Float[Array, "games moves"], Float[Array, "games"]]:
    """Looks ahead in every game with the network as judge (Gumbel AlphaZero).

    Returns the move, the policy that search made of the network's, and the expected result for
    the player to move, in [-1, 1]. Noise 1 explores, noise 0 plays to win.
    """

    def judge(states: State) -> tuple[Float[Array, "games moves"], Float[Array, "games"]]:
        logits, value = nnx.merge(net, params)(states.observation)
        return jnp.where(states.legal_action_mask, logits, NEVER), value

    def imagine(
        _: None, key: Array, moves: Int[Array, "games"], states: State
    ) -> tuple[mctx.RecurrentFnOutput, State]:
        mover = states.current_player[:, None]
        states = jax.vmap(env.step)(states, moves)
        logits, value = judge(states)
        over = states.terminated
        step = mctx.RecurrentFnOutput(
            reward=jnp.take_along_axis(states.rewards, mover, axis=1)[:, 0],
            discount=jnp.where(over, 0.0, -1.0),  # what is good for the next player is bad for me
            prior_logits=logits,
            value=jnp.where(over, 0.0, value),
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


def greedy_move(env: Go, state: State, key: Array) -> Int[Array, ""]:
    """The move after which it holds most area; chance decides between equals.

    So it captures and surrounds whenever that pays at once. It ends the game when that wins and
    passes when no move gains anything.
    """
    black_to_move = state._x.step_count % 2 == 0

    def gain(move: Int[Array, ""]) -> Float[Array, ""]:
        after = env.step(state, move)
        lead = area_lead(stones(after))
        return jnp.where(black_to_move, lead, -lead) + 1000 * after.rewards[state.current_player]

    moves = len(state.legal_action_mask)
    gains = jax.vmap(gain)(jnp.arange(moves)) + jax.random.uniform(key, (moves,), maxval=0.4)
    gains = gains.at[-1].add(0.5)
    return jnp.argmax(jnp.where(state.legal_action_mask, gains, -jnp.inf))


def random_move(state: State, key: Array) -> Int[Array, ""]:
    """Any legal move, each as likely as the next."""
    return jax.random.categorical(key, jnp.where(state.legal_action_mask, 0.0, NEVER))


def stray(state: State, move: Int[Array, ""], key: Array) -> Int[Array, ""]:
    """The move, or early in a game perhaps a random one, so that games differ."""
    whether, which = jax.random.split(key)
    points = state.legal_action_mask.at[-1].set(False)
    instead = jax.random.categorical(which, jnp.where(points, 0.0, NEVER))
    strays = (state._step_count < OPENING) & points.any() & jax.random.bernoulli(whether)
    return jnp.where(strays, instead, move)


def renew(env: Go, state: State, key: Array) -> State:
    """The state, or the start of a new game where this one is over."""
    return jax.tree.map(partial(jnp.where, state.terminated), env.init(key), state)


def stones(state: State) -> Int[Array, "*games n n"]:
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


def think(
    club: Club, params: nnx.State, states: State, key: Array
) -> tuple[Int[Array, "games"], Float[Array, "games"]]:
    """The network's best move in each game, and how likely it thinks to win."""
    move, _, value = club.search(params, states, key, 0.0)
    return move, (1 + value) / 2


def snatch(
    club: Club, states: State, key: Array
) -> tuple[Int[Array, "games"], Float[Array, "games"]]:
    """The greedy player's move in each game; it has no opinion on its chances."""
    return club.greedy(states, club.keys(key)), jnp.zeros(club.games)


class Match(NamedTuple):
    """Games of one player, in even columns against random moves, in odd against greedy ones."""

    won: Bool[np.ndarray, "games"]
    boards: Int[np.ndarray, "plies games n n"]  # before each move
    moves: Int[np.ndarray, "plies games"]  # the last one is a pass
    chances: Float[np.ndarray, "plies games"]  # that the player wins, as it thinks itself
    over: Bool[np.ndarray, "plies games"]

    @property
    def against_random(self) -> float:
        return float(self.won[0::2].mean())

    @property
    def against_greedy(self) -> float:
        return float(self.won[1::2].mean())


def match(club: Club, player: Player, key: Array) -> Match:
    """Plays to the end, against both opponents with each colour equally often.

    Columns 0, 1, 4, 5, 8, ... have the player as black.
    """
    column = jnp.arange(club.games)
    greedy, white = column % 2 == 1, column // 2 % 2 == 1

    def opponent(states: State, key: Array) -> Int[Array, "games"]:
        keys = club.keys(key)
        return jnp.where(greedy, club.greedy(states, keys), club.random(states, keys))

    key, first, start = jax.random.split(key, 3)
    states = club.start(club.keys(start))
    seat = jnp.where(white, 1 - states.current_player, states.current_player)
    states = _choose(white, club.step(states, opponent(states, first)), states)
    rewards, plies = states.rewards, []
    for mine in np.tile([True, False], club.size**2):
        key, now = jax.random.split(key)
        if mine:
            moves, chances = player(states, now)
        else:
            moves = opponent(states, now)
        plies.append((stones(states), moves, chances, states.terminated))
        states = club.step(states, moves)
        rewards += states.rewards
        if states.terminated.all():
            break
    won = jnp.take_along_axis(rewards, seat[:, None], axis=1)[:, 0] > 0
    plies.append((stones(states), jnp.full_like(moves, club.size**2), chances, states.terminated))
    return Match(np.asarray(won), *(np.stack(parts) for parts in zip(*plies, strict=True)))


@jax.jit
def _choose(which: Bool[Array, "games"], yes: State, no: State) -> State:
    return jax.vmap(lambda w, y, n: jax.tree.map(partial(jnp.where, w), y, n))(which, yes, no)
