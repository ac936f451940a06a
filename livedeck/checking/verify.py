"""Makes results and figures again, apart from the store, and compares them with what it holds.

Each result is made in a process of its own, and its programs are compiled anew: what a stranger
gets who has the sources and nothing else, in whatever order he runs them. A compiled program from
the store would leave the compiler's part out, and on a GPU the compiler chooses by measuring.
"""

import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace

from livedeck import devices
from livedeck.checking.differences import Difference, differences, files
from livedeck.console import Terminal
from livedeck.errors import AuthorError
from livedeck.options import Options
from livedeck.planning import provenance
from livedeck.planning.computation import compute
from livedeck.planning.forecast import Expected, Forecaster
from livedeck.planning.plan import Drawing, Plan, Run
from livedeck.planning.prepare import Prepared
from livedeck.project import Project
from livedeck.store.entry import Entry
from livedeck.store.store import Store

MOST_NAMES = 8  # that an error lists


@dataclass(frozen=True)
class Check:
    """A `result` or `figure` that is `equal`, `differs`, `failed`, or was `not checked`."""

    kind: str
    name: str
    state: str
    why: str = ""
    seconds: float | None = None
    differences: list[Difference] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    failure: AuthorError | None = None


class Verifier:
    """Makes results and figures of a deck again in a project whose store is a temporary one."""

    def __init__(
        self, apart: Project, prepared: Prepared, store: Store, options: Options, *, quiet: bool
    ) -> None:
        self.apart, self.prepared, self.store, self.options = apart, prepared, store, options
        kept = options.keeps_accelerated
        self.forecaster = Forecaster(prepared, store, apart.inputs(), keep_accelerated=kept)
        self.quiet = quiet

    def choose(self, runs: list[Run], *, figures: bool) -> tuple[list[Expected], list[Check]]:
        """Those of some runs that can be checked, and why the others can't be. One that is not in
        the store is an error."""
        expected = [self.forecaster.run(run) for run in runs]
        self._require_stored(expected, figures=figures)
        checkable, others = [], []
        for one in expected:
            assert one.entry is not None
            origin = one.entry.manifest["provenance"]
            if one.run.experiment.timed:
                why = "measures time, not compared"
            elif origin["device"] not in ("cpu", devices.present()):
                why = f"made on a {provenance.device(origin)}, which is not here"
            else:
                checkable.append(one)
                continue
            others.append(Check("result", one.run.name, "not checked", why))
        return checkable, others

    def check(self, expected: Expected, *, figures: bool) -> list[Check]:
        """Makes a result again, and its figures from the stored result, each in new processes."""
        checks = [self._result(expected)]
        if figures and (drawings := self._drawings(expected)):
            checks += self._figures(expected, drawings)
        return checks

    def _result(self, expected: Expected) -> Check:
        run, old = expected.run, expected.entry
        assert old is not None
        # on the device whose variables the result was made with, and taken from no other store
        options = Options(run.device, remote="", python=True)
        prepared = replace(self.prepared, plan=Plan(runs={run.key: run}))
        with closing(Quiet(quiet=self.quiet)) as terminal:
            store = Store(self.apart.store)
            new = compute(self.apart, prepared, store, options, terminal).results[run.key]
        if isinstance(new, AuthorError):
            return Check("result", run.name, "failed", new.message, failure=new)
        seconds = new.manifest["provenance"]["seconds"]
        found = differences(old, new)
        if not found:
            return Check("result", run.name, "equal", seconds=seconds)
        devices_of = [entry.manifest["provenance"]["device name"] for entry in (old, new)]
        why = "" if len(set(devices_of)) == 1 else "made on {}, now on {}".format(*devices_of)
        return Check("result", run.name, "differs", why, seconds, found)

    def _figures(self, expected: Expected, drawings: list[Drawing]) -> list[Check]:
        run, result = expected.run, expected.entry
        assert result is not None
        apart = replace(self.apart, store=self.apart.store.with_name("figures"))
        place = "/".join(result.path.parts[-2:])
        shutil.copytree(result.path, apart.store / "entries" / place, dirs_exist_ok=True)
        plan = replace(
            self.prepared.plan,
            runs={run.key: run},
            drawings={d.place: replace(d, run=run) for d in drawings},
        )
        prepared = replace(self.prepared, plan=plan)
        with closing(Quiet(quiet=self.quiet)) as terminal:
            options = replace(self.options, python=True)
            made = compute(apart, prepared, Store(apart.store), options, terminal).figures
        return [self._figure(d, self._stored(d, result), made[d.place]) for d in drawings]

    def _figure(self, drawing: Drawing, old: Entry | None, new: Entry | AuthorError) -> Check:
        name = f"{drawing.name} at {drawing.width} x {drawing.height}"
        if isinstance(new, AuthorError):
            return Check("figure", name, "failed", new.message, failure=new)
        assert old is not None
        unlike = files(old.manifest["files"], new.manifest["files"])
        seconds = new.manifest["provenance"]["seconds"]
        if not unlike and old.manifest["content"] != new.manifest["content"]:
            unlike = ["its description"]
        state = "differs" if unlike else "equal"
        return Check("figure", name, state, ", ".join(unlike), seconds, files=unlike)

    def _drawings(self, expected: Expected) -> list[Drawing]:
        drawings = self.prepared.plan.drawings.values()
        return [drawing for drawing in drawings if drawing.run.name == expected.run.name]

    def _stored(self, drawing: Drawing, result: Entry) -> Entry | None:
        task = drawing.task(result.shown, self.forecaster.style)
        return self.store.find(task, self.forecaster.inputs.value)

    def _require_stored(self, expected: list[Expected], *, figures: bool) -> None:
        missing = [one.run.name for one in expected if one.entry is None]
        for one in expected if figures else ():
            if one.entry is not None:
                drawings = self._drawings(one)
                missing += [d.name for d in drawings if self._stored(d, one.entry) is None]
        if not missing:
            return
        profile = f" --profile {self.options.profile}" if self.options.profile else ""
        names = ", ".join(f"`{name}`" for name in missing[:MOST_NAMES])
        more = f" and {len(missing) - MOST_NAMES} more" if len(missing) > MOST_NAMES else ""
        state = "whole " if self.store.damaged else ""
        hint = f"Build first: python build.py{profile}"
        raise AuthorError(f"not {state}in the store: {names}{more}", hint=hint)


class Quiet(Terminal):
    """Shows the experiment that runs, and nothing else of what a build says."""

    def step(self, name: str, text: str) -> None:
        """Says nothing."""

    def remark(self, text: str) -> None:
        """Says nothing."""

    def finished(self, name: str, seconds: float) -> None:
        """Ends the display of what runs."""
        self.close()

    def failed(self, name: str, error: AuthorError) -> None:
        """Ends the display of what runs."""
        self.close()
