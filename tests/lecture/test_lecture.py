"""The lecture itself, built with every experiment at its smallest."""

import ast
import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from livedeck.experiment import names_in, read_experiment
from tests.lecture.conftest import ROOT, build, results

EXPERIMENTS = names_in(ROOT / "experiments")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_it_claims_and_how(name: str) -> None:
    """Question, baseline, what to expect, a source with its year, and the time it takes."""
    experiment = read_experiment(ROOT / "experiments" / f"{name}.py")
    doc = ast.get_docstring(experiment.tree) or ""
    assert experiment.claim.endswith(".")
    for word in ("Question:", "Baseline", "Expect:", "CPU core"):
        assert word in doc, word
    assert re.search(r"\b(19|20)\d\d\b|Source", doc)
    assert "QUICK" in experiment.profiles
    assert experiment.figures


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_is_on_a_slide_with_finite_values(name: str, lecture: Path) -> None:
    """Each experiment has run, and each of its numbers is a number."""
    runs = [run for run in results(lecture).values() if run["experiment"] == name]
    assert runs
    for run in runs:
        for value in run["values"].values():
            for number in value if isinstance(value, list) else [value]:
                assert isinstance(number, str) or math.isfinite(number)


def test_a_second_build_elsewhere_gives_the_same_results(
    lecture: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In other processes with another hash seed: equal content, bit by bit."""
    compiled = lecture.parent / "store" / "compiled"
    again = results(build(tmp_path_factory.mktemp("again"), "2", compiled))
    for name, run in results(lecture).items():
        experiment = read_experiment(ROOT / "experiments" / f"{run['experiment']}.py")
        if not experiment.timed:
            assert again[name]["content"] == run["content"], name


@pytest.fixture(scope="session")
def boxes(lecture: Path, browser: Browser) -> dict[str, list[str]]:
    """By slide: the elements that reach over the slide's edge or over their own box."""
    script = """section => {
        const canvas = section.querySelector(".canvas").getBoundingClientRect();
        return [...section.querySelectorAll(".canvas *")].filter(element => {
            if (element.closest("svg, details, .visually-hidden, math")) return false;
            const box = element.getBoundingClientRect();
            return box.width && box.height
                && (box.bottom > canvas.bottom + 1 || box.right > canvas.right + 1);
        }).map(element => element.outerHTML.slice(0, 120));
    }"""
    found = {}
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto((lecture / "index.html").as_uri())
    for name in page.locator("section.slide").evaluate_all("all => all.map(s => s.id)"):
        slide = page.locator(f"section.slide[id='{name}']")
        page.evaluate("hash => { location.hash = hash }", f"#{name}/99")
        slide.wait_for(state="visible")
        found[name] = slide.evaluate(script)
    page.close()
    return found


def test_no_slide_overflows(boxes: dict[str, list[str]]) -> None:
    """With every step shown, everything lies on its slide."""
    assert len(boxes) > 10
    assert {name: found for name, found in boxes.items() if found} == {}


def test_every_slide_has_notes(lecture: Path) -> None:
    """A lecturer finds something to say on every slide."""
    html = (lecture / "index.html").read_text()
    sections = html.split('<section class="slide')[1:]
    for section in sections:
        assert 'class="notes"' in section, section[:200]
