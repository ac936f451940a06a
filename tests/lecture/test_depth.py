"""ImageNet's winners, and the ladder of depth that is trained beside them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from experiments.depth import Network, finding, helps
from experiments.imagenet import TABLE, read_table
from livedeck import AuthorError

Computed = Callable[[str], dict[str, Any]]


def test_every_fact_about_the_winners_has_its_source() -> None:
    """One winner a year, and no depth without somebody who states it."""
    winners, person = read_table(TABLE)
    assert [row["year"] for row in winners] == list(range(2010, 2018))
    assert person["source"]
    for row in winners:
        assert str(row["year"]) in row["source"]
        assert ("layers" in row) == ("layers_source" in row)
        assert row["deep"] or "layers" not in row


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("second = 26.172\n", "", "This winner has no `second`"),
        ("error = 16.422", "error = 164.22", "are not those of a winner"),
    ],
)
def test_a_damaged_row_is_named_by_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """The line is that on which the winner begins."""
    text = TABLE.read_text()
    assert text.count(old) == 1
    table = tmp_path / "imagenet.toml"
    table.write_text(text.replace(old, new))
    with pytest.raises(AuthorError) as raised:
        read_table(table)
    assert message in raised.value.message
    before = text[: text.index(old)]
    assert raised.value.line == before[: before.rindex("[[winner]]")].count("\n") + 1


def test_the_winners_error_falls_every_year(computed: Computed) -> None:
    """It halves within its own interval, and passes the person, whose interval is wide."""
    values = computed("imagenet")
    assert (np.diff(values["errors"]) < 0).all()
    assert (values["low"] < values["errors"]).all()
    assert (values["errors"] < values["high"]).all()
    assert values["halving_low"] < values["halving"] < values["halving_high"]
    assert values["human_low"] < values["human"] < values["human_high"]
    assert values["beaten"] == "ResNet in 2015"
    assert values["turn_name"] == "AlexNet"
    assert values["largest_factor"] >= values["turn_factor"] > 1


def test_plain_layers_stop_learning_and_residual_ones_go_on(computed: Computed) -> None:
    """On the images learnt from; with one hidden layer the two kinds are the same network."""
    values = computed("depth")
    assert values["gap"][0] == 0
    assert values["gap_low"][-1] > 0.2
    assert values["limit"] < values["deepest"]
    assert values["deep_residual_train"].mean() < 0.5 * values["deep_plain_train"].mean()
    assert values["deep_residual_test"].mean() < 0.5 * values["guess_error"]


def test_the_linear_model_is_a_fair_baseline(computed: Computed) -> None:
    """It learns, and every difference lies within its own interval."""
    values = computed("depth")
    assert values["linear_test"].mean() < 0.3
    for name in ("depth", "linear"):
        assert values[f"{name}_low"] <= values[f"{name}_gain"] <= values[f"{name}_high"]
    gain = values["shallow_test"].mean() - values["deep_residual_test"].mean()
    assert values["depth_gain"] == pytest.approx(gain, abs=1e-6)


def test_verdicts_follow_the_intervals() -> None:
    assert helps(0.01, 0.02) == "clearly helps"
    assert helps(-0.02, -0.01) == "clearly hurts"
    assert helps(-0.01, 0.01) == "does not clearly help"
    assert finding(32, 32).startswith("Up to 32 layers")
    assert finding(4, 32).startswith("Beyond 4 layers")
    assert finding(1, 32).startswith("Beyond one layer")


def test_depth_is_the_number_of_hidden_layers() -> None:
    """None of them: a sum stays a sum. Layers beyond the depth don't matter, others do."""
    network = nnx.jit(lambda: Network(3, 5, nnx.Rngs(0)))()
    network.scores.kernel[...] = jnp.ones_like(network.scores.kernel[...])
    read = jax.jit(lambda network, images, depth: network(images, depth, 1.0))
    first, second = jax.random.normal(jax.random.key(1), (2, 4, 8, 8))
    together = read(network, first + second, 0) + read(network, 0 * first, 0)
    assert np.allclose(together, read(network, first, 0) + read(network, second, 0), atol=1e-4)
    before = [read(network, first, depth) for depth in range(4)]
    kernel = network.layers.sums.kernel
    kernel[...] = kernel[...].at[1].set(0)
    after = [read(network, first, depth) for depth in range(4)]
    same = [bool(np.allclose(a, b)) for a, b in zip(before, after, strict=True)]
    assert same == [True, True, True, False]
    assert np.allclose(after[3], after[2])  # a layer that adds nothing hands its input on
