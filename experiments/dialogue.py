"""A small transformer answers small talk that was put to it in other words.

Question: does it answer phrasings it never saw? Data: 484 phrasings of 28 topics with one answer
each, written for this lecture. For each seed four phrasings of every topic are the test, "hi" among
them, and whatever shares most of its words with one of these is removed from the training data.
Model: a decoder-only transformer over words that reads what was said and writes the answer word by
word (Vaswani et al. 2017). Baselines: the answer to the nearest phrasing, by cosine between bags of
words weighted by rarity, and the most frequent answer.
Expect: TODO
"""

import tomllib
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from livedeck import report

CORPUS = Path(__file__).parents[1] / "deck" / "data" / "dialogues.toml"
GREETING = "hi"  # always in the test
TESTED = 4  # phrasings of each topic
ALIKE = 0.6  # words shared, of the words in either: what is more alike may not be on both sides
SAID, ANSWERED = 8, 8  # words at most
PADDING, UNKNOWN, ANSWER, END = range(4)
SPECIAL = ["", "?", ">", "."]


class Topic(NamedTuple):
    answer: str
    says: list[str]


def _topics() -> list[Topic]:
    with CORPUS.open("rb") as file:
        return [Topic(**topic) for topic in tomllib.load(file)["topics"]]


class Split(NamedTuple):
    """Phrasings with the number of their topic."""

    train: list[tuple[str, int]]
    test: list[tuple[str, int]]


def _overlap(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b)


def _set_aside(rng: np.random.Generator, topics: list[Topic]) -> Split:
    train, test = [], []
    for number, topic in enumerate(topics):
        shuffled = [str(said) for said in rng.permutation(topic.says)]
        shuffled.sort(key=lambda said: said != GREETING)
        tested = shuffled[:TESTED]
        test += [(said, number) for said in tested]
        train += [
            (said, number)
            for said in shuffled[TESTED:]
            if all(_overlap(said, other) <= ALIKE for other in tested)
        ]
    return Split(train, [test[i] for i in rng.permutation(len(test))])


class Block(nnx.Module):
    """Every word looks back at the words before it, then each is worked on for itself."""

    def __init__(self, width: int, heads: int, dropout: float, rngs: nnx.Rngs):
        self.attention = nnx.MultiHeadAttention(heads, width, decode=False, rngs=rngs)
        self.widen = nnx.Linear(width, 4 * width, rngs=rngs)
        self.narrow = nnx.Linear(4 * width, width, rngs=rngs)
        self.norms = nnx.List([nnx.LayerNorm(width, rngs=rngs) for _ in range(2)])

    def __call__(self, x, mask):
        x = x + self.attention(self.norms[0](x), mask=mask)
        return x + self.narrow(nnx.gelu(self.widen(self.norms[1](x))))


class Talker(nnx.Module):
    def __init__(self, words: int, width: int, layers: int, rngs: nnx.Rngs):
        self.words = nnx.Embed(words, width, embedding_init=nnx.initializers.normal(0.1), rngs=rngs)
        self.places = nnx.Embed(SAID + ANSWERED, width, embedding_init=nnx.initializers.normal(0.1), rngs=rngs)
        self.blocks = nnx.List([Block(width, 4, 0., rngs) for _ in range(layers)])
        self.norm = nnx.LayerNorm(width, rngs=rngs)

    def __call__(self, tokens):
        length = tokens.shape[1]
        mask = jnp.tril(jnp.ones((length, length), bool)) & (tokens != PADDING)[:, None, None, :]
        x = self.words(tokens) + self.places(jnp.arange(length))
        for block in self.blocks:
            x = block(x, mask)
        return self.words.attend(self.norm(x))


def proto(seeds=(0,), steps=300, width=64, layers=2, batch=64, drop=.15, lr=3e-3, wd=0.1, smooth=0.0, pref=0):
    topics = _topics()
    vocabulary = sorted({w for t in topics for s in t.says for w in s.split()} | {w for t in topics for w in t.answer.split()})
    index = {w: i + len(SPECIAL) for i, w in enumerate(vocabulary)}
    V = len(index) + len(SPECIAL)
    out = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        split = _set_aside(rng, topics)
        known = {w for s, _ in split.train for w in s.split()}
        def enc(pairs):
            T = np.zeros((len(pairs), SAID + ANSWERED + 1), np.int32)
            for r, (s, k) in enumerate(pairs):
                ws = [index[w] if w in known else UNKNOWN for w in s.split()]
                T[r, SAID - len(ws):SAID] = ws
                an = [ANSWER, *[index[w] for w in topics[k].answer.split()], END]
                T[r, SAID:SAID + len(an)] = an
            return T
        A, B = enc(split.train), enc(split.test)
        net = nnx.jit(lambda: Talker(V, width, layers, nnx.Rngs(seed)))()
        gd, p = nnx.split(net)
        opt = optax.chain(optax.clip_by_global_norm(1.), optax.adamw(optax.warmup_cosine_decay_schedule(0, lr, steps // 10, steps), weight_decay=wd))
        def loss(p, t):
            lg = nnx.merge(gd, p)(t[:, :-1])
            y = t[:, 1:]
            m = (y != PADDING) & (jnp.arange(y.shape[1]) >= SAID)
            oh = optax.smooth_labels(jax.nn.one_hot(y, V), smooth)
            return (optax.softmax_cross_entropy(lg, oh) * m).sum() / m.sum()
        @jax.jit
        def tr(p, key, A):
            s = opt.init(p)
            def step(c, k):
                p, s = c
                a, b = jax.random.split(k)
                t = A[jax.random.randint(a, (batch,), 0, len(A))]
                hide = jax.random.bernoulli(b, drop, t.shape) & (t != PADDING) & (jnp.arange(t.shape[1]) < SAID)
                t = jnp.where(hide, UNKNOWN, t)
                l, g = jax.value_and_grad(loss)(p, t)
                u, s = opt.update(g, s, p)
                return (optax.apply_updates(p, u), s), l
            (p, s), l = jax.lax.scan(step, (p, s), jax.random.split(key, steps))
            return p, l
        p, l = tr(p, jax.random.key(seed), jnp.array(A))
        @jax.jit
        def talk(p, t):
            for i in range(SAID, SAID + ANSWERED):
                n = nnx.merge(gd, p)(t[:, :SAID + ANSWERED])[:, i].argmax(-1)
                t = t.at[:, i + 1].set(n)
            return t
        def answers(T):
            T = T.copy(); T[:, SAID + 1:] = 0
            R = np.asarray(talk(p, jnp.array(T)))[:, SAID + 1:]
            names = SPECIAL + vocabulary
            res = []
            for r in R:
                r = list(r); r = r[:r.index(END)] if END in r else r
                res.append(" ".join(names[i] for i in r))
            return res
        ra = answers(B); ok = [x == topics[k].answer for x, (s, k) in zip(ra, split.test)]
        # baseline
        docs = [s for s, _ in split.train]
        idf = {w: np.log(len(docs) / sum(w in d.split() for d in docs)) for w in known}
        def vec(s):
            v = np.zeros(V)
            for w in set(s.split()):
                if w in known: v[index[w]] = idf[w]
            return v / max(np.linalg.norm(v), 1e-9)
        D = np.stack([vec(d) for d in docs])
        near = [split.train[int((D @ vec(s)).argmax())][1] for s, _ in split.test]
        out.append((np.mean(ok), np.mean([n == k for n, (_, k) in zip(near, split.test)]), float(l[-1])))
        if seed == seeds[0]: print(len(A), len(B), V, sum(a.size for a in jax.tree.leaves(p)), [(s, x) for x, (s, k), o in zip(ra, split.test, ok) if not o][:30], [x for x, (s, k) in zip(ra, split.test) if s == "hi"])
    return np.array(out)
