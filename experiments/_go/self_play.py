"""Learning from games that a network played against itself."""

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

from experiments._go.players import Club, Match, match, think
from livedeck import report

BATCH = 128


class Moves(NamedTuple):
    """What moves in games against itself leave to learn from."""

    observation: Bool[Array, "*moves n n planes"]
    policy: Float[Array, "*moves points"]  # improved by search
    reward: Float[Array, "*moves"]  # the mover's, if the game ended there
    over: Bool[Array, "*moves"]


def teach(
    club: Club,
    start: Callable,
    learn: Callable,
    tests: tuple[int, ...],
    moves: int,
    memory: int,
    seeds: int,
    first_seed: int,
    seed: int,
) -> tuple[list[Match], float, nnx.State]:
    """Trains one network on its own games; returns its matches, its games and its parameters."""
    key, first, fresh = jax.random.split(jax.random.key(first_seed + seed), 3)
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
            key, now, chance, fresh = jax.random.split(key, 4)
            move, policy, _ = club.search(params, states, now, 1.0)
            after = club.step(states, club.stray(states, move, club.keys(chance)))
            reward = jnp.take_along_axis(after.rewards, states.current_player[:, None], axis=1)
            past.append(Moves(states.observation, policy, reward[:, 0], after.terminated))
            finished += after.terminated.sum()
            states = club.renew(after, club.keys(fresh))
        lately = jax.tree.map(lambda *plies: jnp.stack(plies), *past)
        params, moments, loss = learn(params, moments, lately, lesson)
        report(seed * tests[-1] + iteration + 1, seeds * tests[-1], loss=loss)
    return matches, float(finished), params


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
