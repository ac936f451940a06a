"""Results travel in one file: what was packed on one machine is not computed on another."""

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Project
from tests.projects import contents


def test_what_was_packed_is_not_computed_again(
    built: Project, pack: Path, elsewhere: Project
) -> None:
    """With its figures, the deck of the other machine is the same, to the byte."""
    done = elsewhere.call("unpack", str(pack))
    assert (done.code, done.err) == (0, "")
    assert f"Unpacked {pack}: 4 results and 2 figures\n" in done.out
    assert done.out.endswith("Serves   the deck as it stands uses 6 of 6\n")
    assert elsewhere.build().made == []
    assert elsewhere.page == built.page
    assert elsewhere.output["results.json"] == built.output["results.json"]


def test_results_alone_are_packed_unless_figures_are_asked_for(
    built: Project, elsewhere: Project, tmp_path: Path
) -> None:
    """A figure is drawn again in a moment; some experiments can be named."""
    path = tmp_path / "two.zip"
    assert "2 results (" in built.call("pack", str(path), "line", "table").out
    assert "2 results\n" in elsewhere.call("unpack", str(path)).out
    assert elsewhere.build().made == ["line.rising", "line.falling", "borrowed", "lazy"]


def test_the_same_results_are_packed_into_the_same_bytes(
    built: Project, pack: Path, elsewhere: Project, tmp_path: Path
) -> None:
    """Also by the machine that they were carried to."""
    assert elsewhere.call("unpack", str(pack)).code == 0
    again = tmp_path / "again.zip"
    assert elsewhere.call("pack", str(again), "--figures").code == 0
    assert again.read_bytes() == pack.read_bytes()


def test_unpack_says_what_came_and_why_the_deck_does_not_use_it(
    pack: Path, elsewhere: Project
) -> None:
    """Device, date and versions of each result; the input that differs."""
    elsewhere.edit("experiments/borrowed.py", "21", "22")
    elsewhere.edit("deck/20-inputs/30-inputs.md", "{{ lazy.answer }}", "nothing")
    out = elsewhere.call("unpack", str(pack)).out
    lines = {line.split()[0]: line for line in out.splitlines() if " · " in line}
    assert "line · CPU · 20" in lines["line"]
    assert f"numpy {np.__version__} · used by the deck" in lines["line"]
    assert "not used by the deck: parameter `number`: 21 → 22" in lines["borrowed"]
    assert "not used by the deck: it has no run of this name" in lines["lazy"]
    assert "uses 4 of 6" in out
    again = elsewhere.call("unpack", str(pack)).out
    assert "4 results and 2 figures, 6 of them there already" in again


def test_unpack_needs_no_deck_that_builds(pack: Path, elsewhere: Project) -> None:
    """The results are there when its mistakes have been mended."""
    elsewhere.edit("deck/20-inputs/30-inputs.md", "lazy.answer", "lazy.anwser")
    done = elsewhere.call("unpack", str(pack))
    assert done.code == 0
    assert "when this is mended" in done.out
    assert "lazy.anwser" in done.out
    elsewhere.edit("deck/20-inputs/30-inputs.md", "lazy.anwser", "lazy.answer")
    assert elsewhere.build().made == []


def test_unpack_replaces_what_is_damaged_and_keeps_what_is_whole(
    pack: Path, elsewhere: Project
) -> None:
    """The damaged entry is set aside."""
    assert elsewhere.call("unpack", str(pack)).code == 0
    store = elsewhere.root / ".livedeck"
    before = contents(store / "entries")
    arrays = sorted((store / "entries").rglob("arrays.npz"))
    arrays[0].write_bytes(b"worn")
    inodes = [path.stat().st_ino for path in arrays]
    done = elsewhere.call("unpack", str(pack))
    assert (done.code, done.err) == (0, "")
    assert "5 of them there already" in done.out
    assert contents(store / "entries") == before
    assert [path.stat().st_ino for path in arrays[1:]] == inodes[1:]
    assert len(list((store / "damaged").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["pack", "line"], 2, "`line` is no name of a pack"),
        (["pack", "out.zip", "lime"], 2, "no experiment `lime`. Did you mean `line`?"),
        (["pack", "out.zip", "--profile", "quick"], 1, "holds no line"),
        (["pack", "no/where.zip"], 1, "no/where.zip: cannot be written: No such file"),
        (["unpack", "nothing.zip"], 1, "nothing.zip: No such file"),
    ],
)
def test_what_cannot_be_packed_is_refused(
    words: list[str], code: int, message: str, built: Project
) -> None:
    """One error, and no file."""
    done = built.call(*words)
    assert (done.code, done.out, done.traceback) == (code, "", False)
    assert message in done.err
    assert not list(built.root.glob("*.zip"))
    assert not list(built.root.glob(".*.zip*"))
