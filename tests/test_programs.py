"""The number on the slide is the number that Python computes, whatever a module does when it is
imported, before and after it is edited.

A campaign composes more programs: LIVEDECK_PROGRAMS=500 python -m pytest tests/test_programs.py
"""

import re
from itertools import pairwise

import pytest

from tests.composed import COUNT, compose
from tests.programs import Deck, Program, Seen, begun_plain, read

FAMILIES = (
    "registries",
    "state",
    "names",
    "patches",
    "classes",
    "modules",
    "operators",
    "jax",
    "traps",
)
WRITTEN = {program.name: begun_plain(program) for program in read(*FAMILIES)}
ENTANGLED = {program.name: begun_plain(program) for program in read("entangled")}
ORDINARY = {program.name: program for program in read("ordinary")}
COMPOSED = {program.name: program for program in map(compose, range(COUNT))}

History = dict[str, list[Seen]]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """What is seen of every program in each of its editions, built into one store."""
    programs = [*WRITTEN.values(), *ENTANGLED.values(), *COMPOSED.values()]
    return watched(Deck.of(tmp_path_factory.mktemp("programs") / "deck", programs))


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The same for modules that do nothing special."""
    return watched(Deck.of(tmp_path_factory.mktemp("ordinary") / "deck", [*ORDINARY.values()]))


@pytest.fixture(scope="module")
def anew(tmp_path_factory: pytest.TempPathFactory) -> History:
    """What is seen of the programs whose figures show what runs have changed, each as it is in the
    end, where nothing was built before."""
    last = [Program(name, [program.editions[-1]]) for name, program in ENTANGLED.items()]
    return watched(Deck.of(tmp_path_factory.mktemp("anew") / "deck", last))


def watched(deck: Deck) -> History:
    """All that is ever seen, by program; what others do must not change what one shows."""
    found: History = {program.name: [] for program in deck.programs}
    for moment in deck.history():
        for name, seen in moment.items():
            found[name].append(seen)
    return found


@pytest.mark.parametrize("name", WRITTEN)
def test_a_slide_shows_what_python_computes(name: str, history: History) -> None:
    """The result and the figure's numbers, when the figure was a constant line, when it became its
    own, and after every edit."""
    assert not [str(seen) for seen in history[name] if not seen.right]


@pytest.mark.parametrize("name", COMPOSED)
def test_so_it_does_for_statements_put_together_at_random(name: str, history: History) -> None:
    """With data that flows among them through lists, tables, counters and generators."""
    wrong = [str(seen) for seen in history[name] if not seen.right]
    texts = [files[COMPOSED[name].path] for _, files in COMPOSED[name].editions]
    assert not wrong, "\n\n".join([*texts, *wrong])


@pytest.mark.parametrize("name", ENTANGLED)
def test_a_figure_of_what_the_run_has_changed_is_right_or_refused(
    name: str, history: History
) -> None:
    """It shows what it shows after the run, or the build names it with file and line: also where
    the figure was edited to read it, and the result was there already."""
    plain, *others = history[name]
    assert plain.right, str(plain)
    for seen in others:
        place = re.search(rf"{name}\.py:\d+", seen.error)
        assert seen.right or (place and seen.heights is None), str(seen)


@pytest.mark.parametrize("name", ENTANGLED)
def test_that_verdict_does_not_depend_on_what_was_built_before(
    name: str, history: History, anew: History
) -> None:
    """A result that is taken from the store says as much of its run as one that is new."""
    before, now = history[name][-1], anew[name][0]
    assert (now.values, now.heights) == (before.values, before.heights), f"{before}\n{now}"
    assert bool(now.error) == bool(before.error)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_edit_of_an_ordinary_module_costs_what_it_must(name: str, ordinary: History) -> None:
    """A figure and what it alone uses does not rerun `run`; comments, docstrings, annotations, the
    order of imports and unused definitions rerun nothing."""
    costs = {"nothing": [], "figure": [f"{name}.shown"], "both": [name, f"{name}.shown"]}
    editions = ORDINARY[name].editions
    for (what, _), seen in zip(editions, ordinary[name], strict=False):
        kind = re.search(r"^\d+: (\w+)", what)
        assert seen.right, str(seen)
        assert seen.made == costs[kind[1] if kind else "both"], what


def test_every_edit_is_one_that_python_notices(history: History) -> None:
    """Else it would prove nothing; and what figures show does not depend on whether `run` ran."""
    for name, program in WRITTEN.items():
        answers = [seen.python for seen in history[name]][: len(program.editions)]
        assert all("error" not in answer for answer in answers), name
        assert all(answer["heights"] == answer["apart"] for answer in answers), name
        pairs = pairwise(answers[1:])
        assert all(before != after for before, after in pairs), name


def test_the_composed_programs_run(history: History) -> None:
    """A program that fails in Python would prove nothing."""
    for name in COMPOSED:
        for seen in history[name]:
            assert "error" not in seen.python, str(seen)
            assert seen.python["heights"] == seen.python["apart"], str(seen)
