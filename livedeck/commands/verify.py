"""Runs experiments again, apart from the store, and compares their results bit by bit."""

import argparse
import json
import math
import random
import secrets
from dataclasses import asdict, replace
from typing import Any

from rich.text import Text

from livedeck import filters, staging
from livedeck.checking.verify import Check, Verifier
from livedeck.console import Terminal
from livedeck.errors import AuthorErrors, LivedeckError, UsageError
from livedeck.options import Options
from livedeck.planning import selection
from livedeck.planning.plan import Run
from livedeck.planning.prepare import Prepared, prepare
from livedeck.project import Project
from livedeck.store.store import Store

COLOURS = {"equal": "green", "differs": "red", "failed": "red", "not checked": "yellow"}
SEEDS = 10**6


def execute(project: Project, asked: argparse.Namespace, terminal: Terminal) -> None:
    """Runs experiments again, apart from the store, and compares the results bit by bit."""
    if asked.seed is not None and asked.sample is None:
        raise UsageError("`--seed` chooses a sample: give `--sample N` too")
    if asked.sample is not None and asked.sample < 1:
        raise UsageError("`--sample` takes a number from 1 on")
    quiet = asked.quiet or asked.json
    with staging.scratch(project.store) as folder:
        options = Options(asked.profile, remote="")
        # everything that is written, compiled programs too, goes where it is soon forgotten
        apart = replace(project, store=folder / "store", caches=folder / "caches")
        prepared = prepare(apart, options)
        store = Store(project.store, read_only=True)
        verifier = Verifier(apart, prepared, store, options, quiet=quiet)
        runs = _runs(prepared, asked.what)
        chosen, checks = verifier.choose(runs, figures=asked.figures)
        seed = None
        if asked.sample is not None:
            seed = secrets.randbelow(SEEDS) if asked.seed is None else asked.seed
            count = min(asked.sample, len(chosen))
            left = f"; {len(checks)} others cannot be compared" if checks else ""
            terminal.step("Sample", f"{count} of {len(chosen)}, repeated by --seed {seed}{left}")
            picked = random.Random(seed).sample(range(len(chosen)), count)
            chosen, checks = [chosen[i] for i in sorted(picked)], []
        _show(terminal, checks)
        for expected in chosen:
            new = verifier.check(expected, figures=asked.figures)
            checks += new
            _show(terminal, new)
    if asked.json:
        told = {"seed": seed, "checks": [_to_json(check) for check in checks]}
        print(json.dumps(told, indent=1, ensure_ascii=False))
    terminal.step("Verify", _counts(checks))
    _raise_unless_equal(checks)


def _runs(prepared: Prepared, words: list[str]) -> list[Run]:
    """The runs that some words name, or all."""
    selected = selection.everything(prepared)
    if words:
        selected = [one for word in words for one in selection.named(prepared, word)]
    return list({one.run.key: one.run for one in selected}.values())


def _show(terminal: Terminal, checks: list[Check]) -> None:
    for check in checks:
        indent = "" if check.kind == "result" else "  "
        words = [check.why] if check.why else []
        if check.seconds is not None:
            words.append(filters.seconds((check.seconds,), None))
        state = (f"{check.state:<12}", COLOURS[check.state])
        rest = ("".join(f"  {word}" for word in words), "dim")
        terminal.out.print(Text.assemble(state, f"{indent}{check.name}", rest))
        for difference in check.differences:
            line = f"{'':<14}{check.name}.{difference.words}"
            terminal.out.print(line, markup=False)


def _to_json(check: Check) -> dict[str, Any]:
    found = asdict(replace(check, failure=None))
    del found["failure"]
    for difference, one in zip(found["differences"], check.differences, strict=True):
        difference["words"] = f"{check.name}.{one.words}"
        for name in ("absolute", "relative"):  # JSON knows no infinity
            difference[name] = difference[name] if math.isfinite(difference[name]) else None
    return found


def _counts(checks: list[Check]) -> str:
    states = [check.state for check in checks]
    return ", ".join(f"{states.count(s)} {s}" for s in COLOURS if s in states) or "nothing"


def _raise_unless_equal(checks: list[Check]) -> None:
    failures = [check.failure for check in checks if check.failure is not None]
    if failures:
        raise AuthorErrors(failures)
    unlike = sum(check.state == "differs" for check in checks)
    if unlike:
        raise LivedeckError(f"{unlike} of {len(checks)} did not come out the same")
    if not any(check.state == "equal" for check in checks):
        raise LivedeckError("nothing was compared")
