"""Roofline and batches: what is counted, and what holds however fast the machine is."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from experiments._hardware.benchmarking import operation, product
from experiments._hardware.processors import cpu_lanes
from experiments.batch_size import cost, half_batch, judge, network_operations, roof
from experiments.roofline import axpy, many_layers, many_products
from experiments.roofline import roof as roof_of_operations

Computed = Callable[[str], dict[str, Any]]


def test_operations_are_counted_as_xla_counts_them() -> None:
    """The formulas, against XLA's count of the compiled program, where bytes may be padded."""
    forward, training, _ = network_operations(256, 3, (1, 16))
    simple = [axpy(1), product(64), *many_products(128, (8, 32)), *many_layers(128, (1, 8))]
    for each in (*simple, *forward):
        assert each.counted_flops == pytest.approx(each.flops, rel=0.01)
        assert each.counted_moved == pytest.approx(each.moved, rel=0.15)
    for each in training:  # its bytes are the least that a perfect cache would leave
        assert each.counted_flops == pytest.approx(each.flops, rel=0.15)
        assert each.counted_moved > each.moved


def test_an_operation_can_work_in_place() -> None:
    """Each step goes on from what the one before has left."""
    numbers = [jnp.array([1.0, -2.0])]
    negate = operation(jnp.negative, numbers, 2, 16, reuse=0)
    for expected in ([-1, 2], [1, -2], [-1, 2]):
        negate.step()
        assert numbers[0].tolist() == expected


def test_the_roof_is_memory_or_arithmetic() -> None:
    """10 GB/s and 80 GFLOP/s meet at 8 operations for each byte."""
    intensity = np.array([0.5, 8, 100])
    assert list(roof_of_operations(intensity, 10, 80)) == [5, 80, 80]


def test_the_roof_of_a_network_bends_where_weights_cost_as_much_as_arithmetic() -> None:
    """With 4 bytes for 2 operations of each weight, at twice the ridge."""
    batches = np.arange(1, 200.0)
    speed = roof(batches, 10**6, 1, peak=80, bandwidth=10)
    assert batches[speed.argmax()] == pytest.approx(16, abs=1)
    assert half_batch(batches, speed) == pytest.approx(8, rel=0.01)
    assert cost(1, 10, 2) == (400, 960)


def test_the_knee_is_where_half_of_the_best_speed_is_reached() -> None:
    """Hockney's law has it at its own constant; a flat curve has it at once."""
    batches = 2 ** np.arange(16)
    speed = batches / (0.020 + 0.001 * batches)
    assert half_batch(batches, speed) == pytest.approx(20, rel=0.05)
    assert half_batch(batches, np.ones(16)) == 1


def test_a_knee_is_judged_by_all_repeats() -> None:
    """Only where they agree."""
    assert judge(np.array([5.0, 6.0]), 4) == "later than"
    assert judge(np.array([2.0, 3.0]), 4) == "earlier than"
    assert judge(np.array([3.0, 6.0]), 4) == "about where"


def test_a_cpu_has_lanes() -> None:
    """As many as one of the instruction sets that there are."""
    assert cpu_lanes().lanes in (4, 8, 16)
    assert cpu_lanes().cores >= 1


def test_nothing_lies_above_the_roof(computed: Computed) -> None:
    """Which is the best of all; more examples at once raise the intensity."""
    roofline = computed("roofline")
    assert (roofline["attained"] <= 1).all()
    assert roofline["ridge"] == pytest.approx(roofline["peak"] / roofline["bandwidth"])
    assert roofline["axpy_intensity"] == pytest.approx(1 / 6)
    assert roofline["alone_intensity"] < 0.5 < roofline["together_intensity"]
    assert roofline["gpu_lanes"] == roofline["gpu_cores"] * roofline["gpu_width"]


def test_the_forward_pass_stays_below_its_roof(computed: Computed) -> None:
    """Alone and in the best batch; the verdict follows from the knees."""
    batch = computed("batch_size")
    assert batch["alone"] <= batch["roof"][0]
    assert batch["together"] <= batch["roof"][-1]
    knees = np.array([batch["knee_low"], batch["knee_high"]])
    assert batch["knee_low"] <= batch["knee"] <= batch["knee_high"]
    assert batch["knee_verdict"] == judge(knees, batch["roof_knee"])
    assert batch["gain_low"] <= batch["gain"] <= batch["gain_high"]
