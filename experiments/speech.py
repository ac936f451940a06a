"""A small network turns speech into words: sentences it never heard, in voices it never heard.

Question: does it learn words, or only clips? Of 70 sentences of three words ("how are you",
"where was she") and 48 voices, 14 sentences and 12 voices are set aside for each seed; a test
clip is one of these sentences in one of these voices. Data: synthetic speech by eSpeak NG, under
pink noise. Model: four convolutions over a log-mel spectrogram, trained by connectionist temporal
classification, which is never told when a word is said (Graves et al. 2006). Baseline: a linear
classifier for each of the three words, which is told when the sentence begins and ends.
Expect: about 88 % of the sentences against 60 %. About 20 s on 2 CPU cores.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jaxtyping import Array, Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._data import spoken_sentences
from experiments._data.espeak import RATE
from experiments._data.spoken_sentences import LENGTH, MARGIN, WORDS, Clips
from experiments._models.spectrograms import (
    HOP,
    MELS,
    mel_edges,
    mel_filters,
    pink_noise,
    spectrograms,
)
from livedeck import report

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
    verdict: str  # "beats" or "does not beat": the network, the linear model, on every seed
    said: str
    heard: str
    heard_right: str  # "right" or "wrong"
    shown_level: int  # dB
    shown_voice: str
    spectrogram: Float[Array, "frames mels"]
    mel_hertz: Float[Array, "mels"]  # the bands' peaks
    probabilities: Float[Array, "outputs words"]
    words: tuple[str, ...]  # of the columns of `probabilities`; the first is silence
    spoken: Float[Array, "2"]  # seconds from the clip's start
    clip_seconds: float
    seeds: int
    vocabulary: int  # words
    sentences: int
    test_sentences: int
    training_voices: int
    test_voices: int
    training_clips: int
    test_clips: int
    parameters: int


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
        layers = zip(self.convolutions, self.norms, (2, 2, 1, 1), strict=True)
        for convolve, normalise, stride in layers:
            change = nnx.relu(normalise(convolve(_windows(x, stride))))
            x = change if stride == 2 else x + change
        return self.readout(x)


def _train(sounds: Array, words: Array, width: int, steps: int, batch: int) -> Recogniser:
    """Trains a network for each seed, all at once; their parameters have an axis for the seeds."""
    schedule = optax.warmup_cosine_decay_schedule(0, 4e-3, steps // 10, steps)
    optimiser = optax.chain(optax.clip_by_global_norm(1), optax.adamw(schedule))
    frames, chunk = sounds.shape[2], min(steps, 50)

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
            later = jax.random.randint(moved, (batch, 1), 0, MARGIN // HOP)
            x, y = sounds[clips, (jnp.arange(frames) - later) % frames], words[clips[:, 0]]
            error, slope = jax.value_and_grad(loss)(parameters, x, y)
            updates, memory = optimiser.update(slope, memory, parameters)
            return (optax.apply_updates(parameters, updates), memory), error

        keys = jax.random.split(jax.random.fold_in(key, done), chunk)
        state, errors = jax.lax.scan(step, state, keys)
        return state, errors.mean()

    keys = jax.vmap(jax.random.key)(jnp.arange(len(sounds)))
    create = nnx.jit(nnx.vmap(lambda key: Recogniser(width, nnx.Rngs(key))))
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


def _share_right(probabilities: Float[np.ndarray, "clips outputs words"], test: Clips) -> float:
    heard = [_decode(best) for best in probabilities.argmax(axis=-1)]
    return float(
        np.mean([words == list(said) for words, said in zip(heard, test.words, strict=True)])
    )


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
    linear, accuracies = np.zeros((2, seeds, len(LEVELS)))
    for seed in range(seeds):
        # The network was designed on the voices and sentences that a seed of 0 sets aside.
        rng = np.random.default_rng(1 + seed)
        lessons, test = spoken_sentences.set_aside(rng, clips, test_clips)
        noise = pink_noise(rng, clips, LENGTH, RATE)
        amplitude = 10 ** (-rng.uniform(*TRAINING_LEVELS, (clips, 1)) / 20)
        sounds.append(hear(lessons.waves + amplitude.astype(np.float32) * noise))
        words.append(lessons.words)
        noise = pink_noise(rng, test_clips, LENGTH, RATE)
        amplitudes = np.float32(10) ** (-np.float32(LEVELS) / 20)
        test_sounds.append([hear(test.waves + amplitude * noise) for amplitude in amplitudes])
        tests.append(test)
        weights = _fit_linear(_stretched(sounds[-1], lessons.ends), lessons.words)
        for level, sound in enumerate(test_sounds[-1]):
            scores = np.einsum("cf,pfw->cpw", _stretched(sound, test.ends), weights)
            linear[seed, level] = (scores.argmax(axis=-1) == test.words).all(axis=-1).mean()

    networks = _train(jnp.stack(sounds), jnp.array(words), width, steps, batch)
    answer = nnx.jit(nnx.vmap(lambda network, x: nnx.softmax(network(x))))
    for level, decibels in enumerate(LEVELS):
        answers = np.asarray(answer(networks, jnp.stack([sound[level] for sound in test_sounds])))
        accuracies[:, level] = [_share_right(*pair) for pair in zip(answers, tests, strict=True)]
        if decibels == SHOWN_LEVEL:
            probabilities = answers[0, 0]  # the first test clip says what is asked
    heard = " ".join(WORDS[word - 1] for word in _decode(probabilities.argmax(axis=-1)))
    return Result(
        accuracy=accuracies[:, -1],
        linear_accuracy=linear[:, -1],
        noisy_accuracy=accuracies[:, LEVELS.index(0)],
        noisy_linear_accuracy=linear[:, LEVELS.index(0)],
        accuracies=accuracies,
        linear_accuracies=linear,
        levels=np.array(LEVELS),
        verdict="beats" if (accuracies[:, -1] > linear[:, -1]).all() else "does not beat",
        said=spoken_sentences.ASKED,
        heard=heard,
        heard_right="right" if heard == spoken_sentences.ASKED else "wrong",
        shown_level=SHOWN_LEVEL,
        shown_voice=tests[0].voices[0],
        spectrogram=np.asarray(test_sounds[0][LEVELS.index(SHOWN_LEVEL)][0]),
        mel_hertz=mel_edges()[1:-1],
        probabilities=probabilities,
        words=("", *WORDS),
        spoken=tests[0].ends[0] / RATE,
        clip_seconds=spoken_sentences.SECONDS,
        seeds=seeds,
        vocabulary=len(WORDS),
        sentences=len(spoken_sentences.SENTENCES),
        test_sentences=spoken_sentences.TEST_SENTENCES,
        training_voices=len(spoken_sentences.VOICES) - spoken_sentences.TEST_VOICES,
        test_voices=spoken_sentences.TEST_VOICES,
        training_clips=clips,
        test_clips=test_clips,
        parameters=sum(array[0].size for array in jax.tree.leaves(nnx.state(networks))),
    )


def hearing(fig: Figure, result: Result) -> None:
    """The spectrogram of a sentence, and below it the words, each where it was recognised."""
    sound, words = fig.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_sound(sound, result)
    hertz = (200, 500, 1000, 2000, 5000)
    heights = np.interp(hertz, result.mel_hertz, range(len(result.mel_hertz)))
    sound.set_yticks(heights, [f"{value / 1000:g}" for value in hertz])
    sound.set_ylabel("kHz")
    sound.tick_params(bottom=False)
    columns = result.probabilities.T
    times = (np.arange(columns.shape[1]) + 0.5) * result.clip_seconds / columns.shape[1]
    heard = set(columns.argmax(axis=0))
    for word in range(1, len(columns)):
        colour, width = ("accent", 1.5) if word in heard else ("muted", 0.75)
        words.plot(times, columns[word], color=colour, linewidth=width)
        if word in heard:
            middle = (times * columns[word]).sum() / columns[word].sum()
            label = dict(ha="center", color="accent", weight="bold", size=15)
            words.text(middle, columns[word].max() + 0.1, str(result.words[word]), **label)
    words.set(ylim=(0, 1.5), yticks=(0, 1), ylabel="probability", xlabel="time (s)")
    words.set_xlim(0, result.clip_seconds)
    fig.align_ylabels()


def noise(fig: Figure, result: Result) -> None:
    """The sentences without a fault against the strength of the noise."""
    axes = fig.subplots()
    for shares, colour, name in (
        (result.accuracies, "accent", "network"),
        (result.linear_accuracies, "muted", "linear model,\ntold the ends"),
    ):
        mean, spread = shares.mean(axis=0), shares.std(axis=0, ddof=1)
        axes.fill_between(result.levels, mean - spread, mean + spread, color=colour, alpha=0.2)
        axes.plot(result.levels, mean, color=colour)
        beside = dict(xytext=(8, 0), textcoords="offset points", annotation_clip=False)
        axes.annotate(name, (result.levels[-1], mean[-1]), color=colour, va="center", **beside)
    axes.set_xlabel("speech above noise (dB)")
    axes.set_ylabel("all words right")
    axes.set_xticks(range(-10, 31, 10))
    axes.set_yticks((0, 0.5, 1), ("0", "50 %", "100 %"))
    axes.set(xlim=(result.levels[0], result.levels[-1]), ylim=(0, 1))


def summary(fig: Figure, result: Result) -> None:
    """The function in one line: a sound goes in, words come out."""
    sound, words = fig.subplots(1, 2, width_ratios=(1, 1))
    _draw_sound(sound, result)
    sound.set_xlim(result.spoken[0] - 0.1, result.spoken[1] + 0.1)
    sound.set_axis_off()
    words.set_axis_off()
    arrow = dict(arrowstyle="-|>", color="ink", linewidth=1.5, shrinkA=0, shrinkB=0)
    words.annotate("", (0.2, 0.5), (0, 0.5), xycoords="axes fraction", arrowprops=arrow)
    answer = dict(color="accent", weight="bold", size=21, ha="center", va="center")
    words.text(0.62, 0.5, f"“{result.heard}”", transform=words.transAxes, **answer)


def _draw_sound(axes: Axes, result: Result) -> None:
    extent = (0, result.clip_seconds, -0.5, result.spectrogram.shape[1] - 0.5)
    axes.imshow(
        result.spectrogram.T, origin="lower", aspect="auto", extent=extent, vmin=-0.5, vmax=2.5
    )


QUICK = dict(seeds=2, clips=320, test_clips=42, steps=150)
GPU = dict(seeds=8, clips=4000, test_clips=560, steps=3000, width=128, batch=64)
