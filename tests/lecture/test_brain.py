"""The decoder of simulated brains: what it reads, where, and what its answers prove in court."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments._data.mri_scan import find_brain, find_patch, read_slice, simulate
from experiments._statistics.bayes import needed_specificity, posterior
from experiments._statistics.brain_decoding import (
    MAPS,
    Study,
    fit,
    nearest_mean,
    neighbours,
    relabel,
)
from experiments.brain import CATEGORIES, CRIME, go_to_court, locate

Computed = Callable[[str], dict[str, Any]]

LABELS = np.tile(np.repeat(np.arange(len(CATEGORIES)), 2), (5, 1))  # runs x trials


def test_permuted_labels_give_chance(computed: Computed) -> None:
    """One permuted mean of two subjects has a standard deviation of 0.034, that of twenty 0.008."""
    brain = computed("brain")
    assert brain["chance"] == 1 / len(CATEGORIES)
    assert len(brain["null"]) == brain["permutations"]
    assert brain["null"].mean() == pytest.approx(brain["chance"], abs=0.03)
    assert brain["null_high"] == pytest.approx(np.quantile(brain["null"], 0.95))


def test_the_p_value_counts_the_true_labels_as_one_labelling(computed: Computed) -> None:
    """So it is never zero, however good the decoder is."""
    brain = computed("brain")
    above = (brain["null"] >= brain["accuracy_mean"]).sum()
    assert brain["p"] == pytest.approx((above + 1) / (brain["permutations"] + 1))
    assert brain["chance_verdict"] == ("beats" if brain["p"] < 0.05 else "does not clearly beat")


def test_a_weak_signal_is_decoded_in_part(computed: Computed) -> None:
    """Beyond all permutations for every subject, but far from always; the gain is the mean's."""
    brain = computed("brain")
    assert len(brain["accuracy"]) == brain["subjects"]
    assert (brain["accuracy"] > brain["null"].max()).all()
    assert brain["accuracy"].max() < 0.9
    assert brain["accuracy_mean"] == pytest.approx(brain["accuracy"].mean())
    gain = (brain["accuracy"] - brain["means_accuracy"]).mean()
    assert brain["gain"] == pytest.approx(gain)
    assert brain["gain_low"] <= brain["gain"] <= brain["gain_high"]
    assert brain["verdict"] == ("beats" if brain["gain_low"] > 0 else "does not clearly beat")


def test_the_map_shows_where_the_signal_is(computed: Computed) -> None:
    """A searchlight ranks the patch's voxels before others, better than large weights do."""
    brain = computed("brain")
    assert (brain["auc"] > 0.9).all()
    assert (brain["auc"] <= 1).all()
    assert (brain["weights_auc"] < brain["auc"]).all()
    assert brain["chance"] < brain["threshold"] < brain["peak"] < 1
    assert 0.5 < brain["patch_found"] <= 1
    assert 0.9 < brain["found_near"] <= 1
    assert brain["patch_found"] * brain["patch_voxels"] <= brain["found"] < brain["voxels"] / 4
    inside = find_brain(read_slice())
    assert brain["voxels"] == inside.sum()
    assert brain["patch_voxels"] == find_patch(inside).sum()
    assert brain["trials"] == 8 * brain["runs"]


def test_guilt_follows_by_bayes_rule(computed: Computed) -> None:
    """From the base rate and the decoder's measured rates, and never beyond the interval."""
    brain = computed("brain")
    true, false = brain["sensitivity"].mean(), 1 - brain["specificity"].mean()
    assert (brain["sensitivity_mean"], 1 - brain["specificity_mean"]) == pytest.approx(
        (true, false)
    )
    prior = brain["prior"]
    assert prior == pytest.approx(np.array([1 / 2, 1 / 100, 1 / 10_000]))
    expected = prior * true / (prior * true + (1 - prior) * false)
    assert brain["posterior"] == pytest.approx(expected)
    assert (brain["posterior"] > prior).all()
    assert (brain["posterior_low"] <= brain["posterior"]).all()
    assert (brain["posterior"] <= brain["posterior_high"]).all()


def test_the_crowd_is_counted_by_the_same_rates(computed: Computed) -> None:
    """To half a person; most of the accused are innocent."""
    brain = computed("brain")
    innocent = brain["crowd_size"] - brain["guilty"]
    assert brain["guilty"] == brain["crowd_size"] / 100
    caught = brain["guilty"] * brain["sensitivity_mean"]
    accused = innocent * (1 - brain["specificity_mean"])
    assert brain["caught"] == pytest.approx(caught, abs=0.5)
    assert brain["accused"] == pytest.approx(accused, abs=0.5)
    assert brain["caught"] < brain["accused"]


def test_the_needed_false_alarms_give_that_certainty(computed: Computed) -> None:
    """Nineteen guilty for every innocent among the accused are 95 %, where 9999 are innocent."""
    sensitivity = computed("brain")["sensitivity_mean"]
    needed = needed_specificity(1e-4, sensitivity, 0.95)
    assert posterior(1e-4, sensitivity, needed) == pytest.approx(0.95)
    rarely = 19 * 9999 / sensitivity
    assert computed("brain")["needed"] == float(f"{rarely:.1g}")


def test_an_answer_given_to_innocents_as_often_proves_nothing() -> None:
    """The base rate stays; an answer that is never wrong leaves little but the half case added."""
    labels = LABELS.ravel()
    useless = np.where(np.arange(len(labels)) % 2, CRIME, 0)[None].repeat(3, axis=0)
    court = go_to_court(useless, labels)
    assert court["sensitivity"] == pytest.approx(0.5)
    assert court["specificity"] == pytest.approx(0.5)
    assert court["posterior"] == pytest.approx(court["prior"])
    perfect = go_to_court(labels[None].repeat(3, axis=0), labels)
    assert perfect["sensitivity"] == pytest.approx(10.5 / 11)
    assert perfect["specificity"] == pytest.approx(30.5 / 31)
    assert perfect["posterior"][0] > 0.96


def test_only_the_patch_carries_the_signal() -> None:
    """With its standard deviation, the same in all trials of a category."""
    brain = find_brain(read_slice())
    patch = find_patch(brain)
    assert 0 < patch.sum() < brain.sum() / 10
    with_signal, without = (simulate(0, LABELS, brain, patch, signal) for signal in (0.4, 0))
    added = with_signal - without
    assert (added[..., ~patch[brain]] == 0).all()
    assert added[..., patch[brain]].std() == pytest.approx(0.4, abs=0.05)
    assert added[0, 0] == pytest.approx(added[4, 1], abs=1e-5)
    assert np.abs(added[0, 0] - added[0, 2]).max() > 0.4


def test_labels_are_permuted_within_runs() -> None:
    """The first labelling is the true one; each run keeps its two trials of each category."""
    labellings = relabel(0, LABELS, 50)
    assert (labellings[0] == LABELS).all()
    assert (np.sort(labellings, axis=2) == LABELS).all()
    assert (labellings[1:] != LABELS).any(axis=(1, 2)).all()


def test_the_decoder_is_penalised_logistic_regression() -> None:
    """It gives scikit-learn's scores for the same penalty."""
    from sklearn.linear_model import LogisticRegression

    random, strength = np.random.default_rng(0), 0.1
    trials = random.normal(size=(40, 60)) / np.sqrt(60)
    labels = LABELS.ravel()
    gram = (trials @ trials.T).astype(np.float32)
    truth = np.eye(len(CATEGORIES), dtype=np.float32)[labels]
    found = gram @ np.asarray(fit(gram, truth[None], strength, 3000)[0])
    model = LogisticRegression(C=1 / strength, fit_intercept=False, tol=1e-8, max_iter=10_000)
    expected = model.fit(trials, labels).decision_function(trials)
    assert found == pytest.approx(expected, abs=2e-3)


def test_the_searchlight_is_the_nearest_mean_of_runs_left_out() -> None:
    """In each disc, and in all voxels; it counts as right what scikit-learn does."""
    from sklearn.model_selection import LeaveOneGroupOut, cross_val_score
    from sklearn.neighbors import NearestCentroid

    random, labels = np.random.default_rng(1), LABELS.ravel()
    voxels = np.ones((3, 4), bool)
    patterns = random.normal(size=(len(CATEGORIES), 12))
    trials = patterns[labels] + random.normal(size=(40, 12))
    runs = np.arange(40) // 8
    rest = np.stack([np.flatnonzero(runs != run) for run in range(5)])
    truth = np.eye(len(CATEGORIES))[labels]
    discs = neighbours(voxels, 1)
    assert discs[0].tolist().count(12) == 2  # the corner has two neighbours outside
    found = np.asarray(nearest_mean(trials.reshape(5, 8, 12), truth, discs, rest))
    for place, disc in enumerate(discs):
        inside = trials[:, disc[disc < 12]]
        folds = {"groups": runs, "cv": LeaveOneGroupOut()}
        expected = cross_val_score(NearestCentroid(), inside, labels, **folds)
        assert found[place] == pytest.approx(expected.mean())


def _study(raised: float, seed: int) -> dict[str, Any]:
    """What is located on a square of voxels, a corner of whose true map is raised over noise."""
    brain = np.ones((10, 10), bool)
    patch = np.zeros_like(brain)
    patch[:3, :3] = True
    maps = np.random.default_rng(seed).normal(0.25, 0.03, (4, 1 + MAPS, 100))
    maps[:, 0, patch.ravel()] += raised
    empty = np.zeros((4, 8), int)
    study = Study(empty, empty[:, :1], empty[:, 0], maps, maps[:, 0])
    return locate(study, brain, patch, neighbours(brain, 1))


def test_a_raised_patch_is_found_whole_and_alone() -> None:
    located = _study(0.2, 0)
    assert located["patch_found"] == 1
    assert located["found"] == 9
    assert located["found_near"] == 1
    assert located["auc"] == pytest.approx(np.ones(4))
    assert located["peak"] == located["searchlight"].max() > 0.4


def test_a_map_of_noise_rarely_shows_anything() -> None:
    """In one of twenty cases; more than a fifth of forty would be a chance of one in 10,000."""
    shown = [_study(0, seed)["found"] > 0 for seed in range(40)]
    assert sum(shown) <= 8
