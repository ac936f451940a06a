"""The deck in `examples/`: another subject and another theme, with the same engine."""

import json
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, Project, assert_made
from tests.pdfs import opened


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_builds_outside_of_the_repository(name: str, tmp_path: Path) -> None:
    """With the templates that livedeck comes with, its own theme, and a PDF of as many pages."""
    example = Project.of_example(name, tmp_path)
    assert_made(example.call("--quiet"))
    slides = list((example.root / "deck").glob("*.md"))
    assert example.page.count('<section class="slide') == len(slides)
    assert "--paper:#fbf7ee" in example.page
    assert len(opened(example.output["deck.pdf"]).pages) == 3


def test_the_pendulum_is_as_late_as_theory_says(tmp_path: Path) -> None:
    """At 90 degrees 1.18034 small-angle periods, which Legendre's tables give."""
    example = Project.of_example("pendulum", tmp_path)
    assert_made(example.build("--quiet"))
    results = json.loads(example.output["results.json"])["results"]
    values = results["pendulum"]["values"]
    at_90 = values["periods"][values["amplitudes"].index(90)]
    assert at_90 == pytest.approx(1.18034, abs=1e-5)
