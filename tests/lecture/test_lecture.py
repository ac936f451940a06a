"""The lecture itself, built with every experiment at its smallest."""

import ast
import math
import re
from pathlib import Path

import pytest
from pikepdf import Pdf
from playwright.sync_api import Browser

from livedeck.keys.experiment import names_in, read_experiment
from tests.lecture.conftest import ROOT, build, results
from tests.matterhorn import check
from tests.overflow import measured, overflowing
from tests.test_fidelity import assert_alike, assert_no_widow, assert_whole

EXPERIMENTS = names_in(ROOT / "experiments")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_it_claims_and_how(name: str) -> None:
    """Question, baseline, what to expect, a source with its year, and the time it takes; and all
    but the quotations show what they found."""
    experiment = read_experiment(ROOT / "experiments" / f"{name}.py")
    doc = ast.get_docstring(experiment.tree) or ""
    assert experiment.claim.endswith(".")
    for word in ("Question:", "Baseline", "Expect:", "CPU core"):
        assert word in doc, word
    assert re.search(r"\b(19|20)\d\d\b|Source", doc)
    assert "QUICK" in experiment.profiles
    assert experiment.figures or name == "quotations"


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
    again = results(build(tmp_path_factory.mktemp("again"), "2"))
    for name, run in results(lecture).items():
        experiment = read_experiment(ROOT / "experiments" / f"{run['experiment']}.py")
        if not experiment.timed:
            assert again[name]["content"] == run["content"], name


def test_no_slide_overflows_in_a_browser(lecture: Path, browser: Browser) -> None:
    """With every step shown, everything lies on its slide: Chromium agrees with the gate, which
    let the lecture pass."""
    slides = measured(lecture / "index.html", browser)
    assert len(slides) > 10
    too_large = {name: overflowing(sizes) for name, sizes in slides.items()}
    assert {name: found for name, found in too_large.items() if found} == {}


@pytest.mark.parametrize("name", ["deck", "handout", "article"])
def test_the_pdfs_fail_nothing_that_pdf_ua_asks_for(name: str, lecture: Path) -> None:
    """By the conditions of the Matterhorn protocol that software can check."""
    with Pdf.open(lecture / f"{name}.pdf") as document:
        assert [str(failure) for failure in check(document)] == []


def test_the_pages_of_the_pdf_are_the_slides(lecture: Path, browser: Browser) -> None:
    """Words and figures stand where they stand on the slide; titles have no widows."""
    assert_alike(lecture, browser)
    assert_whole(lecture)
    assert_no_widow(lecture, browser)


def test_every_slide_has_notes(lecture: Path) -> None:
    """A lecturer finds something to say on every slide: some sentences, no placeholder."""
    html = (lecture / "index.html").read_text()
    sections = html.split('<section class="slide')[1:]
    for section in sections:
        notes = re.search(r'<div class="notes"[^>]*>(.*?)</div>', section, re.DOTALL)
        assert notes, section[:200]
        assert len(re.sub(r"<[^>]+>", "", notes[1])) > 300, section[:200]
