"""A function that registers itself runs, and counts, with what it registers with."""

import json

from tests.conftest import Project

OVERLOADED = """
    \"\"\"Functions of several types, and one with its own derivative.\"\"\"

    from functools import singledispatch
    from typing import NamedTuple

    import jax
    from matplotlib.figure import Figure


    class Result(NamedTuple):
        size: float
        named: float
        slope: float


    @singledispatch
    def size(value: object) -> float:
        return 0.0


    @size.register
    def _(value: list) -> float:
        return 2.0


    def _name(value: str) -> float:
        return 5.0


    _named = size.register(str, _name)


    @jax.custom_jvp
    def square(x):
        return x * x


    @square.defjvp
    def square_jvp(primals, tangents):
        return square(*primals), 3.0 * tangents[0]


    def run() -> Result:
        return Result(size([1]), size("a"), float(jax.grad(square)(1.0)))


    @jax.jit
    def _scaled(x):
        return 1.0 * x


    def bars(fig: Figure, result: Result) -> None:
        fig.subplots().bar(["size", "slope"], [float(_scaled(result.size)), result.slope])
"""


def test_a_function_that_registers_itself_is_a_part_of_the_run(project: Project) -> None:
    """By a decorator that is a method of what the module defines, or by such a call; what a library
    decorates, such as `jax.jit`, stays where it is used."""
    project.write("experiments/overloaded.py", OVERLOADED)
    project.write("deck/30-new.md", "# New\n\n![Two bars](experiment:overloaded.bars)\n")
    done = project.build()
    assert (done.code, done.made) == (0, ["overloaded", "overloaded.bars"]), done.err
    assert values(project) == {"size": 2.0, "named": 5.0, "slope": 3.0}
    for old, new in (("return 2.0", "return 7.0"), ("3.0 * tan", "4.0 * tan")):
        project.edit("experiments/overloaded.py", old, new)
        assert project.build().made == ["overloaded", "overloaded.bars"]
    assert values(project) == {"size": 7.0, "named": 5.0, "slope": 4.0}
    project.edit("experiments/overloaded.py", "1.0 * x", "x")
    assert project.build().made == ["overloaded.bars"]


def values(project: Project) -> object:
    """The values of the experiment as the deck holds them."""
    return json.loads(project.output["results.json"])["results"]["overloaded"]["values"]
