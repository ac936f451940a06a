"""What the four systems, the learning curve, the filter and the forecasts must show, also small."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments._data.digits import Digits
from experiments.digits import most_familiar
from experiments.go import interval

Computed = Callable[[str], dict[str, Any]]


def test_xor_needs_a_hidden_layer(computed: Computed) -> None:
    """Minsky and Papert: no line separates the cases, so three of four at most."""
    xor = computed("xor")
    assert xor["hidden"][0] == 0
    assert xor["solved"][0] == 0
    assert xor["line_bound"] == 3
    assert list(xor["solved"]) == sorted(xor["solved"])
    assert xor["solved"][-1] > xor["seeds"] / 2
    assert xor["output"] > 0.5  # for one input on


def test_skill_grows_with_examples(computed: Computed) -> None:
    """For every seed, and far beyond the most frequent digit."""
    curve = computed("learning_curve")
    assert (curve["last_accuracy"] > curve["first_accuracy"]).all()
    assert (curve["first_accuracy"] > 2 * curve["majority_accuracy"]).all()
    assert curve["last_means"] > curve["first_means"].mean()


def test_both_models_read_digits(computed: Computed) -> None:
    """Far better than chance; the interval holds the gain, and the verdict follows from it."""
    digits = computed("digits")
    assert (digits["accuracy"] > 0.8).all()
    assert (digits["linear_accuracy"] > 0.8).all()
    assert digits["gain_low"] <= digits["gain"] <= digits["gain_high"]
    assert (digits["verdict"] == "beats") == (digits["gain_low"] > 0)
    assert 0 < digits["easiest_form"] < digits["hardest_form"]
    assert 1 / 8 < digits["familiar_share"] < 1
    assert (abs(digits["strange_accuracy"] - digits["accuracy"]) < 0.1).all()


def test_a_form_in_a_known_hand_is_found() -> None:
    """That most of its images are nearest to one and the same form of the training."""
    draw = np.random.default_rng(0)
    hands = draw.random((4, 1, 8, 8), np.float32)

    def written(hand: int, form: int) -> Digits:
        images = hands[hand] + 0.1 * draw.random((20, 8, 8), np.float32)
        return Digits(images, np.zeros(20, int), np.full(20, form))

    def together(*parts: Digits) -> Digits:
        return Digits(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))

    unknown = written(3, 8)
    mixed = unknown._replace(
        images=np.concatenate(
            [written(0, 8).images[:10], hands[1] * np.ones((10, 1, 1), np.float32)]
        )
    )
    known = together(mixed, written(2, 9))
    assert most_familiar(together(*(written(hand, hand) for hand in range(3))), known) == (9, 1)


def test_a_network_draws_better_than_an_empty_page_and_than_one_without_waves(
    computed: Computed,
) -> None:
    """For every seed."""
    lettering = computed("lettering")
    assert (lettering["psnr"] > lettering["blank_psnr"]).all()
    assert lettering["psnr"].mean() > lettering["blurred_psnr"].mean()


def test_speech_is_recognised_and_noise_hurts(computed: Computed) -> None:
    """One in seventy sentences would be right by guessing."""
    speech = computed("speech")
    assert (speech["accuracy"] > 5 / speech["sentences"]).all()
    assert speech["noisy_accuracy"].mean() < speech["accuracy"].mean()
    assert speech["noisy_linear_accuracy"].mean() < speech["linear_accuracy"].mean()


def test_the_dialogue_answers_better_than_one_answer_for_all(computed: Computed) -> None:
    """For every seed; the verdict follows from the comparison with the nearest phrasing."""
    dialogue = computed("dialogue")
    assert (dialogue["accuracy"] > dialogue["frequent_accuracy"]).all()
    beats = (dialogue["accuracy"] > dialogue["nearest_accuracy"]).all()
    assert (dialogue["verdict"] == "beats") == beats


def test_go_counts_its_games(computed: Computed) -> None:
    """Shares lie in their intervals, and a greedy player beats one that moves at random."""
    go = computed("go")
    assert go["random_low"] <= go["random_wins"].mean() <= go["random_high"]
    assert go["greedy_low"] <= go["greedy_wins"].mean() <= go["greedy_high"]
    assert go["greedy_against_random"] > 0.5
    assert sum(go["policy"]) == pytest.approx(1, abs=1e-3)
    assert go["komi"] % 1 == 0.5  # nobody draws


def test_wins_are_uncertain_by_games_and_by_networks() -> None:
    """Few games make the interval wide even if networks agree; unlike networks, however many."""
    low, high = interval(np.array([0.8, 0.8, 0.8]), 150)
    assert low == pytest.approx(0.729, abs=0.002)  # Wilson
    assert high == pytest.approx(0.856, abs=0.002)
    low, high = interval(np.array([0.6, 0.7, 0.8]), 100_000)
    assert (low, high) == pytest.approx(
        (0.7 - 4.303 * 0.1 / 3**0.5, 0.7 + 4.303 * 0.1 / 3**0.5), abs=1e-3
    )
    assert interval(np.array([0.5, 1.0]), 10) == (0, 1)


def test_no_model_foresees_prices_by_much(computed: Computed) -> None:
    """An error far below persistence's would mean that the future leaked into the past."""
    stocks = computed("stocks")
    errors = [*stocks["network_error"], stocks["linear_error"], stocks["drift_error"]]
    assert np.all((np.array(errors) > 0.93) & (np.array(errors) < 1.2))
    assert stocks["distance_to_last"] < stocks["distance_to_truth"]


def test_the_spam_filter_tells_the_two_mails_apart(computed: Computed) -> None:
    """Better than the majority class on unseen topics, at a price that is shown."""
    spam = computed("spam")
    assert spam["ham_probability"] < 0.5 < spam["spam_probability"]
    assert spam["accuracy"].mean() > spam["majority_accuracy"] + 0.1
    assert spam["careful_wanted_lost"].mean() <= spam["wanted_lost"].mean()
    wanted, unwanted = (words.split(", ") for words in spam["deciding"])
    assert len(wanted) == len(unwanted) == 3
    assert not set(wanted) & set(unwanted)


def test_clusters_agree_with_meanings_beyond_chance(computed: Computed) -> None:
    """Better than on raw counts; chance is near zero, as the adjusted index must be."""
    search = computed("web_search")
    assert search["agreement"].mean() > search["counts_agreement"].mean()
    assert search["agreement"].mean() > search["word_agreement"]
    assert np.abs(search["random_agreement"]).max() < 0.1
    assert sum(search["sizes"]) == search["results"]


def test_the_machine_is_below_what_data_sheets_promise(computed: Computed) -> None:
    """Bandwidth and rates are positive, and the table is in order."""
    machine = computed("machine")
    assert (machine["bandwidth"] > 0).all()
    assert (machine["matmul"] > 0).all()
    assert machine["gap"] > machine["gap_then"] > 1
