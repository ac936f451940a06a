"""Sixty years of networks: each idea is what its year had, and each record is earned."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from scipy.signal import correlate2d

from experiments import history
from experiments._data.digits import load_digits
from experiments._models.convolution import Convolution, pool
from experiments.history import (
    IDEAS,
    Attention,
    Block,
    Encoder,
    Idea,
    divided,
    dropout,
    error_correction,
    learn,
    verdict,
)

Computed = Callable[[str], dict[str, Any]]


def create(make: Callable[[nnx.Rngs], nnx.Module]) -> Any:
    """A network with its first weights."""
    return nnx.jit(lambda: make(nnx.Rngs(0)))()


@nnx.jit
def answer(network: Callable[[jax.Array], jax.Array], x: jax.Array) -> jax.Array:
    """What a network or a layer makes of an input."""
    return network(x)


def test_ideas_learn_in_two_passes_but_for_the_convolution_of_1989(computed: Computed) -> None:
    """They beat the most frequent digit clearly, and it has hardly begun: its error and that of
    any other one digit are about nine tenths."""
    values = computed("history")
    assert 0.88 < values["majority_error"] < 0.91
    assert values["means_error"] < values["majority_error"] / 2
    slow = np.arange(len(IDEAS)) == 2
    assert (values["error"][~slow] < 0.85 * values["majority_error"]).all()
    assert values["error"][slow] < values["majority_error"] + 0.02


def test_the_convolution_of_1989_learns_in_ten() -> None:
    """Its saturating units and squared error take their time."""
    split = load_digits()
    answers, passes, _ = learn(IDEAS[2], split, 1, 10, 2)
    assert passes == 10  # the validation forms prefer the second half
    assert (answers != split.test.labels).mean() < 0.3


def test_records_follow_from_the_intervals(computed: Computed) -> None:
    """Each idea is compared with the holder before it, and takes over only if clearly better."""
    values = computed("history")
    record, held = -1, values["means_error"]
    for i, error in enumerate(values["error"]):
        assert values["against"][i] == record
        assert values["gain"][i] == pytest.approx(held - error)
        assert values["gain_low"][i] <= values["gain"][i] <= values["gain_high"][i]
        if values["gain_low"][i] > 0:
            record, held = i, error
    assert values["record"] == record
    assert values["record_error"].mean() == pytest.approx(held)
    assert values["verdict"] == verdict(record, values["train_images"])


def test_only_a_clear_gain_takes_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of networks that misread so many images: two images less are luck, thirty are not."""
    labels = load_digits().test.labels
    misread = dict(zip(IDEAS, (200, 40, 38, 8, 8, 30), strict=True))

    def pretend(idea: Idea, *_: object) -> tuple[np.ndarray, int, int]:
        wrong = np.arange(len(labels)) < misread[idea]
        return np.stack([np.where(wrong, (labels + 1) % 10, labels)] * 2), 1, 1

    monkeypatch.setattr(history, "learn", pretend)
    result = history.run(seeds=2)
    assert result.against.tolist() == [-1, -1, 1, 1, 3, 3]
    assert result.record == 3
    assert result.gain[1:] == pytest.approx(
        [result.means_error - 40 / 510, 2 / 510, 32 / 510, 0, -22 / 510]
    )
    assert result.record_error == pytest.approx(8 / 510)
    assert result.verdict.startswith("Since ReLU, dropout in 2012")


def test_single_ideas_are_cited_with_their_own_errors(computed: Computed) -> None:
    """By their place among the names; each year and each seed is there."""
    values = computed("history")
    assert values["years"].tolist() == [1958, 1986, 1989, 2012, 2015, 2017]
    assert len(values["perceptron_error"]) == values["seeds"]
    assert values["test_images"] == len(load_digits().test.labels)
    assert (values["epochs"] <= values["passes"]).all()
    for place, name in ((0, "perceptron"), (2, "convolution"), (5, "attention")):
        assert values["names"][place] == name
        assert values[f"{name}_error"].mean() == pytest.approx(values["error"][place])


def test_titles_say_who_holds_the_record() -> None:
    """Nobody, somebody before the last, or the last."""
    assert verdict(-1, 900) == "On 900 images no idea is clearly better than the nearest mean"
    assert verdict(2, 900) == "Since convolution in 1989, nothing is clearly better on 900 images"
    newest = "On 900 images attention (2017) is clearly better than the best before it"
    assert verdict(5, 900) == newest


def test_weights_are_those_counted_by_hand(computed: Computed) -> None:
    """Kernels, biases, and what normalises or marks a place."""
    block = 2 * (9 * 12 * 12 + 12) + 2 * 24
    encoder = 16 * 48 + 48 + 16 * 16 + 16 + 16 * 32 + 32 + 32 * 16 + 16 + 2 * 32
    convolutions = 9 * 12 + 12 + 9 * 12 * 24 + 24
    assert computed("history")["weights"].tolist() == [
        64 * 10 + 10,
        64 * 40 + 40 + 40 * 10 + 10,
        convolutions + 96 * 30 + 30 + 30 * 10 + 10,
        convolutions + 96 * 48 + 48 + 48 * 10 + 10,
        9 * 12 + 12 + 2 * block + 12 * 10 + 10,
        4 * 16 + 16 + 16 * 16 + 2 * encoder + 256 * 10 + 10,
    ]


def test_the_perceptron_learns_by_rosenblatts_rule() -> None:
    """To a unit on the wrong side the image is added, or taken away; the others stay."""
    random = np.random.default_rng(0)
    images, weights = random.normal(size=(12, 64)), random.normal(size=(64, 10))
    labels = random.integers(10, size=12)
    change = np.zeros((64, 10))
    for image, label in zip(images, labels, strict=True):
        for unit in range(10):
            wanted = 1 if unit == label else -1
            if np.sign(image @ weights[:, unit]) != wanted:
                change[:, unit] += wanted * image
    slope = jax.grad(lambda weights: error_correction(images @ weights, labels))(weights)
    assert -len(labels) * np.asarray(slope) == pytest.approx(change, abs=1e-4)


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.name)
def test_every_network_starts_undecided(idea: Idea) -> None:
    """All digits have the score 0, whatever the image."""
    images = np.random.default_rng(0).random((3, 8, 8), np.float32)
    assert (np.asarray(answer(create(idea.model), images)) == 0).all()


def test_a_residual_block_that_adds_nothing_hands_its_input_on() -> None:
    """Which it does not at its start, as its convolutions are drawn at random."""
    x = np.random.default_rng(1).normal(size=(2, 4, 4, 12)).astype(np.float32)
    block = create(Block)
    assert np.abs(answer(block, x) - x).max() > 0.1
    kernel = block.second.weights.kernel
    kernel[...] = jnp.zeros_like(kernel[...])
    assert np.asarray(answer(block, x)) == pytest.approx(x)


def test_attention_starts_as_no_layer_at_all_and_lets_patches_see_each_other() -> None:
    """Without the learnt places it knows no order: patches that change places stay themselves."""
    x = np.random.default_rng(1).normal(size=(2, 16, 16)).astype(np.float32)
    encoder = create(Encoder)
    assert (np.asarray(answer(encoder, x)) == x).all()
    encoder.mixed.kernel[...] = jnp.eye(16)
    blind = x * (np.arange(16) > 0)[:, None]
    mixed, other, turned = (np.asarray(answer(encoder, each)) for each in (x, blind, x[:, ::-1]))
    assert np.abs(mixed[:, 1:] - other[:, 1:]).max(axis=(0, 2)).min() > 1e-3
    assert turned[:, ::-1] == pytest.approx(mixed, abs=1e-5)


def test_a_patch_is_a_square_of_four_pixels() -> None:
    """At the start, when no patch has seen another: here each score adds up the features of one
    patch, and depends on the pixels of that one alone."""
    network, places = create(Attention), [0, 1, 3, 4, 6, 9, 11, 12, 14, 15]
    own = np.zeros((16, 16, 10), np.float32)
    own[places, :, range(10)] = 1
    network.scores.kernel[...] = jnp.asarray(own.reshape(256, 10))
    dark = np.zeros((1, 8, 8), np.float32)
    pixels = nnx.jit(lambda network: jax.jacrev(lambda x: network(x)[0])(dark))(network)
    for place, slope in zip(places, np.asarray(pixels)[:, 0], strict=True):
        row, column = divmod(place, 4)
        seen = np.zeros((8, 8), bool)
        seen[2 * row : 2 * row + 2, 2 * column : 2 * column + 2] = True
        assert ((slope != 0) == seen).all()


def test_shared_weights_see_the_same_everywhere() -> None:
    """One kernel for each feature slides over the image and what is beyond it, which is zero."""
    image = np.random.default_rng(0).random((8, 8), np.float32)
    layer = create(lambda rngs: Convolution(1, 3, rngs))
    kernels = np.asarray(layer.weights.kernel[...]).reshape(3, 3, 3)
    seen = np.asarray(answer(layer, image[None, :, :, None]))[0]
    for feature in range(3):
        expected = correlate2d(image, kernels[:, :, feature], mode="same")
        assert seen[:, :, feature] == pytest.approx(expected, abs=1e-5)


def test_pooling_keeps_the_largest_of_four() -> None:
    x = jnp.arange(16.0).reshape(1, 4, 4, 1)
    assert pool(x)[0, :, :, 0].tolist() == [[5, 7], [13, 15]]


def test_dropout_keeps_the_mean_and_spares_a_test() -> None:
    """Half of the units are silent, the others speak twice as loud; layers drop others."""
    x = jnp.ones((100, 100))
    assert dropout(x, None, 0) is x
    first, second = (np.asarray(dropout(x, jax.random.key(0), layer)) for layer in (0, 1))
    assert set(np.unique(first)) == {0, 2}
    assert first.mean() == pytest.approx(1, abs=0.05)
    assert (first != second).mean() == pytest.approx(0.5, abs=0.05)


def test_the_rate_is_divided_by_ten_after_three_fifths() -> None:
    rate = divided(0.05, 100)
    assert [float(rate(step)) for step in (0, 59, 60, 99)] == pytest.approx(
        [0.05, 0.05, 0.005, 0.005]
    )
