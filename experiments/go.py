"""A network that only ever played itself beats a greedy Go player, or it does not.

Question: f(board) = next move, learnt without a single human game. Game: Go on 5 x 5 points, area
scoring, komi 0.5, so nobody draws (pgx). Model: a small residual network with Gumbel AlphaZero
search of 16 simulations (mctx), trained on its own games, once per seed. Opponents: random legal
moves, and a player that always takes the move that gains most area at once; colours shared
equally. Baseline: the same search with the untrained network.
Expect: about 100 % against random (untrained 80 %) and 80 % against greedy (untrained 10 %).
Source: Silver et al., Mastering the game of Go without human knowledge, 2017; Danihelka et al.,
Policy improvement by planning with Gumbel, 2022. About 50 s on 2 CPU cores.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.figure import Figure

from experiments._go_board import draw_board, move_name, parse_move
from experiments._go_net import PolicyValueNet
from experiments._go_players import Club, Match, State, match, stones
from livedeck import report

BATCH = 128
PUZZLE = ("C3", "C2", "B2", "D2", "D3")  # black and white in turn


class Result(NamedTuple):
    """How the network played during training, one game of it, and one move."""

    random_wins: Float[np.ndarray, " seeds"]  # share of games won after training
    greedy_wins: Float[np.ndarray, " seeds"]
    untrained_random_wins: Float[np.ndarray, " seeds"]
    untrained_greedy_wins: Float[np.ndarray, " seeds"]
    random_low: float  # 95 % interval over the games of all seeds
    random_high: float
    greedy_low: float
    greedy_high: float
    greedy_against_random: float
    verdict: str
    games: int  # per opponent, seeds together
    own_games: float  # that a network had played against itself at the end
    seeds: int
    size: int
    simulations: int
    tests: Int[np.ndarray, " tests"]  # iterations after which the network was tested
    random_curve: Float[np.ndarray, "seeds tests"]
    greedy_curve: Float[np.ndarray, "seeds tests"]
    boards: Int[np.ndarray, "frames n n"]  # of one game: 1 black, -1 white
    played: Int[np.ndarray, " frames"]  # the move that led there; n * n is a pass, -1 the start
    chances: Float[np.ndarray, " frames"]  # of winning, as the network thinks
    game_frames: tuple[str, ...]
    game_winner: str
    puzzle: Int[np.ndarray, "n n"]
    puzzle_player: str
    glance: Float[np.ndarray, " moves"]  # the network's policy before search
    policy: Float[np.ndarray, " moves"]  # and after
    next_move: str
    next_chance: float
    first_moves: tuple[str, ...]  # on the empty board, by seed


class Moves(NamedTuple):
    """What moves in games against itself leave to learn from."""

    observation: Bool[Array, "*moves n n planes"]
    policy: Float[Array, "*moves points"]  # improved by search
    reward: Float[Array, "*moves"]  # the mover's, if the game ended there
    over: Bool[Array, "*moves"]


def run(
    *,
    seeds: int = 3,
    tests: tuple[int, ...] = (0, 1, 3, 6, 10),
    size: int = 5,
    komi: float = 0.5,
    games: int = 96,
    moves: int = 16,
    memory: int = 48,
    simulations: int = 16,
    width: int = 24,
    blocks: int = 1,
    steps: int = 32,
    rate: float = 3e-3,
) -> Result:
    """Trains a network per seed; an iteration is `moves` in each game, then `steps` of learning."""
    net = partial(PolicyValueNet, size=size, width=width, blocks=blocks)
    graph = nnx.graphdef(nnx.eval_shape(lambda: net(rngs=nnx.Rngs(0))))
    club = Club(size, komi, games, simulations, graph)
    optimiser = optax.adamw(rate)

    @jax.jit
    def start(key: Array) -> tuple[nnx.State, optax.OptState]:
        params = nnx.state(net(rngs=nnx.Rngs(key)))
        return params, optimiser.init(params)

    learn = jax.jit(partial(learn_from, graph, optimiser, size, steps))
    course = partial(teach, club, start, learn, tests, moves, memory, seeds)
    matches, own_games, params = zip(*[course(seed) for seed in range(seeds)], strict=True)
    import pickle; pickle.dump([jax.tree.map(np.asarray,jax.tree.leaves(p)) for p in params],open("/tmp/gw/params.pkl","wb"))
    r=np.array([[m.against_random for m in ms] for ms in matches]); g=np.array([[m.against_greedy for m in ms] for ms in matches])
    print(r,g,own_games)
    return


def teach(
    club: Club,
    start: Callable,
    learn: Callable,
    tests: tuple[int, ...],
    moves: int,
    memory: int,
    seeds: int,
    seed: int,
) -> tuple[list[Match], float, nnx.State]:
    """Trains one network on its own games; returns its matches, its games and its parameters."""
    key, first, fresh = jax.random.split(jax.random.key(seed), 3)
    params, moments = start(first)
    states = club.start(club.keys(fresh))
    past: deque[Moves] = deque(maxlen=memory)
    matches, finished = [], 0
    for iteration in range(tests[-1] + 1):
        key, trial, lesson = jax.random.split(key, 3)
        if iteration in tests:
            matches.append(match(club, partial(think, club, params), trial))
        if iteration == tests[-1]:
            break
        for _ in range(moves if past else memory):
            key, now, chance = jax.random.split(key, 3)
            move, policy, _ = club.search(params, states, now, 1.0)
            observation = states.observation
            states, reward = club.self_play(states, move, club.keys(chance))
            past.append(Moves(observation, policy, reward, states.terminated))
            finished += states.terminated.sum()
        params, moments, loss = learn(params, moments, jax.tree.map(_stack, *past), lesson)
        report(seed * tests[-1] + iteration + 1, seeds * tests[-1], loss=loss)
    return matches, float(finished), params


def think(
    club: Club, params: nnx.State, states: State, key: Array
) -> tuple[Int[Array, " games"], Float[Array, " games"]]:
    """The network's best move in each game, and how likely it thinks to win."""
    move, _, value = club.search(params, states, key, 0.0)
    return move, (1 + value) / 2


def learn_from(
    graph: nnx.GraphDef,
    optimiser: optax.GradientTransformation,
    size: int,
    steps: int,
    params: nnx.State,
    moments: optax.OptState,
    past: Moves,
    key: Array,
) -> tuple[nnx.State, optax.OptState, Array]:
    """Takes the policy towards what search found and the value towards who won."""
    outcome, known = outcomes(past.reward, past.over)
    flat = jax.tree.map(
        lambda x: x.reshape(-1, *x.shape[2:]), (past.observation, past.policy, outcome, known)
    )
    turns = symmetries(size)

    def loss(params: nnx.State, batch: tuple) -> Array:
        observation, policy, outcome, known = batch
        logits, value = nnx.merge(graph, params)(observation)
        surprise = optax.softmax_cross_entropy(logits, policy)
        return (surprise + known * (value - outcome) ** 2).mean()

    def step(carry: tuple, now: tuple[Int[Array, " batch"], Array]) -> tuple:
        params, moments = carry
        chosen, key = now
        observation, policy, outcome, known = jax.tree.map(lambda x: x[chosen], flat)
        turn = turns[jax.random.randint(key, (BATCH,), 0, len(turns))]
        points = observation.reshape(BATCH, size * size, -1)
        points = jnp.take_along_axis(points, turn[:, :-1, None], axis=1)
        batch = (
            points.reshape(observation.shape),
            jnp.take_along_axis(policy, turn, axis=1),
            outcome,
            known,
        )
        value, grads = jax.value_and_grad(loss)(params, batch)
        updates, moments = optimiser.update(grads, moments, params)
        return (optax.apply_updates(params, updates), moments), value

    key, shuffle = jax.random.split(key)
    order = jax.random.randint(shuffle, (steps, BATCH), 0, known.size)
    carry, losses = jax.lax.scan(step, (params, moments), (order, jax.random.split(key, steps)))
    return *carry, losses.mean()


def outcomes(
    reward: Float[Array, "plies games"], over: Bool[Array, "plies games"]
) -> tuple[Float[Array, "plies games"], Bool[Array, "plies games"]]:
    """Who won, seen by each mover, from the last ply back: one player's gain is the other's loss.

    Not known for games that are still being played.
    """

    def back(later: tuple, now: tuple) -> tuple:
        outcome, known = later
        reward, over = now
        here = jnp.where(over, reward, -outcome), known | over
        return here, here

    nobody = jnp.zeros_like(reward[0])
    return jax.lax.scan(back, (nobody, nobody > 0), (reward, over), reverse=True)[1]


def symmetries(size: int) -> Int[Array, "8 moves"]:
    """The eight ways to turn and mirror a board, as orders of its points and the pass."""
    grid = np.arange(size * size).reshape(size, size)
    turned = [np.rot90(side, quarter).ravel() for side in (grid, grid.T) for quarter in range(4)]
    return jnp.array([[*points, size * size] for points in turned])


def _stack(*parts: Array) -> Array:
    return jnp.stack(parts)


QUICK = dict(seeds=2, tests=(0, 1), games=8, moves=4, memory=16, simulations=2, steps=1)
GPU = dict(seeds=4, size=9, komi=6.5)

if __name__ == "__main__":
    import time
    t=time.time()
    import sys; print(run(**eval(sys.argv[1])))
    print(time.time()-t,time.process_time())
