"""The models that the audience can try compute in the page what the build computed."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from experiments._data.digits import load_digits
from tests.lecture.conftest import ROOT


@pytest.fixture
def questions(lecture: Path, browser: Browser) -> Iterator[Page]:
    """The slide of questions."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{(lecture / 'index.html').as_uri()}#questions")
    page.locator("#questions").wait_for(state="visible")
    yield page
    page.close()


def test_the_spam_filter_answers_as_it_did_in_the_build(
    questions: Page, computed: Callable[[str], dict[str, Any]]
) -> None:
    """The two mails shown on the slide of the filter get the probabilities shown there."""
    corpus = tomllib.loads((ROOT / "deck" / "data" / "emails.toml").read_text())
    spam = computed("spam")
    for mail, name in zip(corpus["shown"], ("ham_probability", "spam_probability"), strict=True):
        questions.get_by_label("An e-mail to test").fill(mail["text"])
        said = questions.get_by_text("% probability").inner_text()
        assert said == f"Spam with {100 * spam[name]:.0f} % probability"


def test_the_network_reads_digits_that_it_was_tested_on(questions: Page) -> None:
    """Far more often right than by chance, even after the few steps of the quick profile."""
    right = 0
    labels = load_digits().test.labels[:24]
    for label in labels:
        right += f"It answers {label}," in questions.locator(".demo output").first.inner_text()
        questions.get_by_role("button", name="A digit it was tested on").click()
    assert right > len(labels) / 2


def test_what_is_drawn_is_read_at_once_and_moves_no_slide(questions: Page) -> None:
    """A stroke down the middle of the pad is a one, and the slide stays where it is."""
    questions.get_by_role("button", name="Clear").click()
    output = questions.locator(".demo output").first
    assert output.inner_text() == "Draw a digit"
    box = questions.locator("canvas.pad").bounding_box()
    assert box is not None
    questions.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.1)
    questions.mouse.down()
    questions.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.9, steps=8)
    questions.mouse.up()
    assert output.inner_text().startswith("It answers ")
    assert questions.evaluate("location.hash").startswith("#questions")
