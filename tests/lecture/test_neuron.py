"""The simulated nerve cell of 1952, its spikes, and the units fitted to it."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments._models.hodgkin_huxley import (
    COLD,
    Gates,
    Membrane,
    from_neighbours,
    opening,
    resting,
    runge_kutta,
    slope,
)
from experiments.neuron import MODELS, arrival, fit_units, thresholds, trace

Computed = Callable[[str], dict[str, Any]]


def paper(voltage: float, gates: Gates, current: float) -> tuple[float, ...]:
    """Changes per ms as the paper prints them: from rest, and falling where the cell fires."""
    v, (m, h, n) = -(voltage + 65), gates
    alpha_m = 0.1 * (v + 25) / (np.exp((v + 25) / 10) - 1)
    alpha_h = 0.07 * np.exp(v / 20)
    alpha_n = 0.01 * (v + 10) / (np.exp((v + 10) / 10) - 1)
    beta_m, beta_n = 4 * np.exp(v / 18), 0.125 * np.exp(v / 80)
    beta_h = 1 / (np.exp((v + 30) / 10) + 1)
    ions = 120 * m**3 * h * (v + 115) + 36 * n**4 * (v - 12) + 0.3 * (v + 10.613)
    return (
        -(-current - ions),
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    )


@pytest.mark.parametrize("voltage", [-90.0, -65.0, -52.0, -30.0, 0.0, 35.0])
def test_the_equations_are_those_of_the_paper(voltage: float) -> None:
    """With the other sign and from rest, as Hodgkin and Huxley wrote them."""
    gates = Gates(0.2, 0.6, 0.4)
    change = jax.jit(slope)(Membrane(voltage, gates), 7.0)
    found = [float(part) for part in (change.voltage, *change.gates)]
    assert found == pytest.approx(paper(voltage, gates, 7.0), rel=1e-4, abs=1e-4)


def test_rates_have_no_hole_where_their_formula_has_one() -> None:
    """At -40 and -55 mV it reads 0 / 0; the limits are 1 and 0.1."""
    assert float(opening(jnp.float32(-40)).m) == pytest.approx(1)
    assert float(opening(jnp.float32(-55)).n) == pytest.approx(0.1)
    assert float(opening(jnp.float32(-40.02)).m) == pytest.approx(1, abs=0.002)


def test_a_cell_at_rest_stays_there_and_warmth_moves_gates_faster() -> None:
    """Three times as fast for ten degrees; the voltage's change is no matter of temperature."""
    still = slope(resting(), 0.0)
    assert float(still.voltage[0]) == pytest.approx(0, abs=0.02)
    assert np.array(still.gates) == pytest.approx(0, abs=1e-6)
    pushed = resting(voltage=-65.0)._replace(voltage=jnp.array([-40.0]))
    cold, warm = (slope(pushed, 0.0, celsius) for celsius in (COLD, COLD + 10))
    assert np.array(warm.gates) == pytest.approx(3 * np.array(cold.gates), rel=1e-5)
    assert warm.voltage == cold.voltage


def test_current_only_moves_along_the_axon() -> None:
    """What flows out of one place flows into others; through the ends flows nothing."""
    voltage = np.random.default_rng(0).normal(size=30)
    current = np.asarray(from_neighbours(voltage, 0.1))
    assert current.sum() == pytest.approx(0, abs=1e-3)
    bowl = np.asarray(from_neighbours(np.arange(9.0) ** 2, 1.0))
    assert bowl[1:-1] == pytest.approx(2 * 0.0238 / (2 * 0.0354))  # second derivative: 2


def test_steps_are_of_fourth_order() -> None:
    """A decay is followed by the first five terms of its exponential."""
    start = Membrane(jnp.ones(1), Gates(jnp.ones(1), jnp.ones(1), jnp.ones(1)))
    after = runge_kutta(lambda state: jax.tree.map(jnp.negative, state), start, 0.5)
    for part in jax.tree.leaves(after):
        assert float(part[0]) == pytest.approx(1 - 1 / 2 + 1 / 8 - 1 / 48 + 1 / 384)


def test_a_first_spike_is_there_or_not() -> None:
    """A fifth of the current gives hardly anything; twice the current gives hardly more."""
    peaks = {}
    for current in (2.0, 10.0, 20.0):
        time, voltage, gates = trace(current, 20.0, 0.04)
        assert voltage[time < 5] == pytest.approx(-65, abs=0.1)
        assert gates.min() >= 0
        assert gates.max() <= 1
        peaks[current] = voltage.max()
    assert peaks[2.0] < -55
    assert 30 < peaks[10.0] < 50
    assert peaks[20.0] == pytest.approx(peaks[10.0], abs=10)


def test_voltages_stay_between_those_of_sodium_and_potassium(computed: Computed) -> None:
    """A spike rises to about 40 mV and dips below the rest, but not to potassium's -77 mV."""
    neuron = computed("neuron")
    assert 30 < neuron["peak"] < 50
    assert -77 < neuron["trough"] < -68
    assert neuron["voltage"][neuron["time"] < 5] == pytest.approx(-65, abs=0.1)
    assert neuron["peak"] == neuron["voltage"].max()


def test_the_rate_jumps_at_the_lasting_current(computed: Computed) -> None:
    """From nothing to about fifty a second; single spikes come at a third of it. At this
    temperature the membrane is known to fire from 6.2 to 6.3 microampere per cm2 on."""
    neuron = computed("neuron")
    gap = neuron["current"][1]
    assert neuron["resolution"] == pytest.approx(gap / (len(neuron["current"]) // 2))
    assert 2 < neuron["single"] < 2.5
    assert 6 < neuron["lasting"] - neuron["resolution"] / 2 < 6.5
    silent = neuron["current"] < neuron["lasting"] - neuron["resolution"]
    assert (neuron["rate"][silent] == 0).all()
    beyond = neuron["current"] >= neuron["lasting"]
    assert silent.sum() > 2
    assert neuron["rate"][beyond].min() >= neuron["lasting_rate"] > 40
    assert (np.diff(neuron["rate"][beyond]) > 0).all()
    assert neuron["last_rate"] == neuron["rate"][-1] < 3 * neuron["lasting_rate"]
    assert neuron["last_current"] == neuron["current"][-1]


def test_spikes_shrink_under_strong_currents(computed: Computed) -> None:
    """More of them, but lower ones; a cell that is silent stays below zero."""
    neuron = computed("neuron")
    silent = neuron["current"] < neuron["lasting"] - neuron["resolution"]
    assert (neuron["heights"][silent] < 0).all()
    assert neuron["heights"][neuron["current"] == neuron["weak_current"]] == neuron["weak_height"]
    assert neuron["weak_height"] - neuron["last_height"] > 10
    assert neuron["height_verdict"] == "smaller"
    assert 0 < neuron["last_height"] == neuron["heights"][-1]


def test_the_axon_is_described_as_it_is_drawn(computed: Computed) -> None:
    """Warmer than the patch, with a spike that is lower."""
    neuron = computed("neuron")
    assert 20 < neuron["axon_peak"] < neuron["peak"]
    assert -77 < neuron["axon_trough"] < -65
    assert neuron["axon_celsius"] == 18.5


def test_spikes_are_counted_alike_in_the_trace_and_in_the_rate(computed: Computed) -> None:
    """From 5 ms on, at the rate that another loop has found for that current."""
    neuron = computed("neuron")
    rate = neuron["rate"][neuron["current"] == neuron["shown_current"]]
    expected = 1 + (neuron["shown_duration"] - 5) * rate / 1000
    assert neuron["shown_spikes"] == pytest.approx(expected, abs=1)
    up = (neuron["voltage"][:-1] < 0) & (neuron["voltage"][1:] >= 0)
    assert neuron["shown_spikes"] == up.sum()


def test_smaller_steps_change_little(computed: Computed) -> None:
    """Of the rates; the velocity is known to some per cent with pieces of more than a millimetre,
    half as many of which it is compared with."""
    neuron = computed("neuron")
    assert neuron["rate_change"] < 0.05
    assert 0 < neuron["velocity_change"] < 0.1


def test_the_spike_runs_as_fast_as_its_authors_computed(computed: Computed) -> None:
    """They found 18.8 m/s by hand and measured 21.2; coarse pieces of an axon slow it a little."""
    neuron = computed("neuron")
    assert neuron["velocity_calculated"] == 18.8
    assert neuron["velocity_measured"] == 21.2
    assert neuron["velocity"] == pytest.approx(18.8, rel=0.03)


def test_a_spike_arrives_when_the_voltage_passes_zero() -> None:
    """Between two moments on a straight line; the later crossings are of later spikes."""
    times = np.array([0.0, 1, 2, 3, 4, 5])
    voltage = np.array([-65.0, -30, 10, -70, -5, 20])
    assert arrival(times, voltage) == pytest.approx(1.75)


def test_thresholds_are_refined_within_one_gap_of_the_grid() -> None:
    """Each is the first current of a finer grid that is enough."""

    def cell(current: np.ndarray, duration: float, step: float) -> tuple[np.ndarray, ...]:
        rate = np.where(current > 6.21, 40 + current, 0)
        return (current > 2.31).astype(float), rate, np.zeros_like(current)

    current = np.linspace(0, 40, 21)
    found = thresholds(cell, current, *cell(current, 1, 1)[:2], 1, 1)
    assert found == pytest.approx(
        {"single": 2.4, "lasting": 6.4, "resolution": 0.2, "lasting_rate": 46.4}
    )


@pytest.mark.parametrize("model", MODELS[2:])
def test_a_unit_of_each_kind_is_recognised(model: str) -> None:
    """Firing as a unit would, a cell is fitted by that unit without error."""
    current = np.linspace(0, 40, 41)
    rate = {
        "threshold": 50.0 * (current > 12.5),
        "rectified": 3 * np.maximum(current - 10, 0),
        "logistic": 80 / (1 + np.exp((15 - current) / np.geomspace(0.1, 40, 50)[35])),
    }[model]
    found = fit_units(current, rate)
    assert found["best_name"] == model
    assert found["best_error"] == pytest.approx(0, abs=1e-6)
    assert found["best_verdict"] == "beats"
    assert found["held_out"] == 20


def test_the_best_unit_is_judged_against_a_line(computed: Computed) -> None:
    """At the currents between those fitted, and the verdict is what its interval says."""
    neuron = computed("neuron")
    errors = dict(zip(MODELS, neuron["fit_error"], strict=True))
    assert neuron["best_name"] == MODELS[neuron["best"]]
    assert neuron["best_error"] == errors[neuron["best_name"]]
    assert neuron["line_error"] == errors["straight line"]
    low, high = neuron["best_low"], neuron["best_high"]
    assert low <= neuron["best_error"] - neuron["line_error"] <= high
    expected = "beats" if high < 0 else "is worse than" if low > 0 else "does not beat"
    assert neuron["best_verdict"] == expected
    assert neuron["best_error"] < errors["constant"] / 2
    assert neuron["rectified_error"] == errors["rectified"]
    assert neuron["held_out"] == len(neuron["current"]) // 2
