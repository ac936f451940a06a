"""However often the engine calls a figure function, it shows the same numbers: by day and by
night, in every frame, on paper and in its table."""

import csv
import io
import re
from collections import defaultdict
from urllib.parse import unquote

import pytest

from tests import pdfs
from tests.programs import CSV, Deck, Program, Seen, read

HEAD = """\
from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    value: float
    line: np.ndarray
    names: np.ndarray
    frames: np.ndarray


def run():
    return Result(1.5, np.array([2.0, 1.0, 3.0]), np.array(["NAME", "b"]), np.arange(3))


def _plot(fig, *heights, frame=0):
    axes = fig.add_axes((0.01, 0.01, 0.98, 0.98), xticks=[], yticks=[], frame_on=False)
    [line] = axes.plot(np.array(heights, float))
    numbers = " ".join(f"{y:.6g}" for y in line.get_ydata())
    text = f"NAME@{frame}: {numbers};"
    axes.text(0.01, 0.5, text, transform=axes.transAxes, clip_on=True)  # of any length


"""
LABEL = re.compile(r"(\w+)@(\d+):([^;<>]*);")
SAME = {program.name: program for program in read("drawings", head=HEAD)}
CHANGING = {program.name: program for program in read("changes", head=HEAD)}
UNSETTLED = {program.name: program for program in read("unsettled", head=HEAD)}

Numbers = tuple[str, ...]
Shown = dict[str, set[Numbers]]  # by where they stand


class Drawn:
    """A deck, and the numbers of each of its figures: by experiment and frame."""

    def __init__(self, deck: Deck) -> None:
        python = deck.python(0)
        self.seen = deck.seen(0, python, deck.build())
        self.shown: dict[str, dict[str, Shown]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(set))
        )
        page = re.sub(r"<[^>]*>", "", re.sub(r"<script.*?</script>", "", deck.project.page))
        self.take("page", page)
        self.take("paper", pdfs.text(deck.project.output["deck.pdf"]))
        for name, table in CSV.findall(deck.project.page):
            frames: dict[str, list[str]] = defaultdict(list)
            for row in csv.DictReader(io.StringIO(unquote(table))):
                frames[row.get("frame") or "0"].append(row["y"])
            for frame, numbers in frames.items():
                self.shown[name][frame]["table"].add(tuple(numbers))

    def take(self, place: str, text: str) -> None:
        """Reads the numbers that figures have printed."""
        for name, frame, numbers in LABEL.findall(text):
            self.shown[name][frame][place].add(tuple(numbers.split()))

    def differences(self, name: str) -> list[str]:
        """What a figure shows in one place and not in another, by frame."""
        frames = self.shown[name]
        wanted = {"0", "1", "2"} if "frame=frame" in self.seen[name].what else {"0"}
        assert wanted <= set(frames), str(self.seen[name])
        return [
            f"frame {frame}: {dict(shown)}"
            for frame, shown in frames.items()
            if set(shown) != {"page", "paper", "table"} or len(set.union(*shown.values())) != 1
        ]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """All figures of these programs, for the page and for paper."""
    programs: list[Program] = [*SAME.values(), *CHANGING.values(), *UNSETTLED.values()]
    for program in programs:
        [(_, files)] = program.editions
        text = files[program.path].replace("NAME", program.name)
        program.editions[0] = (text, {**files, program.path: text})
    deck = Deck.of(tmp_path_factory.mktemp("drawings") / "deck", programs)
    for program in programs:
        if "frame=frame" not in program.editions[0][0]:
            continue
        for slide in (deck.project.root / "deck").glob("*.md"):  # each where all frames have room
            place = f"![A line](experiment:{program.name}.shown){{width=120 height=60}}"
            slide.write_text(slide.read_text().replace(place, ""))
        text = (
            f"# A sequence\n\n![A line](experiment:{program.name}.shown){{width=1152 height=250}}"
        )
        deck.project.write(f"deck/9000-{program.name.replace('_', '-')}.md", text)
    return Drawn(deck)


@pytest.mark.parametrize("name", SAME)
def test_a_figure_shows_the_same_everywhere(name: str, drawn: Drawn) -> None:
    """What Python shows when it calls the function for the first time: what an earlier drawing has
    counted, consumed, cached or registered does not meet the next."""
    seen: Seen = drawn.seen[name]
    assert "error" not in seen.python, seen
    assert drawn.differences(name) == []
    first = [float(number) for number in drawn.shown[name]["0"]["table"].pop()]
    seen.heights = first
    assert seen.right, str(seen)


@pytest.mark.parametrize("name", CHANGING)
def test_a_figure_that_changes_its_result_is_refused(name: str, drawn: Drawn) -> None:
    """With the line on which it does so."""
    place = re.search(rf"{name}\.py:(\d+)", drawn.seen[name].error)
    assert place, drawn.shown[name]
    source = drawn.seen[name].what.split("\n")
    assert int(place[1]) > source.index("def _plot(fig, *heights, frame=0):") + 5
    assert name not in drawn.shown


@pytest.mark.parametrize("name", UNSETTLED)
def test_what_cannot_be_drawn_twice_is_refused_or_the_same(name: str, drawn: Drawn) -> None:
    """It never shows one number by day and another by night or on paper."""
    place = re.search(rf"{name}\.py:\d+", drawn.seen[name].error)
    assert place or drawn.differences(name) == []
