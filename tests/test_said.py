"""What an experiment says beside its result is neither lost nor let loose."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livedeck.execution.hearing import FIRST as HEAD
from livedeck.execution.hearing import LAST, LONGEST, Printed
from tests.conftest import Project, assert_made, write_experiment
from tests.sayings import SAYINGS
from tests.sayings.saying import LOUD, Saying


@pytest.fixture(scope="module")
def talkative(sources: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built deck whose experiments say something in every way; not to be changed."""
    project = sources.copy(tmp_path_factory.mktemp("talkative"))
    project.write("experiments/_loud.py", LOUD)
    for number, saying in enumerate(SAYINGS, 100):
        project.write(f"experiments/{saying.name}.py", saying.source)
        project.write(f"deck/{number}-{saying.name}.md", saying.slide)
    assert_made(project.build())
    return project


@pytest.fixture(scope="module")
def said(talkative: Project) -> dict[str, Any]:
    """What `explain` knows of all that was said, by name."""
    rows = json.loads(talkative.call("explain", "--json").out)
    return {row["name"]: row["said"] for row in rows}


@pytest.mark.parametrize("saying", SAYINGS, ids=lambda saying: saying.title)
def test_everything_that_is_said_is_kept_with_its_place(
    saying: Saying, talkative: Project, said: dict[str, Any]
) -> None:
    """Once, with the line of the author's code, in signs that any terminal shows."""
    kept = said[f"{saying.name}.curve" if saying.figure else saying.name]
    assert len(kept["messages"]) == len(saying.heard), kept
    assert kept["others"] == saying.others
    for message, (kind, text, *mark) in zip(kept["messages"], saying.heard, strict=True):
        file = saying.file or f"experiments/{saying.name}.py"
        lines = (talkative.root / file).read_text().split("\n")
        where = [n for n, line in enumerate(lines, 1) if line.endswith((mark or ["# here"])[0])]
        assert (message["kind"], message["file"], [message["line"]]) == (kind, file, where)
        assert message["text"].startswith(text) if len(text) < 1000 else message["text"] == text
        assert message["times"] == saying.times or not saying.times
    if saying.exact:
        assert tuple(kept["printed"]) == saying.printed
        assert kept["count"] == len(saying.printed)
    else:
        text = "\n".join(kept["printed"])
        assert all(words in text for words in saying.printed)
    for line in (*kept["printed"], *(m["text"].replace("\n", "") for m in kept["messages"])):
        assert line.isprintable()
        assert len(line) < 5000


ODD = """\
import warnings
    warnings.warn("mind the gap")
    np = __import__("numpy")
    np.log(np.zeros(1))
    print("psst")
    return Result(1.0)"""
FIRST = "experiments/odd.py:13: UserWarning: mind the gap"
SECOND = "experiments/odd.py:15: RuntimeWarning: divide by zero encountered in log"


@pytest.fixture
def odd(project: Project) -> Project:
    """A project with an experiment that says three things, and not yet built."""
    write_experiment(project, "odd", ODD)
    return project


def test_the_author_is_told(odd: Project) -> None:
    """`build` counts the warnings with the first of them, also of what it reuses, and prints
    quietly; `run` and `explain` show everything; where nothing is to be done, nothing is said."""
    first = f"warning: odd said 2 warnings, the first: {FIRST} (python build.py explain odd)"
    done = odd.build()
    assert_made(done)
    assert done.out.count(first) == 1
    assert "printed: odd 1 line (" in done.out
    again = odd.build("--force")
    assert again.out.count(first) == 1
    assert "printed" not in again.out
    assert odd.build().out == "Nothing has changed: output is up to date.\n"
    assert odd.build("--force", "--quiet").out == ""
    for words in (("run", "odd"), ("explain", "odd")):
        shown = [line.strip() for line in odd.call(*words).out.split("\n")]
        start = shown.index(FIRST)
        assert shown[start : start + 4] == [FIRST, SECOND, "printed 1 line:", "│ psst"]
    told = json.loads(odd.call("run", "odd", "--json").out)["said"]
    assert [m["text"] for m in told["messages"]] == ["mind the gap", SECOND.split(": ")[2]]
    assert (told["printed"], told["count"], told["others"]) == (["psst"], 1, 0)


def test_the_audience_is_not_told(odd: Project) -> None:
    """Nothing that is published holds it."""
    assert_made(odd.call())
    assert not any(b"psst" in data or b"mind the gap" in data for data in odd.output.values())


def test_what_is_said_decides_nothing(new_project: Project, tmp_path: Path) -> None:
    """Results that say another thing each time have one key and one content, and make one deck."""
    write_experiment(new_project, "odd", "print(os.getpid())\n    return Result(1.0)")
    made = [new_project.copy(tmp_path / name) for name in ("one", "two")]
    for each in made:
        assert_made(each.call(SOURCE_DATE_EPOCH="1000000000"))
    manifests = [json.loads(each.manifests("odd")[0].read_text()) for each in made]
    one, two = (manifest["provenance"]["said"]["printed"] for manifest in manifests)
    assert one != two
    assert len({(manifest["key"], manifest["content"]) for manifest in manifests}) == 1
    published = [{**each.output, "build.json": b""} for each in made]
    assert published[0] == published[1]


def test_the_environment_decides_nothing(odd: Project) -> None:
    """Neither what is heard of an experiment, nor whether it runs."""
    for action in ("ignore", "error"):
        done = odd.build("--force", PYTHONWARNINGS=f"{action}::UserWarning")
        assert_made(done)
        assert FIRST in done.out


def test_a_line_that_moves_is_found_again(odd: Project) -> None:
    """A comment makes nothing anew, and what was said stands below it now."""
    assert_made(odd.build())
    odd.edit("experiments/odd.py", "\n\ndef run", "\n# Several\n# lines.\n\n\ndef run")
    done = odd.build()
    assert done.made == []
    assert FIRST.replace(":13:", ":16:") in done.out


@pytest.mark.parametrize("setting", ["deck.toml", "command line"])
def test_warnings_can_be_errors(setting: str, odd: Project) -> None:
    """Of what is made now and of what is reused, each with its place; what is silenced is none."""
    words = [] if setting == "deck.toml" else ["--warnings", "error"]
    if setting == "deck.toml":
        assert_made(odd.build())
        odd.edit("deck/deck.toml", "workers =", 'warnings = "error"\nworkers =')
    published = odd.output
    for _ in range(2):
        done = odd.build(*words)
        assert (done.code, len(done.errors), odd.output) == (1, 2, published)
        for error, (place, kind, text) in zip(
            done.errors, (FIRST.split(": "), SECOND.split(": ")), strict=True
        ):
            assert f"/{place}: `odd` warns: {kind}: {text}\n" in error
            assert "silence it there: `warnings.filterwarnings`" in error
    done = odd.build(*words, "--keep-going")
    assert (done.code, len(done.errors)) == (1, 2)
    assert odd.build(*words).code == 1
    odd.edit("experiments/odd.py", 'warnings.warn("', 'warnings.simplefilter("ignore")  # ("')
    assert_made(odd.build(*words))
    assert odd.build(*words).out.startswith("Nothing has changed")
    assert_made(odd.build("--warnings", "show"))


def test_what_run_and_figures_say_is_said_once(odd: Project) -> None:
    """A module that warns when it is executed does so for its figures too, at every size."""
    odd.edit("experiments/odd.py", "import os, signal, sys", "import os, signal, sys, warnings")
    odd.edit("experiments/odd.py", "\n\ndef run", '\n\nwarnings.warn("early")\n\n\ndef run')
    path = odd.root / "experiments" / "odd.py"
    draw = 'fig.subplots().plot([1, 2])\n    warnings.warn("drawn")\n'
    path.write_text(f"{path.read_text()}\n\ndef curve(fig, result):\n    {draw}")
    place = "![a curve](experiment:odd.curve)"
    odd.write("deck/40-drawn.md", f"# Drawn\n\n{place}\n")
    odd.write("deck/41-small.md", f"# Drawn again\n\n{place}{{width=400 height=300}}\n")
    done = odd.build()
    assert_made(done)
    assert done.out.count("early") == 1
    assert done.out.count("warning: odd.curve said 1 warning") == 1
    done = odd.build("--warnings", "error")
    assert [error.count("drawn") for error in done.errors] == [0, 0, 0, 1]


@pytest.mark.parametrize("end", ["raise ValueError", "os.abort()", "sys.exit(3)"])
def test_an_experiment_that_fails_has_said_what_it_said(end: str, odd: Project) -> None:
    """Its warnings and prints stand below the error, however it ends."""
    odd.edit("experiments/odd.py", "return Result(1.0)", end)
    done = odd.build()
    assert (done.code, len(done.errors)) == (1, 1)
    assert f"│ {FIRST}\n       │ {SECOND}\n       │ printed 1 line:\n       │ │ psst" in done.err


@given(
    st.lists(
        st.sampled_from([b"a", b"bc" * 300, b"\n", b"\r", b"\r\n", b"\xc3", b"\xb6", b"\x1b["])
    ),
    st.lists(st.integers(0, 5000)),
)
def test_output_reads_the_same_in_whatever_pieces_it_arrives(
    parts: list[bytes], cuts: list[int]
) -> None:
    """Within bounds, with every line that is kept as a terminal would show it."""
    whole = b"".join(parts) * 20
    at = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    pieces, once = Printed(), Printed()
    for start, end in pairwise(at):
        pieces.feed(whole[start:end])
    once.feed(whole)
    lines = once.lines()
    assert (pieces.lines(), pieces.count) == (lines, once.count)
    assert sum(map(len, lines)) <= HEAD + LAST + 3 * LONGEST
    shown = [line.rstrip(b"\r").rpartition(b"\r")[2] for line in whole.split(b"\n")]
    shown = shown[:-1] if not shown[-1] else shown
    assert once.count == len(shown)
    if not any(line.endswith(" more lines …") for line in lines):
        wanted = [line[:LONGEST].decode("utf-8", "replace") for line in shown]
        assert [line.partition(" … ")[0] for line in lines] == wanted
