"""Types of Machine Learning: what the slides of this part claim, on the quick build's values."""

from collections.abc import Callable

import numpy as np
import pytest

from experiments._data.moons import draw_moons, log_odds
from experiments._data.small_tables import read_table, rotating_folds, standardise
from experiments._models.classical import (
    discriminant,
    k_means,
    logistic_regression,
    nearest_centre,
    ridge,
)
from experiments._models.gaussian_mixture import expectation_maximisation
from experiments._models.grid_world import (
    CELLS,
    MOVES,
    expected_return,
    greedy,
    q_learning,
    transitions,
)
from experiments._statistics.roc_analysis import best_measurement, roc, threshold

Computed = Callable[[str], dict]


def test_the_grid_world_is_russell_and_norvigs() -> None:
    """Its best return is 0.705 (their figure 17.3), and no policy is better."""
    assert expected_return() == pytest.approx(0.705, abs=0.001)
    assert np.allclose(transitions().sum(axis=2), 1)
    rng = np.random.default_rng(0)
    for policy in rng.dirichlet(np.ones(len(MOVES)), (20, CELLS)):
        assert expected_return(policy) <= expected_return()


def test_q_learning_finds_good_moves_without_knowing_the_map() -> None:
    values = q_learning(seeds=2, stages=1, moves=5000)[:, 0]
    for policy in greedy(values):
        assert expected_return(policy) > 0.5


def test_a_mixture_is_found_without_labels() -> None:
    """Expectation-maximisation recovers means and variances of two far clouds."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal((-5, 0), 1, (400, 2)), rng.normal((5, 0), (1, 2), (400, 2))])
    start = nearest_centre(x, k_means(x, 2, seed=0))
    mixture = expectation_maximisation(x, start)
    order = mixture.centres[:, 0].argsort()
    assert mixture.weights == pytest.approx([0.5, 0.5], abs=0.01)
    assert mixture.centres[order] == pytest.approx(np.array([[-5, 0], [5, 0]]), abs=0.3)
    assert mixture.covariances[order[1], 1, 1] == pytest.approx(4, abs=0.6)


def test_classical_learners_agree_with_scikit_learn() -> None:
    """The discriminant, logistic regression and ridge regression give the library's answers."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression, Ridge

    x, y = read_table("iris")
    library = LinearDiscriminantAnalysis().fit(x, y.astype(int))
    assert (discriminant(x, y.astype(int)).answer(x) == library.predict(x)).all()

    x, y = read_table("breast_cancer")
    x = standardise(x, np.arange(len(x)))
    weights = logistic_regression(x, y.astype(int))
    fitted = LogisticRegression(tol=1e-8, max_iter=1000).fit(x, y)
    assert weights[:-1] == pytest.approx(fitted.coef_[0], abs=0.01)

    x, y = read_table("diabetes")
    x = standardise(x, np.arange(len(x)))
    found = ridge(x, y, np.arange(len(x)))
    strengths = 10.0 ** np.arange(-1, 4, 0.5)
    answers = [Ridge(strength).fit(x, y).predict(x) for strength in strengths]
    assert min(np.abs(found - answer).max() for answer in answers) < 1e-6


def test_tables_hold_each_case_once_and_folds_do_not_overlap() -> None:
    """149 distinct irises, 178 wines, 569 samples, 442 patients; every case is tested once."""
    names = ("iris", "wine_data", "breast_cancer", "diabetes")
    assert [len(read_table(name).target) for name in names] == [149, 178, 569, 442]
    target = read_table("breast_cancer").target
    folds = rotating_folds(target, seed=0)
    for fold in folds:
        everyone = np.concatenate(fold)
        assert np.array_equal(np.sort(everyone), np.arange(len(target)))
        assert target[fold.test].mean() == pytest.approx(target.mean(), abs=0.01)
    assert np.array_equal(
        np.sort(np.concatenate([fold.test for fold in folds])), np.arange(len(target))
    )


def test_roc_curves_and_thresholds() -> None:
    """A perfect score has area 1, its reverse 0; a dearer miss never raises the threshold."""
    sick = np.array([True, False, True, False, True, False])
    score = np.where(sick, 1.0, 0.0) + np.arange(6) / 100
    _, areas = roc(np.stack([score, -score])[:, None], sick, np.ones((1, 6)), np.linspace(0, 1, 5))
    assert areas[0] == pytest.approx([1, 0])
    rng = np.random.default_rng(0)
    noisy = rng.standard_normal(200) + (rng.random(200) < 0.5)
    ill = rng.random(200) < 1 / (1 + np.exp(-noisy))
    limits = [threshold(noisy, ill, cost) for cost in (1, 3, 10, 100)]
    assert limits == sorted(limits, reverse=True)
    assert best_measurement(np.stack([rng.random(200), -noisy], axis=1), ill) == (1, -1)


def test_no_simple_rule_beats_bayes_on_the_moons() -> None:
    """The true log odds classify fresh points better than a straight line, and as computed."""
    x, y = draw_moons(0, 20_000)
    best = ((log_odds(x) > 0) == y).mean()
    line = (discriminant(x, y).answer(x) == y).mean()
    assert line + 0.03 < best
    claimed = 1 / (1 + np.exp(-np.abs(log_odds(x))))  # how sure Bayes' rule is of its answers
    assert claimed.mean() == pytest.approx(best, abs=0.01)


def test_three_learners_lie_between_their_rivals_and_the_best_possible(computed: Computed) -> None:
    values = computed("three_types")
    assert values["verdict"] == "all three beat"
    assert values["linear_accuracy"].mean() + 0.1 < values["accuracy"].mean()
    assert values["accuracy"].mean() < values["best_accuracy"].mean() + 0.01
    assert values["kmeans_agreement"].mean() + 0.05 < values["agreement"].mean()
    assert values["agreement"].mean() < values["best_agreement"].mean() + 0.01
    assert values["random_return"] < 0 < values["final_return"].min()
    assert values["final_return"].max() <= values["best_return"] + 1e-9
    assert values["best_return"] == pytest.approx(0.705, abs=0.001)


def test_labels_beat_clusters_and_units_matter_to_clusters_alone(computed: Computed) -> None:
    values = computed("labels")
    assert values["iris_clustered"].mean() + 0.1 < values["iris_labelled"].mean()
    assert values["wine_raw"].mean() + 0.2 < values["wine_clustered"].mean()
    assert values["iris_clustered"].mean() > 0.4
    assert abs(values["iris_chance"].mean()) < 0.1
    assert list(values["better_units"]) == ["raw", "standardised"]
    assert values["iris_accuracy"].mean() > 0.93


def test_cells_are_told_apart(computed: Computed) -> None:
    """Well, and by all models; a dearer miss means fewer misses and more false alarms."""
    values = computed("cells")
    assert (values["samples"], values["malignant"], values["benign"]) == (569, 212, 357)
    assert values["network_area"] > 0.97
    assert values["rule_area"] > 0.95
    assert values["logistic_area"] > values["rule_area"]
    assert (values["areas_low"] < values["areas"]).all()
    assert (values["areas"] < values["areas_high"]).all()
    assert values["network_misses"][1] <= values["network_misses"][0]
    assert values["network_alarms"][1] >= values["network_alarms"][0]


def test_prices_look_predictable_and_their_changes_are_not(computed: Computed) -> None:
    """R2 near 1 and near 0 for the same forecasts; "same as last month" looks as good."""
    values = computed("regression")
    assert values["price_r2"] > 0.95
    assert abs(values["price_r2"] - values["persistence_r2"]) < 0.01
    assert values["change_r2_low"] < 0.05
    assert values["change_r2"] < 0.05
    assert abs(values["price_coverage"] - values["level"]) < 0.07


def test_diabetes_is_predicted_in_part_and_intervals_hold(computed: Computed) -> None:
    values = computed("regression")
    assert values["patients"] == 442
    assert 0.4 < values["ridge_r2"].mean() < 0.6
    assert values["mean_r2"].max() < 0.01
    assert values["mean_verdict"] == "beats"
    assert values["ridge_half"] < values["mean_half"]
    for model in ("ridge", "network", "mean"):
        assert abs(values[f"{model}_coverage"].mean() - values["level"]) < 0.04


def test_boundaries_that_bend_beat_a_straight_line(computed: Computed) -> None:
    """And none beats Bayes' rule; training lowers the loss that the slide shows."""
    values = computed("algorithms")
    assert values["line_accuracy"].mean() == pytest.approx(0.85, abs=0.03)
    assert values["line_accuracy"].mean() + 0.02 < values["network_accuracy"].mean()
    assert values["leader_accuracy"].mean() < values["best_accuracy"].mean() + 0.005
    assert values["best_accuracy"].mean() == pytest.approx(0.913, abs=0.01)
    assert values["tree_train_accuracy"] > 0.99
    assert values["last_loss"] < 0.7 * values["first_loss"]
    assert len(values["frames"]) <= 12
