"""Generated projects whose every dependency is known, so that each rebuild can be foretold."""

import json
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

VARIABLE = "GENERATED_{}"
READERS = ("text", "table", "array", "folder", "exists", "variable", "none")


@dataclass
class Helper:
    """A module `_h<number>`: a constant, and helpers that it imports at its top or when called."""

    constant: int
    imports: list[int]
    lazy: bool
    comment: int = 0

    def source(self) -> str:
        """The module's text."""
        lines = [f"from experiments._h{i} import value as v{i}" for i in self.imports]
        called = " + ".join(["CONSTANT", *(f"v{i}()" for i in self.imports)])
        top, inner = ([], lines) if self.lazy else (lines, [])
        body = textwrap.indent("\n".join([*inner, f"return {called}"]), "    ")
        head = f'"""A helper, in its edition {self.comment}."""'
        return "\n".join([head, *top, f"CONSTANT = {self.constant}", "def value():", body, ""])


@dataclass
class Experiment:
    """A module `e<number>`: an answer made of a constant, helpers and an input; and a figure."""

    parameter: int
    constant: int
    helpers: list[int]
    reader: str
    stroke: int
    figure_helper: int | None
    lazy: bool
    comment: int = 0

    def source(self, number: int) -> str:
        """The module's text."""
        imports = [f"from experiments._h{i} import value as v{i}" for i in self.helpers]
        terms = ["parameter * CONSTANT", *(f"v{i}()" for i in self.helpers), self._reading(number)]
        inner, top = (imports, []) if self.lazy else ([], imports)
        run = textwrap.indent(
            "\n".join([*inner, f"return Result(int({' + '.join(terms)}))"]), "    "
        )
        drawn, width = [], "STROKE"
        if self.figure_helper is not None:
            drawn = [f"from experiments._h{self.figure_helper} import value"]
            width = "STROKE + value()"
        draw = [*drawn, f"fig.subplots().plot([0, result.answer], linewidth={width})"]
        return "\n".join(
            [
                f'"""Experiment {number} answers, in its edition {self.comment}."""',
                "import os, pathlib",
                "from typing import NamedTuple",
                "import numpy as np",
                *top,
                f"CONSTANT = {self.constant}  # edition {self.comment}",
                f"STROKE = {self.stroke}",
                "class Result(NamedTuple):",
                "    answer: int",
                f"def run(*, parameter: int = {self.parameter}) -> Result:",
                run,
                "def line(fig, result):",
                *("    " + statement for statement in draw),
                "",
            ]
        )

    def _reading(self, number: int) -> str:
        place = f"'deck/data/{number}"
        return {
            "text": f"int(open({place}.txt').read())",
            "table": f"np.loadtxt({place}.txt').sum()",
            "array": f"np.load({place}.npy').sum()",
            "folder": f"len(list(pathlib.Path({place}').glob('*')))",
            "exists": f"pathlib.Path({place}.flag').exists()",
            "variable": f"int(os.environ.get('{VARIABLE.format(number)}', '0'))",
            "none": "0",
        }[self.reader]


@dataclass
class World:
    """A project, and what it must come to."""

    helpers: list[Helper]
    experiments: list[Experiment]
    data: dict[int, int] = field(default_factory=dict)  # what each experiment reads
    prose: int = 0

    def write(self, root: Path) -> None:
        """Puts the project on the disk as it is now."""
        experiments, data = root / "experiments", root / "deck" / "data"
        experiments.mkdir(parents=True, exist_ok=True)
        data.mkdir(parents=True, exist_ok=True)
        for number, helper in enumerate(self.helpers):
            (experiments / f"_h{number}.py").write_text(helper.source())
        (root / "deck" / "deck.toml").write_text('title = "Generated"\nworkers = 1\n')
        for number, each in enumerate(self.experiments):
            (experiments / f"e{number}.py").write_text(each.source(number))
            title = f"# Slide {self.prose}: {{{{ e{number}.answer }}}}"
            slide = f"{title}\n\n![a](experiment:e{number}.line)\n"
            (root / "deck" / f"{number + 1:02}-e{number}.md").write_text(slide)
            self._write_data(data, number)

    def variables(self) -> dict[str, str]:
        """The environment that the experiments read."""
        readers = [n for n, each in enumerate(self.experiments) if each.reader == "variable"]
        return {VARIABLE.format(n): str(self.data[n]) for n in readers if self.data[n]}

    def answer(self, number: int) -> int:
        """What an experiment must answer."""
        each = self.experiments[number]
        read = self._read(number) or 0
        return each.parameter * each.constant + sum(map(self._value, each.helpers)) + read

    def result(self, number: int) -> Any:
        """All that an experiment's run depends on."""
        each = self.experiments[number]
        read = self._read(number)
        own = (each.parameter, each.constant, each.helpers, each.reader, each.lazy, read)
        return json.dumps([number, own, list(map(self._code, each.helpers))])

    def figure(self, number: int) -> Any:
        """All that its figure depends on."""
        each = self.experiments[number]
        helper = None if each.figure_helper is None else self._code(each.figure_helper)
        return json.dumps([number, each.stroke, each.figure_helper, helper, self.answer(number)])

    def _read(self, number: int) -> int | None:
        reader, value = self.experiments[number].reader, self.data[number]
        return None if reader == "none" else bool(value) if reader == "exists" else value

    def _value(self, helper: int) -> int:
        each = self.helpers[helper]
        return each.constant + sum(map(self._value, each.imports))

    def _code(self, helper: int) -> Any:
        each = self.helpers[helper]
        return [each.constant, each.imports, each.lazy, list(map(self._code, each.imports))]

    def _write_data(self, folder: Path, number: int) -> None:
        reader, value = self.experiments[number].reader, self.data[number]
        if reader in ("text", "table"):
            (folder / f"{number}.txt").write_text(f"{value}\n")
        elif reader == "array":
            np.save(folder / f"{number}.npy", np.array([value, 0]))
        elif reader == "folder":
            (folder / str(number)).mkdir(exist_ok=True)
            for name in range(8):
                file = folder / str(number) / f"{name}.txt"
                file.write_text("") if name < value else file.unlink(missing_ok=True)
        elif reader == "exists":
            flag = folder / f"{number}.flag"
            flag.write_text("") if value else flag.unlink(missing_ok=True)


small = st.integers(1, 4)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Projects of up to three helpers that import each other and up to three experiments."""
    helpers = [
        Helper(
            constant=draw(small),
            imports=draw(st.lists(st.sampled_from(range(number)), unique=True)) if number else [],
            lazy=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    among = st.sampled_from(range(len(helpers)))
    experiments = [
        Experiment(
            parameter=draw(small),
            constant=draw(small),
            helpers=draw(st.lists(among, unique=True, max_size=2)),
            reader=draw(st.sampled_from(READERS)),
            stroke=draw(small),
            figure_helper=draw(st.none() | among),
            lazy=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    data = {number: draw(small) for number in range(len(experiments))}
    return World(helpers, experiments, data)


@st.composite
def edits(draw: st.DrawFn) -> Any:
    """A change of one thing, as a function of the world: some matter to nothing but the text."""
    kind = draw(
        st.sampled_from(
            ("helper", "helper's comment", "parameter", "constant", "stroke", "comment", "prose")
            + 2 * ("data",)
        )
    )
    which, value = draw(st.integers(0, 2)), draw(st.integers(0, 4))

    def edit(world: World) -> None:
        helper = world.helpers[which % len(world.helpers)]
        number = which % len(world.experiments)
        experiment = world.experiments[number]
        if kind == "data":
            world.data[number] = value
        elif kind == "prose":
            world.prose += 1
        elif kind == "helper":
            helper.constant = value
        elif kind == "helper's comment":
            helper.comment += 1
        elif kind == "comment":
            experiment.comment += 1
        else:
            setattr(experiment, kind, value)

    edit.__name__ = f"{kind} {which} = {value}"
    return edit
