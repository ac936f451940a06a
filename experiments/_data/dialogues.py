"""Small talk, as it is read, set aside without look-alikes and turned into numbers."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

CORPUS = Path(__file__).parents[2] / "deck" / "data" / "dialogues.toml"
GREETING = "hi"  # never among the phrasings to learn from
TESTED = 5  # phrasings of each topic
ALIKE = 0.5  # share of common words, of the words in either, beyond which two are one phrasing
SAID, ANSWERED = 8, 8  # words at most
PADDING, ANSWER, END = SPECIAL = range(3)


class Topic(NamedTuple):
    """Things to say that all ask for the same answer."""

    answer: str
    says: list[str]


class Phrasing(NamedTuple):
    said: str
    answer: str


def read_topics() -> list[Topic]:
    with CORPUS.open("rb") as file:
        return [Topic(**topic) for topic in tomllib.load(file)["topics"]]


def set_aside(
    rng: np.random.Generator, topics: list[Topic]
) -> tuple[list[Phrasing], list[Phrasing]]:
    """Returns phrasings to learn from and to be tested on; of two alike, only the tested one."""
    train, test = [], []
    for topic in topics:
        shuffled = [str(said) for said in rng.permutation(topic.says)]
        shuffled.sort(key=lambda said: said != GREETING)
        test += [Phrasing(said, topic.answer) for said in shuffled[:TESTED]]
        train += [
            Phrasing(said, topic.answer)
            for said in shuffled[TESTED:]
            if all(overlap(said, tested) <= ALIKE for tested in shuffled[:TESTED])
        ]
    return train, [test[i] for i in rng.permutation(len(test))]


def overlap(one: str, other: str) -> float:
    """Returns the words in common, as a share of the words in either (Jaccard)."""
    words, others = set(one.split()), set(other.split())
    return len(words & others) / len(words | others)


def nearest(train: list[Phrasing], test: list[Phrasing]) -> list[str]:
    """Returns, for each test phrasing, the answer to the training phrasing nearest in words."""
    bags = [set(phrasing.said.split()) for phrasing in train]
    known = sorted(set().union(*bags))
    rarity = [np.log(len(bags) / sum(word in bag for bag in bags)) for word in known]

    def direction(said: str) -> Float[np.ndarray, "known"]:
        weights = np.array([word in said.split() for word in known]) * rarity
        return weights / max(np.linalg.norm(weights), 1e-9)

    directions = np.stack([direction(phrasing.said) for phrasing in train])
    return [train[int((directions @ direction(said)).argmax())].answer for said, _ in test]


class Vocabulary:
    """Numbers for words, and the pieces that words are made of."""

    def __init__(self, topics: list[Topic]):
        lines = [line for topic in topics for line in (topic.answer, *topic.says)]
        self.words = ["", ">", ".", *sorted({word for line in lines for word in line.split()})]
        self.numbers = {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, phrasings: list[Phrasing]) -> Int[np.ndarray, "phrasings words"]:
        """Returns what was said, ending at word SAID, and after it the answer."""
        rows = np.full((len(phrasings), SAID + ANSWERED), PADDING)
        for row, (said, answer) in zip(rows, phrasings, strict=True):
            numbers = [self.numbers[word] for word in said.split()]
            row[SAID - len(numbers) : SAID] = numbers
            numbers = [ANSWER, *(self.numbers[word] for word in answer.split()), END]
            row[SAID : SAID + len(numbers)] = numbers
        return rows

    def decode(self, numbers: Int[np.ndarray, "words"]) -> str:
        """Returns an answer as text, up to its end."""
        ends = np.flatnonzero(numbers == END)
        return " ".join(self.words[number] for number in numbers[: ends[0] if len(ends) else None])

    def pieces(self) -> Float[np.ndarray, "words pieces"]:
        """Returns which pieces a word has: itself, and any three letters that others have too."""
        marked = [f"<{word}>" for word in self.words]
        trigrams = [{word[i : i + 3] for i in range(len(word) - 2)} for word in marked]
        every = sorted({piece for pieces in trigrams for piece in pieces})
        shared = [piece for piece in every if sum(piece in pieces for pieces in trigrams) > 1]
        has = [[piece in pieces for piece in shared] for pieces in trigrams]
        return np.concatenate([np.eye(len(self)), np.array(has)], axis=1).astype(np.float32)
