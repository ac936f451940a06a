"""A network learns to play Go from its own games alone, with nobody to copy.

Question: f(board) = next move, learnt without a single human game. Game: Go on 5 x 5 points, area
scoring, komi 0.5, so nobody draws (pgx). Model: a small residual network with Gumbel AlphaZero
search of 16 simulations (mctx), trained on its own games, once per seed. Opponents: random legal
moves, and a player that always takes the move that gains most area at once; colours shared
equally. Baseline: the same search with the untrained network. Intervals: 95 %, the wider of
Wilson's over games and Student's over networks. Expect: about 100 % against random (untrained
65 %) and 80 % against greedy (untrained 3 %).
The settings of the training were tuned on these win rates, with other seeds.
Source: Silver et al., Mastering the game of Go without human knowledge, 2017; Danihelka et al.,
Policy improvement by planning with Gumbel, 2022. About 55 s on 2 CPU cores.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
import optax
import scipy.stats
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from experiments._go.board import draw_board, move_name, parse_move
from experiments._go.network import PolicyValueNet
from experiments._go.players import Club, Match, area_lead, match, snatch, stones
from experiments._go.self_play import learn_from, teach
from experiments._statistics.intervals import wilson

FIRST_SEED = 100  # the settings were tuned with smaller ones
# Black and white in turn; black is to move. Set by hand: C1 takes three stones and saves two.
POSITION = "A3 A4 B3 B4 C3 C4 D3 D4 D2 A2 A1 B2 B1 C2"


class Result(NamedTuple):
    """How the network played during training, one game of it, and one move."""

    random_wins: Float[np.ndarray, " seeds"]  # share of games won after training
    greedy_wins: Float[np.ndarray, " seeds"]
    untrained_random_wins: Float[np.ndarray, " seeds"]
    untrained_greedy_wins: Float[np.ndarray, " seeds"]
    random_low: float  # 95 % interval, over networks and games
    random_high: float
    greedy_low: float
    greedy_high: float
    greedy_against_random: float
    verdict: str
    untrained_verdict: str  # the untrained network, with search, against random moves
    games: int  # per opponent, seeds together
    own_games: Float[np.ndarray, " seeds"]  # that a network had played against itself in the end
    seeds: int
    size: int
    komi: float
    simulations: int
    tests: Int[np.ndarray, " tests"]  # iterations after which the network was tested
    random_curve: Float[np.ndarray, "seeds tests"]
    greedy_curve: Float[np.ndarray, "seeds tests"]
    boards: Int[np.ndarray, "frames n n"]  # after each move of one game: 1 black, -1 white
    played: Int[np.ndarray, " frames"]  # n * n is a pass
    numbers: Int[np.ndarray, " frames"]  # of the moves shown
    frames: tuple[str, ...]
    chances: Float[np.ndarray, " blacks"]  # of winning, as the network saw them at its moves
    last_chance: float
    length: int  # moves in the game
    outcome: str  # for the network, such as `wins by 4.5 points`
    position: Int[np.ndarray, "n n"]
    policy: Float[np.ndarray, " moves"]
    next_move: str
    captured: int
    agreeing: int  # networks that choose the same move
    openings: str  # first moves on the empty board, by seed


def run(
    *,
    seeds: int = 3,
    tests: tuple[int, ...] = (0, 2, 5, 10),
    size: int = 5,
    komi: float = 0.5,
    games: int = 96,
    moves: int = 16,
    memory: int = 48,
    simulations: int = 16,
    width: int = 24,
    blocks: int = 1,
    steps: int = 64,
    rate: float = 4e-3,
) -> Result:
    """Trains a network per seed; an iteration is `moves` in each game, then `steps` of learning."""
    net = partial(PolicyValueNet, size=size, width=width, blocks=blocks)
    graph = nnx.graphdef(nnx.eval_shape(lambda: net(rngs=nnx.Rngs(0))))
    club = Club(size, komi, games, simulations, graph)
    optimiser = optax.adamw(optax.cosine_decay_schedule(rate, steps * tests[-1], alpha=0.1))

    @jax.jit
    def start(key: Array) -> tuple[nnx.State, optax.OptState]:
        params = nnx.state(net(rngs=nnx.Rngs(key)))
        return params, optimiser.init(params)

    learn = jax.jit(partial(learn_from, graph, optimiser, size, steps))
    course = partial(teach, club, start, learn, tests, moves, memory, seeds, FIRST_SEED)
    matches, own_games, params = zip(*[course(seed) for seed in range(seeds)], strict=True)
    random_curve = np.array([[test.against_random for test in row] for row in matches])
    greedy_curve = np.array([[test.against_greedy for test in row] for row in matches])
    rival = match(club, partial(snatch, club), jax.random.key(seeds))
    played = seeds * games // 2
    random_low, random_high = interval(random_curve[:, -1], played)
    greedy_low, greedy_high = interval(greedy_curve[:, -1], played)
    return Result(
        random_wins=random_curve[:, -1],
        greedy_wins=greedy_curve[:, -1],
        untrained_random_wins=random_curve[:, 0],
        untrained_greedy_wins=greedy_curve[:, 0],
        random_low=random_low,
        random_high=random_high,
        greedy_low=greedy_low,
        greedy_high=greedy_high,
        greedy_against_random=rival.against_random,
        verdict=judge(greedy_low, greedy_high),
        untrained_verdict=judge(*interval(random_curve[:, 0], played)),
        games=played,
        own_games=np.array(own_games),
        seeds=seeds,
        size=size,
        komi=komi,
        simulations=simulations,
        tests=np.array(tests),
        random_curve=random_curve,
        greedy_curve=greedy_curve,
        **tell_game(matches[0][-1], komi),
        **solve(club, params),
    )


def tell_game(match: Match, komi: float, frames: int = 30) -> dict[str, Any]:
    """The first game in which the network had black against the greedy player, move by move."""
    game = 1  # see `match`
    boards, moves, over = match.boards[:, game], match.moves[:, game], match.over[:, game]
    length = int((~over).sum())
    shown = np.unique(np.linspace(1, length, min(length, frames)).astype(int))
    lead = float(area_lead(boards[-1])) - komi
    outcome = "wins" if match.won[game] else "loses"
    points = f"{abs(lead):g} points" if (lead > 0) == match.won[game] else "the ko rule"
    return dict(
        boards=boards[shown],
        played=moves[shown - 1],
        numbers=shown,
        chances=match.chances[:length:2, game],
        last_chance=float(match.chances[length - 1, game]),
        frames=tuple(f"move {number}" for number in shown),
        length=length,
        outcome=f"{outcome} by {points}",
    )


def solve(club: Club, params: list[nnx.State]) -> dict[str, Any]:
    """The moves of all networks in the set position, and the first one's policy."""
    key = jax.random.key(0)
    empty = states = club.start(club.keys(key))
    for name in POSITION.split():
        states = club.step(states, np.full(club.games, parse_move(name, club.size), np.int32))
    answers = [club.search(weights, states, key, 0.0) for weights in params]
    openings = [club.search(weights, empty, key, 0.0)[0][0] for weights in params]
    move, policy, _ = (np.asarray(part[0]) for part in answers[0])
    after = club.step(states, answers[0][0])
    board, next_board = (np.asarray(stones(now)[0]) for now in (states, after))
    return dict(
        position=board,
        policy=policy,
        next_move=move_name(move, club.size),
        captured=int((board < 0).sum() - (next_board < 0).sum()),
        agreeing=sum(int(answer[0][0] == move) for answer in answers),
        openings=", ".join(move_name(opening, club.size) for opening in openings),
    )


def interval(wins: Float[np.ndarray, " seeds"], games: int) -> tuple[float, float]:
    """95 % interval of a share of wins: few games make it wide, or few, unlike networks."""
    mean, n = wins.mean(), len(wins)
    half = scipy.stats.t.ppf(0.975, n - 1) * wins.std(ddof=1) / np.sqrt(n)
    low, high = wilson(mean, games)
    return float(max(0, min(low, mean - half))), float(min(1, max(high, mean + half)))


def judge(low: float, high: float) -> str:
    """What a 95 % interval of the share of wins says."""
    return "beats" if low > 0.5 else "loses to" if high < 0.5 else "holds its own against"


def learning(fig: Figure, result: Result) -> None:
    """Share of games won during training, against either opponent, one line a seed."""
    panels = fig.subplots(1, 2, sharey=True)
    curves = {"random moves": result.random_curve, "a greedy player": result.greedy_curve}
    for axes, (opponent, curve) in zip(panels, curves.items(), strict=True):
        untrained = curve[:, 0].mean()
        axes.axhline(untrained, color="muted", linewidth=1.5)
        axes.plot(result.tests, curve.T, color="accent", alpha=0.35, linewidth=1)
        axes.plot(result.tests, curve.mean(axis=0), color="accent", linewidth=3)
        axes.plot(result.tests, curve.T, "o", color="accent", markersize=5, clip_on=False)
        below = untrained > 0.5
        axes.annotate(
            "untrained, same search",
            (result.tests[-1], untrained),
            (0, -5 if below else 4),
            textcoords="offset points",
            ha="right",
            va="top" if below else "bottom",
            color="muted",
        )
        axes.set_title(f"against {opponent}")
        axes.set_xlabel("training iteration")
        axes.set_xticks(result.tests)
        axes.set_ylim(0, 1.02)
    panels[0].set_yticks([0, 0.5, 1], ["0", "50", "100 %"])
    panels[0].set_ylabel("games won")


def game(fig: Figure, result: Result, frame: int) -> None:
    """A game of the network, black, against the greedy player, and what it thought of it."""
    number, last = int(result.numbers[frame]), int(result.played[frame])
    name = move_name(last, int(result.size))
    player = "Black, the network," if number % 2 else "White, the greedy player,"
    act = f"{player} {'passes' if name == 'pass' else f'plays {name}'}"
    large = fig.bbox.height > 3 * fig.dpi
    left, right = fig.subfigures(1, 2, width_ratios=(1, 1.5 if large else 2.6))
    draw_board(left.subplots(), result.boards[frame], last=last, names=large)
    axes = right.subplots()
    if large:
        _draw_chances(axes, result, number)
        axes.set_title(act, pad=12)
    else:
        chance = f"its chance to win, it thinks: {100 * result.chances[(number - 1) // 2]:.0f} %"
        axes.text(0, 0.6, act, transform=axes.transAxes)
        axes.text(0, 0.3, chance if number % 2 else "", transform=axes.transAxes, color="accent")
        axes.set_axis_off()


def _draw_chances(axes: Axes, result: Result, number: int) -> None:
    """The network's chance to win as it saw it at its own moves, up to one of them and after."""
    moves = 1 + 2 * np.arange(len(result.chances))
    seen = moves <= number
    axes.axhline(0.5, color="muted", linewidth=1)
    axes.plot(moves, result.chances, color="grid", linewidth=2)
    axes.plot(moves[seen], result.chances[seen], "o-", color="accent", clip_on=False)
    axes.set(xlim=(0.5, int(result.length) + 0.5), ylim=(0, 1.02), xlabel="move")
    axes.set_yticks([0, 0.5, 1], ["0", "50", "100 %"])
    axes.set_ylabel("chance to win,\nas the network sees it")


def next_move(fig: Figure, result: Result) -> None:
    """A set position, and how much the network, with search, likes each move."""
    board, text = fig.subplots(1, 2, width_ratios=(1.6, 1))
    draw_board(board, result.position)
    size = int(result.size)
    for move in np.flatnonzero(result.policy[:-1] >= 0.005):
        row, column = divmod(int(move), size)
        share, best = result.policy[move], move_name(move, size) == result.next_move
        if share < 0.05:
            board.add_patch(Circle((column, row), 0.06, facecolor="accent", zorder=3))
            continue
        depth = 0.1 + 0.35 * share
        fill = depth * np.array(to_rgb("accent")) + (1 - depth) * np.array(to_rgb("grid"))
        edge = {"edgecolor": "accent", "linewidth": 3 if best else 0}
        board.add_patch(Circle((column, row), 0.42, facecolor=fill, zorder=3, **edge))
        label = {"ha": "center", "va": "center", "size": 13.5, "zorder": 4}
        weight = "bold" if best else "normal"
        board.text(column, row, f"{100 * share:.0f} %", weight=weight, **label)
    taken = int(result.captured)
    effect = f"takes {taken} {'stone' if taken == 1 else 'stones'}"
    place = {"transform": text.transAxes, "va": "center"}
    text.text(0, 0.72, "Black to move", **place)
    text.text(0, 0.5, result.next_move, color="accent", size=60, **place)
    text.text(0, 0.28, effect, color="muted", **place)
    text.set_axis_off()


def summary(fig: Figure, result: Result) -> None:
    """The set position and the network's next move."""
    axes = fig.subplots()
    size = int(result.size)
    draw_board(axes, result.position, names=False)
    middle, right = (size - 1) / 2, size + 0.2
    arrow = {"arrowstyle": "-|>", "color": "muted", "lw": 2}
    axes.annotate("", (right + 0.32 * size, middle), (right, middle), arrowprops=arrow)
    text = {"ha": "center", "va": "center_baseline", "color": "accent"}
    axes.text(right + 0.85 * size, middle, result.next_move, size=72, **text)
    axes.set_xlim(-0.7, right + 1.3 * size)


QUICK = dict(seeds=2, tests=(0, 1), games=8, moves=4, memory=16, simulations=2, steps=1)
GPU = dict(
    seeds=3,
    tests=(0, 5, 10, 20, 40),
    size=9,
    komi=6.5,
    games=512,
    moves=32,
    memory=128,
    simulations=32,
    width=64,
    blocks=5,
    steps=256,
    rate=2e-3,
)

if __name__ == "__main__":
    print(run())
