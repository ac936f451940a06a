"""The 4 x 3 grid world: a goal, a pit, a wall, and moves that sometimes slip sideways.

A game starts at S, pays 1 at the goal, -1 in the pit and -0.04 for every move, and ends after 100
moves at the latest. A move goes where it was meant to with probability 0.8, to either side with
0.1; who runs into a wall stays. With the best moves a game pays 0.705 on average.
Source: Russell and Norvig, Artificial Intelligence: A Modern Approach, 1995, chapter 17.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

MAP = ("   +", " # -", "S   ")
ROWS, COLUMNS = len(MAP), len(MAP[0])
CELLS = ROWS * COLUMNS
START = "".join(MAP).index("S")
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left
STRAIGHT = 0.8
FEE, LONGEST = 0.04, 100
PAYS = np.array([{"+": 1.0, "-": -1.0}.get(cell, 0.0) for cell in "".join(MAP)])
ENDS = PAYS != 0


def next_cells() -> Int[np.ndarray, "cells moves"]:
    """Where each move leads if it does not slip."""

    def after(cell: int, move: tuple[int, int]) -> int:
        row, column = cell // COLUMNS + move[0], cell % COLUMNS + move[1]
        inside = 0 <= row < ROWS and 0 <= column < COLUMNS
        return row * COLUMNS + column if inside and MAP[row][column] != "#" else cell

    return np.array([[after(cell, move) for move in MOVES] for cell in range(CELLS)])


def transitions() -> Float[np.ndarray, "cells moves cells"]:
    """The probability of every next cell."""
    certain = np.eye(CELLS)[next_cells()]
    aside = np.roll(certain, 1, axis=1) + np.roll(certain, -1, axis=1)
    return STRAIGHT * certain + (1 - STRAIGHT) / 2 * aside


def expected_return(policy: Float[np.ndarray, "cells moves"] | None = None) -> float:
    """What a game pays on average, exactly: with a policy's moves, or with the best ones.

    Dynamic programming, from the last move back to the first (Bellman 1957).
    """
    chances, value = transitions(), np.zeros(CELLS)
    for _ in range(LONGEST):
        of_move = chances @ (PAYS + value) - FEE
        best = of_move.max(axis=1) if policy is None else (policy * of_move).sum(axis=1)
        value = np.where(ENDS, 0, best)
    return float(value[START])


def q_learning(
    seeds: int, stages: int, moves: int, explore: float = 0.2
) -> Float[np.ndarray, "seeds stages cells moves"]:
    """The table of action values that each agent has learnt after each stage of `moves` moves.

    An agent that knows neither the map nor the odds: it sees its cell, its reward, its next cell.
    """
    leads_to, pays, ends = jnp.array(next_cells()), jnp.array(PAYS), jnp.array(ENDS)

    def step(carry: tuple, luck: Float[Array, " 3"]) -> tuple:
        values, visits, cell, age = carry
        at_random = (luck[0] / explore * len(MOVES)).astype(int)
        move = jnp.where(luck[0] < explore, at_random, values[cell].argmax())
        slip = jnp.where(luck[1] < STRAIGHT, 0, jnp.where(luck[2] < 0.5, 1, -1))
        new = leads_to[cell, (move + slip) % len(MOVES)]
        reward = pays[new] - FEE
        visits = visits.at[cell, move].add(1)
        target = reward + jnp.where(ends[new], 0, values[new].max())
        rate = visits[cell, move] ** -0.7  # falls, but not so fast that early errors stay
        values = values.at[cell, move].add(rate * (target - values[cell, move]))
        over = ends[new] | (age + 1 == LONGEST)
        return (values, visits, jnp.where(over, START, new), jnp.where(over, 0, age + 1)), None

    def stage(carry: tuple, key: Array) -> tuple:
        carry, _ = jax.lax.scan(step, carry, jax.random.uniform(key, (moves, 3)))
        return carry, carry[0]

    def learn(seed: Int[Array, ""]) -> Float[Array, "stages cells moves"]:
        table = jnp.zeros((CELLS, len(MOVES)))
        keys = jax.random.split(jax.random.key(seed), stages)
        return jax.lax.scan(stage, (table, table, START, 0), keys)[1]

    return np.asarray(jax.jit(jax.vmap(learn))(jnp.arange(seeds)))


def greedy(values: Float[np.ndarray, "*n cells moves"]) -> Float[np.ndarray, "*n cells moves"]:
    """The policy that always makes the move of the largest value."""
    return np.eye(len(MOVES))[values.argmax(axis=-1)]
