"""Power laws of learning: the fit itself, and what the slides say of data and compute."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from experiments._statistics.power_law import fit, resample
from experiments.data_size import judge
from experiments.data_size import resample as resample_both
from experiments.scaling import standardised, teach

Computed = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize(
    ("scale", "exponent", "floor"), [(3.0, 0.5, 0.0), (2.0, 0.8, 0.05), (1.0, 0.3, 0.1)]
)
def test_a_known_law_is_found(scale: float, exponent: float, floor: float) -> None:
    """From noiseless curves, also several at once, and far beyond them."""
    n = np.geomspace(10, 10_000, 7)
    errors = scale * n**-exponent + floor
    law = fit(n, np.stack([errors, 2 * errors]), floors=2000)
    assert law.exponent == pytest.approx(exponent, abs=0.01)
    assert law.floor == pytest.approx([floor, 2 * floor], abs=0.002)
    truth = scale * 1e6**-exponent + floor
    assert law(np.array([1e6]))[0, 0] == pytest.approx(truth, rel=0.05, abs=0.002)


def test_an_error_that_grows_is_no_law() -> None:
    """The exponent stays at zero then, and everything finite."""
    law = fit(np.array([10, 100, 1000]), np.array([[0.2, 0.3, 0.4]]))
    assert law.exponent == 0
    assert np.isfinite(law(np.array([1e5]))).all()


def test_resamples_begin_with_what_was_measured() -> None:
    """And scatter around it."""
    shuffle = np.random.default_rng(0)
    wrong = shuffle.random((3, 5, 200)) < np.array([0.6, 0.3, 0.1])[:, None, None]
    for drawn in (resample_both(wrong), resample(wrong.mean(axis=2).T)):
        measured = wrong.mean(axis=(1, 2))
        assert drawn[0] == pytest.approx(measured)
        assert drawn.mean(axis=0) == pytest.approx(measured, abs=0.01)
        assert (drawn.std(axis=0) > 0).all()


def test_a_forecast_is_judged_by_its_interval() -> None:
    """Measured over forecast."""
    assert judge(np.array([1.2, 1.5, 2.0])) == "too optimistic"
    assert judge(np.array([0.5, 0.6, 0.9])) == "too pessimistic"
    assert judge(np.array([0.9, 1.0, 1.2])) == "not contradicted"


def test_answers_share_the_unit_of_the_pool() -> None:
    """So that an error is in the same unit wherever it is measured."""
    raw = [teach(5000, 0), teach(300, 1)]
    pool, test = standardised(raw)
    assert (pool.y.mean(), pool.y.std()) == pytest.approx((0, 1), abs=1e-4)
    scale = (raw[1].y - raw[0].y.mean()) / raw[0].y.std()
    assert test.y == pytest.approx(scale, abs=1e-5)


def test_data_and_compute_help_together(computed: Computed) -> None:
    """Width with data beats width alone, data alone, a line, and the mean, whose error is 1."""
    scaling = computed("scaling")
    large = scaling["large"].mean()
    assert large < min(scaling["small"].mean(), scaling["starved"].mean(), scaling["linear"])
    assert scaling["linear"] < 0.5
    assert scaling["claim"] == "More data and compute help a network, if both grow"


def test_wider_networks_level_off_lower(computed: Computed) -> None:
    """Each within its own interval."""
    scaling = computed("scaling")
    floor = scaling["floor"]
    assert (np.diff(floor) < 0).all()
    assert (scaling["floor_low"] <= floor).all()
    assert (floor <= scaling["floor_high"]).all()
    assert (scaling["exponent"] > 0).all()


def test_the_second_tenfold_is_worth_less(computed: Computed) -> None:
    """Both help, and the model is far better than chance."""
    data = computed("data_size")
    assert data["known"] == pytest.approx(10 * data["first"], rel=0.2)
    assert data["most"] == pytest.approx(10 * data["known"], rel=0.2)
    assert data["tenfold"][0] > data["tenfold"][1] > 1
    assert data["at_most"].mean() < data["at_known"].mean() < data["at_first"].mean() < 0.8


def test_more_forms_teach_more_than_one(computed: Computed) -> None:
    """With the same number of images, but less than with ten times as many."""
    data = computed("data_size")
    assert list(data["forms"]) == [1, 2, 4, 8]
    assert data["forms_gain_low"] > 0
    assert data["forms_verdict"] == "teach more"
    assert data["at_most"].mean() < data["all_forms"].mean()
