"""A command line of any length, with any sign, is told in few words that no terminal obeys."""

import pytest

from livedeck.cli import main
from livedeck.errors import legible
from tests.conftest import Project

LONG, DIGITS, BELL = "x" * 10_000, "9" * 5000, "a\7\x1b[2J\nb"
WRONG = [
    *(["--deck", word] for word in (LONG, "loop", BELL, "")),
    *(["--output", word] for word in ("loop", "loop/x", "")),
    *(["--store", word] for word in ("loop", "")),
    *([option, word] for option in ("--profile", "--pdf") for word in (LONG, BELL, "")),
    *(["--workers", word] for word in (DIGITS, "99999", "\u00b2", BELL, "")),
    *(["serve", "--port", word] for word in (DIGITS, "\u00b2", BELL, "")),
    *(["serve", "--editor", word] for word in (LONG, BELL)),
    *(["run", word] for word in (LONG, BELL, "")),
    *(["run", "line", "--set", word] for word in (LONG, f"points={LONG}", f"points={BELL}")),
    *(["explain", word] for word in (LONG, BELL, f"line.y[{DIGITS}]")),
    *(["explain", "--slide", word] for word in (LONG, BELL)),
    *(["verify", word] for word in (LONG, BELL)),
    *(["verify", "--sample", word] for word in (DIGITS, BELL)),
    *(["new", word] for word in (LONG, BELL, "")),
    *(["new", kind, word] for kind in ("slide", "deck") for word in (LONG, "a/../../b")),
    *(["clean", "--size", word] for word in (LONG, BELL, "")),
    *(["clean", "--older-than", word] for word in (LONG, BELL, "")),
    *(["unpack", word] for word in (LONG, "loop", "deck", "")),
    *([word] for word in (LONG, BELL, "bild\udcff", "--" + LONG)),
]


@pytest.mark.parametrize("words", WRONG, ids=lambda words: ascii(" ".join(words))[:40])
def test_hostile_words_are_one_short_error(
    words: list[str], new_project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an exit code, and without a traceback."""
    (new_project.root / "loop").symlink_to("loop")
    try:
        code: object = main(words, new_project.root)
    except SystemExit as ended:  # a usage that argparse refuses
        code = ended.code
    told = capsys.readouterr().err
    assert code in (1, 2)
    assert told.count("error:") == 1
    assert len(told) < 3000
    assert all(legible(line) == line for line in told.splitlines())
