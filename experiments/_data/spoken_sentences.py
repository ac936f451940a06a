"""Seventy short questions, spoken by forty-eight synthetic voices, and how they are set aside."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from experiments._data.espeak import RATE, Utterance, speak

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
ASKED = "how are you"  # never among the sentences to learn from
ACCENTS = ("en-us", "en", "en-gb-scotland", "en-029")
SPEAKERS = (  # of eSpeak NG; of any that sound nearly alike, only one is here
    "m1 m2 m3 m4 m5 m7 m8 f1 f2 f3 f4 f5 whisper Alex Andrea Annie Denis Gene Jacky Lee Mario Reed "
    "Storm anika announcer antonio boris david edward grandma gustave ian iven john kaukovalta "
    "linda marcelo norbert pablo paul pedro quincy sandro shelby steph travis zac miguel"
)
VOICES = SPEAKERS.split()
TEST_SENTENCES, TEST_VOICES = 14, 12

LENGTH = 26_880  # samples of a clip
SECONDS = LENGTH / RATE
MARGIN = 2_048  # samples at the end of each clip in which nobody speaks


class Clips(NamedTuple):
    """Sentences as they were recorded, each somewhere in a clip that is otherwise silent."""

    waves: Float[np.ndarray, "clips samples"]
    words: Int[np.ndarray, "clips 3"]  # counted from 1: 0 is no word
    ends: Int[np.ndarray, "clips 2"]  # samples at which the speech begins and ends
    voices: list[str]


def set_aside(rng: np.random.Generator, clips: int, test_clips: int) -> tuple[Clips, Clips]:
    """Returns clips to learn from and to be tested on, with no sentence and no voice in both."""
    others = [str(sentence) for sentence in rng.permutation(SENTENCES) if sentence != ASKED]
    voices = [str(voice) for voice in rng.permutation(VOICES)]
    test_sentences = [ASKED, *others[: TEST_SENTENCES - 1]]
    return (
        record(rng, others[TEST_SENTENCES - 1 :], voices[TEST_VOICES:], clips),
        record(rng, test_sentences, voices[:TEST_VOICES], test_clips),
    )


def record(rng: np.random.Generator, sentences: list[str], voices: list[str], count: int) -> Clips:
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
        begin = rng.integers(LENGTH - MARGIN - len(spoken))
        ends[clip] = begin, begin + len(spoken)
        waves[clip, begin : begin + len(spoken)] = spoken
    words = [[1 + WORDS.index(word) for word in utterance.text.split()] for utterance in said]
    return Clips(waves, np.array(words), ends, [utterance.voice for utterance in said])
