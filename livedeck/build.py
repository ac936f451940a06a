"""The pipeline: read, plan, compute, render, publish."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from livedeck import stamp
from livedeck.console import Terminal
from livedeck.errors import AuthorError, AuthorErrors
from livedeck.execution.timings import Timings, picture, table
from livedeck.finding import LEVELS
from livedeck.options import Options
from livedeck.pdf.layout_cache import LayoutCache
from livedeck.pdf.layout_processes import LayoutProcesses
from livedeck.planning.computation import compute
from livedeck.planning.compute import Computed
from livedeck.planning.plan import Plan
from livedeck.planning.prepare import Prepared, prepare
from livedeck.project import Project
from livedeck.publishing import outputs, reports, verdict
from livedeck.publishing.outputs import Keep
from livedeck.publishing.publish import publish
from livedeck.slides.deck import Deck
from livedeck.store.entry import LostEntry
from livedeck.store.store import Store


def build(
    project: Project,
    options: Options,
    terminal: Terminal,
    processes: LayoutProcesses,
    keep: Keep | None = None,
) -> None:
    """Builds the deck and publishes it; on any error `output` stays as it was.

    `processes` may have been started, and may be used again for a deck with the same fonts. What
    `keep` does with the page is its own affair.

    Raises `AuthorErrors` with everything that is wrong: with the sources before anything runs,
    with experiments after all of them have had their turn, with what the audience would see when
    all is laid out. With `keep_going`, the deck is published with its failures shown, and the
    errors are raised then.
    """
    timings = Timings()
    before = stamp.take(project.root, options.arguments(), project.folders)
    store = Store(project.store, stamp.shown(project.output))
    project.sweep()
    with timings.phase("read"):
        prepared = prepare(project, options)
    terminal.step("Read", _counts(prepared.deck, prepared.plan))
    verdict.heed(verdict.of_theme(prepared, store), terminal, options)
    layouts = LayoutCache(store, prepared.style["fonts"], processes)
    make = partial(_make, project, prepared, store, options, terminal, layouts, timings, keep)
    try:
        computed, files, refused = make()
    except LostEntry as lost:  # once more, for what was lost alone
        terminal.remark(str(lost))
        computed, files, refused = make()
    seen = verdict.of_slides(prepared, computed, layouts.findings)
    refused += verdict.heed(seen, terminal, options)
    if options.timings:
        terminal.out.print(table(timings))
        terminal.step("Time", timings.summary())
        files["timings.svg"] = picture(timings, prepared.theme, prepared.fonts.paths)
    if refused:
        before = stamp.NEVER_CURRENT
    observed = stamp.told(project.root, reports.observed(computed))
    stamped = stamp.write(before, observed, computed.made, reports.places(computed), files)
    previous = stamp.read(project.output)
    known = {stamp.NAME, *(previous or {}).get("outputs", {})}
    publish(project.output, {**files, stamp.NAME: stamped}, known, project.store)
    size = sum(map(len, files.values())) / 1e6
    terminal.step("Publish", f"{project.shown(project.output)}: {', '.join(files)} ({size:.1f} MB)")
    if refused:
        raise AuthorErrors(refused)


def _make(
    project: Project,
    prepared: Prepared,
    store: Store,
    options: Options,
    terminal: Terminal,
    layouts: LayoutCache,
    timings: Timings,
    keep: Keep | None,
) -> tuple[Computed, dict[str, bytes], list[AuthorError]]:
    """What the deck needs computed, its files, and what is wrong with it where a build goes on; a
    `LostEntry` if others clean the store."""
    with timings.phase("store"), ThreadPoolExecutor(1) as aside, outputs.ending(layouts):

        def begin() -> Future[None] | None:
            if outputs.asked_for(prepared.deck, options):
                layouts.processes.start()
            if options.keep_going or LEVELS[0] not in outputs.asked_of_gates(prepared.deck):
                return None
            return aside.submit(outputs.refuse_early, prepared, store, layouts)

        computed = compute(project, prepared, store, options, terminal, begin, timings)
    found = verdict.of_said(prepared.deck.settings, computed, options, project.root)
    found.errors[:0] = computed.failures
    refused = verdict.heed(found, terminal, options)
    if printed := computed.printed(project.root):
        terminal.remark(f"printed: {printed} (python build.py explain NAME)")
    layouts.findings.clear()
    files, lacking = outputs.render(
        prepared, computed, store, options, layouts, terminal, timings, keep, project.root
    )
    return computed, files, refused + lacking


def _counts(deck: Deck, plan: Plan) -> str:
    counts: dict[str, Any] = {
        "slide": len(deck.slides),
        "run": len(plan.runs),
        "figure": len(plan.drawings),
    }
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in counts.items())
