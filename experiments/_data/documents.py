"""Docstrings of three installed libraries: real documents, labelled by the library they describe.

A document is what a docstring says in prose, up to its first section ("Parameters" and the like),
read from the source by its syntax tree. Code, references, names of functions and everything else
that is no plain word is left out, and so are the libraries' own names: the label must not be
readable off a name. Of near-duplicates within a library, only the first is kept. Documents of one
file stay together when they are split, because neighbours in a file describe similar things.

Data: the sources of NumPy, Matplotlib and scikit-learn as they are installed.
"""

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import matplotlib  # noqa: F401
import numpy as np
from jaxtyping import Bool, Float, Int

if TYPE_CHECKING:
    # Its files are read without it. Naming it makes its version an input of the results' keys.
    import sklearn  # noqa: F401

LIBRARIES = {"numpy": "NumPy", "matplotlib": "Matplotlib", "sklearn": "scikit-learn"}
NAMES = tuple(LIBRARIES.values())
FILES = {
    "numpy": "ma/core ma/extras lib/_function_base_impl lib/recfunctions lib/_nanfunctions_impl "
    "lib/_npyio_impl lib/_shape_base_impl lib/_histograms_impl lib/_index_tricks_impl "
    "lib/_polynomial_impl lib/_twodim_base_impl lib/_arraysetops_impl "
    "linalg/_linalg fft/_pocketfft polynomial/chebyshev polynomial/polynomial _core/numeric "
    "_core/fromnumeric _core/multiarray _core/strings",
    "matplotlib": "transforms patches axes/_base axes/_axes backend_bases colors ticker axis cbook "
    "figure artist widgets collections dates text offsetbox font_manager path image lines",
    "sklearn": "base pipeline multiclass naive_bayes gaussian_process/kernels preprocessing/_data "
    "metrics/pairwise metrics/_classification metrics/_ranking metrics/cluster/_supervised "
    "model_selection/_split linear_model/_ridge feature_extraction/text cluster/_kmeans _loss/loss "
    "datasets/_samples_generator ensemble/_weight_boosting ensemble/_forest utils/validation "
    "compose/_column_transformer",
}
PER_FILE, LEAST_WORDS, ALIKE = 24, 12, 0.6
FOLDS = 5

GIVEAWAYS = re.compile(r"numpy|ndarray|matplotlib|pyplot|scikit|sklearn|\b(?:np|ma|mpl|plt)\b")
SECTION = re.compile(r"\n *(?:[A-Z][\w ]+\n *-{3,}|\.\. rubric)")
NO_PROSE = re.compile(
    r"^ *>>>.*(?:\n *\S.*)*"  # sessions, up to a blank line
    r"|^ *\.\. [\w-]+::.*(?:\n(?: +.*)?)*(?=\n\S|\Z)"  # directives with what is indented below
    r"|(?<=::)\n(?:\n| +.*)*"  # code after two colons
    r"|Read more in the +:ref:`[^`]*`"  # a formula of one library, in nearly all of its texts
    r"|:[\w:]+:`[^`]*`|``[^`]*``|`[^`]*`_?",  # references, code and links within a line
    re.MULTILINE,
)
WORD = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)(?:'[a-z]+)?")


class Documents(NamedTuple):
    """Texts as lists of words, the library and the file of each."""

    texts: list[list[str]]
    labels: Int[np.ndarray, " documents"]
    files: Int[np.ndarray, " documents"]


class Fold(NamedTuple):
    """Documents by what they may be used for; no file is in two parts."""

    train: Bool[np.ndarray, " documents"]
    validation: Bool[np.ndarray, " documents"]
    test: Bool[np.ndarray, " documents"]


def read_documents() -> Documents:
    """The prose of docstrings, equally many of each library, in the order of the sources."""
    kept = [distinct(read_library(package)) for package in LIBRARIES]
    fewest = min(map(len, kept))
    evenly = [np.linspace(0, len(found) - 1, fewest).round().astype(int) for found in kept]
    return gather([[found[i] for i in even] for found, even in zip(kept, evenly, strict=True)])


def read_everything() -> Documents:
    """All words of all docstrings of the files, those of parameters and examples included."""
    kept = [read_library(package, whole=True) for package in LIBRARIES]
    return gather([[found for found in library if found[0]] for library in kept])


def gather(libraries: list[list[tuple[list[str], str]]]) -> Documents:
    """Texts with the names of their files, by library, as documents with numbers for both."""
    rows = [(*found, label) for label, library in enumerate(libraries) for found in library]
    names = [f"{label} {file}" for _, file, label in rows]
    return Documents(
        texts=[text for text, _, _ in rows],
        labels=np.array([label for _, _, label in rows]),
        files=np.unique(names, return_inverse=True)[1],
    )


def distinct(found: list[tuple[list[str], str]]) -> list[tuple[list[str], str]]:
    """The texts that are long enough and no near-duplicates, at most so many of a file."""
    kept: list[tuple[list[str], str]] = []
    sets: list[set[str]] = []
    taken: Counter[str] = Counter()
    for text, file in found:
        if len(text) < LEAST_WORDS or taken[file] == PER_FILE:
            continue
        own = set(text)
        if all(alike(own, other) <= ALIKE for other in sets):
            kept.append((text, file))
            sets.append(own)
            taken[file] += 1
    return kept


def alike(one: set[str], other: set[str]) -> float:
    """Share of the words of two texts that both hold. Source: Jaccard, 1901."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def read_library(package: str, *, whole: bool = False) -> list[tuple[list[str], str]]:
    """The words of each docstring of a library, with the name of its file."""
    return [
        (words(text if whole else SECTION.split(text, maxsplit=1)[0]), name)
        for name in FILES[package].split()
        for text in docstrings(source(package) / f"{name}.py")
    ]


def source(package: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The documents are docstrings of {package}: install it")
    return Path(spec.origin).parent


@cache
def docstrings(file: Path) -> tuple[str, ...]:
    """The docstrings of the classes and functions of a file, in their order."""

    def inside(body: list[ast.stmt]) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""
                yield from inside(node.body)

    return tuple(inside(ast.parse(file.read_text(encoding="utf-8")).body))


def words(text: str) -> list[str]:
    """The plain words of a text in lower case; names of code and of libraries are none."""
    tokens = [token.strip(".,;:!?()[]\"'*") for token in NO_PROSE.sub(" ", text).split()]
    tokens = [token for token in tokens if not GIVEAWAYS.search(token.lower())]
    parts = [part for token in tokens for part in token.split("-")]
    return [part.lower() for part in parts if WORD.fullmatch(part) and (part[1:] or part in "aA")]


def folds(documents: Documents, count: int) -> list[Fold]:
    """Splits by file, a fifth to test on, a fifth to choose with; a new order every five."""
    every = []
    for i in range(count):
        rng = np.random.default_rng(i // FOLDS)
        place = np.empty(documents.files.max() + 1, int)
        for label in range(len(NAMES)):
            own = np.unique(documents.files[documents.labels == label])
            place[rng.permutation(own)] = (np.arange(len(own)) + i) % FOLDS
        part = place[documents.files]
        every.append(Fold(train=part > 1, validation=part == 1, test=part == 0))
    return every


def count_words(
    texts: list[list[str]], least: int = 3
) -> tuple[list[str], Float[np.ndarray, "texts words"]]:
    """The words that at least so many texts hold, and how often each occurs in each text."""
    holding = Counter(word for text in texts for word in set(text))
    vocabulary = sorted(word for word, texts_with in holding.items() if texts_with >= least)
    column = {word: i for i, word in enumerate(vocabulary)}
    counts = np.zeros((len(texts), len(vocabulary)), np.float32)
    for row, text in zip(counts, texts, strict=True):
        for word in text:
            if word in column:
                row[column[word]] += 1
    return vocabulary, counts
