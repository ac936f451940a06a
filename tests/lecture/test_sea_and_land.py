"""A sea's months and a map's heights: forecasts see no future, maps pass through their sensors."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from scipy.stats import multivariate_normal

from experiments import mapping, sea_temperature
from experiments._data.sea_temperatures import (
    FIRST_FOLD,
    FIRST_YEAR,
    LEADS,
    PAST,
    cut,
    read_temperatures,
    split,
)
from experiments._statistics.intervals import bootstrap
from experiments.mapping import (
    CELL,
    LENGTHS,
    NOISES,
    SCALES,
    Field,
    Points,
    gaussian_process,
    interpolate,
    matern,
    read_terrain,
)
from experiments.sea_temperature import (
    STRENGTHS,
    Network,
    forecast_network,
    forecast_ridge,
    share_saved,
)

Computed = Callable[[str], dict[str, Any]]

FOLDS_FROM = 12 * (FIRST_FOLD - FIRST_YEAR)  # months before the first forecast


def test_months_are_cut_into_pasts_and_what_followed() -> None:
    """As anomalies from the means of the years before; what is learnt from ends before the year."""
    table = read_temperatures()
    samples = cut(table)
    for fold in (0, 7, len(samples.inputs) - 1):
        years = FIRST_FOLD - FIRST_YEAR + fold
        anomalies = (table - table[:years].mean(axis=0)).ravel()
        past, year = split(fold)
        assert past.stop - 1 + PAST + LEADS == 12 * years
        for row in (0, past.stop - 1, year.start):
            seen = samples.inputs[fold, row, :PAST]
            assert seen == pytest.approx(anomalies[row : row + PAST], abs=1e-5)
            following = anomalies[row + PAST : row + PAST + LEADS]
            labels = samples.labels[fold, row]
            assert labels[: len(following)] == pytest.approx(following, abs=1e-5)
            assert np.isnan(labels[len(following) :]).all()
        january = samples.inputs[fold, year][0]
        assert january[PAST - 1] == pytest.approx(anomalies[12 * years], abs=1e-5)
        assert january[PAST:] == pytest.approx([0, 1], abs=1e-5)


@pytest.mark.parametrize("model", ["ridge", "damped persistence", "network"])
def test_forecasts_do_not_depend_on_what_comes_later(model: str) -> None:
    """Other temperatures from some month on change no forecast issued before it."""
    table, changed = read_temperatures(), FOLDS_FROM + 12 * 9 + 5
    other = table.copy()
    other.flat[changed:] += np.random.default_rng(0).normal(size=table.size - changed)
    forecast = {
        "ridge": lambda samples: forecast_ridge(samples, PAST + 2),
        "damped persistence": lambda samples: forecast_ridge(samples, 1),
        "network": lambda samples: forecast_network(samples, 1, 2, 1, 3)[:, 0],
    }[model]
    before, after = (forecast(cut(each)) for each in (table, other))
    issued = changed - FOLDS_FROM  # the first forecast that has seen a changed month
    assert (before[:, :issued] == after[:, :issued]).all()
    assert (before[:, issued] != after[:, issued]).all()


def test_ridge_is_ridge_regression_on_the_past() -> None:
    """Of all years before a forecast, with scikit-learn's answers; the constant is not punished."""
    from sklearn.linear_model import Ridge

    samples, fold = cut(read_temperatures()), 20
    past, year = split(fold)
    for features, start in ((PAST + 2, 0), (1, PAST - 1)):
        x = samples.inputs[fold, :, start : start + features].astype(float)
        for strength, found in zip(STRENGTHS, forecast_ridge(samples, features), strict=True):
            model = Ridge(strength).fit(x[past], samples.labels[fold, past])
            expected = model.predict(x[year])
            assert found[12 * fold : 12 * fold + 12] == pytest.approx(expected, abs=2e-3)


def test_the_network_contains_the_line() -> None:
    """Without its hidden layer it is one matrix and a constant."""
    network = nnx.jit(lambda: Network(4, nnx.Rngs(0)))()
    answer = nnx.jit(lambda network, x: network(x))
    x = np.random.default_rng(1).normal(size=(5, PAST + 2)).astype(np.float32)
    line = x @ np.asarray(network.linear.kernel[...])
    assert np.abs(answer(network, x) - line).max() > 0.1
    network.out.kernel[...] = jnp.zeros_like(network.out.kernel[...])
    assert np.asarray(answer(network, x)) == pytest.approx(line, abs=1e-5)


def test_skill_is_counted_from_climatology(computed: Computed) -> None:
    """Whose own is zero by definition: nobody saves anything of an equal error."""
    error, block = np.random.default_rng(0).random(200), np.arange(200) // 20
    assert share_saved(error, error, block) == pytest.approx((0, 0, 0))
    assert share_saved(error / 4, error, block) == pytest.approx((0.75, 0.75, 0.75))
    sea = computed("sea_temperature")
    skill = 1 - (sea["ridge_error"] / sea["climatology_error"]) ** 2
    assert sea["ridge_skill"] == pytest.approx(skill, abs=1e-5)


def test_baselines_are_those_of_every_month_by_itself(computed: Computed) -> None:
    """Of the test years: no anomaly at all, or the last one, each against the means of the years
    before the forecast."""
    sea, table = computed("sea_temperature"), read_temperatures()
    months = np.arange(12 * (sea["first_test"] - FIRST_YEAR), table.size)
    assert (sea["test_months"], sea["blocks"]) == (len(months), len(months) / 24)
    assert sea["train_months"] == months[0] - LEADS
    assert sea["leads"].tolist() == list(range(1, LEADS + 1))
    for lead, nothing, last in zip(
        sea["leads"], sea["climatology_error"], sea["persistence_error"], strict=True
    ):
        mean = [table[: (month - lead) // 12].mean(axis=0) for month in months]
        due, issued = (
            [table.flat[m - ago] - row[(m - ago) % 12] for m, row in zip(months, mean, strict=True)]
            for ago in (0, lead)
        )
        assert nothing == pytest.approx(np.sqrt(np.mean(np.square(due))), abs=1e-4)
        assert last == pytest.approx(np.sqrt(np.mean(np.subtract(due, issued) ** 2)), abs=1e-4)


def test_the_sea_remembers_for_some_months(computed: Computed) -> None:
    """Skill falls with the months ahead; a share of an anomaly beats the whole of it."""
    sea = computed("sea_temperature")
    assert sea["ridge_skill"][0] > 0.7
    assert (np.diff(sea["ridge_skill"][:6]) < 0).all()
    assert np.abs(sea["ridge_skill"][-3:]).max() < 0.15
    assert 3 <= sea["reach"] <= 9
    assert (sea["ridge_skill"][: sea["reach"]] > 0).all()
    assert (sea["damped_error"] <= sea["persistence_error"]).all()
    assert sea["persistence_error"][-1] > sea["climatology_error"][-1]


def test_the_warmest_month_is_a_great_el_nino(computed: Computed) -> None:
    """Of 1982/83 or 1997/98, the two largest on record; the forecast shown is six months older."""
    sea = computed("sea_temperature")
    month, year = sea["warmest"].split()
    assert year in ("1983", "1997", "1998")
    assert sea["warmest_anomaly"] > 3
    assert sea["shown_truth"][5] == pytest.approx(sea["warmest_anomaly"], abs=0.5)
    place = sea_temperature.MONTHS.split().index(month)
    names = sea_temperature.MONTHS.split()
    assert sea["issued"] == f"{names[sea['shown_month']]} {sea['shown_year']}"
    assert 12 * (int(year) - sea["shown_year"]) + place - sea["shown_month"] == 6


def test_verdicts_on_the_sea_are_what_their_intervals_say(computed: Computed) -> None:
    """And the network is no wonder: it stays near the line that it contains."""
    sea = computed("sea_temperature")
    low, high = sea["extra_low"], sea["extra_high"]
    assert low < sea["extra"] < high
    expected = "is worse than" if low > 0 else "beats" if high < 0 else "does not beat"
    assert sea["network_verdict"] == expected
    network, ridge, damped = (
        (sea[f"{x}_error"] ** 2).sum() for x in ("network", "ridge", "damped")
    )
    assert sea["extra"] == pytest.approx(network / ridge - 1, abs=1e-4)
    assert sea["ridge_verdict"] != ("is worse than" if ridge < damped else "beats")
    assert sea["ridge_verdict"] in ("beats", "does not beat", "is worse than")
    assert sea["strength"] in STRENGTHS
    assert -0.1 < sea["extra"] < 0.5
    judged = [sea_temperature.judge(each) for each in ((1, 0.1, 2), (0, -1, 1), (-1, -2, -0.1))]
    assert judged == ["beats", "does not beat", "is worse than"]


def sensors(count: int) -> Points:
    """Some cells of the terrain."""
    terrain = read_terrain()
    south, east = np.indices(terrain.shape)
    everywhere = np.column_stack([east.ravel(), south.ravel()]) * CELL
    chosen = np.random.default_rng(0).permutation(terrain.size)[:count]
    return Points(everywhere[chosen], terrain.ravel()[chosen])


def test_linear_interpolation_passes_through_its_sensors() -> None:
    """It knows planes exactly, and beyond all sensors it repeats the nearest."""
    known = sensors(100)
    assert interpolate(known, known.places) == pytest.approx(known.heights)
    plane = Points(known.places, 3 + known.places @ (20.0, -7.0))
    inside = known.places[:50] * 0.5 + known.places[50:] * 0.5
    assert interpolate(plane, inside) == pytest.approx(3 + inside @ (20.0, -7.0))
    far = np.array([[-100.0, 5]])
    nearest = np.linalg.norm(known.places - far, axis=1).argmin()
    assert interpolate(known, far) == pytest.approx(known.heights[nearest])


def test_a_gaussian_process_passes_near_its_sensors() -> None:
    """Within a fifth of their spread, and smooth heights nearly exactly; far off it knows but the
    mean."""
    known = sensors(150)
    found, length = gaussian_process(known, known.places)
    assert length in LENGTHS
    assert np.abs(found - known.heights).max() < 0.2 * known.heights.std()
    smooth = known._replace(heights=100 * np.sin(known.places[:, 0] / 3))
    found, _ = gaussian_process(smooth, smooth.places)
    assert found == pytest.approx(smooth.heights, abs=1)
    away, _ = gaussian_process(known, np.array([[1e4, 1e4]]))
    assert away == pytest.approx(known.heights.mean())


def test_the_gaussian_process_is_the_most_likely_one() -> None:
    """Among all lengths and noises tried, by the density of the sensors' heights."""
    from sklearn.gaussian_process.kernels import Matern

    known, places = sensors(40), sensors(60).places[40:]
    free = known.heights - known.heights.mean()
    chosen = (-np.inf, 0.0, free)
    for length in LENGTHS:
        kernel = Matern(length, nu=1.5)
        for noise in NOISES:
            covariance = kernel(known.places) + noise * np.eye(len(free))
            weights = np.linalg.solve(covariance, free)
            variance = free @ weights / len(free)
            density = multivariate_normal(cov=variance * covariance).logpdf(free)
            mean = known.heights.mean() + kernel(places, known.places) @ weights
            chosen = max(chosen, (density, length, mean), key=lambda each: each[0])
    found, length = gaussian_process(known, places)
    assert length == chosen[1]
    assert found == pytest.approx(chosen[2])
    distances = np.linspace(0, 3, 7)[:, None]
    assert matern(distances)[:, 0] == pytest.approx(Matern(1, nu=1.5)(distances, [[0.0]])[:, 0])


def test_the_fields_waves_are_drawn_and_not_trained() -> None:
    """Its layers are; and a wave repeats itself after its own length."""
    field = nnx.jit(lambda: Field(8, 6, nnx.Rngs(0)))()
    places = np.random.default_rng(0).random((20, 2), np.float32)
    height = nnx.jit(lambda field, places: field(places))
    slope = nnx.jit(jax.grad(lambda field: (field(places) ** 2).mean()))(field)
    assert (np.asarray(slope.waves[...]) == 0).all()
    assert np.abs(np.asarray(slope.first.kernel[...])).max() > 0
    field.waves[...] = jnp.asarray(np.repeat([[2.0], [0.0]], 8, axis=1))
    here, beside = (np.asarray(height(field, places + by)) for by in (0, np.float32([0.5, 3.3])))
    assert beside == pytest.approx(here, abs=1e-3)
    assert np.ptp(here) > 0.1


def test_every_map_is_better_than_the_mean_height(computed: Computed) -> None:
    """Which errs by about the terrain's standard deviation; a smooth map beats flat triangles."""
    land = computed("mapping")
    assert land["mean_error"] == pytest.approx(read_terrain().std(), rel=0.05)
    for model in ("linear", "gaussian", "field"):
        assert (land[f"{model}_error"] < 0.6 * land["mean_error"]).all()
    assert (land["gaussian_error"] < land["linear_error"]).all()
    assert 0 < land["likeness"] < 1
    assert land["length"] in LENGTHS
    assert land["scale"] in SCALES


def test_maps_are_tested_where_nobody_measured(computed: Computed) -> None:
    """In no draw of sensors; the map is a square."""
    land, terrain = computed("mapping"), read_terrain()
    assert land["cells"] == terrain.size
    most = terrain.size - land["sensors"]
    assert most - (land["seeds"] - 1) * land["sensors"] <= land["tested"] < most
    assert land["share"] == pytest.approx(land["sensors"] / land["cells"])
    assert (land["lowest"], land["highest"]) == (terrain.min(), terrain.max())
    height, width = terrain.shape * CELL[::-1]
    assert land["side"] == pytest.approx(height)
    assert width == pytest.approx(height, rel=0.01)


def test_verdicts_on_the_map_are_what_their_intervals_say(computed: Computed) -> None:
    """Of the differences draw by draw."""
    land = computed("mapping")
    excess = land["field_error"] - land["gaussian_error"]
    assert land["field_excess"] == pytest.approx(excess.mean())
    low, high = land["field_excess_low"], land["field_excess_high"]
    assert (low, high) == pytest.approx(bootstrap(excess))
    assert excess.min() <= low <= land["field_excess"] <= high <= excess.max()
    expected = "beats" if high < 0 else "is worse than" if low > 0 else "does not beat"
    assert land["field_verdict"] == expected
    others = mapping.judge(*bootstrap(land["field_error"] - land["linear_error"]))
    assert land["linear_verdict"] == others
    judged = [mapping.judge(*each) for each in ((-2, -1), (-1, 1), (1, 2))]
    assert judged == ["beats", "does not beat", "is worse than"]
