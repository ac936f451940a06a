"""A sensor's stream: what its slides claim, and that no forecast has seen what it is about."""

from collections.abc import Callable

import numpy as np
import pytest

from experiments._data.eeg import (
    FIRST_FOLD,
    FOLD,
    GAP,
    LEADS,
    PAST,
    own,
    read_eeg,
    slow_share,
    split,
    standardise,
    windows,
)
from experiments.eeg import STRENGTHS, forecast_ridge, judge, share_saved

Computed = Callable[[str], dict]


def test_the_stream_is_cut_into_pasts_and_what_followed() -> None:
    """Each fold's own moments are about its second; what it learns from ends before the gap."""
    stream = read_eeg()
    inputs, labels = windows(stream)
    for moment in (0, 100, 700):
        assert (inputs[0, moment] == stream[moment : moment + PAST].T).all()
        following = stream[moment + PAST : moment + PAST + LEADS].T
        assert (labels[0, moment] == following).all()
    assert (own(labels)[:, :, 0] == stream[FIRST_FOLD:]).all()
    for fold in range((len(stream) - FIRST_FOLD) // FOLD):
        past, _ = split(fold)
        last_learnt = past.stop - 1 + PAST + LEADS - 1
        assert last_learnt == FIRST_FOLD + fold * FOLD - GAP - 1


def test_forecasts_do_not_depend_on_what_comes_later() -> None:
    """Another future changes no forecast that was issued before it."""
    stream, changed = read_eeg(), 500
    other = stream.copy()
    other[changed:] = np.random.default_rng(0).normal(size=other[changed:].shape)
    before, after = (forecast_ridge(*standardise(each)) for each in (stream, other))
    issued = changed - FIRST_FOLD + 1  # the first moment that has seen a changed sample
    assert (before[:, :issued] == after[:, :issued]).all()
    assert (before[:, issued] != after[:, issued]).any()


def test_the_linear_predictor_is_ridge_regression() -> None:
    """It gives scikit-learn's answers."""
    from sklearn.linear_model import Ridge

    samples, scales = standardise(read_eeg())
    found, fold = forecast_ridge(samples, scales), 3
    past, second = split(fold)
    x, y = (part[fold, past].reshape(-1, part.shape[-1]) for part in samples)
    for strength, forecast in zip(STRENGTHS, found, strict=True):
        model = Ridge(strength, fit_intercept=False).fit(x.astype(float), y)
        said = model.predict(samples.inputs[fold, second].reshape(-1, PAST)).reshape(-1, 4, LEADS)
        said = said * scales.deviation[fold] + scales.mean[fold]
        assert forecast[fold * FOLD : (fold + 1) * FOLD] == pytest.approx(said, abs=1e-3)


def test_error_saved_is_judged_by_blocks_and_seeds() -> None:
    """A model that halves the error everywhere beats the other; its own equal does not."""
    random, block = np.random.default_rng(0), np.arange(400) // 40
    baseline = random.random((1, 400)) + 0.5
    value, low, high = share_saved(baseline / 2, baseline, block)
    assert (value, low, high) == pytest.approx((0.5, 0.5, 0.5))
    noisy = baseline * random.normal(1, 0.2, (4, 400))
    value, low, high = share_saved(noisy, baseline, block)
    assert low < 0 < high
    assert low < value < high
    verdicts = [judge(saved) for saved in ((0.5, 0.4, 0.6), (0, -0.1, 0.1), (-1, -2, -0.5))]
    assert verdicts == ["beats", "does not beat", "is worse than"]


def test_slow_waves_hold_the_power_of_a_slow_sine() -> None:
    time = np.arange(800)[:, None] / 80
    waves = np.sin(2 * np.pi * 3 * time) + np.sin(2 * np.pi * 20 * time)
    assert slow_share(waves, 8) == pytest.approx(0.5)


def test_the_stream_is_learnable_for_a_short_while(computed: Computed) -> None:
    """The linear predictor beats both baselines at first and comes to nothing later on."""
    values = computed("eeg")
    assert values["day"] == 80 * 4 * 8 * 24 * 3600
    assert values["typists"] == pytest.approx(values["day"] / values["typed_day"])
    assert values["ridge_verdict"] == "beats"
    assert values["gain_low"] < values["gain"] < values["gain_high"]
    assert values["ridge_skill"][0] > 0.7
    assert np.abs(values["ridge_skill"][-4:]).max() < 0.1
    assert "reliably" in values["later"]
    assert values["step"] <= values["reach"] < values["leads"][-1]
    assert values["persistence_error"][-1] > values["mean_error"][-1]


def test_the_network_is_judged_against_the_line(computed: Computed) -> None:
    """The verdict is what its interval says; the network is no straw man, nor a wonder."""
    values = computed("eeg")
    interval = values["extra_low"], values["extra_high"]
    assert interval[0] < values["extra"] < interval[1]
    expected = "is worse than" if interval[0] > 0 else "beats" if interval[1] < 0 else None
    assert values["network_verdict"] == (expected or "does not beat")
    assert values["network_skill"][0] > 0.5
    assert abs(values["extra"]) < 0.2
