"""`--timings` says where the time of a build went."""

import re

from tests.conftest import Project, write_experiment


def seconds(table: str, name: str) -> list[float]:
    """The numbers of a row."""
    row = re.search(rf"^{name} +(\d[\d. ]*)", table, re.MULTILINE)
    assert row, table
    return [float(number) for number in row[1].split()]


def test_each_experiment_and_each_phase_has_a_row(new_project: Project) -> None:
    """An experiment that sleeps has run for as long, and one that JAX compiles has compiled."""
    write_experiment(new_project, "sleeps", "import time; time.sleep(0.6); return Result(1.0)")
    body = "return Result(float(jax.jit(lambda x: jax.numpy.sin(x).sum())(jax.numpy.ones(9))))"
    write_experiment(new_project, "compiles", body)
    new_project.edit("experiments/compiles.py", "import os", "import jax\nimport os")
    done = new_project.build("--timings")
    assert done.code == 0
    assert seconds(done.out, "sleeps")[2] >= 0.6  # imports, compile, run, figures
    assert seconds(done.out, "compiles")[1] > 0
    assert seconds(done.out, "HTML")
    assert re.search(r"in all, .*the engine's own; at most [\d.]+ GB", done.out)


def test_the_picture_lies_with_the_deck_until_the_next_build(new_project: Project) -> None:
    """Each experiment has its bar; a build that was not asked takes the picture away."""
    assert new_project.build("--timings").code == 0
    assert b"<svg" in new_project.output["timings.svg"]
    assert new_project.build("--force").code == 0
    assert "timings.svg" not in new_project.output
