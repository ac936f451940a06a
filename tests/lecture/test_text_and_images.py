"""Texts and images: what is learnt with labels, and without."""

import inspect
from collections.abc import Callable

import numpy as np

from experiments._data.documents import Fold, alike, distinct, folds, read_documents, words
from experiments._models.document_classifier import naive_bayes
from experiments._models.word_probabilities import fit_laws, kneser_ney, law_logs
from experiments._statistics.sample_quality import reached, two_samples
from experiments.topics import rand_index

Computed = Callable[[str], dict]


def test_only_plain_words_are_left_of_a_docstring() -> None:
    text = """Return the well-known :class:`Axes` of ``plt.figure`` in scikit-learn's `name`.

    >>> np.add(1, 2)
    3

    .. versionadded:: 1.2
       Something new.

    See NumPy, or n_samples, or LinearSVC. A vector x of SVM scores.
    """
    plain = "return the well known of in see or or a vector of svm scores"
    assert " ".join(words(inspect.cleandoc(text))) == plain


def test_documents_are_balanced_distinct_and_split_by_file() -> None:
    documents = read_documents()
    assert len(set(np.bincount(documents.labels))) == 1
    for text in documents.texts:
        assert not {"numpy", "matplotlib", "sklearn", "scikit", "np", "plt"} & set(text)
    for label in range(3):
        sets = [
            set(text)
            for text, other in zip(documents.texts, documents.labels, strict=True)
            if other == label
        ]
        assert max(alike(a, b) for i, a in enumerate(sets) for b in sets[:i]) <= 0.6
    splits = folds(documents, 5)
    for split in splits:
        parts = [set(documents.files[part]) for part in split]
        assert sum(map(len, parts)) == len(set().union(*parts)) == 60
    assert (sum(split.test.astype(int) for split in splits) == 1).all()


def test_a_near_duplicate_is_left_out() -> None:
    text = [f"word{i}" for i in range(20)]
    near, far = [*text[:18], "new"], [*text[:8], *(f"other{i}" for i in range(12))]
    assert distinct([(text, "a"), (near, "b"), (far, "c")]) == [(text, "a"), (far, "c")]


def test_naive_bayes_goes_by_the_words_of_each_label() -> None:
    counts = np.array([[3, 0, 0], [0, 3, 0], [0, 0, 3], [1, 0, 0], [0, 0, 2]])
    train = np.array([True, True, True, False, False])
    answers = naive_bayes(counts, np.array([0, 1, 2, 0, 2]), [Fold(train, ~train, ~train)])
    assert answers.tolist() == [[0, 1, 2, 0, 2]]


def test_the_law_of_words_is_found_again() -> None:
    """From counts drawn by a law, its exponent and shift."""
    law = np.exp(law_logs(np.arange(1, 2001), 2000, 1.2, 4))
    assert np.isclose(law.sum(), 1)
    counts = np.random.default_rng(0).multinomial(1_000_000, law)
    exponent, shift = fit_laws([counts])[0]
    assert abs(exponent - 1.2) < 0.02
    assert abs(shift - 4) < 0.3


def test_probabilities_of_the_next_word_add_up() -> None:
    """After a frequent word, a rare one, and one that was never followed by any."""
    rng = np.random.default_rng(0)
    size = 20
    before = rng.integers(size - 1, size=500)
    word = np.append(rng.integers(size, size=480) // 2, np.arange(20))
    for context in (0, 5, size - 1):
        each = np.arange(size)
        chances = kneser_ney(before, word, size, np.full(size, context), each)
        assert np.isclose(chances.sum(), 1)


def test_the_rand_index_is_one_for_equal_partitions_and_matches_a_known_case() -> None:
    """The second is the example of scikit-learn's documentation: [0, 0, 1, 2] and [0, 0, 1, 1]."""
    known = np.array([[2, 0, 0], [0, 1, 0], [0, 1, 0]], float)
    assert np.allclose(rand_index(np.stack([7 * np.eye(3), known])), [1, 0.5714285714285714])


def test_samples_from_the_same_source_cannot_be_told_apart() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 400, 8)).astype(np.float32)
    assert abs(two_samples(one, other) - 0.5) < 0.06
    assert two_samples(one, other + 5) > 0.99
    assert reached(one, other).any(axis=1).mean() > 0.9
    assert not reached(one + 50, other).any()


def test_documents_are_told_by_their_words(computed: Computed) -> None:
    """Better than one keyword, which is better than one label for all; no naive Bayes overtaken."""
    result = computed("documents")
    accuracy = [result[f"{n}accuracy"].mean() for n in ("", "keyword_", "majority_")]
    assert accuracy == sorted(accuracy, reverse=True)
    assert result["keyword_gain_low"] > 0
    assert 0.25 < accuracy[2] < 0.4
    assert result["bayes_gain_low"] < result["bayes_gain"] < result["bayes_gain_high"]


def test_texts_can_be_labelled_and_prices_hardly_predicted(computed: Computed) -> None:
    result = computed("features_and_labels")
    assert result["text_gain_low"] > 0.2
    assert np.isclose(result["probabilities"].sum(), 1)
    assert abs(result["price_excess"]) < 0.05
    # The file's own closes of the S&P 500 at the ends of April and May 2022.
    assert result["month"] == "May 2022"
    assert np.allclose([result["last_price"], result["true_price"]], [4131.93, 4132.15], atol=0.01)


def test_words_follow_a_law_and_one_another(computed: Computed) -> None:
    result = computed("words")
    assert 0.9 < result["exponent_low"] < result["exponent"] < result["exponent_high"] < 1.4
    bits = [np.log2(result[f"{n}_perplexity"]) for n in ("bigram", "unigram", "law", "uniform")]
    assert (np.diff(np.stack(bits), axis=0) > 0).all()
    assert result["bigram_gain_low"] > 0.5
    assert result["half_covered"] < 0.05 * result["types"]


def test_groups_of_texts_resemble_the_libraries(computed: Computed) -> None:
    result = computed("topics")
    assert result["agreement"].mean() > 0.2
    assert abs(result["chance_agreement"]).max() < 0.05
    assert result["agreement"].mean() > result["tf_idf_agreement"].mean()
    assert result["sizes"].sum() == result["documents"]


def test_samples_lie_between_a_gaussian_and_real_digits(computed: Computed) -> None:
    """A hundred steps of training suffice for precision, not for coverage."""
    result = computed("diffusion")
    assert result["gaussian_precision"].mean() < result["precision"].mean()
    assert result["precision"].mean() < result["real_precision"].mean()
    assert result["real_coverage"].min() > result["gaussian_coverage"].max()
    assert (result["real_told_apart"] < result["told_apart"]).all()
    assert result["copies"].max() < 0.05
