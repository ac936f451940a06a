"""What a build says, to a terminal and to a log."""

import threading

import pytest

from livedeck.console import Terminal
from livedeck.errors import AuthorError
from tests.waiting import PATIENCE

ODD = [
    "a :100: b",
    ":smiley:",
    "[bold]not[/bold]",
    "[/]",
    "[link=x]y",
    "back\\",
    "[red",
    ":warning:",
]


@pytest.mark.parametrize("words", ODD)
def test_words_are_shown_as_they_are(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever they mean to the library that prints them: emoji, styles, links."""
    terminal = Terminal()
    terminal.step("Read", words)
    terminal.remark(words)
    terminal.finished(words, 1.0)
    terminal.failed(words, AuthorError(words))
    terminal.cancelled(words)
    terminal.error(AuthorError(words, hint=words, detail=words))
    shown = capsys.readouterr()
    assert shown.out.count(words) == 6
    assert shown.err.count(words) == 3


def test_a_log_is_told_what_runs_and_how_far(capsys: pytest.CaptureFixture[str]) -> None:
    """At a calm pace, and no more when it is done."""
    terminal = Terminal(pace=0.05)
    terminal.started("digits", "it is new")
    terminal.heard("digits", {"step": 3, "total": 9, "values": {"loss": 0.25}})
    shown = ""
    for _ in range(int(PATIENCE / 0.05)):
        threading.Event().wait(0.05)
        shown += capsys.readouterr().out
        if "step 3/9" in shown:
            break
    assert "Running  digits, for 0 s, step 3/9  loss 0.25" in shown
    terminal.finished("digits", 1.0)
    capsys.readouterr()
    threading.Event().wait(0.2)
    assert capsys.readouterr().out == ""
