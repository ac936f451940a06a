"""One network in JAX, Flax and Keras: the same mathematics, in fewer or more lines."""

import re
import tomllib
from collections.abc import Callable
from operator import call
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from scipy import stats

from experiments._data.digits import load_digits
from experiments._models import lazy_keras as keras
from experiments.frameworks import CODE, TABLE, code_lines
from experiments.why_keras import (
    MARGIN,
    batches,
    compare,
    cross_entropy,
    flax_network,
    jax_network,
    jax_scores,
    keras_compile,
    keras_network,
    keras_train,
    train,
    training_data,
)
from livedeck.keys.experiment import read_experiment
from tests.lecture.conftest import ROOT

Computed = Callable[[str], dict[str, Any]]
Layers = list[tuple[np.ndarray, np.ndarray]]


def in_keras() -> Any:
    """Keras's network with weights that are the same every time."""
    keras.utils.set_random_seed(0)
    return keras_network()


def layers(network: Any) -> Layers:
    """Kernel and bias of each layer of Keras's network."""
    weights = [np.array(weight.value) for weight in network.weights]
    return list(zip(weights[::2], weights[1::2], strict=True))


def in_flax(weights: Layers) -> nnx.Module:
    """Flax's network with these weights."""
    network = flax_network(nnx.Rngs(0))
    for place, (kernel, bias) in zip((0, 2, 4), weights, strict=True):
        network.layers[place].kernel[...] = jnp.asarray(kernel)
        network.layers[place].bias[...] = jnp.asarray(bias)
    return network


def probabilities(weights: Layers, x: np.ndarray) -> np.ndarray:
    """The network in double precision, from nothing but its definition."""
    for kernel, bias in weights[:-1]:
        x = np.maximum(x.astype(float) @ kernel + bias, 0)
    scores = np.exp(x @ weights[-1][0] + weights[-1][1])
    return scores / scores.sum(axis=1, keepdims=True)


def test_with_kerass_weights_all_three_give_the_same_probabilities(computed: Computed) -> None:
    """To six decimals, as single precision allows; those that the slide counts are not fewer."""
    assert 6 <= computed("why_keras")["agreed_decimals"] <= 9
    images = load_digits().test.images.reshape(-1, 64)
    network = in_keras()
    exact = probabilities(layers(network), images)
    answers = (
        network.predict_on_batch(images),
        jax.nn.softmax(jax_scores(layers(network), images)),
        jax.nn.softmax(in_flax(layers(network))(images)),
    )
    assert exact.std(axis=0).min() > 0.005  # what is equal for all images would prove nothing
    for each in answers:
        assert np.abs(np.asarray(each) - exact).max() < 1e-6


def test_all_three_take_adams_first_step_down_the_same_slope() -> None:
    """From the same weights on the same batch. The second moment, a thousandth of the slope's
    square at first, is corrected before epsilon is added, and in Keras afterwards: only slopes
    below 0.0001 feel that."""
    data = tuple(part[:64] for part in training_data())
    network = in_keras()
    keras_compile(network)
    start = layers(network)
    slopes = jax.grad(lambda net: cross_entropy(jax_scores(net, data[0]), data[1]).mean())(start)
    plain = train(jax_scores, start, batches(data, 0, 1))
    flax = train(call, in_flax(start), batches(data, 0, 1))
    keras_train(network, data, 1)
    flat = [(each.kernel[...], each.bias[...]) for each in flax.layers[::2]]
    for trained, epsilon in ((plain, 1e-7), (flat, 1e-7), (layers(network), 1e-7 / 0.001**0.5)):
        for before, slope, after in zip(
            *map(jax.tree.leaves, (start, slopes, trained)), strict=True
        ):
            expected = before - 3e-3 * np.asarray(slope) / (np.abs(slope) + epsilon)
            assert np.asarray(after) == pytest.approx(expected, abs=1e-4)
            assert np.abs(after - before).max() > 2e-3


@pytest.mark.parametrize("version", ["JAX, Optax", "Flax NNX", "Keras 3"])
def test_weights_start_within_glorots_limits(version: str) -> None:
    """Even up to the root of six over inputs and outputs of a layer; biases are zero."""
    weights = {
        "JAX, Optax": lambda: jax_network(jax.random.key(0)),
        "Flax NNX": lambda: [
            (each.kernel[...], each.bias[...]) for each in flax_network(nnx.Rngs(0)).layers[::2]
        ],
        "Keras 3": lambda: layers(in_keras()),
    }[version]()
    assert [kernel.shape for kernel, _ in weights] == [(64, 64), (64, 64), (64, 10)]
    for kernel, bias in weights:
        limit = np.sqrt(6 / sum(kernel.shape))
        spread = stats.kstest(np.ravel(kernel), stats.uniform(-limit, 2 * limit).cdf)
        assert np.abs(kernel).max() <= limit
        assert spread.pvalue > 0.001
        assert (np.asarray(bias) == 0).all()


def test_an_epoch_goes_through_every_image_once() -> None:
    """In another order each time, the same for the same seed."""
    data = np.arange(192)[:, None], np.arange(192)
    drawn = [labels for images, labels in batches(data, 0, 2)]
    assert [len(labels) for labels in drawn] == 6 * [64]
    first, second = np.concatenate(drawn[:3]), np.concatenate(drawn[3:])
    assert sorted(first) == sorted(second) == list(range(192))
    assert (first != second).any()
    assert (np.concatenate([labels for _, labels in batches(data, 0, 2)])[:192] == first).all()


def test_the_verdict_follows_from_interval_and_margin() -> None:
    """Equal is what cannot differ by the margin; a wide interval around zero proves nothing."""
    cases = {
        "the same to within 2 points": [(-0.01, 0.01), (0.005, 0.015), (-0.0199, 0.0199)],
        "not clearly different": [(-0.03, 0.01), (-0.01, 0.03), (-0.05, 0.05)],
        "not the same": [(0.01, 0.03), (-0.03, -0.01)],
    }
    for words, intervals in cases.items():
        for low, high in intervals:
            assert compare(np.array([low, low]), np.array([high, high])) == words
    assert compare(np.array([-0.01, 0.01]), np.array([0.01, 0.03])) == "not the same"
    assert MARGIN == 0.02


def test_differences_have_welchs_intervals(computed: Computed) -> None:
    """Means over seeds, variances that need not be equal, and his degrees of freedom."""
    values = computed("why_keras")
    own, n = values["keras_accuracy"], values["seeds"]
    for place, other in enumerate((values["jax_accuracy"], values["flax_accuracy"])):
        parts = np.array([own.var(ddof=1), other.var(ddof=1)]) / n
        freedom = parts.sum() ** 2 / (parts**2 / (n - 1)).sum()
        half = stats.t.ppf(0.975, freedom) * np.sqrt(parts.sum())
        difference = own.mean() - other.mean()
        assert values["difference"][place] == pytest.approx(difference)
        assert values["difference_low"][place] == pytest.approx(difference - half)
        assert values["difference_high"][place] == pytest.approx(difference + half)
    verdict = compare(values["difference_low"], values["difference_high"])
    assert values["verdict"] == verdict
    assert values["margin"] == MARGIN


def test_the_network_learns_in_every_version(computed: Computed) -> None:
    """Far beyond the most frequent digit, with as many weights as the layers have."""
    values = computed("why_keras")
    assert values["parameters"] == 2 * (64 * 64 + 64) + 64 * 10 + 10
    assert values["one_image"] == pytest.approx(1 / values["test_images"])
    assert 0.09 < values["majority_accuracy"] < 0.12
    for name in ("jax", "flax", "keras"):
        assert values[f"{name}_accuracy"].min() > 0.7


def test_the_lines_counted_are_those_shown(computed: Computed) -> None:
    """On the slides of the code: of each version the network's, and what trains it."""
    shown = read_experiment(ROOT / "experiments" / "why_keras.py")
    slides = [ROOT / "deck" / "80-keras" / f"39{x}-code.md" for x in ("b-keras", "c-training")]
    on_slides = [re.findall(r'code="why_keras\.(\w+)"', slide.read_text()) for slide in slides]
    values = computed("frameworks")
    assert list(values["names"]) == list(CODE)
    for part, field in enumerate(("network_lines", "training_lines")):
        counted = {function.__name__ for name in list(CODE)[:3] for function in CODE[name][part]}
        assert counted == set(on_slides[part])
        for name, lines in list(zip(CODE, values[field], strict=True))[:3]:
            sources = [shown.source_of(function.__name__) for function in CODE[name][part]]
            assert "#" not in "".join(sources)
            assert lines == sum(bool(line.strip()) for each in sources for line in each.split("\n"))
    assert (values["lines"] == values["network_lines"] + values["training_lines"]).all()


def commented(x: int) -> int:
    # not counted

    return x  # counted


def test_blank_lines_and_comments_are_not_code() -> None:
    assert code_lines((commented,)) == 2
    assert code_lines((commented, commented)) == 4


def test_keras_saves_lines_where_training_is_written(computed: Computed) -> None:
    """As the slides say; the ready-made classifier takes the fewest."""
    plain, flax, keras, sklearn = computed("frameworks")["training_lines"]
    assert sklearn <= keras < plain == flax
    totals = computed("frameworks")["lines"]
    assert totals.argmin() == 3
    assert totals.argmax() == 0


def test_compilers_make_the_first_epoch_longer(computed: Computed) -> None:
    """In the three versions that compile; no time is a matter of this test."""
    values = computed("frameworks")
    assert (values["first_median"] > values["later_median"])[:3].all()
    assert (values["later_median"] > 0).all()


def test_four_libraries_learn_about_the_same(computed: Computed) -> None:
    """After the same epochs; their range is that of the means."""
    values = computed("frameworks")
    means = [values[f"{name}_accuracy"].mean() for name in ("jax", "flax", "keras", "sklearn")]
    assert min(means) > 0.7
    assert values["accuracy_range"] == pytest.approx(np.ptp(means))
    assert values["train_images"] == len(training_data()[1]) == 64 * 16
    assert values["test_images"] == len(load_digits().test.labels)


def test_the_ranking_is_that_of_the_file(computed: Computed) -> None:
    """The largest score first; the weights of its measures add up."""
    values, table = computed("frameworks"), tomllib.loads(TABLE.read_text())
    known = {entry["name"]: entry["score"] for entry in table["framework"]}
    assert dict(zip(values["ranked"], values["scores"], strict=True)) == known
    assert len(known) == len(table["framework"])
    assert (np.diff(values["scores"]) < 0).all()
    assert values["leader"] == max(known, key=known.__getitem__)
    assert sum(table["weights"].values()) == 100
    assert values["heaviest_weight"] == max(table["weights"].values()) / 100
    assert table["weights"][values["heaviest"]] == max(table["weights"].values())
    assert values["measures"] == len(table["weights"])
    assert (values["source"], values["year"]) == (table["source"], table["year"])
    assert str(table["year"]) in table["source"]
