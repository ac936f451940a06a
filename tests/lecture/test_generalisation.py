"""What the slides on rules, capacity, the workflow and features rest on."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments._data.digits import load_digits
from experiments._models.oriented_gradients import gradients, histograms
from experiments.features import DESIGNED, apply_filters, gradient_share
from experiments.rule import hand_rule, ink_in_box, only_3_and_8

Computed = Callable[[str], dict[str, Any]]


def test_both_rules_tell_threes_from_eights(computed: Computed) -> None:
    """Far above the more frequent answer, and the interval holds the mean difference."""
    values = computed("rule")
    assert values["hand_accuracy"] > values["majority_accuracy"] + 0.2
    assert values["accuracy"].min() > values["majority_accuracy"] + 0.2
    assert values["gain_low"] <= values["gain"] <= values["gain_high"]
    gain = values["accuracy"].mean() - values["hand_accuracy"]
    assert np.isclose(gain, values["gain"], atol=1e-6)


def test_one_procedure_learns_every_pair_of_digits(computed: Computed) -> None:
    """All 45 pairs, none of them at the level of guessing."""
    values = computed("rule")
    assert values["pairs"] == 45
    assert values["pairs_accuracy"] > 0.95
    assert values["hardest_accuracy"] > 0.75


def test_learning_finds_where_to_look(computed: Computed) -> None:
    """More of the largest weights lie in the person's box than chance would put there."""
    values = computed("rule")
    assert values["boxed_weights"] > values["boxed_by_chance"]


def test_the_code_on_the_slide_looks_into_the_box_that_is_drawn() -> None:
    """The rule says 8 exactly where the drawn box holds more than two pixels of ink."""
    images = only_3_and_8(load_digits().train).images
    assert np.array_equal(hand_rule(images) == 8, ink_in_box(images) > 2)
    assert set(hand_rule(images)) == {3, 8}


def test_training_error_only_falls_and_test_error_turns_round(computed: Computed) -> None:
    """Each degree contains the ones below it; the noise is a floor on new points alone."""
    values = computed("capacity")
    train, test = values["typical_train"], values["typical_error"]
    assert (np.diff(train) < 0).all()
    assert train[-1] < values["noise"] < test.min()
    assert 0 < values["best_degree"] < values["highest_degree"]
    assert test[-1] > 2 * test.min()


def test_validation_chooses_better_than_either_extreme(computed: Computed) -> None:
    """Close to the best degree that the test points themselves would have picked."""
    values = computed("capacity")
    assert values["line_cost"] > 1.2
    assert values["flexible_cost"] > 1.5
    assert values["chosen_error"] < 1.2 * values["best_error"]


def test_error_peaks_where_units_and_examples_are_equally_many(computed: Computed) -> None:
    """And falls below the first valley beyond; a penalty removes the peak."""
    values = computed("double_descent")
    peak, narrow = values["peak_error"].mean(), values["narrow_error"].mean()
    assert values["narrow_units"] < values["examples"] < values["widest_units"]
    assert peak > 1.5 * narrow
    assert values["widest_error"].mean() < narrow
    assert values["peak_ridge"].mean() < 0.5 * peak
    assert values["peak_error"].max() < 1


def test_each_stage_of_the_workflow_follows_from_the_one_before(computed: Computed) -> None:
    """The probabilities are the softmax of the scores; the answer is the most probable digit."""
    values = computed("workflow")
    powers = np.exp(values["scores"] - values["scores"].max())
    assert np.allclose(values["probabilities"], powers / powers.sum(), atol=1e-5)
    assert values["probabilities"].argmax() == values["label"]
    assert 0.1 < values["probability"] < values["sure"]


def test_the_workflow_reads_digits_and_keeps_what_validation_prefers(computed: Computed) -> None:
    """Both turns are far above the most frequent digit."""
    values = computed("workflow")
    checked = {turn: values[f"{turn}_validation"].mean() for turn in ("pixels", "gradients")}
    assert values["kept"] == max(checked, key=checked.__getitem__)
    for turn in checked:
        assert values[f"{turn}_accuracy"].min() > values["majority_accuracy"] + 0.5


def test_gradient_histograms_know_which_way_ink_rises() -> None:
    """Ink that rises to the right falls in direction 0 alone, downwards in direction 2."""
    ramp = np.tile(np.arange(8, dtype=np.float32) / 8, (8, 1))
    right, down = gradients(np.stack([ramp, ramp.T]))
    assert np.allclose(right[0, 1:-1, 1:-1], 0.25)
    assert np.allclose(down[0, 1:-1, 1:-1], 0)
    across, along = histograms(np.stack([ramp, ramp.T]))
    assert across[1, 1].argmax() == 0
    assert along[1, 1].argmax() == 2
    assert np.isclose((across**2).mean(), 1)


def test_more_examples_help_every_kind_of_feature(computed: Computed) -> None:
    """And with all images each is far below the error of a fixed answer."""
    values = computed("features")
    for kind in ("pixels", "designed", "learnt"):
        few, everything = values[f"few_{kind}"].mean(), values[f"all_{kind}"].mean()
        assert everything < few < values["majority_error"]
        assert everything < 0.3


def test_features_by_hand_beat_pixels_and_learnt_filters_beat_random_ones(
    computed: Computed,
) -> None:
    values = computed("features")
    assert values["all_designed"].mean() < values["all_pixels"].mean()
    assert values["random_low"] > 0
    assert values["random_error"].mean() < values["majority_error"]
    assert (values["gradient_share"] <= 1).all()


def test_sobel_filters_are_gradients_and_find_no_gradient_in_a_plain_area() -> None:
    """Their share is one, that of a blur is none."""
    designed = np.array(list(DESIGNED.values()), np.float32)
    assert np.allclose(gradient_share(designed[None, :2]), 1)
    assert np.allclose(gradient_share(np.ones((1, 1, 3, 3), np.float32)), 0)
    assert np.allclose(apply_filters(np.ones((8, 8), np.float32), designed)[:, 1:-1, 1:-1], 0)
