"""A small transformer answers small talk that is put to it in words it was never spoken to in.

Question: does it answer new phrasings, or only repeat? Data: 28 topics of small talk, one answer
each, about 33 phrasings each, written for this lecture. For each seed five phrasings of every topic
are the test, "hi" among them; what shares more than half of its words with one of these, in the
same topic, is not learnt from. Model: a decoder-only transformer (Vaswani et al. 2017) that reads
what was said and writes the answer word by word; a word is the sum of its pieces (Bojanowski et
al. 2017). Baselines: the answer to the nearest phrasing, by the cosine of bags of words weighted by
their rarity, and the most frequent answer. Expect: about 85 % right against 72 % and 4 %. About
10 s on 2 CPU cores.
"""

from collections import Counter
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._data import dialogues
from experiments._data.dialogues import ANSWERED, GREETING, PADDING, SAID, Vocabulary
from livedeck import report

LENGTH = SAID + ANSWERED
UNHEARD = 0.4  # share of the words said that are dropped in training, so that none is relied on


class Result(NamedTuple):
    accuracy: Float[Array, "seeds"]  # share of the test's answers that are right to the letter
    nearest_accuracy: Float[Array, "seeds"]
    frequent_accuracy: Float[Array, "seeds"]
    gain: Float[Array, "seeds"]  # of the network over the nearest phrasing
    verdict: str  # "beats" or "does not beat": the network, the nearest phrasing, on every seed
    greeting: str
    greeting_answer: str  # by the first network
    greeted_right: int  # networks out of `seeds` that answer a greeting with a greeting
    seeds: int
    said: tuple[str, ...]  # test phrasings, in the order in which they were drawn
    answers: tuple[str, ...]  # by the first network
    right_answers: tuple[str, ...]
    topics: int
    phrasings: int
    training_phrasings: int  # for the first network
    test_phrasings: int
    parameters: int


class Block(nnx.Module):
    """Every word looks back at the words before it, then each is worked on by itself."""

    def __init__(self, width: int, rngs: nnx.Rngs):
        self.attend = nnx.MultiHeadAttention(4, width, decode=False, rngs=rngs)
        self.widen = nnx.Linear(width, 4 * width, rngs=rngs)
        self.narrow = nnx.Linear(4 * width, width, rngs=rngs)
        self.norms = nnx.List([nnx.LayerNorm(width, rngs=rngs) for _ in range(2)])

    def __call__(
        self, x: Float[Array, "batch words width"], seen: Bool[Array, "batch 1 words words"]
    ) -> Float[Array, "batch words width"]:
        x = x + self.attend(self.norms[0](x), mask=seen)
        return x + self.narrow(nnx.gelu(self.widen(self.norms[1](x))))


class Talker(nnx.Module):
    """Scores, for each place of the answer, every word of the vocabulary as the next one."""

    def __init__(self, words: int, pieces: int, width: int, layers: int, rngs: nnx.Rngs):
        wide, narrow = nnx.initializers.normal(0.1), nnx.initializers.normal(0.01)
        self.pieces = nnx.Embed(pieces, width, embedding_init=wide, rngs=rngs)
        self.places = nnx.Embed(LENGTH, width, embedding_init=narrow, rngs=rngs)
        self.blocks = nnx.List([Block(width, rngs) for _ in range(layers)])
        self.norm = nnx.LayerNorm(width, rngs=rngs)
        self.readout = nnx.Linear(width, words, rngs=rngs)

    def __call__(
        self, words: Int[Array, "batch words"], pieces: Float[Array, "vocabulary pieces"]
    ) -> Float[Array, "batch answered vocabulary"]:
        places = jnp.arange(words.shape[1])
        seen = (places[:, None] >= places) & (words != PADDING)[:, None, None]
        x = (pieces @ self.pieces.embedding[...])[words] + self.places(places)
        for block in self.blocks:
            x = block(x, seen)
        return self.readout(self.norm(x[:, SAID:]))


def _train(
    lines: Int[Array, "seeds lines words"],
    sizes: Int[Array, "seeds"],
    pieces: Float[Array, "vocabulary pieces"],
    width: int,
    layers: int,
    steps: int,
    batch: int,
) -> Talker:
    """Trains a network for each seed, all at once; their parameters have an axis for the seeds."""
    schedule = optax.warmup_cosine_decay_schedule(0, 3e-3, steps // 10, steps)
    adam = optax.adamw(schedule, weight_decay=0.5)
    optimiser, chunk = optax.chain(optax.clip_by_global_norm(1), adam), min(steps, 50)

    def loss(parameters, words):
        scores = nnx.merge(network, parameters)(words[:, :-1], pieces)
        following = words[:, SAID + 1 :]
        errors = optax.softmax_cross_entropy_with_integer_labels(scores, following)
        return errors.mean(where=following != PADDING)

    @jax.jit
    @partial(jax.vmap, in_axes=(0, 0, None, 0, 0))
    def learn(state, key, done, lines, size):
        def step(state, key):
            parameters, memory = state
            drawn, dropped = jax.random.split(key)
            words = lines[jax.random.randint(drawn, (batch,), 0, size)]
            unheard = jax.random.bernoulli(dropped, UNHEARD, words.shape).at[:, SAID:].set(False)
            error, slope = jax.value_and_grad(loss)(parameters, jnp.where(unheard, PADDING, words))
            updates, memory = optimiser.update(slope, memory, parameters)
            return (optax.apply_updates(parameters, updates), memory), error

        keys = jax.random.split(jax.random.fold_in(key, done), chunk)
        state, errors = jax.lax.scan(step, state, keys)
        return state, errors.mean()

    keys = jax.vmap(jax.random.key)(jnp.arange(len(lines)))
    create = nnx.vmap(lambda key: Talker(*pieces.shape, width, layers, nnx.Rngs(key)))
    network, parameters = nnx.split(nnx.jit(create)(keys))
    state = parameters, jax.jit(jax.vmap(optimiser.init))(parameters)
    for done in range(0, steps, chunk):
        state, errors = learn(state, keys, done, lines, sizes)
        report(done + chunk, steps, loss=errors.mean())
    return nnx.merge(network, state[0])


@nnx.jit
@partial(nnx.vmap, in_axes=(0, 0, None))
def _answer(
    talker: Talker,
    words: Int[Array, "said words"],
    pieces: Float[Array, "vocabulary pieces"],
) -> Int[Array, "said answered"]:
    """Writes the answers: each time the best next word, which is then read along."""

    def write(place: int, words: Int[Array, "said words"]) -> Int[Array, "said words"]:
        best = talker(words, pieces)[:, place].argmax(axis=-1)
        return words.at[:, SAID + place + 1].set(best)

    return jax.lax.fori_loop(0, ANSWERED - 1, write, words)[:, SAID + 1 :]


def run(
    *, seeds: int = 4, steps: int = 500, width: int = 64, layers: int = 1, batch: int = 32
) -> Result:
    topics = dialogues.read_topics()
    vocabulary = Vocabulary(topics)
    # The network was designed on the splits that seeds from 100 on draw.
    splits = [dialogues.set_aside(np.random.default_rng(seed), topics) for seed in range(seeds)]
    trains, tests = zip(*splits, strict=True)
    sizes = [len(train) for train in trains]
    lines = np.full((seeds, max(sizes), LENGTH), PADDING)
    for seed, train in enumerate(trains):
        lines[seed, : len(train)] = vocabulary.encode(train)
    asked = np.stack([vocabulary.encode(test) for test in tests])
    asked[:, :, SAID + 1 :] = PADDING  # the answers are for the networks to write

    pieces = vocabulary.pieces()
    talkers = _train(jnp.array(lines), jnp.array(sizes), pieces, width, layers, steps, batch)
    written = np.asarray(_answer(talkers, jnp.array(asked), pieces))
    answers = [[vocabulary.decode(numbers) for numbers in seed] for seed in written]
    right = [[phrasing.answer for phrasing in test] for test in tests]
    nearest = [dialogues.nearest(train, test) for train, test in splits]
    frequent = [[Counter(answer for _, answer in train).most_common(1)[0][0]] for train in trains]
    frequent = [answer * len(test) for answer, test in zip(frequent, tests, strict=True)]
    accuracy, nearest_accuracy = _shares(answers, right), _shares(nearest, right)
    greetings = [[said for said, _ in test].index(GREETING) for test in tests]
    return Result(
        accuracy=accuracy,
        nearest_accuracy=nearest_accuracy,
        frequent_accuracy=_shares(frequent, right),
        gain=accuracy - nearest_accuracy,
        verdict="beats" if (accuracy > nearest_accuracy).all() else "does not beat",
        greeting=_spelt(GREETING),
        greeting_answer=answers[0][greetings[0]],
        greeted_right=sum(answers[s][i] == right[s][i] for s, i in enumerate(greetings)),
        seeds=seeds,
        said=tuple(_spelt(said) for said, _ in tests[0]),
        answers=tuple(answers[0]),
        right_answers=tuple(right[0]),
        topics=len(topics),
        phrasings=sum(len(topic.says) for topic in topics),
        training_phrasings=sizes[0],
        test_phrasings=len(tests[0]),
        parameters=sum(array[0].size for array in jax.tree.leaves(nnx.state(talkers))),
    )


def _shares(answers: list[list[str]], right: list[list[str]]) -> Float[np.ndarray, "seeds"]:
    """Returns the share of the answers that are right to the letter, for each seed."""
    return (np.array(answers) == np.array(right)).mean(axis=1)


def _spelt(said: str) -> str:
    """Returns what was said as one would write it down."""
    words = ["I" if word == "i" else word for word in said.split()]
    return " ".join([words[0].capitalize(), *words[1:]])


def chat(fig: Figure, result: Result) -> None:
    """The greeting and the first of the test's phrasings, with the network's answers."""
    width, height = fig.get_size_inches() * 96
    axes = fig.subplots()
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    others = [number for number, said in enumerate(result.said) if said != result.greeting]
    greeting = list(result.said).index(result.greeting)
    count = int(height // 66)
    for row, number in enumerate([greeting, *others[: count - 1]]):
        middle = (row + 0.5) * height / count
        answer, right = str(result.answers[number]), str(result.right_answers[number])
        _bubble(axes, 12, middle - 16, str(result.said[number]), "said")
        _bubble(axes, width - 12, middle + 16, answer, "right" if answer == right else "wrong")
        if answer != right:
            axes.text(12, middle + 16, f"right: {right}", color="muted", size=13.5, va="center")


def _bubble(axes: Axes, x: float, y: float, text: str, kind: str) -> None:
    face, edge, align = {
        "said": ("grid", "grid", "left"),
        "right": (("accent", 0.15), "accent", "right"),
        "wrong": (("C1", 0.12), "C1", "right"),
    }[kind]
    box = dict(
        boxstyle="round,pad=0.35,rounding_size=0.5", facecolor=face, edgecolor=edge, linewidth=1
    )
    axes.text(x, y, text, ha=align, va="center", color="ink", bbox=box)


def scores(fig: Figure, result: Result) -> None:
    """Right answers of each seed's network, and of the baselines."""
    axes = fig.subplots()
    rows = (
        ("network", result.accuracy, "accent"),
        ("nearest phrasing", result.nearest_accuracy, "muted"),
        ("most frequent answer", result.frequent_accuracy, "muted"),
    )
    for row, (_, shares, colour) in enumerate(rows):
        axes.plot(100 * shares, [row] * len(shares), "o", color=colour, alpha=0.6, markersize=7)
        axes.plot(2 * [100 * shares.mean()], [row - 0.3, row + 0.3], color=colour)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    for label, (_, _, colour) in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(colour)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xticks((0, 50, 100), ("0", "50", "100 %"))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def summary(fig: Figure, result: Result) -> None:
    """The function in one line: what the user said goes in, an answer comes out."""
    axes = fig.subplots()
    axes.set_axis_off()
    box = dict(boxstyle="round,pad=0.6,rounding_size=0.8", linewidth=1.5)
    said = box | dict(facecolor="grid", edgecolor="grid")
    answered = box | dict(facecolor=("accent", 0.15), edgecolor="accent")
    axes.text(0.2, 0.5, result.greeting, size=24, ha="center", va="center", bbox=said)
    axes.text(0.74, 0.5, result.greeting_answer, size=24, ha="center", va="center", bbox=answered)
    arrow = dict(arrowstyle="-|>", color="ink", linewidth=1.5, shrinkA=0, shrinkB=0)
    axes.annotate("", (0.52, 0.5), (0.36, 0.5), arrowprops=arrow)


QUICK = dict(seeds=2, steps=150, width=32)
GPU = dict(seeds=16, steps=3000, width=128, layers=2, batch=64)
