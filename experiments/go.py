"""A network that only ever played itself beats a greedy Go player, which looks one move ahead.

Question: f(board) = next move, learnt with no human game. Game: Go on 5 x 5 points, area scoring,
komi 0.5, so nobody draws (pgx). Model: a small residual network with Gumbel AlphaZero search of 16
simulations (mctx), trained on its own games. Opponents: random moves, and a greedy player.
Baseline: the same search with the untrained network. Colours are shared equally.
Expect: about 100 % against random (untrained 80 %), 85 % against greedy (untrained 10 %).
Source: Silver et al. 2017, AlphaGo Zero; Danihelka et al. 2022, Gumbel AlphaZero.
About 50 s on 2 CPU cores.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from pgx.experimental import auto_reset
from pgx.go import Go

from experiments._go_players import (
    NEVER,
    PolicyValueNet,
    greedy_move,
    random_move,
    search,
)

OPENING = 6  # moves at the start of a self-played game of which half are random


class Result(NamedTuple):
    size: int
    simulations: int
    iterations: Int[Array, "tests"]
    self_play_games: int  # finished, of one seed
    random_wins: Float[Array, "seeds tests"]
    greedy_wins: Float[Array, "seeds tests"]


class Positions(NamedTuple):
    """What one self-played move leaves to learn from."""

    observation: Bool[Array, "*batch n n planes"]
    policy: Float[Array, "*batch moves"]  # improved by search
    reward: Float[Array, "*batch"]  # for the mover, when the game ended with this move
    over: Bool[Array, "*batch"]


def run(
    *,
    seeds: int = 3,
    iterations: int = 16,
    tests: int = 4,
    size: int = 5,
    komi: float = 0.5,
    games: int = 128,
    moves: int = 16,
    simulations: int = 16,
    width: int = 24,
    blocks: int = 1,
    steps: int = 32,
    window: int = 48,
    learning_rate: float = 3e-3,
):
    env = Go(size=size, komi=komi, history_length=2)
    build = partial(PolicyValueNet, size=size, width=width, blocks=blocks)
    net = nnx.graphdef(nnx.eval_shape(lambda: build(rngs=nnx.Rngs(0))))
    optimiser = optax.adamw(learning_rate, weight_decay=1e-4)

    start = each_game(lambda key: env.init(key))
    step = each_game(env.step)
    greedy = each_game(partial(greedy_move, env))
    random = each_game(random_move)
    advance = each_game(partial(advance_self_play, env))
    think = jax.jit(jax.vmap(partial(search, env, net, simulations), in_axes=(0, 0, 0, None)))
    learn = jax.jit(jax.vmap(partial(train, net, optimiser, size, steps)))

    keys = jax.vmap(jax.random.key)(jnp.arange(seeds))

    def spread(use, counter):
        return jax.vmap(
            lambda key: jax.random.split(
                jax.random.fold_in(jax.random.fold_in(key, use), counter), games
            )
        )(keys)

    def one(use, counter):
        return jax.vmap(lambda key: jax.random.fold_in(jax.random.fold_in(key, use), counter))(keys)

    params, moments = jax.jit(
        lambda keys: jax.lax.map(
            lambda key: (lambda p: (p, optimiser.init(p)))(nnx.state(build(rngs=nnx.Rngs(key)))),
            keys,
        )
    )(keys)
    states = start(spread(0, 0))

    def network(states, counter):
        return think(params, states, one(5, counter), 0.0)[0]

    def match(first, counter):
        """Network against"""
        states = start(spread(4, counter))
        opp = jnp.arange(games) % 2 == 1
        second = (jnp.arange(games) // 2) % 2 == 1
        me = jnp.where(second, 1 - states.current_player, states.current_player)

        def reply(states, c):
            a = jnp.where(opp, greedy(states, spread(6, c)), random(states, spread(7, c)))
            return step(states, a)

        after = reply(states, counter * 1000)
        states = jax.tree.map(
            lambda a, b: jnp.where(second.reshape(1, -1, *[1] * (a.ndim - 2)), b, a), states, after
        )
        total = states.rewards
        for i in range(size * size):
            states = step(states, first(states, counter * 1000 + i))
            total = total + states.rewards
            states = reply(states, counter * 1000 + i + 1)
            total = total + states.rewards
            if bool(states.terminated.all()):
                break
        won = jnp.take_along_axis(total, me[..., None], -1)[..., 0] > 0
        return np.asarray(won), np.asarray(opp), np.asarray(second)

    import time

    t = time.process_time()
    w = time.time()
    won, opp, second = match(lambda s, c: greedy(s, spread(9, c)), 99)
    print("greedy vs random", won[:, ~opp].mean())
    print("match cpu", time.process_time() - t, time.time() - w)
    t = time.process_time()
    counter = 0
    from collections import deque

    record = deque(maxlen=window)
    every = max(iterations // tests, 1)
    for i in range(iterations + 1):
        if i % every == 0:
            won, opp, second = match(network, i)
            for o in (False, True):
                print(
                    "greedy" if o else "random",
                    won[:, opp == o].mean(1).round(2),
                    "B",
                    won[:, (opp == o) & ~second].mean().round(2),
                    "W",
                    won[:, (opp == o) & second].mean().round(2),
                )
            print("match cpu", time.process_time() - t, time.time() - w)
            t = time.process_time()
            w = time.time()
        if i == iterations:
            break
        for m in range(moves if i else window):
            c = counter
            counter += 1
            action, policy, _ = think(params, states, one(1, c), 1.0)
            before = states
            states, reward = advance(states, action, spread(2, c))
            record.append(Positions(before.observation, policy, reward, states.terminated))
        positions = jax.tree.map(lambda *x: jnp.stack(x, axis=1), *record)
        params, moments, loss = learn(params, moments, positions, one(3, i))
        print(i, "cpu", time.process_time() - t, time.time() - w, loss)
        t = time.process_time()
        w = time.time()


def each_game(function: Callable) -> Callable:
    """Compiles a function of one game to work on arrays of seeds x games."""
    return jax.jit(jax.vmap(jax.vmap(function)))


def advance_self_play(env, state, action, key):
    whether, which, fresh = jax.random.split(key, 3)
    points = state.legal_action_mask.at[-1].set(False)
    placed = jax.random.categorical(which, jnp.where(points, 0.0, NEVER))
    explore = (state._step_count < OPENING) & points.any() & jax.random.bernoulli(whether)
    after = auto_reset(env.step, env.init)(state, jnp.where(explore, placed, action), fresh)
    return after, after.rewards[state.current_player]


def train(net, optimiser, size, steps, params, moments, positions, key, batch=128):
    value, known = outcomes(positions.reward, positions.over)
    n = known.size
    flat = jax.tree.map(
        lambda x: x.reshape(n, *x.shape[2:]),
        (positions.observation, positions.policy, value, known),
    )
    points = np.arange(size * size).reshape(size, size)
    turned = [np.rot90(grid, k) for grid in (points, points.T) for k in range(4)]
    turned = jnp.stack([jnp.append(grid.reshape(-1), size * size) for grid in turned])

    def loss(params, obs, policy, value, known):
        logits, v = nnx.merge(net, params)(obs)
        return (optax.softmax_cross_entropy(logits, policy) + known * (v - value) ** 2).mean()

    def update(carry, x):
        params, moments = carry
        chosen, key = x
        obs, policy, value, known = jax.tree.map(lambda a: a[chosen], flat)
        turn = turned[jax.random.randint(key, (batch,), 0, 8)]
        obs = jnp.take_along_axis(
            obs.reshape(batch, size * size, -1), turn[:, :-1, None], axis=1
        ).reshape(obs.shape)
        policy = jnp.take_along_axis(policy, turn, axis=1)
        l, grads = jax.value_and_grad(loss)(params, obs, policy, value, known)
        updates, moments = optimiser.update(grads, moments, params)
        return (optax.apply_updates(params, updates), moments), l

    a, b = jax.random.split(key)
    order = jax.random.permutation(a, n)[: steps * batch].reshape(steps, batch)
    (params, moments), l = jax.lax.scan(
        update, (params, moments), (order, jax.random.split(b, len(order)))
    )
    return params, moments, jnp.stack([l.mean(), known.mean()])


def outcomes(reward, over):
    """From the last move of each game back to its first: I won what my opponent lost."""

    def back(later, now):
        value, known = later
        reward, over = now
        value = jnp.where(over, reward, -value)
        known = known | over
        return (value, known), (value, known)

    zero = jnp.zeros_like(reward[0])
    return jax.lax.scan(back, (zero, zero > 0), (reward, over), reverse=True)[1]


if __name__ == "__main__":
    import time

    t = time.time()
    import sys

    run(**eval(sys.argv[1]) if len(sys.argv) > 1 else {})
    print("wall", time.time() - t, "cpu", time.process_time())
