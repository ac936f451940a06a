"""A small network turns speech into words: sentences it never heard, in voices it never heard.

Question: does it learn words, or only clips? Of 70 sentences of three words ("how are you",
"where was she") and 48 voices, 14 sentences and 12 voices are set aside for each seed; a test
clip is one of these sentences in one of these voices. Data: synthetic speech by eSpeak NG, under
pink noise. Model: four convolutions over a log-mel spectrogram, trained by connectionist temporal
classification, which is never told when a word is said (Graves et al. 2006). Baseline: a linear
classifier for each of the three words, which is told when the sentence begins and ends.
Expect: about nine sentences in ten against six in ten. About 20 s on 2 CPU cores.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int

from experiments._espeak import RATE, Utterance, speak
from experiments._spectrogram import HOP, MELS, mel_filters, pink_noise, spectrograms
from livedeck import report

ASKED = "how are you"  # always among the sentences set aside
QUESTIONS = ("how", "who", "where", "when", "why")
PLURAL = (("are", "were"), ("you", "we", "they"))
SINGULAR = (("is", "was"), ("he", "she", "it", "this"))
WORDS = QUESTIONS + PLURAL[0] + SINGULAR[0] + PLURAL[1] + SINGULAR[1]
SENTENCES = [
    f"{question} {verb} {subject}"
    for question in QUESTIONS
    for verbs, subjects in (PLURAL, SINGULAR)
    for verb in verbs
    for subject in subjects
]
ACCENTS = ("en-us", "en", "en-gb-scotland", "en-029")
VOICES = (  # speakers of eSpeak NG; of any that sound nearly alike, only one is here
    "m1 m2 m3 m4 m5 m7 m8 f1 f2 f3 f4 f5 whisper Alex Andrea Annie Denis Gene Jacky Lee Mario Reed "
    "Storm anika announcer antonio boris david edward grandma gustave ian iven john kaukovalta "
    "linda marcelo norbert pablo paul pedro quincy sandro shelby steph travis zac miguel"
).split()
TEST_SENTENCES, TEST_VOICES = 14, 12

MAXSHIFT = 12
EASY0 = 0.2
RAMP = 2
SINGLE = 0
LR = 4e-3
WD = 1e-4
LENGTH = 27_648  # samples of a clip: 1.25 s
TRAINING_LEVELS = (-5, 30)  # dB: how far the speech is above the noise
LEVELS = (-10, -5, 0, 5, 10, 20, 30)
SHOWN_LEVEL = 10


class Result(NamedTuple):
    accuracy: Float[Array, "seeds"]  # share of sentences with every word right, at 30 dB
    linear_accuracy: Float[Array, "seeds"]
    noisy_accuracy: Float[Array, "seeds"]  # at 0 dB: noise as strong as the speech
    noisy_linear_accuracy: Float[Array, "seeds"]
    accuracies: Float[Array, "seeds levels"]
    linear_accuracies: Float[Array, "seeds levels"]
    levels: Int[Array, "levels"]  # dB
    verdict: str  # "beats" or "does not beat": the network, the linear model, at 30 dB
    deep_verdict: str  # the same at -10 dB
    said: str
    heard: str
    heard_right: str  # "right" or "wrong"
    shown_level: int  # dB
    shown_voice: str
    spectrogram: Float[Array, "frames mels"]
    mel_hertz: Float[Array, "mels"]  # the bands' peaks
    probabilities: Float[Array, "outputs words"]
    words: tuple[str, ...]  # of the columns of `probabilities`; the first is silence
    clip_seconds: float
    sentences: int
    test_sentences: int
    training_voices: int
    test_voices: int
    training_clips: int
    test_clips: int
    parameters: int


class Clips(NamedTuple):
    waves: Float[np.ndarray, "clips samples"]
    words: Int[np.ndarray, "clips 3"]  # counted from 1: 0 is no word
    ends: Int[np.ndarray, "clips 2"]  # samples at which the speech begins and ends
    voices: list[str]


def _record(rng: np.random.Generator, sentences: list[str], voices: list[str], count: int) -> Clips:
    """Has the sentences said in turn, by voices, in accents, at speeds and moments by chance."""
    said = [
        Utterance(
            sentences[clip % len(sentences)],
            f"{rng.choice(ACCENTS)}+{rng.choice(voices)}",
            speed=int(rng.integers(150, 200)),
            pitch=int(rng.integers(35, 65)),
        )
        for clip in range(count)
    ]
    waves, ends = np.zeros((count, LENGTH), np.float32), np.zeros((count, 2), int)
    for clip, spoken in enumerate(speak(said)):
        begin = rng.integers(LENGTH - len(spoken))
        ends[clip] = begin, begin + len(spoken)
        waves[clip, begin : begin + len(spoken)] = spoken
    words = np.zeros((count, 3), int)
    for clip, utterance in enumerate(said):
        spoken = utterance.text.split()
        words[clip, : len(spoken)] = [1 + WORDS.index(word) for word in spoken]
    return Clips(waves, words, ends, [utterance.voice for utterance in said])


def _set_aside(rng: np.random.Generator, clips: int, test_clips: int) -> tuple[Clips, Clips]:
    """Returns clips to learn from and to be tested on, with no sentence and no voice in both."""
    others = [str(sentence) for sentence in rng.permutation(SENTENCES) if sentence != ASKED]
    voices = [str(voice) for voice in rng.permutation(VOICES)]
    test_sentences = [ASKED, *others[: TEST_SENTENCES - 1]]
    return (
        _record(
            rng, [*others[TEST_SENTENCES - 1 :], *(WORDS * SINGLE)], voices[TEST_VOICES:], clips
        ),
        _record(rng, test_sentences, voices[:TEST_VOICES], test_clips),
    )


def _frames(x: Float[Array, "batch time features"], stride: int) -> Float[Array, "batch steps 5f"]:
    """Lays every five neighbouring frames side by side: a matrix product then convolves."""
    steps = -(-x.shape[1] // stride)
    padded = jnp.pad(x, ((0, 0), (2, 2), (0, 0)))
    shifted = [padded[:, i : i + stride * (steps - 1) + 1 : stride] for i in range(5)]
    return jnp.concatenate(shifted, axis=-1)


class Recogniser(nnx.Module):
    """Scores silence and every word, once every 50 ms, from half a second of spectrogram."""

    def __init__(self, width: int, rngs: nnx.Rngs):
        sizes = (MELS, width, width, width)
        self.convolutions = nnx.List([nnx.Linear(5 * size, width, rngs=rngs) for size in sizes])
        self.norms = nnx.List([nnx.LayerNorm(width, rngs=rngs) for _ in sizes])
        self.readout = nnx.Linear(width, 1 + len(WORDS), rngs=rngs)

    def __call__(self, x: Float[Array, "batch frames mels"]) -> Float[Array, "batch outputs words"]:
        for layer, stride in enumerate((2, 2, 1, 1)):
            change = nnx.relu(self.norms[layer](self.convolutions[layer](_frames(x, stride))))
            x = change if stride == 2 else x + change
        return self.readout(x)


def _network(width: int) -> nnx.GraphDef:
    return nnx.split(nnx.eval_shape(lambda: Recogniser(width, nnx.Rngs(0))))[0]


def _train(sounds: Array, words: Array, width: int, steps: int, batch: int) -> nnx.State:
    """Trains one network per seed, all at once, and returns their parameters."""
    schedule = optax.warmup_cosine_decay_schedule(0, LR, steps // 10, steps)
    optimiser = optax.chain(optax.clip_by_global_norm(1), optax.adamw(schedule, weight_decay=WD))
    network, chunk = _network(width), min(steps, 50)

    @jax.jit
    @jax.vmap
    def start(key):
        parameters = nnx.state(Recogniser(width, nnx.Rngs(key)))
        return parameters, optimiser.init(parameters)

    def loss(parameters, x, y):
        scores = nnx.merge(network, parameters)(x)
        return optax.ctc_loss(scores, jnp.zeros(scores.shape[:2]), y, 1.0 * (y == 0)).mean()

    @jax.jit
    @partial(jax.vmap, in_axes=(0, 0, None, 0, 0))
    def learn(state, key, done, sounds, words):
        def step(state, now):
            key, number = now
            parameters, memory = state
            drawn, moved = jax.random.split(key)
            known = jnp.minimum(1, EASY0 + number / steps * RAMP) * len(words)
            clips = (jax.random.uniform(drawn, (batch, 1)) * known).astype(int)
            shifts = jax.random.randint(moved, (batch, 1), 0, MAXSHIFT)
            frames = (jnp.arange(sounds.shape[1]) + shifts) % sounds.shape[1]
            x, y = sounds[clips, frames], words[clips[:, 0]]
            value, slope = jax.value_and_grad(loss)(parameters, x, y)
            updates, memory = optimiser.update(slope, memory, parameters)
            return (optax.apply_updates(parameters, updates), memory), value

        keys = jax.random.split(jax.random.fold_in(key, done), chunk)
        state, losses = jax.lax.scan(step, state, (keys, done + jnp.arange(chunk)))
        return state, losses.mean()

    keys = jax.vmap(jax.random.key)(jnp.arange(len(sounds)))
    state = start(keys)
    for done in range(0, steps, chunk):
        state, losses = learn(state, keys, done, sounds, words)
        report(done + chunk, steps, loss=losses.mean())
    return state[0]


def _decode(best: Int[np.ndarray, "outputs"]) -> list[int]:
    """Reads off the words: repeats merged, silences left out."""
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return [int(word) for word in best[changed & (best != 0)]]


def _stretched(sounds: Array, ends: Int[np.ndarray, "clips 2"]) -> Float[np.ndarray, "clips f"]:
    """Returns 20 frames of each clip, evenly from where the speech begins to where it ends."""
    frames = np.linspace(ends[:, 0] / HOP, ends[:, 1] / HOP, 20, axis=1).astype(int)
    chosen = np.take_along_axis(
        np.asarray(sounds), frames.clip(max=sounds.shape[1] - 1)[..., None], 1
    )
    return chosen.reshape(len(chosen), -1)


@jax.jit
def _fit_linear(x: Float[Array, "clips f"], y: Int[Array, "clips 3"]) -> Float[Array, "3 f words"]:
    """Fits three logistic regressions with a ridge: the first, second and third word."""
    optimiser = optax.adam(3e-3)

    def loss(weights):
        scores = jnp.einsum("cf,pfw->cpw", x, weights)
        errors = optax.softmax_cross_entropy_with_integer_labels(scores, y)
        return errors.sum(axis=1).mean() + 1e-2 * (weights**2).sum()

    def step(state, _):
        weights, memory = state
        updates, memory = optimiser.update(jax.grad(loss)(weights), memory)
        return (optax.apply_updates(weights, updates), memory), None

    weights = jnp.zeros((3, x.shape[1], 1 + len(WORDS)))
    return jax.lax.scan(step, (weights, optimiser.init(weights)), None, 300)[0][0]


def run(
    *,
    seeds: int = 3,
    clips: int = 1000,
    test_clips: int = 112,
    steps: int = 600,
    width: int = 64,
    batch: int = 32,
) -> Result:
    filters = mel_filters(RATE)
    hear = jax.jit(spectrograms)
    sounds, words, tests, linear = [], [], [], np.zeros((seeds, len(LEVELS)))
    test_sounds = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        learnt, test = _set_aside(rng, clips, test_clips)
        loudness = 10 ** (-rng.uniform(*TRAINING_LEVELS, (clips, 1)) / 20)
        noise = pink_noise(rng, clips, LENGTH, RATE)
        sounds.append(hear((learnt.waves + loudness * noise).astype(np.float32), filters))
        words.append(learnt.words)
        noise = pink_noise(rng, test_clips, LENGTH, RATE)
        test_sounds.append(
            [
                hear(test.waves + np.float32(10 ** (-level / 20)) * noise, filters)
                for level in LEVELS
            ]
        )
        tests.append(test)
        weights = _fit_linear(_stretched(sounds[-1], learnt.ends), learnt.words)
        for i, heard in enumerate(test_sounds[-1]):
            scores = np.einsum("cf,pfw->cpw", _stretched(heard, test.ends), weights)
            linear[seed, i] = (scores.argmax(-1) == test.words).all(-1).mean()
    return sounds, words, tests, test_sounds, linear
