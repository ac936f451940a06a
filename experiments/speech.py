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
from matplotlib.figure import Figure

from experiments._espeak import RATE, Utterance, speak
from experiments._spectrogram import HOP, MELS, mel_edges, mel_filters, pink_noise, spectrograms
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

LENGTH = 26_880  # samples of a clip: 1.22 s
SHIFTS = 8  # frames by which a clip may come later in training
TRAINING_LEVELS = (-5, 30)  # dB: how far the speech is above the noise
LEVELS = (-10, -5, 0, 5, 10, 20, 30)
SHOWN_LEVEL = 20


class Result(NamedTuple):
    accuracy: Float[Array, "seeds"]  # share of sentences with every word right, at 30 dB
    linear_accuracy: Float[Array, "seeds"]
    noisy_accuracy: Float[Array, "seeds"]  # at 0 dB: noise as strong as the speech
    noisy_linear_accuracy: Float[Array, "seeds"]
    accuracies: Float[Array, "seeds levels"]
    linear_accuracies: Float[Array, "seeds levels"]
    levels: Int[Array, "levels"]  # dB
    verdict: str  # "beats" or "does not beat": the network, the linear model, at 30 dB
    deep_noise_winner: str  # "network" or "linear model", at -10 dB
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
        begin = rng.integers(LENGTH - SHIFTS * HOP - len(spoken))
        ends[clip] = begin, begin + len(spoken)
        waves[clip, begin : begin + len(spoken)] = spoken
    words = [[1 + WORDS.index(word) for word in utterance.text.split()] for utterance in said]
    return Clips(waves, np.array(words), ends, [utterance.voice for utterance in said])


def _set_aside(rng: np.random.Generator, clips: int, test_clips: int) -> tuple[Clips, Clips]:
    """Returns clips to learn from and to be tested on, with no sentence and no voice in both."""
    others = [str(sentence) for sentence in rng.permutation(SENTENCES) if sentence != ASKED]
    voices = [str(voice) for voice in rng.permutation(VOICES)]
    test_sentences = [ASKED, *others[: TEST_SENTENCES - 1]]
    return (
        _record(rng, others[TEST_SENTENCES - 1 :], voices[TEST_VOICES:], clips),
        _record(rng, test_sentences, voices[:TEST_VOICES], test_clips),
    )


def _windows(x: Float[Array, "batch time f"], stride: int) -> Float[Array, "batch steps 5*f"]:
    """Lays every five neighbouring frames side by side: a matrix product then convolves.

    The clip is taken as a ring. Zeros at its ends would be a landmark, where the network soon
    learns to put the last word, too late to have heard it.
    """
    ring = jnp.pad(x, ((0, 0), (2, 2), (0, 0)), mode="wrap")
    return jnp.concatenate([ring[:, i : i + x.shape[1] : stride] for i in range(5)], axis=-1)


class Recogniser(nnx.Module):
    """Scores silence and each word, every 46 ms, by half a second of the spectrogram around."""

    def __init__(self, width: int, rngs: nnx.Rngs):
        sizes = (MELS, width, width, width)
        self.convolutions = nnx.List([nnx.Linear(5 * size, width, rngs=rngs) for size in sizes])
        self.norms = nnx.List([nnx.LayerNorm(width, rngs=rngs) for _ in sizes])
        self.readout = nnx.Linear(width, 1 + len(WORDS), rngs=rngs)

    def __call__(self, x: Float[Array, "batch frames mels"]) -> Float[Array, "batch outputs words"]:
        for convolve, normalise, stride in zip(self.convolutions, self.norms, (2, 2, 1, 1)):
            change = nnx.relu(normalise(convolve(_windows(x, stride))))
            x = change if stride == 2 else x + change
        return self.readout(x)


def _train(sounds: Array, words: Array, width: int, steps: int, batch: int) -> nnx.Module:
    """Trains a network for each seed, all at once; their parameters have an axis for the seeds."""
    schedule = optax.warmup_cosine_decay_schedule(0, 4e-3, steps // 10, steps)
    optimiser = optax.chain(optax.clip_by_global_norm(1), optax.adamw(schedule))
    frames, chunk = sounds.shape[2], min(steps, 50)

    @nnx.jit
    @nnx.vmap
    def create(key):
        return Recogniser(width, nnx.Rngs(key))

    def loss(parameters, x, y):
        scores = nnx.merge(network, parameters)(x)
        return optax.ctc_loss(scores, jnp.zeros(scores.shape[:2]), y, jnp.zeros(y.shape)).mean()

    @jax.jit
    @partial(jax.vmap, in_axes=(0, 0, None, 0, 0))
    def learn(state, key, done, sounds, words):
        def step(state, key):
            parameters, memory = state
            drawn, moved = jax.random.split(key)
            clips = jax.random.randint(drawn, (batch, 1), 0, len(words))
            later = jax.random.randint(moved, (batch, 1), 0, SHIFTS)
            x, y = sounds[clips, (jnp.arange(frames) - later) % frames], words[clips[:, 0]]
            error, slope = jax.value_and_grad(loss)(parameters, x, y)
            updates, memory = optimiser.update(slope, memory, parameters)
            return (optax.apply_updates(parameters, updates), memory), error

        keys = jax.random.split(jax.random.fold_in(key, done), chunk)
        state, errors = jax.lax.scan(step, state, keys)
        return state, errors.mean()

    keys = jax.vmap(jax.random.key)(jnp.arange(len(sounds)))
    network, parameters = nnx.split(create(keys))
    state = parameters, jax.jit(jax.vmap(optimiser.init))(parameters)
    for done in range(0, steps, chunk):
        state, errors = learn(state, keys, done, sounds, words)
        report(done + chunk, steps, loss=errors.mean())
    return nnx.merge(network, state[0])


def _decode(best: Int[np.ndarray, "outputs"]) -> list[int]:
    """Reads off the words: repeats merged, silences left out."""
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return [int(word) for word in best[changed & (best != 0)]]


def _stretched(sounds: Array, ends: Int[np.ndarray, "clips 2"]) -> Float[np.ndarray, "clips f"]:
    """Returns 20 frames of each clip, evenly from where the speech begins to where it ends."""
    frames = np.linspace(*ends.T / HOP, 20, axis=1).astype(int).clip(max=sounds.shape[1] - 1)
    return np.take_along_axis(np.asarray(sounds), frames[..., None], axis=1).reshape(len(ends), -1)


@jax.jit
def _fit_linear(x: Float[Array, "clips f"], y: Int[Array, "clips 3"]) -> Float[Array, "3 f words"]:
    """Fits logistic regressions with a ridge to the first, the second and the third word."""
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
    test_clips: int = 140,
    steps: int = 600,
    width: int = 64,
    batch: int = 32,
) -> Result:
    hear = jax.jit(partial(spectrograms, filters=mel_filters(RATE)))
    sounds, words, tests, test_sounds = [], [], [], []
    linear = np.zeros((seeds, len(LEVELS)))
    for seed in range(seeds):
        # The network was designed on the voices and sentences that 0 draws.
        rng = np.random.default_rng(1 + seed)
        lessons, test = _set_aside(rng, clips, test_clips)
        levels = rng.uniform(*TRAINING_LEVELS, (clips, 1)).astype(np.float32)
        noise = pink_noise(rng, clips, LENGTH, RATE)
        sounds.append(hear(lessons.waves + 10 ** (-levels / 20) * noise))
        weights = _fit_linear(_stretched(sounds[-1], lessons.ends), lessons.words)
        noise = pink_noise(rng, test_clips, LENGTH, RATE)
        noisy = [test.waves + np.float32(10 ** (-level / 20)) * noise for level in LEVELS]
        test_sounds.append(jnp.stack([hear(waves) for waves in noisy]))
        for i, sound in enumerate(test_sounds[-1]):
            scores = np.einsum("cf,pfw->cpw", _stretched(sound, test.ends), weights)
            linear[seed, i] = (scores.argmax(axis=-1) == test.words).all(axis=-1).mean()
        words.append(lessons.words)
        tests.append(test)

    networks = _train(jnp.stack(sounds), jnp.array(words), width, steps, batch)
    answer = nnx.jit(nnx.vmap(lambda network, x: nnx.softmax(network(x))))
    answers = [  # for each level [seeds, clips, outputs, words]
        np.asarray(answer(networks, jnp.stack([sound[i] for sound in test_sounds])))
        for i in range(len(LEVELS))
    ]
    accuracies = np.array(
        [
            [
                np.mean([_decode(b) == list(w) for b, w in zip(best, test.words, strict=True)])
                for best, test in zip(level.argmax(axis=-1), tests, strict=True)
            ]
            for level in answers
        ]
    ).T
    shown = LEVELS.index(SHOWN_LEVEL)
    probabilities = answers[shown][0, 0]  # the first test clip of the first seed says ASKED
    heard = " ".join(WORDS[word - 1] for word in _decode(probabilities.argmax(axis=-1)))
    return Result(
        accuracy=accuracies[:, -1],
        linear_accuracy=linear[:, -1],
        noisy_accuracy=accuracies[:, LEVELS.index(0)],
        noisy_linear_accuracy=linear[:, LEVELS.index(0)],
        accuracies=accuracies,
        linear_accuracies=linear,
        levels=np.array(LEVELS),
        verdict="beats" if accuracies[:, -1].min() > linear[:, -1].max() else "does not beat",
        deep_noise_winner="network" if accuracies[:, 0].mean() > linear[:, 0].mean() else "linear model",
        said=ASKED,
        heard=heard,
        heard_right="right" if heard == ASKED else "wrong",
        shown_level=SHOWN_LEVEL,
        shown_voice=tests[0].voices[0],
        spectrogram=np.asarray(test_sounds[0][shown, 0]),
        mel_hertz=mel_edges()[1:-1],
        probabilities=probabilities,
        words=("", *WORDS),
        clip_seconds=LENGTH / RATE,
        sentences=len(SENTENCES),
        test_sentences=TEST_SENTENCES,
        training_voices=len(VOICES) - TEST_VOICES,
        test_voices=TEST_VOICES,
        training_clips=clips,
        test_clips=test_clips,
        parameters=sum(array[0].size for array in jax.tree.leaves(nnx.state(networks))),
    )


QUICK = dict(seeds=2, clips=64, test_clips=14, steps=4)
GPU = dict(seeds=8, clips=4000, test_clips=560, steps=3000, width=128, batch=64)
