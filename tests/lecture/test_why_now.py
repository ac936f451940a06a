"""What deep learning needs: data, techniques, machines; and the step that is timed on them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments._data.digits import load_digits
from experiments._models.ablation_networks import Flat, Recipe, trainer
from experiments.ablations import ALONE, DATA, NONE, OLD, REMOVED, STEPS, WHOLE, missed, swap
from experiments.devices import duration, first_weights, headline, jax_step, numpy_step

Computed = Callable[[str], dict[str, Any]]


def test_each_cause_is_missed(computed: Computed) -> None:
    """Less data and fewer steps cost something, no technique at all costs everything."""
    found = computed("ablations")
    assert found["cost"][0] == 0
    assert (found["cost_low"] <= found["cost"]).all()
    assert (found["cost"] <= found["cost_high"]).all()
    for part in (DATA, STEPS):
        assert 0 < found["cost"][part][0] < found["cost"][part][1]
        assert found["cost_low"][part][1] > 0
    assert found["error"][OLD] == pytest.approx(found["majority_error"], abs=0.02)
    assert found["learnt"] == "nothing"
    assert found["verdict"] == "the techniques are missed most"
    assert found["linear"].mean() < 0.2


def test_techniques_stand_in_for_each_other(computed: Computed) -> None:
    """One alone does most of the work of the four, and none of the four does it all."""
    found = computed("ablations")
    assert found["error"][ALONE].min() < found["error"][OLD] / 2
    assert found["error"][REMOVED].max() < found["error"][OLD] / 2


def test_a_quoted_volume_is_put_to_the_test(computed: Computed) -> None:
    """A purchase of gigabytes, and a quarter of a second for as many photographs as we have."""
    found = computed("ablations")
    assert found["purchase"] == pytest.approx(2.5e9)
    assert found["photographs_seconds"] == pytest.approx(0.254, abs=0.001)
    assert found["video_years"] == pytest.approx(49.3, abs=0.1)


@pytest.mark.parametrize(
    ("low", "words"),
    [
        ((0.1, 0.1, 0.1, 0.1), "each of four techniques is missed"),
        ((0.0, -0.1, -0.1, 0.0), "no technique is clearly missed"),
        ((0.1, -0.1, 0.0, 0.0), "only ReLU is clearly missed"),
        ((0.1, 0.1, 0.0, 0.1), "only ReLU, Adam and dropout are clearly missed"),
    ],
)
def test_what_is_missed_follows_from_the_intervals(low: tuple, words: str) -> None:
    """By their lower ends."""
    assert missed(np.array(low)) == words


def test_one_technique_after_another_is_swapped() -> None:
    """Each time only one."""
    for swapped, start in ((swap(WHOLE, NONE), WHOLE), (swap(NONE, WHOLE), NONE)):
        assert [sum(a != b for a, b in zip(each, start, strict=True)) for each in swapped] == [
            1
        ] * 4


def test_recipes_differ_by_nothing_but_themselves() -> None:
    """Two that are equal end equal; one that may take no step of any size has learnt nothing."""
    learn = trainer(Flat, load_digits(), 1, 1)
    recipe = Recipe(1, 1, 1, 0, 1, 1, 0.03)
    validation, test = learn([recipe, recipe, recipe._replace(rate=0)], 0, 100)
    assert (test[0] == test[1]).all()
    assert validation[0].mean() < 0.2
    assert test[0].mean() < 0.2 < test[2].mean()


def test_the_timed_steps_are_the_same_step() -> None:
    """Derivatives by hand and by JAX lead to equal weights."""
    digits = load_digits().validation
    by_hand = by_jax = first_weights(16)
    for _ in range(3):
        by_hand, loss = numpy_step(digits, by_hand)
        by_jax, error = jax_step(digits.images, digits.labels, by_jax)
        assert loss == pytest.approx(float(error), rel=1e-4)
    for left, right in zip(by_hand, by_jax, strict=True):
        assert left[0] == pytest.approx(np.asarray(right[0]), abs=1e-5)
        assert left[1] == pytest.approx(np.asarray(right[1]), abs=1e-5)


def test_every_way_is_timed(computed: Computed) -> None:
    """And all ways end with the same loss."""
    devices = computed("devices")
    assert (devices["median"] > 0).all()
    assert len(devices["names"]) == len(devices["alexnet"]) == len(devices["median"])
    assert devices["speedup_low"] <= devices["speedup"] <= devices["speedup_high"]
    assert devices["difference"] < 1e-4
    assert devices["last_compiling"] > 0


def test_a_duration_reads_well() -> None:
    """In the largest unit of which there are two."""
    assert [duration(days) for days in (1000, 300, 1.9, 0.5, 0.01, 0.0001)] == [
        "3 years",
        "300 days",
        "46 hours",
        "12 hours",
        "14 minutes",
        "less than two minutes",
    ]


def test_the_headline_says_what_was_there() -> None:
    """With an accelerator, the last of the ways, both durations."""
    days = np.array([300.0, 100.0, 0.125])
    assert headline([], days[:2]) == "Without a GPU, AlexNet would train for 100 days here"
    assert (
        headline(["H100"], days)
        == "AlexNet would train for 100 days without a GPU, 3 hours with it"
    )
